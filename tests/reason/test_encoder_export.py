"""The sentence encoder's graph with weights that stay in 8 bits."""

from __future__ import annotations

import json

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge.errors import ModelCorrupt, ModelMissing
from edge.reason.encoder_export import build


@pytest.fixture
def graph(tmp_path):
    """A file with a row looked up and a product, both of 8 bit weights made floats."""
    rng = np.random.default_rng(0)
    rows = rng.integers(-127, 128, (10, 128)).astype(np.int8)
    matrix = rng.integers(-127, 128, (128, 6)).astype(np.int8)
    values = {
        "rows_q": rows,
        "rows_scale": rng.random((10, 1)).astype(np.float32) / 100,
        "matrix_q": matrix,
        "matrix_scale": rng.random((1, 6)).astype(np.float32) / 100,
    }
    nodes = [
        helper.make_node("Cast", ["rows_q"], ["rows_f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["rows_f", "rows_scale"], ["rows"]),
        helper.make_node("Gather", ["rows", "ids"], ["found"]),
        helper.make_node("Cast", ["matrix_q"], ["matrix_f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["matrix_f", "matrix_scale"], ["matrix"]),
        helper.make_node("MatMul", ["found", "matrix"], ["out"]),
    ]
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 6])],
            [numpy_helper.from_array(value, name) for name, value in values.items()],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    path = tmp_path / "model.onnx"
    onnx.save(model, str(path))
    return path


def _run(path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"ids": np.array([1, 7, 3])})[0]


def test_the_numbers_are_the_same(graph, tmp_path):
    """Up to what products of 8 bits leave out, and no weight is a float any more."""
    folder = build(graph, tmp_path / "onnx")
    assert _run(folder / "model.onnx") == pytest.approx(_run(graph), rel=0.02, abs=0.02)
    made = onnx.load(str(folder / "model.onnx"))
    assert [node.op_type for node in made.graph.node if node.op_type == "MatMul"] == []
    record = json.loads((folder / "edge-lm.json").read_text())
    assert record["files"]["model.onnx"]["bytes"] == (folder / "model.onnx").stat().st_size


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
