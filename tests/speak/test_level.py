"""Loudness and silence around speech."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.speak.level import LOUDNESS, PEAK, frames, level, pause_after

RATE = 8_000


def tone(amplitude, seconds=0.5):
    return (amplitude * np.sin(np.arange(int(seconds * RATE)) * 0.5)).astype(np.float32)


@pytest.mark.parametrize("amplitude", [0.05, 0.2, 0.9])
def test_quiet_and_loud_come_out_alike(amplitude):
    """The sounding part has the common loudness."""
    samples = level(tone(amplitude), RATE, 0).astype(np.float32) / 32767
    assert np.sqrt((samples**2).mean()) == pytest.approx(LOUDNESS, rel=0.05)


def test_peaks_are_not_clipped():
    """One sharp peak lowers the whole rather than being cut."""
    sound = tone(0.01)
    sound[2000] = 1.0
    samples = level(sound, RATE, 0)
    assert np.abs(samples).max() == pytest.approx(PEAK * 32767, abs=1)


def test_silence_is_cut_and_the_pause_is_exact():
    """20 ms before, the pause after; the ends fade to nothing."""
    silence = np.zeros(RATE, np.float32)
    samples = level(np.concatenate([silence, tone(0.2), silence]), RATE, 0.25)
    assert len(samples) == pytest.approx((0.02 + 0.5 + 0.25) * RATE, abs=0.025 * RATE)
    assert not samples[-int(0.25 * RATE) :].any()
    assert samples[0] == 0


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(100), np.full(100, np.nan)])
def test_nothing_to_hear_gives_nothing(sound):
    """No samples, not even the pause."""
    assert len(level(sound.astype(np.float32), RATE, 0.25)) == 0


def test_the_shortest_sound():
    """One sample is no error."""
    assert len(level(np.ones(1, np.float32), RATE, 0)) == 1


@given(st.integers(0, 5000), st.integers(0, 10**6))
def test_frames_are_the_samples_in_order(count, start):
    """Nothing lost, positions without a gap."""
    samples = np.arange(count).astype(np.int16)
    found = list(frames(samples, start, RATE))
    assert np.array_equal(np.concatenate([samples[:0], *(f.samples for f in found)]), samples)
    assert [f.start for f in found] == [start + at for at in range(0, count, RATE // 10)]


def test_a_clause_is_followed_by_less_silence_than_a_sentence():
    """The rest of the sentence is still to come."""
    assert pause_after("Well,") < pause_after("Well.")
