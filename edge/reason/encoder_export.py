"""Makes the sentence encoder small in memory: its weights stay in 8 bits while it runs.

The published graph turns all of its weights into floats when it is loaded, which takes ten times
its file. Here the rows of the embeddings are turned into floats after they were looked up, and
products are of a float and an 8 bit matrix (ONNX Runtime's MatMulNBits). The numbers are the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelCorrupt, ModelMissing
from edge.reason.lm import FORMAT
from edge.reason.lm.description import GRAPH, NAME

if TYPE_CHECKING:
    import onnx

_BLOCK = 128
"""Weights that share a scale: of one output, all blocks have the same."""

Progress = Callable[[str, int, int], None]


def build(source: Path, folder: Path, progress: Progress | None = None) -> Path:
    """Write the graph in `source` anew to `folder`, which is replaced once that is complete.

    Raises ModelMissing, or ModelCorrupt for a file that is another graph.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

    if not source.is_file():
        raise ModelMissing(f"There is no model file {source}.")
    try:
        model = onnx.load(str(source))
        _rewrite(model.graph)
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
        content = model.SerializeToString()
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


def _rewrite(graph: onnx.GraphProto) -> None:
    """Replace each q -> Cast -> Mul(scale) -> Gather or MatMul."""
    from onnx import helper, numpy_helper

    values = {one.name: one for one in graph.initializer}
    makes = {output: node for node in graph.node for output in node.output}
    gone: set[str] = set()
    new: list[onnx.NodeProto] = []
    for node in graph.node:
        weight = _weight(node, makes, values)
        if weight is None:
            new.append(node)
            continue
        q, scale, cast, product = weight
        gone |= {cast.output[0], product.output[0]}
        name, out = q.name, node.output[0]
        if node.op_type == "Gather":
            rows, factors = f"{name}.rows", f"{name}.factors"
            new += [
                helper.make_node("Gather", [name, node.input[1]], [rows]),
                helper.make_node("Cast", [rows], [f"{rows}.float"], to=1),
                helper.make_node("Gather", [scale.name, node.input[1]], [factors]),
                helper.make_node("Mul", [f"{rows}.float", factors], [out]),
            ]
            continue
        table = numpy_helper.to_array(q)  # (K, N), int8
        depth, width = table.shape
        packed = (table.T.astype(np.int16) + 128).astype(np.uint8)  # zero is 128
        packed = packed.reshape(width, depth // _BLOCK, _BLOCK)
        scales = np.repeat(numpy_helper.to_array(scale).reshape(width), depth // _BLOCK)
        q.CopyFrom(numpy_helper.from_array(packed, name))
        scale.CopyFrom(numpy_helper.from_array(scales.astype(np.float32), scale.name))
        new.append(
            helper.make_node(
                "MatMulNBits",
                [node.input[0], name, scale.name],
                [out],
                domain="com.microsoft",
                K=depth,
                N=width,
                bits=8,
                block_size=_BLOCK,
                accuracy_level=4,
            )
        )
    kept = [node for node in new if not set(node.output) & gone]
    if not gone:
        raise ValueError("no weights of 8 bits")
    del graph.node[:]
    graph.node.extend(kept)


def _weight(
    node: onnx.NodeProto,
    makes: dict[str, onnx.NodeProto],
    values: dict[str, onnx.TensorProto],
) -> tuple[onnx.TensorProto, onnx.TensorProto, onnx.NodeProto, onnx.NodeProto] | None:
    """The 8 bit matrix that a node takes, its scale, and the two nodes that make floats of it."""
    if node.op_type not in ("Gather", "MatMul"):
        return None
    product = makes.get(node.input[0 if node.op_type == "Gather" else 1])
    if product is None or product.op_type != "Mul":
        return None
    cast = makes.get(product.input[0])
    if cast is None or cast.op_type != "Cast" or cast.input[0] not in values:
        return None
    return values[cast.input[0]], values[product.input[1]], cast, product
