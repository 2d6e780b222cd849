"""Who answers a question, and why; and what is asked of a contemplation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from edge.events import Ask
from edge.reason.depth import Depth
from edge.reason.grammar import Match
from edge.stages import Responder


@runtime_checkable
class Contemplative(Responder, Protocol):
    """A responder that may have to ask before it answers, and can be steered."""

    waiting: str
    """The question that waits for a yes or no; empty: none."""

    def resume(self, ask: Ask, *, agreed: bool) -> AsyncIterator[str]:
        """The answer, now that the wearer has said yes or no."""

    def steered(self, text: str) -> str:
        """The question that `text` narrows down, with it; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who answers a question, and why."""

    depth: Depth
    reason: str
    """`template`, `classifier`, `asked back`, `wished`, `no skill fits` ..."""
    match: Match | None = None
    """The skill's intent; None: the language model."""
    question: str = ""
    """What is answered: the question without what was said about depth."""
    candidates: tuple[tuple[str, float, str], ...] = ()
    """What was considered: intent, score, and the template or `classifier`."""
    also: tuple[tuple[Match, str], ...] = ()
    """Where the question is several: the others, each with its own words."""
    left_out: tuple[str, ...] = ()
    """Where a part of the question is a request that no skill serves: its words."""
    saying: str = ""
    """What the router says itself, where neither a skill nor a model is to answer."""
    seconds: float = 0.0
    """How long the decision took."""
