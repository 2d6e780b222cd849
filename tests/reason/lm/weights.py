"""The weights of an exported folder as floats by the GGUF's names, for `reference.logits`."""

import numpy as np
import onnx

from edge.reason.lm import description
from edge.reason.lm.quantise import Quantised, dequantise


def of(folder):
    """What the graph stands for: the requantised weights."""
    a = description.read(folder).architecture
    model = onnx.load(folder / description.GRAPH)
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}

    def matrix(name):
        values = stored[name].reshape(*stored[f"{name}.scales"].shape, -1)
        zero_points = stored.get(f"{name}.zero_points")
        return dequantise(Quantised(values, stored[f"{name}.scales"], zero_points))

    head = matrix("head")
    if "head.within" in stored:
        head = head @ matrix("head.within")
    weights = {
        "token_embd.weight": matrix("embedding"),
        "output.weight": head,
        "output_norm.weight": stored["final_norm"],
    }
    ends = np.cumsum([a.heads * a.head_size, a.kv_heads * a.head_size])
    for layer in range(a.layers):
        at, block = f"layer.{layer}", f"blk.{layer}"
        for part, rows in zip("qkv", np.split(matrix(f"{at}.qkv"), ends), strict=True):
            weights[f"{block}.attn_{part}.weight"] = rows
        if f"{at}.qkv.bias" in stored:
            for part, rows in zip("qkv", np.split(stored[f"{at}.qkv.bias"], ends), strict=True):
                weights[f"{block}.attn_{part}.bias"] = rows
        halves = np.split(matrix(f"{at}.gate_up"), 2)
        for part, rows in zip(("gate", "up"), halves, strict=True):
            weights[f"{block}.ffn_{part}.weight"] = rows
        for ours, theirs in (("output", "attn_output"), ("down", "ffn_down")):
            weights[f"{block}.{theirs}.weight"] = matrix(f"{at}.{ours}")
        weights[f"{block}.attn_norm.weight"] = stored[f"{at}.attention_norm"]
        weights[f"{block}.ffn_norm.weight"] = stored[f"{at}.feed_forward_norm"]
    return weights
