"""Facts by voice: told, recalled with their origin, forgotten."""

from __future__ import annotations

import json
import re

import pytest

from edge.health.metrics import metrics
from edge.health.readings import Readings
from edge.reason.classifier import Linear
from edge.reason.skill import Services
from edge.reason.skills.clock import Clock
from edge.reason.skills.health import Health
from edge.reason.skills.notes import Notes
from edge.reason.skills.remember import LONGEST, Remember


@pytest.fixture
def say(talk):
    """A conversation with what remembers."""
    return talk(Remember, Health, Notes)


def test_tell(say):
    """What was told is said back to the wearer, and kept with the sentence it came in."""
    text = "remember that my daughter is called Ana"
    assert say(text) == "I'll remember that your daughter is called Ana."
    fact = say.memory.facts.all()[0]
    assert (fact.text, fact.said) == ("my daughter is called Ana", text)


def test_ask_back(say):
    """Without a fact it is asked for."""
    assert say("remember this") == "What should I remember?"
    assert say("I like tea") == "I'll remember that you like tea."


def test_a_reminder_is_no_fact(say):
    """ "Remember to" is left to the reminders."""
    assert say("remember to call mum") == "<model>"


def test_know_and_origin(say):
    """All that is known is told, and where it comes from."""
    assert say("what do you know about me").startswith("You have told me nothing yet")
    say("remember that my daughter is called Ana")
    say.wait(24 * 3600)
    say("remember that I am allergic to peanuts")
    assert say("what do you know about me") == (
        "You told me: you are allergic to peanuts; your daughter is called Ana."
    )
    assert say("what do you know about my daughter") == "You told me: your daughter is called Ana."
    assert say("how do you know that") == (
        "You said yesterday at noon: remember that my daughter is called Ana."
    )


def test_recall(say):
    """A question that a fact answers is answered from it; any other is left to the model."""
    assert say("where did i park my car") == "<model>"
    say("remember that my car is on level three")
    assert say("where did i park my car") == "You told me at noon: your car is on level three."
    assert say("what is my favourite colour") == "<model>"


def test_where_things_are(say):
    """What was put somewhere is told again, without "remember"."""
    say("i parked on level three")
    say("i put my keys in the green bowl")
    assert say("where did i park") == "You told me at noon: you parked on level three."
    assert say("where did i put my keys").endswith("you put your keys in the green bowl.")
    assert say("where did i go wrong") == "<model>"


@pytest.mark.parametrize(
    "fact",
    ["my birthday is on march 3rd", "my keys are under the mat", "our wifi password is swordfish"],
)
def test_what_is_ones_own_is_told_without_remember(say, fact):
    """A statement that nobody makes but to have it kept."""
    assert say(f"{fact[0].upper()}{fact[1:]}.").startswith("I'll remember that your ")
    assert [one.text.lower() for one in say.memory.facts.all()] == [fact]


@pytest.mark.parametrize("text", ["my head hurts", "my car is broken"])
def test_not_everything_of_ones_own_is_kept(say, text):
    """What is said in passing is not."""
    say(text)
    assert text not in [one.text for one in say.memory.facts.all()]


def test_days_until_what_was_told(talk):
    """The day is read from the fact."""
    say = talk(Remember, Clock)
    assert say("how many days until my birthday") == "<model>"
    say("my birthday is on march 12th")
    assert say("how many days until my birthday") == "10 days, until Thursday, March 12th."
    assert say("how many weeks is it until my birthday").startswith("1 week and 3 days")


def test_name(say):
    """The name is one fact, replaced by the next one."""
    assert say("what's my name") == "You haven't told me your name."
    assert say("call me Bob from now on") == "Okay, Bob."
    assert say("my name is Ann") == "Okay, Ann."
    assert say("what's my name") == "Your name is Ann."
    assert len(say.memory.facts.all()) == 1


