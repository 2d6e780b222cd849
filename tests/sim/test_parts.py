"""The small parts: wire, clock, limits, tape, display, exported turns."""

import asyncio
import io
import zipfile
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from edge.errors import EdgeError
from edge.sim.display import PROFILES, View, draw
from edge.sim.hub import Bucket
from edge.sim.tape import Tape
from edge.sim.turns import exported_question
from edge.sim.wall import MovableClock
from edge.sim.wire import MICROPHONE, Sound, pack, unpack
from edge.wall import SetClock


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
