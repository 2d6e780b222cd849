"""Trends, weeks, and what is unusual for the wearer: numbers, with what they are compared with."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from edge.health.metrics import Limit, Metric
from edge.health.readings import Readings

USUAL_DAYS = 28
"""Days before the ones looked at, from which the wearer's normal range is made."""
ENOUGH = 10
"""Days with a value that a normal range needs."""
WIDTH = 2.0
"""Robust standard deviations on either side of the median: about 95 % of normal days."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The wearer's own normal range: median and 1.4826 times the median absolute deviation,
    which a few odd days do not move (Leys et al. 2013, doi.org/10.1016/j.jesp.2013.03.013)."""

    low: float
    middle: float
    high: float
    days: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days and the seven before."""

    mean: float
    days: int
    """Days with a value."""
    before: float | None
    """The mean of the week before; None where it has too few days."""


def usual(readings: Readings, metric: Metric, before: date) -> Usual | None:
    """The normal range up to the day before `before`; None where there are too few days."""
    first = before - timedelta(days=USUAL_DAYS)
    values = list(readings.days(metric, first, before - timedelta(days=1)).values())
    if len(values) < ENOUGH:
        return None
    middle = statistics.median(values)
    spread = 1.4826 * statistics.median([abs(value - middle) for value in values])
    # All days alike would make any other day unusual.
    spread = max(spread, abs(middle) * 0.02)
    return Usual(middle - WIDTH * spread, middle, middle + WIDTH * spread, len(values))


def week(readings: Readings, metric: Metric, last: date) -> Week | None:
    """The seven days that end with `last`, and those before them; None without any value."""
    values = _values(readings, metric, last, 7)
    if not values:
        return None
    earlier = _values(readings, metric, last - timedelta(days=7), 7)
    before = statistics.fmean(earlier) if len(earlier) >= 3 else None
    return Week(statistics.fmean(values), len(values), before)


def trend(readings: Readings, metric: Metric, last: date, days: int = 28) -> float | None:
    """The change a week over the last `days`, by the median of all slopes (Theil and Sen).

    None where there are too few days.
    """
    found = readings.days(metric, last - timedelta(days=days - 1), last)
    points = [(day.toordinal(), value) for day, value in found.items()]
    if len(points) < ENOUGH:
        return None
    slopes = [
        (right[1] - left[1]) / (right[0] - left[0])
        for place, left in enumerate(points)
        for right in points[place + 1 :]
    ]
    return 7 * statistics.median(slopes)


@dataclass(frozen=True, slots=True)
class Unusual:
    """A day outside the wearer's own normal range."""

    metric: Metric
    day: date
    value: float
    usual: Usual
    limit: Limit | None
    """A published limit that the value is beyond as well."""


def unusual(readings: Readings, metric: Metric, day: date) -> Unusual | None:
    """What is unusual about `day`; None where nothing is, or where it cannot be told."""
    value = readings.days(metric, day, day).get(day)
    normal = usual(readings, metric, day)
    if value is None or normal is None or normal.low <= value <= normal.high:
        return None
    return Unusual(metric, day, value, normal, metric.beyond(value))


def _values(readings: Readings, metric: Metric, last: date, days: int) -> Sequence[float]:
    return list(readings.days(metric, last - timedelta(days=days - 1), last).values())
