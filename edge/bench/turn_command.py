"""What `edge bench turn` does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import click

from edge.app import App
from edge.assistant import Assistant
from edge.bench import turn_report
from edge.bench.turn import (
    HARD,
    INSTANT,
    QUESTIONS,
    Interviewer,
    Measured,
    measure,
    read,
    summary,
    synthesised,
)
from edge.clock import SampleClock
from edge.speak.speaker import FileSpeaker
from edge.timeline import Timeline


def turn(
    app: App,
    recordings: Sequence[Path],
    kind: str,
    limit: int | None,
    keep: Path | None,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Ask, print, and draw if asked to."""
    kinds = {"model": QUESTIONS, "instant": INSTANT, "hard": HARD, "all": (*QUESTIONS, *INSTANT)}
    texts = kinds[kind][:limit]
    questions = [
        *asyncio.run(synthesised(app, texts)),
        *(read(file) for path in recordings for file in _files(path)),
    ]

    def make(
        microphone: Interviewer, speaker: Path, clock: SampleClock, timeline: Timeline
    ) -> Assistant:
        responder = app.responder(timeline.emit)
        ears = app.listener(clock)
        ears.answerable = responder.answerable
        return Assistant(
            microphone=microphone,
            ears=ears,
            responder=responder,
            synthesizer=app.synthesizer(),
            sink=FileSpeaker(speaker, clock),
            clock=clock,
            timeline=timeline,
            history_limit=app.config.lm.history,
        )

    result = summary(measure(app, make, questions, keep, _tell))
    click.echo(json.dumps(result) if as_json else turn_report.table(result))
    if plot:
        turn_report.plot(result, plot)


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.flac")) + sorted(path.rglob("*.wav")) if path.is_dir() else [path]


def _tell(row: Measured) -> None:
    click.echo(f"{row.question}: {row.heard} -> {row.answer}", err=True)
