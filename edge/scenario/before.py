"""What is in the memory: before a scenario begins, and at each of its steps."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from edge.errors import ScenarioError
from edge.health.metrics import metrics
from edge.health.readings import Reading, Readings
from edge.memory import Memory
from edge.scenario.format import Before
from edge.shopping.purchases import Purchases


def text(memory: Memory) -> str:
    """All that is remembered, as text; without what the device keeps for itself."""
    tables = memory.export()
    tables.pop("state", None)
    return json.dumps(tables, ensure_ascii=False)


def remember(memory: Memory, before: Before, now: datetime) -> None:
    """Put into `memory` what is to be remembered already. Raises ScenarioError."""
    known = metrics()
    readings = []
    for metric, values in before.readings.items():
        if metric not in known:
            raise ScenarioError(f"There is no metric {metric}; known are {', '.join(known)}.")
        for ago, value in enumerate(reversed(values)):
            day: date = now.date() - timedelta(days=ago)
            at = datetime(day.year, day.month, day.day, 6, tzinfo=now.tzinfo).timestamp()
            readings.append(Reading(metric, day, at, at, value, "scenario"))
    Readings(memory).add(readings)
    for thing, days in before.bought.items():
        for ago in sorted(days, reverse=True):
            Purchases(memory).add([thing], at=(now - timedelta(days=ago)).timestamp())
    for fact in before.facts:
        memory.facts.add(fact, said=fact, origin="scenario", at=now.timestamp())
