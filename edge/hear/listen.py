"""From a microphone's frames to what was said: detector, endpointer and recogniser together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Protocol, runtime_checkable

from edge.events import (
    SAMPLE_RATE,
    AudioFrame,
    Partial,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
    Transcript,
)
from edge.hear.turn_end import TurnEnd
from edge.hear.vad import silent
from edge.stages import Detector, Endpointer, Recognizer
from edge.worker import Worker

Heard = SpeechStarted | SpeechPaused | SpeechEnded | Partial | Transcript

Hold = Callable[[], AbstractContextManager[None]]

NOTICE = 3 * SAMPLE_RATE
"""Samples kept beyond the pre-roll: an utterance is noticed no later than this after it begins."""


@runtime_checkable
class Hurried(Protocol):
    """A recogniser whose partial results can be cut short from another thread."""

    def hurry(self) -> None:
        """No more partial results for this utterance."""


class Listener:
    """Cuts utterances out of a stream and has them recognised on the worker's thread.

    The detector and the endpointer run in the event loop. Frames are handed to the worker in
    order and never waited for, except at the end of an utterance: then no frame is taken from the
    source until the transcript is there.
    """

    def __init__(
        self,
        detector: Detector,
        endpointer: Endpointer,
        recognizer: Recognizer,
        worker: Worker,
        *,
        preroll_ms: int,
        turn_end: TurnEnd | None = None,
        hold: Hold = nullcontext,
    ) -> None:
        """`turn_end` ends an utterance before the endpointer's silence is over.

        `hold` is entered while the recogniser works: virtual time is to stand still then, so
        that partial results and transcripts come at the same sample on any machine.
        """
        self._detector = detector
        self._endpointer = endpointer
        self._recognizer = recognizer
        self._worker = worker
        self._preroll = preroll_ms * SAMPLE_RATE // 1000
        self._turn_end = turn_end
        self._hold = hold

    async def events(self, source: AsyncIterable[AudioFrame]) -> AsyncIterator[Heard]:
        """What is heard in `source`, until it ends.

        Each utterance gives one SpeechStarted, pauses and partial results, one SpeechEnded and one
        Transcript. An utterance that the end of the source cuts off ends there.
        """
        self._detector.reset()
        self._endpointer.reset()
        # Before any frame: an earlier stream may have been left in the middle of an utterance.
        await self._worker.run(self._recognizer.reset)
        recent: deque[AudioFrame] = deque()
        """The last frames, for the pre-roll."""
        floor = 0
        """Where the utterance before ended: its words are not heard twice."""
        utterance: _Utterance | None = None
        latest = 0
        try:
            async for frame in source:
                latest = frame.end
                recent.append(frame)
                while recent[0].end <= frame.end - self._preroll - NOTICE:
                    recent.popleft()
                if utterance is not None:
                    partial = utterance.take(frame)
                    if partial is not None:
                        yield partial
                    self._judge(frame)
                quiet = utterance is None and silent(frame)
                score = 0.0 if quiet else self._detector.score(frame)
                for edge in self._endpointer.push(score, frame):
                    if isinstance(edge, SpeechStarted):
                        begin = max(edge.at - self._preroll, floor)
                        utterance = _Utterance(self._recognizer, self._worker, edge.at, self._hold)
                        if self._turn_end is not None:
                            self._turn_end.begin()
                        for earlier in recent:
                            if earlier.end > begin:
                                part = _from(earlier, begin)
                                utterance.take(part)
                                if self._turn_end is not None:
                                    self._turn_end.hear(part)
                        yield edge
                    elif isinstance(edge, SpeechPaused):
                        yield edge
                    elif utterance is not None:
                        ended, utterance, floor = utterance, None, edge.at
                        transcript = ended.finish(edge)
                        try:
                            with self._hold():
                                yield edge
                                heard = await transcript
                            yield heard
                        finally:
                            await _cancelled(transcript)
                            await ended.drop()
            if utterance is not None:
                edge = SpeechEnded(latest, latest)
                self._endpointer.reset()
                yield edge
                yield await utterance.finish(edge)
        finally:
            if utterance is not None:
                utterance.hurry()
                await utterance.drop()
            if self._turn_end is not None:
                await self._turn_end.drop()

    def _judge(self, frame: AudioFrame) -> None:
        """Let whoever judges the end of turns hear `frame`, and end the utterance if it is over."""
        if self._turn_end is not None:
            self._turn_end.hear(frame)
            if self._turn_end.complete(self._endpointer.paused, frame.end):
                self._endpointer.finish()


class _Utterance:
    """One utterance on its way into the recogniser."""

    def __init__(
        self,
        recognizer: Recognizer,
        worker: Worker,
        start: int,
        hold: Hold,
    ) -> None:
        self._recognizer = recognizer
        self._worker = worker
        self._hold = hold
        self._start = start
        self._waiting: list[AudioFrame] = []
        self._feeding: asyncio.Task[Partial | None] | None = None

    def take(self, frame: AudioFrame) -> Partial | None:
        """Hand `frame` over as soon as the worker is free; a partial result that has come."""
        self._waiting.append(frame)
        partial = None
        if self._feeding is not None:
            if not self._feeding.done():
                return None
            partial = self._feeding.result()
        frames, self._waiting = self._waiting, []
        self._feeding = asyncio.create_task(self._feed(frames))
        return partial

    def finish(self, edge: SpeechEnded) -> asyncio.Task[Transcript]:
        """The transcript to come."""
        self.hurry()
        return asyncio.create_task(self._finish(self._feeding, self._waiting, edge))

    def hurry(self) -> None:
        """Whoever waits for the recogniser now does not wait for a partial result."""
        if isinstance(self._recognizer, Hurried):
            self._recognizer.hurry()

    async def drop(self) -> None:
        """Leave no task behind. The recogniser may be in the middle: the next stream resets it."""
        if self._feeding is not None:
            await _cancelled(self._feeding)

    async def _feed(self, frames: list[AudioFrame]) -> Partial | None:
        with self._hold():
            return await self._worker.run(self._accept, frames)

    async def _finish(
        self,
        feeding: asyncio.Task[Partial | None] | None,
        frames: list[AudioFrame],
        edge: SpeechEnded,
    ) -> Transcript:
        if feeding is not None:
            await feeding
        transcript = await self._worker.run(self._accept_and_finish, frames)
        return replace(transcript, start=self._start, end=edge.at)

    def _accept(self, frames: list[AudioFrame]) -> Partial | None:
        latest = None
        for frame in frames:
            latest = self._recognizer.accept(frame) or latest
        return latest

    def _accept_and_finish(self, frames: list[AudioFrame]) -> Transcript:
        self._accept(frames)
        return self._recognizer.finish()


def _from(frame: AudioFrame, begin: int) -> AudioFrame:
    """`frame` without what comes before `begin`."""
    if frame.start >= begin:
        return frame
    return AudioFrame(frame.samples[begin - frame.start :], begin, frame.rate)


async def _cancelled(task: asyncio.Task[Partial | None] | asyncio.Task[Transcript]) -> None:
    """Wait until `task` has gone (a call that the worker has begun still ends by itself)."""
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
