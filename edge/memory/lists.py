"""Lists by name: shopping, to-do, or any other. What is ticked off stays as history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.memory.database import Database
from edge.memory.words import stems

LONGEST = 500
"""Things open on one list."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a list."""

    id: int
    list: str
    text: str
    added_at: float
    """Seconds since 1970, UTC."""
    done_at: float | None
    """When it was ticked off; None: still open."""


class Lists:
    """The tables `lists` and `items`. A list exists from its first item on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self) -> list[str]:
        """Names of the lists, by the alphabet."""
        return [row[0] for row in self._database.rows("select name from lists order by name")]

    def add(self, name: str, texts: Sequence[str], *, at: float) -> tuple[list[str], list[str]]:
        """Put `texts` on the list `name`: those added, and those that were on it already."""
        added, known = [], []
        with self._database.transaction():
            self._database.write(
                "insert into lists (name) values (?) on conflict do nothing", (name,)
            )
            number = self._database.one("select id from lists where name = ?", (name,))
            here = {_key(item.text) for item in self.open(name)}
            for text in texts:
                if _key(text) in here:
                    known.append(text)
                    continue
                here.add(_key(text))
                added.append(text)
                self._database.write(
                    "insert into items (list_id, text, added_at) values (?, ?, ?)",
                    (number, text, at),
                )
        return added, known

    def open(self, name: str) -> list[Item]:
        """What is still to do on the list, in the order of adding."""
        return self._items("lists.name = ? and done_at is null", (name,))

    def find(self, name: str, text: str) -> Item | None:
        """The open item that `text` names: the same words, or else one that has them all."""
        items = self.open(name)
        wanted = set(_key(text))
        for item in items:
            if _key(item.text) == _key(text):
                return item
        return next((item for item in items if wanted and wanted <= set(_key(item.text))), None)

    def tick(self, item: Item, *, at: float) -> None:
        """The item is done, or bought."""
        self._database.write("update items set done_at = ? where id = ?", (at, item.id))

    def remove(self, item: Item) -> None:
        """The item was a mistake: no trace of it stays."""
        self._database.write("delete from items where id = ?", (item.id,))

    def restore(self, items: Iterable[Item]) -> None:
        """What was ticked off or removed by mistake is open again, where it was."""
        with self._database.transaction():
            for item in items:
                self._database.write(
                    "insert into items (id, list_id, text, added_at) "
                    "select ?, id, ?, ? from lists where name = ? "
                    "on conflict (id) do update set done_at = null",
                    (item.id, item.text, item.added_at, item.list),
                )

    def clear(self, name: str) -> int:
        """Remove what is open on the list; how many things there were."""
        with self._database.transaction():
            return self._database.change(
                "delete from items where done_at is null and list_id in "
                "(select id from lists where name = ?)",
                (name,),
            )

    def done(self, name: str) -> list[Item]:
        """What was ticked off the list, the oldest first."""
        return self._items("lists.name = ? and done_at is not null", (name,))

    def _items(self, where: str, values: Sequence[str]) -> list[Item]:
        rows = self._database.rows(
            "select items.id, lists.name as list, text, added_at, done_at from items "
            f"join lists on lists.id = list_id where {where} "
            "order by coalesce(done_at, 0), items.id",
            values,
        )
        return [_item(row) for row in rows]


def _key(text: str) -> tuple[str, ...]:
    return tuple(stems(text)) or (text.casefold().strip(),)


def _item(row: sqlite3.Row) -> Item:
    return Item(row["id"], row["list"], row["text"], row["added_at"], row["done_at"])
