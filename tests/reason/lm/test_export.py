import hashlib
import json
import re

import gguf
import numpy as np
import pytest
from msgspec.structs import replace

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.reason.lm import FORMAT, description, export, grids, moments
from edge.reason.lm.gguf_source import GgufSource
from tests.reason.lm import make_gguf


@pytest.fixture
def source(tmp_path):
    return make_gguf.write(tmp_path / "tiny.gguf")


def test_same_bytes_twice(source, tmp_path):
    """An export is a function of its file."""
    one, two = (export.build(source, tmp_path / name) for name in ("one", "two"))
    names = sorted(file.name for file in one.iterdir())
    assert names == ["edge-lm.json", "model.data", "model.onnx", "scales.npy", "tokenizer.json"]
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)


def test_progress(source, tmp_path):
    """It counts up to the end, with a label for each step."""
    seen = []
    export.build(source, tmp_path / "onnx", lambda *step: seen.append(step))
    labels, done, totals = zip(*seen, strict=True)
    assert set(totals) == {done[-1]}
    assert list(done) == sorted(done)
    assert "layer 2" in labels


def test_replaces_only_when_complete(source, tmp_path):
    """A failed export leaves the old one, and nothing half done beside it."""
    folder = export.build(source, tmp_path / "onnx")
    before = (folder / "model.data").read_bytes()

    def fail(label, done, total):
        if label == "layer 2":
            raise KeyboardInterrupt

    other = make_gguf.write(tmp_path / "other.gguf", seed=1)
    with pytest.raises(KeyboardInterrupt):
        export.build(other, folder, fail)
    assert (folder / "model.data").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["onnx", "other.gguf", "tiny.gguf"]
    export.build(other, folder)
    assert (folder / "model.data").read_bytes() != before


def test_leftovers_are_cleared(source, tmp_path):
    """What an export that was killed left behind does not get into the next."""
    (tmp_path / "onnx.partial").mkdir()
    (tmp_path / "onnx.partial" / "stray").touch()
    folder = export.build(source, tmp_path / "onnx")
    assert not (folder / "stray").exists()


def test_describes_itself(source, tmp_path):
    """edge-lm.json states format, name, sizes, precision, and the files' checksums."""
    folder = export.build(source, tmp_path / "onnx")
    content = json.loads((folder / "edge-lm.json").read_text())
    assert content["format"] == FORMAT
    assert content["name"] == "tiny"
    assert content["architecture"]["layers"] == make_gguf.LAYERS
    assert content["special_tokens"].keys() == set(make_gguf.SPECIAL)
    assert set(content["precision"]) == set(grids.CLASSES)
    texts, _ = make_gguf.tokens()
    assert content["unused_ids"] == [texts.index(make_gguf.UNUSED)]
    assert content["end_ids"] == [texts.index("<|im_end|>"), texts.index("<|endoftext|>")]
    assert set(content["files"]) == {"model.data", "model.onnx", "scales.npy", "tokenizer.json"}


