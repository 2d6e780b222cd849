"""Keys and values of several answers that are made together.

A step for all costs much less than one for each: the weights are read once. Rows may differ in
length. An answer that has ended gives its row up, so that the steps become shorter.

The runtime computes the rows of a step independently of each other and in the same order of
additions as a single one, so that each answer is the one that it would have been alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from edge.events import Float32
from edge.reason.lm.cache import Ids, KvCache, bind_caches, bind_lengths, make_buffers, ort_value
from edge.reason.lm.description import Architecture

if TYPE_CHECKING:
    import onnxruntime


class BatchCache:
    """Keys and values of several sequences, each of which grows by a token a step."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        architecture: Architecture,
        *,
        rows: int,
        capacity: int,
    ) -> None:
        """Room for so many rows of `capacity` ids; at first there is none."""
        self._session = session
        self._vocabulary = architecture.vocabulary
        # Pages are taken only where something is written.
        self._levels = make_buffers(architecture, np.int8, rows, capacity)
        # Of the cache that no step here uses.
        self._floats = make_buffers(architecture, np.float32, 1, 1)
        self._lengths: list[int] = []
        self._bound = 0

    def add(self, prefix: KvCache) -> None:
        """One more row, with a copy of what `prefix` holds."""
        length = len(prefix.ids)
        self._levels[:, len(self._lengths), :, :length] = prefix.levels(length)[:, 0]
        self._lengths.append(length)

    def step(self, tokens: Sequence[int], judged: Ids | None = None) -> Float32:
        """Take one id for each row in; (rows, vocabulary) the logits after them.

        They are overwritten by the next call. `judged`, (rows, J), are ids that are to be judged
        as exactly as likely ones.
        """
        if judged is None:
            judged = np.zeros((len(tokens), 0), np.int64)
        if self._bound != len(self._lengths):
            self._bind(len(self._lengths))
        if self._judged.shape[2] != judged.shape[1]:
            self._judge(judged.shape[1])
        self._judged[:, 0] = judged
        self._tokens[:, 0] = tokens
        self._last[:] = self._lengths
        self._total[...] = max(self._lengths) + 1
        self._session.run_with_iobinding(self._binding)
        self._lengths = [length + 1 for length in self._lengths]
        return self._logits[:, 0]

    def drop(self, row: int) -> None:
        """Give `row` up; the last row takes its place."""
        length = self._lengths.pop()
        last = len(self._lengths)
        if row != last:
            self._levels[:, row, :, :length] = self._levels[:, last, :, :length]
            self._lengths[row] = length

    def _judge(self, count: int) -> None:
        """Have the next steps judge so many ids of each row, those in `_judged`."""
        self._judged = np.zeros((self._bound, 1, count), np.int64)
        self._binding.bind_ortvalue_input("judged_ids", ort_value(self._judged))

    def _bind(self, rows: int) -> None:
        value = ort_value
        self._bound = rows
        self._tokens = np.zeros((rows, 1), np.int64)
        self._last = np.zeros(rows, np.int32)
        self._total = np.zeros((), np.int32)
        self._logits = np.empty((rows, 1, self._vocabulary), np.float32)
        self._binding = self._session.io_binding()
        bind_lengths(self._binding, self._last, self._total)
        bind_caches(self._binding, self._floats, self._levels[:, :rows], narrow=True)
        self._binding.bind_ortvalue_input("input_ids", value(self._tokens))
        self._binding.bind_ortvalue_input("logit_rows", value(np.zeros((rows, 1, 1), np.int64)))
        self._judge(0)
        self._binding.bind_ortvalue_output("logits", value(self._logits))
