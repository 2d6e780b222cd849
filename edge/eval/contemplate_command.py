"""What `edge eval contemplate` prints, and its picture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edge.commands import print_json
from edge.errors import BenchError
from edge.eval.contemplate import VARIANTS, read_traces, run, table
from edge.eval.contemplate_sets import Question, read
from edge.reason.contemplate.strategies import STRAIGHT

if TYPE_CHECKING:
    from edge.reason.lm.engine import LanguageModel


def contemplate(
    folder: Path,
    sets: Sequence[str],
    variants: Sequence[str],
    name: str,
    *,
    count: int,
    half: str,
    seconds: float | None,
    file: Path,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Answer `count` questions of each set that have no trace yet, and judge all traces of them."""
    questions: list[Question] = []
    for set_ in sets:
        wanted = [q for q in read(folder, set_) if q.judging == (half == "judging")]
        questions += wanted[:count]
    # In turns, so that a run that ends early has something of each set.
    questions.sort(key=lambda one: one.id)
    if count:
        try:
            asyncio.run(_answer(questions, variants, name, file, seconds, quiet=as_json))
        except OSError as error:
            raise BenchError(f"{file} cannot be written: {error.strerror}.") from None
    ids = {q.id for set_ in sets for q in read(folder, set_) if q.judging == (half == "judging")}
    rows = table([t for t in read_traces(file) if t.id in ids])
    if picture is not None:
        from edge.eval.contemplate_picture import draw

        draw(rows, picture)
    if as_json:
        print_json({"rows": rows})
    else:
        _print(rows)


async def _answer(
    questions: Sequence[Question],
    variants: Sequence[str],
    name: str,
    file: Path,
    seconds: float | None,
    *,
    quiet: bool,
) -> None:
    from edge.models import Store
    from edge.reason.contemplate.device import DeviceProvider
    from edge.reason.lm.engine import LanguageModel
    from edge.worker import Worker

    until = None if seconds is None else time.monotonic() + seconds
    with Worker("lm") as worker:
        model = await worker.run(lambda: LanguageModel(Store().path(name)))
        try:
            provider = DeviceProvider(model, worker)
            restore = await worker.run(_beginning, model)

            async def reset() -> None:
                await worker.run(restore)

            async for trace in run(
                questions, variants, provider, name, file, reset=reset, until=until
            ):
                if not quiet:
                    click.echo(
                        f"{trace.set} {trace.id} {trace.variant}: {trace.said or '-'}"
                        f" ({'right' if trace.right else trace.gold}, {trace.seconds:.1f} s)",
                        err=True,
                    )
        finally:
            await worker.run(model.close)


def _beginning(model: LanguageModel) -> Callable[[], None]:
    """Takes what all agents' prompts begin with in; brings the model back to it."""
    from edge.reason.lm.cache import common_length

    one, other = (
        model.encode_chat(STRAIGHT.request(text, seed=0, max_tokens=1).messages)
        for text in ("a", "1")
    )
    shared = one[: common_length(one, other)]
    model.prefill(shared)
    state = model.state(len(shared))
    return lambda: model.restore(shared, state)


def _print(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(
        "model",
        "set",
        "variant",
        "n",
        "right",
        "95 %",
        "gain",
        "95 %",
        "tokens",
        "s",
        "x greedy",
        "a chain",
        "any",
    )
    for row in rows:
        shown.add_row(
            row["model"], row["set"], row["variant"], str(row["questions"]),
            f"{row['right']:.1%}", _span(row["interval"]), f"{100 * row['gain']:+.1f}",
            _span(row["gain_interval"]), f"{row['tokens']:.0f}", f"{row['seconds']:.1f}",
            f"{row['times_baseline']:.2f}", f"{row['chain_right']:.1%}", f"{row['any_right']:.1%}",
        )  # fmt: skip
    Console().print(shown)


def _span(ends: tuple[float, float]) -> str:
    return f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f}"


def names(variants: str | None) -> list[str]:
    """The variants named, with commas between. Raises UsageError for one that is not known."""
    if variants is None:
        return list(VARIANTS)
    listed = [name.strip() for name in variants.split(",") if name.strip()]
    for name in listed:
        if name not in VARIANTS:
            raise click.UsageError(
                f"There is no variant {name!r}; known are {', '.join(VARIANTS)}."
            )
    return listed
