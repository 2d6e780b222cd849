"""`edge run`: puts microphone, assistant and speaker together for one session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from edge.app import App
from edge.assistant import Assistant
from edge.clock import SampleClock
from edge.devices import find
from edge.errors import AudioFileError
from edge.events import SAMPLE_RATE
from edge.hear.echo import canceller
from edge.hear.files import info
from edge.hear.keys import in_foreground, on_enter
from edge.hear.mic import FileMicrophone, Microphone
from edge.hear.mute import Mute
from edge.speak.signals import Signals, prepare_when_needed
from edge.speak.speaker import FileSpeaker, Speaker
from edge.timeline import Timeline
from edge.turn import TurnResult
from edge.volume import Volume
from edge.wall import VirtualClock

if TYPE_CHECKING:
    from edge.hear.attention import Attention
    from edge.remind.scheduler import Scheduler


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
        signals = Signals(sink, timeline, clock)
        signals.attend(microphone, sink)
        prepare_when_needed(sink, timeline)
        attention = app.attention(key=session.ptt)
        live = session.mic is None and session.speaker is None
        hears_itself = live and app.config.audio.echo == "cancel"
        echo = canceller() if hears_itself else None
        if echo is not None:
            sink.on_played(echo.played)
        volume = Volume()
        parts: dict[type, object] = {Volume: volume}
        mute = None
        if isinstance(microphone, Microphone):
            mute = parts[Mute] = Mute(microphone, app.wall, timeline.emit)
        assistant = Assistant(
            microphone=microphone,
            ears=app.listener(clock, attention),
            responder=app.responder(timeline.emit, parts=parts),
            synthesizer=app.synthesizer(),
            sink=sink,
            clock=clock,
            timeline=timeline,
            history_limit=app.config.lm.history,
            hears_itself=hears_itself,
            barge_in=app.config.audio.barge_in,
            echo=echo,
        )
        # "Set the volume to four" is a skill's, and is heard in the same place as "louder".
        assistant.answers.volume = volume
        if attention is not None:
            scheduler = app.scheduler()
            # While an alarm rings, "stop" needs no wake word.
            attention.speaking = lambda: assistant.answers.given is not None or scheduler.ringing
            attention.emit = timeline.emit
            if isinstance(microphone, Microphone):
                microphone.unhurried = attention.asleep
            timeline.watch(partial(_signal, signals))
        keys = Keys(assistant, app.scheduler(), attention if session.ptt else None, mute)
        if session.mic is None:
            click.echo(_greeting(app, session), err=True)
        press = keys.press if session.ptt or (session.mic is None and in_foreground()) else None
        results = asyncio.run(
            _both(assistant, app.scheduler(), session.turns, timeline, signals, press)
        )
    if not results and session.mic is not None and attention is None:
        raise AudioFileError(f"No speech was heard in {session.mic}.")
    return results


def _begins(app: App, session: Session) -> datetime:
    """The wall time at the recording's beginning, in the wearer's zone."""
    now = app.wall.now()
    return now if session.begins is None else session.begins.replace(tzinfo=now.tzinfo)


async def _both(
    assistant: Assistant,
    scheduler: Scheduler,
    turns: int | None,
    timeline: Timeline,
    signals: Signals,
    press: Callable[[], None] | None,
) -> list[TurnResult]:
    """Listen and answer; meanwhile the scheduler may speak up."""

    def heard(event: str, fields: dict[str, Any]) -> None:
        if event == "transcript" and fields["text"]:
            scheduler.heard()

    timeline.watch(heard)
    scheduler.memory.on_forget = assistant.answers.forget_history
    if press is not None:
        on_enter(press)
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(
            scheduler.run(
                assistant,
                calm=assistant.calm,
                chime=partial(signals.play, "thinking"),
                ring=signals.ring,
                emit=timeline.emit,
            )
        )
        results = await assistant.run(turns)
        telling.cancel()
    return results


def _signal(signals: Signals, event: str, fields: dict[str, Any]) -> None:
    """Say without words that the assistant listens."""
    if event == "wake":
        signals.play("listening")


@dataclass(frozen=True, slots=True)
class Keys:
    """What the key does: it ends what rings or is off; else, to push to talk, it listens."""

    assistant: Assistant
    scheduler: Scheduler
    attention: Attention | None
    """Of push-to-talk; None: there is nothing to push for."""
    mute: Mute | None

    def press(self) -> None:
        """The key was pressed."""
        ringing = self.scheduler.ringing
        self.scheduler.heard()
        if self.mute is not None and self.mute.muted:
            self.mute.off(by="key")
        elif self.attention is not None:
            # Be silent and listen.
            self.attention.press()
            self.assistant.be_silent()
        elif ringing or not self.assistant.calm():
            self.assistant.be_silent()


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
