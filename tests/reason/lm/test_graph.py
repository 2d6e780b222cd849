"""The exported graph on the real runtime against a plain numpy transformer."""

import hashlib
import platform

import numpy as np
import pytest

from edge.errors import ModelError
from edge.reason.lm import description, export, graph, grids
from edge.reason.lm.description import Architecture, Grid
from edge.reason.lm.engine import LanguageModel
from tests.reason.lm import make_gguf, reference, weights

EIGHT, FOUR = (Grid(bits=bits, block=32) for bits in (8, 4))
IDS = np.random.default_rng(1).integers(0, 268, 100).tolist()
# Elsewhere the kernels round the inputs of products in other groups than the numpy code does.
EXACT = 1e-3 if platform.machine() in ("x86_64", "AMD64") else 0.5


def assert_same(ours, theirs):
    """The same up to the last digits, until a value falls just between two 8-bit levels.

    Then it may go either way, and shifts all that attend to it a little. Another model's logits
    are off by their whole standard deviation, which is about 8.
    """
    errors = np.abs(ours - theirs).max(axis=1)
    assert errors[:10].min() < EXACT
    assert errors.max() < 1.5
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.9


def test_logits(folder, model):
    """All logits of a text longer than a chunk, for interleaved and for separate rotary halves."""
    ours = model.logits(IDS)
    theirs = reference.logits(
        model.description.architecture, weights.of(folder), IDS, reference.rounded
    )
    assert_same(ours, theirs)


def test_angles_are_the_same_on_every_processor():
    """Those of Qwen2.5 1.5B. A power of numpy's, where it has AVX-512, changes six of them."""
    a = Architecture(
        kind="qwen2", context=32768, layers=1, hidden=1536, heads=12, kv_heads=2, head_size=128,
        feed_forward=96, vocabulary=268, rope_base=1e6, epsilon=1e-6, tied=True,
    )  # fmt: skip
    digest = hashlib.sha256(b"".join(table.astype("<f4") for table in graph.rotary(a)))
    assert digest.hexdigest()[:16] == "bb66dad9579e1c8f"


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("block", [32, 64])
def test_every_precision(tmp_path, bits, tied, block):
    """Embedding and head of either precision and block, of one matrix or two."""
    gguf = make_gguf.write(tmp_path / "tiny.gguf", "llama", tied=tied)
    precision = dict.fromkeys(grids.CLASSES, Grid(bits=bits, block=block))
    precision["down"] = Grid(bits=bits, block=32)  # whose rows have 96 weights
    export.build(gguf, tmp_path / "onnx", precision=precision)
    model = LanguageModel(tmp_path / "onnx", threads=1)
    a = model.description.architecture
    assert a.tied == tied
    floats = weights.of(tmp_path / "onnx")

    def rounded(values):
        return reference.rounded(values, 32 if values.shape[-1] % block else block)

    assert_same(model.logits(IDS), reference.logits(a, floats, IDS, rounded))


def test_four_bits_of_a_tied_head_find_the_likeliest(tmp_path, monkeypatch):
    """How likely they are comes from the embedding's 8 bits; the others keep what 4 bits say."""
    monkeypatch.setattr(graph, "SHORTLIST", 20)
    gguf = make_gguf.write(tmp_path / "tiny.gguf", "llama")
    precision = {**dict.fromkeys(grids.CLASSES, EIGHT), "head": FOUR}
    export.build(gguf, tmp_path / "onnx", precision=precision)
    model = LanguageModel(tmp_path / "onnx", threads=1)
    a = model.description.architecture
    floats = weights.of(tmp_path / "onnx")
    ours = model.logits(IDS)
    rough = reference.logits(a, floats, IDS, reference.rounded)
    exact = {**floats, "output.weight": floats["token_embd.weight"]}
    exact = reference.logits(a, exact, IDS, reference.rounded)
    best = np.argsort(-rough, axis=1)
    # The rows' inputs are not rounded, which is worth some hundredths.
    near = np.abs(np.take_along_axis(ours - exact, best[:, :15], 1)).max(axis=1)
    assert np.median(near) < 0.2
    assert np.median(np.abs(np.take_along_axis(exact - rough, best[:, :15], 1)).max(axis=1)) > 0.3
    same = np.abs(np.take_along_axis(ours - rough, best[:, 25:], 1)).max(axis=1)
    assert same[:10].min() < EXACT
    assert same.max() < 1.5
    # What is asked for is judged by 8 bits however unlikely it is, from any place on.
    judged = best[70:, [100, 150, 200, 250]]
    asked = model.logits(IDS, 70, judged=judged)
    ours = ours[70:]
    far = np.take_along_axis(exact[70:], judged, 1)
    assert np.median(np.abs(np.take_along_axis(asked, judged, 1) - far).max(axis=1)) < 0.2
    assert np.median(np.abs(np.take_along_axis(ours, judged, 1) - far).max(axis=1)) > 0.3
    np.put_along_axis(asked, judged, 0, 1)
    np.put_along_axis(ours, judged, 0, 1)
    assert np.abs(asked - ours).max(axis=1).min() < EXACT


