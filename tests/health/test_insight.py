"""The wearer's own normal, weeks, trends, limits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from edge.health import insight
from edge.health.metrics import metrics, signs, urgent
from edge.health.source import HealthSource

TODAY = date(2026, 3, 2)
RESTING = metrics()["resting_heart_rate"]
STEPS = metrics()["steps"]


def test_usual(readings, fill):
    """One odd day does not move the normal range; the day itself is not in it."""
    fill("resting_heart_rate", [58, 60, 62, 59, 61, 60, 150, 60, 59, 61, 58, 62, 60, 90])
    usual = insight.usual(readings, RESTING, TODAY)
    assert usual.middle == 60
    assert 55 < usual.low < 58
    assert 62 < usual.high < 65
    assert usual.days == 13


def test_too_few_days(readings, fill):
    """From a few days nothing is called usual."""
    fill("resting_heart_rate", [60] * insight.ENOUGH)
    assert insight.usual(readings, RESTING, TODAY) is None
    assert insight.unusual(readings, RESTING, TODAY) is None


def test_unusual(readings, fill):
    """A day outside the own range is unusual, though no published limit is passed."""
    fill("resting_heart_rate", [60, 61, 59, 60, 62, 58] * 3 + [78])
    odd = insight.unusual(readings, RESTING, TODAY)
    assert odd.value == 78
    assert odd.limit is None


def test_usual_day(readings, fill):
    """A day within the range is not."""
    fill("resting_heart_rate", [60, 61, 59, 60, 62, 58] * 3 + [62])
    assert insight.unusual(readings, RESTING, TODAY) is None


def test_week(readings, fill):
    """A week is compared with the one before."""
    fill("steps", [4000] * 7 + [5000] * 7)
    week = insight.week(readings, STEPS, TODAY)
    assert (week.mean, week.days, week.before) == (5000, 7, 4000)


def test_trend(readings, fill):
    """A trend is told in the metric's unit a week, and one odd day does not make it."""
    values = [80 - 0.1 * n for n in range(28)]
    values[13] = 95
    fill("weight", values)
    assert insight.trend(readings, metrics()["weight"], TODAY) == pytest.approx(-0.7, abs=0.05)


@pytest.mark.parametrize(("value", "beyond"), [(110, True), (100, False), (75, False), (45, True)])
def test_resting_heart_rate(value, beyond):
    """A resting heart rate of 110 is not called normal."""
    assert (RESTING.beyond(value) is not None) is beyond


def test_every_limit_has_a_source():
    """Every limit and every sign names a source; an address is a DOI, or it is not there."""
    for metric in metrics().values():
        for limit in metric.limit:
            assert limit.source
            assert not limit.url or limit.url.startswith("https://doi.org/10.")
            assert (limit.above is None) != (limit.below is None)
    for sign in signs():
        assert sign.source


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("My chest hurts", "heart"),
        ("I have a lot of pressure in my chest", "heart"),
        ("I can't breathe", "breathing"),
        ("I can\u2019t breathe", "breathing"),
        ("his face is drooping", "stroke"),
        ("I want to die", "life"),
        ("I took too many pills", "bleeding or poison"),
        ("how did I sleep", None),
        ("put a chest of drawers on my list", None),
        ("I am dying to see that film", None),
    ],
)
def test_urgent(text, sign):
    """Signs that call for help are told from everything else."""
    found = urgent(text)
    assert (found and found.name) == sign


def test_suggestion(memory, fill):
    """What is unusual may be told unasked, with the numbers that it comes from."""
    fill("resting_heart_rate", [60, 61, 59, 60, 62, 58] * 3 + [78])
    found = HealthSource(memory).suggestions(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert [s.text for s in found] == [
        "Your resting heart rate was 78, higher than is usual for you."
    ]
    assert found[0].why.startswith("Because on 18 days before it was between 5")


def test_no_suggestion(memory, fill):
    """What is as always is not told."""
    fill("resting_heart_rate", [60, 61, 59, 60, 62, 58] * 3)
    assert HealthSource(memory).suggestions(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) == []
