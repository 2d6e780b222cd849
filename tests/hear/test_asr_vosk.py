"""edge.hear.asr_vosk: folders that are no models, and a real Korean one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.events import SAMPLE_RATE, AudioFrame, Partial, Transcript
from edge.hear.asr_vosk import VoskRecognizer, check_folder, find_model
from tests.conftest import needed

TODAY = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst")
FORMERLY = ("final.mdl", "mfcc.conf", "HCLG.fst")


def make_folder(folder, files):
    for name in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\0B<TransitionModel>")
    return folder


class FakeKaldi:
    """Each frame is a word; a frame of silence ends Vosk's own sentence."""

    def __init__(self, model, rate):
        assert (model.folder, rate) == (model.folder, SAMPLE_RATE)
        self.words = []

    def AcceptWaveform(self, data):
        samples = np.frombuffer(data, np.int16)
        if samples.any():
            self.words.append(f"w{samples[0]}")
        return not samples.any()

    def Result(self):
        words, self.words = self.words, []
        return json.dumps({"text": " ".join(words)})

    FinalResult = Result

    def PartialResult(self):
        return json.dumps({"partial": " ".join(self.words)})

    def Reset(self):
        self.words = []


@pytest.fixture
def fake(monkeypatch, tmp_path):
    vosk = SimpleNamespace(
        SetLogLevel=lambda level: None,
        Model=lambda folder: SimpleNamespace(folder=folder),
        KaldiRecognizer=FakeKaldi,
    )
    monkeypatch.setitem(sys.modules, "vosk", vosk)
    return VoskRecognizer(make_folder(tmp_path, TODAY))


def frame(value, start=0):
    return AudioFrame(np.full(320, value, np.int16), start)


def test_words_as_they_come(fake):
    """A partial result comes whenever the text has changed."""
    assert fake.accept(frame(1, 640)) == Partial("w1")
    assert fake.accept(frame(2, 960)) == Partial("w1 w2")
    transcript = fake.finish()
    assert (transcript.text, transcript.start, transcript.end) == ("w1 w2", 640, 1280)


def test_sentences_of_vosk_s_own_are_joined(fake):
    """Where Vosk ends a sentence, the utterance goes on."""
    assert fake.accept(frame(1)) == Partial("w1")
    assert fake.accept(frame(0)) is None
    assert fake.accept(frame(2)) == Partial("w1 w2")
    assert fake.finish().text == "w1 w2"


def test_the_next_utterance_begins_anew(fake):
    """After `finish` and after `reset` nothing is left."""
    fake.accept(frame(1))
    fake.finish()
    assert fake.finish() == Transcript("", 0, 0, pytest.approx(0, abs=0.1))
    fake.accept(frame(1))
    fake.reset()
    assert fake.accept(frame(3, 9600)) == Partial("w3")
    assert fake.finish().start == 9600


def test_without_the_package(monkeypatch, tmp_path):
    """The error says how to install it."""
    monkeypatch.setitem(sys.modules, "vosk", None)
    with pytest.raises(ModelError, match=r"pip install 'edge\[vosk\]'"):
        VoskRecognizer(make_folder(tmp_path, TODAY))


def test_a_model_that_vosk_refuses(monkeypatch, tmp_path):
    """The package's bare exception becomes a sentence that names the folder."""

    def refuse(folder):
        raise Exception("Failed to create a model")

    vosk = SimpleNamespace(SetLogLevel=lambda level: None, Model=refuse)
    monkeypatch.setitem(sys.modules, "vosk", vosk)
    with pytest.raises(ModelCorrupt, match=r"Vosk cannot use the model in .*Failed to create"):
        VoskRecognizer(make_folder(tmp_path, TODAY))


def test_vosk_s_failure_is_one_sentence(fake, monkeypatch):
    """What the package raises while listening is a ModelError."""

    def fail(self, data):
        raise Exception("Failed to process waveform")

    monkeypatch.setattr(FakeKaldi, "AcceptWaveform", fail)
    with pytest.raises(ModelError, match="Vosk failed: Failed to process waveform"):
        fake.accept(frame(1))


