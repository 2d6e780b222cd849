"""The options of `edge bench`. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

from pathlib import Path

import click

from edge.cli import Group, _app, _log_to_stderr, json_option, shared


@click.group(cls=Group)
@shared
def bench() -> None:
    """Measure how fast things are on this machine."""


@bench.command("lm")
@click.option("--model", help="A model of the store, or a folder; else the one of the settings.")
@click.option("--gguf", type=click.Path(path_type=Path), help="The same model for llama.cpp.")
@click.option("--llama-python", help="The Python that has llama-cpp-python; else this one.")
@click.option("--rounds", type=click.IntRange(min=1), default=7, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the result to this file.")
@json_option
@shared
def bench_lm(
    model: str | None,
    gguf: Path | None,
    llama_python: str | None,
    rounds: int,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Compare the language model with llama.cpp, in turns."""
    from edge.bench.command import lm

    with _app() as app:
        lm(app, model, gguf, llama_python, rounds, plot, as_json=as_json)


@bench.command("turn")
@click.option(
    "--recordings",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Recorded questions, or folders of them, to be asked as well.",
)
@click.option(
    "--kind",
    type=click.Choice(["all", "model", "instant", "hard"]),
    default="all",
    show_default=True,
    help="Questions for the language model, for skills, or both; hard: for several agents.",
)
@click.option("--questions", type=click.IntRange(min=0), help="Ask no more of them than this.")
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the recordings here.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the stages to this file.")
@json_option
@shared
def bench_turn(
    recordings: tuple[Path, ...],
    kind: str,
    questions: int | None,
    keep: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Measure the wait from a question's last sample to its answer's first."""
    from edge.bench.turn_command import turn

    with _app() as app:
        turn(app, recordings, kind, questions, keep, plot, as_json=as_json)


@bench.command("idle")
@click.option("--minutes", type=click.FloatRange(min=0.1), default=5.0, show_default=True)
@click.option(
    "--phase",
    "phases",
    multiple=True,
    type=click.Choice(["zeros", "quiet", "speech"]),
    help="Only this one (may be repeated): digital silence, a quiet room, a room with speech.",
)
@click.option(
    "--room", type=click.Path(path_type=Path), help="Recordings of people talking, for speech."
)
@json_option
@shared
def bench_idle(minutes: float, phases: tuple[str, ...], room: Path | None, as_json: bool) -> None:
    """Measure what listening costs while nobody asks anything."""
    from edge.bench.command import idle

    _log_to_stderr(click.get_current_context().ensure_object(dict).get("verbose", False))
    idle(minutes, phases, room, as_json=as_json)
