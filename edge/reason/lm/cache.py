"""Keys and values of one sequence, in buffers that the graph reads and extends in place."""

from __future__ import annotations

import math
import mmap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from edge.events import Float32
from edge.reason.lm.description import Architecture

if TYPE_CHECKING:
    import onnxruntime


class KvCache:
    """One sequence on one session.

    The buffers have the length of the whole context from the start. Past and present are bound
    to the same memory: the graph writes the new rows behind the old ones and copies nothing.
    The pages of places never used are never touched, and so take no memory.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, architecture: Architecture, context: int
    ) -> None:
        import onnxruntime

        self._session = session
        self.ids: list[int] = []
        """What the cache holds, in order."""
        self.buffers = make_buffers(architecture, 1, context)
        """By the names of the graph's past, (1, kv_heads, context, head_size) each."""
        # Inputs of which every step only changes the content.
        self._last = np.zeros(1, np.int32)
        self._total = np.zeros((), np.int32)
        self._token = np.zeros((1, 1), np.int64)
        self._logits = np.zeros((1, 1, architecture.vocabulary), np.float32)
        self._step = session.io_binding()
        self._chunk = session.io_binding()
        value = onnxruntime.OrtValue.ortvalue_from_numpy
        for binding in (self._step, self._chunk):
            bind_lengths(binding, self._last, self._total)
            bind_buffers(binding, self.buffers)
        self._step.bind_ortvalue_input("input_ids", value(self._token))
        self._step.bind_ortvalue_input("logit_rows", value(np.zeros((1, 1, 1), np.int64)))
        self._step.bind_ortvalue_output("logits", value(self._logits))

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` ids."""
        del self.ids[length:]

    def append(self, ids: Sequence[int], rows: Sequence[int]) -> Float32:
        """Take `ids` in; (len(rows), vocabulary) the logits after those at the places `rows`.

        The logits of a single id are overwritten by the next call.
        """
        start = len(self.ids)
        self._last[0] = start + len(ids) - 1
        self._total[...] = start + len(ids)
        if len(ids) == 1 and len(rows) == 1:
            self._token[0, 0] = ids[0]
            self._session.run_with_iobinding(self._step)
            logits: Float32 = self._logits[0]
        else:
            logits = self._run_chunk(ids, rows)
        # Only now: a run that failed leaves the ids as they were, and what it wrote is behind them.
        self.ids.extend(ids)
        return logits

    def state(self, length: int) -> Float32:
        """(2 * layers, kv_heads, length, head_size) A copy of what the first `length` ids left."""
        return np.stack([buffer[0, :, :length] for buffer in self.buffers.values()])

    def restore(self, ids: Sequence[int], state: Float32) -> None:
        """Hold `ids` instead of what it held, with the `state` that they left."""
        self.ids.clear()
        for buffer, part in zip(self.buffers.values(), state, strict=True):
            buffer[0, :, : len(ids)] = part
        self.ids.extend(ids)

    def _run_chunk(self, ids: Sequence[int], rows: Sequence[int]) -> Float32:
        import onnxruntime

        value = onnxruntime.OrtValue.ortvalue_from_numpy
        shape = (1, len(rows), self._logits.shape[2])
        logits = np.empty(shape, np.float32)
        tokens = np.array([ids], np.int64)
        picked = np.array(rows, np.int64).reshape(1, -1, 1)
        self._chunk.bind_ortvalue_input("input_ids", value(tokens))
        self._chunk.bind_ortvalue_input("logit_rows", value(picked))
        self._chunk.bind_ortvalue_output("logits", value(logits))
        self._session.run_with_iobinding(self._chunk)
        result: Float32 = logits[0]
        return result


def common_length(one: list[int], other: list[int]) -> int:
    """Length of the longest common prefix."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    return next(place for place in range(shorter) if one[place] != other[place])


def make_buffers(architecture: Architecture, rows: int, capacity: int) -> dict[str, Float32]:
    """Empty keys and values of `rows` sequences, (rows, kv_heads, capacity, head_size) each."""
    a = architecture
    shape = (2 * a.layers, rows, a.kv_heads, capacity, a.head_size)
    # Mapped, and all in one: an array of so many zeros would be put into huge pages, and the
    # places never used would take memory after all.
    memory = mmap.mmap(-1, 4 * math.prod(shape))
    parts = iter(np.frombuffer(memory, np.float32).reshape(shape))
    names = (f"{what}.{layer}" for layer in range(a.layers) for what in ("key", "value"))
    return dict(zip(names, parts, strict=True))


def bind_buffers(binding: onnxruntime.IOBinding, buffers: Mapping[str, Float32]) -> None:
    """Have the graph read and write `buffers`, past and present in one."""
    import onnxruntime

    for name, buffer in buffers.items():
        value = onnxruntime.OrtValue.ortvalue_from_numpy(buffer)
        binding.bind_ortvalue_input(f"past_{name}", value)
        binding.bind_ortvalue_output(f"present_{name}", value)


def bind_lengths(
    binding: onnxruntime.IOBinding, last: np.ndarray[tuple[int], np.dtype[np.int32]],
    total: np.ndarray[tuple[()], np.dtype[np.int32]],
) -> None:  # fmt: skip
    """`last`: (rows,) the place of each row's newest id; `total`: () their number."""
    import onnxruntime

    value = onnxruntime.OrtValue.ortvalue_from_numpy
    binding.bind_ortvalue_input("seqlens_k", value(last))
    binding.bind_ortvalue_input("total_sequence_length", value(total))
