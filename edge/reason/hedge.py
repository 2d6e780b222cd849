"""Says so where an answer of the language model may well be wrong, and offers to think harder.

How likely it is to be right is known only when it is finished (`edge.reason.lm.confidence`), so the
doubt comes after it: the first word comes as early as without, where "I'm not sure, but" before it
would have to wait for its last word.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from edge.events import Ask
from edge.reason.lm.confidence import Step, confidence, kind_of

DOUBT = "I'm not sure about that."
OFFER = "Shall I think harder about it?"

_FACT = re.compile(
    r"(?:and |so |but |then |ok(?:ay)? |hey |please |tell me |do you know |can you tell me )*"
    r"(?:who|whose|what|when|where|which|why|how|is|are|was|were|did|does|do|has|have|in which"
    r"|at what|name)\b",
    re.IGNORECASE,
)
_OF_US = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was thought of an answer."""

    sure: float
    """The probability that it is right, 0 to 1."""
    hedged: bool
    """The doubt was spoken."""


class Hedge:
    """Judges finished answers of one model; used on its worker and in the event loop."""

    def __init__(self, below: float, model: str, *, offer: bool = False) -> None:
        """`below`: the probability under which there is doubt; `model`: whose calibration counts;
        `offer`: somebody can think harder. Raises ValueError for a model without calibration.
        """
        self._below = below
        self._model = model
        self.offer = offer
        # More than one answer may be in the making: the one that is heard, and a draft.
        self._judged: deque[tuple[asyncio.Event, Judgement]] = deque(maxlen=4)

    def judge(self, ask: Ask, steps: Sequence[Step]) -> str:
        """What is to be said after an answer of these steps: mostly nothing."""
        if not is_of_fact(ask.text) or not any(step.choice for step in steps):
            return ""
        kind = kind_of(ask.text)
        sure = confidence(steps, kind=kind, question=ask.text, model=self._model)
        hedged = sure < self._below
        self._judged.append((ask.confirmed, Judgement(round(sure, 4), hedged)))
        if not hedged:
            return ""
        return f" {DOUBT} {OFFER}" if self.offer else f" {DOUBT}"

    def of(self, ask: Ask) -> Judgement | None:
        """What was thought of the answer to this question; None where nothing was."""
        found = [judged for confirmed, judged in self._judged if confirmed is ask.confirmed]
        return found[-1] if found else None


def is_of_fact(text: str) -> bool:
    """Whether there is something to be wrong about: no small talk, and no request for a joke."""
    # After what the wearer told, which memory puts before the question.
    question = text.rpartition('". ')[2]
    return _FACT.match(question) is not None and not _OF_US.search(
        re.sub(r"^.*?\b(?:do you know|can you tell me)\b", "", question)
    )
