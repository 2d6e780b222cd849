"""Sums in a text."""

from fractions import Fraction

import pytest

from edge.reason.contemplate.checks import Checks, check, corrected, insertion, work_out


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("5 * 3 =", " 15"),
        ("5*3=", "15"),
        ("So 16 \\times 5 =", " 80"),
        ("\\[ 16 - 3 =", " 13"),
        ("Cost: $1,200 * 2 =", " 2400"),
        ("(3 + 4) * 2 =", " 14"),
        ("40 * 75% =", " 30"),
        ("5 \u00f7 2 =", " 2.5"),
        ("- 5 + 3 =", " 8"),
        ("1. 5 + 3 =", " 8"),
        ("a = -4 + 5 =", " 1"),
        ("4 x 6 =", " 24"),
        ("16 * 5 = 80 - 3 =", " 77"),
    ],
)
def test_the_result_is_written(text, more):
    """What stands before the equals sign is worked out, as people and TeX write it."""
    assert insertion(text) == more


@pytest.mark.parametrize(
    "text",
    ["", "=", "5 * 3", "5 =", "x + 3 =", "2x + 3 * 4 =", "3 pens - 4 + 5 =", "10 / 3 =", "1 / 0 =",
     "5 + 3 ==", "(3 + 4 =", "3 4 + 5 =", "5 + =", "5 * 3 = 15"],
)  # fmt: skip
def test_nothing_is_written(text):
    """Where the sum is not clear, or its result would be a long number."""
    assert insertion(text) == ""


def test_sums_are_exact():
    """No binary fractions: a tenth and two tenths are three tenths."""
    assert work_out("0.1 + 0.2") == Fraction(3, 10)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("3 * 4 = 12", 1, 0),
        ("3 * 4 = 13", 0, 1),
        ("2*3 + 1 = 6 + 1 = 7", 1, 0),
        ("2 / 3 = 0.67", 1, 0),
        ("So 5 * $3 = $15.\nAnd 15 - 5 = 11", 1, 1),
        ("1 + 1 = " + "9" * 5000, 0, 1),
        ("x = 4", 0, 0),
        ("nothing", 0, 0),
    ],
)
def test_sums_are_checked(text, right, wrong):
    """Those whose result is written; a result may have been rounded."""
    assert check(text) == Checks(right, wrong)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("46 * 22 = 972\nAnswer: 972", "46 * 22 = 1012\nAnswer: 1012"),
        (
            "14 * 12 = 158. Then 158 - 20 = 138 are left.\nAnswer: 138",
            "14 * 12 = 168. Then 168 - 20 = 148 are left.\nAnswer: 148",
        ),
        (
            "It costs $1,200 * 3 = $3,400.\nAnswer: $3,400",
            "It costs $1,200 * 3 = $3600.\nAnswer: $3600",
        ),
        ("5 - 12 = -9\nAnswer: -9", "5 - 12 = -7\nAnswer: -7"),
        ("5 + 5 = 12. He had 12. So 12 + 1 = 13.", "5 + 5 = 10. He had 12. So 12 + 1 = 13."),
        ("10 / 3 = 4\nAnswer: 4", "10 / 3 = 4\nAnswer: 4"),
        ("2x + 3 = 9\nAnswer: 9", "2x + 3 = 9\nAnswer: 9"),
        ("14 * 12 - 20 = 176 - 20 = 156", "14 * 12 - 20 = 176 - 20 = 156"),
        ("84 - 91 = 3\nAnswer: 3", "84 - 91 = -7\nAnswer: 3"),
        ("3 * 4 = 12\nAnswer: 12", "3 * 4 = 12\nAnswer: 12"),
        ("1 + 1 = " + "9" * 5000, "1 + 1 = " + "9" * 5000),
        ("", ""),
    ],
)
def test_sums_are_corrected(text, right):
    """With all that follows from them; not where it is not certain what does."""
    assert corrected(text, "He had 12 pens.") == right
