"""A VITS voice in two parts, so that its sound can be had piece by piece.

What takes the time is the decoder (HiFi-GAN, https://arxiv.org/abs/2010.05646): it makes the
waveform from frames, and each sample depends on frames near it only. Given some frames of context
on either side, a piece of the sound is the same as if all had been made at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge.events import Float32
from edge.onnx import open_derived, open_session

if TYPE_CHECKING:
    import onnx
    import onnxruntime

CONTEXT: Final = 12
"""Frames on either side on which a sample depends; measured, 11 are enough."""
FIRST: Final = 24
"""Frames in the first piece (0.28 s at 22,050 Hz); each further one has twice as many."""

_DECODER = "/dec/"
"""How the names of the decoder's nodes begin in Piper's exports."""


class Vits:
    """The model of one voice. Not for two threads at once."""

    def __init__(self, model: Path, *, threads: int, cache: Path | None) -> None:
        """`cache`: a folder for the two parts; None: the sound comes in one piece.

        Raises ModelMissing or ModelCorrupt.
        """
        opened = None
        if cache is not None:
            opened = open_derived(model, cache, ("frames", "sound"), _cut, threads=threads)
        self.whole = opened is None
        if opened is None:
            self._first = open_session(model, threads=threads)
        else:
            self._first, self._decoder = opened
            (self._cut,) = (value.name for value in self._decoder.get_inputs())

    @property
    def session(self) -> onnxruntime.InferenceSession:
        """What takes the phonemes."""
        return self._first

    def render(
        self, feed: dict[str, Any], options: onnxruntime.RunOptions
    ) -> Iterator[tuple[Float32, bool]]:
        """(n,) pieces of the sound in [-1, 1], and whether each is the last."""
        result = self._first.run(None, feed, options)[0]
        if self.whole:
            yield np.asarray(result, np.float32).reshape(-1), True
            return
        frames = np.asarray(result, np.float32)  # (1, channels, T)
        total = frames.shape[2]
        at, size = 0, FIRST
        while at < total:
            until = min(total, at + size)
            if total - until < CONTEXT:
                until = total
            begin = max(0, at - CONTEXT)
            part = frames[:, :, begin : min(total, until + CONTEXT)]
            sound = self._decoder.run(None, {self._cut: part}, options)[0].reshape(-1)
            hop = len(sound) // part.shape[2]
            yield sound[(at - begin) * hop : (until - begin) * hop], until == total
            at, size = until, 2 * size


def _cut(whole: onnx.ModelProto) -> list[onnx.ModelProto] | None:
    """The two halves of `whole`; None where it cannot be cut."""
    import onnx

    decoder = [node for node in whole.graph.node if node.name.startswith(_DECODER)]
    made = {name for node in decoder for name in node.output}
    stored = {value.name for value in whole.graph.initializer}
    taken = {name for node in decoder for name in node.input} - made - stored - {""}
    if len(taken) != 1:
        return None  # Not Piper's, or a voice of several speakers: the decoder takes theirs, too.
    (cut,) = taken
    value = onnx.helper.make_tensor_value_info(cut, onnx.TensorProto.FLOAT, None)
    (output, *_) = whole.graph.output
    inputs = list(whole.graph.input)
    return [_between(whole, inputs, value), _between(whole, [value], output)]


def _between(
    whole: onnx.ModelProto, inputs: list[onnx.ValueInfoProto], output: onnx.ValueInfoProto
) -> onnx.ModelProto:
    """What leads from `inputs` to `output`."""
    import onnx

    given = {value.name for value in inputs}
    needed = {output.name}
    nodes = []
    for node in reversed(whole.graph.node):
        if needed & set(node.output) and not given & set(node.output):
            nodes.append(node)
            needed.update(node.input)
    stored = [value for value in whole.graph.initializer if value.name in needed]
    graph = onnx.helper.make_graph(nodes[::-1], "part", inputs, [output], stored)
    return onnx.helper.make_model(
        graph, opset_imports=whole.opset_import, ir_version=whole.ir_version
    )
