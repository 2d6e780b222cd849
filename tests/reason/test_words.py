from decimal import Decimal

import pytest

from edge.reason.words import numbers, whole_number, words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty five", 25),
        ("one hundred and thirty", 130),
        ("2 hundred", 200),
        ("a hundred", 100),
        ("a hundred and five", 105),
        ("1,000.5", Decimal("1000.5")),
        ("three point one four", Decimal("3.14")),
        ("minus five", -5),
        ("one million two hundred thousand", 1_200_000),
        ("a dozen", 12),
        ("three and a half", Decimal("3.5")),
        ("seven percent", 7),
    ],
)
def test_a_number_is_read_as_it_is_spoken_or_typed(text, value):
    """Words, digits and mixtures of them give the same number."""
    assert whole_number(text) == value


@pytest.mark.parametrize("text", ["", "second", "the third", "five eggs", "5 and 6", "no number"])
def test_what_is_not_one_number_is_none(text):
    """A rank, a thing that is counted or two numbers are not a number."""
    assert whole_number(text) is None


def test_each_number_has_its_place():
    """The words of a number can be found again in the text."""
    text = "add forty five to 87"
    assert [found.said(text) for found in numbers(text)] == ["forty five", "87"]


def test_ranks_are_marked():
    """A rank is a number of another kind; a lone second may be the unit."""
    found = {
        word.text: (word.number, word.ordinal) for word in words("the twenty second, 3rd second")
    }
    assert found["twenty second"] == (22, True)
    assert found["3rd"] == (3, True)
    assert found["second"] == (None, False)


def test_the_half_of_the_day_is_one_word_however_it_is_written():
    """`a.m.` with its points is `am`, and its place takes in the points."""
    text = "at 7 p.m. today"
    word = next(word for word in words(text) if word.text == "pm")
    assert text[word.start : word.end] == "p.m."


def test_a_raised_digit_is_no_number():
    assert [word.number for word in words("one for \u00b2")][-1] is None
