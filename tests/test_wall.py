"""The clock on the wall, real and virtual."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE
from edge.wall import SystemClock, VirtualClock


def test_system_zone():
    """The moment is the machine's, in the zone asked for, which knows about summer time."""
    before = datetime.now(UTC)
    now = SystemClock("Europe/Paris").now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo == ZoneInfo("Europe/Paris")


def test_local_zone_changes(monkeypatch):
    """A zone that changes while we run is noticed within a minute."""
    zones = ["Asia/Tokyo", "America/Lima"]
    monkeypatch.setattr("tzlocal.reload_localzone", lambda: ZoneInfo(zones.pop(0)))
    clock = SystemClock()
    steady = 0.0
    monkeypatch.setattr(clock, "steady", lambda: steady)
    assert clock.now().tzname() == "JST"
    steady = 59.0
    assert clock.now().tzname() == "JST"
    steady = 61.0
    assert clock.now().utcoffset().total_seconds() == -5 * 3600


def test_virtual():
    """Virtual time goes as the samples do, also across a change to summer time."""
    clock = SampleClock()
    start = datetime(2026, 3, 29, 1, 59, 59, tzinfo=ZoneInfo("Europe/Paris"))
    wall = VirtualClock(start, clock)
    clock.advance(2 * SAMPLE_RATE)
    assert wall.now().isoformat() == "2026-03-29T03:00:01+02:00"
    assert wall.steady() == 2.0


async def _wait_virtually():
    clock = SampleClock()
    wall = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC), clock)
    task = asyncio.create_task(wall.wait(1.0))
    await asyncio.sleep(0)
    clock.advance(SAMPLE_RATE - 1)
    await asyncio.sleep(0)
    early = task.done()
    clock.advance(1)
    await task
    return early


def test_virtual_wait():
    """Waiting ends with the sample that is awaited, not before."""
    assert asyncio.run(_wait_virtually()) is False
