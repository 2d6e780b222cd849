"""The speech embedding as a stream: nothing is worked out twice.

An embedding looks at 76 mel frames, and the next one at 68 of the same. All of the network's
convolutions in time take three rows and no padding, and its pools halve, so that it is enough to
keep two rows in front of each convolution: eight new frames then cost a tenth of the whole, and
give the same numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.events import Float32
from edge.onnx import open_derived

if TYPE_CHECKING:
    import onnx

_ROWS = 2
"""Kept in front of a convolution over three."""
_SETTLED = 80
"""Mel frames after which nothing is left of what was before them."""


class StreamingEmbedding:
    """The network, whose memory the caller keeps."""

    def __init__(self, session: Any) -> None:
        """`session`: of what `streaming` makes."""
        self._session = session
        self._names = [value.name for value in session.get_inputs()[1:]]
        self._empty = [np.zeros(value.shape, np.float32) for value in session.get_inputs()[1:]]

    @classmethod
    def open(cls, model: Path, cache: Path) -> StreamingEmbedding | None:
        """From the embedding's own model, once it was made into a stream in the folder `cache`;
        None where it is no such network."""
        opened = open_derived(model, cache, ("stream",), streaming, threads=1)
        return None if opened is None else cls(opened[0])

    def settled(self, frames: Float32) -> list[Float32]:
        """The memory after an age of `frames`, (n, 32)."""
        age = np.resize(frames, (_SETTLED, frames.shape[1]))
        return self.step(age, self._empty)[1]

    def step(self, frames: Float32, memory: list[Float32]) -> tuple[Float32, list[Float32]]:
        """(n / 8, 96) embeddings of `frames`, (n, 32), n divisible by 8; and the memory after."""
        feed = dict(zip(self._names, memory, strict=True))
        embeddings, *after = self._session.run(None, {"mels": frames[None, None], **feed})
        width = embeddings.shape[-1]
        return embeddings.reshape(-1, width), after


def streaming(whole: onnx.ModelProto) -> list[onnx.ModelProto] | None:
    """The network `whole` as a stream; None if it is built in another way."""
    from onnx import TensorProto, helper, numpy_helper

    stored = {value.name: value for value in whole.graph.initializer}
    first, *body, last = whole.graph.node
    shape = [size.dim_value for size in whole.graph.input[0].type.tensor_type.shape.dim]
    if first.op_type != "Reshape" or last.op_type != "Reshape" or len(shape) != 4:
        return None
    width = shape[2]
    nodes = []
    renamed = {first.output[0]: "mels"}
    inputs = [helper.make_tensor_value_info("mels", TensorProto.FLOAT, [1, 1, "frames", width])]
    outputs = [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, None)]
    for node in body:
        settings = {one.name: list(one.ints) for one in node.attribute}
        taken = [renamed.get(name, name) for name in node.input]
        if node.op_type == "Conv":
            pads = settings.get("pads", [0] * 4)
            if pads[0] or pads[2] or settings["strides"] != [1, 1]:
                return None
            rows = settings["kernel_shape"][0]
            if rows == _ROWS + 1:
                name = f"memory{len(inputs)}"
                size = [1, stored[node.input[1]].dims[1], _ROWS, width]
                inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, size))
                outputs.append(
                    helper.make_tensor_value_info(f"{name}_after", TensorProto.FLOAT, None)
                )
                nodes += [
                    helper.make_node("Concat", [name, taken[0]], [f"{name}_rows"], axis=2),
                    helper.make_node(
                        "Slice", [f"{name}_rows", "from", "to", "rows"], [f"{name}_after"]
                    ),
                ]
                taken[0] = f"{name}_rows"
            elif rows != 1:
                return None
        elif node.op_type == "MaxPool":
            if settings["kernel_shape"] != settings["strides"]:
                return None
            width //= settings["strides"][1]
        elif node.op_type not in ("LeakyRelu", "Max"):
            return None
        changed = type(node)()
        changed.CopyFrom(node)
        del changed.input[:]
        changed.input.extend(taken)
        nodes.append(changed)
    nodes.append(helper.make_node("Transpose", [last.input[0]], ["embeddings"], perm=[0, 2, 3, 1]))
    places = {"from": -_ROWS, "to": np.iinfo(np.int64).max, "rows": 2}
    constants = [numpy_helper.from_array(np.array([v]), name) for name, v in places.items()]
    used = {name for node in nodes for name in node.input}
    kept = [value for name, value in stored.items() if name in used]
    graph = helper.make_graph(nodes, "stream", inputs, outputs, [*kept, *constants])
    made = helper.make_model(graph, opset_imports=whole.opset_import, ir_version=whole.ir_version)
    return [made]
