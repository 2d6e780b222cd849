from datetime import UTC, datetime, timedelta

import pytest

from edge.reason.leads import find_lead

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said", "length"),
    [
        ("remind me an hour before my meeting", "an hour before", timedelta(hours=1)),
        ("my mom's birthday a week before", "a week before", timedelta(weeks=1)),
        ("four hours prior to that meeting", "four hours prior to", timedelta(hours=4)),
        ("a few hours ahead of time", "a few hours ahead of time", timedelta(hours=3)),
        ("the call 15 minutes early", "15 minutes early", timedelta(minutes=15)),
        (
            "two and a half hours in advance",
            "two and a half hours in advance",
            timedelta(hours=2.5),
        ),
        ("half an hour beforehand", "half an hour beforehand", timedelta(minutes=30)),
        ("alert me hour before my visit", "hour before", timedelta(hours=1)),
        ("remind me the day before my trial", "the day before", timedelta(days=1)),
        ("remind me in one day advance", "in one day advance", timedelta(days=1)),
        ("a ten minute warning for the class", "ten minute", timedelta(minutes=10)),
        ("a one hour heads up before the lunch", "one hour heads up before", timedelta(hours=1)),
        ("a thirty minute reminder for the meeting", "thirty minute", timedelta(minutes=30)),
    ],
)
def test_how_long_before_is_read_as_it_is_spoken(text, said, length):
    """The length, with the word that says that it is before something."""
    found = find_lead(text, NOW)
    assert found is not None
    assert (found.said(text), found.value) == (said, length)


@pytest.mark.parametrize(
    "text",
    [
        "a week before christmas",
        "at ten minutes before five",
        "an hour before noon",
        "in ten minutes",
        "set a timer for an hour",
        "call mum before lunch",
        "the week before christmas",
        "the day before yesterday",
        "what does the week ahead look like",
        "an early day before the trip",
        "a ten minute reminder to check the oven",
        "a ten minute reminder for the laundry",
    ],
)
def test_what_is_a_time_itself_or_no_length_is_none(text):
    """Nothing is ahead of these."""
    assert find_lead(text, NOW) is None
