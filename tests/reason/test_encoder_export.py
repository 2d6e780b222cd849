"""The sentence encoder's graph in products of 8 bit integers, against floats in numpy."""

from __future__ import annotations

import json
import math

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge.errors import ModelCorrupt, ModelMissing
from edge.models.manifest import manifests
from edge.reason.encoder_export import FORMAT, build

_WIDTH, _WIDE, _HEAD, _LAYERS = 64, 128, 32, 2
_PARTS = (
    ("attention.self.query", _WIDTH, _WIDTH),
    ("attention.self.key", _WIDTH, _WIDTH),
    ("attention.self.value", _WIDTH, _WIDTH),
    ("attention.output.dense", _WIDTH, _WIDTH),
    ("intermediate.dense", _WIDTH, _WIDE),
    ("output.dense", _WIDE, _WIDTH),
)


@pytest.fixture
def weights():
    """Those of a small BERT, by the names of the published graph; matrices as floats of 8 bits."""
    rng = np.random.default_rng(0)

    def some(*shape):
        return (rng.standard_normal(shape) / 8).astype(np.float32)

    made = {f"inner.embeddings.{name}": (rows, _WIDTH) for name, rows in _TABLES.items()}
    tables = {name: (*_eight(some(*shape), 1),) for name, shape in made.items()}
    plain = {"inner.embeddings.token_type_embeddings.weight": some(2, _WIDTH)}
    norms = ["inner.embeddings.LayerNorm"]
    matrices = {}
    for layer in range(_LAYERS):
        at = f"inner.encoder.layer.{layer}"
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
        for name, depth, width in _PARTS:
            matrices[f"{at}.{name}"] = _eight(some(depth, width), 0)
            plain[f"{at}.{name}.bias"] = some(width)
    for name in norms:
        plain[f"{name}.weight"], plain[f"{name}.bias"] = 1 + some(_WIDTH), some(_WIDTH)
    return tables, matrices, plain


_TABLES = {"word_embeddings": 20, "position_embeddings": 16}


def _eight(matrix, axis):
    """`matrix` in 8 bits, and its scales along the other axis."""
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


@pytest.fixture
def source(weights, tmp_path):
    """A file as it is published: each matrix is made floats before its product."""
    tables, matrices, plain = weights
    values, nodes = dict(plain), []
    for name, (q, scale) in tables.items():
        values[f"{name}.weight_q"], values[f"{name}.weight_scale"] = q, scale
    for name, (q, scale) in matrices.items():
        values[f"{name}_q"], values[f"{name}_scale"] = q, scale
        nodes += [
            helper.make_node("Cast", [f"{name}_q"], [f"{name}_f"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}_f", f"{name}_scale"], [f"{name}_w"]),
            helper.make_node("MatMul", ["state", f"{name}_w"], [f"{name}_out"]),
        ]
    nodes.append(helper.make_node("MatMul", ["state", "other"], ["attention"]))
    inits = [numpy_helper.from_array(value, name) for name, value in values.items()]
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [], [], inits)), str(path))
    return path


def _reference(weights, ids):
    """What BERT makes of `ids`, (n, width), in floats."""
    tables, matrices, plain = weights
    word, place = (q * scale for q, scale in tables.values())
    kind = plain["inner.embeddings.token_type_embeddings.weight"][0]

    def normed(x, name):
        centred = x - x.mean(axis=1, keepdims=True)
        unit = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
        return unit * plain[f"{name}.weight"] + plain[f"{name}.bias"]

    def product(x, name):
        q, scale = matrices[name]
        return x @ (q * scale) + plain[f"{name}.bias"]

    state = normed(word[ids] + place[: len(ids)] + kind, "inner.embeddings.LayerNorm")
    for layer in range(_LAYERS):
        at = f"inner.encoder.layer.{layer}"
        query, key, value = (product(state, f"{at}.{name}") for name, _, _ in _PARTS[:3])
        seen = np.zeros_like(state)
        for head in range(0, _WIDTH, _HEAD):
            part = slice(head, head + _HEAD)
            scores = np.exp(query[:, part] @ key[:, part].T / math.sqrt(_HEAD))
            seen[:, part] = scores / scores.sum(axis=1, keepdims=True) @ value[:, part]
        out = product(seen, f"{at}.attention.output.dense")
        state = normed(state + out, f"{at}.attention.output.LayerNorm")
        wide = product(state, f"{at}.intermediate.dense")
        gate = np.vectorize(lambda x: (1 + math.erf(x / math.sqrt(2))) / 2)(wide)
        out = product(wide * gate, f"{at}.output.dense")
        state = normed(state + out, f"{at}.output.LayerNorm")
    return state


def test_it_is_the_same_network(source, weights, tmp_path):
    """Up to what is rounded to 8 bits on the way; and no matrix is a float any more."""
    folder = build(source, tmp_path / "onnx")
    ids = np.array([3, 7, 1, 19, 7])
    path = folder / "model.onnx"
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (made,) = session.run(None, {"input_ids": ids[None]})
    wanted = _reference(weights, ids)
    assert made.shape == (1, 5, _WIDTH)
    alike = (made[0] * wanted).sum(axis=1)
    alike /= np.linalg.norm(made[0], axis=1) * np.linalg.norm(wanted, axis=1)
    assert alike.min() > 0.995
    graph = onnx.load(str(path)).graph
    floats = [one for one in graph.initializer if one.data_type == TensorProto.FLOAT]
    assert max(np.prod(one.dims) for one in floats) <= 16 * _WIDTH  # the places
    record = json.loads((folder / "edge-lm.json").read_text())
    assert record["files"]["model.onnx"]["bytes"] == path.stat().st_size


def test_the_manifest_asks_for_this_form():
    """So that one built by an earlier version is built anew."""
    build_ = manifests()["minilm-l6-v2"].build
    assert build_ is not None
    assert build_.format == FORMAT


def test_another_file_is_told(tmp_path):
    """One that is not there, and one without such weights; nothing is left behind."""
    with pytest.raises(ModelMissing):
        build(tmp_path / "none.onnx", tmp_path / "onnx")
    empty = helper.make_model(helper.make_graph([], "g", [], []))
    onnx.save(empty, str(tmp_path / "other.onnx"))
    with pytest.raises(ModelCorrupt, match="is not the sentence encoder"):
        build(tmp_path / "other.onnx", tmp_path / "onnx")
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(ModelCorrupt, match="is not the sentence encoder"):
        build(tmp_path / "text.onnx", tmp_path / "onnx")
    assert not (tmp_path / "onnx").exists()
