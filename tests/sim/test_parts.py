"""The small parts: wire, clock, limits, tape, display, exported turns."""

import asyncio
import io
import zipfile
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from edge.card import (
    Alarm,
    Card,
    Chart,
    Countdown,
    Day,
    Days,
    Item,
    Items,
    Moments,
    Point,
    Seat,
    Seats,
    Timer,
)
from edge.errors import EdgeError
from edge.sim.display import PROFILES, View, draw
from edge.sim.hub import Bucket
from edge.sim.tape import Tape
from edge.sim.turns import Turns, exported_question
from edge.sim.wall import MovableClock
from edge.sim.wire import MICROPHONE, Sound, pack, unpack
from edge.wall import SetClock

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MORE = [Timer("", "2026-03-02T11:00:00+00:00", 3600.0)] * 9


def test_sound_survives_the_wire():
    """What was packed is unpacked, to the sample."""
    sound = Sound(MICROPHONE, 3, 2**40, np.array([0, -32768, 32767], np.int16))
    back = unpack(pack(sound))
    assert (back.kind, back.epoch, back.position) == (MICROPHONE, 3, 2**40)
    assert back.samples.tolist() == [0, -32768, 32767]


@pytest.mark.parametrize(
    "data", [b"", b"\x01" * 15, b"\x01" * 17, b"\x07" + bytes(15), bytes(10**5)]
)
def test_what_is_no_sound_is_refused(data):
    """Too short, too long, odd, or of no known kind."""
    with pytest.raises(EdgeError):
        unpack(data)


def test_time_that_passes_and_a_clock_that_is_set_differ():
    """Added time ends what waits for it; setting the clock does not."""
    base = SetClock(datetime(2026, 3, 2, 10, tzinfo=UTC))
    clock = MovableClock(base)

    async def never(seconds):
        await asyncio.Event().wait()

    base.wait = never

    async def story():
        waiting = asyncio.create_task(clock.wait(600))
        await asyncio.sleep(0)
        clock.put(3600)
        await asyncio.sleep(0)
        assert clock.now().hour == 11
        assert clock.steady() == 0
        clock.add(599)
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        clock.add(1)
        await asyncio.wait_for(waiting, 5)
        assert clock.now() == datetime(2026, 3, 2, 11, 10, tzinfo=UTC)

    asyncio.run(story())


