import json
from pathlib import Path

import pytest

from edge.errors import ModelCorrupt, ModelMissing
from edge.reason.lm import description
from edge.reason.lm.tokenizer import Tokenizer
from tests.reason.lm import make_gguf

REFERENCE = json.loads(Path(__file__).with_name("reference_ids.json").read_text())
VARIED = ["hello world", "  hello\n\n on 12 in", "नमस्ते", "emoji 😀👍🏽", "\x00\x7f\t\r\n", ""]


@pytest.fixture
def tokenizer(folder):
    return Tokenizer(folder / description.TOKENIZER)


@pytest.mark.parametrize("text", VARIED)
def test_round_trip(tokenizer, text):
    """All bytes are in the vocabulary, so that any text comes back."""
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_merges(tokenizer):
    """Merges apply in their order, within words only."""
    texts, _ = make_gguf.tokens()
    assert [texts[id_] for id_ in tokenizer.encode("hello won")] == ["hello", "Ġwo", "n"]


def test_no_text_is_special(tokenizer):
    """A marker in a text is spelled out, byte by byte, and never becomes its id."""
    texts, _ = make_gguf.tokens()
    special = {texts.index(marker) for marker in make_gguf.SPECIAL}
    ids = tokenizer.encode("".join(make_gguf.SPECIAL) + "hello")
    assert not special & set(ids)
    assert len(ids) > len(make_gguf.SPECIAL) * 5


def test_special_tokens_have_no_text(tokenizer):
    """They are left out of the answer."""
    texts, _ = make_gguf.tokens()
    ids = [texts.index("<|im_start|>"), texts.index("hello"), texts.index(make_gguf.UNUSED)]
    assert tokenizer.decode(ids) == "hello"


def test_missing(tmp_path):
    """No tokenizer.json: the sentence names the folder and the file."""
    with pytest.raises(ModelMissing, match=r"tokenizer\.json is missing"):
        Tokenizer(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"model": {"type": "BPE"}}', "\x00"])
def test_damaged(tmp_path, content):
    """A tokenizer.json that is none."""
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ModelCorrupt, match=r"tokenizer\.json is damaged"):
        Tokenizer(tmp_path / "tokenizer.json")


@pytest.mark.model
@pytest.mark.parametrize(
    ("kind", "name"), [("qwen2", "qwen2.5-coder-0.5b"), ("smollm", "smollm2-135m")]
)
def test_same_ids_as_the_reference(model_folder, kind, name):
    """Ids of varied text as llama.cpp gives them (make_reference_ids.py), markers included."""
    tokenizer = Tokenizer(model_folder(name) / description.TOKENIZER)
    ids = [tokenizer.encode(text) for text in REFERENCE["texts"]]
    assert ids == REFERENCE[kind]
