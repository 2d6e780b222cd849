"""The linear echo canceller, and how a second voice is noticed."""

import numpy as np
import pytest

from edge.events import FRAME_SAMPLES
from edge.hear.kalman import KalmanEcho, NearVoice
from tests.room import response

SECOND = 16_000


def speechlike(seconds, seed):
    """Noise whose loudness changes ten times a second."""
    rng = np.random.default_rng(seed)
    size = round(seconds * SECOND)
    shape = np.repeat(np.abs(rng.normal(0, 1, size // 1600 + 1)), 1600)[:size]
    return (rng.normal(0, 1500, size) * shape).clip(-15000, 15000).astype(np.int16)


def run(microphone, played):
    canceller = KalmanEcho()
    steps = [
        canceller.step(microphone[at : at + FRAME_SAMPLES], played[at : at + FRAME_SAMPLES])
        for at in range(0, len(played) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    ]
    return np.concatenate([left for left, _ in steps]), [ratio for _, ratio in steps]


@pytest.fixture(scope="module")
def room():
    played = speechlike(5, 1)
    echo = np.convolve(played, response(gain=0.5, seconds=0.15))[: len(played)]
    return played, echo


def test_the_echo_is_learnt(room):
    """After two seconds, 15 dB or more of it are gone."""
    played, echo = room
    left, _ = run(echo.astype(np.int16), played)
    late = slice(2 * SECOND, None)
    assert 10 * np.log10(np.mean(echo[late] ** 2) / np.mean(left[late] ** 2)) > 15


def test_another_voice_stays_as_it_is(room):
    """Half as loud as the echo, it comes out with little beside it."""
    played, echo = room
    voice = np.zeros(len(played))
    voice[3 * SECOND :] = 0.25 * speechlike(2, 2)
    left, _ = run((echo + voice).astype(np.int16), played)
    late = slice(3 * SECOND, None)
    rest = left[late] - voice[late]
    assert 10 * np.log10(np.mean(voice[late] ** 2) / np.mean(rest**2)) > 6


def test_another_voice_is_noticed_within_100_ms(room):
    """And the assistant's own is not taken for one."""
    played, echo = room
    voice = np.zeros(len(played))
    voice[3 * SECOND :] = np.random.default_rng(2).normal(0, 1000, 2 * SECOND)
    _, ratios = run((echo + voice).astype(np.int16), played)
    near = NearVoice()
    found = [near.push(ratio, 40.0, 40.0) for ratio in ratios]
    begin = 3 * SECOND // FRAME_SAMPLES
    assert not any(found[:begin])
    assert any(found[begin : begin + 5])


def test_silence_is_handed_through():
    """Nothing was played: the microphone comes out as it went in."""
    sound = speechlike(1, 3)
    left, _ = run(sound, np.zeros_like(sound))
    assert np.abs(left[: len(left)] - sound[: len(left)]).max() < 1e-6


def test_a_voice_lasts_over_its_gaps_and_ends():
    """Two loud blocks open it, and it closes after the hangover."""
    near = NearVoice()
    quiet = [near.push(-8.0, 40.0, 40.0) for _ in range(90)]
    loud = [near.push(12.0, 60.0, 40.0) for _ in range(2)]
    after = [near.push(-8.0, 40.0, 40.0) for _ in range(60)]
    assert not any(quiet)
    assert loud == [False, True]
    assert sum(after) == pytest.approx(NearVoice.HANGOVER, abs=1)
    assert not after[-1]


def test_one_loud_block_is_no_voice():
    """A click of the room is not an interruption."""
    near = NearVoice()
    for _ in range(90):
        near.push(-8.0, 40.0, 40.0)
    assert not any(near.push(ratio, 60.0, 40.0) for ratio in (20.0, -8.0, 20.0, -8.0))


def test_with_headphones_the_rooms_own_noise_is_no_voice():
    """No echo, and so no doubt: all that the microphone brings is above it; a voice is louder."""
    near, random = NearVoice(), np.random.default_rng(0)
    noise = [near.push(25.0, 30.0 + random.normal(0, 1.5), 0.0) for _ in range(1500)]
    assert not any(noise)
    assert any(near.push(45.0, 52.0 + random.normal(0, 3), 0.0) for _ in range(10))
