"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from edge import __version__, exits
from edge.trust import guard

if TYPE_CHECKING:
    from datetime import datetime

    from edge.app import App

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])


class Group(click.Group):
    """Names the nearest command where one is misspelt."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


def shared(command: F) -> F:
    """Options that every command takes, before or after its name."""

    def store(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value and param.name is not None:
            ctx.ensure_object(dict)[param.name] = value

    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Log what happens to standard error."),
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            help="Settings file in place of edge.toml.",
        ),
        click.option("--offline", is_flag=True, help="Never touch the network."),
    ):
        command = option(command)
    for option in command.__click_params__[-3:]:  # type: ignore[attr-defined]
        option.callback = store
        option.expose_value = False
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="edge")
@shared
def cli() -> None:
    """A private voice assistant: it hears, thinks and speaks on this device."""


def _app() -> App:
    """Settings and model store, as the shared options ask."""
    from edge.app import App
    from edge.config import load
    from edge.models import Store

    options = click.get_current_context().ensure_object(dict)
    _log_to_stderr(options.get("verbose", False))
    config = load(options.get("config"))
    offline = True if options.get("offline") else None
    from edge.models.progress import TerminalProgress

    return App(config, Store(offline=offline, progress=TerminalProgress()))


@cli.command()
@click.option("--mic", type=click.Path(path_type=Path), help="A recording as the microphone.")
@click.option("--speaker", type=click.Path(path_type=Path), help="A file as the speaker.")
@click.option("--input-device", help="Microphone: name or number from `edge devices`.")
@click.option("--output-device", help="Speaker: name or number from `edge devices`.")
@click.option(
    "--pace",
    type=click.Choice(["real", "fast"]),
    default="real",
    show_default=True,
    help="Play a recording in real time, or as fast as it can be heard (virtual time).",
)
@click.option("--once", is_flag=True, help="Stop after the first answer.")
@click.option("--turns", type=click.IntRange(min=1), help="Stop after so many answers.")
@click.option("--trace", type=click.Path(path_type=Path), help="Write what happened as JSON lines.")
@click.option("--ptt", is_flag=True, help="Push to talk: listen only after Enter was pressed.")
@click.option(
    "--begins",
    type=click.DateTime(("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")),
    help="The local time at which a recording begins, with --pace fast; else now.",
)
@shared
def run(
    mic: Path | None,
    speaker: Path | None,
    input_device: str | None,
    output_device: str | None,
    pace: str,
    once: bool,
    turns: int | None,
    trace: Path | None,
    ptt: bool,
    begins: datetime | None,
) -> None:
    """Listen and answer aloud, until Ctrl-C."""
    if once and turns not in (None, 1):
        raise click.UsageError("--once and --turns contradict each other.")
    if pace == "fast" and (mic is None or speaker is None):
        raise click.UsageError("--pace fast needs files: --mic FILE and --speaker FILE.")
    if begins is not None and pace != "fast":
        raise click.UsageError("--begins needs --pace fast.")
    from edge.session import Session, converse

    session = Session(
        mic=mic,
        speaker=speaker,
        input_device=input_device,
        output_device=output_device,
        fast=pace == "fast",
        turns=1 if once else turns,
        trace=trace,
        ptt=ptt,
        begins=begins,
    )
    with _app() as app:
        converse(app, session)


@cli.command()
@click.argument("text")
@click.option(
    "--depth",
    type=click.Choice(["instant", "thinking", "contemplating"]),
    help="How deeply to think about it; else as the question asks for.",
)
@click.option("--yes", is_flag=True, help="It may be sent to a service that you named.")
@json_option
@shared
def ask(text: str, depth: str | None, yes: bool, as_json: bool) -> None:
    """Answer TEXT (or standard input, for -) in text."""
    from edge.commands import ask as answer

    with _app() as app:
        answer(app, text, depth=depth or "", agreed=yes, as_json=as_json)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@shared
def hear(files: tuple[Path, ...], as_json: bool) -> None:
    """Print what is said in each of FILES."""
    from edge.commands import hear as transcribe

    with _app() as app:
        ok = transcribe(app, files, as_json=as_json)
    if not ok:
        sys.exit(exits.BAD_INPUT)


@cli.command()
@click.argument("text")
@click.option("--out", type=click.Path(path_type=Path), help="Write the sound to this file.")
@json_option
@shared
def say(text: str, out: Path | None, as_json: bool) -> None:
    """Speak TEXT (or standard input, for -), aloud or into a file."""
    from edge.commands import say as speak

    with _app() as app:
        speak(app, text, out, as_json=as_json)


@cli.command()
@json_option
@shared
def devices(as_json: bool) -> None:
    """List microphones and speakers."""
    from edge.commands import devices as list_devices

    list_devices(as_json=as_json)


@cli.command()
@json_option
@shared
def doctor(as_json: bool) -> None:
    """Say what works on this machine, what does not, and what to do about it."""
    from edge.doctor import examine, show

    options = click.get_current_context().ensure_object(dict)
    findings = examine(options.get("config"))
    show(findings, as_json=as_json)
    if any(finding.status == "fail" for finding in findings):
        sys.exit(1)


@cli.command()
@click.option("--mic", type=click.Path(path_type=Path), help="A recording of a question.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("edge-answer.wav"),
    show_default=True,
    help="Where the spoken answer goes.",
)
@shared
def demo(mic: Path | None, out: Path) -> None:
    """Run the whole loop once and show where the time went."""
    from edge.demo import demonstrate

    with _app() as app:
        demonstrate(app, mic, out)


@cli.group(cls=Group)
@shared
def models() -> None:
    """The model store."""


@models.command("list")
@json_option
@shared
def models_list(as_json: bool) -> None:
    """List the known models and which are here."""
    from edge.commands import models_list as show

    with _app() as app:
        show(app, as_json=as_json)


@models.command("pull")
@click.argument("names", nargs=-1)
@shared
def models_pull(names: tuple[str, ...]) -> None:
    """Fetch NAMES, or all that the settings ask for."""
    with _app() as app:
        for name in names or app.models():
            click.echo(f"{name}: {app.store.pull(name, repair=True)}")


@models.command("verify")
@click.argument("names", nargs=-1)
@json_option
@shared
def models_verify(names: tuple[str, ...], as_json: bool) -> None:
    """Check NAMES, or all models that are here, against their checksums."""
    from edge.commands import models_verify as verify

    with _app() as app:
        ok = verify(app, names, as_json=as_json)
    if not ok:
        sys.exit(exits.BAD_INPUT)


@models.command("path")
@click.argument("name")
@shared
def models_path(name: str) -> None:
    """Print the folder of the model NAME."""
    with _app() as app:
        click.echo(app.store.path(name))


def _log_to_stderr(verbose: bool) -> None:
    level = os.environ.get("EDGE_LOG", "INFO" if verbose else "WARNING").upper()
    known = ("DEBUG", "INFO", "WARNING", "ERROR")
    if level not in known:
        raise click.UsageError(f"EDGE_LOG is {level!r}; known are {', '.join(known)}.")
    logging.basicConfig(level=level, format="%(levelname).1s %(name)s: %(message)s", force=True)


def _attach() -> None:
    """The commands that have a file of their own."""
    from edge.bench.cli import bench
    from edge.eval.cli import eval_
    from edge.health.command import health
    from edge.hear.wake_command import wake
    from edge.memory.command import memory
    from edge.scenario.command import scenario
    from edge.serve.command import serve
    from edge.shopping.command import shopping
    from edge.sim.command import sim
    from edge.trust.command import ledger

    cli.add_command(bench)
    cli.add_command(eval_)
    cli.add_command(memory)
    cli.add_command(scenario)
    cli.add_command(ledger)
    cli.add_command(health)
    cli.add_command(shopping)
    cli.add_command(sim)
    cli.add_command(wake)
    cli.add_command(serve)


_attach()


def main() -> NoReturn:
    """Run the command line and end the process."""
    # Before anything of anybody's is loaded: only the trust gate opens connections.
    guard.install()
    exits.run(lambda: cli.main(prog_name="edge", standalone_mode=False))
