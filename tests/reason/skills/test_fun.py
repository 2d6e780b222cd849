"""Jokes, facts, riddles and stories."""

import pytest

from edge.reason.classifier import Linear
from edge.reason.skills import fun
from edge.reason.skills.fun import Fun


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tell me a joke", "jokes"),
        ("do you know another joke", "jokes"),
        ("make me laugh", "jokes"),
        ("a dad joke please", "jokes"),
        ("tell me something interesting", "facts"),
        ("give me a fun fact", "facts"),
        ("tell me a story", "stories"),
        ("read me a bedtime story", "stories"),
    ],
)
def test_what_is_told(talk, text, kind):
    assert talk(Fun)(text) in fun._told()[kind]


@pytest.mark.parametrize(
    "text",
    [
        "is that a joke",
        "explain that joke",
        "tell me a story about a dragon",
        "what is the story of moses",
        "what is a riddle",
        "is it a fact that the earth is round",
    ],
)
def test_what_a_model_may_try(talk, text):
    assert talk(Fun)(text) == "<model>"


def test_none_is_told_twice_before_all_were(talk):
    """And then they begin anew."""
    say = talk(Fun)
    jokes = fun._told()["jokes"]
    told = [say("tell me a joke") for _ in jokes]
    assert sorted(told) == sorted(jokes)
    assert say("another joke please") in jokes


def test_one_about_something(talk):
    """Where there is one; else it says so."""
    say = talk(Fun)
    assert "penguin" in say("tell me a joke about penguins")
    assert say("tell me a joke about tax law").startswith("I have none about tax law, but: ")
    assert "octopus" in say("give me a fact about the octopus")


@pytest.mark.parametrize(("guess", "right"), [(True, True), (False, False)])
def test_a_riddle_waits_for_a_guess(talk, guess, right):
    say = talk(Fun)
    solutions = dict(fun._told()["riddles"])
    question = say("give me a riddle")
    solution = solutions[question]
    said = say(f"is it {solution.lower()}" if guess else "an elephant")
    assert said == (f"Yes! {solution}" if right else f"It's this: {solution}")


def test_all_are_sayable():
    """Nothing that a voice would stumble over; each riddle has a solution."""
    told = fun._told()
    assert all(len(one) == 2 for one in told["riddles"])
    texts = [*told["jokes"], *told["facts"], *told["stories"]]
    assert len(set(texts)) == len(texts)
    assert all(text.isascii() and text[-1] in ".?!" for text in texts)


def test_the_wearers_own_joke(talk):
    """The assistant knows its lines."""
    talk(Fun).goes("""
        knock knock | Who's there?
        Lettuce | Lettuce who?
        lettuce in it's cold | Ha, that's a good one.
    """)


@pytest.mark.parametrize(
    ("text", "told"),
    [("send a giggle my way", True), ("i could use a laugh", True), ("ask trivia questions", False),
     ("tweet a joke", False)],
)  # fmt: skip
def test_what_is_a_wish_for_a_joke(talk, text, told):
    """A quiz is none, nor is what is sent to others."""
    assert (talk(Fun)(text) in fun._told()["jokes"]) is told


@pytest.mark.parametrize("text", ["knock on the door", "what's so funny"])
def test_no_joke_is_asked_for(talk, text):
    """Words of jokes alone want none."""
    say = talk(Fun)
    say.router.classifier = Linear.open()
    assert say(text) == "<model>"
