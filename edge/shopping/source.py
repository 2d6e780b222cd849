"""What may be running out, unasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from edge.memory import Memory
from edge.remind.announcement import Suggestion
from edge.shopping.purchases import Purchases, Rhythm


class ShoppingSource:
    """A `edge.remind.announcement.Source`: what the own rhythm says, if it is not on the list."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._purchases = Purchases(memory)

    def suggestions(self, now: datetime) -> Sequence[Suggestion]:
        """See `Source`."""
        return [
            Suggestion(
                f"running out of {rhythm.item}",
                f"You may be running out of {rhythm.item}.",
                because(rhythm),
            )
            for rhythm in self._purchases.running_out(now.timestamp())
            if self._memory.lists.find("shopping", rhythm.item) is None
        ]


def because(rhythm: Rhythm) -> str:
    """The numbers that it comes from."""
    return (
        f"Because you bought {rhythm.item} {rhythm.times} times, usually every"
        f" {_days(rhythm.every)}, and the last time was {round(rhythm.since)} days ago."
    )


def _days(days: float) -> str:
    whole = round(days)
    return "day" if whole == 1 else f"{whole} days"
