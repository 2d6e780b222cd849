"""What a text comes to."""

import pytest

from edge.reason.contemplate.candidates import candidate, has_amounts, key
from edge.reason.contemplate.strategies import TOOLS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3 * 6 = 18\nAnswer: 18 eggs", "18"),
        ("**Answer:** \\(\\$1,200.00\\)", "1200"),
        ("so \\boxed{42}.", "42"),
        ("Answer:\n\n7", "7"),
        ("Answer: 6 * 3 = 18", "18"),
        ("Answer: 5\nNo, wait.\nAnswer: 6", "6"),
        ("Answer: B", "choice b"),
        ("Answer: B) buildings will be safer", "choice b"),
        ("The answer is C.", "choice c"),
        ("Answer: The Eiffel Tower", "eiffel tower"),
        ("Therefore he has 5 apples left.", "5"),
        ("", ""),
        ("Answer:", ""),
    ],
)
def test_the_answer_is_found(text, found):
    """After the last "Answer:", in a box, or in the last sentence."""
    assert candidate(text).key == found


def test_marked():
    """Only who says "Answer:" has surely said its answer."""
    assert candidate("Answer: 3").marked
    assert not candidate("He has 3.").marked


@pytest.mark.parametrize(
    ("one", "other"),
    [("$1,200.00", "1200 dollars"), ("Paris", "paris."), ("0.50", "0.5"), ("9.0", "9")],
)
def test_the_same(one, other):
    """Units, signs and case do not tell answers apart."""
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("5", "B"), ("3 hours 20 minutes", "3"), ("-4", "4")])
def test_not_the_same(one, other):
    """Other numbers and choices are other answers."""
    assert key(one) != key(other)


def test_long_answers_are_not_counted():
    """No two of them would be the same."""
    assert candidate("Answer: 12").short
    assert not candidate("Answer: it is because the sun is so very hot").short


@pytest.mark.parametrize("text", ["9" * 5000, "1" * 400 + ".5", "-" + "7" * 5000])
def test_a_number_without_end_is_only_text(text):
    """Python refuses to read it; from a service anything may come."""
    assert candidate(f"Answer: {text}").key == text


def test_a_number_in_a_text_is_no_answer_where_nothing_is_counted():
    """Who asks how to sleep is not answered with 8."""
    text = "Keep to a rhythm. Try to sleep at least 7-8 hours."
    assert candidate(text).text == "8"
    whole = candidate(text, amount=False)
    assert whole.text == text.rstrip(".")
    assert not whole.short
    assert whole.key != candidate("8 glasses of wine.", amount=False).key
    assert candidate("It depends.\nAnswer: Buy", amount=False).text == "Buy"


@pytest.mark.parametrize(
    ("question", "has"),
    [
        ("How can I fall asleep more easily?", False),
        ("Should I rent or buy a flat?", False),
        ("Which city has the best party?", False),
        ("How far is the moon?", True),
        ("A farmer has seventeen sheep. What is left if all run away?", True),
        ("What is 12 times 12?", True),
        ("Which melts first? A) a stone B) an ice cube", True),
    ],
)
def test_whether_there_is_something_to_work_out(question, has):
    """Numbers, words for them, or something to choose from."""
    assert has_amounts(question) is has


def test_nobody_calculates_where_there_is_nothing_to_calculate():
    """An agent that is told to makes numbers up."""
    told = [
        TOOLS.request(text, seed=0, max_tokens=1).messages[-1].content
        for text in ("Should I rent or buy a flat?", "What is 3 times 4?")
    ]
    assert ["calculations" in one for one in told] == [False, True]
