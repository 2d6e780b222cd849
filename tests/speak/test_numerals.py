"""Numbers that are not said as a sum of their digits' worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.speak.numerals import as_read
from edge.speak.phonemes import Phonemizer


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It's 1:05 AM.", "It's 1 oh 5 AM."),
        ("It's 10:00 AM.", "It's 10 AM."),
        ("at 10:00, or 3:30pm", "at 10 o'clock, or 3 30pm"),
        ("15:05 and 15:00 and 0:00", "15 oh 5 and 15 hundred and midnight"),
        ("the 1990s and the '80s", "the 19 nineties and the eighties"),
        ("1900s and 2000s", "19 hundreds and two thousands"),
        ("In 1999 and 1905, it rose", "In 19 99 and 19 oh 5, it rose"),
        ("(1879–1955)", "(18 79 to 19 55)"),  # noqa: RUF001 - a range's dash
        ("on July 20, 1969", "on July 20, 19 69"),
        ("since 2005, by 2026", "since 2005, by 20 26"),
        ("It is 2026-11-29.", "It is November 29, 20 26."),
        ("ages 10-15", "ages 10 to 15"),
        ("(212) 555-0199 or 555-0199", "2 1 2, 5 5 5, 0 1 9 9 or 5 5 5, 0 1 9 9"),
        ("Call 911 now.", "Call 9 1 1 now."),
    ],
)  # fmt: skip
def test_as_people_say_it(written, said):
    """In the figures that the voice reads rightly."""
    assert as_read(written) == said


@pytest.mark.parametrize(
    "text",
    [
        "in 1500 homes", "1440 minutes", "2026-13-01", "16:9", "1:05:30", "version 1.10:22",
        "a 12-hour clock", "call 300 people", "$1999", "25:30", "1,905 of 1990", "3.1415", "items",
    ],
)  # fmt: skip
def test_what_may_be_something_else_stays(text):
    """Amounts, ratios, versions and dates that are none."""
    assert as_read(text) == text


def test_an_english_voice_says_so():
    """The figures come out as wanted."""
    english = Phonemizer("en-us").phonemes
    assert english("It was 1:05 in 1969.") == english("It was one oh five in nineteen sixty nine.")


def test_a_voice_of_another_language_is_left_alone():
    """English words among German ones would be read as German."""
    german = Phonemizer("de").phonemes
    assert german("um 1:05") != german("um 1 oh 5")


@given(st.text(alphabet="0123456789:-.,'() aAspmin", max_size=40))
def test_capitals_stay(text):
    """Whatever stands there: no capital goes, none comes, and their order stays."""
    said = as_read(text)
    assert "".join(filter(str.isupper, said)) == "".join(filter(str.isupper, text))
