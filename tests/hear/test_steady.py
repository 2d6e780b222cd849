"""A detector that rests while nothing happens."""

import numpy as np
import pytest

from edge.events import AudioFrame
from edge.hear.files import read_blocks
from edge.hear.steady import Steady


class Loud:
    """Counts its frames; speech is what is loud."""

    def __init__(self):
        self.heard = []

    def score(self, frame):
        self.heard.append(frame.start)
        return float(np.abs(frame.samples).max() > 2000)

    def reset(self):
        self.heard = []


def frames(levels, seed=0):
    random = np.random.default_rng(seed)
    for index, level in enumerate(levels):
        yield AudioFrame(random.normal(0, level, 320).astype(np.int16), 320 * index)


def test_steady_noise_is_heard_for_a_moment_and_then_spared():
    """A fan: after about a second the detector rests."""
    detector = Loud()
    steady = Steady(detector)
    assert not any(steady.score(frame) for frame in frames([30] * 500))
    assert len(detector.heard) < 120


def test_speech_after_a_rest_is_heard_from_before_its_beginning():
    """The frames just before it come first, in order, and none twice."""
    detector = Loud()
    steady = Steady(detector)
    scores = [steady.score(frame) for frame in frames([30] * 200 + [3000] * 10)]
    assert scores[200:] == [1.0] * 10
    tail = [320 * index for index in range(196, 210)]
    assert detector.heard[-14:] == tail
    assert len(set(detector.heard)) == len(detector.heard)


def test_noise_that_comes_to_stay_becomes_the_room():
    """The kettle boils on: within a few seconds the detector rests again."""
    detector = Loud()
    steady = Steady(detector)
    for frame in frames([30] * 100 + [100] * 1500):
        steady.score(frame)
    assert detector.heard[-1] < 320 * 1100


def test_it_does_not_rest_while_the_detector_is_unsure():
    """A steady voice is still a voice."""
    detector = Loud()
    steady = Steady(detector)
    assert all(steady.score(frame) for frame in frames([3000] * 300))
    assert len(detector.heard) == 300


@pytest.mark.model
@pytest.mark.data
def test_speech_is_found_as_without_it(model_folder, data):
    """Real sentences, after a second of their own room: nearly every frame of speech is."""
    from edge.hear.vad import SileroVad

    model = model_folder("silero-vad") / "silero_vad_16k_op15.onnx"
    plain, steady = SileroVad(model), Steady(SileroVad(model))
    speech = missed = 0
    for path in sorted((data / "speech/librispeech_test_other").glob("*.flac"))[:6]:
        plain.reset()
        steady.reset()
        for block in read_blocks(path):
            found = plain.score(block) >= 0.5
            missed += found and steady.score(block) < 0.5
            speech += found
            if not found:
                steady.score(block)
    assert speech > 500
    assert missed / speech < 0.02
