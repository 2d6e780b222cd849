"""One utterance on its way through the recogniser, whose thread is never waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol, runtime_checkable

from edge.aio import cancelled
from edge.events import AudioFrame, Draft, Partial, SpeechEnded, Transcript
from edge.stages import Recognizer
from edge.worker import Worker

Hold = Callable[[], AbstractContextManager[None]]


@runtime_checkable
class Hurried(Protocol):
    """A recogniser whose partial results can be cut short from another thread."""

    def hurry(self) -> None:
        """No more partial results for this utterance."""


@runtime_checkable
class Drafting(Protocol):
    """A recogniser that can say in a pause what `finish` would say."""

    def draft(self) -> Transcript | None:
        """The text of what was accepted; the utterance goes on. None if it was hurried."""


class Utterance:
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
        self._drafting: asyncio.Task[Transcript | None] | None = None
        self._told = False
        """What the pause's draft says has been told."""
        self._pauses = 0

    def take(self, frame: AudioFrame) -> Partial | Draft | None:
        """Hand `frame` over as soon as the worker is free; a result that has come."""
        self._waiting.append(frame)
        if self._drafting is not None:
            # The rest of the pause waits: it is silence, and may be the end.
            return self._drafted()
        partial = None
        if self._feeding is not None:
            if not self._feeding.done():
                return None
            partial = self._feeding.result()
        frames, self._waiting = self._waiting, []
        self._feeding = asyncio.create_task(self._feed(frames))
        return partial

    def draft(self) -> None:
        """The wearer pauses: find out what was said, in case that this is all."""
        if self._drafting is None and isinstance(self._recognizer, Drafting):
            self.hurry()
            self._pauses += 1
            self._told = False
            frames, self._waiting = self._waiting, []
            self._drafting = asyncio.create_task(
                self._draft(self._recognizer, self._feeding, frames, self._pauses)
            )

    def resume(self) -> None:
        """The wearer goes on: what was found out is of no use."""
        if self._drafting is not None:
            if not self._drafting.done():
                self.hurry()
            # Further frames follow it to the worker.
            self._pauses += 1
            self._feeding = asyncio.create_task(self._after(self._drafting))
            self._drafting = None

    def finish(self, edge: SpeechEnded) -> asyncio.Task[Transcript]:
        """The transcript to come."""
        if self._drafting is None:
            self.hurry()
        return asyncio.create_task(self._finish(self._feeding, self._drafting, self._waiting, edge))

    def hurry(self) -> None:
        """Whoever waits for the recogniser now does not wait for a partial result."""
        if isinstance(self._recognizer, Hurried):
            self._recognizer.hurry()

    async def drop(self) -> None:
        """Leave no task behind. The recogniser may be in the middle: the next stream resets it."""
        self._pauses += 1
        for task in (self._feeding, self._drafting):
            if task is not None:
                await cancelled(task)

    def _drafted(self) -> Draft | None:
        if self._drafting is None or self._told or not self._drafting.done():
            return None
        self._told = True
        transcript = self._drafting.result()
        return None if transcript is None else Draft(self._placed(transcript, transcript.end))

    async def _feed(self, frames: list[AudioFrame]) -> Partial | None:
        with self._hold():
            return await self._worker.run(self._accept, frames)

    async def _draft(
        self,
        recognizer: Drafting,
        feeding: asyncio.Task[Partial | None] | None,
        frames: list[AudioFrame],
        pause: int,
    ) -> Transcript | None:
        def draft() -> Transcript | None:
            self._accept(frames)
            # Speech may have gone on while this waited for the worker.
            return recognizer.draft() if pause == self._pauses else None

        with self._hold():
            if feeding is not None:
                await feeding
            return await self._worker.run(draft)

    async def _after(self, drafting: asyncio.Task[Transcript | None]) -> Partial | None:
        await drafting
        return None

    async def _finish(
        self,
        feeding: asyncio.Task[Partial | None] | None,
        drafting: asyncio.Task[Transcript | None] | None,
        frames: list[AudioFrame],
        edge: SpeechEnded,
    ) -> Transcript:
        if drafting is not None:
            waited = not drafting.done()
            began = time.perf_counter()
            transcript = await drafting
            if transcript is not None:
                # Nothing but silence has come since: this is what was said.
                await self._worker.run(self._recognizer.reset)
                took = time.perf_counter() - began if waited else 0.0
                return self._placed(replace(transcript, seconds=took), edge.at)
        if feeding is not None:
            await feeding
        transcript = await self._worker.run(self._accept_and_finish, frames)
        return self._placed(transcript, edge.at)

    def _placed(self, transcript: Transcript, end: int) -> Transcript:
        return replace(transcript, start=self._start, end=end)

    def _accept(self, frames: list[AudioFrame]) -> Partial | None:
        latest = None
        for frame in frames:
            latest = self._recognizer.accept(frame) or latest
        return latest

    def _accept_and_finish(self, frames: list[AudioFrame]) -> Transcript:
        self._accept(frames)
        return self._recognizer.finish()
