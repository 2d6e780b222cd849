"""What happens in a council, as it is told while it happens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from edge.reason.contemplate.budget import Cost

if TYPE_CHECKING:
    from edge.trust.gate import Permit


@dataclass(frozen=True, slots=True)
class Proposed:
    """An agent has finished."""

    agent: int
    strategy: str
    candidate: str
    """What it says, short; empty where it failed or says nothing."""
    refined: bool
    """In the second round."""
    error: str = ""
    """Why it failed, a sentence."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How the votes stand after a proposal."""

    candidate: str
    agree: int
    of: int


@dataclass(frozen=True, slots=True)
class Refining:
    """They disagree, and each thinks again."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a contemplation."""

    answer: str
    """Short answers as they were said; open ones as a text."""
    agreement: float
    """Share of the votes' weight behind it, 0 to 1."""
    agree: int
    of: int
    """Agents that say the same, and that say anything."""
    dissent: str
    """The strongest other answer; empty where there is none."""
    reasoning: str
    """How one of those that agree came to it."""
    cost: Cost
    failed: int
    """Agents that failed."""
    cut: Literal["", "quorum", "deadline"]
    """Why it ended before all agents had finished."""
    drafts: int = 0
    """Of an open answer, which nobody can count: the texts that it was put together from."""


CouncilEvent: TypeAlias = Proposed | Agreed | Refining | Verdict

Said = TypeVar("Said", Proposed, Verdict)


def restored(event: Said, permit: Permit | None) -> Said:
    """With what the placeholders of `permit` stand for."""
    if permit is None:
        return event
    if isinstance(event, Proposed):
        return replace(event, candidate=permit.restore(event.candidate))
    return replace(
        event,
        answer=permit.restore(event.answer),
        dissent=permit.restore(event.dissent),
        reasoning=permit.restore(event.reasoning),
    )
