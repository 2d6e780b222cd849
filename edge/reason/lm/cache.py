"""Keys and values of one sequence, in buffers that the graph reads and extends in place.

A prompt is taken in as floats, and an answer, one by one, as levels of 8 bit (see attention). What
was taken in as floats is narrowed when it is first needed as levels; never the other way.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32
from edge.reason.lm.attention import FLOATS, LEVELS, cache_names
from edge.reason.lm.description import Architecture

if TYPE_CHECKING:
    import onnxruntime

Levels = NDArray[np.int8]
Ids = NDArray[np.int64]
_MOST = 127
_PIECE = 64
"""Tokens."""


class KvCache:
    """One sequence on one session.

    The buffers have the length of the whole context from the start. Past and present are bound
    to the same memory: the graph writes the new rows behind the old ones and copies nothing.
    The pages of places never used are never touched, and so take no memory.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        architecture: Architecture,
        context: int,
        scales: Float32,
    ) -> None:
        """`scales`: (2 * layers, kv_heads, head_size), what a level stands for."""
        self._session = session
        self._inverse = 1 / scales[:, :, None]
        self.ids: list[int] = []
        """What the cache holds, in order."""
        self.whole = 0
        """How many of them, from the beginning, were taken in as a prompt: as floats."""
        self._narrowed = 0
        """How many of them are there as levels."""
        self._floats = make_buffers(architecture, np.float32, 1, context)
        self._levels = make_buffers(architecture, np.int8, 1, context)
        # Inputs of which every step only changes the content.
        self._last = np.zeros(1, np.int32)
        self._total = np.zeros((), np.int32)
        self._token = np.zeros((1, 1), np.int64)
        self._judged = np.zeros((1, 1, 0), np.int64)
        self._logits = np.zeros((1, 1, architecture.vocabulary), np.float32)
        self._step = session.io_binding()
        self._chunk = session.io_binding()
        for binding, narrow in ((self._step, True), (self._chunk, False)):
            bind_lengths(binding, self._last, self._total)
            bind_caches(binding, self._floats, self._levels, narrow=narrow)
        value = ort_value
        self._step.bind_ortvalue_input("input_ids", value(self._token))
        self._step.bind_ortvalue_input("logit_rows", value(np.zeros((1, 1, 1), np.int64)))
        self._step.bind_ortvalue_input("judged_ids", value(self._judged))
        self._step.bind_ortvalue_output("logits", value(self._logits))

    def rewind(self, length: int) -> None:
        """Forget all but the first `length` ids."""
        del self.ids[length:]
        self.whole = min(self.whole, length)
        self._narrowed = min(self._narrowed, length)

    def step(self, id_: int, judged: Ids | None = None) -> Float32:
        """Take in an id of an answer; (vocabulary,) the logits after it.

        They are overwritten by the next call. `judged`, (J,), as in `append`.
        """
        self._judge(0 if judged is None else len(judged))
        if judged is not None:
            self._judged[0, 0] = judged
        start = len(self.ids)
        self.levels(start)
        self._lengthen(1)
        self._token[0, 0] = id_
        self._session.run_with_iobinding(self._step)
        # Only now: a run that failed leaves the ids as they were, and what it wrote is behind them.
        self.ids.append(id_)
        self._narrowed = start + 1
        logits: Float32 = self._logits[0, 0]
        return logits

    def append(self, ids: Sequence[int], rows: Sequence[int], judged: Ids | None = None) -> Float32:
        """Take in `ids` of a prompt; (len(rows), vocabulary) the logits at the places `rows`.

        `judged`, (len(rows), J), are ids that are to be judged there as exactly as likely ones.

        They can only follow such as were taken in in this way, too.
        """
        start = len(self.ids)
        if start > self.whole:
            raise ValueError(f"of {start} ids only {self.whole} are of a prompt")
        self._lengthen(len(ids))
        logits = self._run_chunk(ids, rows, judged)
        self.ids.extend(ids)
        self.whole = len(self.ids)
        # Now, rather than before the first token of the answer.
        self.levels(self.whole)
        return logits

    def levels(self, length: int) -> Levels:
        """(2 * layers, 1, kv_heads, length, head_size) What the first ids left, in 8 bit."""
        while self._narrowed < length:
            # Piece by piece: what is worked on stays in the processor's own memory.
            new = slice(self._narrowed, min(self._narrowed + _PIECE, length))
            found = self._floats[:, 0, :, new] * self._inverse
            # As the runtime rounds what it adds itself.
            np.rint(found, out=found)
            np.clip(found, -_MOST - 1, _MOST, out=found)
            self._levels[:, 0, :, new] = found
            self._narrowed = new.stop
        return self._levels[:, :, :, :length]

    def state(self, length: int, start: int = 0) -> Float32:
        """(2 * layers, kv_heads, length - start, head_size) A copy of what the first `length` ids
        left, from the place `start` on.

        They must be of a prompt.
        """
        if length > self.whole:
            raise ValueError(f"of {length} ids only {self.whole} are of a prompt")
        return self._floats[:, 0, :, start:length].copy()

    def restore(self, ids: Sequence[int], state: Float32) -> None:
        """Hold `ids` instead of what it held, with the `state` that the last of them left.

        Those before them must be there already.
        """
        start = len(ids) - state.shape[2]
        if self.ids[:start] != list(ids[:start]) or start > self.whole:
            raise ValueError("what comes before the state is not in the cache")
        self.rewind(start)
        self._floats[:, 0, :, start : len(ids)] = state
        self.ids.extend(ids[start:])
        self.whole = len(ids)

    def _judge(self, count: int) -> None:
        """Have a step judge so many ids, those in `_judged`."""
        if self._judged.shape[2] != count:
            self._judged = np.zeros((1, 1, count), np.int64)
            self._step.bind_ortvalue_input("judged_ids", ort_value(self._judged))

    def _lengthen(self, count: int) -> None:
        self._last[0] = len(self.ids) + count - 1
        self._total[...] = len(self.ids) + count

    def _run_chunk(self, ids: Sequence[int], rows: Sequence[int], judged: Ids | None) -> Float32:
        shape = (1, len(rows), self._logits.shape[2])
        logits = np.empty(shape, np.float32)
        tokens = np.array([ids], np.int64)
        picked = np.array(rows, np.int64).reshape(1, -1, 1)
        if judged is None:
            judged = np.zeros((len(rows), 0), np.int64)
        self._chunk.bind_ortvalue_input("input_ids", ort_value(tokens))
        self._chunk.bind_ortvalue_input("logit_rows", ort_value(picked))
        self._chunk.bind_ortvalue_input("judged_ids", ort_value(judged[None]))
        self._chunk.bind_ortvalue_output("logits", ort_value(logits))
        self._session.run_with_iobinding(self._chunk)
        result: Float32 = logits[0]
        return result


