"""The linear echo canceller."""

import numpy as np
import pytest

from edge.events import FRAME_SAMPLES
from edge.hear.kalman import KalmanEcho
from edge.speak.earcons import NAMES, earcon
from tests.room import response

SECOND = 16_000


def speechlike(seconds, seed):
    """Noise whose loudness changes ten times a second."""
    rng = np.random.default_rng(seed)
    size = round(seconds * SECOND)
    shape = np.repeat(np.abs(rng.normal(0, 1, size // 1600 + 1)), 1600)[:size]
    return (rng.normal(0, 1500, size) * shape).clip(-15000, 15000).astype(np.int16)


def run(microphone, played, canceller=None):
    canceller = canceller or KalmanEcho()
    steps = [
        canceller.step(microphone[at : at + FRAME_SAMPLES], played[at : at + FRAME_SAMPLES])
        for at in range(0, len(played) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    ]
    return np.concatenate([left for left, _ in steps])


@pytest.fixture(scope="module")
def room():
    played = speechlike(5, 1)
    echo = np.convolve(played, response(gain=0.5, seconds=0.15))[: len(played)]
    return played, echo


def test_the_echo_is_learnt(room):
    """After two seconds, 15 dB or more of it are gone."""
    played, echo = room
    left = run(echo.astype(np.int16), played)
    late = slice(2 * SECOND, None)
    assert 10 * np.log10(np.mean(echo[late] ** 2) / np.mean(left[late] ** 2)) > 15


def test_another_voice_stays_as_it_is(room):
    """Half as loud as the echo, it comes out with little beside it."""
    played, echo = room
    voice = np.zeros(len(played))
    voice[3 * SECOND :] = 0.25 * speechlike(2, 2)
    left = run((echo + voice).astype(np.int16), played)
    late = slice(3 * SECOND, None)
    rest = left[late] - voice[late]
    assert 10 * np.log10(np.mean(voice[late] ** 2) / np.mean(rest**2)) > 6


def test_silence_is_handed_through():
    """Nothing was played: the microphone comes out as it went in."""
    sound = speechlike(1, 3)
    left = run(sound, np.zeros_like(sound))
    assert np.abs(left[: len(left)] - sound[: len(left)]).max() < 1e-6


def test_it_doubts_what_it_has_not_heard(room):
    """Before it knows the room it takes much for echo, and little of it afterwards."""
    played, echo = room
    canceller, doubts = KalmanEcho(), []
    for at in range(0, len(played) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        block = played[at : at + FRAME_SAMPLES]
        heard = echo[at : at + FRAME_SAMPLES].astype(np.int16)
        _, doubt = canceller.step(heard, block)
        doubts.append(doubt.sum() / (1 + np.sum(block.astype(float) ** 2)))
    assert np.median(doubts[-50:]) < 0.1 * np.median(doubts[:5])


def test_a_pause_teaches_nothing(room):
    """While nothing is played the room is not forgotten, whoever speaks."""
    played, echo = room
    canceller = KalmanEcho()

    run(echo.astype(np.int16), played, canceller)
    run(speechlike(3, 5), np.zeros(3 * SECOND, np.int16), canceller)
    again = run(echo.astype(np.int16)[: 2 * SECOND], played[: 2 * SECOND], canceller)
    late = slice(SECOND // 2, SECOND)
    assert 10 * np.log10(np.mean(echo[late] ** 2) / np.mean(again[late] ** 2)) > 10


@pytest.mark.parametrize("name", NAMES)
def test_an_earcon_teaches_nothing(name):
    """A few frequencies say little about the room; speech says much."""
    samples = earcon(name).samples
    canceller = KalmanEcho()
    run(samples, samples, canceller)
    assert canceller.taught <= 3
    speech = speechlike(1, 3)
    run(speech, speech, canceller)
    assert canceller.taught > 25
