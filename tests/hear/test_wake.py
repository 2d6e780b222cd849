"""edge.hear.wake: the streaming detector on a tiny model and on the real one, and its rule."""

from __future__ import annotations

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelMissing
from edge.events import AudioFrame
from edge.hear.files import read_blocks
from edge.hear.wake import WakeDetector, WakeRule
from edge.hear.wake_front import STEP, FrontEnd
from edge.hear.wake_head import SPAN, Head, Layer
from tests.hear import make_models, make_wake

LOUD, QUIET = 400, 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_wake.front_end(tmp_path_factory.mktemp("front"))


@pytest.fixture
def detector(folder):
    return WakeDetector(folder, [make_wake.head("jarvis"), make_wake.head("computer", 1000)])


def frame(level, samples=STEP):
    return AudioFrame(np.full(samples, level, np.int16))


def hear(detector, level, steps):
    return [detector.score(frame(level)) for _ in range(steps)]


def test_two_seconds_of_what_it_looks_for_rouse_it(detector):
    """The score is low in silence, rises with the sound, and falls after it."""
    assert hear(detector, 0, 5)[-1] < 0.1
    scores = hear(detector, LOUD, 40)
    assert scores == sorted(scores)
    assert scores[-1] > 0.99
    assert hear(detector, QUIET, 40)[-1] < 0.01


def test_frames_may_have_any_length(folder):
    """The same sound in other frames gives the same scores at the same places."""
    rng = np.random.default_rng(0)
    sound = (rng.normal(size=STEP * 30) * 150).astype(np.int16)
    detector = WakeDetector(folder, [make_wake.head(loud=490)])
    expected = [
        detector.score(AudioFrame(sound[at : at + STEP])) for at in range(0, len(sound), STEP)
    ]
    assert 0.01 < expected[-1] < 0.99
    for size in (160, 320, 512, 1000):
        detector.reset()
        scores = {}
        for at in range(0, len(sound) - size + 1, size):
            scores[(at + size) // STEP] = detector.score(AudioFrame(sound[at : at + size]))
        assert [scores[n] for n in range(1, 28)] == pytest.approx(expected[:27], abs=1e-3)


def test_one_long_frame_has_the_highest_score_within(folder):
    """A phrase in the middle of a long frame is not passed over."""
    detector = WakeDetector(folder, [make_wake.head()])
    sound = np.zeros(STEP * 60, np.int16)
    sound[STEP * 5 : STEP * 30] = LOUD
    assert detector.score(AudioFrame(sound[: STEP * 31])) > 0.9
    assert detector.score(AudioFrame(sound[STEP * 31 :])) > 0.5


def test_what_was_skipped_is_caught_up_on(folder):
    """After a quiet time that nobody scored, the score is what it would have been."""
    rng = np.random.default_rng(0)
    sound = (rng.normal(size=STEP * 60) * 150).astype(np.int16)
    frames = [AudioFrame(sound[at : at + 320]) for at in range(0, len(sound), 320)]
    attentive = WakeDetector(folder, [make_wake.head(loud=490)])
    lazy = WakeDetector(folder, [make_wake.head(loud=490)])
    for number, each in enumerate(frames):
        expected = attentive.score(each)
        if number % 4 < 3:
            lazy.skip(each)
        else:  # the frame that completes a step
            assert lazy.score(each) == pytest.approx(expected, abs=1e-3)
    lazy.reset()
    for each in frames[:-5]:
        lazy.skip(each)
    lazy.score(AudioFrame(frames[-5].samples[:0]))
    for each in frames[-5:-1]:
        lazy.skip(each)
    assert lazy.score(frames[-1]) == pytest.approx(expected, abs=1e-3)


def test_skipping_keeps_no_more_than_it_needs(detector):
    """An hour of silence that nobody scores does not grow."""
    for _ in range(500):
        detector.skip(frame(0))
    assert detector._stream.steps < 2 * SPAN


def test_skipped_sound_has_no_score(detector):
    """What was roused before is over."""
    hear(detector, LOUD, 40)
    detector.skip(frame(0, 320))
    assert detector.score(frame(0, 0)) == 0


def test_says_whose_phrase_it_was(detector):
    """Of several heads, the one with the highest score."""
    assert detector.head is None
    hear(detector, LOUD, 2)
    assert detector.head.phrase == "jarvis"


def test_reset_forgets(detector):
    """The next sound is judged as if silence had come before."""
    first = hear(detector, LOUD, 3)
    hear(detector, LOUD, 40)
    detector.reset()
    assert detector.head is None
    assert detector.score(frame(0, 0)) == 0
    assert hear(detector, LOUD, 3) == first


def test_missing_and_foreign_models(tmp_path):
    """A front end that is not there, and one that is another model, are refused by name."""
    with pytest.raises(ModelMissing, match=r"melspectrogram\.onnx"):
        WakeDetector(tmp_path, [])
    make_wake.front_end(tmp_path)
    make_models.silero(tmp_path / "embedding_model.onnx")
    with pytest.raises(ModelCorrupt, match=r"embedding_model\.onnx"):
        WakeDetector(tmp_path, [])


HEAD = Head(
    "jarvis", (Layer(np.zeros((1536, 1), np.float32), np.zeros(1, np.float32)),), ("Cherith",)
)


@pytest.mark.parametrize(
    ("score", "transcript", "question"),
    [
        (0.6, "Jarvis, what time is it?", "what time is it?"),
        (0.6, "Cherith, what time is it?", "what time is it?"),
        (0.6, "Dollars, what time is it?", None),
        (0.6, "", None),
        (0.95, "Travis, what time is it?", "what time is it?"),
        (0.95, "The God is, what time is it?", "The God is, what time is it?"),
        (0.95, "What time is it?", "What time is it?"),
        (0.95, "Dollus.", ""),
        (0.95, "", ""),
    ],
)
def test_rule_asks_the_recogniser_where_there_is_doubt(score, transcript, question):
    """A doubtful sound needs the words; a sure one does not, and loses no word of the question."""
    assert WakeRule().question(transcript, HEAD, score) == question


def test_rule_without_the_second_stage_wants_a_sure_score():
    """Nothing that would have needed the words rouses it."""
    assert WakeRule().roused(0.5)
    assert not WakeRule().roused(0.4)
    assert not WakeRule(second_stage=False).roused(0.8)
    assert WakeRule(second_stage=False).roused(0.9)


@pytest.mark.model
@pytest.mark.data
def test_stream_and_whole_recording_have_the_same_embeddings(model_folder, data):
    """Training hears what the live detector hears."""
    front = FrontEnd(model_folder("wake-front-end"))
    path = next((data / "wake" / "jarvis").glob("*.flac"))
    sound = np.concatenate([block.samples for block in read_blocks(path, STEP)])
    from edge.hear.wake_front import Stream

    stream = Stream(front)
    pieces = []
    for at in range(0, len(sound), 320):
        stream.hear(sound[at : at + 320])
        pieces.append(stream.take(SPAN))
    assert np.concatenate(pieces) == pytest.approx(front.embeddings(sound), abs=1e-3)
