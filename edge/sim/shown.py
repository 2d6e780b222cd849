"""Cards that change while they are shown: timers as the clock is set, a council as it thinks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from edge.card import Card, Seat, Seats
from edge.reason.contemplate.candidates import key


def moved(card: dict[str, Any], seconds: float) -> dict[str, Any]:
    """A card of timers, each that much later by the clock."""
    timers = []
    for one in card["data"]["timers"]:
        ends = datetime.fromisoformat(one["ends"]) + timedelta(seconds=seconds)
        timers.append({**one, "ends": ends.isoformat(timespec="milliseconds")})
    return {**card, "data": {**card["data"], "timers": timers}}


@dataclass(slots=True)
class Sitting:
    """A council as far as it has come, by its events in the trace."""

    seats: dict[int, Seat] = field(default_factory=dict)
    agree: int = 0
    of: int = 0

    def take(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The card after the event `contemplation` with these fields."""
        match fields["phase"]:
            case "started":
                self.seats.clear()
                self.agree = self.of = 0
            case "proposal":
                said = fields["candidate"]
                self.seats[fields["agent"]] = Seat(fields["strategy"], said, agrees=False)
            case "agreement" | "verdict":
                self.agree, self.of = fields["agree"], fields["of"]
                found = key(fields["candidate"])
                for agent, seat in self.seats.items():
                    agrees = bool(seat.candidate) and key(seat.candidate) == found
                    self.seats[agent] = replace(seat, agrees=agrees)
        seats = tuple(seat for _, seat in sorted(self.seats.items()))
        return Card("Council", (), "council", Seats(seats, self.agree, self.of)).fields()
