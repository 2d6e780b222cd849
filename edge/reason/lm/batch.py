"""Several answers to one prompt, made together: a step for all costs much less than one for each.

What the prompts have in common (all of them, or all but the last words) is taken in once, and its
keys and values are copied into a row for each answer; what is left is taken in by the rows, an id
a step. An answer that has ended gives its row up, so that the steps become shorter.

The runtime computes the rows of a step independently of each other and in the same order of
additions as a single one, so that each answer is the one that it would have been alone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from edge.events import Float32
from edge.reason.lm.answer import Answer, Step
from edge.reason.lm.cache import KvCache, bind_caches, bind_lengths, make_buffers, ort_value
from edge.reason.lm.description import Architecture

if TYPE_CHECKING:
    import onnxruntime


class BatchCache:
    """Keys and values of sequences of the same length, each of which grows by a token a step."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        architecture: Architecture,
        prefix: KvCache,
        *,
        rows: int,
        more: int,
    ) -> None:
        """`rows` copies of what `prefix` holds, with room for `more` ids each."""
        self._session = session
        self._vocabulary = architecture.vocabulary
        self._length = len(prefix.ids)
        self._levels = make_buffers(architecture, np.int8, rows, self._length + more)
        self._levels[:, :, :, : self._length] = prefix.levels(self._length)
        # Of the cache that no step here uses.
        self._floats = make_buffers(architecture, np.float32, 1, 1)
        self._bind(rows)

    def step(self, tokens: Sequence[int]) -> Float32:
        """Take one id for each row in; (rows, vocabulary) the logits after them.

        They are overwritten by the next call.
        """
        self._tokens[:, 0] = tokens
        self._last[:] = self._length
        self._total[...] = self._length + 1
        self._session.run_with_iobinding(self._binding)
        self._length += 1
        return self._logits[:, 0]

    def drop(self, row: int) -> None:
        """Give `row` up; the last row takes its place."""
        last = len(self._tokens) - 1
        if row != last:
            self._levels[:, row, :, : self._length] = self._levels[:, last, :, : self._length]
        if last:
            self._bind(last)

    def _bind(self, rows: int) -> None:
        value = ort_value
        self._tokens = np.zeros((rows, 1), np.int64)
        self._last = np.zeros(rows, np.int32)
        self._total = np.zeros((), np.int32)
        self._logits = np.empty((rows, 1, self._vocabulary), np.float32)
        self._binding = self._session.io_binding()
        bind_lengths(self._binding, self._last, self._total)
        bind_caches(self._binding, self._floats, self._levels[:, :rows], narrow=True)
        self._binding.bind_ortvalue_input("input_ids", value(self._tokens))
        self._binding.bind_ortvalue_input("logit_rows", value(np.zeros((rows, 1, 1), np.int64)))
        self._binding.bind_ortvalue_output("logits", value(self._logits))


def decode_together(
    answers: Sequence[Answer],
    logits: Float32,
    make_cache: Callable[[int, int], BatchCache],
    late: Callable[[], bool],
) -> Generator[dict[int, Step], None, None]:
    """The steps of all answers to a prompt after which the model gives `logits`, (vocabulary,).

    `make_cache` takes a number of rows and of ids to come; `late` says that the deadline has
    passed.
    """
    # Choosing writes to the logits.
    steps = {place: answer.take(logits.copy()) for place, answer in enumerate(answers)}
    rows = [place for place, step in steps.items() if not step.end]
    """The answers that go on, in the order of the cache's rows."""
    yield steps
    if not rows:
        return
    cache = make_cache(len(rows), max(answers[place].more for place in rows))
    while rows:
        if late():
            yield {place: answers[place].late() for place in rows}
            return
        several = cache.step([answers[place].ids[-1] for place in rows])
        steps = {place: answers[place].take(one) for place, one in zip(rows, several, strict=True)}
        for row in reversed(range(len(rows))):
            if steps[rows[row]].end:
                cache.drop(row)
                rows[row] = rows[-1]
                rows.pop()
        yield steps
