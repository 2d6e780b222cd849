"""What `edge eval tools` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import click

from edge.commands import print_json
from edge.errors import BenchError
from edge.eval.calls import Task, read_tasks
from edge.eval.tools import Made, run, table


def tools(
    folder: Path, name: str, limit: int | None, results: Path | None, *, as_json: bool
) -> None:
    """Judge the model called `name` on the tasks in `folder`, `limit` of each kind."""
    from edge.models import Store
    from edge.reason.lm.engine import LanguageModel

    tasks = _chosen(read_tasks(folder), limit)
    with tempfile.TemporaryDirectory() as passing, ExitStack() as stack:

        @cache
        def model() -> LanguageModel:
            opened = LanguageModel(Store().path(name))
            stack.callback(opened.close)
            return opened

        file = results or Path(passing) / "results.jsonl"
        try:
            made: list[Made] = []
            with click.progressbar(
                run(model, tasks, file), len(tasks), label=name, hidden=as_json
            ) as answers:
                made += answers
        except OSError as error:
            raise BenchError(f"{file} cannot be written: {error.strerror}.") from None
    figures = {"model": name, **table(tasks, made)}
    if as_json:
        print_json(figures)
    else:
        _print(figures)


def _chosen(tasks: Sequence[Task], limit: int | None) -> list[Task]:
    """The first so many of each kind, in turns, so that a run that ends early has both."""
    kinds = [[task for task in tasks if (task.expected is None) == none] for none in (False, True)]
    turns = zip_longest(*(kind[:limit] for kind in kinds))
    return [task for task in chain.from_iterable(turns) if task is not None]


def _print(figures: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table("what decides", "right call", "declined where none fits")
    for kind, title in (
        ("call", "nothing: always a call"),
        ("grounded", "what it takes is in the request"),
        ("decided", "the tool's name and the model's odds"),
        ("both", "both"),
    ):
        shown.add_row(
            title, _percent(figures[f"{kind}_right"]), _percent(figures.get(f"{kind}_declined", 0))
        )
    console = Console()
    console.print(
        f"{figures['model']}: {figures['tasks']} tasks that the tool serves,"
        f" {figures['irrelevant']} that it does not"
    )
    console.print(shown)
    console.print(f"a decision with its call takes {figures['seconds_p50']:.2g} s in the middle")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
