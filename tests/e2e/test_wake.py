"""Wake words as their user has them: the project's on real recordings, and one's own."""

import json

import numpy as np
import pytest

from edge.events import SAMPLE_RATE, AudioFrame
from edge.hear.files import read_blocks
from edge.settings import Config, Wake

pytestmark = pytest.mark.model


@pytest.fixture
def detector(model_folder):
    """Listens for both of the project's phrases."""
    from edge.app import App
    from edge.models import Store

    model_folder("wake-front-end")
    with App(Config(wake=Wake(phrase="jarvis, computer")), Store(offline=True)) as app:
        yield app.wake()


def highest(detector, path):
    """The highest score in a recording followed by half a second of silence, and whose it is."""
    detector.reset()
    best, whose = 0.0, None
    frames = [*read_blocks(path), *[AudioFrame(np.zeros(320, np.int16))] * 25]
    for frame in frames:
        score = detector.score(frame)
        if score > best:
            best, whose = score, detector.head.phrase
    return best, whose


def some(data, folder, count):
    files = sorted((data / folder).glob("*.flac"))
    return files[:: max(1, len(files) // count)][:count]


@pytest.mark.data
@pytest.mark.parametrize("phrase", ["jarvis", "computer"])
def test_a_phrase_is_heard_and_told_from_the_other(detector, data, phrase):
    """Whoever says it is heard, with the right name on it."""
    heard = [highest(detector, path) for path in some(data, f"wake/{phrase}", 12)]
    assert all(score > 0.5 for score, _ in heard)
    assert [whose for _, whose in heard] == [phrase] * 12


@pytest.mark.data
def test_speech_orders_and_noise_do_not_wake(detector, data):
    """Nobody who speaks of something else is heard as calling."""
    for folder in ("speech/librispeech_test_other", "commands/coffee_maker", "wake/alexa", "noise"):
        for path in some(data, folder, 3):
            assert highest(detector, path)[0] < 0.5, path.name


@pytest.mark.data
def test_a_phrase_of_ones_own_is_enrolled_listed_used_and_forgotten(
    edge, data, tmp_path, monkeypatch
):
    """From five recordings to a wake word, without any network."""
    own = str(tmp_path / "own")
    monkeypatch.setenv("XDG_DATA_HOME", own)
    edge.environ["XDG_DATA_HOME"] = own
    files = [str(path) for path in sorted((data / "wake" / "alexa").glob("*.flac"))]
    outcome = edge("wake", "enrol", "Alexa", *files[:5], "--json", "--offline", timeout=400)
    assert outcome.status == 0, outcome.err
    (row,) = outcome.rows
    assert row["phrase"] == "Alexa"
    listed = edge("wake", "list", "--json").rows[0]
    assert {row["phrase"]: row["yours"] for row in listed} == {
        "Alexa": True,
        "computer": False,
        "jarvis": False,
    }

    from edge.app import App
    from edge.models import Store

    with App(Config(wake=Wake(phrase="alexa")), Store(offline=True)) as app:
        detector = app.wake()
    heard = [highest(detector, path)[0] > 0.5 for path in files[5:15]]
    assert sum(heard) >= 7
    assert highest(detector, some(data, "commands/coffee_maker", 1)[0])[0] < 0.9

    assert edge("wake", "forget", "alexa").status == 0
    assert "Alexa" not in json.dumps(edge("wake", "list", "--json").rows)


def test_enrol_refuses_what_holds_no_phrase(edge, tmp_path):
    """One sentence each, naming what is wrong."""
    import soundfile

    soundfile.write(tmp_path / "quiet.wav", np.zeros(SAMPLE_RATE, np.int16), SAMPLE_RATE)
    edge("wake", "enrol", "View glass", "quiet.wav").refused("3 to 8 recordings")
    edge("wake", "enrol", "yo", *["quiet.wav"] * 3).refused("'yo' cannot be a wake word")
    edge("wake", "enrol", "View glass", *["quiet.wav"] * 3).refused("recording 1")
    edge("wake", "enrol", "View glass", *["missing.wav"] * 3).refused("missing.wav")


def test_a_wake_word_that_is_not_known_is_refused_by_name(model_folder):
    """The nearest one is named."""
    from edge.app import App
    from edge.errors import ModelMissing
    from edge.models import Store

    app = App(Config(wake=Wake(phrase="jarviss")), Store(offline=True))
    with pytest.raises(ModelMissing, match="did you mean jarvis"):
        app.wake()
    assert App(Config(), Store(offline=True)).wake() is None
    assert "wake-front-end" in app.models()
    assert "wake-front-end" not in App(Config(), Store(offline=True)).models()
