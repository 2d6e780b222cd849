"""Placeholders, and back."""

import asyncio

import pytest

from edge.trust.gate import Permit, Plan
from edge.trust.redact import Placeholders

PERSONAL = [
    ("My wife Zorana has a meeting with Dr. Kowalski.", ["Zorana", "Kowalski"]),
    ("my husband igor wants to know how tall the eiffel tower is", ["igor"]),
    ("I am Zoltan Bergqvist and I need a job.", ["Zoltan", "Bergqvist"]),
    ("My wife Grace and I are moving.", ["Grace"]),
    ("Jarmila and I can't agree on a color.", ["Jarmila"]),
    ("what would my friend jarmila like", ["jarmila"]),
    ("i had an argument with my brother and jarmila", ["jarmila"]),
    ("My friend Sofia is moving to Boston.", ["Sofia"]),
    ("i live at forty two maple street", ["forty two", "maple"]),
    ("my phone is four four two nine three one one", ["four four"]),
    ("my son was born on march third nineteen eighty five", ["march", "nineteen eighty"]),
    ("my wife james and my student michael green", ["james", "michael", "green"]),
    ("mr van straaten from work called me", ["van straaten"]),
    ("is it rude to ignore mrs brown", ["brown"]),
    ("my password is six jhemc zero y is it safe", ["six", "jhemc", "zero", " y "]),
    ("write to anna one two at wade wilson dot com", ["anna", "wade", "wilson"]),
    ("my code is four seven one one", ["four seven one one"]),
    ("We live at Hauptstraße 12, what about noise?", ["Hauptstraße 12"]),
    ("Call me back at 555-123-4567.", ["555-123-4567"]),
    ("My number is +44 20 7946 0958.", ["+44 20 7946 0958"]),
    ("My card is 4111 1111 1111 1111.", ["4111 1111 1111 1111"]),
    ("Write to jo.smith@example.com about it.", ["jo.smith@example.com"]),
    ("I live at 12 Oak Street in Boston.", ["12 Oak Street"]),
    ("I was born on March 3rd, 1985.", ["March 3rd, 1985"]),
    ("The door code is 4711.", ["4711"]),
    ("My account number is 00123456.", ["00123456"]),
    ("Transfer it to DE89 3704 0044 0532 0130 00.", ["DE89 3704 0044 0532 0130 00"]),
]
HARMLESS = [
    "What is 17 plus 25?",
    "Who wrote Hamlet?",
    "Who was Albert Einstein?",
    "Can you tell me who Barack Obama is?",
    "How do I get from Boston to Berlin?",
    "How many legs does a spider have?",
    "How do I say good morning in Italian?",
    "A train goes 120 miles in 2 hours. How fast is it?",
    "What happened in 1989?",
    "Is 14 points in each row more than 11/8 of the price?",
    "who sang i will always love you",
    "I'm out of flour, what can I use?",
    "i'm traveling to berlin tomorrow",
    "When will my next vacation day be?",
    "Faye puts 5 pencils in each row.",
    "What is my friend doing?",
    "my wife snores and my brother laughed",
    "my dad uses a wheelchair",
    "our nanny said so",
    "i paid three dollars for four yogurts at the store",
    "it is a twenty minute drive to the next street",
    "what comes after ten twenty thirty",
    "Convert 1234567 meters to miles.",
]


@pytest.mark.parametrize(("text", "secrets"), PERSONAL)
def test_what_is_personal_goes_and_comes_back(text, secrets):
    """None of it is in what is sent; the answer has it again."""
    placeholders = Placeholders()
    sent = placeholders.redact(text)
    assert not [secret for secret in secrets if secret in sent]
    assert placeholders.restore(sent) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays(text):
    """A question about the world is asked as it is."""
    assert Placeholders().redact(text) == text


def test_what_is_remembered_is_kept_back():
    """Names and numbers of what the wearer told, in whatever sentence."""
    placeholders = Placeholders(("my dog is called Rex", "the locker is 0815"))
    assert placeholders.redact("Is rex older than locker 0815?") == (
        "Is [FACT_1] older than locker [FACT_2]?"
    )


def test_the_same_name_is_the_same_placeholder():
    """Also in another sentence of the same question."""
    placeholders = Placeholders()
    first = placeholders.redact("My sister Mirela called.")
    second = placeholders.redact("What shall I tell Mirela?")
    assert "[NAME_1]" in first
    assert "[NAME_1]" in second


def test_a_placeholder_without_its_brackets():
    """Models drop them; one that was never given stays what it is."""
    placeholders = Placeholders()
    placeholders.redact("My sister Mirela called.")
    assert placeholders.restore("NAME_1 called, and NAME_7 did not.") == (
        "Mirela called, and NAME_7 did not."
    )


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 100])
def test_a_placeholder_cut_in_two(size):
    """It is restored however the answer comes in pieces."""
    permit = Permit(Plan("x", "general", ""), Placeholders())
    permit.redact("My sister Mirela and my brother Ondrej came.")
    answer = "Give [NAME_1] and [NAME_2] 10 [sic] flowers, NAME_1 first, then NAME_2"

    async def pieces():
        for place in range(0, len(answer), size):
            yield answer[place : place + size]

    async def collect():
        return "".join([piece async for piece in permit.restored(pieces())])

    assert asyncio.run(collect()) == (
        "Give Mirela and Ondrej 10 [sic] flowers, Mirela first, then Ondrej"
    )
