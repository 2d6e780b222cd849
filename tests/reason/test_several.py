from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge.reason.several import each_length, each_place, each_time

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("set alarms for 8 am and 8 pm", ["set alarms for 8 am", "set alarms 8 pm"]),
        ("set alarms for 7 and 8 am", ["set alarms for 7 am", "set alarms 8 am"]),
        ("wake me at 5, 6 and 7 p.m.", ["wake me at 5 p.m.", "wake me 6 p.m.", "wake me 7 p.m."]),
        ("set alarms for 11 and 1 pm", ["set alarms for 11 am", "set alarms 1 pm"]),
        ("wake me at 9 and 5 p.m.", ["wake me at 9 a.m.", "wake me 5 p.m."]),
        ("set alarms for 11 and 1 am", ["set alarms for 11 pm", "set alarms 1 am"]),
        ("wake me at 12:15 and 12:30 pm", ["wake me at 12:15 pm", "wake me 12:30 pm"]),
        ("wake me at seven thirty and eight am", ["wake me at seven thirty am",
                                                  "wake me and eight am"]),
        (
            "wake me at seven tomorrow and nine on sunday",
            ["wake me at seven tomorrow", "wake me at nine on sunday"],
        ),
        (
            "remind me at 8 am and 8 pm to take my pills",
            ["remind me at 8 am to take my pills", "remind me 8 pm to take my pills"],
        ),
        (
            "set an alarm tomorrow at six, at seven and at eight",
            [f"set an alarm tomorrow at {hour}" for hour in ("six", "seven", "eight")],
        ),
        ("wake me at six and again at half past", ["wake me at six", "wake me at half past six"]),
        (
            "remind me in ten and twenty minutes to eat",
            ["remind me in ten minutes to eat", "remind me in twenty minutes to eat"],
        ),
        ("remind me tomorrow and on friday to call", ["remind me tomorrow to call",
                                                     "remind me on friday to call"]),
    ],
)  # fmt: skip
def test_a_question_is_asked_once_for_each_time(text, parts):
    """With the one alone, and with what was said for all of them."""
    assert each_time(text, NOW) == parts


@pytest.mark.parametrize(
    "text",
    [
        "set an alarm for eight",
        "remind me tomorrow at eight",
        "remind me at five that i have to call at six",
        "set an alarm every monday and friday at six",
        "remind me between two and four to rest",
        "remind me at five and 3 other things",
        "wake me at 25 pm and at 7",
        "set alarms at five or six",
        "remind me to pack 3 shirts and 13 pm socks",
        "set alarms for " + " and ".join(f"{hour} am" for hour in range(1, 9)),
    ],
)
def test_one_time_and_what_contradicts_itself_stay_whole(text):
    """Repetitions, spans, and times that nothing joins; more than anybody means."""
    assert each_time(text, NOW) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "set a pasta timer for eight minutes and an egg timer for six minutes",
            ["set a pasta timer for eight minutes", "set an egg timer for six minutes"],
        ),
        (
            "set a pasta timer for eight minutes and an egg timer for six",
            ["set a pasta timer for eight minutes", "set an egg timer for six minutes"],
        ),
        (
            "set a tea timer for four and a coffee timer for five minutes",
            ["set a tea timer for four minutes", "set a coffee timer for five minutes"],
        ),
        (
            "set timers for 5, 10 and 15 minutes",
            [f"set a timer for {n} minutes" for n in (5, 10, 15)],
        ),
        (
            "set a timer for 5 minutes and another one for 10",
            ["set a timer for 5 minutes", "set a timer for 10 minutes"],
        ),
        (
            "start a timer for one hour and another for an hour and a half",
            ["start a timer for one hour", "start a timer for an hour and a half"],
        ),
    ],
)
def test_a_question_is_asked_once_for_each_length(text, parts):
    """Names stay with their lengths."""
    assert each_length(text, NOW) == parts


@pytest.mark.parametrize(
    "text",
    ["set a timer for an hour and twenty minutes", "set timers", "two hours and ten minutes"],
)
def test_one_length_stays_whole(text):
    """Hours and minutes are one."""
    assert each_length(text, NOW) == []


def test_another_one_with_a_name():
    """The unit is that of the first one, and each has its own name."""
    parts = each_length("set a timer for 10 minutes called tea and another for 5 called eggs", NOW)
    assert parts == [
        "set a timer for 10 minutes called tea",
        "set a timer for 5 minutes called eggs",
    ]


def test_timers_that_are_counted_first():
    """ "Two timers, one for ... and one for ..."."""
    parts = each_length("set two timers, one for five minutes and one for ten", NOW)
    assert parts == ["set a timer for five minutes", "set a timer for ten minutes"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "what time is it in new york and in sydney",
            ["what time is it in new york", "what time is it in sydney"],
        ),
        (
            "What's the weather in Paris and Rome tomorrow?",
            ["What's the weather in Paris tomorrow?", "What's the weather in Rome tomorrow?"],
        ),
        ("what's the time in trinidad and tobago", []),
        ("what's the weather in bed and breakfast", []),
        ("what time is it in rome", []),
    ],
)
def test_a_question_is_asked_once_for_each_place(text, parts):
    """Where both are places, and not one."""
    assert each_place(text, NOW) == parts


def test_each_timer_has_the_length_that_follows_its_name():
    """Behind a comma, too."""
    said = "set a timer for the laundry, forty minutes, and another for the dryer, an hour"
    assert each_length(said, NOW) == [
        "set a laundry timer for forty minutes",
        "set dryer timer for an hour",
    ]


def test_one_for_each_of_several_times():
    """Set two alarms, one for six and one for seven."""
    assert each_time("set two alarms, one for six and one for seven pm", NOW) == [
        "set alarms for six",
        "set alarms for seven pm",
    ]
