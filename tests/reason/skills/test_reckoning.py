"""Sums, units, spelling, dice and coins: what is computed."""

import re
from datetime import UTC, datetime

import pytest

from edge.reason.classifier import Linear
from edge.reason.skills.chance import Chance
from edge.reason.skills.maths import Maths
from edge.reason.skills.spelling import Spelling
from edge.reason.skills.units import INTENTS, Units


@pytest.fixture
def say(talk):
    return talk(Maths, Units, Spelling, Chance)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What's 15% of 68?", "15 percent of 68 is 10.2."),
        ("what is 17 plus 25", "17 plus 25 is 42."),
        ("what's the remainder of 10 divided by 3", "The remainder of 10 divided by 3 is 1."),
        ("what is left over when 17 is divided by 5", "The remainder of 17 divided by 5 is 2."),
        ("what's the remainder if I divide 12 by 4", "The remainder of 12 divided by 4 is 0."),
        ("what is 10 mod 3", "10 mod 3 is 1."),
        ("minus 7 modulo 3", "Minus 7 mod 3 is 2."),
        ("10 mod 0", "Nothing can be divided by zero."),
        ("17 divided by 5 with remainder", "17 divided by 5 is 3 remainder 2."),
        ("how many times does 3 go into 10", "10 divided by 3 is 3 remainder 1."),
        ("how many times does 3 go into 12", "12 divided by 3 is 4."),
        ("what's left if I take 5 from 12", "12 minus 5 is 7."),
        ("what is the remainder of my budget", "<model>"),
        ("what's 7 divided by zero", "Nothing can be divided by zero."),
        ("how many pounds are in 10 kilos", "10 kilograms is 22.05 pounds."),
        ("change 212 degrees f into celsius", "212 degrees Fahrenheit is 100 degrees Celsius."),
        ("how many teaspoons will make one tablespoon", "1 tablespoon is 3 teaspoons."),
        ("convert kilos to pounds", "1 kilogram is 2.2 pounds."),
        ("how many days are there in a year", "A year has 365 days, and a leap year 366."),
        ("how many days are there in a week", "1 week is 7 days."),
        ("how many ounces in a cup", "1 cup is 8 ounces."),
        ("60 mph in kilometers per hour", "60 miles per hour is 96.56 kilometers per hour."),
        ("what is 72 fahrenheit in celsius", "72 degrees Fahrenheit is 22.2 degrees Celsius."),
        ("what's the sum of one hundred and two hundred", "The sum of 100 and 200 is 300."),
        ("what's two hundred and fifty thousand plus one", "250,000 plus 1 is 250,001."),
        ("how much is a third of ninety", "A third of 90 is 30."),
        ("what is three quarters of 60", "Three quarters of 60 is 45."),
        ("how tall is 180 centimeters in feet", "180 centimeters is 5.91 feet."),
        ("what's 5 foot 11 in centimeters", "5 foot 11 is 180.34 centimeters."),
        ("how many kilos is 10 stone and 4 pounds", "10 stone and 4 pounds is 65.32 kilograms."),
        ("split 120 dollars four ways", "120 divided by 4 is 30."),
        ("split 90 euros between 4 people", "90 divided by 4 is 22.5."),
        ("add 15 percent to 80", "80 plus 15 percent of 80 is 92."),
        ("take 20 percent from 50 dollars", "20 percent off 50 is 40."),
        ("what's 18 percent of 62 dollars 50", "18 percent of 62.5 is 11.25."),
        ("add five to ten", "5 plus 10 is 15."),
        ("times three", "I have not worked anything out yet."),
        ("spell it backwards", "<model>"),
        ("how much is 5 kilos in miles", "Those are not measures of the same kind."),
        ("how do you spell queue", "queue is spelt Q, U, E, U, E."),
    ],
)  # fmt: skip
def test_what_can_be_computed_is_computed(say, question, answer):
    """Never by the model."""
    assert say(question) == answer


@pytest.mark.parametrize("question", ["how many people live in china", "convert dollars to yen"])
def test_what_is_no_measure_goes_to_the_model(say, question):
    """Money's rates are not on the device; people are not a unit."""
    assert say(question) == "<model>"


def test_dice_have_as_many_sides_as_were_said(say):
    """Every throw is one of them."""
    for _ in range(30):
        thrown = re.fullmatch(r"You rolled an? (\d+)\.", say("roll a four sided die"))
        assert thrown is not None
        assert 1 <= int(thrown[1]) <= 4


def test_two_dice_are_added(say):
    """Each is told, and their sum."""
    thrown = re.fullmatch(r"You rolled (\d) and (\d), (\d+) in all\.", say("roll two dice"))
    assert thrown is not None
    assert int(thrown[1]) + int(thrown[2]) == int(thrown[3])


def test_dice_that_nobody_has_are_refused(say):
    """In one sentence."""
    assert say("roll a two million sided die").startswith("I can roll up to")


def test_a_coin_has_two_sides(say):
    """Both come up."""
    assert {say("flip a coin") for _ in range(60)} == {"It's heads.", "It's tails."}


def test_a_conversion_may_be_two():
    """Into two units, or of two measures."""
    several = next(one.several for one in INTENTS if one.name == "convert")
    now = datetime.now(UTC)
    assert several("what's 70 kilos in pounds and in stone", now) == [
        "what's 70 kilos in pounds",
        "what's 70 kilos in stone",
    ]
    assert several("how many grams in an ounce and in a pound?", now) == [
        "how many grams in an ounce",
        "how many grams in a pound",
    ]
    assert several("what's 5 pounds and 4 ounces in kilos", now) == []


def test_the_remainder_is_asked_for_afterwards(say):
    """Of the division before."""
    say("what is 17 divided by 5")
    assert say("and the remainder") == "The remainder of 17 divided by 5 is 2."


@pytest.mark.parametrize(
    "question",
    [
        "how many sides does a die have",
        "what is a die",
        "what are the odds of rolling a six",
        "who invented dice",
        "how thick is a coin",
        "what happens if I flip a coin a hundred times",
        "does a coin have two sides",
        "tell me about dice",
        "who should roll the dice",
        "where do people flip a coin",
        "how do i roll dice",
    ],
)
def test_nothing_is_thrown_for_a_question(say, question):
    """What is asked of dice and coins in general."""
    say.router.classifier = Linear.open()
    assert say(question) == "<model>"


@pytest.mark.parametrize(
    "question",
    [
        "how about a coin toss",
        "so roll the dice",
        "how much do you get when you roll an eight sided die",
        "what is the result when you roll a four sided die",
        "can i have a 2 sided dice",
        "roll the dice for our board game",
        "flip a coin to decide which game",
        "where should we go flip a coin",
        "are you able to flip a coin",
    ],
)
def test_a_throw_may_be_asked_for_as_a_question(say, question):
    say.router.classifier = Linear.open()
    assert say(question).startswith(("It's ", "You rolled "))


def test_dice_as_players_note_them(say):
    """Two of six sides are 2d6."""
    for words, most in (("roll 2d6", 12), ("roll 3 d 20", 60), ("roll 1d4", 4)):
        total = int(re.search(r"(\d+)(?: in all)?\.$", say(words))[1])
        assert 1 <= total <= most
    assert "in all" in say("roll 2d6")
    assert "up to" in say("roll 99d6")
