"""The sample clock: time is the number of samples that the microphone has delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from edge.events import SAMPLE_RATE

_SLACK = SAMPLE_RATE // 500
"""Samples a second by which `SampleClock.at` may fall behind: deliveries are late, never early, so
the soonest count, but clocks differ."""


class SampleClock:
    """Counts samples at `SAMPLE_RATE`; whoever owns the microphone advances it.

    In virtual time (`--pace fast`) the microphone waits while somebody holds the clock, so that
    thinking takes no time on it and a run gives the same trace whatever the machine's speed.
    """

    def __init__(self, now: int = 0) -> None:
        """`now`: samples before it begins, where it goes on after another one."""
        self.now = now
        self._listeners: list[Callable[[int], None]] = []
        self._holds = 0
        self._lets = 0
        self._free = asyncio.Event()
        self._free.set()
        self._zero: float | None = None
        """Sample of the event loop's time 0, if the microphone is live."""
        self._delivered = 0.0

    @property
    def seconds(self) -> float:
        """`now` in seconds."""
        return self.now / SAMPLE_RATE

    def on_advance(self, listener: Callable[[int], None]) -> None:
        """Call `listener(samples)` whenever the clock has moved by that many samples."""
        self._listeners.append(listener)

    def advance(self, samples: int) -> None:
        """Move on by `samples`."""
        self.now += samples
        for listener in self._listeners:
            listener(samples)

    def delivered(self, position: int, moment: float) -> None:
        """A live microphone had delivered all before `position` at `moment` of the loop's time."""
        zero = position - moment * SAMPLE_RATE
        if self._zero is not None and self._zero - zero < SAMPLE_RATE:
            zero = max(zero, self._zero - _SLACK * (moment - self._delivered))
        self._zero, self._delivered = zero, moment

    def at(self, moment: float) -> int:
        """The sample that was recorded at `moment` of the event loop's time, though the loop may
        have been too busy to move the clock on; in virtual time, `now`."""
        return self.now if self._zero is None else round(self._zero + moment * SAMPLE_RATE)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Virtual time stands still inside this block; real time does not care."""
        self._holds += 1
        self._look()
        try:
            yield
        finally:
            self._holds -= 1
            self._look()

    @contextmanager
    def let(self) -> Iterator[None]:
        """Virtual time passes inside this block although one holds it: what that one waits for is
        not of this machine, and takes its time."""
        self._lets += 1
        self._look()
        try:
            yield
        finally:
            self._lets -= 1
            self._look()

    def _look(self) -> None:
        if self._holds > self._lets:
            self._free.clear()
        else:
            self._free.set()

    async def released(self) -> None:
        """Wait until time may pass."""
        while self._holds > self._lets:
            await self._free.wait()
