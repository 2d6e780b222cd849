"""What is shown of a council."""

from __future__ import annotations

from collections.abc import Mapping

from edge.card import Card, Seat, Seats
from edge.reason.contemplate import spoken
from edge.reason.contemplate.candidates import key
from edge.reason.contemplate.happenings import Proposed, Verdict


def card(question: str, found: Verdict, provider: str, proposed: Mapping[int, Proposed]) -> Card:
    """The verdict with its agents, by their places; `provider`: where they were."""
    agree = f"{found.agree} of {found.of} agree"
    if found.drafts:
        agree = f"from {found.drafts} draft{'s' if found.drafts > 1 else ''}"
    lines = [spoken.plain(found.answer, 160), agree]
    if found.dissent:
        lines.append(f"against: {spoken.plain(found.dissent, 80)}")
    cost = found.cost
    lines.append(f"{provider}, {cost.tokens_out} tokens, {cost.seconds:.1f} s")
    seats = [
        Seat(one.strategy, one.candidate, key(one.candidate) == key(found.answer))
        for _, one in sorted(proposed.items())
    ]
    return Card(question, tuple(lines), "council", Seats(tuple(seats), found.agree, found.of))
