import numpy as np
import pytest
import soundfile

from edge.errors import ModelCorrupt, ModelMissing
from edge.hear.smart_turn import HEARD, SmartTurn, features


def tone(hertz, seconds=8):
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(int(16000 * seconds)) / 16000)).astype(
        np.int16
    )


def test_features_have_the_shape_the_model_wants():
    """80 bands of 800 frames, however long the sound is; nothing but the end of it counts."""
    for seconds in (0, 0.5, 8, 20):
        assert features(tone(440, seconds)).shape == (80, 800)
    long = tone(440, 20)
    assert np.array_equal(features(long), features(long[-HEARD:]))


@pytest.mark.parametrize(
    ("hertz", "band"),
    # Slaney's scale: 3 mels to 200 Hz up to 1 kHz, then 27 to each factor of 6.4.
    [(500, 7.5), (1000, 15), (2000, 15 + 27 * np.log(2) / np.log(6.4))],
)
def test_tone_shows_in_its_band(hertz, band):
    """The loudest band is the one whose centre is nearest on Slaney's mel scale."""
    top = 15 + 27 * np.log(8) / np.log(6.4)
    expected = band / top * 81 - 1
    loudest = features(tone(hertz))[:, 100:700].mean(axis=1).argmax()
    assert loudest == pytest.approx(expected, abs=1)


def test_loudness_does_not_matter():
    """The sound is brought to one level first."""
    quiet = tone(440) // 16
    assert np.abs(features(tone(440)) - features(quiet)).max() < 0.3


def test_sound_is_preceded_by_silence():
    """A short sound lies at the end."""
    level = features(tone(440, 1)).max(axis=0)
    assert level[:690].max() < level[710:].min()


def test_missing_and_damaged_models_are_refused(tmp_path):
    """One sentence that names the file."""
    with pytest.raises(ModelMissing, match=r"none\.onnx"):
        SmartTurn(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ModelCorrupt, match=r"bad\.onnx"):
        SmartTurn(tmp_path / "bad.onnx")


@pytest.mark.model
@pytest.mark.data
def test_finished_orders_sound_finished_and_halves_less_so(model_folder, data):
    """Whole spoken orders are mostly taken for finished, orders broken off in a word less often."""
    judge = SmartTurn(model_folder("smart-turn-v3.2") / "smart-turn-v3.2-cpu.onnx")
    whole, half = [], []
    for path in sorted((data / "commands" / "coffee_maker").rglob("*.flac"))[:12]:
        samples, _ = soundfile.read(path, dtype="int16")
        loud = np.flatnonzero(np.abs(samples) > 400)
        begin, end = loud[0], loud[-1]
        silence = np.zeros(3200, np.int16)
        whole.append(judge.finished(np.concatenate([samples[:end], silence])))
        half.append(judge.finished(samples[: begin + (end - begin) // 2]))
    assert np.mean(np.array(whole) > 0.5) >= 0.8
    assert np.mean(half) < np.mean(whole) - 0.1
