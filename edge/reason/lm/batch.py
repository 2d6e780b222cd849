"""Several answers, made together: a step for all costs much less than one for each.

Each prompt is taken in as it would be alone, less what it shares with the one before it; its keys
and values are copied into a row for each answer. Rows may differ in length. An answer that has
ended gives its row up, so that the steps become shorter.

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

    def step(self, tokens: Sequence[int]) -> Float32:
        """Take one id for each row in; (rows, vocabulary) the logits after them.

        They are overwritten by the next call.
        """
        if self._bound != len(self._lengths):
            self._bind(len(self._lengths))
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
        self._binding.bind_ortvalue_output("logits", value(self._logits))


def decode_together(
    answers: Sequence[Answer],
    feed: Callable[[list[int]], Generator[Float32 | None, None, None]],
    prefix: Callable[[], KvCache],
    make_cache: Callable[[int, int], BatchCache],
    late: Callable[[], bool],
) -> Generator[dict[int, Step], None, None]:
    """The steps of all answers.

    `feed` takes a prompt in: None for each chunk, and at last the logits after it, (vocabulary,);
    `prefix` then holds it. `make_cache` takes a number of rows and how long they may become; `late`
    says that the deadline has passed.
    """
    cache = make_cache(len(answers), max(one.begin + one.room for one in answers))
    rows: list[int] = []
    """The answers that go on, in the order of the cache's rows."""
    waiting = list(range(len(answers)))
    while waiting:
        prompt = answers[waiting[0]].ids
        # Answers to the same prompt begin in the same step.
        alike = [place for place in waiting if answers[place].ids == prompt]
        logits = None
        feeding = feed(list(prompt))
        while logits is None:
            if late():
                yield {place: answers[place].late() for place in sorted(rows + waiting)}
                return
            logits = next(feeding)
            if logits is None:
                yield {}
        # Choosing writes to the logits.
        steps = {place: answers[place].take(logits.copy()) for place in alike}
        for place, step in steps.items():
            if not step.end:
                cache.add(prefix())
                rows.append(place)
        waiting = [place for place in waiting if place not in steps]
        yield steps
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
