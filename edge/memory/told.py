"""What the assistant said of its own accord, why, and what it was asked never to say again."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from edge.memory.database import Database
from edge.memory.words import stems

Channel = Literal["voice", "earcon", "display"]


@dataclass(frozen=True, slots=True)
class Telling:
    """One announcement."""

    id: int
    at: float
    """Seconds since 1970, UTC."""
    kind: str
    """timer, alarm, reminder, battery or suggestion."""
    topic: str
    """What "stop telling me that" is about."""
    text: str
    why: str
    """The answer to "why now?"."""
    channel: Channel
    due_id: int | None
    """The timer, alarm or reminder that it comes from."""


class Told:
    """The tables `told` and `muted`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        *,
        at: float,
        kind: str,
        topic: str,
        text: str,
        why: str,
        channel: Channel,
        due_id: int | None = None,
    ) -> Telling:
        """Keep what is being announced."""
        number = self._database.write(
            "insert into told (at, kind, topic, text, why, channel, due_id) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (at, kind, topic, text, why, channel, due_id),
        )
        return Telling(number, at, kind, topic, text, why, channel, due_id)

    def last(self) -> Telling | None:
        """The latest announcement."""
        rows = self._database.rows("select * from told order by id desc limit 1")
        return _telling(rows[0]) if rows else None

    def suggestions_since(self, moment: float) -> int:
        """How many suggestions there were from `moment` on."""
        return int(
            self._database.one(
                "select count(*) from told where kind = 'suggestion' and at >= ?", (moment,)
            )
        )

    def last_about(self, topic: str) -> float | None:
        """When this was last told."""
        moment = self._database.one("select max(at) from told where topic = ?", (topic,))
        return None if moment is None else float(moment)

    def about(self, words: str) -> Telling | None:
        """The latest announcement, of the last hundred, whose topic has the telling words."""
        wanted = set(stems(words))
        rows = self._database.rows("select * from told order by id desc limit 100")
        fitting = (row for row in rows if wanted and wanted <= set(stems(row["topic"])))
        return next((_telling(row) for row in fitting), None)

    def mute(self, topic: str, *, at: float) -> None:
        """Never again tell about `topic`, unless asked."""
        self._database.write(
            "insert into muted (topic, at) values (?, ?) on conflict do nothing", (topic, at)
        )

    def unmute(self, topic: str) -> bool:
        """Tell about `topic` again; False if it was not muted."""
        return bool(self._database.change("delete from muted where topic = ?", (topic,)))

    def muted(self) -> list[str]:
        """Topics that are not to be told."""
        return [row[0] for row in self._database.rows("select topic from muted order by at desc")]


def _telling(row: sqlite3.Row) -> Telling:
    return Telling(**dict(row))
