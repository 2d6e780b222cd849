"""When the seasons begin."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from edge.reason.dates import find_when
from edge.reason.seasons import season

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "year", "month", "day"),
    [
        # United States Naval Observatory, Earth's Seasons, in UTC.
        ("spring equinox", 2024, 3, 20),
        ("summer solstice", 2024, 6, 20),
        ("fall equinox", 2024, 9, 22),
        ("winter solstice", 2024, 12, 21),
        ("summer solstice", 2025, 6, 21),
        ("autumnal equinox", 2026, 9, 23),
        ("first day of winter", 2027, 12, 22),
    ],
)
def test_they_begin_when_the_sun_says(name, year, month, day):
    """Five minutes past midnight, in September 2026."""
    assert season(name, year, UTC) == date(year, month, day)


def test_the_day_is_that_of_the_wearer():
    """When it is five past midnight in Greenwich, it is still the day before in Boston."""
    assert season("fall equinox", 2026, ZoneInfo("America/New_York")) == date(2026, 9, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("the winter solstice", date(2026, 12, 21)),
        ("winter solstice two years from now", date(2028, 12, 21)),
        ("the summer solstice", date(2027, 6, 21)),
        ("the first day of spring", date(2027, 3, 20)),
        ("the spring equinox this year", date(2026, 3, 20)),
        ("the first day of may", date(2027, 5, 1)),
        ("easter fall this year", date(2026, 4, 5)),
        ("july fourth this year", date(2026, 7, 4)),
    ],
)
def test_they_are_days_like_others(text, day):
    """The coming one, or that of the year that is named."""
    found = find_when(text, NOW)
    assert found is not None
    assert found.value.day == day


@pytest.mark.parametrize(
    "text",
    [
        "when is the first day of spring break",
        "the first day of the fall semester",
        "the first day of summer school",
        "the first day of spring training",
        "until the first day of winter term",
    ],
)
def test_what_has_its_name_from_a_season_begins_on_another_day(text):
    """Which no almanac has."""
    assert find_when(text, NOW) is None
