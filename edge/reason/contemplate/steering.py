"""Narrowing down a question that is being contemplated: "only vegetarian ones"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STEERED_S: Final = 60.0
"""How long after it was broken off a contemplation can be steered."""
_MOST: Final = 5
_STEER = re.compile(
    r"(?:and |but |no,? |ok(?:ay)?,? |actually,? |please )*(?:only|just|not|without|with|except|"
    r"instead|rather|make it|make them|assume|assuming|suppose|for|in|under|over|at most|at least|"
    r"less than|more than|cheaper|shorter|longer|vegetarian|vegan)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A contemplation that was interrupted."""

    question: str = ""
    at: float = 0.0
    """Seconds, on the contemplation's clock."""
    answers: tuple[str, ...] = ()
    """What agents had come to."""

    def steered(self, text: str, now: float) -> str:
        """The question with `text`, where that narrows it down; else empty."""
        if not self.question or now - self.at > STEERED_S or not _STEER.match(text.strip()):
            return ""
        return f"{self._stem} ({text.strip(' .?!')})?"

    def known(self, question: str, now: float) -> tuple[str, ...]:
        """The answers so far, if `question` is this one narrowed down."""
        same = question.startswith(f"{self._stem} (") and question.endswith(")?")
        return self.answers if self.question and same and now - self.at <= STEERED_S else ()

    @property
    def _stem(self) -> str:
        return self.question.rstrip(" .?!")


def going_on(question: str, answers: Sequence[str]) -> str:
    """What agents are asked, who need not begin anew: `answers` came before the latest remark."""
    if not answers:
        return question
    listed = "; ".join(sorted(answers)[:_MOST])
    return f"{question}\n\nBefore the last remark was answered: {listed}. Keep what still fits."
