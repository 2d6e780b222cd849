"""What may be useful to hear of the wearer's numbers, unasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from edge.health import insight
from edge.health.metrics import metrics
from edge.health.readings import Readings
from edge.memory import Memory
from edge.remind import spoken
from edge.remind.announcement import Suggestion

WATCHED = ("resting_heart_rate", "sleep")


class HealthSource:
    """A `edge.remind.announcement.Source`: yesterday and last night, if outside the own normal."""

    def __init__(self, memory: Memory) -> None:
        self._readings = Readings(memory)

    def suggestions(self, now: datetime) -> Sequence[Suggestion]:
        """See `Source`."""
        found = []
        for key in WATCHED:
            for day in (now.date(), now.date() - timedelta(days=1)):
                odd = insight.unusual(self._readings, metrics()[key], day)
                if odd is None or (key == "sleep" and odd.value > odd.usual.high):
                    continue
                name, usual = odd.metric.name, odd.usual
                say = _minutes if key == "sleep" else _number
                side = "lower" if odd.value < usual.low else "higher"
                advice = f" {odd.limit.advice}" if odd.limit and odd.limit.advice else ""
                found.append(
                    Suggestion(
                        f"unusual {name}",
                        f"Your {name} was {say(odd.value)}, {side} than is usual for you.{advice}",
                        f"Because on {usual.days} days before it was between {say(usual.low)} and"
                        f" {say(usual.high)}, and {say(odd.value)} on {odd.day:%B} {odd.day.day}.",
                    )
                )
                break
        return found


def _minutes(value: float) -> str:
    return spoken.length(round(value) * 60)


def _number(value: float) -> str:
    return f"{value:.0f}"