def test_a_folder_around_the_model(tmp_path):
    """A model wrapped in one more folder is found; what is none is given back as it is."""
    model = make_folder(tmp_path / "outer" / "model", TODAY)
    (tmp_path / "outer" / "README").write_text("a model")
    assert find_model(tmp_path / "outer") == model
    assert find_model(model) == model
    assert find_model(tmp_path) == tmp_path
    assert find_model(tmp_path / "none") == tmp_path / "none"


@pytest.mark.parametrize("files", [TODAY, FORMERLY])
def test_both_layouts_are_models(tmp_path, files):
    """Folders of today's and of the former layout pass, and miss each of their files."""
    check_folder(make_folder(tmp_path, files))
    for name in files:
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(ModelCorrupt, match=r"is not a (whole )?Vosk model|is missing"):
            check_folder(tmp_path)
        (tmp_path / name).unlink()
        with pytest.raises(ModelCorrupt):
            check_folder(tmp_path)
        (tmp_path / name).write_bytes(content)


def test_folders_that_are_no_models(tmp_path):
    """No folder, an empty one, and one with another kind of final.mdl."""
    with pytest.raises(ModelMissing, match="no Vosk model folder"):
        check_folder(tmp_path / "none")
    with pytest.raises(ModelCorrupt, match=r"it has no am/final\.mdl"):
        check_folder(tmp_path)
    make_folder(tmp_path, TODAY)
    (tmp_path / "am" / "final.mdl").write_bytes(b"<html>")
    with pytest.raises(ModelCorrupt, match=r"final\.mdl is damaged or is not a Vosk model"):
        check_folder(tmp_path)


@pytest.fixture(scope="module")
def korean(model_folder):
    needed("vosk")
    return VoskRecognizer(model_folder("vosk-ko"))


SPEAK = """
import ctypes, sys
import espeakng_loader
espeak = ctypes.CDLL(espeakng_loader.get_library_path())
rate = espeak.espeak_Initialize(2, 0, str(espeakng_loader.get_data_path()).encode(), 0)
espeak.espeak_SetVoiceByName(b"ko")
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
def keep(samples, count, events):
    if samples and count > 0:
        sys.stdout.buffer.write(ctypes.string_at(samples, count * 2))
    return 0
espeak.espeak_SetSynthCallback(keep)
text = sys.argv[1].encode()
espeak.espeak_Synth(text, len(text) + 1, 0, 0, 0, 1, None, None)
sys.stderr.write(str(rate))
"""
"""eSpeak keeps one global state, so it speaks in a process of its own."""


def say(text):
    """Korean speech by eSpeak, with half a second of silence on either side."""
    import soxr

    command = [sys.executable, "-c", SPEAK, text]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    sound = np.frombuffer(done.stdout, np.int16).astype(np.float32)
    return np.pad(soxr.resample(sound, int(done.stderr), SAMPLE_RATE), 8000).astype(np.int16)


@pytest.mark.model
def test_korean_speech(korean):
    """A real Kaldi model turns Korean speech into Hangul as it is spoken."""
    sound = say("안녕하세요")
    partials = [
        partial.text
        for at in range(0, len(sound), 320)
        if (partial := korean.accept(AudioFrame(sound[at : at + 320], at)))
    ]
    transcript = korean.finish()
    # eSpeak's Korean is too poor for the right words.
    assert re.search("[가-힣]{2}", transcript.text)
    assert len(partials) > 1
    assert transcript.end == len(sound)
    assert korean.finish().text == ""


@pytest.mark.model
def test_korean_model_on_noise(korean, capfd):
    """Noise neither fails nor prints, and a frame may have any length."""
    noise = (np.random.default_rng(0).normal(size=20000) * 3000).astype(np.int16)
    for size in (0, 1, 319, 20000):
        korean.accept(AudioFrame(noise[:size]))
    assert isinstance(korean.finish().text, str)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
