"""edge.hear.transcribe: recordings to text, with scripted stages and with the real ones."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import pytest

from edge.errors import AudioFileError
from edge.events import SAMPLE_RATE, AudioFrame
from edge.fakes import ScriptedRecognizer
from edge.hear import transcribe as module
from edge.hear.transcribe import (
    FRAME,
    LONGEST_S,
    MARGIN,
    Segment,
    speech,
    transcribe,
    transcribe_file,
)
from edge.speak.recording import write_audio


class Loudness:
    """Scores a frame by its loudest sample in thousandths; counts what it is asked."""

    def __init__(self):
        self.asked = 0

    def score(self, frame):
        self.asked += 1
        return min(1.0, int(np.abs(frame.samples).max()) / 1000)

    def reset(self):
        self.asked = 0


def frames(*parts):
    """Frames of the given (milliseconds, level)."""
    sound = np.concatenate([np.full(ms * 16, level, np.int16) for ms, level in parts])
    for at in range(0, len(sound), FRAME):
        yield AudioFrame(sound[at : at + FRAME], at)


def spans(*parts):
    """The stretches of speech, in milliseconds."""
    return [(s.start // 16, s.end // 16) for s in speech(frames(*parts), Loudness())]


def near(*expected):
    """Within one frame."""
    return [pytest.approx(pair, abs=1000 * FRAME / SAMPLE_RATE) for pair in expected]


def test_speech_with_margins():
    """A stretch keeps MARGIN on either side, as far as there is sound."""
    margin = MARGIN // 16
    assert spans((3000, 0), (1000, 1000), (3000, 0)) == near((3000 - margin, 4000 + margin))
    assert spans((100, 0), (1000, 1000), (100, 0)) == near((0, 1200))


def test_short_pauses_do_not_cut_a_sentence():
    """Only a long silence ends a stretch."""
    assert len(spans((500, 0), (800, 1000), (1200, 0), (800, 1000), (3000, 0))) == 1
    assert len(spans((500, 0), (800, 1000), (2000, 0), (800, 1000), (3000, 0))) == 2


def test_no_sample_is_in_two_stretches():
    """Stretches that follow each other closely share nothing."""
    (_, end), (start, _) = spans((500, 0), (900, 1000), (1600, 0), (900, 1000), (2000, 0))
    assert end <= start


def test_endless_speech_is_cut_without_loss():
    """After LONGEST_S a new stretch begins where the old one ended."""
    found = list(speech(frames((150_000, 1000)), Loudness()))
    assert [round(len(s.samples) / SAMPLE_RATE) for s in found] == [60, 60, 30]
    for one, other in pairwise(found):
        assert one.end == other.start
    assert LONGEST_S == 60


def test_what_only_resembles_speech_is_none():
    """A stretch in which the detector is never sure is left out."""
    assert spans((500, 0), (800, 550), (3000, 0)) == []
    assert spans((500, 0), (800, 550), (100, 900), (3000, 0)) != []


def test_silence_needs_no_model():
    """The detector is not asked about frames that are all but digital silence."""
    detector = Loudness()
    assert list(speech(frames((60_000, 8)), detector)) == []
    assert detector.asked == 0
    list(speech(frames((1000, 9)), detector))
    assert detector.asked > 0


def test_memory_is_bounded_in_silence(monkeypatch):
    """However long the silence, only about a second of it is kept."""
    kept = []
    real = module.deque

    class Watched(real):
        def append(self, item):
            super().append(item)
            kept.append(len(self))

    monkeypatch.setattr(module, "deque", Watched)
    list(speech(frames((60_000, 100)), Loudness()))
    assert max(kept) * FRAME <= 2 * SAMPLE_RATE


def test_segments_with_text_only():
    """A stretch in which no word is understood is left out."""
    sound = frames((500, 0), (800, 1000), (2000, 0), (800, 1000), (2000, 0), (800, 1000))
    recognizer = ScriptedRecognizer(["hello", "", "world"])
    found = list(transcribe(sound, Loudness(), recognizer))
    assert [segment.text for segment in found] == ["hello", "world"]
    assert found[0] == Segment("hello", 0.0, pytest.approx(1.8, abs=0.04))


def test_no_partial_results_are_made_for_a_file():
    """Nobody waits for them: a recogniser that can be hurried is, before each stretch."""
    calls = []

    class Hurried(ScriptedRecognizer):
        def hurry(self):
            calls.append("hurry")

        def accept(self, frame):
            calls.append("accept")
            return super().accept(frame)

    sound = frames((500, 0), (800, 1000), (2000, 0), (800, 1000))
    list(transcribe(sound, Loudness(), Hurried(["a", "b"])))
    assert calls == ["hurry", "accept"] * 2


def test_a_file(tmp_path):
    """Text, times and length of a recording, under the name it was given."""
    file = tmp_path / "a.wav"
    sound = np.concatenate([f.samples for f in frames((500, 0), (800, 1000), (700, 0))])
    write_audio(file, sound, 16000)
    heard = transcribe_file(file, Loudness(), ScriptedRecognizer(["hello"]))
    assert (heard.file, heard.text) == (str(file), "hello")
    assert heard.seconds_of_audio == pytest.approx(2.0, abs=0.04)
    assert heard.seconds_taken > 0
    assert len(heard.segments) == 1


def test_a_file_without_speech(tmp_path):
    """The text is empty, and the recogniser was never asked."""
    write_audio(tmp_path / "a.wav", np.zeros(16000, np.int16), 16000)
    recognizer = ScriptedRecognizer(["never"])
    heard = transcribe_file(tmp_path / "a.wav", Loudness(), recognizer)
    assert (heard.text, heard.segments, recognizer.utterances) == ("", (), [])


def test_a_file_that_is_none(tmp_path):
    """The error is that of the reader."""
    with pytest.raises(AudioFileError, match="no file"):
        transcribe_file(tmp_path / "none.wav", Loudness(), ScriptedRecognizer([]))


@pytest.fixture(scope="module")
def engines(model_folder):
    from edge.hear.asr_moonshine import MoonshineRecognizer
    from edge.hear.vad import SileroVad

    return (
        SileroVad(model_folder("silero-vad") / "silero_vad_16k_op15.onnx"),
        MoonshineRecognizer.open(model_folder("moonshine-tiny-en")),
    )


def in_silence(file, seconds):
    """The recording's frames with so much silence before and after."""
    silence = [AudioFrame(np.zeros(seconds * SAMPLE_RATE, np.int16))]
    at = 0
    for frame in [*silence, *module.read_blocks(file), *silence]:
        yield AudioFrame(frame.samples, at)
        at += len(frame.samples)


@pytest.mark.model
@pytest.mark.data
def test_real_recordings(engines, data):
    """Clean sentences come word for word, however long the silence before and after each is."""
    for file in sorted((data / "speech" / "librispeech_clean").glob("*.flac"))[:2]:
        (segment,), (shorter,) = (
            transcribe(in_silence(file, seconds), *engines) for seconds in (10, 2)
        )
        (alone,) = transcribe_file(file, *engines).segments
        assert segment.text == shorter.text
        ours, theirs = (one.text.lower().rstrip(".").split() for one in (segment, alone))
        # A file that ends with its last word is cut elsewhere: "nor is" is "Nora's" to some
        # processors' last bits.
        assert SequenceMatcher(None, ours, theirs).ratio() > 0.8
        assert segment.start >= 9.5


@pytest.mark.model
@pytest.mark.data
def test_no_words_in_noise(engines, data):
    """In crowds, rain, animals and engines nothing is understood."""
    for file in sorted((data / "noise").glob("*.flac")):
        assert transcribe_file(file, *engines).text == "", file.name
