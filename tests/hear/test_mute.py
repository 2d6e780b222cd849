"""The microphone switched off by the wearer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE
from edge.hear.keys import in_foreground
from edge.hear.mute import Mute
from edge.wall import VirtualClock


class Switch:
    """A microphone that is on or off."""

    def __init__(self):
        self.state = "open"

    def mute(self):
        self.state = "muted"

    def unmute(self):
        self.state = "open"


@pytest.fixture
def made():
    """A mute over a switch, the clock, and the events."""
    clock, events = SampleClock(), []
    wall = VirtualClock(datetime(2026, 3, 2, 12, tzinfo=UTC), clock)

    def emit(event, at=None, **fields):
        events.append((event, fields["muted"], fields["by"], fields["seconds"]))

    return Mute(Switch(), wall, emit), clock, events


def test_until_the_key(made):
    """Without a time only the key opens it again; each change is in the trace."""
    mute, _, events = made
    mute.on(by="voice")
    assert mute.muted
    mute.press()
    assert not mute.muted
    mute.press()
    assert mute.muted
    assert events == [
        ("mute", True, "voice", None),
        ("mute", False, "key", None),
        ("mute", True, "key", None),
    ]


def test_for_a_time(made):
    """With a time it opens by itself, and not before."""
    mute, clock, events = made

    async def session():
        mute.on(10, by="voice")
        await asyncio.sleep(0)
        clock.advance(9 * SAMPLE_RATE)
        await asyncio.sleep(0)
        assert mute.muted
        clock.advance(SAMPLE_RATE)
        for _ in range(3):
            await asyncio.sleep(0)
        assert not mute.muted

    asyncio.run(session())
    assert events[-1] == ("mute", False, "time", None)


def test_key_before_the_time(made):
    """A key ends a time, which then does nothing to a later mute."""
    mute, clock, _ = made

    async def session():
        mute.on(10, by="voice")
        await asyncio.sleep(0)
        mute.press()
        mute.on(by="key")
        await asyncio.sleep(0)
        clock.advance(20 * SAMPLE_RATE)
        for _ in range(3):
            await asyncio.sleep(0)
        assert mute.muted
        mute.close()

    asyncio.run(session())


def test_off_when_on(made):
    """Opening what is open is no change."""
    mute, _, events = made
    mute.off(by="key")
    assert events == []


def test_no_terminal(tmp_path):
    """Where standard input is a file there is no key, and nothing is read from it."""
    path = tmp_path / "input"
    path.write_text("\n")
    with path.open() as file:
        assert not in_foreground(file)
