"""Health numbers by voice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge.health.readings import Reading, Readings
from edge.reason.skills.health import Health


@pytest.fixture
def say(talk):
    """A conversation about the wearer's numbers."""
    return talk(Health)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("my weight is seventy kilos", "Noted: weight 70 kilograms."),
        ("I weigh 154 pounds", "Noted: weight 69.9 kilograms."),
        ("my resting heart rate is 64", "Noted: resting heart rate 64 beats per minute."),
        ("my blood pressure is 120 over 80", "Noted: blood pressure 120 over 80."),
        ("I walked 8000 steps today", "Noted: 8,000 steps."),
        ("I slept seven hours last night", "Noted: sleep 7 hours."),
    ],
)
def test_enter(say, text, answer):
    """A number that was said is kept in its unit, and said back."""
    assert say(text) == answer
    assert say.memory.count()["readings"] >= 1


def test_ask(say):
    """What was entered is told when it is asked for."""
    assert say("what's my weight") == "I have no readings of your weight yet."
    say("my weight is seventy kilos")
    assert say("what's my weight") == "Your weight was 70 kilograms today."
    say("I slept seven hours last night")
    assert say("how did I sleep last night") == "7 hours last night."


def test_day_of_the_week(say):
    """ "On Sunday", said on a Monday of what was, is yesterday; a coming day has no numbers."""
    say("I walked 8000 steps yesterday")
    assert say("how many steps did I take on sunday").startswith("8,000 steps yesterday")
    assert "yesterday it was 8,000 steps" in say("how many steps did I take on tuesday")


def test_no_change(say):
    """What has not changed neither rises nor falls."""
    readings, now = Readings(say.memory), say.wall.now()
    days = [now - timedelta(days=back) for back in range(28)]
    readings.add(
        [Reading("steps", day.date(), day.timestamp(), day.timestamp(), 8000.0, "") for day in days]
    )
    answer = say("compare my steps with last week")
    assert answer == "8,000 steps a day over 7 days, the same as the week before."


def test_110_is_not_normal(say):
    """A resting heart rate of 110 is not called normal, and the source is shown."""
    answer = say("is a resting heart rate of 110 normal")
    assert answer.startswith("No: a resting heart rate over 100 is above the usual range")
    assert "talk to a doctor" in answer
    assert say.cards[-1]["lines"][0] == "American Heart Association, Target heart rates"


def test_both_numbers_of_a_blood_pressure_are_judged(say):
    """By the one that is beyond a limit."""
    assert say("is my blood pressure of 150 over 80 normal").startswith(
        "An upper blood pressure of"
    )
    assert "a lower blood pressure over 120" in (
        say("is my blood pressure of 110 over 125 normal").lower()
    )
    assert say("is my blood pressure of 110 over 70 normal").startswith(
        "110 over 70 is beyond none"
    )


def test_unremarkable(say):
    """What is beyond no limit is not called healthy either."""
    assert say("is 65 a normal resting heart rate").endswith("I can't judge more.")


def test_impossible(say):
    """A number that nobody has is asked back, and not kept."""
    assert say("my resting heart rate is 9000") == (
        "Resting heart rate 9000 can't be right. What is it?"
    )
    assert "readings" not in say.memory.count()


def test_goal(say):
    """A goal is set, and what is missing is told."""
    assert say("set my step goal to 10000") == "Your steps goal is 10,000 steps a day."
    say("I walked 8000 steps today")
    assert say("did I reach my step goal") == "8,000 steps so far; 2,000 more to go."


@pytest.mark.parametrize(
    "text",
    [
        "my chest hurts",
        "I can't breathe",
        "my arm went numb",
        "what shall I do, my chest hurts",
        "think hard about what to do, I have chest pain and my left arm hurts",
        "think about it: why do I have chest pain",
    ],
)
def test_urgent(say, text):
    """Urgent signs lead to help, plainly and without a judgement, however hard to think about."""
    assert say(text).startswith("That can be an emergency. I can't judge it: please call")


def test_question_about_a_sign(say):
    """A question about an illness is no emergency."""
    assert say("what is a heart attack") == "<model>"
    assert say("think hard about what a heart attack is") == "<model>"
    assert say("think hard about what to cook") == "<model>"


def test_the_answer_is_shown(say):
    """With the own range, or with the limit that it is beyond and where that comes from."""
    say("my resting heart rate is 110")
    say("what is my resting heart rate")
    assert say.cards[-1]["title"] == "Resting heart rate"
    assert say.cards[-1]["lines"][0].endswith(": 110 beats per minute")
    assert "American Heart Association, Target heart rates" in say.cards[-1]["lines"]
    say("i walked 9000 steps")
    say("how many steps did i take today")
    assert say.cards[-1]["lines"][0].endswith(": 9,000 steps")
