"""The session: listen, answer, be interrupted, and speak up unasked, until told to stop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from edge.aio import closing
from edge.answers import Answers
from edge.clock import SampleClock
from edge.controls import ACKNOWLEDGED, Control, backchannel, control, echo
from edge.events import (
    SAMPLE_RATE,
    Ask,
    AudioFrame,
    Draft,
    Partial,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcript,
)
from edge.stages import AudioSink, AudioSource, Responder, Synthesizer
from edge.timeline import Timeline
from edge.turn import TurnResult
from edge.volume import step_pace

_TAIL = 2 * SAMPLE_RATE
"""Silence heard after a recording's end before it is certain that nothing more will come."""
_HUSHED = SAMPLE_RATE // 2
"""Samples that a sound has to turn out to be speech, before the answer goes on."""
_OWN = SAMPLE_RATE * 3 // 5
"""Samples after the assistant fell silent within which a sound that ends was its own."""
_LATE = SAMPLE_RATE // 5
"""Samples by which its sound may come back later than it was played."""
_SHORT = 3
"""Words of an answer such as "yes, please"."""
_CUT_WORD = 0.4
"""Seconds that are said again after so short a silence: the word that was cut."""

Heard = SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded | Partial | Draft | Transcript


class Ears(Protocol):
    """What turns a microphone into utterances: see edge.hear.listen."""

    revised: Callable[[AudioFrame], AudioFrame]
    """What is known better, by now, about a frame that was heard a moment ago."""

    def events(self, source: AsyncIterator[AudioFrame]) -> AsyncIterator[Heard]:
        """The edges of speech and what was understood, in order."""


class Canceller(Protocol):
    """What takes the assistant's own voice out of the microphone: see edge.hear.echo."""

    voice: bool
    """Somebody else is heard while the assistant speaks."""

    def clean(self, frame: AudioFrame) -> AudioFrame:
        """`frame` without what the speaker played."""

    def revised(self, frame: AudioFrame) -> AudioFrame:
        """What `clean` gave, a moment ago, with what is known by now."""

    def mistaken(self) -> None:
        """What was taken for a voice was none."""


