"""Alarms by voice."""

from __future__ import annotations

from datetime import datetime

import pytest

from edge.reason.patterns import pattern
from edge.reason.skills.alarm_phrases import SEVERAL
from edge.reason.skills.alarms import Alarms


@pytest.fixture
def say(talk):
    """A conversation with the alarms."""
    return talk(Alarms)


@pytest.mark.parametrize(
    ("text", "answer", "at"),
    [
        ("wake me up at seven", "Alarm set for 7 AM tomorrow.", "2026-03-03T07:00"),
        ("set an alarm for 9 tomorrow", "Alarm set for 9 AM tomorrow.", "2026-03-03T09:00"),
        ("set an alarm for noon", "Alarm set for noon tomorrow.", "2026-03-03T12:00"),
        ("set an alarm for five pm", "Alarm set for 5 PM today.", "2026-03-02T17:00"),
        (
            "i want to wake up at six am tomorrow please",
            "Alarm set for 6 AM tomorrow.",
            "2026-03-03T06:00",
        ),
        ("set a timer for five pm", "Alarm set for 5 PM today.", "2026-03-02T17:00"),
        ("start a timer until noon", "Alarm set for noon tomorrow.", "2026-03-03T12:00"),
        ("set a timer until six", "Alarm set for 6 PM today.", "2026-03-02T18:00"),
        ("timer till half past nine", "Alarm set for 9:30 PM today.", "2026-03-02T21:30"),
        (
            "set a gym alarm for 6 on weekdays",
            "Gym alarm set for 6 AM every weekday.",
            "2026-03-03T06:00",
        ),
        (
            "i would like a wake up alarm at seven am tomorrow",
            "Wake up alarm set for 7 AM tomorrow.",
            "2026-03-03T07:00",
        ),
    ],
)
def test_set(say, text, answer, at):
    """An alarm is for the time that was said, by the clock on the wall."""
    assert say(text) == answer
    due = say.memory.due.open("alarm")[0]
    assert due.wall == f"{at}:00"
    assert datetime.fromtimestamp(due.at, say.wall.now().tzinfo).isoformat()[:16] == at


def test_ask_back(say):
    """Without a time it is asked for."""
    assert say("set an alarm") == "For what time?"
    assert say("half past eight") == "Alarm set for 8:30 PM today."


def test_day_without_time(say):
    """A day alone is no time: it is asked for, and the day is kept."""
    assert say("set an alarm for tomorrow") == "At what time?"
    assert say("at six") == "Alarm set for 6 AM tomorrow."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("set an alarm for the 31 february", "There is no 31 February: it has 29 days at most."),
        ("wake me at 7 am at 9 pm", "You said two different times. Which one?"),
        ("set an alarm for 9 am today", "That time has passed. When should it be?"),
    ],
)
def test_impossible(say, text, answer):
    """What cannot be is asked back in one sentence, and nothing is set."""
    assert say(text) == answer
    assert say.memory.due.open() == []


def test_rings(say):
    """It rings at its time, with its name."""
    say("set a gym alarm for one pm")
    assert say.wait(3600) == ["It's 1 PM. This is your alarm: gym."]


def test_twice(say):
    """The same alarm is not set twice."""
    say("set an alarm for five pm")
    assert say("set an alarm for five pm") == "There is an alarm for 5 PM today already."
    assert len(say.memory.due.open()) == 1


def test_list(say):
    """Alarms are listed, the next one first, also for a part of a day."""
    assert say("what alarms do i have") == "There is no alarm."
    say("wake me up at seven")
    say("set an alarm for five pm")
    assert say("what alarms do i have") == "There are alarms for 5 PM today and 7 AM tomorrow."
    assert say("when is my next alarm") == "The next alarm is for 5 PM today."
    assert say("do i have any alarms for tomorrow morning") == "The alarm is for 7 AM tomorrow."


def test_cancel(say):
    """One is cancelled by its time or its name; which one is asked where it is not clear."""
    say("wake me up at seven")
    say("set a gym alarm for five pm")
    assert say("cancel my alarm") == "Which one: 5 PM today, gym or 7 AM tomorrow?"
    assert say("7 am") == "Alarm for 7 AM tomorrow cancelled."
    assert say("cancel my gym alarm") == "Gym alarm for 5 PM today cancelled."
    assert say("cancel my alarm") == "There is no alarm."


