"""What goes with what: association rules of one thing and one other.

Support, confidence and lift as in Agrawal, Imielinski and Swami, Mining association rules between
sets of items in large databases, 1993 (https://doi.org/10.1145/170036.170072).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from edge.errors import ImportFileError
from edge.memory import Memory
from edge.shopping.purchases import Purchases, key

TOGETHER = 5
"""Baskets with both that a rule needs: fewer are chance."""
LIFT = 1.2
"""Two things must be bought together that much more often than by chance."""
CONFIDENCE = 0.1
"""Share of the baskets with the one that must have the other, for it to be told."""
LONGEST = 200
"""Things in a basket; what has more is no basket."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever buys `item` buys `other`, so often."""

    item: str
    other: str
    support: float
    """Share of all baskets that have both."""
    confidence: float
    """Share of those with `item` that have `other` too."""
    lift: float
    baskets: int
    """How many have both."""
    origin: str = "your own purchases"


def mine(baskets: Iterable[Sequence[str] | set[str]], origin: str) -> list[Rule]:
    """The rules in `baskets`; empty where there are too few of them."""
    single: Counter[str] = Counter()
    double: Counter[tuple[str, str]] = Counter()
    total = 0
    for basket in baskets:
        things = sorted(set(basket))
        if not things or len(things) > LONGEST:
            continue
        total += 1
        single.update(things)
        double.update(combinations(things, 2))
    rules = []
    for (one, other), both in double.items():
        if both < TOGETHER:
            continue
        lift = both * total / (single[one] * single[other])
        if lift < LIFT:
            continue
        for item, with_it in ((one, other), (other, one)):
            confidence = both / single[item]
            rules.append(Rule(item, with_it, both / total, confidence, lift, both, origin))
    return rules


def read_baskets(path: Path) -> Iterable[list[str]]:
    """Baskets of a text file: one a line, its things with commas between them.

    Raises ImportFileError for a file that is not that.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                things = [thing.strip().casefold() for thing in line.split(",")]
                yield [thing for thing in things if thing]
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ImportFileError(f"{path} is not a text file with baskets.") from None


class Rules:
    """The table `rules`, and what the wearer's own purchases say."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def learn(self, path: Path) -> int:
        """Learn from a file of baskets, in place of what was learned before; how many rules."""
        rules = mine(read_baskets(path), path.name)
        if not rules:
            raise ImportFileError(f"{path} has too few baskets to learn from.")
        database = self._memory.database
        with database.transaction():
            database.write("delete from rules")
            database.write_many(
                "insert into rules (item, other, support, confidence, lift, baskets, origin)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (r.item, r.other, r.support, r.confidence, r.lift, r.baskets, r.origin)
                    for r in rules
                ],
            )
        return len(rules)

    def goes_with(self, item: str, limit: int = 3) -> list[Rule]:
        """What goes with `item` most beyond chance: of the wearer's own, or else of the file."""
        wanted = key(item)
        found = [
            rule
            for rule in mine(Purchases(self._memory).baskets(), "your own purchases")
            if key(rule.item) == wanted
        ]
        if not found:
            rows = self._memory.database.rows(
                "select * from rules where item = ?", (self._name(wanted),)
            )
            found = [Rule(**dict(row)) for row in rows]
        sure = [rule for rule in found if rule.confidence >= CONFIDENCE]
        return sorted(sure, key=lambda rule: rule.lift, reverse=True)[:limit]

    def _name(self, wanted: str) -> str:
        """The file's name for what is wanted: the same, or else the commonest kind of it."""
        rows = self._memory.database.rows(
            "select item, sum(baskets) from rules group by item order by sum(baskets) desc"
        )
        names = [row[0] for row in rows]
        for name in names:
            if key(name) == wanted:
                return str(name)
        words = wanted.split()
        kinds = [name for name in names if key(name).split()[-len(words) :] == words]
        return str(kinds[0]) if kinds else ""
