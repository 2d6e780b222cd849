"""A memory, a clock that is set by hand, and a scheduler over both."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge.memory import Memory
from edge.remind.scheduler import Scheduler
from edge.wall import SetClock

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def memory(tmp_path):
    """An empty memory."""
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield memory


@pytest.fixture
def wall():
    """A Monday at noon in Paris."""
    return SetClock(datetime(2026, 3, 2, 12, 0, tzinfo=PARIS))


@pytest.fixture
def scheduler(memory, wall):
    """A scheduler that has had its first look."""
    scheduler = Scheduler(memory, wall)
    assert scheduler.look() == []
    return scheduler
