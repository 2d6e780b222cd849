"""edge.hear.wake_enrol: a phrase of one's own, on a tiny front end."""

import numpy as np
import pytest

from edge.errors import AudioFileError, EnrolError, ModelCorrupt
from edge.events import AudioFrame, Transcript
from edge.hear import wake_enrol
from edge.hear.wake_enrol import check_count, check_phrase, enrol, load_background, read, spoken
from edge.hear.wake_front import WIDTH, FrontEnd
from edge.hear.wake_head import SPAN
from edge.hear.wake_train import Examples, Recipe
from tests.hear.make_wake import front_end


class LoudIsSpeech:
    """A detector that takes whatever is loud for speech."""

    def score(self, frame):
        return float(np.abs(frame.samples.astype(int)).max(initial=0) > 1000)

    def reset(self):
        pass


class Writes:
    """A recogniser that writes the next of its texts for each recording."""

    def __init__(self, *texts):
        self.texts = list(texts)

    def reset(self):
        pass

    def accept(self, frame):
        assert isinstance(frame, AudioFrame)

    def finish(self):
        return Transcript(self.texts.pop(0), 0, 0, 0.0)


@pytest.fixture
def quick(monkeypatch):
    """Few variations and steps: what is tested here is not how good the head is."""
    monkeypatch.setattr(wake_enrol, "VARIANTS", 2)
    monkeypatch.setattr(wake_enrol, "RECIPE", Recipe(hidden=(4,), steps=10, batch=16))


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    return FrontEnd(front_end(tmp_path_factory.mktemp("front")))


BACKGROUND = Examples(np.zeros((SPAN, WIDTH), np.float32), np.zeros(1, np.int64))


def phrase(seconds=0.6, quiet=0.5):
    silence = np.zeros(int(16000 * quiet), np.int16)
    sound = (8000 * np.sin(np.arange(int(16000 * seconds)) / 10)).astype(np.int16)
    return np.concatenate([silence, sound, silence])


def test_speech_is_found_in_a_recording():
    """With 64 ms before it, and none of the silence after it."""
    begin, end = spoken(phrase(), LoudIsSpeech())
    assert 8000 - 1600 <= begin <= 8000
    assert 8000 + 9600 <= end <= 8000 + 9600 + 512
    assert spoken(np.zeros(16000, np.int16), LoudIsSpeech()) == (0, 0)


def test_head_carries_the_phrase_and_how_it_was_written(quick, front):
    """What the recogniser made of it is kept, save what is like the phrase anyway, or empty."""
    ears = Writes("Bloss.", "View glass.", "", "Bloss.")
    head = enrol("View glass", [phrase()] * 4, front, LoudIsSpeech(), ears, background=BACKGROUND)
    assert head.phrase == "View glass"
    assert head.heard_as == ("Bloss.",)
    assert head.scores(np.zeros((1, SPAN, WIDTH), np.float32)).shape == (1,)


def test_the_same_recordings_give_the_same_head(quick, front):
    """Nothing is drawn without a seed."""
    one, two = (
        enrol(
            "View glass",
            [phrase()] * 3,
            front,
            LoudIsSpeech(),
            Writes("", "", ""),
            background=BACKGROUND,
        )
        for _ in range(2)
    )
    assert np.array_equal(one.layers[0].weights, two.layers[0].weights)


@pytest.mark.parametrize(
    ("recordings", "words"),
    [
        ([phrase(), phrase(), phrase(seconds=0)], "recording 3"),
        ([phrase(), phrase(seconds=3), phrase()], r"Recording 2 holds 3\.\d s"),
        ([phrase()] * 2, "3 to 8 recordings of its phrase; 2 were given"),
        ([phrase()], "1 was given"),
        ([phrase()] * 9, "9 were given"),
    ],
)
def test_recordings_that_hold_no_phrase_are_refused_by_number(quick, front, recordings, words):
    """Silence, a speech in place of a phrase, too few, too many."""
    with pytest.raises(EnrolError, match=words):
        enrol(
            "View glass", recordings, front, LoudIsSpeech(), Writes(*"abc"), background=BACKGROUND
        )


@pytest.mark.parametrize("bad", ["", "?!", "yes", "123456", "word " * 20])
def test_what_is_no_phrase_is_refused(bad):
    """Too short a word would wake for everything."""
    with pytest.raises(EnrolError, match="cannot be a wake word"):
        check_phrase(bad)
    check_phrase("Jarvis")
    check_count(5)


def test_recordings_are_read_in_any_format_but_not_an_hour_of_them(tmp_path):
    """A file that is no recording, or far too long, is named."""
    import soundfile

    soundfile.write(tmp_path / "a.wav", np.zeros((24000, 2)), 48000)
    assert 8000 <= len(read(tmp_path / "a.wav")) < 8000 + 1280
    soundfile.write(tmp_path / "long.flac", np.zeros(16000 * 21, np.int16), 16000)
    with pytest.raises(EnrolError, match=r"long\.flac is too long"):
        read(tmp_path / "long.flac")
    with pytest.raises(AudioFileError, match=r"none\.wav"):
        read(tmp_path / "none.wav")


def test_background_is_there_and_a_damaged_one_is_named(tmp_path):
    """Five minutes of embeddings come with the program."""
    examples = load_background()
    assert len(examples) > 3000
    assert examples.windows(np.array([0, len(examples) - 1])).shape == (2, SPAN, WIDTH)
    (tmp_path / "bad.npz").write_bytes(b"x")
    with pytest.raises(ModelCorrupt, match=r"bad\.npz"):
        load_background(tmp_path / "bad.npz")
