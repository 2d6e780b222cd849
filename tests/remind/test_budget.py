"""The interruption budget."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from edge.remind.budget import Habits, Situation, decide

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [((21, 59), False), ((22, 0), True), ((3, 0), True), ((6, 59), True), ((7, 0), False)],
)
def test_quiet_over_midnight(moment, quiet):
    """Quiet hours go over midnight; their end is no longer quiet."""
    assert Habits().quiet(datetime(2026, 3, 2, *moment, tzinfo=UTC)) is quiet


def test_quiet_in_the_day():
    """Quiet hours may lie within a day."""
    habits = Habits(quiet_from=time(13), quiet_until=time(15))
    assert habits.quiet(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))
    assert not habits.quiet(NIGHT)


def test_no_quiet_hours():
    """From a time to the same time is never."""
    assert not Habits(quiet_from=time(7), quiet_until=time(7)).quiet(NIGHT)


def test_asked_always():
    """What the wearer asked for comes by voice, at night and undisturbed alike."""
    situation = Situation(NIGHT, told_today=99, undisturbed_until=NIGHT + timedelta(hours=1))
    assert decide("asked", Habits(), situation).channel == "voice"


def test_useful_by_earcon():
    """A suggestion is at most an earcon unless the wearer wants to hear it."""
    assert decide("useful", Habits(), Situation(NOON)).channel == "earcon"
    assert decide("useful", Habits(suggestions="voice"), Situation(NOON)).channel == "voice"
    assert decide("useful", Habits(suggestions="display"), Situation(NOON)).channel == "display"


@pytest.mark.parametrize(
    ("habits", "situation", "reason", "again"),
    [
        (Habits(), Situation(NIGHT), "quiet hours", datetime(2026, 3, 3, 7, tzinfo=UTC)),
        (
            Habits(),
            Situation(NOON, undisturbed_until=NOON + timedelta(hours=1)),
            "not to be disturbed",
            NOON + timedelta(hours=1),
        ),
        (Habits(), Situation(NOON, muted=True), "never to be told", None),
        (Habits(suggestions="off"), Situation(NOON), "turned off", None),
        (
            Habits(),
            Situation(NOON, last_told=NOON - timedelta(hours=1)),
            "said already",
            NOON + timedelta(hours=19),
        ),
        (
            Habits(daily_cap=2),
            Situation(NOON, told_today=2),
            "enough suggestions",
            datetime(2026, 3, 3, tzinfo=UTC),
        ),
    ],
)
def test_useful_refused(habits, situation, reason, again):
    """Each reason to keep quiet is named, with the moment from which it no longer holds."""
    decision = decide("useful", habits, situation)
    assert decision.channel is None
    assert reason in decision.reason
    assert decision.again == again


def test_repeated_is_quiet_at_night():
    """ "Every two hours" sleeps when the wearer does."""
    assert decide("repeated", Habits(), Situation(NIGHT)).channel is None
    assert decide("repeated", Habits(), Situation(NOON)).channel == "voice"


@pytest.mark.parametrize(
    ("situation", "channel"),
    [
        (Situation(NOON, told_today=99), "voice"),
        (Situation(NIGHT), "display"),
        (Situation(NOON, undisturbed_until=NOON + timedelta(hours=1)), "display"),
        (Situation(NOON, muted=True), None),
    ],
)
def test_a_warning_is_seen_where_it_may_not_be_heard(situation, channel):
    """The device's own state: not one of the suggestions, and nothing to wake somebody up for."""
    assert decide("warning", Habits(suggestions="off"), situation).channel == channel
