"""The page's speaker on a clock that the test moves."""

import asyncio

import numpy as np
import pytest

from edge.clock import SampleClock
from edge.events import AudioFrame
from edge.sim.speaker import LEAD, RATE, PageSpeaker


class Bench:
    def __init__(self):
        self.clock = SampleClock()
        self.sent, self.told = [], []
        self.speaker = PageSpeaker(
            self.clock, self.sent.append, lambda kind, **fields: self.told.append((kind, fields))
        )

    async def play(self, seconds, value=1000):
        await self.speaker.play(
            AudioFrame(np.full(round(seconds * RATE), value, np.int16), 0, RATE)
        )

    def go(self, seconds):
        for _ in range(round(seconds / 0.02)):
            self.clock.advance(320)

    @property
    def samples(self):
        return sum(len(sound.samples) for sound in self.sent)


def test_sound_is_sent_a_little_ahead_of_its_time():
    """At real pace with a lead: a page can buffer, and little is wasted when it is cut."""

    async def story():
        bench = Bench()
        await bench.play(5)
        # The first waits for no tick of the clock.
        assert bench.samples == pytest.approx(LEAD / 16_000 * RATE)
        bench.go(1)
        assert bench.samples == pytest.approx((1 + LEAD / 16_000) * RATE)
        assert [s.position for s in bench.sent] == sorted({s.position for s in bench.sent})
        assert bench.told == [("playback", {"epoch": 0, "sounding": True})]

    asyncio.run(story())


def test_the_end_is_when_the_last_sample_was_heard():
    """`drain` waits until all that was sent is due, and tells the page's side."""

    async def story():
        bench = Bench()
        await bench.play(1)
        draining = asyncio.create_task(bench.speaker.drain())
        await asyncio.sleep(0)
        bench.go(0.9)
        await asyncio.sleep(0)
        assert not draining.done()
        bench.go(0.2)
        end = await draining
        assert end == pytest.approx(16_000, abs=640)
        assert bench.told[-1] == ("playback", {"epoch": 0, "sounding": False})

    asyncio.run(story())


def test_a_gap_while_the_answer_is_made_is_not_its_end():
    """Running dry before `drain` only pauses; what comes later goes on in the same epoch."""

    async def story():
        bench = Bench()
        await bench.play(0.2)
        bench.go(1)
        await bench.play(0.2)
        draining = asyncio.create_task(bench.speaker.drain())
        await asyncio.sleep(0)
        bench.go(0.5)
        assert await draining == pytest.approx(1.2 * 16_000, abs=640)
        assert bench.samples == pytest.approx(0.4 * RATE)

    asyncio.run(story())


def test_flush_is_told_at_once_and_says_what_was_heard():
    """Without a report the clock tells how much; the next sound has a new epoch."""

    async def story():
        bench = Bench()
        await bench.play(5)
        bench.go(1)
        assert bench.speaker.flush() == pytest.approx(16_000, abs=640)
        assert ("flush", {"epoch": 1}) in bench.told
        await bench.play(1)
        bench.go(0.1)
        assert (bench.sent[-1].epoch, bench.sent[-1].position) != (0, 0)
        assert bench.speaker.epoch == 1

    asyncio.run(story())


def test_the_page_knows_better_what_was_heard():
    """A page that plays late has heard less; its report counts, and the time since."""

    async def story():
        bench = Bench()
        await bench.play(5)
        bench.go(1)
        bench.speaker.reported(0, RATE // 2)
        bench.go(0.1)
        assert bench.speaker.flush() == pytest.approx(0.6 * 16_000, abs=16)

    asyncio.run(story())


def test_nonsense_in_reports_changes_nothing():
    """A report of another epoch, or of more than was sent, is not believed."""

    async def story():
        bench = Bench()
        await bench.play(5)
        bench.go(1)
        bench.speaker.reported(3, 10)
        bench.speaker.reported(0, 10**9)
        bench.speaker.reported_flush(5, 1)
        assert bench.speaker.flush() == pytest.approx(16_000, abs=640)
        assert bench.speaker.flush() == 0

    asyncio.run(story())


def test_an_earcon_is_heard_without_an_answer():
    """A short sound is sent by itself; then it is quiet."""

    async def story():
        bench = Bench()
        bench.speaker.chime(AudioFrame(np.full(1600, 500, np.int16)))
        bench.go(1)
        assert np.count_nonzero(np.concatenate([s.samples for s in bench.sent])) > 2000
        assert [fields["sounding"] for kind, fields in bench.told] == [True, False]
        assert bench.speaker.flush() == 0

    asyncio.run(story())