def test_a_head_that_sees_few_directions_finds_the_likeliest(seen_folder):
    """How likely they are comes from the embedding's 8 bits."""
    model = LanguageModel(seen_folder, threads=1)
    a, ours = model.description.architecture, model.logits(IDS)
    floats = weights.of(seen_folder)
    exact = {**floats, "output.weight": floats["token_embd.weight"]}
    exact = reference.logits(a, exact, IDS, reference.rounded)
    rough = reference.logits(a, floats, IDS, reference.rounded)
    found = np.argsort(-rough, axis=1)[:, :30]
    assert np.median(np.abs(np.take_along_axis(ours - exact, found, 1)).max(axis=1)) < 0.2
    assert np.median(np.abs(np.take_along_axis(rough - exact, found, 1)).max(axis=1)) > 2
    likeliest = ours.argmax(axis=1) == exact.argmax(axis=1)
    assert likeliest.mean() > 0.5  # half of the directions, of weights that have no favourites


def test_directions_that_are_not_known(tmp_path, seen_folder):
    """As many as there are, or none."""
    precision = dict.fromkeys(grids.CLASSES, EIGHT)
    precision["head"] = Grid(bits=4, block=32, rank=64)
    with pytest.raises(ModelError, match="cannot be seen through 64 directions: 32 are known"):
        export.build(tmp_path / "tiny.gguf", tmp_path / "other", precision=precision)


@pytest.mark.parametrize("quantisation", ["F16", "Q8_0", "Q5_0", "Q4_1"])
def test_quantised_sources(tmp_path, quantisation):
    """Whatever the file keeps its weights as, 8 bits stand for nearly the same model."""
    gguf = make_gguf.write(tmp_path / "tiny.gguf", "qwen2", quantisation=quantisation)
    export.build(gguf, tmp_path / "onnx", precision=dict.fromkeys(grids.CLASSES, EIGHT))
    a = description.read(tmp_path / "onnx").architecture
    ours = reference.logits(a, weights.of(tmp_path / "onnx"), IDS[:40])
    theirs = reference.logits(a, make_gguf.read(gguf), IDS[:40])
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.999


def test_four_bits_resemble_the_source(tmp_path):
    """Four bits of random weights (the hardest) still give a model much like the source."""
    gguf = make_gguf.write(tmp_path / "tiny.gguf", "llama")
    export.build(gguf, tmp_path / "onnx", precision=dict.fromkeys(grids.CLASSES, FOUR))
    a = description.read(tmp_path / "onnx").architecture
    ours = reference.logits(a, weights.of(tmp_path / "onnx"), IDS[:40])
    theirs = reference.logits(a, make_gguf.read(gguf), IDS[:40])
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.8


def test_two_roundings_of_one_matrix_are_tied(tmp_path):
    """A file that keeps a tied matrix twice, in two precisions, gives one matrix."""
    gguf = make_gguf.write(tmp_path / "tiny.gguf", "qwen2", tied=False, twice="Q4_1")
    export.build(gguf, tmp_path / "onnx")
    described = description.read(tmp_path / "onnx")
    assert described.architecture.tied
    floats = weights.of(tmp_path / "onnx")
    np.testing.assert_array_equal(floats["token_embd.weight"], floats["output.weight"])
