"""What `edge eval` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from edge.app import App
from edge.commands import print_json
from edge.errors import BenchError
from edge.eval.intents import Report, judge
from edge.reason.choice import Classifier
from edge.reason.router import Router
from edge.stages import Responder


@contextmanager
def skill_router(classifier: Classifier | None = None) -> Iterator[Router]:
    """The router with no model and an empty memory: nothing of the wearer's plays a part.

    `classifier`: by default the one that needs no other model.
    """
    from edge.memory import Memory
    from edge.reason.classifier import Linear
    from edge.reason.late import Late
    from edge.reason.skill import Services
    from edge.reason.skills import load
    from edge.wall import SystemClock

    def nobody() -> Responder:
        raise BenchError("There is no model in an evaluation of skills.")

    with tempfile.TemporaryDirectory() as folder, Memory(Path(folder) / "memory.db") as memory:
        router = Router(
            load(Services({Memory: memory})),
            {"instant": Late(nobody)},
            now=SystemClock().now,
            classifier=classifier or Linear.open(),
        )
        router.rehearse()
        yield router


def intents(
    app: App, folder: Path, picture: Path | None, errors: Path | None, *, as_json: bool
) -> None:
    """Judge the router on the sentences in `folder`; draw the confusion matrix to `picture`."""
    with skill_router(app.classifier()) as router:
        report = judge(router, folder)
    table = report.table()
    if picture is not None:
        from edge.eval.picture import draw_confusion

        draw_confusion(*report.confusion(), picture)
        table["picture"] = str(picture)
    if errors is not None:
        errors.write_text("".join(error_lines(report)), encoding="utf-8")
    if as_json:
        print_json(table)
    else:
        _print(table)


def error_lines(report: Report) -> Iterator[str]:
    """A line for each mistake, for a person."""
    for one in report.judged:
        what = one.example
        if not one.right:
            meant, got = what.skill or "else", one.taken_by or "else"
            yield f"{meant} -> {got} ({one.reason}): {what.text}\n"
        for mistake in one.slot_mistakes:
            yield f"slot: {mistake}: {what.text}\n"


def _print(table: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table("skill", "sentences", "reached", "precision")
    for name, row in table["skills"].items():
        shown.add_row(
            name, str(row["sentences"]), *map(_percent, (row["reached"], row["precision"]))
        )
    Console().print(shown)
    click.echo(
        f"in scope: {_percent(table['in_scope_accuracy'])} of {table['in_scope']} reach their skill"
        f" (CLINC150 {_percent(table['in_scope_accuracy_clinc150'])},"
        f" SLURP {_percent(table['in_scope_accuracy_slurp'])})"
    )
    click.echo(
        f"everything else: {_percent(table['false_take'])} of {table['everything_else']} taken"
        " by a skill"
    )
    click.echo(
        f"slots: right in {_percent(table['slot_accuracy'])} of {table['slot_sentences']} sentences"
        f" ({_percent(table['slot_accuracy_where_reached'])} of those that reach their skill)"
    )
    click.echo(
        f"decision: {table['decision_ms_p50']} ms in the middle, {table['decision_ms_p95']} ms p95"
    )
    if "picture" in table:
        click.echo(f"confusion matrix: {table['picture']}")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
