from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import SkillError
from edge.reason.arithmetic import NotArithmetic, evaluate, is_sum, spoken_number


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("what is 400 times 2", 800),
        ("what's 15% of 68", Decimal("10.2")),
        ("if something is 15% off $35, how much is it", Decimal("29.75")),
        ("add 45 to 87 plus 54 plus 43 plus 22", 251),
        ("subtract 5 from 20", 15),
        ("divide 100 by 8", Decimal("12.5")),
        ("two plus three times four", 14),
        ("what is 1100 minus 2347", -1247),
        ("five squared", 25),
        ("the square root of 81", 9),
        ("cube root of 27", 3),
        ("two to the power of ten", 1024),
        ("the average of 54, 23, 43, 12 and 443", 115),
        ("50 plus 10 percent", 55),
        ("add a tip of 20 percent to 50 dollars", 60),
        ("add a 15 percent tip to 40", 46),
        ("0.1 plus 0.2", Decimal("0.3")),
        ("12 x 12", 144),
        ("a 20 percent tip on 50 dollars", 10),
        ("half of three quarters", Decimal("0.375")),
        ("two thirds of 90", 60),
        ("What's two-thirds of ninety-nine?", 66),
        ("a fifth of 40 plus 2", 10),
        ("three and a half times 2", 7),
        ("two and three quarters plus a quarter", 3),
        ("divide 10 by a half", 20),
    ],
)
def test_a_sum_in_words_is_worked_out(text, result):
    """Operations, percentages, roots, lists of numbers; exact in decimals."""
    assert evaluate(text).result == result


def test_fractions_are_said_as_fractions():
    """And not as the decimals that they are reckoned with."""
    found = evaluate("what is one third plus one quarter")
    assert found.spoken == "One third plus one quarter"
    assert spoken_number(found.result) == "0.5833"
    assert evaluate("half of 80").spoken == "Half of 80"


@pytest.mark.parametrize(
    "text",
    [
        *("", "what is ten", "three times a day", "set a timer for 5 minutes"),
        *("half an hour", "a quarter past three", "the second half of 2020"),
    ],
)
def test_what_is_no_sum_is_not_one(text):
    """A number or a word of reckoning alone is not enough."""
    assert not is_sum(text)
    with pytest.raises(NotArithmetic):
        evaluate(text)


@pytest.mark.parametrize(
    "text",
    [
        "9 divided by 0",
        "10 to the power of 100",
        "2 to the power of 9999",
        "square root of minus 4",
    ],
)
def test_what_has_no_result_that_can_be_said_is_refused(text):
    """One sentence, no traceback, and no endless reckoning."""
    with pytest.raises(SkillError) as refused:
        evaluate(text)
    assert not isinstance(refused.value, NotArithmetic)


@given(st.text(alphabet="0123456789 +-*/().%^abcxplusminetoyr", max_size=60))
def test_nothing_that_is_said_breaks_it(text):
    """Whatever the words, a sum or a refusal comes of them."""
    with suppress(SkillError):
        assert evaluate(text).result.is_finite()


@pytest.mark.parametrize(
    ("value", "text"),
    [("800", "800"), ("8.33333", "8.3333"), ("1234567", "1,234,567"), ("0.00012", "0.00012")],
)
def test_a_result_is_short_enough_to_be_spoken(value, text):
    """Four decimals; thousands set apart."""
    assert spoken_number(Decimal(value)) == text
