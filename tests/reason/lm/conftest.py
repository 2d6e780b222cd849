"""Tiny exported models that several tests run."""

import hashlib

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge.reason.lm import export, graph, grids, moments, preview
from edge.reason.lm.description import Grid
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.quantise import BLOCK, quantise
from tests.reason.lm import make_gguf


def alone_as_in_company():
    """Whether the runtime's product of 4 bit gives a row alone what it gives it beside others.

    With AVX-512 it does; with AVX2 the last bit may be another.
    """
    random = np.random.default_rng(0)
    shape = (64, 4 * BLOCK)
    weights = quantise(random.standard_normal(shape).astype(np.float32), 4, BLOCK)
    parts = {"q": weights.values, "scale": weights.scales, "zero": weights.zero_points}
    product = helper.make_node(
        "MatMulNBits", ["x", *parts], ["y"], domain="com.microsoft",
        N=shape[0], K=shape[1], bits=4, block_size=BLOCK, accuracy_level=4,
    )  # fmt: skip
    takes, gives = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", size])
        for name, size in (("x", shape[1]), ("y", shape[0]))
    )
    constants = [numpy_helper.from_array(part, name) for name, part in parts.items()]
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    alone = helper.make_graph([product], "product", [takes], [gives], constants)
    model = helper.make_model(alone, ir_version=10, opset_imports=opsets)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    rows = random.standard_normal((2, shape[1])).astype(np.float32)
    both, one = (session.run(None, {"x": x})[0] for x in (rows, rows[:1]))
    return np.array_equal(both[:1], one)


NARROW = 4 if alone_as_in_company() else 8
"""That answers are the same in any company is ours to keep where the runtime's products are."""
MIXED = {
    name: Grid(bits=NARROW if name in ("gate_up", "down") else 8, block=BLOCK)
    for name in grids.CLASSES
}


@pytest.fixture(autouse=True, scope="session")
def one_pace():
    """Chunks of the same length, however quick the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("edge.reason.lm.pace._WAIT", 0.0)
        yield


@pytest.fixture(scope="session", params=["llama", "qwen2"])
def folder(request, tmp_path_factory):
    """An exported model of each architecture; not to be written to."""
    base = tmp_path_factory.mktemp(request.param)
    source = make_gguf.write(base / "tiny.gguf", request.param)
    # The mixture that the real models have; by their size these would be 8 bit throughout.
    return export.build(source, base / "onnx", precision=MIXED)


@pytest.fixture
def seen_folder(tmp_path, monkeypatch):
    """A model whose head sees its inputs through half of their directions, and finds 40 tokens."""
    monkeypatch.setattr(graph, "SHORTLIST_BY_RANK", 40)
    monkeypatch.setattr(moments, "FOLDER", tmp_path)
    source = make_gguf.write(tmp_path / "tiny.gguf", "llama")
    embedding = make_gguf.read(source)["token_embd.weight"]
    known = preview.arrays(preview.make(embedding, np.eye(64), 32, 64))
    moments.write(moments.path(hashlib.sha256(source.read_bytes()).hexdigest()), {}, known)
    precision = {**MIXED, "head": Grid(bits=4, block=32, rank=32)}
    return export.build(source, tmp_path / "onnx", precision=precision)


@pytest.fixture(scope="session")
def shared_model(folder):
    model = LanguageModel(folder, threads=1)
    yield model
    model.close()


@pytest.fixture
def model(shared_model):
    """A running model with an empty cache."""
    shared_model.forget()
    return shared_model