def test_a_bucket_lets_so_much_through():
    """At first the burst, then the rate."""
    time = [0.0]
    bucket = Bucket(10, 3, lambda: time[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    time[0] = 0.25
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_a_tape_keeps_the_last_minutes():
    """Sound is found again by the clock, gaps are silence, and what is too old is gone."""
    tape = Tape(100)
    tape.write(np.ones(100, np.int16), 0)
    tape.write(np.full(100, 2, np.int16), 32_000)
    assert tape.read(0, 48_000).tolist() == [1] * 100 + [0] * 100 + [2] * 100
    tape.write(np.full(100, 3, np.int16), 16_000 * 100)
    assert tape.read(0, 16_000).tolist() == []
    tape.erase()
    assert not tape.read(0, 16_000 * 200).any()


def test_each_turn_has_its_own_part_of_the_trace():
    """A noise during an answer belongs to it; the question that cuts it off belongs to the next."""
    turns = Turns(Tape(16_000), Tape(24_000))
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def told(event, **fields):
        return turns.add({"event": event, "t": 0.0, **fields}, now)

    def done(turn, question):
        rest = {"answer": "", "interrupted": True, "stages": {}}
        return [
            one["event"] for one in told("turn_done", turn=turn, question=question, **rest).events
        ]

    told("speech_started", at=0.0)
    told("transcript", text="tell me more")
    told("route", to="model")
    told("speech_started", at=2.0)
    told("held", turn=1)
    told("transcript", text="uh-huh")
    told("resumed", turn=1)
    told("speech_started", at=4.0)
    told("held", turn=1)
    told("transcript", text="what time is it")
    told("route", to="clock.time")
    told("interrupted", turn=1)
    first = ["speech_started", "transcript", "route", "speech_started", "held", "transcript"]
    assert done(1, "tell me more") == [*first, "resumed", "held", "interrupted", "turn_done"]
    assert done(2, "what time is it") == ["speech_started", "transcript", "route", "turn_done"]
    told("audio_started", turn=0, at=6.0)
    told("transcript", text="stop it", typed=True)
    assert done(0, "") == ["audio_started", "turn_done"]
    assert done(3, "stop it") == ["transcript", "turn_done"]


@pytest.mark.parametrize("name", [name for name, profile in PROFILES.items() if profile])
def test_the_framebuffer_has_the_profiles_pixels(name):
    """Its size; of a display of two colours two colours; what it shows depends on the view."""
    profile = PROFILES[name]
    long = View(asked="what is on my list", answer="very " * 200 + "long", battery=7)
    image = draw(long, profile)
    assert image.size == (profile.width, profile.height)
    if profile.colours == 2:
        assert len(image.getcolors()) == 2
    card = draw(View(card={"title": "List", "lines": ["milk"] * 40}), profile)
    assert image.tobytes() != card.tobytes()
    # Nothing is cut in half at the lower edge.
    assert not any(np.asarray(one)[-1].any() for one in (image, card))
    assert isinstance(card, Image.Image)


CARDS = {
    "timers": Card(
        "Timers",
        ("pasta timer: 9 minutes",),
        "timer",
        Countdown((Timer("pasta", "2026-03-02T10:09:57.500+00:00", 600.0), *MORE)),
    ),
    "alarms": Card(
        "Alarms", ("7 AM",), "alarm", Moments((Alarm("", "2026-03-03T07:00+01:00", ""),) * 20)
    ),
    "items": Card(
        "Shopping", ("milk",), "list", Items((Item("eggs", True), *[Item("milk " * 40)] * 20))
    ),
    "chart": Card(
        "Steps",
        ("7,200",),
        "chart",
        Chart((Point("2026-03-01", 7200.0), Point("2026-03-04", 20.5)), "steps", 5000.0, 9000.0),
    ),
    "one day": Card("Steps", ("7,200",), "chart", Chart((Point("2026-03-01", 7200.0),), "steps")),
    "weather": Card(
        "Weather",
        ("rain",),
        "weather",
        Days((Day("2026-03-02", "heavy snow showers", -3.4, 9.6, 0.6),) * 16),
    ),
    "council": Card(
        "How many? " * 20,
        ("42",),
        "council",
        Seats((Seat("tools", "42 " * 30, True), Seat("plain", "", False)) * 4, 4, 4),
    ),
}


@pytest.mark.parametrize("name", [name for name, profile in PROFILES.items() if profile])
@pytest.mark.parametrize("kind", CARDS)
def test_each_kind_of_card_is_drawn_from_its_data(name, kind):
    """Otherwise than its words alone would be, in the profile's colours, and within its edges."""
    profile = PROFILES[name]
    fields = CARDS[kind].fields()
    image = draw(View(card=fields, now=TEN), profile)
    words = draw(View(card={**fields, "data": {}}, now=TEN), profile)
    assert image.tobytes() != words.tobytes()
    if profile.colours == 2:
        assert len(image.getcolors()) == 2
    pixels = np.asarray(image)
    assert not any(edge.any() for edge in (pixels[-1], pixels[:, 0], pixels[:, -1]))


def test_a_timer_counts_down_on_the_display():
    """Second by second, and stands at nothing when it is over."""
    profile = PROFILES["monochrome-576x288"]
    fields = CARDS["timers"].fields()

    def at(seconds):
        return draw(View(card=fields, now=TEN + timedelta(seconds=seconds)), profile).tobytes()

    assert at(0) != at(1) != at(2)
    # Of the first minute of the day after, when all are over.
    assert at(86_400) == at(86_459)


def test_a_paused_timer_stands_still_on_the_display():
    """With what it has left, and the word."""
    profile = PROFILES["monochrome-576x288"]

    def at(seconds, left):
        timer = Timer("tea", "2026-03-02T10:05:00.000+00:00", 600.0, left)
        card = Card("Timers", ("tea timer: 5 minutes",), "timer", Countdown((timer,)))
        now = TEN + timedelta(seconds=seconds)
        return draw(View(card=card.fields(), now=now), profile).tobytes()

    assert at(0, 300.0) == at(30, 300.0)
    assert at(0, 300.0) != at(0, 240.0)
    assert at(0, 300.0) != at(0, None) != at(30, None)


@pytest.mark.parametrize("member", [{}, {"turn.json": b"{"}, {"turn.json": b"[]"}])
def test_a_zip_that_is_no_turn_is_refused(member):
    """One clear sentence."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in member.items():
            file.writestr(name, content)
    with pytest.raises(EdgeError, match="no exported turn"):
        exported_question(out.getvalue())


def test_a_zip_that_grows_without_end_is_refused():
    """What is small packed and huge unpacked is not read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("turn.json", bytes(30_000_000))
    with pytest.raises(EdgeError, match="larger"):
        exported_question(out.getvalue())
