"""Choosing the next token."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.events import Float32
from edge.reason.lm.cache import Ids

if TYPE_CHECKING:
    from edge.reason.lm.grammar import Constraint

_BLOCK = 1024
"""Tokens whose probabilities are added up before one of them is looked for."""
_FEW = 64
"""Tokens: so many at most are judged exactly because a constraint leaves nothing else."""
_RARE = np.float32(1e-4)
"""Tokens this much less likely than the first are hardly ever part of a nucleus."""


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
    constraint: Constraint | None = None
    """The form that the whole answer must have (`LanguageModel.constraint`)."""
    insert: Callable[[str], str] | None = None
    """Is given the answer's text so far, and says what code writes next; mostly nothing. The model
    goes on after it."""

    def __post_init__(self) -> None:
        if self.max_tokens < 1 or self.temperature < 0:
            raise ValueError("max_tokens must be at least 1, and temperature at least 0")
        if not 0 < self.top_p <= 1 or self.repetition_penalty <= 0:
            raise ValueError("top_p must be above 0 and at most 1, and repetition_penalty above 0")
        if "" in self.stop:
            raise ValueError("a stop string must not be empty")
        if self.stop and self.constraint:
            raise ValueError("a stop string must not cut off an answer that must have a form")
        if self.insert and self.constraint:
            raise ValueError("nothing can be inserted in an answer that must have a form")


@dataclass(frozen=True, slots=True)
class Choice:
    """A token of an answer, and what the model thought of it.

    The probabilities are the model's own, whatever temperature, penalty or constraint did to
    them before the token was chosen.
    """

    token: int
    """Its id."""
    logprob: float
    """Natural logarithm of its probability."""
    margin: float
    """By how much the logarithm of the likeliest token's probability exceeds the second's."""
    final: bool = False
    """The answer is complete with it: the constraint lets nothing follow but the end."""


class Chooser:
    """Chooses the tokens of one answer, in order."""

    def __init__(self, options: Sampling, unused_ids: Sequence[int]) -> None:
        self._options = options
        self._unused = np.array(unused_ids, np.int64)
        self._random = np.random.default_rng(options.seed)
        self._matcher = options.constraint.matcher() if options.constraint else None
        self._relative = np.empty(0, np.float32)
        self._weights = np.empty(0, np.float32)

    def choose(self, logits: Float32, answer: Sequence[int]) -> Choice:
        """The token after `answer`; `logits` (vocabulary,) is written to.

        Raises ConstraintError where the constraint turns out to be too complex.
        """
        logits[self._unused] = -np.inf
        best, margin, scale = self._judge(logits)
        if self._options.repetition_penalty != 1.0 and answer:
            self._penalise(logits, answer)
            best = -1
        if self._matcher:
            self._matcher.mask(logits)
            best = -1
        if self._options.temperature > 0:
            token = self._draw(logits)
        else:
            token = best if best >= 0 else int(logits.argmax())
        final = self._matcher is not None and self._matcher.take(token)
        return Choice(token, float(self._relative[token]) - scale, margin, final)

    def few(self) -> Ids:
        """The tokens that the constraint lets follow, where they are few; else none."""
        return self._matcher.few(_FEW) if self._matcher else np.zeros(0, np.int64)

    def finish(self) -> None:
        """Say that there is no room for more tokens.

        Raises ConstraintUnfinished where the answer does not yet have the form it must have.
        """
        if self._matcher:
            self._matcher.finish()

    def _judge(self, logits: Float32) -> tuple[int, float, float]:
        """The likeliest token, its margin, and the logarithm of the sum of all weights.

        `_relative` is left with the logits relative to the likeliest one's.
        """
        if len(self._relative) != len(logits):
            self._relative = np.empty(len(logits), np.float32)
            # Filled up with weights of zero to whole blocks.
            self._weights = np.zeros(-(-len(logits) // _BLOCK) * _BLOCK, np.float32)
        weights = self._weights[: len(logits)]
        best = int(logits.argmax())
        top = logits[best]
        np.subtract(logits, top, out=self._relative)
        np.exp(self._relative, out=weights)
        self._relative[best] = -np.inf
        margin = -float(self._relative.max())
        self._relative[best] = 0
        return best, margin, math.log(float(weights.sum()))

    def _penalise(self, logits: Float32, answer: Sequence[int]) -> None:
        seen = np.unique(np.array(answer, np.int64))
        values = logits[seen]
        penalty = np.float32(self._options.repetition_penalty)
        logits[seen] = np.where(values > 0, values / penalty, values * penalty)

    def _draw(self, logits: Float32) -> int:
        weights = self._weights[: len(logits)]
        np.subtract(logits, logits.max(), out=weights)
        weights /= np.float32(self._options.temperature)
        np.exp(weights, out=weights)
        # The same token for the same seed: the drawing is one number on the cumulated scale.
        number = self._random.random()
        if self._options.top_p < 1:
            likely = self._nucleus(weights)
            return int(likely[_place(weights[likely], number)[0]])
        # Adding up all weights one by one would take longer than the rest.
        blocks = self._weights.reshape(-1, _BLOCK)
        block, rest = _place(blocks.sum(axis=1), number)
        return block * _BLOCK + _place(blocks[block], rest)[0]

    def _nucleus(self, weights: Float32) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Ids, most likely first, that hold `top_p` of the probability."""
        wanted = self._options.top_p * float(weights.sum())
        # The likeliest token has the weight 1.
        ids = np.flatnonzero(weights > _RARE)
        if weights[ids].sum() < wanted:
            ids = np.arange(len(weights))
        # Ties in the order of the ids, so that the outcome does not hang on the sorting.
        ids = ids[np.argsort(-weights[ids], kind="stable")]
        held = np.cumsum(weights[ids], dtype=np.float64)
        return ids[: int(np.searchsorted(held, wanted)) + 1]


def _place(weights: Float32, number: float) -> tuple[int, float]:
    """Where `number`, 0 to 1, lies on the cumulated weights, and how far within that place."""
    held = np.cumsum(weights, dtype=np.float64)
    wanted = number * float(held[-1])
    place = int(np.searchsorted(held, wanted, side="right"))
    # Rounding must lead neither past the end nor to a place without weight.
    place = min(place, int(np.flatnonzero(weights)[-1]))
    before = float(held[place - 1]) if place else 0.0
    return place, min((wanted - before) / float(weights[place]), 1.0)