@dataclass(slots=True)
class Assistant:
    """Owns the session: what is heard, and what is done about it."""

    microphone: AudioSource
    ears: Ears
    responder: Responder
    synthesizer: Synthesizer
    sink: AudioSink
    clock: SampleClock
    timeline: Timeline
    history_limit: int = 4
    """Earlier exchanges that a question is asked with."""
    hears_itself: bool = False
    """The microphone picks the speaker up: without `echo` do not listen while speaking."""
    barge_in: bool = False
    """The wearer's voice stops the answer; else what is said meanwhile is answered after it."""
    echo: Canceller | None = None
    saving: Callable[[], bool] = lambda: False
    """Whether to do nothing that may turn out to be for nothing."""
    answers: Answers = field(init=False)
    _utterance: bool = False
    """Somebody is speaking, or what they said is being recognised."""
    _noticed: int = 0
    """Sample at which the end of the last utterance was noticed."""
    _hushed: int | None = None
    """Sample at which the answer was held for a sound that may be speech."""
    _voice: bool = False
    """Somebody was heard in the frame before."""
    _hint: asyncio.Task[None] | None = None
    """Preparing for a question that is still being spoken."""

    def __post_init__(self) -> None:
        self.answers = Answers(
            self.responder,
            self.synthesizer,
            self.sink,
            self.clock,
            self.timeline,
            self.history_limit,
            lambda: not self._utterance,
        )
        if self.echo is not None:
            self.ears.revised = self.echo.revised

    @property
    def results(self) -> list[TurnResult]:
        """The turns so far."""
        return self.answers.results

    async def run(self, turns: int | None = None) -> list[TurnResult]:
        """Listen and answer until `turns` answers were spoken or the microphone's recording ended.

        A live microphone has no end: then only cancelling (Ctrl-C) ends it.
        """
        try:
            async with self.microphone, self.sink, asyncio.TaskGroup() as session:
                self.answers.session = session
                # While the wearer takes a breath; the first question waits for it on its worker.
                session.create_task(self._warm())
                hearing = session.create_task(self._hear(session))
                counting = session.create_task(self._count(turns, session))
                self.answers.next()
                await asyncio.wait((hearing, counting), return_when=asyncio.FIRST_COMPLETED)
                hearing.cancel()
                counting.cancel()
                self._stop_hint()
                self.answers.stop()
        finally:
            gc.unfreeze()
        return self.results

    def calm(self) -> bool:
        """Whether nobody speaks, and nothing is being answered."""
        return not self._utterance and not self.answers.busy

    async def hear_text(self, text: str) -> None:
        """Take `text` as if it had been said now, though it was typed."""
        self.timeline.emit("transcript", text=text, typed=True)
        now = self.clock.now
        await self._understood(Transcript(text, now, now, 0.0), now)

    async def announce(self, text: str) -> bool:
        """Speak `text` as soon as nobody speaks (`edge.stages.Announcer`)."""
        return await self.answers.announce(text)

    def be_silent(self) -> None:
        """Stop speaking: the wearer wants to."""
        session = self.answers.session
        if session is not None:
            session.create_task(self.answers.cut())

    async def _warm(self) -> None:
        await self.responder.warm()
        # What is loaded by now stays: answers need not wait while it is looked through for garbage.
        gc.collect()
        gc.freeze()

    async def _count(self, turns: int | None, session: asyncio.TaskGroup) -> None:
        while turns is None or len(self.results) < turns:
            await self.answers.recorded.wait()
            self.answers.recorded.clear()
            if not self._utterance:
                # The next question needs not wait until this exchange is taken in.
                self._prepare_for("", session)

    async def _hear(self, session: asyncio.TaskGroup) -> None:
        answers = self.answers
        async with closing(self.ears.events(self._frames())) as events:
            async for event in events:
                match event:
                    case SpeechStarted(at):
                        self.timeline.emit("speech_started", at)
                        self._utterance = True
                        if self.barge_in:
                            answers.hold(at)
                    case SpeechPaused(at):
                        self.timeline.emit("speech_paused", at)
                    case SpeechResumed(at):
                        self.timeline.emit("speech_resumed", at)
                        await answers.drop("resumed")
                    case SpeechEnded(at, noticed):
                        self._noticed = noticed
                        self.timeline.emit("speech_ended", at, noticed=noticed / SAMPLE_RATE)
                    case Partial(text):
                        self.timeline.emit("partial", text=text)
                        self._prepare_for(text, session)
                    case Draft(transcript):
                        self._prepare(transcript)
                    case Transcript():
                        self._utterance = False
                        self.timeline.emit("transcript", text=event.text)
                        heard = replace(event, text="") if self._ended_with_it(event) else event
                        await self._understood(heard, self._noticed)

    async def _frames(self) -> AsyncIterator[AudioFrame]:
        async with closing(aiter(self.microphone)) as frames:
            async for frame in frames:
                if self.echo is not None:
                    cleaned = self.echo.clean(frame)
                    await self._listen_up(frame)
                    yield cleaned
                elif self.answers.given is not None and self.hears_itself:
                    yield AudioFrame(np.zeros_like(frame.samples), frame.start)
                else:
                    yield frame
                ended = self.microphone.ended_at
                busy = self.answers.busy or self._utterance
                if ended is not None and not busy and frame.end - ended >= _TAIL:
                    return

    async def _listen_up(self, frame: AudioFrame) -> None:
        """Be silent as soon as somebody is heard; go on, if that turns out to be no speech.

        The silence is what shows it: with no echo left, the ears are as good as ever.
        """
        if self.echo is None:
            return
        begun = self.echo.voice and not self._voice
        self._voice = self.echo.voice
        if not self.barge_in or self._utterance:
            self._hushed = None
        elif self._hushed is not None:
            if frame.end - self._hushed > _HUSHED:
                self._hushed = None
                self.echo.mistaken()
                await self.answers.go_on(back=_CUT_WORD)
        elif begun and self.answers.sounding:
            self._hushed = frame.start
            self.answers.hold(frame.start)

    def _ended_with_it(self, transcript: Transcript) -> bool:
        """Whether what was heard began while the assistant spoke, and ended as it fell silent:
        then it was the assistant, however that was understood. A command may be as short, and an
        answer to what was asked."""
        text, silent = transcript.text, self.answers.silent_since
        if self.echo is None or silent is None or self._command(text) is not None:
            return False
        if self.answers.latest.endswith("?") and len(text.split()) <= _SHORT:
            return False
        return transcript.start - silent < _LATE and transcript.end - silent < _OWN

    def _prepare(self, transcript: Transcript) -> None:
        """Begin with the answer while it is not certain that the question is over."""
        text, answers = transcript.text, self.answers
        waits = answers.asked or (answers.given is not None and not self.barge_in)
        waits = waits or self.saving()
        if text and not (answers.draft or waits or self._command(text) or self._is_aside(text)):
            self._stop_hint()
            answers.prepare(transcript)

    async def _understood(self, transcript: Transcript, noticed: int) -> None:
        """The utterance is over: answer it, obey it, or go on as if nothing had been said.

        `noticed`: the sample at which its end was.
        """
        text, answers = transcript.text, self.answers
        command = self._command(text)
        if command is not None:
            await answers.drop("command")
            await self._obey(command, transcript, noticed)
        elif not text or self._is_aside(text):
            await answers.drop("no question")
            if self.echo is not None and (not text or echo(text, answers.spoken)):
                self.echo.mistaken()
            await answers.go_on()
        else:
            if self.barge_in:
                await answers.cut()
            await answers.ask(transcript, noticed)
        answers.next()

    def _is_aside(self, text: str) -> bool:
        """Said during an answer without asking for anything, or said by the assistant itself."""
        spoken = self.answers.spoken
        return bool(spoken) and (backchannel(text, spoken) or echo(text, spoken))

    def _command(self, text: str) -> Control | None:
        return control(text, speaking=self.answers.given is not None)

    async def _obey(self, command: Control, transcript: Transcript, noticed: int) -> None:
        self.timeline.emit("control", command=command.value)
        answers = self.answers
        text = ACKNOWLEDGED.get(command, "")
        match command:
            case Control.STOP:
                await answers.cut()
                answers.forget()
            case Control.REPEAT:
                text = answers.latest or "I have not said anything yet."
                await answers.cut()
            case Control.LOUDER | Control.QUIETER:
                answers.volume.step(1 if command is Control.LOUDER else -1)
            case Control.FASTER | Control.SLOWER:
                step_pace(self.synthesizer, 1 if command is Control.FASTER else -1)
        if answers.given is None:
            answers.say(transcript, noticed, text)
        else:
            # What is being said shows it.
            await answers.go_on()

    def _prepare_for(self, text: str, session: asyncio.TaskGroup) -> None:
        """Let the responder take in what is understood of a question so far."""
        self._stop_hint()
        if self.saving():
            return
        self._hint = session.create_task(self.responder.hint(Ask(text, self.answers.history())))

    def _stop_hint(self) -> None:
        if self._hint is not None:
            self._hint.cancel()
