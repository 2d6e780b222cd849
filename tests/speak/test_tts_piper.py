"""Piper voices: a tone of a kilobyte on the real runtime, and the real voice."""

import asyncio
import json
import logging

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelMissing
from edge.speak.tts_piper import PiperVoice
from edge.worker import Worker
from tests.speak.make_voice import RATE, config, write


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    return write(tmp_path_factory.mktemp("voice"))


@pytest.fixture
def worker():
    with Worker("test-tts") as worker:
        yield worker


def spoken(voice, *texts):
    async def run():
        return [[frame async for frame in voice.speak(text)] for text in texts]

    return asyncio.run(run())


def length(frames):
    return sum(len(frame.samples) for frame in frames)


def test_frames_follow_each_other_at_the_voices_rate(tone, worker):
    """Positions run on from sentence to sentence, without a gap."""
    first, second = spoken(PiperVoice(tone, worker), "Hello there.", "Yes.")
    position = 0
    for frame in first + second:
        assert (frame.start, frame.rate, frame.samples.dtype) == (position, RATE, np.int16)
        position = frame.end
    assert position > RATE // 2


def test_speed_makes_it_shorter(tone, worker):
    """Twice as fast: half the sound, and the pause as it was."""
    (slow,) = spoken(PiperVoice(tone, worker), "Hello there, everybody.")
    (fast,) = spoken(PiperVoice(tone, worker, speed=2), "Hello there, everybody.")
    pause = 0.25 * RATE
    assert length(fast) - pause == pytest.approx((length(slow) - pause) / 2, rel=0.05)


def test_two_sentences_are_two_runs_with_a_pause_between(tone, worker):
    """Silence inside, not only at the end."""
    (frames,) = spoken(PiperVoice(tone, worker), "Hello there. Yes.")
    sound = np.concatenate([frame.samples for frame in frames])
    silent = np.flatnonzero(np.convolve(sound != 0, np.ones(RATE // 5), "valid") == 0)
    assert silent.min() < len(sound) // 2 + RATE // 5
    assert np.diff(silent).max() > RATE // 10


@pytest.mark.parametrize("text", ["", " ", "...", "—!?", "😀"])
def test_nothing_to_say_gives_nothing(tone, worker, caplog, text):
    """No frame, no error, and a line in the debug log."""
    with caplog.at_level(logging.DEBUG):
        assert spoken(PiperVoice(tone, worker), text) == [[]]
    assert "Nothing to say" in caplog.text


@pytest.mark.parametrize("text", ["a", "7", "word " * 200, "안녕하세요", "x" * 500, "ﷺ \ud800 ok"])
def test_unusual_text_is_spoken(tone, worker, text):
    """One letter, digits, long or foreign text: sound, no crash."""
    (frames,) = spoken(PiperVoice(tone, worker), text)
    assert frames


def test_cancelled_speech_frees_the_worker(tone, worker):
    """The next sentence is spoken as if nothing had been."""
    voice = PiperVoice(tone, worker)

    async def run():
        task = asyncio.create_task(anext(aiter(voice.speak("Hello there."))))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [frame async for frame in voice.speak("Yes.")]

    assert asyncio.run(run())


def test_a_voice_of_several_speakers_speaks(tmp_path, worker):
    """It takes a speaker's number, and gets the first."""
    assert spoken(PiperVoice(write(tmp_path, speakers=True), worker), "Yes.")[0]


def test_letters_may_be_the_phonemes(tmp_path, worker):
    """A voice with phoneme_type "text" needs no espeak-ng."""
    write(tmp_path)
    values = config() | {"phoneme_type": "text"}
    (tmp_path / "tone.onnx.json").write_text(json.dumps(values))
    (frames,) = spoken(PiperVoice(tmp_path, worker), "abc.")
    # ^ _ and three letters and the stop with a pad each and $: 11 times 100 samples, and the pause
    assert length(frames) == pytest.approx(11 * 100 + 0.25 * RATE, abs=0.02 * RATE)


def damaged(change):
    def damage(folder):
        values = config()
        change(values)
        (folder / "tone.onnx.json").write_text(json.dumps(values))

    return damage


@pytest.mark.parametrize(
    ("damage", "error", "says"),
    [
        (lambda f: (f / "tone.onnx").unlink(), ModelMissing, "no voice"),
        (lambda f: (f / "tone.onnx.json").unlink(), ModelMissing, "no configuration"),
        (lambda f: (f / "tone.onnx").write_bytes(b"not onnx"), ModelCorrupt, "tone.onnx"),
        (lambda f: (f / "tone.onnx.json").write_text("{"), ModelCorrupt, "cannot be read"),
        (lambda f: (f / "tone.onnx.json").write_text("[]"), ModelCorrupt, "not a Piper voice"),
        (lambda f: (f / "tone.onnx.json").write_bytes(b"\xff"), ModelCorrupt, "cannot be read"),
        (lambda f: (f / "other.onnx").write_bytes(b""), ModelCorrupt, "one voice"),
        (damaged(lambda v: v.pop("phoneme_id_map")), ModelCorrupt, "phoneme_id_map"),
        (damaged(lambda v: v["phoneme_id_map"].pop("^")), ModelCorrupt, r"no phoneme \^"),
        (damaged(lambda v: v.update(phoneme_id_map={"a": 1})), ModelCorrupt, "not a Piper voice"),
        (damaged(lambda v: v.update(phoneme_type="pinyin")), ModelCorrupt, "pinyin"),
        (damaged(lambda v: v["audio"].update(sample_rate=0)), ModelCorrupt, "sample rate"),
    ],
)
def test_a_bad_folder_is_one_clear_sentence(tmp_path, worker, damage, error, says):
    """Missing, damaged, doubled or foreign files are named."""
    damage(write(tmp_path))
    with pytest.raises(error, match=says) as raised:
        PiperVoice(tmp_path, worker)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_a_foreign_model_is_refused(tmp_path, worker):
    """An ONNX model with other inputs is no voice."""
    from onnx import TensorProto, helper, save

    write(tmp_path)
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "g", [value], [output])
    opset = [helper.make_opsetid("", 15)]
    save(helper.make_model(graph, ir_version=8, opset_imports=opset), tmp_path / "tone.onnx")
    with pytest.raises(ModelCorrupt, match="another model"):
        PiperVoice(tmp_path, worker)


@pytest.mark.model
def test_the_real_voice_speaks(model_folder, worker):
    """A sentence of the real voice: of a sensible length, neither clipped nor silent."""
    voice = PiperVoice(model_folder("piper-en-us-joe-medium"), worker)
    (frames,) = spoken(voice, "Hello there, how are you today?")
    sound = np.concatenate([frame.samples for frame in frames]).astype(np.int32)
    assert 1.0 < len(sound) / voice.rate < 4.0
    assert 5_000 < np.abs(sound).max() < 32_000


@pytest.mark.model
def test_a_run_can_be_repeated(model_folder, worker):
    """The same sentences in the same order, in a new session: the same lengths."""
    folder = model_folder("piper-en-us-joe-medium")
    texts = ("Yes.", "It is ten past nine.")
    first, second = ([length(f) for f in spoken(PiperVoice(folder, worker), *texts)] for _ in "ab")
    assert first == second
