"""What the wearer asked to be remembered, each with its origin."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from edge.memory.database import Database
from edge.memory.words import best


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told."""

    id: int
    text: str
    """As the wearer said it: "my daughter is called Ana"."""
    said: str
    """The whole sentence that it comes from."""
    origin: str
    """How it came here: "voice", "text", or the name of what brought it."""
    told_at: float
    """Seconds since 1970, UTC."""


class Facts:
    """The table `facts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: str, *, said: str, origin: str, at: float) -> Fact:
        """Remember `text`. One that is known already is told anew, not kept twice."""
        with self._database.transaction():
            for fact in self.all():
                if fact.text.casefold() == text.casefold():
                    self._database.write("delete from facts where id = ?", (fact.id,))
            number = self._database.write(
                "insert into facts (text, said, origin, told_at) values (?, ?, ?, ?)",
                (text, said, origin, at),
            )
        return Fact(number, text, said, origin, at)

    def all(self) -> list[Fact]:
        """Every fact, the newest first."""
        return [_fact(row) for row in self._database.rows("select * from facts order by id desc")]

    def about(self, words: str, limit: int = 5) -> list[Fact]:
        """The facts that share telling words with `words`, the best first."""
        return best(words, self.all(), lambda fact: fact.text, limit)

    def forget(self, fact: Fact) -> None:
        """Delete a fact."""
        self._database.write("delete from facts where id = ?", (fact.id,))
        self._database.fold_log()

    def restore(self, fact: Fact) -> None:
        """Put back what was forgotten by mistake."""
        self._database.write(
            "insert into facts (id, text, said, origin, told_at) values (?, ?, ?, ?, ?)",
            (fact.id, fact.text, fact.said, fact.origin, fact.told_at),
        )


def _fact(row: sqlite3.Row) -> Fact:
    return Fact(**dict(row))
