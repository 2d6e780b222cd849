"""Tiny models with the inputs and outputs of the real ones, of a few kB, generated when needed.

They let the ordinary tests run the real runtime in milliseconds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto as T
from onnx import helper, numpy_helper

OPSET = [helper.make_opsetid("", 15)]


def silero(path: Path) -> Path:
    """A detector that scores a window by its loudest sample, plus 0.125 for each window before."""
    nodes = [
        helper.make_node("Abs", ["input"], ["abs"]),
        helper.make_node("ReduceMax", ["abs"], ["peak"], axes=[1], keepdims=1),
        helper.make_node("ReduceMax", ["state"], ["before"], axes=[0, 2], keepdims=0),
        helper.make_node("Add", ["peak", "before"], ["output"]),
        helper.make_node("Add", ["state", "step"], ["stateN"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", T.FLOAT, ["batch", "sequence"]),
        helper.make_tensor_value_info("state", T.FLOAT, [2, "batch", 128]),
        helper.make_tensor_value_info("sr", T.INT64, []),
    ]
    outputs = [
        helper.make_tensor_value_info("output", T.FLOAT, ["batch", 1]),
        helper.make_tensor_value_info("stateN", T.FLOAT, [2, "batch", 128]),
    ]
    step = numpy_helper.from_array(np.array(0.125, np.float32), "step")
    _save(helper.make_graph(nodes, "vad", inputs, outputs, [step]), path)
    return path


PIECES = [b"<unk>", b"<s>", b"</s>", *(f"\u2581{w}".encode() for w in ("a", "b", "c", "d"))]
"""The tiny tokenizer; a and so on are the tokens 3, 4, 5 and 6."""
A, B, C, D = 3, 4, 5, 6


def tokenizer(path: Path, pieces: list[bytes]) -> Path:
    """A tokenizer.bin with `pieces`."""
    data = b""
    for piece in pieces:
        size = len(piece)
        data += bytes([size]) if size < 128 else bytes([128 + size % 128, size // 128])
        data += piece
    path.write_bytes(data)
    return path


def moonshine(folder: Path, after: dict[int, dict[int, float]], loud: int | None = None) -> Path:
    """A recogniser in which `after` gives the probabilities of the tokens that follow a token.

    Where nothing is said, token 2 (the end) follows. A sound at full scale makes the token `loud`
    certain from the first step on, if given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(folder / "tokenizer.bin", PIECES)
    _encoder(folder / "encoder_model.ort")
    _decoder(folder / "decoder_model_merged.ort", after, loud)
    return folder


def _encoder(path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMax", ["input_values"], ["peak"], axes=[1], keepdims=1),
        helper.make_node("Unsqueeze", ["peak", "two"], ["last_hidden_state"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input_values", T.FLOAT, ["b", "n"]),
        helper.make_tensor_value_info("attention_mask", T.INT64, ["b", "n"]),
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", T.FLOAT, ["b", 1, 1])]
    two = numpy_helper.from_array(np.array([2], np.int64), "two")
    _save(helper.make_graph(nodes, "encoder", inputs, outputs, [two]), path, ort_format=True)


def _decoder(path: Path, after: dict[int, dict[int, float]], loud: int | None) -> None:
    size = len(PIECES)
    table = np.full((size, size), 1e-6)
    for token in range(size):
        for following, probability in after.get(token, {2: 1.0}).items():
            table[token, following] = probability
    bias = np.zeros((1, 1, size))
    if loud is not None:
        bias[0, 0, loud] = 100
    constants = {
        "table": np.log(table).astype(np.float32),
        "bias": bias.astype(np.float32),
        "one": np.ones((1, 1, 1, 1), np.float32),
        "axes": np.array([2, 3], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["follow"]),
        helper.make_node("Mul", ["encoder_hidden_states", "bias"], ["louder"]),
        helper.make_node("Add", ["follow", "louder"], ["logits"]),
        helper.make_node("Cast", ["input_ids"], ["ids"], to=T.FLOAT),
        helper.make_node("Unsqueeze", ["ids", "axes"], ["step"]),
    ]
    key = "past_key_values.0"
    for name in ("key", "value"):
        nodes += [
            # Each step leaves its token in the cache, so that a wrong order of rows shows.
            helper.make_node(
                "Concat", [f"{key}.decoder.{name}", "step"], [f"present.0.decoder.{name}"], axis=2
            ),
            helper.make_node(
                "Concat", [f"{key}.encoder.{name}", "step"], [f"present.0.encoder.{name}"], axis=2
            ),
        ]
    inputs = [
        helper.make_tensor_value_info("encoder_attention_mask", T.INT64, ["b", "n"]),
        helper.make_tensor_value_info("input_ids", T.INT64, ["b", 1]),
        helper.make_tensor_value_info("encoder_hidden_states", T.FLOAT, ["b", "t", 1]),
        helper.make_tensor_value_info("use_cache_branch", T.BOOL, [1]),
    ]
    outputs = [helper.make_tensor_value_info("logits", T.FLOAT, ["b", 1, size])]
    for side in ("decoder", "encoder"):
        for name in ("key", "value"):
            shape = ["b", 1, f"past_{side}", 1]
            inputs.append(helper.make_tensor_value_info(f"{key}.{side}.{name}", T.FLOAT, shape))
            outputs.append(helper.make_tensor_value_info(f"present.0.{side}.{name}", T.FLOAT, None))
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    _save(helper.make_graph(nodes, "decoder", inputs, outputs, initial), path, ort_format=True)


def _save(graph: onnx.GraphProto, path: Path, *, ort_format: bool = False) -> None:
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=8)
    if not ort_format:
        onnx.save(model, path)
        return
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(model.SerializeToString(), options)
