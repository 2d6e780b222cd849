"""The wearer's numbers in the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from edge.health.metrics import Metric, metrics
from edge.memory import Memory


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one metric, in its unit. Moments are seconds since 1970, UTC."""

    metric: str
    day: date
    """The local day that it belongs to; of a night the one that it ends on."""
    start: float
    end: float
    value: float
    source: str
    """The device or person that it comes from."""


class Readings:
    """The tables `readings` and `goals`."""

    def __init__(self, memory: Memory) -> None:
        self._database = memory.database

    def add(self, readings: Iterable[Reading]) -> int:
        """Keep readings, a few thousand a transaction; the same one twice is kept once."""
        count = 0
        rest = iter(readings)
        while batch := list(islice(rest, 5000)):
            self._database.write_many(
                "insert into readings (metric, day, start_at, end_at, value, source)"
                " values (?, ?, ?, ?, ?, ?)",
                [(r.metric, r.day.isoformat(), r.start, r.end, r.value, r.source) for r in batch],
            )
            count += len(batch)
        return count

    def days(self, metric: Metric, first: date, last: date) -> dict[date, float]:
        """Each day's value between two days, both included; days without one are missing.

        Sums are those of the source that counted most: a watch and a telephone on the same walk
        are not two walks.
        """
        if metric.total:
            rows = self._database.rows(
                "select day, max(total) from (select day, sum(value) as total from readings"
                " where metric = ? and day between ? and ? group by day, source) group by day"
                " order by day",
                (metric.key, first.isoformat(), last.isoformat()),
            )
        else:
            rows = self._database.rows(
                "select day, avg(value) from readings where metric = ? and day between ? and ?"
                " group by day order by day",
                (metric.key, first.isoformat(), last.isoformat()),
            )
        return {date.fromisoformat(row[0]): float(row[1]) for row in rows}

    def last(self, metric: Metric) -> Reading | None:
        """The latest reading."""
        rows = self._database.rows(
            "select * from readings where metric = ? order by end_at desc, id desc limit 1",
            (metric.key,),
        )
        return _reading(rows[0]) if rows else None

    def last_said(self) -> Reading | None:
        """The latest that the wearer told."""
        rows = self._database.rows(
            "select * from readings where source = 'said' order by end_at desc, id desc limit 1"
        )
        return _reading(rows[0]) if rows else None

    def forget(self, reading: Reading) -> None:
        """Delete what was told at the same moment: both numbers of a blood pressure."""
        self._database.write(
            "delete from readings where source = ? and end_at = ?", (reading.source, reading.end)
        )
        self._database.fold_log()

    def count(self, metric: Metric | None = None) -> int:
        """How many there are, of one metric or of all."""
        key = metric.key if metric else None
        count = self._database.one(
            "select count(*) from readings where ? is null or metric = ?", (key, key)
        )
        return int(count)

    def clear(self, metric: Metric | None = None) -> None:
        """Delete those of one metric, or all, for good."""
        key = metric.key if metric else None
        self._database.write("delete from readings where ? is null or metric = ?", (key, key))
        self._database.fold_log()

    def known(self) -> list[Metric]:
        """The metrics of which there is a reading."""
        rows = self._database.rows("select distinct metric from readings order by metric")
        return [metrics()[row[0]] for row in rows if row[0] in metrics()]

    def counts(self) -> dict[str, tuple[int, str, str]]:
        """How many readings each metric has, with the first and the last day."""
        rows = self._database.rows(
            "select metric, count(*), min(day), max(day) from readings group by metric"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def set_goal(self, metric: Metric, value: float, *, at: float) -> None:
        """Remember what the wearer wants to reach each day."""
        self._database.write(
            "insert into goals (metric, value, set_at) values (?, ?, ?)"
            " on conflict (metric) do update set value = excluded.value, set_at = excluded.set_at",
            (metric.key, value, at),
        )

    def goal(self, metric: Metric) -> float | None:
        """What the wearer wants to reach each day."""
        value = self._database.one("select value from goals where metric = ?", (metric.key,))
        return None if value is None else float(value)


def _reading(row: sqlite3.Row) -> Reading:
    return Reading(
        row["metric"],
        date.fromisoformat(row["day"]),
        row["start_at"],
        row["end_at"],
        row["value"],
        row["source"],
    )
