"""The session: listen, and answer one turn after the other, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from edge.aio import closing
from edge.clock import SampleClock
from edge.events import (
    SAMPLE_RATE,
    Ask,
    AudioFrame,
    Exchange,
    Partial,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
    Transcript,
)
from edge.stages import AudioSink, AudioSource, Responder, Synthesizer
from edge.timeline import Timeline
from edge.turn import Turn, TurnResult

log = logging.getLogger(__name__)

_TAIL = 2 * SAMPLE_RATE
"""Silence heard after a recording's end before it is certain that nothing more will come."""

Heard = SpeechStarted | SpeechPaused | SpeechEnded | Partial | Transcript


class Ears(Protocol):
    """What turns a microphone into utterances: see edge.hear.listen."""

    def events(self, source: AsyncIterator[AudioFrame]) -> AsyncIterator[Heard]:
        """The edges of speech and what was understood, in order."""


@dataclass(slots=True)
class Assistant:
    """Owns the session's two tasks: hearing, and answering in the order of the questions."""

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
    """The microphone picks the speaker up: do not listen while speaking."""
    results: list[TurnResult] = field(default_factory=list)
    _questions: asyncio.Queue[tuple[Transcript, int] | None] = field(default_factory=asyncio.Queue)
    _waiting: int = 0
    """Questions heard whose answers have not been spoken to the end."""
    _utterance: bool = False
    """Somebody is speaking, or what they said is being recognised."""
    _speaking: bool = False
    _hint: asyncio.Task[None] | None = None
    """Preparing for a question that is still being spoken."""

    async def run(self, turns: int | None = None) -> list[TurnResult]:
        """Listen and answer until `turns` answers were spoken or the microphone's recording ended.

        A live microphone has no end: then only cancelling (Ctrl-C) ends it.
        """
        async with self.microphone, self.sink, asyncio.TaskGroup() as session:
            # While the wearer takes a breath; the first question waits for it on its own worker.
            session.create_task(self.responder.warm())
            hearing = session.create_task(self._hear(session))
            answering = session.create_task(self._answer(turns))
            await answering
            hearing.cancel()
            if self._hint is not None:
                self._hint.cancel()
        return self.results

    async def _hear(self, session: asyncio.TaskGroup) -> None:
        noticed = 0
        async with closing(self.ears.events(self._frames())) as events:
            async for event in events:
                match event:
                    case SpeechStarted(at):
                        self._utterance = True
                        self.timeline.emit("speech_started", at)
                    case SpeechPaused(at):
                        self.timeline.emit("speech_paused", at)
                    case SpeechEnded(at, noticed):
                        self.timeline.emit("speech_ended", at, noticed=noticed / SAMPLE_RATE)
                    case Partial(text):
                        self.timeline.emit("partial", text=text)
                        if self._hint is not None:
                            self._hint.cancel()
                        ask = Ask(text, self._history())
                        self._hint = session.create_task(self.responder.hint(ask))
                    case Transcript(text):
                        self._utterance = False
                        self.timeline.emit("transcript", text=text)
                        if text:
                            self._waiting += 1
                            self._questions.put_nowait((event, noticed))
        self._questions.put_nowait(None)

    async def _frames(self) -> AsyncIterator[AudioFrame]:
        async with closing(aiter(self.microphone)) as frames:
            async for frame in frames:
                if self._speaking and self.hears_itself:
                    yield AudioFrame(np.zeros_like(frame.samples), frame.start)
                else:
                    yield frame
                ended = self.microphone.ended_at
                busy = self._waiting or self._utterance
                if ended is not None and not busy and frame.end - ended >= _TAIL:
                    return

    async def _answer(self, turns: int | None) -> None:
        while turns is None or len(self.results) < turns:
            question = await self._questions.get()
            if question is None:
                return
            transcript, noticed = question
            turn = Turn(
                number=len(self.results) + 1,
                transcript=transcript,
                noticed=noticed,
                responder=self.responder,
                synthesizer=self.synthesizer,
                sink=self.sink,
                clock=self.clock,
                timeline=self.timeline,
                history=self._history(),
            )
            self._speaking = True
            try:
                self.results.append(await turn.run())
            finally:
                self._speaking = False
                self._waiting -= 1

    def _history(self) -> tuple[Exchange, ...]:
        exchanges = [result.exchange for result in self.results]
        return tuple(exchanges[max(0, len(exchanges) - self.history_limit) :])
