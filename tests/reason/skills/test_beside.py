"""What sounds like a skill's subject and is none of its questions."""

import pytest

from edge.reason.patterns import pattern
from edge.reason.skill import Intent
from edge.reason.skills import beside as rules
from edge.reason.skills.alarms import Alarms
from edge.reason.skills.beside import beside
from edge.reason.skills.clock import Clock
from edge.reason.skills.lists import Lists
from edge.reason.skills.notes import Notes
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.spelling import Spelling
from edge.reason.skills.timers import Timers
from edge.reason.skills.units import Units

KINDS = (Alarms, Clock, Lists, Notes, Reminders, Spelling, Timers, Units)


@pytest.mark.parametrize(
    "text",
    [
        "why is spell check so bad",
        "how do i spell check in word",
        "why is a foot 12 inches",
        "what's on the mayor's agenda today",
        "what's on anna's calendar tomorrow",
        "what is next on the bestseller list",
        "is tomorrow a school holiday",
    ],
)
def test_near_misses_are_the_models(talk, text):
    """However much of a template they fit."""
    assert talk(*KINDS)(text) == "<model>"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("how do you spell cat", "cat is spelt C, A, T."),
        ("do you know how to spell cat", "cat is spelt C, A, T."),
        ("is today monday", "Today is Monday, March 2nd."),
        ("take a note that nobody ever reads why it rains", "Noted."),
        ("set a timer for five minutes", "Timer set for 5 minutes."),
    ],
)
def test_their_own_questions_stay(talk, text, answer):
    """Such as sound like those."""
    assert talk(*KINDS)(text) == answer


@pytest.mark.parametrize(
    ("rule", "beside_it", "not_beside_it"),
    [
        ("EXPLAINED", "why does it snow", "why don't you set an alarm"),
        ("EXPLAINED", "Tell me, how do people wake up?", "how does my day look"),
        ("EXPLAINED", "how can i stop the dishwasher", "how does the weather look"),
        ("MEANT", "what does snooze mean", "what does my note say"),
        ("MEANT", "was it ever warmer", "did i ever set an alarm"),
        ("WHO", "who invented the timer", "who am i meeting"),
        ("PAST", "the coldest day on record", "the coldest day this week"),
        ("PUBLIC", "when does the council meet", "when does my council meet"),
        ("OTHERS", "show me bob's calendar", "show me today's calendar"),
        ("OTHERS", "does bob have anything planned", "does tomorrow have anything planned"),
        ("OTHERS", "what's my wife doing on monday", "what's my wife's number"),
        ("ASKED", "who is on the guest list", "put bob on the guest list"),
        ("MEANT", "what should every kitchen have", "what should i buy"),
        ("SENT", "ask bob to come at six", "ask me to call bob at six"),
        ("ANY_BODY", "is 80 a good pulse for a child", "is 80 a good pulse for me"),
        ("OTHER_ALARMS", "stop the smoke alarm", "stop the alarm"),
        ("PLAYED", "please play the list", "read the list"),
        ("PLAYED", "create a playlist", "create a list"),
        ("SONG", "add this song to my list", "add the song list to my bag"),
        ("ORDERED", "add fries to my order", "add fries to my order list"),
        ("SHARED", "i want to print my list", "put print paper on my list"),
        ("SHARED", "send my list to bob", "send me my list"),
        ("OTHER_KNOBS", "turn down the lights", "turn down the sound"),
        ("OTHER_SOUNDS", "turn the radio off", "turn yourself up over the radio"),
        ("LISTENED_TO", "stop listening to the radio", "stop listening to us"),
        ("NOT_THROWN", "what is a coin", "how about a coin toss"),
        ("NOT_THROWN", "who should roll a die", "who goes first roll a die"),
        ("NOT_THROWN", "which games use dice", "let's play a game roll the dice"),
        ("OF_EVENT", "what time is church", "what time is it in church"),
        ("PART_NOW", "isn't it evening yet", "is it a cold evening"),
        ("AN_ALARM", "set a reminder alarm for lunch", "set a reminder alarm to eat"),
        ("AN_ALARM", "cancel the alarm for lunch", "cancel the alarm and the reminder"),
        ("OTHER_NOTES", "which note is this", "read my last note"),
        ("PUBLISHED", "is he on the rich list", "is milk on the shopping list"),
        ("INDOORS", "how warm is it in here", "how warm is it in my town"),
        ("EATEN", "what did I have for breakfast", "did I have any plans for dinner"),
    ],
)
def test_rules(rule, beside_it, not_beside_it):
    """Each with what it must leave alone."""
    (made,) = beside([Intent("any", ())], getattr(rules, rule))
    assert pattern(made.unless).search(beside_it)
    assert not pattern(made.unless).search(not_beside_it)


def test_only_those_named():
    """The others stay as they are, and what was ruled out before stays so."""
    one, other = beside(
        [Intent("one", (), unless="x"), Intent("other", ())], "a", "b", only=("one",)
    )
    assert (one.unless, other.unless) == ("x|a|b", "")
