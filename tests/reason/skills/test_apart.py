"""Several requests of different kinds in one breath."""

import pytest

from edge.reason.skills.alarms import Alarms
from edge.reason.skills.clock import Clock
from edge.reason.skills.lists import Lists
from edge.reason.skills.notes import Notes
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.timers import Timers
from edge.reason.skills.units import Units


@pytest.fixture
def say(talk):
    return talk(Alarms, Timers, Reminders, Lists, Notes, Clock, Units)


SAID = {
    "set a timer for five minutes and add milk to the list":
        "Timer set for 5 minutes. Added milk to the shopping list.",
    "Add eggs and milk to my shopping list, and then set a timer for five minutes.":
        "Added eggs and milk to the shopping list. Timer set for 5 minutes.",
    "set an alarm for 6 pm and remind me to take my pills at 8 pm":
        "Alarm set for 6 PM today. I'll remind you at 8 PM: take your pills.",
    "remind me to call ann at six and set a tea timer for five minutes":
        "I'll remind you at 6 PM: call ann. Tea timer set for 5 minutes.",
    "what time is it and what's the date": "It's noon. Today is Monday, March 2nd.",
    "what time is it, set a timer for five minutes and add milk to the list":
        "It's noon. Timer set for 5 minutes. Added milk to the shopping list.",
    "convert 5 miles to kilometers and 10 pounds to kilograms":
        "5 miles is 8.05 kilometers. 10 pounds is 4.54 kilograms.",
    # What is to be done is said once.
    "set a timer for ten minutes and an alarm for 7 pm":
        "Timer set for 10 minutes. Alarm set for 7 PM today.",
    "set a timer for ten minutes and a reminder to call mum at six":
        "Timer set for 10 minutes. I'll remind you at 6 PM: call mum.",
    # Each thing at its time.
    "remind me to drink water in ten minutes and again in twenty":
        "I'll remind you at 12:10 PM: drink water. I'll remind you at 12:20 PM: drink water.",
    "remind me to call the dentist at ten and pick up the kids at three":
        "I'll remind you at 10 PM: call the dentist. I'll remind you at 3 PM: pick up the kids.",
    "remind me tomorrow at ten to call bob and at three to call ann":
        "I'll remind you tomorrow at 10 AM: call bob. I'll remind you tomorrow at 3 PM: call ann.",
    "remind me to buy milk and eggs at five and to call bob at six":
        "I'll remind you at 5 PM: buy milk and eggs. I'll remind you at 6 PM: call bob.",
    "remind me tomorrow at 8 to take out the trash and every tuesday at 7 to water the plants":
        "I'll remind you tomorrow at 8 AM: take out the trash. I'll remind you every Tuesday at"
        " 7 AM: water the plants.",
    # One, where what is behind the "and" may belong to what is before it.
    "remind me at six to wash up and set the table":
        "I'll remind you at 6 PM: wash up and set the table.",
    "remind me at six to stop the oven and stop the timer":
        "I'll remind you at 6 PM: stop the oven and stop the timer.",
    "take a note that we need eggs and what time is it": "Noted.",
    "add eggs and bread to my list": "Added eggs and bread to the shopping list.",
    "remind me to call mum and dad tomorrow": "I'll remind you tomorrow at 9 AM: call mum and dad.",
    "remind me at six to wash and iron": "I'll remind you at 6 PM: wash and iron.",
    "how many days between march 3rd and may 10th":
        "68 days from Tuesday, March 3rd to Sunday, May 10th.",
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_each_whole_request_is_done(say, text):
    """Nothing of what was asked is lost, and nothing is torn apart."""
    assert say(text) == SAID[text]


def test_what_is_to_be_cancelled_is_said_once(say):
    """Also of several things; and all of it comes back."""
    say("set a timer for ten minutes")
    say("remind me at six to call mum")
    cancelled = "10 minute timer cancelled. Cancelled: call mum."
    assert say("cancel the timer and the reminder") == cancelled
    assert say("undo") == "Okay, I took that back."
    say("set an egg timer for six minutes")
    assert say("pause the ten minute timer and the egg timer") == (
        "10 minute timer paused, with 10 minutes left. Egg timer paused, with 6 minutes left."
    )


class Shopper:
    """A classifier that takes what is added for shopping, and knows nothing else."""

    names = ("list.add", "timer.set", "clock.time")
    threshold = 0.5

    def begin(self, text):
        pass

    def rank(self, text, templates=()):
        fitting = next((name for name, _ in templates), "")
        if text.startswith(("add", "put")) or not fitting:
            return [("list.add", 0.9)]
        return [(fitting, 0.9)]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "add milk, and set a timer for ten minutes, and tell me the time",
            "Added milk to the shopping list. Timer set for 10 minutes. It's noon.",
        ),
        (
            "add bread and butter and set a timer for ten minutes",
            "Added bread and butter to the shopping list. Timer set for 10 minutes.",
        ),
        ("add bread and butter", "Added bread and butter to the shopping list."),
    ],
)
def test_what_is_added_is_a_request_of_its_own(say, text, answer):
    """Although no template fits it without its list."""
    say.router.classifier = Shopper()
    assert say(text) == answer


def test_what_is_asked_back_comes_last_and_is_answered(say):
    """The yes is for the part that asked."""
    say("add eggs to the shopping list")
    asked = say("clear the shopping list and set a timer for five minutes")
    assert asked == "Timer set for 5 minutes. The shopping list has one thing. Shall I clear it?"
    assert say("yes") == "The shopping list is empty now."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "turn on the lights and set a timer for five minutes",
            "Timer set for 5 minutes. I can't turn on the lights.",
        ),
        (
            "Set a timer for five minutes, and call my mother.",
            "Timer set for 5 minutes. I can't call your mother.",
        ),
        (
            "set a timer for five minutes, add milk to my list and turn on the lights",
            "Timer set for 5 minutes. Added milk to the shopping list. I can't turn on the lights.",
        ),
        (
            "play some jazz and set an alarm for six pm and add milk to my list",
            "Alarm set for 6 PM today. Added milk to the shopping list. I can't play some jazz.",
        ),
        (
            "turn on the lights and set a timer",
            "I can't turn on the lights. For how long?",
        ),
        (
            "set a timer for five minutes and tell me a joke",
            "Timer set for 5 minutes. I left this out: tell you a joke.",
        ),
        ("turn on the lights and play some jazz", "Sorry, I can't do that."),
    ],
)
def test_what_no_skill_serves_is_told(say, text, answer):
    """A part that nobody does is not dropped silently."""
    assert say(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "remind me at six to wash up and turn off the lights",
        "add play dough and milk to my shopping list",
        "take a note that we need eggs and turn on the lights",
        "what time is it and tell me the result",
    ],
)
def test_words_to_be_kept_are_no_request(say, text):
    """What is to be noted may sound like one."""
    assert "left" not in say(text)


def test_all_of_it_is_taken_back(say):
    """But a correction would say nothing of which part it is for."""
    say("add eggs to the shopping list and set a timer for five minutes")
    assert say("no i meant ten") == "<model>"
    assert len(say.memory.due.open()) == len(say.memory.lists.open("shopping")) == 1
    say("add milk to the shopping list and set a timer for five minutes")
    assert say("undo") == "Okay, I took that back."
    assert len(say.memory.due.open()) == len(say.memory.lists.open("shopping")) == 1
