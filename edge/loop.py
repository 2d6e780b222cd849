"""The voice loop, put together once for all who run it: a microphone, the assistant, a speaker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from edge.assistant import Assistant
from edge.hear.echo import EchoCanceller, canceller
from edge.hear.echo_path import EchoPath
from edge.hear.mute import Mutable, Mute
from edge.power import Power
from edge.remind.announcement import Suggestion
from edge.speak.signals import Chiming, Signals, prepare_when_needed
from edge.speak.speaker import Speaker
from edge.stages import AudioSink, AudioSource
from edge.volume import Volume

if TYPE_CHECKING:
    from edge.app import App
    from edge.clock import SampleClock
    from edge.hear.attention import Attention
    from edge.remind.scheduler import Scheduler
    from edge.speak.playback import Played
    from edge.timeline import Timeline
    from edge.turn import TurnResult


class Speaking(AudioSink, Chiming, Protocol):
    """A sink that also plays short sounds on top, and tells what the wearer is about to hear."""

    def on_played(self, listener: Played) -> None: ...


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


@dataclass(frozen=True, slots=True)
class Loop:
    """All parts of a session that somebody may want to look at while it runs."""

    assistant: Assistant
    scheduler: Scheduler
    signals: Signals
    timeline: Timeline
    volume: Volume
    attention: Attention | None
    """None: it always listens."""
    mute: Mute | None
    """None: the microphone is a recording."""
    keys: Keys
    power: Power = field(default_factory=Power)
    wake: str = ""
    """The wake phrase; empty: none is needed."""
    forgetting: list[Callable[[], None]] = field(default_factory=list)
    """Called when the wearer wants everything forgotten, for what is not in the memory's file."""
    echo: EchoCanceller | None = None
    """What takes the speaker out of the microphone; None: nothing has to."""
    echo_file: Path | None = None
    """Where what it learns is kept for the next session on these devices."""

    async def run(self, turns: int | None = None) -> list[TurnResult]:
        """Listen and answer (see `Assistant.run`); meanwhile the scheduler may speak up."""
        assistant, scheduler = self.assistant, self.scheduler

        def heard(event: str, fields: dict[str, Any]) -> None:
            if event == "transcript" and fields["text"]:
                scheduler.heard()

        self.timeline.watch(heard)
        scheduler.memory.on_forget = self._forget
        self.power.on_low(self._battery)
        if self.power.low:
            self._battery()
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(
                scheduler.run(
                    assistant,
                    calm=assistant.calm,
                    chime=partial(self.signals.play, "thinking"),
                    ring=self.signals.ring,
                    emit=self.timeline.emit,
                )
            )
            results = await assistant.run(turns)
            telling.cancel()
        return results

    def keep_echo(self) -> None:
        """Keep what this session has learnt of the way from the speaker to the microphone."""
        path = self.echo.path if self.echo is not None else None
        if path is not None and self.echo_file is not None:
            path.save(self.echo_file)

    def _battery(self) -> None:
        """Little is left in the battery, or enough again."""
        power = self.power
        self.timeline.emit("battery", percent=power.percent, low=power.low)
        if power.low:
            warning = Suggestion(
                "low battery",
                f"The battery is at {power.percent} percent.",
                f"Because that is below {power.low_at} percent. To save power, I begin no answer"
                " before you have finished, and think alone rather than in several ways.",
            )
            self.scheduler.warn("battery", warning)

    def _forget(self) -> None:
        self.assistant.answers.forget_history()
        for forget in self.forgetting:
            forget()


def assemble(
    app: App,
    microphone: AudioSource,
    sink: Speaking,
    clock: SampleClock,
    timeline: Timeline,
    *,
    hears_speaker: bool,
    ptt: bool = False,
    echo_file: Path | None = None,
) -> Loop:
    """Make the engines and put them between `microphone` and `sink`.

    `hears_speaker`: the microphone is in the same room as the speaker; `ptt`: push to talk;
    `echo_file`: where what was learnt of these devices' echo is, or will be (`Loop.keep_echo`).
    """
    signals = Signals(sink, timeline, clock)
    signals.attend(microphone, sink)
    prepare_when_needed(sink, timeline)
    attention = app.attention(key=ptt)
    hears_itself = hears_speaker and app.config.audio.echo == "cancel"
    echo = canceller(EchoPath.load(echo_file) if echo_file else None) if hears_itself else None
    if echo is not None:
        sink.on_played(echo.played)
        if isinstance(sink, Speaker):
            sink.on_torn(echo.torn)
    volume = Volume()
    parts: dict[type, object] = {Volume: volume}
    mute = None
    if isinstance(microphone, Mutable):
        mute = parts[Mute] = Mute(microphone, app.wall, timeline.emit)
    responder = app.responder(timeline.emit, parts=parts)
    ears = app.listener(clock, attention)
    ears.answerable = responder.answerable
    assistant = Assistant(
        microphone=microphone,
        ears=ears,
        responder=responder,
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
    assistant.saving = lambda: app.power.low
    scheduler = app.scheduler()
    if attention is not None:
        # While an alarm rings, "stop" needs no wake word.
        attention.speaking = lambda: assistant.answers.given is not None or scheduler.ringing
        attention.emit = timeline.emit
        if hasattr(microphone, "unhurried"):
            microphone.unhurried = attention.asleep
        timeline.watch(partial(_signal, signals))
    keys = Keys(assistant, scheduler, attention if ptt else None, mute)
    wake = "" if ptt else app.config.wake.phrase.strip(" ,")
    power = app.power
    loop = Loop(
        assistant,
        scheduler,
        signals,
        timeline,
        volume,
        attention,
        mute,
        keys,
        power,
        wake,
        echo=echo,
        echo_file=echo_file,
    )
    if echo is not None and echo_file is not None:
        loop.forgetting.extend([echo.forget, partial(echo_file.unlink, missing_ok=True)])
    return loop


def _signal(signals: Signals, event: str, fields: dict[str, Any]) -> None:
    """Say without words that the assistant listens."""
    if event == "wake":
        signals.play("listening")
