"""Asks, while the wearer pauses, whether the turn is complete."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from edge.aio import cancelled
from edge.events import SAMPLE_RATE, AudioFrame, Int16
from edge.stages import TurnJudge
from edge.worker import Worker

FIRST = SAMPLE_RATE // 10
"""Samples of silence after which the judge is asked: 100 ms."""
AGAIN = SAMPLE_RATE // 10
"""Samples of further silence after which it is asked again: a finished question may sound
unfinished at first, and more so the shorter the silence."""
LESS = 0.7
"""What its answer must be at least after a long pause: the silence speaks for itself."""
LONG = SAMPLE_RATE * 7 // 10
"""Samples of silence from which a pause is long."""
WORDS = SAMPLE_RATE * 4 // 10
"""Samples of silence from which whole words speak, too: a shorter pause may come after any word."""
ENOUGH = SAMPLE_RATE * 7 // 10
"""Samples of silence that are enough after such words, whatever the judge answers."""
KEPT = 8 * SAMPLE_RATE
"""Samples of the turn that the judge hears, at the most."""


class TurnEnd:
    """Keeps the turn's sound for a judge, and its latest answer.

    The judge works on a thread of its own. An answer counts only for the pause it was asked in.
    """

    def __init__(
        self,
        judge: TurnJudge,
        worker: Worker,
        *,
        sure: float = 0.95,
        unfinished_ms: int = 1500,
        hold: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`sure`: the probability from which the turn counts as complete, after a short pause;
        it falls to 0 after `unfinished_ms` milliseconds of silence, which end a turn in any case.

        `hold` is entered while the judge works, so that virtual time stands still.
        """
        self._judge = judge
        self._worker = worker
        self._sure = sure
        self._enough = max(unfinished_ms * SAMPLE_RATE // 1000, LONG)
        self._hold = hold
        self._frames: deque[AudioFrame] = deque()
        self._asking: asyncio.Task[float] | None = None
        self._pause: int | None = None
        """The pause that the question is about: where it began."""
        self._answer: float | None = None
        """The latest answer about this pause."""
        self._next = 0
        """Sample from which to ask next."""

    def begin(self) -> None:
        """A new turn."""
        self._frames.clear()
        self._pause = None

    def hear(self, frame: AudioFrame) -> None:
        """Take a frame of the turn."""
        self._frames.append(frame)
        while self._frames[0].end <= frame.end - KEPT:
            self._frames.popleft()

    def complete(self, pause: int | None, now: int, *, whole: bool = False) -> bool:
        """Whether the turn is over that has been silent since `pause` (None: it is not).

        `whole`: what was said could be answered as it is, by its words.
        """
        answered = None
        if self._asking is not None and self._asking.done():
            answered, self._asking = self._asking.result(), None
        if pause is None or pause != self._pause:
            # Speech went on: what was asked about an earlier pause is of no use.
            self._pause = pause
            self._next = (pause or 0) + FIRST
            answered = self._answer = None
        if pause is None:
            return False
        self._answer = self._answer if answered is None else answered
        if self._answer is not None and self._answer >= self._needed(now - pause, whole=whole):
            return True
        if self._asking is None and now >= self._next:
            self._next = now + AGAIN
            sound = np.concatenate([frame.samples for frame in self._frames])
            self._asking = asyncio.create_task(self._ask(sound))
        return False

    def _needed(self, silence: int, *, whole: bool) -> float:
        """The probability to be believed after so much silence: the less, the longer it lasts."""
        needed = (self._sure, min(self._sure, LESS), 0.0)
        sure = float(np.interp(silence, (FIRST, LONG, self._enough), needed))
        return sure * float(np.interp(silence, (WORDS, ENOUGH), (1, 0))) if whole else sure

    async def drop(self) -> None:
        """Wait until nothing of this is under way."""
        if self._asking is not None:
            await cancelled(self._asking)
            self._asking = None

    async def _ask(self, sound: Int16) -> float:
        with self._hold():
            return await self._worker.run(self._judge.finished, sound)
