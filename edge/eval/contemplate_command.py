"""What `edge eval contemplate` prints, and its picture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edge.aio import closing
from edge.commands import print_json
from edge.errors import BenchError
from edge.eval.contemplate import MAX_TOKENS, ORDER, SEED, VARIANTS, run
from edge.eval.contemplate_figures import sureness, table, unity
from edge.eval.contemplate_sets import Question, read
from edge.eval.contemplate_together import run_together
from edge.eval.contemplate_traces import Trace, begin, file_of
from edge.eval.contemplate_traces import read as read_traces
from edge.reason.contemplate.strategies import STRAIGHT

if TYPE_CHECKING:
    from edge.reason.lm.engine import LanguageModel

_KEPT = 6000
"""Tokens of prompts kept where many questions take turns: a long chain goes on with its own."""


def contemplate(
    data: Path,
    sets: Sequence[str],
    variants: Sequence[str],
    name: str,
    *,
    count: int,
    half: str,
    seconds: float | None,
    together: int,
    folder: Path,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Answer `count` questions of each set that have no trace yet, and judge all traces of them.

    With a `count` of 0 the traces of all models are judged, and no model is needed.
    """
    if count:
        questions: list[Question] = []
        for set_ in sets:
            wanted = [q for q in read(data, set_) if q.judging == (half == "judging")]
            questions += wanted[:count]
        # In turns, so that a run that ends early has something of each set.
        questions.sort(key=lambda one: one.id)
        file = file_of(folder, name)
        try:
            asyncio.run(_answer(questions, variants, name, file, seconds, together, quiet=as_json))
        except OSError as error:
            raise BenchError(f"{file} cannot be written: {error.strerror}.") from None
        files = [file]
    else:
        files = sorted(folder.glob("traces-*.jsonl"))
    found = [trace for file in files for trace in read_traces(file)]
    judged = [t for t in found if t.set in sets and t.judging == (half == "judging")]
    rows = table(judged, ORDER)
    if picture is not None:
        from edge.eval.contemplate_picture import draw

        draw(rows, picture)
    if as_json:
        print_json({"rows": rows, "unity": unity(judged), "sureness": sureness(judged)})
    else:
        _print(rows)
        _print_unity(unity(judged))
        _print_sureness(sureness(judged))


async def _answer(
    questions: Sequence[Question],
    variants: Sequence[str],
    name: str,
    file: Path,
    seconds: float | None,
    together: int,
    *,
    quiet: bool,
) -> None:
    from edge.models import Store
    from edge.reason.contemplate.batched import BatchProvider
    from edge.reason.contemplate.device import DeviceProvider
    from edge.reason.lm.description import DATA
    from edge.reason.lm.engine import LanguageModel
    from edge.worker import Worker

    with Worker("lm") as worker:
        keep = _KEPT if together > 1 else 0
        model = await worker.run(lambda: LanguageModel(Store().path(name), keep=keep))
        try:
            about = model.description
            begin(file, {"model": Path(name).name, "format": about.format,
                         "sha256": about.files[DATA].sha256, "seed": SEED,
                         "max_tokens": MAX_TOKENS})  # fmt: skip
            restore = await worker.run(_beginning, model)
            # Loading is not counted: a short run would only load.
            until = None if seconds is None else time.monotonic() + seconds

            async def reset() -> None:
                await worker.run(restore)

            if together > 1:
                await reset()
                crowd = BatchProvider(model, worker)
                traces = run_together(questions, variants, crowd, file, together, until=until)
            else:
                alone = DeviceProvider(model, worker)
                traces = run(questions, variants, alone, file, reset=reset, until=until)
            async with closing(traces):
                async for trace in traces:
                    if not quiet:
                        _tell(trace)
        finally:
            await worker.run(model.close)


def _tell(trace: Trace) -> None:
    took = "" if trace.seconds is None else f", {trace.seconds:.1f} s"
    right = "right" if trace.right else "wrong"
    said = f"{trace.set} {trace.id} {trace.variant}: {trace.said or '-'} ({right}{took})"
    click.echo(said, err=True)


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
        "x greedy (n)",
        "x cpu",
        "a chain",
        "any",
    )
    for row in rows:
        shown.add_row(
            row["model"], row["set"], row["variant"], str(row["questions"]),
            f"{row['right']:.1%}", _span(row["interval"]), f"{100 * row['gain']:+.1f}",
            _span(row["gain_interval"]), f"{row['tokens']:.0f}",
            "" if row["seconds"] is None else f"{row['seconds']:.1f}",
            "" if row["seconds"] is None else f"{row['times_baseline']:.2f} ({row['timed']})",
            "" if row["cpu_baseline"] is None else f"{row['cpu_baseline']:.2f}",
            f"{row['chain_right']:.1%}", f"{row['any_right']:.1%}",
        )  # fmt: skip
    Console().print(shown)


def _print_unity(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table("model", "set", "of the council agree", "n", "right", "95 %")
    for row in rows:
        shown.add_row(
            row["model"], row["set"], row["agree"], str(row["questions"]),
            f"{row['right']:.1%}", _span(row["interval"]),
        )  # fmt: skip
    Console().print(shown)


def _print_sureness(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table("model", "set", "a chain as sure as", "share", "right", "95 %")
    for row in rows:
        shown.add_row(
            row["model"], row["set"], f"{row['sure']:.2f}", f"{row['share']:.0%}",
            f"{row['right']:.1%}", _span(row["interval"]),
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
