"""The part of the graph that attends, and the two caches that it can read.

One token after many others is attended to sooner with 8 bit keys and values, of which a quarter as
much has to be read; many tokens at once are attended to sooner with floats, for which the runtime
has faster products. So there is a cache of each kind, and each step says which one it reads and
extends: `narrow`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

import numpy as np

from edge.events import Float32
from edge.reason.lm.description import Architecture

MICROSOFT = "com.microsoft"

KINDS: Final = MappingProxyType({"": "FLOAT", "_levels": "INT8"})
"""The caches: what their names have behind "key" and "value", and ONNX's word for their type."""
FLOATS, LEVELS = KINDS


def cache_names(layers: int, kind: str) -> list[str]:
    """Of a cache's buffers, less "past_" or "present_"."""
    return [f"{what}{kind}.{layer}" for layer in range(layers) for what in ("key", "value")]


def attention(architecture: Architecture, layer: int, qkv: str) -> Any:
    """The node that attends, in one branch or in the other.

    The cache that is not in use goes through, which costs nothing: its past and its present are
    the same memory.
    """
    from onnx import TensorProto, helper

    given = _given(layer)
    types = ["FLOAT", *(KINDS[kind] for kind in KINDS for _ in range(2))]
    branches = {}
    for used, other in ((LEVELS, FLOATS), (FLOATS, LEVELS)):
        kept = [
            helper.make_node("Identity", [f"past_{name}"], [f"here.present_{name}"])
            for name in _names(layer, other)
        ]
        results = [
            helper.make_tensor_value_info(f"here.{name}", getattr(TensorProto, type_), None)
            for name, type_ in zip(given, types, strict=True)
        ]
        nodes = [_group_query(architecture, layer, qkv, used), *kept]
        branches[used] = helper.make_graph(nodes, f"attention{used}", [], results)
    return helper.make_node(
        "If",
        ["narrow"],
        given,
        name=given[0],
        then_branch=branches[LEVELS],
        else_branch=branches[FLOATS],
    )


def scale_constants(scales: Float32) -> list[Any]:
    """Initializers; `scales` is (2 * layers, kv_heads, head_size) of keys and values in turns."""
    from onnx import numpy_helper

    names = cache_names(len(scales) // 2, LEVELS)
    return [
        numpy_helper.from_array(np.ascontiguousarray(values[None, :, None, :]), f"{name}.scale")
        for name, values in zip(names, scales, strict=True)
    ]


def cache_values(architecture: Architecture, prefix: str) -> list[Any]:
    """What the graph takes ("past") or gives ("present") of both caches."""
    from onnx import TensorProto, helper

    a = architecture
    return [
        helper.make_tensor_value_info(
            f"{prefix}_{name}",
            getattr(TensorProto, type_),
            [f"batch{kind}", a.kv_heads, f"capacity{kind}", a.head_size],
        )
        for kind, type_ in KINDS.items()
        for name in cache_names(a.layers, kind)
    ]


def _names(layer: int, kind: str) -> list[str]:
    return [f"{what}{kind}.{layer}" for what in ("key", "value")]


def _given(layer: int) -> list[str]:
    presents = [f"present_{name}" for kind in KINDS for name in _names(layer, kind)]
    return [f"layer.{layer}.attended", *presents]


def _group_query(architecture: Architecture, layer: int, qkv: str, kind: str) -> Any:
    from onnx import helper

    a, names = architecture, _names(layer, kind)
    operands = [
        qkv, "", "", *(f"past_{name}" for name in names), "seqlens_k", "total_sequence_length",
        "rotary_cos", "rotary_sin",
    ]  # fmt: skip
    attributes: dict[str, Any] = {}
    if kind == LEVELS:
        operands += ["", "", "", *(f"{name}.scale" for name in names)]
        kinds = {"k_quant_type": "PER_CHANNEL", "v_quant_type": "PER_CHANNEL"}
        attributes = {**kinds, "kv_cache_bit_width": 8}
    return helper.make_node(
        "GroupQueryAttention",
        operands,
        [f"here.layer.{layer}.attended", *(f"here.present_{name}" for name in names)],
        name=f"layer.{layer}.attention{kind}",
        domain=MICROSOFT,
        num_heads=a.heads,
        kv_num_heads=a.kv_heads,
        do_rotary=1,
        # GGUF keeps llama's halves of a head interleaved, and qwen2's apart.
        rotary_interleaved=int(a.kind == "llama"),
        **attributes,
    )
