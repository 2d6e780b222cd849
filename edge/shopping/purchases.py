"""What the wearer bought, and the rhythm of it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from edge.memory import Memory
from edge.memory.words import stems

DAY = 86_400.0
TIMES = 4
"""Purchases that a rhythm needs."""
DUE = 0.9
"""Share of the usual interval after which something may be running out."""
STALE = 3.0
"""Intervals after which it is no longer bought, rather than running out."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something is bought."""

    item: str
    times: int
    every: float
    """Median of the days between two purchases."""
    since: float
    """Days since the last one."""

    @property
    def due(self) -> bool:
        """Whether it may be running out."""
        return DUE * self.every <= self.since <= STALE * self.every


class Purchases:
    """The table `purchases`."""

    def __init__(self, memory: Memory) -> None:
        self._database = memory.database

    def add(self, items: Iterable[str], *, at: float, basket: str = "") -> None:
        """Keep what was bought together; things bought on one day are one basket otherwise."""
        name = basket or f"day {int(at // DAY)}"
        self._database.write_many(
            "insert into purchases (item, bought_at, basket) values (?, ?, ?)",
            [(item, at, name) for item in items],
        )

    def take_back(self, items: Iterable[str], *, at: float) -> None:
        """What was added at that moment was not bought."""
        with self._database.transaction():
            for item in items:
                self._database.write(
                    "delete from purchases where item = ? and bought_at = ?", (item, at)
                )

    def baskets(self) -> list[set[str]]:
        """What was bought together, each thing by the name that it had last."""
        rows = self._database.rows("select item, basket from purchases order by bought_at")
        names = {key(row["item"]): row["item"] for row in rows}
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["basket"], set()).add(names[key(row["item"])])
        return list(found.values())

    def last(self, item: str) -> float | None:
        """When it was bought last; None where that is not known."""
        rows = self._database.rows("select item, bought_at from purchases order by bought_at")
        wanted = key(item)
        return next(
            (row["bought_at"] for row in reversed(rows) if key(row["item"]) == wanted), None
        )

    def rhythms(self, now: float) -> list[Rhythm]:
        """The rhythm of each thing bought often enough, the most overdue first."""
        times: dict[str, list[float]] = {}
        names: dict[str, str] = {}
        rows = self._database.rows("select item, bought_at from purchases order by bought_at")
        for row in rows:
            name = key(row["item"])
            times.setdefault(name, []).append(row["bought_at"])
            names[name] = row["item"]
        found = []
        for name, moments in times.items():
            # Twice on a day is one purchase.
            days = sorted({int(moment // DAY) for moment in moments})
            if len(days) < TIMES:
                continue
            gaps = [later - earlier for earlier, later in pairwise(days)]
            since = (now - moments[-1]) / DAY
            found.append(Rhythm(names[name], len(days), statistics.median(gaps), since))
        return sorted(found, key=lambda rhythm: rhythm.since / rhythm.every, reverse=True)

    def running_out(self, now: float) -> list[Rhythm]:
        """What may be running out, the most overdue first."""
        return [rhythm for rhythm in self.rhythms(now) if rhythm.due]


def key(item: str) -> str:
    """What two names for the same thing have in common: "two eggs", "Eggs"."""
    words = [word for word in stems(item) if not word.isdigit() and word not in _COUNTS]
    return " ".join(words) or item.casefold().strip()


_COUNTS = frozenset(stems("one two three four five six some more bottle bottles pack loaf loaves"))
