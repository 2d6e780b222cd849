"""What `edge eval honest` prints."""

from __future__ import annotations

from pathlib import Path

import click
import platformdirs

from edge.commands import print_json
from edge.errors import BenchError
from edge.eval.honest import read_traces, table
from edge.reason.lm.confidence import doubt_below


def honest(traces: Path | None, model: str, below: float | None, *, as_json: bool) -> None:
    """Judge the hedge on a file of traces; None: those of the build in the store."""
    file = traces or _traces(model)
    graded = read_traces(file, model)
    limit = doubt_below(model) if below is None else below
    figures = {"model": model, "traces": file.name, **table(graded, limit)}
    if as_json:
        print_json(figures)
        return
    click.echo(f"{file.name}: {figures['answers']} answers, {_percent(figures['right'])} right")
    click.echo(
        f"hedged below {limit:g}: {_percent(figures['coverage'])} are not,"
        f" and of these {_percent(figures['unhedged_right'])} are right"
    )
    wanted = _percent(figures["wanted"])
    if figures["below_for_wanted"] is None:
        click.echo(f"no threshold makes {wanted} right on the half that it is chosen on")
    else:
        click.echo(
            f"for {wanted}, hedged below {figures['below_for_wanted']:g}:"
            f" {_percent(figures['coverage_for_wanted'])} are not,"
            f" and of these {_percent(figures['unhedged_right_for_wanted'])} are right"
        )
    for name, row in figures["sets"].items():
        click.echo(
            f"  {name}: {row['answers']} answers, {_percent(row['right'])} right;"
            f" not hedged {_percent(row['coverage'])}, of these {_percent(row['unhedged_right'])}"
        )


def _traces(model: str) -> Path:
    from edge.models import Store
    from edge.reason.lm import description

    files = description.read(Store(offline=True).path(model)).files
    folder = platformdirs.user_cache_path("edge", appauthor=False) / "confidence"
    file = folder / f"{model}-{files[description.DATA].sha256[:12]}.jsonl"
    if not file.is_file():
        raise BenchError(
            f"There are no traces of this build of {model}; tools/fit_confidence.py collects them."
        )
    return file


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