def test_by_order(say):
    """The first alarm is not that of the first of the month, and of a day it is the first then."""
    for text in ("six am tomorrow", "seven am tomorrow", "nine am on friday"):
        say(f"set an alarm for {text}")
    assert say("when is my second alarm") == "The alarm is for 7 AM tomorrow."
    assert say("turn off my first alarm") == "Alarm for 6 AM tomorrow cancelled."
    assert say("turn off the first alarm on friday") == "Alarm for 9 AM on Friday cancelled."
    assert say("cancel the next alarm") == "Alarm for 7 AM tomorrow cancelled."


def test_an_alarm_for_something_is_called_that(say):
    """Also where it is called a reminder alarm."""
    say("set a reminder alarm for dance class at six pm")
    answer = "The alarm is for 6 PM today, dance class."
    assert say("did i remember to set a reminder alarm for my next dance class") == answer
    assert say("what reminder alarms are set") == answer


@pytest.mark.parametrize("text", ["change the alarm sound", "set the alarm volume to high"])
def test_what_it_sounds_like_is_not_chosen(say, text):
    """Nobody is asked for what time."""
    assert say(text) == "<model>"


def test_a_wake_up_call_is_one(say):
    """It is set and cancelled."""
    assert say("give me a wake up call at six am") == "Alarm set for 6 AM tomorrow."
    assert say("cancel my six am wake up call") == "Alarm for 6 AM tomorrow cancelled."


@pytest.mark.parametrize(
    "text",
    [
        "have an alarm set for six am",
        "have an alarm go off at six am",
        "when it's six am wake me up",
        "is it possible to set an alarm for six am",
        "are you able to set an alarm for six am",
        "do me a favor and set an alarm for six am",
        "how about an alarm at six am",
        "have the alarm sound at six am",
        "set an alarm tone for six am",
    ],
)
def test_a_wish_as_a_question_is_one(text):
    """What is asked sets nothing, but these are no questions about an alarm."""
    found = next(one for one in Alarms.intents if one.name == "set")
    assert pattern(found.unless).search(text) is None


@pytest.mark.parametrize(
    "text", ["is my alarm set for six", "when is the alarm", "did i set one", "have i set an alarm"]
)
def test_a_question_sets_nothing(text):
    """It is about the alarms there are."""
    found = next(one for one in Alarms.intents if one.name == "set")
    assert pattern(found.unless).search(text)


@pytest.mark.parametrize("name", ["set", "cancel", "list"])
def test_to_see_to_an_alarm_is_reminded_of(name):
    """Nothing is set or cancelled now."""
    found = next(one for one in Alarms.intents if one.name == name)
    for text in ("remind me to set my alarm at nine", "don't let me forget the alarm clock"):
        assert pattern(found.unless).search(text)


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("cancel the first two alarms", True),
        ("cancel my second and third alarm", True),
        ("cancel the first alarm", False),
        ("cancel all alarms before the last one", False),
        ("cancel the next alarm at two", False),
    ],
)
def test_some_of_the_alarms_are_not_all(text, many):
    """They are not cancelled with all others."""
    assert (pattern(SEVERAL).search(text) is not None) == many


def test_an_alarm_is_moved_by_its_place(say):
    """And no other is set beside it."""
    for text in ("six", "seven", "eight"):
        say(f"set an alarm for {text} am")
    assert say("move my first alarm to nine am") == "Alarm moved to 9 AM tomorrow."
    answer = "There are alarms for 7 AM tomorrow, 8 AM tomorrow and 9 AM tomorrow."
    assert say("what alarms do i have") == answer


def test_a_wake_up_call_is_moved(say):
    """It is an alarm."""
    say("give me a wake up call at six am")
    assert say("change my wake up call to seven am") == "Alarm moved to 7 AM tomorrow."


def test_a_name_may_begin_with_a_number(say):
    """It is no time."""
    assert say("set an alarm called 5k for six am") == "5k alarm set for 6 AM tomorrow."


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("i don't need an alarm", "There is one for 7 AM tomorrow. Shall I cancel it?"),
        ("we do not need any alarms now", "There is one for 7 AM tomorrow. Shall I cancel it?"),
    ],
)
def test_who_wants_none_is_asked(say, text, asked):
    """They may not know of the one that is set."""
    say("wake me up at seven")
    assert say(text) == asked
    assert say("no") == "I'll keep it."
    assert say(text) == asked
    assert say("yes") == "Alarm for 7 AM tomorrow cancelled."
    assert say(text) == "There is no alarm."


def test_who_does_not_need_the_alarm_is_not_asked(say):
    """It is the one that is set."""
    say("wake me up at seven")
    assert say("i don't need the alarm anymore") == "Alarm for 7 AM tomorrow cancelled."
    say("wake me up at seven")
    assert say("i don't need an alarm anymore") == "Alarm for 7 AM tomorrow cancelled."
