"""A tiny front end for wake words, and a head for it, that the real runtime runs in no time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper, numpy_helper

from edge.hear.wake_front import WIDTH
from edge.hear.wake_head import SPAN, Head, Layer

OPSET = [helper.make_opsetid("", 15)]


def front_end(folder: Path) -> Path:
    """Mel frames are the loudest of 512 samples in all 32 bands; an embedding is their mean."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes = [
        helper.make_node("Abs", ["input"], ["abs"]),
        helper.make_node("Unsqueeze", ["abs", "one"], ["row"]),
        helper.make_node("MaxPool", ["row"], ["peak"], kernel_shape=[512], strides=[160]),
        helper.make_node("Unsqueeze", ["peak", "three"], ["column"]),
        helper.make_node("Expand", ["column", "bands"], ["output"]),
    ]
    constants = {"one": [1], "three": [3], "bands": [1, 1, 1, 32]}
    _save(folder / "melspectrogram.onnx", nodes, constants, ("input", [1, "n"]), "output")
    nodes = [
        helper.make_node("ReduceMean", ["input_1"], ["mean"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Expand", ["mean", "width"], ["conv2d_19"]),
    ]
    shape = ["b", 76, 32, 1]
    _save(
        folder / "embedding_model.onnx",
        nodes,
        {"width": [1, 1, 1, WIDTH]},
        ("input_1", shape),
        "conv2d_19",
    )
    return folder


def head(phrase: str = "jarvis", loud: float = 200.0) -> Head:
    """Its score is 0.5 where the mean of two seconds of embeddings is that of sound of `loud`."""
    weights = np.full((SPAN * WIDTH, 1), 1 / (SPAN * WIDTH), np.float32)
    middle = loud / 10 + 2
    return Head(phrase, (Layer(weights, np.array([-middle], np.float32)),))


def _save(path, nodes, constants, given, output):
    name, shape = given
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info(name, T.FLOAT, shape)],
        [helper.make_tensor_value_info(output, T.FLOAT, None)],
        [numpy_helper.from_array(np.array(v, np.int64), key) for key, v in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=OPSET, ir_version=8), path)
