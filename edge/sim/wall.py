"""A wall clock that can be moved: it is set, or time passes in which nothing happens."""

from __future__ import annotations

import asyncio
from datetime import datetime

from edge.wall import WallClock


class MovableClock:
    """`base`, ahead of itself by so much as it was moved."""

    def __init__(self, base: WallClock) -> None:
        self._base = base
        self._moved = asyncio.Event()
        self.shift = 0.0
        """Seconds ahead of `base`."""
        self._passed = 0.0
        """Of these, those that the steady clock has gone, too."""

    def now(self) -> datetime:
        """See `WallClock`."""
        now = self._base.now()
        # In absolute time, since a zone's hours may be shortened or doubled on the way.
        return datetime.fromtimestamp(now.timestamp() + self.shift, now.tzinfo)

    def steady(self) -> float:
        """See `WallClock`."""
        return self._base.steady() + self._passed

    async def wait(self, seconds: float) -> None:
        """See `WallClock`."""
        until = self.steady() + seconds
        while (left := until - self.steady()) > 0:
            moved = asyncio.ensure_future(self._moved.wait())
            waiting = asyncio.ensure_future(self._base.wait(left))
            try:
                await asyncio.wait((moved, waiting), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (moved, waiting):
                    task.cancel()

    def put(self, shift: float) -> None:
        """Somebody sets the clock to `shift` seconds ahead: no time passes."""
        self.shift = shift

    def add(self, seconds: float) -> None:
        """So much time passes, at once: what waits for it goes on."""
        self.shift += seconds
        self._passed += seconds
        self._moved.set()
        self._moved = asyncio.Event()
