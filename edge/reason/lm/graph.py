"""The ONNX graph of a decoder-only transformer with quantised weights.

Inputs (B sequences, S new tokens each, C places in the cache, R rows of logits wanted, J tokens to
be judged there):

    input_ids               (B, S) int64
    logit_rows              (B, R, 1) int64     which of the S positions need logits
    judged_ids              (B, R, J) int64     whose logits count, be they likely or not
    seqlens_k               (B,) int32          tokens in the cache after this step, less one
    total_sequence_length   () int32            the longest of them, not less one
    narrow                  () bool             which of the two caches is read and extended
    past_key.I, past_value.I                (B, kv_heads, C, head_size) float32, I the layer
    past_key_levels.I, past_value_levels.I  the same as int8: see attention and cache_scales

Outputs: `logits` (B, R, vocabulary) and a `present_...` for each `past_...`, to be bound to the
same buffer; those of the cache that is not in use may have any length. With R = 0 the step only
fills the cache; with R = S it judges a text. The last layer's products are made for the R rows
alone.

The operators are those of https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32
from edge.reason.lm.attention import (
    KINDS,
    MICROSOFT,
    attention,
    cache_names,
    cache_values,
    scale_constants,
)
from edge.reason.lm.description import Architecture, Grid
from edge.reason.lm.grids import within

_IR_VERSION = 10
_OPSET = 17
SHORTLIST = 256
"""Tokens whose logits are computed again where the head is only there to find them."""
SHORTLIST_BY_RANK = 512
"""The same where the head sees its inputs through a few directions, and is less sure."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the data file keeps an initializer."""

    kind: str
    """ "float32" or "uint8"."""
    shape: tuple[int, ...]
    offset: int
    length: int
    """Bytes."""


def shortlisted(architecture: Architecture, grids: Mapping[str, Grid]) -> bool:
    """Whether the head only finds the likeliest tokens, and the embedding says how likely.

    A tied head is read from end to end for each token; in 4 bits that is half as much, and the few
    rows that matter are there in 8 bits anyway.
    """
    return architecture.tied and grids["head"].bits < grids["embedding"].bits


def inputs(layers: int) -> list[str]:
    """Names of the graph's inputs."""
    lengths = ["seqlens_k", "total_sequence_length"]
    past = [f"past_{name}" for kind in KINDS for name in cache_names(layers, kind)]
    return ["input_ids", "logit_rows", "judged_ids", *lengths, "narrow", *past]


def outputs(layers: int) -> list[str]:
    """Names of the graph's outputs, in the order of the inputs."""
    present = [f"present_{name}" for kind in KINDS for name in cache_names(layers, kind)]
    return ["logits", *present]


