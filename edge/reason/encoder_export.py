"""Makes the sentence encoder small and quick: its weights stay in 8 bits, in products of integers.

The published graph (BERT; Devlin et al. 2018, https://arxiv.org/abs/1810.04805) turns its 8 bit
weights into floats when it is loaded, which takes ten times its file. Here they are put into a
graph of a quarter as many nodes, of ONNX Runtime's own operators. What goes into a product is
rounded to 8 bits with one scale for the sentence (`DynamicQuantizeLinear`), as is usual for such
encoders.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.errors import ModelCorrupt, ModelMissing
from edge.reason.lm.description import GRAPH, NAME

if TYPE_CHECKING:
    import onnx

FORMAT: Final = 2
"""Of the graph: a manifest that names another has it built anew."""

_HEAD = 32
"""Numbers of an attention head."""
_EPSILON = 1e-12
_OURS = "com.microsoft"

Progress = Callable[[str, int, int], None]
_Matrix = tuple[NDArray[np.int8], NDArray[np.float32]]
"""Weights (in, out) and a scale for each output, (out,)."""


def build(source: Path, folder: Path, progress: Progress | None = None) -> Path:
    """Write the encoder in `source` anew to `folder`, which is replaced once that is complete.

    Raises ModelMissing, or ModelCorrupt for a file that is another graph.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

    if not source.is_file():
        raise ModelMissing(f"There is no model file {source}.")
    try:
        content = _Graph(onnx.load(str(source)).graph).made()
    except (KeyError, ValueError, IndexError, DecodeError) as error:
        raise ModelCorrupt(f"The model file {source} is not the sentence encoder.") from error
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / GRAPH).write_bytes(content)
    files = {GRAPH: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}}
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    record = {"format": FORMAT, "source_sha256": digest, "files": files}
    (partial / NAME).write_text(json.dumps(record, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    if progress is not None:
        progress(GRAPH, len(content), len(content))
    return folder


class _Graph:
    """The new graph: from `input_ids`, (1, pieces), to `last_hidden_state`, (1, pieces, width)."""

    def __init__(self, source: onnx.GraphProto) -> None:
        from onnx import numpy_helper

        self._source = source
        self._known = {one.name: numpy_helper.to_array(one) for one in source.initializer}
        self._makes = {output: node for node in source.node for output in node.output}
        self._nodes: list[onnx.NodeProto] = []
        self._values: dict[str, NDArray[Any]] = {}

    def made(self) -> bytes:
        """The model. Raises KeyError, ValueError or IndexError where the source is another."""
        from onnx import TensorProto, helper, numpy_helper

        products = [node for node in self._source.node if node.op_type == "MatMul"]
        matrices = [one for one in (self._matrix(node) for node in products) if one is not None]
        layers, rest = divmod(len(matrices), 6)
        if not layers or rest:
            raise ValueError("not six products a layer")
        state = self._embedded()
        for layer in range(layers):
            state = self._layer(layer, matrices[6 * layer :][:6], state)
        self._nodes[-1].output[0] = "last_hidden_state"
        width = matrices[0][0].shape[0]
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "pieces"])],
            [
                helper.make_tensor_value_info(
                    "last_hidden_state", TensorProto.FLOAT, [1, "pieces", width]
                )
            ],
            [numpy_helper.from_array(value, name) for name, value in self._values.items()],
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_OURS, 1)]
        content: bytes = helper.make_model(
            graph, opset_imports=opsets, ir_version=9
        ).SerializeToString()
        return content

    def _embedded(self) -> str:
        """Words and places, and one kind of sentence."""
        words = self._value("words", self._table("word_embeddings", "weight_q"))
        scales = self._value("words.scales", self._table("word_embeddings", "weight_scale"))
        table = self._table("position_embeddings", "weight_q").astype(np.float32)
        table *= self._table("position_embeddings", "weight_scale")
        self._value("places", table + self._table("token_type_embeddings", "weight")[0])
        self._value("first", np.zeros(1, np.int64))
        rows = self._node("Gather", [words, "input_ids"], "words.rows")
        rows = self._node("Cast", [rows], "words.floats", to=1)
        factors = self._node("Gather", [scales, "input_ids"], "words.factors")
        rows = self._node("Mul", [rows, factors], "words.scaled")
        count = self._node("Shape", ["input_ids"], "count", start=1, end=2)
        places = self._node("Slice", ["places", "first", count], "places.said")
        state = self._node("Add", [rows, places], "embedded")
        weights = [self._norm("inner.embeddings.LayerNorm", part) for part in ("weight", "bias")]
        return self._node(
            "LayerNormalization", [state, *weights], "normed", axis=-1, epsilon=_EPSILON
        )

    def _layer(self, layer: int, matrices: list[_Matrix], state: str) -> str:
        """Attention, and two products with a gate between them; each added to what came in."""
        theirs, ours = f"inner.encoder.layer.{layer}", f"{layer}"
        query, key, value, output, up, down = matrices
        self._rounded(state)
        names = ("query", "key", "value")
        inputs = [
            self._product(state, one, f"{theirs}.attention.self.{name}", f"{ours}.{name}")
            for name, one in zip(names, (query, key, value), strict=True)
        ]
        heads = query[0].shape[1] // _HEAD
        seen = self._node("MultiHeadAttention", inputs, f"{ours}.seen", _OURS, num_heads=heads)
        self._rounded(seen)
        out = self._product(seen, output, f"{theirs}.attention.output.dense", f"{ours}.output")
        state = self._added(out, state, f"{theirs}.attention.output.LayerNorm", f"{ours}.attended")
        self._rounded(state)
        wide = self._product(state, up, f"{theirs}.intermediate.dense", f"{ours}.up")
        gated = self._node("Gelu", [wide], f"{ours}.gated", _OURS)
        self._rounded(gated)
        out = self._product(gated, down, f"{theirs}.output.dense", f"{ours}.down")
        return self._added(out, state, f"{theirs}.output.LayerNorm", f"{ours}.state")

    def _rounded(self, state: str) -> None:
        """Puts `state` beside itself in 8 bits, with its scale and zero."""
        self._node("DynamicQuantizeLinear", [state], f"{state}.q", more=["scale", "zero"])

    def _product(self, state: str, matrix: _Matrix, bias: str, name: str) -> str:
        weights, scales = matrix
        inputs = [f"{state}.q", self._value(f"{name}.weights", weights), f"{state}.q.scale"]
        inputs += [self._value(f"{name}.scales", scales), f"{state}.q.zero", ""]
        inputs += [self._value(f"{name}.bias", self._known[f"{bias}.bias"])]
        return self._node("MatMulIntegerToFloat", inputs, name, _OURS)

    def _added(self, out: str, state: str, norm: str, name: str) -> str:
        weights = [self._norm(norm, part) for part in ("weight", "bias")]
        inputs = [out, state, *weights]
        return self._node("SkipLayerNormalization", inputs, name, _OURS, epsilon=_EPSILON)

    def _node(self, kind: str, inputs: list[str], name: str, domain: str = "", **how: Any) -> str:
        """A node with one output, `name`, or `more` of that name with something behind it."""
        from onnx import helper

        outputs = [name, *(f"{name}.{more}" for more in how.pop("more", ()))]
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **how))
        return name

    def _value(self, name: str, value: NDArray[Any]) -> str:
        self._values[name] = np.ascontiguousarray(value)
        return name

    def _norm(self, name: str, part: str) -> str:
        return self._value(f"{name}.{part}", self._known[f"{name}.{part}"])

    def _table(self, name: str, part: str) -> NDArray[Any]:
        table: NDArray[Any] = self._known[f"inner.embeddings.{name}.{part}"]
        return table

    def _matrix(self, node: onnx.NodeProto) -> _Matrix | None:
        """The 8 bit matrix of a product and its scales; None for a product of two states."""
        product = self._makes.get(node.input[1])
        cast = self._makes.get(product.input[0]) if product and product.op_type == "Mul" else None
        if product is None or cast is None or cast.input[0] not in self._known:
            return None
        scales = self._known[product.input[1]].astype(np.float32).reshape(-1)
        return self._known[cast.input[0]], scales
