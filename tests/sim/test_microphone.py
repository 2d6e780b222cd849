"""The page's microphone, with a time that the test sets."""

import asyncio

import numpy as np
import pytest

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE
from edge.sim.microphone import PageMicrophone
from edge.sim.room import Room, made_noise

FRAME = np.full(320, 7, np.int16)


class Bench:
    """A microphone whose due samples are taken by hand."""

    def __init__(self):
        self.time = 100.0
        self.room = Room(lambda: np.ones(16_000, np.float32))
        self.microphone = PageMicrophone(SampleClock(), self.room, now=lambda: self.time)
        self.changes = []
        self.microphone.on_change(lambda change: self.changes.append(change.state))

    async def go(self, seconds):
        self.time += seconds
        return self.microphone._take()


@pytest.fixture
def bench():
    one = Bench()
    asyncio.run(one.microphone.__aenter__())
    return one


def test_without_a_page_silence_comes_at_real_pace(bench):
    """The clock goes on though nobody speaks into it."""
    samples = [asyncio.run(bench.go(0.08)) for _ in range(25)]
    assert sum(map(len, samples)) == pytest.approx(2 * SAMPLE_RATE, abs=1)
    assert not np.concatenate(samples).any()


def test_what_a_page_sends_moves_the_clock(bench):
    """Its samples are given as they come, and no silence beside them."""
    bench.microphone.attach()
    for number in range(100):
        bench.microphone.push(FRAME, 320 * number)
        taken = asyncio.run(bench.go(0.02))
        assert len(taken) == 320
        assert taken.all()
    assert bench.microphone.filled == bench.microphone.dropped == 0
    assert bench.microphone.source == "browser"


def test_a_page_that_stalls_is_silence_and_comes_back(bench):
    """After a moment silence stands in, after more the wearer is told; what comes late is lost."""
    bench.microphone.attach()
    bench.microphone.push(FRAME, 0)
    given = len(asyncio.run(bench.go(0.02)))
    for _ in range(30):
        given += len(asyncio.run(bench.go(0.08)))
    assert bench.microphone.source == "stalled"
    assert bench.changes == ["lost"]
    # All at once, what was said meanwhile: more than was missing is not taken.
    for number in range(1, 100):
        bench.microphone.push(FRAME, 320 * number)
    given += len(asyncio.run(bench.go(0.02)))
    assert bench.changes == ["lost", "back"]
    assert given / SAMPLE_RATE == pytest.approx(30 * 0.08 + 0.04, abs=0.5)
    assert bench.microphone.dropped > SAMPLE_RATE


def test_lost_samples_become_silence(bench):
    """A gap in the positions is filled, as far as time has passed for it."""
    bench.microphone.attach()
    bench.microphone.push(FRAME, 0)
    asyncio.run(bench.go(0.02))
    bench.time += 0.1
    bench.microphone.push(FRAME, 320 * 5)
    taken = asyncio.run(bench.go(0.0))
    assert bench.microphone.filled == pytest.approx(320 * 4, abs=2)
    assert not taken[:1000].any()
    assert taken[-320:].all()


def test_samples_that_are_sent_twice_are_heard_once(bench):
    """A position that was there already is not new sound."""
    bench.microphone.attach()
    bench.microphone.push(FRAME, 0)
    bench.microphone.push(FRAME, 160)
    assert len(asyncio.run(bench.go(0.03))) == 480


def test_another_clock_is_followed(bench):
    """A page whose clock is a little slow, or fast, loses nothing and has no silence put in."""
    for rate in (0.9998, 1.0002):
        bench.microphone.attach()
        for number in range(30_000):
            bench.microphone.push(FRAME, 320 * number)
            bench.time += 0.02 * rate
            bench.microphone._take()
    assert bench.microphone.filled == bench.microphone.dropped == 0


def test_muted_nothing_is_kept(bench):
    """Sound that comes while it is muted is thrown away, and so is a recording in the room."""
    bench.microphone.attach()
    bench.microphone.push(FRAME, 0)
    bench.room.play(FRAME)
    bench.microphone.mute()
    bench.microphone.push(FRAME, 320)
    assert not asyncio.run(bench.go(0.04)).any()
    assert not bench.room.playing
    bench.microphone.unmute()
    bench.microphone.push(FRAME, 0)
    assert asyncio.run(bench.go(0.02)).all()
    assert bench.changes == ["muted", "unmuted"]


def test_the_room_adds_noise_and_recordings():
    """Noise by its level, and a recording until its end, on top of what the page sends."""
    room = Room(lambda: np.ones(16_000, np.float32))
    assert room.mix(FRAME, 0) is FRAME
    room.play(np.full(400, 100, np.int16))
    assert (room.mix(FRAME, 0) == 107).all()
    assert np.count_nonzero(room.mix(FRAME, 320) == 107) == 80
    assert not room.playing
    room.level = 1.0
    room.prepare()
    assert (room.mix(FRAME, 640) == round(7 + 3276.7)).all()


def test_made_noise_is_loud_as_said_and_has_no_seam():
    """RMS 1, the same every time, and no jump from its end to its beginning."""
    noise = made_noise()
    assert float(np.sqrt(np.mean(noise**2))) == pytest.approx(1, rel=1e-3)
    steps = np.abs(np.diff(noise))
    assert abs(noise[0] - noise[-1]) < np.quantile(steps, 0.999)


def test_what_waits_in_the_socket_is_no_gap(bench):
    """Where this program was busy for a moment, the sound that waits is heard, not silence."""
    bench.microphone.attach()
    bench.microphone.push(FRAME, 0)
    asyncio.run(bench.go(0.02))
    assert not len(asyncio.run(bench.go(1.0)))
    for number in range(1, 51):
        bench.microphone.push(FRAME, 320 * number)
    taken = asyncio.run(bench.go(0.01))
    assert len(taken) == 50 * 320
    assert taken.all()
    assert bench.microphone.filled == bench.microphone.dropped == 0
