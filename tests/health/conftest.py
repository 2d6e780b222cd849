"""A memory for numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from edge.health.readings import Reading, Readings
from edge.memory import Memory


@pytest.fixture
def memory(tmp_path):
    """An empty memory."""
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield memory


@pytest.fixture
def readings(memory):
    """Its health numbers."""
    return Readings(memory)


@pytest.fixture
def fill(readings):
    """A function that gives a metric one value a day, the last one on 2 March 2026."""

    def fill(metric, values, last=date(2026, 3, 2)):
        days = [last - timedelta(days=n) for n in range(len(values))][::-1]
        readings.add(
            Reading(metric, day, float(n), float(n), value, "test")
            for n, (day, value) in enumerate(zip(days, values, strict=True))
        )

    return fill
