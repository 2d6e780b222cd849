"""What is due at a moment: timers, alarms and reminders."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from edge.memory.database import Database

Kind = Literal["timer", "alarm", "reminder"]

MOST = 50
"""Open ones of a kind; more are a mistake, or a child with the glasses."""


@dataclass(frozen=True, slots=True)
class Due:
    """One timer, alarm or reminder. Moments are seconds since 1970, UTC."""

    id: int
    kind: Kind
    name: str
    """What a timer or an alarm is called, or ""; what a reminder is about."""
    at: float
    """When it is due."""
    wall: str | None
    """Local wall time that it keeps to where the zone changes ("2026-03-01T07:00:00").

    None: so many seconds after it was set, whatever the clock on the wall says.
    """
    rule: str | None
    """How it repeats, as edge.remind.rule writes it; None: once."""
    seconds: float | None
    """Length of a timer."""
    set_at: float
    state: Literal["set", "paused", "told", "cancelled"]
    snoozed: int
    """How often it was put off."""
    remaining: float | None = None
    """Seconds that a paused timer still has; None: it is not paused."""


class DueThings:
    """The table `due`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        kind: Kind,
        name: str,
        *,
        at: float,
        now: float,
        wall: str | None = None,
        rule: str | None = None,
        seconds: float | None = None,
    ) -> Due:
        """Set one."""
        number = self._database.write(
            "insert into due (kind, name, at, wall, rule, seconds, set_at) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (kind, name, at, wall, rule, seconds, now),
        )
        return self._get(number)

    def open(self, kind: Kind | None = None) -> list[Due]:
        """Those not yet told or cancelled, the next one first."""
        return self._where(
            "state = 'set' and (? is null or kind = ?) order by at, id", (kind, kind)
        )

    def paused(self) -> list[Due]:
        """Timers that stand still, the one with the least time left first."""
        return self._where("state = 'paused' order by remaining, id", ())

    def get(self, number: int) -> Due | None:
        """The one with this id."""
        found = self._where("id = ?", (number,))
        return found[0] if found else None

    def until(self, now: float) -> list[Due]:
        """Those that are due at `now`, the oldest first."""
        return self._where("state = 'set' and at <= ? order by at, id", (now,))

    def next(self) -> float | None:
        """The moment of the next one; None where there is none."""
        moment = self._database.one("select min(at) from due where state = 'set'")
        return None if moment is None else float(moment)

    def move(
        self,
        due: Due,
        at: float,
        wall: str | None,
        *,
        rule: str | None = "",
        snoozed: bool = False,
    ) -> Due:
        """It is due at another time, and set again if it was told. `rule`: how it repeats from now
        on; empty: as before."""
        self._database.write(
            "update due set at = ?, wall = ?, rule = iif(? = '', rule, ?), state = 'set',"
            " snoozed = snoozed + ? where id = ?",
            (at, wall, rule, rule, int(snoozed), due.id),
        )
        return self._get(due.id)

    def rename(self, due: Due, name: str) -> Due:
        """It is called so from now on."""
        self._database.write("update due set name = ? where id = ?", (name, due.id))
        return self._get(due.id)

    def pause(self, dues: Iterable[Due], now: float) -> None:
        """They stand still, with the time that they have left."""
        with self._database.transaction():
            for due in dues:
                self._database.write(
                    "update due set state = 'paused', remaining = at - ? "
                    "where id = ? and state = 'set'",
                    (now, due.id),
                )

    def resume(self, dues: Iterable[Due], now: float) -> None:
        """They go on from where they were paused."""
        with self._database.transaction():
            for due in dues:
                self._database.write(
                    "update due set state = 'set', at = ? + remaining, remaining = null "
                    "where id = ? and state = 'paused'",
                    (now, due.id),
                )

    def lengthen(self, due: Due, seconds: float) -> Due:
        """It is due so much later, whether it is paused or not."""
        self._database.write(
            "update due set at = at + ?, remaining = remaining + ? where id = ?",
            (seconds, seconds, due.id),
        )
        return self._get(due.id)

    def restore(self, dues: Iterable[Due]) -> None:
        """They are as they were, running or paused; nothing happens to one that is over."""
        with self._database.transaction():
            for due in dues:
                self._database.write(
                    "update due set state = ?, at = ?, remaining = ? "
                    "where id = ? and state in ('set', 'paused')",
                    (due.state, due.at, due.remaining, due.id),
                )

    def close(self, due: Due, state: Literal["told", "cancelled"]) -> None:
        """It is over."""
        self._database.write("update due set state = ? where id = ?", (state, due.id))

    def reopen(self, dues: Iterable[Due]) -> None:
        """Those cancelled by mistake are as they were; nothing happens to one told since."""
        with self._database.transaction():
            for due in dues:
                self._database.write(
                    "update due set state = ? where id = ? and state = 'cancelled'",
                    (due.state, due.id),
                )

    def cancel(self, number: int) -> None:
        """It is not wanted any more; nothing happens to one that is over."""
        self._database.write(
            "update due set state = 'cancelled' where id = ? and state in ('set', 'paused')",
            (number,),
        )

    def _get(self, number: int) -> Due:
        return self._where("id = ?", (number,))[0]

    def _where(self, where: str, values: tuple[str | float | None, ...]) -> list[Due]:
        return [
            _due(row) for row in self._database.rows(f"select * from due where {where}", values)
        ]


def _due(row: sqlite3.Row) -> Due:
    return Due(**dict(row))
