"""Choosing the next token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.events import Float32

_LIKELY = 1024
"""Tokens looked at before all are sorted: nearly always enough for the nucleus."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How an answer is drawn from the model's probabilities."""

    max_tokens: int = 160
    """Longest answer, in tokens."""
    temperature: float = 0.0
    """0 takes the most likely token; 1 draws from the model's own probabilities."""
    top_p: float = 1.0
    """Draw only among the most likely tokens that hold this much of the probability."""
    repetition_penalty: float = 1.0
    """Divides the (positive) logits of tokens already in the answer; 1 does nothing.

    Keskar et al. 2019, https://arxiv.org/abs/1909.05858, on the answer's own tokens only: the
    words of a question are welcome in its answer.
    """
    seed: int | None = None
    """Of the drawing; None draws differently each time."""
    stop: tuple[str, ...] = ()
    """The answer ends before the first of these."""

    def __post_init__(self) -> None:
        if self.max_tokens < 1 or self.temperature < 0:
            raise ValueError("max_tokens must be at least 1, and temperature at least 0")
        if not 0 < self.top_p <= 1 or self.repetition_penalty <= 0:
            raise ValueError("top_p must be above 0 and at most 1, and repetition_penalty above 0")
        if "" in self.stop:
            raise ValueError("a stop string must not be empty")


class Chooser:
    """Chooses the tokens of one answer."""

    def __init__(self, options: Sampling, unused_ids: Sequence[int]) -> None:
        self._options = options
        self._unused = np.array(unused_ids, np.int64)
        self._random = np.random.default_rng(options.seed)

    def choose(self, logits: Float32, answer: Sequence[int]) -> int:
        """The token after `answer`; `logits` (vocabulary,) is written to."""
        logits[self._unused] = -np.inf
        if self._options.repetition_penalty != 1.0 and answer:
            self._penalise(logits, answer)
        if self._options.temperature == 0:
            return int(logits.argmax())
        return self._draw(logits)

    def _penalise(self, logits: Float32, answer: Sequence[int]) -> None:
        seen = np.unique(np.array(answer, np.int64))
        values = logits[seen]
        penalty = np.float32(self._options.repetition_penalty)
        logits[seen] = np.where(values > 0, values / penalty, values * penalty)

    def _draw(self, logits: Float32) -> int:
        weights = logits.astype(np.float64)
        weights -= weights.max()
        weights /= self._options.temperature
        np.exp(weights, out=weights)
        weights /= weights.sum()
        likely = self._nucleus(weights)
        held = np.cumsum(weights[likely])
        # The same token for the same seed: the drawing is one number on the cumulated scale.
        place = int(np.searchsorted(held, self._random.random() * held[-1], side="right"))
        return int(likely[min(place, len(likely) - 1)])

    def _nucleus(
        self, weights: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Ids, most likely first, that hold `top_p` of the probability."""
        top_p = self._options.top_p
        count = min(_LIKELY, len(weights))
        ids = np.argpartition(weights, -count)[-count:]
        if weights[ids].sum() < top_p:
            ids = np.arange(len(weights))
        # Ties in the order of the ids, so that the outcome does not hang on the sorting.
        ids = ids[np.lexsort((ids, -weights[ids]))]
        held = np.cumsum(weights[ids])
        return ids[: int(np.searchsorted(held, top_p)) + 1]
