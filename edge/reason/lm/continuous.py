"""Answers that begin and end at any step, decoded together (continuous batching).

A prompt is taken in as it would be alone, less what it shares with the one before it; its keys and
values are copied into a row of the batch. Whoever comes while others decode has a row as soon as
one is free (Yu et al. 2022, Orca, https://www.usenix.org/conference/osdi22/presentation/yu).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from edge.events import Float32
from edge.reason.lm.answer import Answer, Step
from edge.reason.lm.batch import BatchCache
from edge.reason.lm.cache import Ids, KvCache


@dataclass(frozen=True, slots=True)
class _Entry:
    key: int
    answer: Answer
    deadline: float | None


class ContinuousBatch:
    """Rows of one cache, and the answers that wait for one.

    `step` is for one thread at a time, and not while the model does anything else; after one that
    failed the batch is of no more use. `submit` and
    `cancel` are for any thread: they append to a deque, which is atomic, and the next step sees to
    it.
    """

    def __init__(
        self,
        cache: BatchCache,
        rows: int,
        feed: Callable[[list[int], Callable[[], Ids]], Generator[Float32 | None, None, None]],
        prefix: Callable[[], KvCache],
        failures: Callable[[], AbstractContextManager[None]],
        clock: Callable[[], float],
        *,
        never: int = 0,
        in_turns: bool = False,
    ) -> None:
        """`feed` takes a prompt in: None for each chunk, and at last the logits after it,
        (vocabulary,), with those ids judged exactly; `prefix` then holds it. `cache` has room for
        so many `rows`. Within `failures` a step of it is made.

        `never`: an id that is never chosen, where answers have a few that must be judged.

        `in_turns`: a chunk of a prompt is followed by a step of the answers that have begun, which
        so never wait for a whole prompt. Else all prompts that have room are taken in first: each
        step is then shared by as many as can be.
        """
        self._cache = cache
        self._most = rows
        self._feed = feed
        self._prefix = prefix
        self._failures = failures
        self._clock = clock
        self._never = never
        self._in_turns = in_turns
        self._submitted: deque[_Entry] = deque()
        self._cancelled: deque[int] = deque()
        self._waiting: list[_Entry] = []
        self._rows: list[_Entry] = []
        """Those that have begun, in the order of the cache's rows."""
        self._feeding: Generator[Float32 | None, None, None] | None = None
        """Takes in the prompt of those who have waited longest."""
        self._prompt: list[int] = []
        self._fed = False
        """The last step was a chunk of a prompt."""

    def __len__(self) -> int:
        """Answers that have not ended; who was cancelled counts until the next step."""
        return len(self._submitted) + len(self._waiting) + len(self._rows)

    def submit(self, key: int, answer: Answer, deadline: float | None = None) -> None:
        """One more answer, called `key`; it ends at the first step to be begun after `deadline`."""
        self._submitted.append(_Entry(key, answer, deadline))

    def cancel(self, key: int) -> None:
        """Make no more of an answer; nothing where it has ended."""
        self._cancelled.append(key)

    def step(self) -> dict[int, Step]:
        """Take in one chunk of a prompt, or make one token of each answer that has begun.

        What came of it; nothing after a chunk that is not a prompt's last.
        """
        self._sort()
        late = self._late()
        if late:
            return late
        if self._feeding is None and self._waiting and len(self._rows) < self._most:
            self._prompt = list(self._waiting[0].answer.ids)
            self._feeding = self._feed(list(self._prompt), self._few_at_first)
        if self._feeding is not None and not (self._in_turns and self._fed and self._rows):
            self._fed = True
            logits = next(self._feeding)
            return {} if logits is None else self._admit(logits)
        self._fed = False
        return self._decode() if self._rows else {}

    def _sort(self) -> None:
        while self._submitted:
            self._waiting.append(self._submitted.popleft())
        gone = set()
        while self._cancelled:
            gone.add(self._cancelled.popleft())
        if gone:
            self._remove(lambda entry: entry.key in gone)

    def _late(self) -> dict[int, Step]:
        several = [*self._rows, *self._waiting]
        if all(entry.deadline is None for entry in several):
            return {}
        now = self._clock()

        def late(entry: _Entry) -> bool:
            return entry.deadline is not None and now >= entry.deadline

        steps = {entry.key: entry.answer.late() for entry in several if late(entry)}
        self._remove(late)
        return steps

    def _admit(self, logits: Float32) -> dict[int, Step]:
        """Rows for the answers to the prompt that has been taken in; their first tokens."""
        self._feeding = None
        # All that wait for the same prompt begin with it.
        alike = [entry for entry in self._waiting if entry.answer.ids == self._prompt]
        del alike[self._most - len(self._rows) :]
        # Choosing writes to the logits.
        steps = {entry.key: entry.answer.take(logits.copy()) for entry in alike}
        self._waiting = [entry for entry in self._waiting if entry.key not in steps]
        for entry in alike:
            if not steps[entry.key].end:
                self._cache.add(self._prefix())
                self._rows.append(entry)
        return steps

    def _decode(self) -> dict[int, Step]:
        judged = self._alike([entry.answer.few() for entry in self._rows])
        with self._failures():
            several = self._cache.step([entry.answer.ids[-1] for entry in self._rows], judged)
        steps = {
            entry.key: entry.answer.take(one)
            for entry, one in zip(self._rows, several, strict=True)
        }
        self._drop(lambda entry: steps[entry.key].end is not None)
        return steps

    def _few_at_first(self) -> Ids:
        """What the answers to the prompt may begin with, where a form leaves them little."""
        alike = (entry.answer for entry in self._waiting if entry.answer.ids == self._prompt)
        return np.unique(np.concatenate([np.zeros(0, np.int64), *(one.few() for one in alike)]))

    def _alike(self, several: list[Ids]) -> Ids:
        """(rows, J) The ids of each row, filled up with one that is never chosen."""
        filled = np.full((len(several), max(map(len, several))), self._never, np.int64)
        for row, ids in zip(filled, several, strict=True):
            row[: len(ids)] = ids
        return filled

    def _remove(self, which: Callable[[_Entry], bool]) -> None:
        self._waiting = [entry for entry in self._waiting if not which(entry)]
        self._drop(which)
        if not any(entry.answer.ids == self._prompt for entry in self._waiting):
            self._feeding = None

    def _drop(self, which: Callable[[_Entry], bool]) -> None:
        for row in reversed(range(len(self._rows))):
            if which(self._rows[row]):
                self._cache.drop(row)
                self._rows[row] = self._rows[-1]
                self._rows.pop()
