"""Where somebody begins to speak."""

import numpy as np
import pytest

from edge.bench.onset import speech_begin
from edge.fakes import LoudnessDetector


def test_breath_does_not_count_and_the_first_soft_sound_does():
    """A breath, silence, then a sound that grows: it begins where that does."""
    rng = np.random.default_rng(0)
    samples = np.zeros(16_000)
    samples[1600:2400] = rng.normal(0, 100, 800)  # The breath: too soft.
    samples[8000:8480] = rng.normal(0, 200, 480)
    samples[8480:14_000] = rng.normal(0, 2000, 5520)
    begin = speech_begin(samples.astype(np.int16), LoudnessDetector())
    assert begin == pytest.approx(8000, abs=160)


def test_no_speech_has_no_beginning():
    """Silence, and a recording shorter than the detector's window."""
    assert speech_begin(np.zeros(16_000, np.int16), LoudnessDetector()) is None
    assert speech_begin(np.zeros(100, np.int16), LoudnessDetector()) is None