@pytest.mark.parametrize("text", ["call me who", "call me how", "call me an uber"])
def test_no_name(say, text):
    """The wearer is called as before."""
    say("call me Bob")
    say(text)
    assert say("what's my name") == "Your name is Bob."


def test_forget_that(say):
    """The last thing told, or told of, is forgotten."""
    say("remember that I like tea")
    say("remember that my car is red")
    assert say("forget that") == "Forgotten: your car is red."
    assert say("forget that") == "Forgotten: you like tea."
    assert say("forget that") == "There is nothing that I remember."


def test_forget_what_was_just_kept(say):
    """A note or a number of a moment ago, whatever was told before it; not one of long ago."""
    say("remember that I like tea")
    say.wait(1)
    readings = Readings(say.memory)
    say("I weigh seventy kilos")
    assert say("forget that") == "Forgotten: weight 70."
    assert readings.last(metrics()["weight"]) is None
    say("take a note the bins go out on Monday")
    say.wait(1)
    assert say("forget that") == "Forgotten: the note."
    say("take a note the bins go out on Monday")
    say.wait(3600)
    assert say("forget that") == "Forgotten: you like tea."
    assert len(say.memory.notes.all()) == 1


def test_forget_by_a_question(say):
    """What is known need not be named as it was told."""
    say("remember that my car is parked on level three")
    assert say("forget where my car is") == "Forgotten: your car is parked on level three."


def test_forget_about(say):
    """What it is about tells what is forgotten."""
    say("remember that I like tea")
    say("remember that my car is red")
    assert say("forget what I told you about tea") == "Forgotten: you like tea."
    assert say("forget about dragons") == "I know nothing about dragons."
    assert [fact.text for fact in say.memory.facts.all()] == ["my car is red"]


def test_forget_everything(say):
    """Everything is forgotten after a yes, and only then."""
    say("remember that I like tea")
    say.memory.notes.add("a note", at=0.0)
    asked = say("forget everything")
    assert asked == "That deletes all I remember for good, 1 fact and 1 note. Shall I?"
    assert say("no") == "I'll keep it."
    assert len(say.memory.facts.all()) == 1
    say("forget everything about me")
    assert say("yes") == "I have forgotten everything."
    assert say.memory.count() == {}
    assert say("forget everything") == "There is nothing that I remember."


def test_no_yes_by_accident(say):
    """Anything but a yes deletes nothing."""
    say("remember that I like tea")
    say("forget everything")
    assert say("what is the capital of spain") == "<model>"
    assert say("yes") == "<model>"
    assert len(say.memory.facts.all()) == 1


def test_export(say):
    """The export lies beside the memory; the display shows where."""
    say("remember that I like tea")
    assert say("export my data") == "All I remember is in a file now; the display shows where."
    file = say.cards[-1]["lines"][0]
    with open(file, encoding="utf-8") as export:
        assert json.load(export)["facts"][0]["text"] == "I like tea"


def test_too_long(say):
    """A story is no fact."""
    assert "keep it as a note" in say("remember that " + "very " * LONGEST + "long")
    assert say.memory.facts.all() == []


def test_everything_is_not_one_list():
    """Who asks about a list does not mean all that is known."""
    everything = next(one for one in Remember(Services()).intents if one.name == "everything")
    assert re.search(everything.unless, "how do i delete a list")
    for text in (
        "delete everything you know about me",
        "wipe all my data and my notes",
        "forget me",
    ):
        assert not re.search(everything.unless, text)


@pytest.mark.parametrize(
    "text", ["remember this email", "remember this place", "remember how i feel about this song"]
)
def test_what_is_only_pointed_at_is_no_fact(say, text):
    """Nothing is said that could be kept."""
    assert say(text) == "<model>"


def test_who_asks_how_forgets_nothing(talk):
    """Not even after a question."""
    say = talk(Remember)
    say.router.classifier = Linear.open()
    assert say("how do i delete all lists") == "<model>"
