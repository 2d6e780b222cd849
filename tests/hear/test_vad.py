"""edge.hear.vad: windows and their context, on a tiny model and on the real one."""

from __future__ import annotations

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelMissing
from edge.events import AudioFrame
from edge.hear.files import read_blocks
from edge.hear.vad import CONTEXT, WINDOW, SileroVad
from tests.hear import make_models


@pytest.fixture
def tiny(tmp_path):
    return SileroVad(make_models.silero(tmp_path / "vad.onnx"))


def frame(samples):
    return AudioFrame(np.array(samples, np.int16))


def test_says_nothing_before_a_whole_window(tiny):
    """The score is 0 until the model has had its first 32 ms."""
    assert tiny.score(frame([16384] * (WINDOW - 1))) == 0
    assert tiny.score(frame([0])) == 0.5


def test_frames_may_have_any_length(tiny):
    """The same sound in other frames gives the same score, and the state is carried on."""
    sound = np.random.default_rng(1).integers(-1000, 1000, WINDOW * 3).astype(np.int16)
    at_once = tiny.score(frame(sound))
    assert at_once > 0.25  # two windows before
    for size in (1, 7, 320, 512, 1000):
        tiny.reset()
        pieces = [tiny.score(frame(sound[at : at + size])) for at in range(0, len(sound), size)]
        assert pieces[-1] == at_once


def test_each_window_sees_the_end_of_the_one_before(tiny):
    """CONTEXT samples are given twice."""
    loud_end = [0] * (WINDOW - 1) + [16384]
    assert tiny.score(frame(loud_end)) == 0.5
    assert tiny.score(frame([0] * WINDOW)) == 0.125 + 0.5
    tiny.reset()
    before = [0] * (WINDOW - CONTEXT - 1) + [16384] + [0] * CONTEXT
    tiny.score(frame(before))
    assert tiny.score(frame([0] * WINDOW)) == 0.125


def test_reset_forgets(tiny):
    """After a reset, state, context and half a window are gone."""
    tiny.score(frame([16384] * (WINDOW + 300)))
    tiny.reset()
    assert tiny.score(frame([0] * (WINDOW - 1))) == 0
    assert tiny.score(frame([0])) == 0


def test_an_empty_frame_changes_nothing(tiny):
    """A frame without samples keeps the latest score."""
    tiny.score(frame([16384] * WINDOW))
    assert tiny.score(frame([])) == 0.5


def test_missing_and_foreign_models(tmp_path):
    """A model that is not there, and one that is no detector, are refused by name."""
    with pytest.raises(ModelMissing, match=r"vad\.onnx"):
        SileroVad(tmp_path / "vad.onnx")
    folder = make_models.moonshine(tmp_path / "asr", {})
    with pytest.raises(ModelCorrupt, match=r"encoder_model\.ort"):
        SileroVad(folder / "encoder_model.ort")


@pytest.fixture(scope="module")
def silero(model_folder):
    return SileroVad(model_folder("silero-vad") / "silero_vad_16k_op15.onnx")


@pytest.mark.model
def test_silence_and_noise_are_no_speech(silero):
    """Digital silence, hiss and a tone stay far below the threshold."""
    n = 16000
    hiss = np.random.default_rng(0).normal(size=n) * 300
    tone = np.sin(np.arange(n) * 2 * np.pi * 440 / 16000) * 8000
    for sound in (np.zeros(n), hiss, tone):
        silero.reset()
        scores = [silero.score(frame(sound[at : at + 320])) for at in range(0, n, 320)]
        assert max(scores) < 0.3


@pytest.mark.model
@pytest.mark.data
def test_finds_speech_in_every_recording(silero, data):
    """No sentence or command of the recordings is missed."""
    folders = ("speech/librispeech_clean", "commands/home", "commands/misc")
    files = [file for folder in folders for file in sorted((data / folder).glob("*.flac"))]
    assert len(files) > 20
    missed = []
    for file in files:
        silero.reset()
        if max(silero.score(block) for block in read_blocks(file, 512)) < 0.6:
            missed.append(file.name)
    assert not missed
