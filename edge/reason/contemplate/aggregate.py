"""From candidates to one: a weighted vote, for answers that can be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.reason.contemplate.candidates import Candidate
from edge.reason.contemplate.checks import check

WRONG_SUM = 0.5
"""Weight of a chain in which a sum is wrong; of one that is right, 1."""
UNMARKED = 0.5
"""Weight of a chain that did not say which part of it is the answer."""
CUT = 0.25
"""Weight of a chain that was cut off before its end."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one agent brought."""

    agent: int
    strategy: str
    text: str
    candidate: Candidate
    whole: bool
    """It came to its own end: neither out of tokens nor cut off by the deadline."""
    logprob: float | None = None
    """Mean natural logarithm of the probability of its tokens, where it is known."""

    weight: float = field(init=False)
    """What its vote counts, 0 to 1. Worked out once: each agent's end is followed by a vote."""

    def __post_init__(self) -> None:
        weight = 1.0 if self.whole else CUT
        if not self.candidate.marked:
            weight *= UNMARKED
        if check(self.text).wrong:
            weight *= WRONG_SUM
        object.__setattr__(self, "weight", weight)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a vote came to."""

    best: Proposal
    """The weightiest proposal with the answer that won."""
    agree: int
    """Proposals that say the same."""
    of: int
    """Proposals that say anything."""
    agreement: float
    """Share of the votes' weight, 0 to 1."""
    dissent: Proposal | None
    """The weightiest proposal with the answer that came second."""


def tally(proposals: Sequence[Proposal]) -> Tally | None:
    """The vote of those that say anything; None where nobody does.

    Between answers of the same weight the agent that comes first in the council decides: it works
    without chance.
    """
    voters = sorted((p for p in proposals if p.candidate.key), key=lambda p: p.agent)
    if not voters:
        return None
    groups: dict[str, list[Proposal]] = {}
    weights: dict[str, float] = {}
    for one in voters:
        said = one.candidate.key
        groups.setdefault(said, []).append(one)
        weights[said] = weights.get(said, 0.0) + one.weight
    # Stable: of the same weight, the first agent's comes first.
    ranked = sorted(groups, key=weights.__getitem__, reverse=True)
    won = groups[ranked[0]]
    return Tally(
        _spokesman(won),
        len(won),
        len(voters),
        weights[ranked[0]] / sum(weights.values()),
        _spokesman(groups[ranked[1]]) if len(ranked) > 1 else None,
    )


def quorate(proposals: Sequence[Proposal], quorum: int) -> bool:
    """Whether so many whole and flawless proposals say the same."""
    counts: dict[str, int] = {}
    for one in proposals:
        if one.candidate.short and one.weight == 1:
            counts[one.candidate.key] = counts.get(one.candidate.key, 0) + 1
    return bool(counts) and max(counts.values()) >= quorum


def _spokesman(group: Sequence[Proposal]) -> Proposal:
    if len(group) == 1:
        return group[0]
    return max(group, key=lambda p: (p.weight, p.logprob or 0.0, -p.agent))
