"""The sounds that say what happens."""

import numpy as np
import pytest

from edge.events import SAMPLE_RATE
from edge.speak.earcons import NAMES, earcon


@pytest.mark.parametrize("name", NAMES)
def test_earcon_is_short_as_loud_as_speech_and_does_not_click(name):
    """At most 200 ms, -20 dBFS, not clipped, and silent at both ends."""
    sound = earcon(name).samples.astype(np.float64) / 32768
    assert 0.05 <= len(sound) / SAMPLE_RATE <= 0.2
    assert 20 * np.log10(np.sqrt(np.mean(sound**2))) == pytest.approx(-20, abs=0.5)
    assert np.abs(sound).max() < 0.9
    assert np.abs(sound[[0, -1]]).max() < 0.001
    # A click is a jump: the fastest overtone at full scale moves less than this in one sample.
    assert np.abs(np.diff(sound)).max() < 0.25


def test_every_earcon_is_another_sound():
    """Nobody takes one for another: they differ in pitch over time."""
    seen = {earcon(name).samples.tobytes() for name in NAMES}
    assert len(seen) == len(NAMES)


def test_falling_means_stopped_and_rising_means_on():
    """The ear needs no manual: error and mute fall, the others of two notes rise."""

    def pitch(samples):
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return spectrum.argmax() * SAMPLE_RATE / len(samples)

    for name in NAMES:
        samples = earcon(name).samples.astype(np.float64)
        third = len(samples) // 3
        change = pitch(samples[-third:]) / pitch(samples[:third])
        if name == "thinking":
            assert change == pytest.approx(1, abs=0.1)
        else:
            assert (change < 0.8) == (name in ("error", "mute"))
