"""What the two caches are worth: attention alone, with floats and with levels of 8 bit.

    python tools/measure_attention.py [--model NAME] [--rounds N]

A graph of nothing but the model's attention (`edge.reason.lm.attention`), each layer with buffers
of its own. Milliseconds of all layers together, medians in turns: of one token after many, and of a
chunk of 64. "without If" is the 8 bit branch alone, as the graph would be with one cache.
"""

import argparse
import statistics
import time

import numpy as np
import onnx
import onnxruntime
from msgspec.structs import replace
from onnx import TensorProto, helper, numpy_helper

from edge.models import Store
from edge.reason.lm import attention, description
from edge.reason.lm.cache import bind_caches, bind_lengths, make_buffers, ort_value
from edge.reason.lm.graph import rotary
from edge.reason.lm.opening import SPIN_US
from edge.settings import Config

CASES = ((1, 64), (1, 512), (1, 1500), (64, 64), (64, 512), (64, 1500))


def model(a, *, choice):
    """The graph; `choice`: with both caches, as it ships."""
    width = (a.heads + 2 * a.kv_heads) * a.head_size
    takes = [
        helper.make_tensor_value_info("qkv", TensorProto.FLOAT, ["batch", "sequence", width]),
        helper.make_tensor_value_info("seqlens_k", TensorProto.INT32, ["batch"]),
        helper.make_tensor_value_info("total_sequence_length", TensorProto.INT32, []),
        helper.make_tensor_value_info("narrow", TensorProto.BOOL, []),
        *attention.cache_values(a, "past"),
    ]
    gives, nodes = list(attention.cache_values(a, "present")), []
    for layer in range(a.layers):
        if choice:
            nodes.append(attention.attention(a, layer, "qkv"))
        else:
            nodes += alone(a, layer)
        name = f"layer.{layer}.attended"
        shape = ["batch", "sequence", a.heads * a.head_size]
        gives.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    tables = zip(("rotary_cos", "rotary_sin"), rotary(a), strict=True)
    scales = np.full((2 * a.layers, a.kv_heads, a.head_size), 4 / 127, np.float32)
    constants = [numpy_helper.from_array(table, name) for name, table in tables]
    constants += attention.scale_constants(scales)
    graph = helper.make_graph(nodes, "attention", takes, gives, constants)
    imports = [helper.make_opsetid("", 17), helper.make_opsetid(attention.MICROSOFT, 1)]
    return helper.make_model(graph, ir_version=10, opset_imports=imports).SerializeToString()


def alone(a, layer):
    """The 8 bit branch without the choice, and the other cache passed through."""
    chosen = attention.attention(a, layer, "qkv")
    branch = next(one.g for one in chosen.attribute if one.name == "then_branch")
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in branch.node]
    for node in nodes:
        node.output[:] = [name.removeprefix("here.") for name in node.output]
    return nodes


def bound(session, a, tokens, total, *, narrow, keep):
    """A binding for `tokens` new tokens of `total`."""
    random = np.random.default_rng(0)
    width = (a.heads + 2 * a.kv_heads) * a.head_size
    qkv = random.standard_normal((1, tokens, width)).astype(np.float32)
    last, whole = np.full(1, total - 1, np.int32), np.array(total, np.int32)
    floats, levels = (make_buffers(a, kind, 1, total) for kind in (np.float32, np.int8))
    floats[:] = random.standard_normal(floats.shape)
    levels[:] = np.clip(np.rint(floats * 127 / 4), -127, 127)
    binding = session.io_binding()
    binding.bind_ortvalue_input("qkv", ort_value(qkv))
    bind_lengths(binding, last, whole)
    bind_caches(binding, floats, levels, narrow=narrow)
    for layer in range(a.layers):
        binding.bind_output(f"layer.{layer}.attended")
    keep.append((qkv, last, whole, floats, levels))
    return binding


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--model", default=Config().lm.model)
parser.add_argument("--rounds", type=int, default=9)
arguments = parser.parse_args()

a = description.read(Store(offline=True).path(arguments.model)).architecture
a = replace(a, context=2048)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
options.add_session_config_entry("session.intra_op.spin_duration_us", str(SPIN_US))
options.enable_mem_pattern = False
options.log_severity_level = 3
both, one = (onnxruntime.InferenceSession(model(a, choice=c), options) for c in (True, False))
print(f"{'ms, all layers':24}{'floats':>10}{'8 bit':>10}{'without If':>12}")
for tokens, total in CASES:
    keep, taken = [], {}
    runs = {
        "floats": (both, bound(both, a, tokens, total, narrow=False, keep=keep)),
        "8 bit": (both, bound(both, a, tokens, total, narrow=True, keep=keep)),
        "without If": (one, bound(one, a, tokens, total, narrow=True, keep=keep)),
    }
    for turn in range(arguments.rounds + 1):
        for name, (session, binding) in runs.items():
            times = 10 if tokens == 1 else 1
            began = time.perf_counter()
            for _ in range(times):
                session.run_with_iobinding(binding)
            if turn:
                taken.setdefault(name, []).append((time.perf_counter() - began) / times * 1000)
    figures = [statistics.median(taken[name]) for name in runs]
    row = f"{tokens} of {total}"
    print(f"{row:24}{figures[0]:10.2f}{figures[1]:10.2f}{figures[2]:12.2f}", flush=True)