def common_length(one: list[int], other: list[int]) -> int:
    """Length of the longest common prefix."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    return next(place for place in range(shorter) if one[place] != other[place])


def make_buffers(architecture: Architecture, kind: type, rows: int, capacity: int) -> NDArray[Any]:
    """Empty keys and values of `rows` sequences, (2 * layers, rows, kv_heads, capacity, head_size)
    of the type `kind`; keys and values in turns.
    """
    a = architecture
    shape = (2 * a.layers, rows, a.kv_heads, capacity, a.head_size)
    # Mapped, and all in one: an array of so many zeros would be put into huge pages, and the
    # places never used would take memory after all.
    memory = mmap.mmap(-1, np.dtype(kind).itemsize * math.prod(shape))
    return np.frombuffer(memory, kind).reshape(shape)


def bind_caches(
    binding: onnxruntime.IOBinding, floats: Float32, levels: Levels, *, narrow: bool
) -> None:
    """Have the graph read and write both, past and present in one; `narrow`: it uses `levels`."""
    binding.bind_ortvalue_input("narrow", ort_value(np.array(narrow)))
    for kind, buffers in ((FLOATS, floats), (LEVELS, levels)):
        names = cache_names(len(buffers) // 2, kind)
        for name, buffer in zip(names, buffers, strict=True):
            value = ort_value(buffer)
            binding.bind_ortvalue_input(f"past_{name}", value)
            binding.bind_ortvalue_output(f"present_{name}", value)


def bind_lengths(
    binding: onnxruntime.IOBinding, last: np.ndarray[tuple[int], np.dtype[np.int32]],
    total: np.ndarray[tuple[()], np.dtype[np.int32]],
) -> None:  # fmt: skip
    """`last`: (rows,) the place of each row's newest id; `total`: () their number."""
    binding.bind_ortvalue_input("seqlens_k", ort_value(last))
    binding.bind_ortvalue_input("total_sequence_length", ort_value(total))


def ort_value(array: NDArray[Any]) -> onnxruntime.OrtValue:
    """The array's own memory, for the runtime to read and write; the binding keeps it alive."""
    import onnxruntime

    return onnxruntime.OrtValue.ortvalue_from_numpy(array)
