"""A VITS voice in two parts, so that its sound can be had piece by piece.

What takes the time is the decoder (HiFi-GAN, https://arxiv.org/abs/2010.05646): it makes the
waveform from frames, and each sample depends on frames near it only. Given some frames of context
on either side, a piece of the sound is the same as if all had been made at once.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge.errors import ModelError
from edge.events import Float32
from edge.onnx import open_session

if TYPE_CHECKING:
    import onnx
    import onnxruntime

log = logging.getLogger(__name__)

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
        opened = None if cache is None else _open_parts(model, cache, threads)
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


def _open_parts(
    model: Path, cache: Path, threads: int
) -> tuple[onnxruntime.InferenceSession, onnxruntime.InferenceSession] | None:
    """Sessions of the two halves; None where there are none. Damaged ones are made again, once."""
    for _ in range(2):
        parts = _parts(model, cache)
        if parts is None:
            return None
        try:
            first, second = (open_session(part, threads=threads) for part in parts)
            return first, second
        except ModelError as error:
            log.warning("A part of the voice is made again: %s", error)
            for part in parts:
                with suppress(OSError):
                    part.unlink()
    return None


def _parts(model: Path, cache: Path) -> tuple[Path, Path] | None:
    """The two halves of `model` as files; None where it cannot be cut, or not be stored."""
    try:
        with model.open("rb") as weights:
            digest = hashlib.file_digest(weights, "sha256").hexdigest()[:16]
    except OSError:
        return None  # Opening it will say what is wrong.
    files = cache / f"{digest}-frames.onnx", cache / f"{digest}-sound.onnx"
    if all(file.is_file() for file in files):
        return files
    graphs = _cut(model)
    if graphs is None:
        return None
    try:
        cache.mkdir(parents=True, exist_ok=True)
        for graph, file in zip(graphs, files, strict=True):
            partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
            partial.write_bytes(graph.SerializeToString())
            os.replace(partial, file)
    except OSError as error:
        log.warning("The voice speaks a little later than it could: %s.", error)
        return None
    return files


def _cut(model: Path) -> tuple[onnx.ModelProto, onnx.ModelProto] | None:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # has none

    try:
        whole = onnx.load(model)
    except (DecodeError, OSError):
        return None
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
    return _between(whole, inputs, value), _between(whole, [value], output)


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
