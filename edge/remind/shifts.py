"""A clock that is set, and a wearer who travels.

A timer of ten minutes takes ten minutes whatever the clock on the wall is set to; an alarm for
seven is for seven, by the clock and in the zone that hold then.
"""

from __future__ import annotations

import logging
from datetime import datetime

from edge.memory import Memory
from edge.wall import WallClock

log = logging.getLogger(__name__)

JUMP = 2.0
"""Seconds of difference between wall and steady clock from which the wall clock was set."""


class Shifts:
    """Keeps what is due in step with the clock."""

    def __init__(self, memory: Memory, wall: WallClock) -> None:
        self._memory = memory
        self._wall = wall
        self._offset = wall.now().timestamp() - wall.steady()
        self._zone: str | None = None

    def mind(self) -> datetime:
        """The moment, after what is due was moved where the clock or the zone has changed."""
        now = self._wall.now()
        jump = now.timestamp() - self._wall.steady() - self._offset
        if abs(jump) > JUMP:
            log.info("The clock was set by %+.0f s; timers go on as they were.", jump)
            self._offset += jump
            with self._memory.database.transaction():
                for due in self._memory.due.open():
                    if due.wall is None:
                        self._memory.due.move(due, due.at + jump, None)
        zone = str(now.tzinfo)
        if zone != self._zone:
            kept = self._memory.state.get("zone")
            if kept is not None and kept != zone:
                log.info("The zone is %s now, no longer %s.", zone, kept)
                self._travel(now)
            self._zone = zone
            self._memory.state.put("zone", zone)
        return now

    def _travel(self, now: datetime) -> None:
        with self._memory.database.transaction():
            for due in self._memory.due.open():
                if due.wall is not None:
                    at = datetime.fromisoformat(due.wall).replace(tzinfo=now.tzinfo)
                    self._memory.due.move(due, at.timestamp(), due.wall)
