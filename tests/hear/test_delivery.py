"""What a live microphone delivers: its pace, its level, its silence."""

import numpy as np
import pytest

from edge.hear.delivery import Alertness, Conditioner, PaceWatch, Quality, Sleep


def run(watch, rate, seconds, began=0.0):
    """Deliver `rate` samples a second in blocks of 20 ms; what the watch says."""
    said = []
    for block in range(int(seconds * 50)):
        found = watch.push(rate // 50, began + block / 50)
        if found is not None:
            said.append(found)
    return said


@pytest.mark.parametrize("rate", [16000, 15800, 16500])
def test_a_pace_near_the_promised_rate_is_no_news(rate):
    """Clocks differ a little."""
    assert run(PaceWatch(16000), rate, 20) == []


@pytest.mark.parametrize(("rate", "found"), [(8000, 8000), (11000, 11025), (13000, 13000)])
def test_another_pace_is_told_as_the_rate_that_it_is(rate, found):
    """Half the rate, or anything else, within five seconds."""
    assert run(PaceWatch(16000), rate, 5) == [pytest.approx(found, rel=0.02)]


def test_a_hiccup_is_not_another_rate():
    """A second without sound, made up for at once, says nothing about the rate."""
    watch = PaceWatch(16000)
    run(watch, 16000, 2.5)
    assert watch.push(16000, 3.5) is None
    assert run(watch, 16000, 10, began=3.52) == []


def test_stereo_at_48_khz_becomes_mono_at_16_khz():
    """Both channels are heard, and a second stays a second."""
    conditioner = Conditioner(48000, 2)
    time = np.arange(48000) / 48000
    left = 8000 * np.sin(2 * np.pi * 440 * time)
    stereo = np.stack([left, np.zeros(48000)], axis=1).astype(np.int16)
    blocks = [conditioner.convert(part.tobytes()) for part in np.split(stereo, 50)]
    samples = np.concatenate(blocks).astype(np.float64)
    assert len(samples) == pytest.approx(16000, abs=400)
    spectrum = np.abs(np.fft.rfft(samples[2000:10000]))
    assert spectrum.argmax() * 2 == pytest.approx(440, abs=2)
    assert np.abs(samples).max() == pytest.approx(4000, rel=0.05)


def test_a_constant_level_is_taken_away_and_the_sound_is_not():
    """DC of a cheap converter; speech on top of it keeps its level."""
    conditioner = Conditioner(16000, 1)
    time = np.arange(32000) / 16000
    sound = (3000 * np.sin(2 * np.pi * 200 * time) + 5000).astype(np.int16)
    blocks = [conditioner.convert(part.tobytes()) for part in np.split(sound, 100)]
    samples = np.concatenate(blocks)[16000:].astype(np.float64)
    assert abs(samples.mean()) < 20
    assert np.abs(samples).max() == pytest.approx(3000, rel=0.02)


def test_sound_around_zero_is_passed_as_it_is():
    """A good microphone is not touched."""
    samples = np.tile(np.array([100, -100], np.int16), 160)
    assert np.array_equal(Conditioner(16000, 1).convert(samples.tobytes()), samples)


def test_nothing_but_zeros_is_told_once_and_again_after_sound():
    """After five seconds; not every five seconds."""
    quality = Quality()
    zeros, sound = np.zeros(320, np.int16), np.full(320, 5, np.int16)
    assert [quality.push(zeros) for _ in range(1000)].count("silent") == 1
    assert quality.push(sound) is None
    assert [quality.push(zeros) for _ in range(249)].count("silent") == 0
    assert quality.push(zeros) == "silent"


def test_clipping_is_told_once_while_it_lasts():
    """A loud moment is none; a second of cut peaks is."""
    quality = Quality()
    square = np.tile(np.array([32767, -32768], np.int16), 160)
    calm = np.tile(np.array([1000, -1000], np.int16), 160)
    assert [quality.push(calm) for _ in range(49)] + [quality.push(calm)] == [None] * 50
    assert [quality.push(square) for _ in range(200)].count("clipping") == 1


def test_alert_while_something_is_louder_than_the_room():
    """Alert at first and after each loud sound, for three seconds; not for steady noise."""
    random = np.random.default_rng(0)
    alertness = Alertness()
    noise = [random.normal(0, 30, 1280).astype(np.int16) for _ in range(200)]
    states = [alertness.push(block, n * 0.08) for n, block in enumerate(noise)]
    assert states[0]
    assert not any(states[60:])
    loud = (20 * noise[0].astype(np.int32)).astype(np.int16)
    assert alertness.push(loud, 16.0)
    assert alertness.push(noise[0], 18.0)
    assert not alertness.push(noise[0], 19.5)


def test_sleep_is_noticed_by_the_time_of_day():
    """The lid was closed for an hour; a clock set a second forward is no sleep."""
    wall = 1000.0
    sleep = Sleep(lambda: wall)
    assert sleep.seconds(0.0) == 0
    wall += 1.25
    assert sleep.seconds(0.25) == 0
    wall += 3600
    assert sleep.seconds(0.5) == pytest.approx(3600)
    wall -= 7200
    assert sleep.seconds(0.75) == 0
    sleep.forget()
    wall += 9000
    assert sleep.seconds(1.0) == 0