REFUSED = {
    "another architecture": (dict(kind="mamba"), ModelError, "holds a mamba model"),
    "another tokeniser": (dict(pre="tekken"), ModelError, "splits text by gpt2/tekken"),
    "scaled positions": (
        dict(llama__rope__scaling__type="yarn"),
        ModelError,
        "scales its positions",
    ),
    "experts": (dict(llama__expert_count=8), ModelError, "mixture of experts"),
    "half-rotated heads": (dict(llama__rope__dimension_count=8), ModelError, "rotates a part"),
    "a missing tensor": (dict(left_out=["blk.1.ffn_up.weight"]), ModelCorrupt, "lacks the tensor"),
    "a missing key": (dict(left_out=["llama.block_count"]), ModelCorrupt, "does not state"),
    "another shape": (dict(llama__attention__head_count=8), ModelCorrupt, "has the shape"),
    "no heads": (dict(llama__attention__head_count=0), ModelCorrupt, "header makes no model"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_by_name(case, tmp_path):
    """What edge cannot run is refused in one sentence that names the file."""
    settings, kind, words = REFUSED[case]
    settings = {key.replace("llama.", "llama__"): value for key, value in settings.items()}
    path = make_gguf.write(tmp_path / "odd.gguf", **settings)
    with pytest.raises(kind, match=re.escape(words)) as caught:
        export.build(path, tmp_path / "onnx")
    assert "odd.gguf" in str(caught.value)
    assert str(caught.value).count("\n") == 0
    assert not (tmp_path / "onnx").exists()


def test_refuses_a_file_that_is_missing(tmp_path):
    """No file: missing rather than corrupt."""
    with pytest.raises(ModelMissing, match=r"nowhere\.gguf"):
        export.build(tmp_path / "nowhere.gguf", tmp_path / "onnx")


@pytest.mark.parametrize("content", [b"", b"GG", b"<html>not found</html>", b"\0" * 100])
def test_refuses_what_is_no_gguf(tmp_path, content):
    """An empty file, a web page, zeros."""
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelCorrupt, match=r"model\.gguf is not a GGUF file"):
        export.build(path, tmp_path / "onnx")


@pytest.mark.parametrize("part", [0.0005, 0.02, 0.1, 0.5, 0.9, 0.999])
def test_refuses_a_truncated_file(source, tmp_path, part):
    """Wherever it was cut off: in the header, the vocabulary, or the weights."""
    content = source.read_bytes()
    source.write_bytes(content[: max(5, int(len(content) * part))])
    with pytest.raises(ModelCorrupt, match=r"tiny\.gguf is damaged or truncated"):
        export.build(source, tmp_path / "onnx")


def test_refuses_weights_that_are_no_numbers(source, tmp_path):
    """A NaN among the weights would silence the model without a word."""
    content = bytearray(source.read_bytes())
    content[-4:] = b"\0\0\xc0\x7f"
    source.write_bytes(content)
    with pytest.raises(ModelCorrupt, match="no numbers"):
        export.build(source, tmp_path / "onnx")


def test_refuses_damage_anywhere_in_the_header(source, tmp_path):
    """A flipped bit in the header gives a model or one sentence, never another error."""
    content = source.read_bytes()
    length = gguf.GGUFReader(source).data_offset
    refused = []
    for place in range(4, length, length // 40):
        source.write_bytes(content[:place] + bytes([content[place] ^ 0x40]) + content[place + 1 :])
        try:
            GgufSource(source)
        except ModelError as error:
            refused.append(str(error))
    assert refused
    assert "\n" not in "".join(refused)


def test_refuses_a_folder_that_cannot_be_written(source, tmp_path):
    """A file in the way is a sentence, not a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="cannot be written"):
        export.build(source, tmp_path / "file" / "onnx")


def test_precision_goes_by_size(source):
    """A small model has 8 bits throughout; a larger one 4 where most of its weights are."""
    small = GgufSource(source).architecture
    middle = replace(small, hidden=1024, feed_forward=4096, layers=24)
    large = replace(small, hidden=2048, feed_forward=8192, layers=24)

    def four(architecture, informed, rank=None):
        kept = grids.default(architecture, informed=informed, rank=rank)
        return {name: grid.block for name, grid in kept.items() if grid.bits == 4}

    assert four(small, False) == {}
    assert four(middle, False) == four(large, False) == {"gate_up": 128, "down": 128}
    # Where it is known what goes into the products there is more that 4 bits do not hurt.
    assert four(small, True) == {"head": 32, "output": 32, "gate_up": 32}
    # The tiny heads' outputs have 64 numbers.
    everything = {"head": 128, "qkv": 128, "output": 64, "gate_up": 128, "down": 128}
    assert four(large, True) == everything
    assert four(middle, True) == {**everything, "qkv": 64}
    assert four(middle, True, 64) == {**everything, "qkv": 64, "head": 64}
    assert grids.default(middle, informed=True, rank=64)["head"].rank == 64


@pytest.fixture
def known(source, tmp_path, monkeypatch):
    """Something is known of what goes into the products of `source`."""
    monkeypatch.setattr(moments, "FOLDER", tmp_path / "moments")
    moments.FOLDER.mkdir()
    file = moments.path(hashlib.sha256(source.read_bytes()).hexdigest())
    random = np.random.default_rng(0)
    layers = {}
    for kind, length in (("head", 64), ("output", 64), ("gate_up", 64)):
        factors = random.standard_normal((2, length, 4)).astype(np.float32)
        square = np.square(factors).sum(axis=2) + 1
        layers[kind] = [moments.keep(*layer) for layer in zip(square, factors, strict=True)]
    moments.write(file, layers)
    return file


def test_uses_what_is_known(source, known, tmp_path):
    """Other weights than without, the same twice, and the folder says what was known."""
    one, two = (export.build(source, tmp_path / name) for name in ("one", "two"))
    without = export.build(source, tmp_path / "three", informed=False)
    names = sorted(file.name for file in one.iterdir())
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)
    assert description.read(one).files["moments.npz"].bytes == known.stat().st_size
    assert description.read(one).precision["gate_up"].bits == 4
    assert not (without / "moments.npz").exists()
    assert description.read(without).precision["gate_up"].bits == 8


def test_reads_what_it_wrote(source, tmp_path):
    """The description comes back as it was written."""
    folder = export.build(source, tmp_path / "onnx")
    described = description.read(folder)
    description.write(folder, described)
    assert description.read(folder) == described
