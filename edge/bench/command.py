"""What `edge bench` does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from edge.app import App
from edge.bench import lm_report
from edge.bench.lm import Plan, measure
from edge.errors import BenchError
from edge.models.store import Store


def lm(
    app: App,
    model: str | None,
    gguf: Path | None,
    llama_python: str | None,
    rounds: int,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Measure, print, and draw if asked to."""
    name = model or app.config.lm.model
    folder = app.store.path(name)
    plan = Plan(
        name=name,
        folder=folder,
        gguf=gguf or _gguf(app.store, name),
        llama_python=llama_python or sys.executable,
        threads=app.config.lm.threads,
        rounds=rounds,
    )
    result = measure(plan, lambda what: click.echo(f"{what} ...", err=True))
    click.echo(json.dumps(result) if as_json else lm_report.table(result))
    if plot:
        lm_report.plot(result, plot)


def idle(minutes: float, phases: tuple[str, ...], room: Path | None, *, as_json: bool) -> None:
    """Measure and print."""
    from edge.bench import idle as listening

    chosen = tuple(phase for phase in listening.PHASES if not phases or phase in phases)
    if room is None and not phases:
        chosen = tuple(phase for phase in chosen if phase != "speech")
    plan = listening.Plan(minutes=minutes, phases=chosen, room=room)
    result = listening.measure(plan, lambda what: click.echo(f"{what} ...", err=True))
    click.echo(json.dumps(result) if as_json else listening.table(result))


def _gguf(store: Store, name: str) -> Path:
    """The GGUF file beside the exported model."""
    files = sorted((store.root / name).glob("*.gguf"))
    if len(files) != 1:
        raise BenchError(
            f"{store.root / name} has {len(files)} GGUF files: name the one with --gguf."
        )
    return files[0]
