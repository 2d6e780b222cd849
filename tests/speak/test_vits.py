"""A voice in two parts: the same sound, piece by piece."""

import numpy as np
import pytest

from edge.speak.leveller import Leveller, loudness
from edge.speak.vits import FIRST, Vits
from tests.speak.make_voice import write


def feed():
    return {
        "input": np.arange(1, 60, dtype=np.int64)[None] % 30,
        "input_lengths": np.array([59], np.int64),
        "scales": np.array([0.0, 1.0, 0.0], np.float32),
    }


def rendered(model):
    import onnxruntime

    return list(model.render(feed(), onnxruntime.RunOptions()))


def test_a_voice_that_cannot_be_cut_speaks_in_one_piece(tmp_path):
    """A model without Piper's decoder is used as it is, and nothing is stored."""
    folder = write(tmp_path)
    model = Vits(folder / "tone.onnx", threads=1, cache=tmp_path / "cache")
    ((sound, last),) = rendered(model)
    assert model.whole
    assert last
    assert len(sound)
    assert not (tmp_path / "cache").exists()


@pytest.mark.model
def test_the_pieces_are_the_whole(model_folder, tmp_path):
    """Cut into pieces, the sound is the same to the last bit but rounding."""
    import onnxruntime

    (file,) = model_folder("piper-en-us-joe-medium").glob("*.onnx")
    parts = Vits(file, threads=2, cache=tmp_path)
    assert not parts.whole
    onnxruntime.set_seed(3)
    pieces = rendered(parts)
    assert len(pieces) > 2
    assert [last for _, last in pieces] == [False] * (len(pieces) - 1) + [True]
    assert len(pieces[0][0]) == FIRST * 256
    frames = parts._first.run(None, feed())[0]
    whole = parts._decoder.run(None, {parts._cut: frames})[0].reshape(-1)
    split = []
    parts._first = type("Known", (), {"run": lambda *_: [frames]})()
    split = np.concatenate([piece for piece, _ in rendered(parts)])
    assert np.abs(split - whole).max() < 1e-4


@pytest.mark.model
def test_the_parts_are_made_once(model_folder, tmp_path):
    """The second time they are read, and no half file is ever there."""
    (file,) = model_folder("piper-en-us-joe-medium").glob("*.onnx")
    Vits(file, threads=1, cache=tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    Vits(file, threads=1, cache=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert len(before) == 2


RATE = 16_000


def tone(seconds, level=0.3):
    return (level * np.sin(np.arange(round(seconds * RATE)) * 0.3)).astype(np.float32)


def silence(seconds):
    return np.zeros(round(seconds * RATE), np.float32)


def levelled(pieces, usual=0.2, pause=0.25):
    leveller = Leveller(RATE, usual, pause)
    parts = [leveller.push(p, last=n == len(pieces) - 1) for n, p in enumerate(pieces)]
    return np.concatenate(parts), parts


@pytest.mark.model
def test_a_damaged_part_is_made_again(model_folder, tmp_path):
    """What lies in the cache is not trusted further than it can be opened."""
    (file,) = model_folder("piper-en-us-joe-medium").glob("*.onnx")
    Vits(file, threads=2, cache=tmp_path)
    for part in tmp_path.iterdir():
        part.write_bytes(part.read_bytes()[:1000])
    again = Vits(file, threads=2, cache=tmp_path)
    assert not again.whole
    assert len(rendered(again)) > 2


def test_silence_at_the_ends_is_cut_and_inside_is_kept():
    """20 ms before the first sound, the pause after the last, and what lies between as it was."""
    pieces = [silence(0.5), tone(0.5), silence(0.3), tone(0.2), silence(0.5)]
    sound, parts = levelled(pieces)
    assert len(parts[0]) == 0
    assert len(sound) / RATE == pytest.approx(0.02 + 0.5 + 0.3 + 0.2 + 0.25, abs=0.05)


def test_the_loudness_is_the_common_one():
    """A voice of any loudness comes out at -20 dB."""
    usual = loudness(tone(1.0, 0.05), RATE)
    sound, _ = levelled([tone(0.4, 0.05), tone(0.6, 0.05)], usual)
    heard = sound[: RATE * 9 // 10] / 32768
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.1, rel=0.05)


def test_a_shout_is_not_clipped():
    """What is far louder than usual stays below full scale, without a flat top."""
    sound, _ = levelled([tone(0.5, 0.9)], usual=0.05)
    assert np.abs(sound.astype(np.int32)).max() <= 0.9 * 32768


def test_nothing_but_silence_is_nothing():
    """No sound, no pause."""
    sound, _ = levelled([silence(0.5), silence(0.5)])
    assert len(sound) == 0
