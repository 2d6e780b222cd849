"""Alarms and timers ring until somebody says something."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from edge.remind.scheduler import ALARM_AGAIN, RING_EVERY, RINGING


class Speaker:
    """Speaks at once; `heard` is what became of it."""

    def __init__(self, heard=True):
        self.said = []
        self.heard = heard

    async def announce(self, text):
        self.said.append(text)
        return self.heard


async def _ringing(scheduler, speaker, *, stop_after=10**6, calm=lambda: True):
    """The steady seconds at which it rang until it was quiet, or was answered."""
    rings, chimes = [], []

    def ring():
        rings.append(scheduler.wall.steady())
        if len(rings) == stop_after:
            scheduler.heard()

    task = asyncio.create_task(
        scheduler.run(speaker, calm=calm, chime=lambda: chimes.append(1), ring=ring)
    )
    for _ in range(200):
        await asyncio.sleep(0)
    assert not scheduler.ringing
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return rings, chimes


def _due(scheduler, kind):
    now = scheduler.wall.now().timestamp()
    scheduler.memory.due.add(kind, "tea", at=now, now=now, seconds=0)


@pytest.mark.parametrize(("kind", "longest"), [("timer", RINGING), ("alarm", 5 * ALARM_AGAIN)])
def test_rings(scheduler, kind, longest):
    """It rings before it is told and every few seconds after that, an alarm again and again."""
    _due(scheduler, kind)
    rings, chimes = asyncio.run(_ringing(scheduler, Speaker()))
    assert len(rings) >= 3
    assert RINGING / 2 < rings[-1] - rings[0] <= longest
    assert all(b - a >= RING_EVERY for a, b in pairwise(rings))
    assert chimes == []


def test_answered(scheduler):
    """Whoever says something ends it."""
    _due(scheduler, "alarm")
    rings, _ = asyncio.run(_ringing(scheduler, Speaker(), stop_after=2))
    assert len(rings) == 2


def test_cut_off(scheduler):
    """Whoever interrupts what is told has heard it: it does not ring on."""
    _due(scheduler, "timer")
    rings, _ = asyncio.run(_ringing(scheduler, Speaker(heard=False)))
    assert len(rings) == 1


def test_reminders_do_not_ring(scheduler):
    """A reminder has its earcon, once."""
    _due(scheduler, "reminder")
    rings, chimes = asyncio.run(_ringing(scheduler, Speaker()))
    assert (rings, chimes) == ([], [1])
