"""`edge run`: one session with a microphone and a speaker, live ones or files."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
import platformdirs

from edge.aio import cancelled
from edge.app import App
from edge.clock import SampleClock
from edge.devices import find
from edge.errors import AudioFileError
from edge.events import SAMPLE_RATE
from edge.hear.echo_path import file_for
from edge.hear.files import info
from edge.hear.keys import in_foreground, on_enter
from edge.hear.mic import FileMicrophone, Microphone
from edge.loop import Loop, assemble
from edge.speak.speaker import FileSpeaker, Speaker
from edge.timeline import Timeline
from edge.turn import TurnResult
from edge.wall import VirtualClock


@dataclass(frozen=True, slots=True)
class Session:
    """What one run of the voice loop was asked to do."""

    mic: Path | None = None
    """A recording as microphone; None: a live one."""
    speaker: Path | None = None
    """A file as speaker; None: a live one."""
    input_device: str | None = None
    """Name or number of the live microphone; None: the one of the settings."""
    output_device: str | None = None
    """Name or number of the live speaker; None: the one of the settings."""
    fast: bool = False
    """Virtual time in place of real time; only for files."""
    turns: int | None = None
    """Answers after which to stop; None: never."""
    trace: Path | None = None
    """Where to write the trace."""
    ptt: bool = False
    """Push to talk: listen only after Enter was pressed."""
    begins: datetime | None = None
    """The wall time at the recording's beginning, in virtual time; None: now."""


def converse(app: App, session: Session) -> list[TurnResult]:
    """Run the loop until it has done its turns, its recording has ended, or Ctrl-C."""
    clock = SampleClock()
    if session.fast:
        app.wall = VirtualClock(_begins(app, session), clock)
    # Whatever can be refused is refused before the engines are loaded.
    microphone = _microphone(app, session, clock)
    sink = _sink(app, session, clock)
    with ExitStack() as stack:
        timeline = Timeline(clock, _trace_file(session.trace, stack))
        timeline.watch(print_conversation)
        live = session.mic is None and session.speaker is None
        loop = assemble(
            app,
            microphone,
            sink,
            clock,
            timeline,
            hears_speaker=live,
            ptt=session.ptt,
            echo_file=_echo_file(microphone, sink),
        )
        stack.callback(loop.keep_echo)
        if session.mic is None:
            click.echo(_greeting(app, session), err=True)
        keyed = session.ptt or (session.mic is None and in_foreground())
        results = asyncio.run(_run(loop, session.turns, keyed=keyed, live=live))
        attention = loop.attention
    if not results and session.mic is not None and attention is None:
        raise AudioFileError(f"No speech was heard in {session.mic}.")
    return results


def _begins(app: App, session: Session) -> datetime:
    """The wall time at the recording's beginning, in the wearer's zone."""
    now = app.wall.now()
    return now if session.begins is None else session.begins.replace(tzinfo=now.tzinfo)


async def _run(loop: Loop, turns: int | None, *, keyed: bool, live: bool) -> list[TurnResult]:
    if keyed:
        on_enter(loop.keys.press)
    watching = asyncio.create_task(loop.power.watch(asyncio.sleep)) if live else None
    try:
        return await loop.run(turns)
    finally:
        if watching is not None:
            await cancelled(watching)


def _echo_file(microphone: FileMicrophone | Microphone, sink: FileSpeaker | Speaker) -> Path | None:
    """Where what is learnt of the devices' echo is kept; None for files."""
    if not isinstance(microphone, Microphone) or not isinstance(sink, Speaker):
        return None
    cache = platformdirs.user_cache_path("edge", appauthor=False) / "echo"
    return file_for(cache, (microphone.device.name, sink.device.name))


def _greeting(app: App, session: Session) -> str:
    if session.ptt:
        return "Press Enter and speak. Ctrl-C ends."
    phrase = app.config.wake.phrase.strip(" ,")
    return f'Listening for "{phrase}". Ctrl-C ends.' if phrase else "Listening. Ctrl-C ends."


def print_conversation(event: str, fields: dict[str, Any]) -> None:
    """What was heard and what is said, on standard output."""
    match event:
        case "transcript" if fields["text"]:
            click.echo(f"Heard: {fields['text']}")
        case "sentence":
            click.echo(f"Edge:  {fields['text']}")


def _microphone(app: App, session: Session, clock: SampleClock) -> FileMicrophone | Microphone:
    if session.mic is not None:
        info(session.mic)
        return FileMicrophone(session.mic, clock, pace="fast" if session.fast else "real")
    name = app.config.audio.input if session.input_device is None else session.input_device
    return Microphone(find(name, "input"), clock)


def _sink(app: App, session: Session, clock: SampleClock) -> FileSpeaker | Speaker:
    if session.speaker is not None:
        # Sample n of both files is to be the same moment, so they have the same rate.
        rate = info(session.mic).rate if session.mic is not None else SAMPLE_RATE
        return FileSpeaker(session.speaker, clock, rate=rate)
    name = app.config.audio.output if session.output_device is None else session.output_device
    return Speaker(find(name, "output"), clock)


def _trace_file(path: Path | None, stack: ExitStack) -> TextIO | None:
    if path is None:
        return None
    try:
        return stack.enter_context(path.open("w", encoding="utf-8"))
    except OSError as error:
        raise AudioFileError(f"{path} cannot be written: {error.strerror}.") from None
