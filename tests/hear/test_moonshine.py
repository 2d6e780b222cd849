"""edge.hear.moonshine: search, tokenizer and interruption, on the real runtime with tiny models."""

from __future__ import annotations

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.hear.moonshine import Interrupted, Moonshine, loops, read_tokenizer, unlooped
from tests.hear import make_models
from tests.hear.make_models import A, B, C, D

SECOND = np.zeros(16000, np.float32)
END = 2


def test_says_the_most_likely_tokens(tmp_path):
    """Greedy search follows the likeliest token until the end."""
    Tiny = make_models.moonshine(tmp_path, {1: {A: 0.9, B: 0.1}, A: {B: 1}, B: {END: 1}})
    assert Moonshine(Tiny).text(SECOND) == "a b"


def test_a_wide_search_finds_what_greed_misses(tmp_path):
    """A likely first token with unlikely followers loses to a less likely one with a sure end."""
    after = {1: {A: 0.6, B: 0.4}, A: {C: 0.3, D: 0.25, END: 0.2}, C: {END: 1}, B: {C: 0.9}}
    model = Moonshine(make_models.moonshine(tmp_path, after))
    assert model.text(SECOND) == "a c"
    assert model.text(SECOND, width=3) == "b c"
    assert model.text(SECOND, width=3, within=0.1) == "a c"


def test_the_sound_matters(tmp_path):
    """The encoder's output reaches every step, with several texts at once too."""
    after = {1: {A: 0.6, B: 0.4}, A: {END: 1}, B: {END: 1}}
    model = Moonshine(make_models.moonshine(tmp_path, after, loud=END))
    assert model.text(SECOND, width=3) == "a"
    assert model.text(SECOND + 1, width=3) == ""


def test_no_more_tokens_than_can_be_spoken(tmp_path):
    """A model that does not end is stopped after 6.5 tokens a second."""
    after = {1: {A: 1}, A: {B: 0.8, C: 0.2}, B: {A: 0.5, C: 0.5}, C: {A: 1}}
    model = Moonshine(make_models.moonshine(tmp_path, after))
    assert len(model.text(SECOND).split()) <= 8
    assert len(model.text(np.zeros(160, np.float32)).split()) == 2


def test_a_loop_is_said_once(tmp_path):
    """A model going round in circles is stopped, and the circle is said once."""
    model = Moonshine(make_models.moonshine(tmp_path, {1: {A: 1}, A: {B: 1}, B: {C: 1}, C: {B: 1}}))
    assert model.text(np.zeros(20 * 16000, np.float32)) == "a b c"


def test_interrupt_from_outside(tmp_path):
    """Once interrupted, no run begins until it is allowed again."""
    model = Moonshine(make_models.moonshine(tmp_path, {1: {A: 1}}))
    model.interrupt()
    with pytest.raises(Interrupted):
        model.text(SECOND)
    model.allow()
    assert model.text(SECOND) == "a"


def test_a_failing_model_is_an_error_in_one_sentence(tmp_path):
    """What the runtime refuses to compute comes as ModelError."""
    model = Moonshine(make_models.moonshine(tmp_path, {1: {A: 1}}))
    with pytest.raises(ModelError, match="speech recognition model failed"):
        model.text(np.zeros((2, 2), np.float32))


@pytest.mark.parametrize("name", ["encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"])
def test_missing_and_damaged_files(tmp_path, name):
    """Each file that is not there, or broken, is named."""
    folder = make_models.moonshine(tmp_path, {})
    (folder / name).write_bytes((folder / name).read_bytes()[:-3])
    with pytest.raises(ModelCorrupt, match=name):
        Moonshine(folder)
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        Moonshine(folder)


def test_swapped_models_are_refused(tmp_path):
    """An encoder in the decoder's place is another model."""
    folder = make_models.moonshine(tmp_path, {})
    encoder = folder / "encoder_model.ort"
    (folder / "decoder_model_merged.ort").write_bytes(encoder.read_bytes())
    with pytest.raises(ModelCorrupt, match=r"decoder_model_merged\.ort is another model"):
        Moonshine(folder)


def test_tokenizer_with_long_pieces(tmp_path):
    """Lengths of 128 and more take two bytes."""
    pieces = [b"<unk>", b"<s>", b"</s>", b"", b"x" * 127, b"y" * 128, b"z" * 1000]
    assert read_tokenizer(make_models.tokenizer(tmp_path / "t.bin", pieces)) == pieces


@pytest.mark.parametrize("content", [b"", b"\x05<un", b"\x01a\x80", b"<!DOCTYPE html>"])
def test_no_tokenizer(tmp_path, content):
    """What does not come out even is no tokenizer."""
    (tmp_path / "t.bin").write_bytes(content)
    with pytest.raises(ModelCorrupt, match=r"t\.bin is damaged or is not a tokenizer"):
        read_tokenizer(tmp_path / "t.bin")


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("", ""),
        ("abcabc", "abcabc"),  # people repeat themselves
        ("xnononono", "xnononono"),
        ("x" * 9, "x" * 9),
        ("a" + "x" * 10, "ax"),
        ("abc" * 5, "abc"),
        ("zabc" + "xyz" * 6, "zabcxyz"),
    ],
)
def test_loops(text, once):
    """A phrase counts as a loop from five times and ten tokens on."""
    tokens = tuple(text.encode())
    assert loops(tokens) == (text != once)
    assert bytes(unlooped(tokens)).decode() == once
