from datetime import timedelta

import pytest

from edge.reason.durations import durations, spoken, whole_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("ten minutes", timedelta(minutes=10)),
        ("an hour and a half", timedelta(minutes=90)),
        ("one and a half hours", timedelta(minutes=90)),
        ("half an hour", timedelta(minutes=30)),
        ("three quarters of an hour", timedelta(minutes=45)),
        ("2 minutes 30", timedelta(minutes=2, seconds=30)),
        ("five hours and thirty minutes", timedelta(hours=5, minutes=30)),
        ("10-minute", timedelta(minutes=10)),
        ("a couple of days", timedelta(days=2)),
        ("1.5 hours", timedelta(minutes=90)),
        ("for 45 secs", timedelta(seconds=45)),
        ("two more minutes", timedelta(minutes=2)),
    ],
)
def test_a_length_is_read_as_it_is_spoken(text, length):
    """Amounts with units, halves and quarters, several units in a row."""
    assert whole_duration(text) == length


def test_one_or_the_other_is_two_lengths():
    """Which of them it is has to be asked; what is between "or" and nothing counts none."""
    found = durations("a timer for five or six minutes")
    assert [one.value for one in found] == [timedelta(minutes=5), timedelta(minutes=6)]
    assert [one.value for one in durations("tea or six minutes")] == [timedelta(minutes=6)]


def test_one_is_no_rest_of_a_length():
    """ "The ten minute one" is a timer, "ten minutes thirty" a length."""
    assert [found.value for found in durations("the ten minute one")] == [timedelta(minutes=10)]


def test_a_rank_before_nothing_is_seconds():
    """In "a twenty second timer" the number and the unit sound like a rank."""
    assert [found.value for found in durations("a twenty second timer")] == [timedelta(seconds=20)]


@pytest.mark.parametrize("text", ["a few minutes", "ten", "soon", "minutes", "ten miles"])
def test_what_has_no_amount_or_no_unit_is_not_guessed(text):
    """An amount that was not said is none."""
    assert whole_duration(text) is None


def test_a_length_beyond_all_reason_is_none():
    """What no calendar can hold does not raise."""
    assert whole_duration("nine hundred million million weeks") is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 second"), (60, "1 minute"), (5400, "1 hour and 30 minutes"), (0, "0 seconds")],
)
def test_a_length_is_spoken_in_its_two_largest_units(seconds, text):
    """Singular and plural are right."""
    assert spoken(timedelta(seconds=seconds)) == text
