"""The clock on the wall: what time it is where the wearer is.

Beside it runs a steady clock, which never jumps: the difference tells when the wall clock was set.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE

# Counts while the machine sleeps; Windows has it in time.monotonic already.
_STEADY: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


class WallClock(Protocol):
    """Time as people tell it."""

    def now(self) -> datetime:
        """The moment, in the wearer's time zone (aware; `tzinfo` knows about summer time)."""

    def steady(self) -> float:
        """Seconds that only ever go forward, also while the machine sleeps."""

    async def wait(self, seconds: float) -> None:
        """Return when so many seconds have passed, or soon after."""


class SystemClock:
    """This machine's clock and zone; `zone` (an IANA name) stands in for the machine's."""

    def __init__(self, zone: str = "") -> None:
        self._fixed = ZoneInfo(zone) if zone else None
        self._zone: tzinfo | None = None
        self._looked = -60.0

    def now(self) -> datetime:
        """See `WallClock`."""
        return datetime.now(self._fixed or self._local())

    def steady(self) -> float:
        """See `WallClock`."""
        return time.monotonic() if _STEADY is None else time.clock_gettime(_STEADY)

    async def wait(self, seconds: float) -> None:
        """See `WallClock`."""
        await asyncio.sleep(seconds)

    def _local(self) -> tzinfo:
        # A traveller's zone changes while we run; looking costs reading a few small files.
        if self._zone is None or self.steady() - self._looked >= 60:
            import tzlocal

            self._zone = tzlocal.reload_localzone()
            self._looked = self.steady()
        return self._zone


class VirtualClock:
    """`start` at the beginning of a recording; then it goes as the recording does."""

    def __init__(self, start: datetime, clock: SampleClock) -> None:
        self._start = start
        self._clock = clock
        self._waiting: list[tuple[int, asyncio.Event]] = []
        clock.on_advance(self._advanced)

    def now(self) -> datetime:
        """See `WallClock`."""
        # In absolute time, since a zone's hours may be shortened or doubled on the way.
        moment = self._start.timestamp() + self._clock.seconds
        return datetime.fromtimestamp(moment, self._start.tzinfo)

    def steady(self) -> float:
        """See `WallClock`."""
        return self._clock.seconds

    @property
    def next(self) -> int | None:
        """The sample for which somebody waits first; None where nobody waits."""
        return min((at for at, _ in self._waiting), default=None)

    async def wait(self, seconds: float) -> None:
        """See `WallClock`."""
        reached = asyncio.Event()
        entry = (self._clock.now + round(seconds * SAMPLE_RATE), reached)
        self._waiting.append(entry)
        try:
            await reached.wait()
        finally:
            self._waiting.remove(entry)

    def _advanced(self, samples: int) -> None:
        for at, reached in self._waiting:
            if self._clock.now >= at:
                reached.set()


class SetClock:
    """A clock that goes when it is told to: for tests, and beside the other fakes."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._steady = 0.0

    def now(self) -> datetime:
        """See `WallClock`."""
        return self._now

    def steady(self) -> float:
        """See `WallClock`."""
        return self._steady

    async def wait(self, seconds: float) -> None:
        """Time passes at once."""
        self.go(seconds)
        await asyncio.sleep(0)

    def go(self, seconds: float) -> None:
        """Time passes."""
        self._steady += seconds
        moment = self._now.timestamp() + seconds
        self._now = datetime.fromtimestamp(moment, self._now.tzinfo)

    def put(self, now: datetime) -> None:
        """Somebody sets the clock, or travels: no time passes."""
        self._now = now

    def off(self, span: timedelta) -> None:
        """The device is off for that long: the steady clock begins anew."""
        self.go(span.total_seconds())
        self._steady = 0.0