class GraphBuilder:
    """Collects nodes and initializers; `finish` gives the model."""

    def __init__(self, architecture: Architecture, data_file: str) -> None:
        import onnx

        self._onnx = onnx
        self._architecture = architecture
        self._data_file = data_file
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []

    def store(self, name: str, stored: Stored) -> None:
        """An initializer whose bytes are in the data file."""
        kinds = {
            "float32": self._onnx.TensorProto.FLOAT,
            "uint8": self._onnx.TensorProto.UINT8,
        }
        tensor = self._onnx.TensorProto(
            name=name,
            data_type=kinds[stored.kind],
            dims=stored.shape,
            data_location=self._onnx.TensorProto.EXTERNAL,
        )
        entries = {
            "location": self._data_file,
            "offset": str(stored.offset),
            "length": str(stored.length),
        }
        for key, value in entries.items():
            tensor.external_data.add(key=key, value=value)
        self._initializers.append(tensor)

    def constant(self, name: str, values: Float32 | NDArray[np.int64]) -> str:
        """A small initializer, kept in the graph itself."""
        self._initializers.append(self._onnx.numpy_helper.from_array(values, name))
        return name

    def node(
        self,
        operator: str,
        inputs: list[str],
        outputs: list[str],
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """Add a node, named after its first output, which is returned."""
        self._nodes.append(
            self._onnx.helper.make_node(
                operator, inputs, outputs, name=outputs[0], domain=domain, **attributes
            )
        )
        return outputs[0]

    def product(
        self,
        source: str,
        weight: str,
        columns: int,
        rows: int,
        grid: Grid,
        bias: str = "",
    ) -> str:
        """`source` times the transposed `weight`, (rows, columns)."""
        zero_points = f"{weight}.zero_points" if grid.bits == 4 else ""
        operands = [source, weight, f"{weight}.scales", zero_points, "", bias]
        while not operands[-1]:
            operands.pop()
        return self.node(
            "MatMulNBits",
            operands,
            [f"{weight}.product"],
            MICROSOFT,
            K=columns,
            N=rows,
            bits=grid.bits,
            block_size=grid.block,
            accuracy_level=4,
        )

    def build(self, grids: Mapping[str, Grid], biased: bool) -> None:
        """All layers. Initializers go by the names used here; see `export`."""
        a = self._architecture
        width = np.int64(a.feed_forward)
        self.constant("halves", np.array([width, width]))
        hidden = self._rows("input_ids", "embedded", grids["embedding"])
        normed = self.node(
            "SimplifiedLayerNormalization",
            [hidden, "layer.0.attention_norm"],
            ["layer.0.normed"],
            axis=-1,
            epsilon=a.epsilon,
            stash_type=1,
        )
        for layer in range(a.layers):
            normed, hidden = self._layer(layer, normed, hidden, grids, biased)
        self._head(normed, grids["head"])
        if shortlisted(a, grids):
            self._judge_again(normed, grids)
        self._nodes[-1].output[0] = "logits"

    def _head(self, normed: str, grid: Grid) -> None:
        """The logits, or what is to find the likeliest tokens, as "head.product"."""
        a = self._architecture
        columns = a.hidden
        if grid.rank is not None:
            normed = self.product(normed, "head.within", a.hidden, grid.rank, within(a))
            columns = grid.rank
        self.product(normed, "head", columns, a.vocabulary, grid)

    def _judge_again(self, normed: str, grids: Mapping[str, Grid]) -> None:
        """Replace the largest of the head's logits, and those that are to be judged, by what the
        embedding's rows give.
        """
        rough = "head.product"
        length = SHORTLIST if grids["head"].rank is None else SHORTLIST_BY_RANK
        self.constant("last_axis", np.array([-1]))
        self.constant("shortlist", np.array([length]))
        self.node("TopK", [rough, "shortlist"], ["head.best", "head.found"], sorted=0)
        self.node("Concat", ["head.found", "judged_ids"], ["head.ids"], axis=-1)
        # (B, R, shortlist + J, hidden)
        rows = self._rows("head.ids", "head.rows", grids["embedding"])
        column = self.node("Unsqueeze", [normed, "last_axis"], ["head.column"])
        judged = self.node("MatMul", [rows, column], ["head.judged"])
        exact = self.node("Squeeze", [judged, "last_axis"], ["head.exact"])
        self.node("ScatterElements", [rough, "head.ids", exact], ["head.logits"], axis=-1)

    def _rows(self, ids: str, name: str, grid: Grid) -> str:
        """The embedding's rows of `ids`."""
        zero_points = ["embedding.zero_points"] if grid.bits == 4 else []
        return self.node(
            "GatherBlockQuantized",
            ["embedding", ids, "embedding.scales", *zero_points],
            [name],
            MICROSOFT,
            bits=grid.bits,
            block_size=grid.block,
            gather_axis=0,
            quantize_axis=1,
        )

    def _layer(
        self,
        layer: int,
        normed: str,
        hidden: str,
        grids: Mapping[str, Grid],
        biased: bool,
    ) -> tuple[str, str]:
        a = self._architecture
        at = f"layer.{layer}"
        query, key = a.heads * a.head_size, a.kv_heads * a.head_size
        qkv = self.product(
            normed, f"{at}.qkv", a.hidden, query + 2 * key, grids["qkv"],
            f"{at}.qkv.bias" if biased else "",
        )  # fmt: skip
        self._nodes.append(attention(a, layer, qkv))
        attended: str = self._nodes[-1].output[0]
        last = layer == a.layers - 1
        if last:
            # From here on only the positions whose logits are wanted matter.
            attended = self._pick(attended, f"{at}.attended.picked")
            hidden = self._pick(hidden, f"{at}.hidden.picked")
        projected = self.product(attended, f"{at}.output", query, a.hidden, grids["output"])
        normed, hidden = self._add_and_norm(projected, hidden, f"{at}.feed_forward_norm")
        # One product for both: a thread that has to be woken costs as much as a tenth of one.
        both = self.product(normed, f"{at}.gate_up", a.hidden, 2 * a.feed_forward, grids["gate_up"])
        gate, up = self._halves(both, f"{at}.gate", f"{at}.up")
        # x * sigmoid(1 * x) is SiLU.
        gated = self.node("QuickGelu", [gate], [f"{at}.gated"], MICROSOFT, alpha=1.0)
        opened = self.node("Mul", [gated, up], [f"{at}.opened"])
        down = self.product(opened, f"{at}.down", a.feed_forward, a.hidden, grids["down"])
        following = "final_norm" if last else f"layer.{layer + 1}.attention_norm"
        return self._add_and_norm(down, hidden, following)

    def _halves(self, source: str, first: str, second: str) -> tuple[str, str]:
        self.node("Split", [source, "halves"], [first, second], axis=-1)
        return first, second

    def _pick(self, source: str, name: str) -> str:
        return self.node("GatherND", [source, "logit_rows"], [name], batch_dims=1)

    def _add_and_norm(self, source: str, skip: str, norm: str) -> tuple[str, str]:
        """The normalised sum, and the sum itself."""
        total = f"{norm}.sum"
        normed = self.node(
            "SkipSimplifiedLayerNormalization",
            [source, skip, norm],
            [f"{norm}.normed", "", "", total],
            MICROSOFT,
            epsilon=self._architecture.epsilon,
        )
        return normed, total

    def finish(self, scales: Float32) -> bytes:
        """The model, serialised; the same for the same input. `scales`: see cache_scales."""
        helper, proto = self._onnx.helper, self._onnx.TensorProto
        a = self._architecture

        takes = [
            helper.make_tensor_value_info("input_ids", proto.INT64, ["batch", "sequence"]),
            helper.make_tensor_value_info("logit_rows", proto.INT64, ["batch", "rows", 1]),
            helper.make_tensor_value_info("judged_ids", proto.INT64, ["batch", "rows", "judged"]),
            helper.make_tensor_value_info("seqlens_k", proto.INT32, ["batch"]),
            helper.make_tensor_value_info("total_sequence_length", proto.INT32, []),
            helper.make_tensor_value_info("narrow", proto.BOOL, []),
            *cache_values(a, "past"),
        ]
        gives = [
            helper.make_tensor_value_info("logits", proto.FLOAT, ["batch", "rows", a.vocabulary]),
            *cache_values(a, "present"),
        ]
        constants = [*self._initializers, *scale_constants(scales)]
        graph = helper.make_graph(self._nodes, "edge-lm", takes, gives, constants)
        model = helper.make_model(
            graph,
            producer_name="edge",
            ir_version=_IR_VERSION,
            opset_imports=[
                helper.make_opsetid("", _OPSET),
                helper.make_opsetid(MICROSOFT, 1),
            ],
        )
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def rotary(architecture: Architecture) -> tuple[Float32, Float32]:
    """(context, head_size / 2) Cosines and sines of the positions' angles."""
    half = architecture.head_size // 2
    # Processors differ in the last bit of a power of floats, and with it the file's checksum.
    base = Decimal(architecture.rope_base)
    frequencies = np.array([float(base ** (-Decimal(i) / half)) for i in range(half)])
    angles = np.arange(architecture.context, dtype=np.float64)[:, None] * frequencies
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
