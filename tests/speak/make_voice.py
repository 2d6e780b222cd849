"""A Piper voice of a kilobyte: the inputs and output of the real ones, and a tone for a voice.

A phoneme (or pad) lasts 100 samples times the length scale.
`python make_voice.py FOLDER` writes it.
"""

from __future__ import annotations

import json
import string
import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper

RATE = 8_000
SAMPLES_A_PHONEME = 100
PHONEMES = "_^$ .,;:!?'ˈˌːəɹɪʊɛæɑɔʌɜɚɐᵻɡŋʃʒθðɾ" + string.ascii_lowercase


def model(*, speakers: bool = False) -> onnx.ModelProto:
    """sin(0.1 * n) / 2 for n in range(input_lengths * 100 * scales[1])."""
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
    constants = [
        helper.make_tensor("one", TensorProto.INT64, [], [1]),
        helper.make_tensor("zero_f", TensorProto.FLOAT, [], [0.0]),
        helper.make_tensor("one_f", TensorProto.FLOAT, [], [1.0]),
        helper.make_tensor("each", TensorProto.FLOAT, [], [float(SAMPLES_A_PHONEME)]),
        helper.make_tensor("step", TensorProto.FLOAT, [], [0.1]),
        helper.make_tensor("half", TensorProto.FLOAT, [], [0.5]),
        helper.make_tensor("first", TensorProto.INT64, [], [0]),
        helper.make_tensor("axes", TensorProto.INT64, [3], [0, 1, 2]),
    ]
    nodes = [
        helper.make_node("Gather", ["input_lengths", "first"], ["count"]),
        helper.make_node("Cast", ["count"], ["count_f"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scales", "one"], ["length"]),
        helper.make_node("Mul", ["count_f", "each"], ["plain_samples"]),
        helper.make_node("Mul", ["plain_samples", "length"], ["samples"]),
        helper.make_node("Range", ["zero_f", "samples", "one_f"], ["n"]),
        helper.make_node("Mul", ["n", "step"], ["angle"]),
        helper.make_node("Sin", ["angle"], ["sine"]),
        helper.make_node("Mul", ["sine", "half"], ["wave"]),
        helper.make_node("Unsqueeze", ["wave", "axes"], ["output"]),
    ]
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])
    graph = helper.make_graph(nodes, "tone", inputs, [output], constants)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 15)])


def config() -> dict:
    """The `.onnx.json` of the voice."""
    return {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.0, "length_scale": 1.0, "noise_w": 0.0},
        "phoneme_id_map": {phoneme: [place] for place, phoneme in enumerate(PHONEMES)},
    }


def write(folder: Path, *, speakers: bool = False) -> Path:
    """The voice's two files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model(speakers=speakers), folder / "tone.onnx")
    (folder / "tone.onnx.json").write_text(json.dumps(config()), encoding="utf-8")
    return folder


if __name__ == "__main__":
    write(Path(sys.argv[1]))
