"""Which place a sentence names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.errors import SkillError
from edge.reason.places import HERE
from edge.reason.where import place_in, read_place

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def found(text, **how):
    """The words, and the place's name."""
    place = place_in(text, NOW, (), **how)
    if place is None:
        return None
    return place.said(text), place.value.name if place.value else None


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("what is the weather in oslo", "oslo", "Oslo"),
        ("weather oslo", "oslo", "Oslo"),
        ("forecast new delhi tomorrow", "new delhi", "New Delhi"),
        ("weather this weekend cairo", "cairo", "Cairo"),
        ("current time new york", "new york", "New York"),
        ("what time is it gmt", "gmt", "GMT time"),
        ("los angeles temperature", "los angeles", "Los Angeles"),
        ("how's lima climate", "lima", "Lima"),
        ("time difference between lagos and oslo", "lagos", "Lagos"),
        ("is it snowing in nice", "nice", "Nice"),
        ("what is the local time in rome", "rome", "Rome"),
    ],
)
def test_with_and_without_what_says_that_a_place_follows(text, said, name):
    """Somebody who is in a hurry leaves out the "in"."""
    assert found(text) == (said, name)


@pytest.mark.parametrize(
    "text",
    [
        "is the weather nice",
        "nice weather",
        "what time is sunset",
        "the time reading",
        "spring weather",
        "weather at the beach",
        "is the temperature normal",
        "what is the weather for us today",
        "weather today",
    ],
)
def test_words_that_are_names_of_towns_too(text):
    """They are meant as what they are."""
    assert place_in(text, NOW, ()) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what time is it in this city", "this city"),
        ("the weather at my place", "my place"),
        ("tell me the time in my time zone", "my time zone"),
        ("is it raining in our area", "our area"),
        ("how many hours between my location and", "my location"),
    ],
)
def test_where_the_wearer_is(text, said):
    """In words of their own; where that is no answer, nothing is found."""
    assert found(text) == (said, HERE.name)
    assert found(text, here=False) is None


@pytest.mark.parametrize("text", ["in the city of boston", "in my part of town in boston"])
def test_a_name_comes_before_a_kind(text):
    """The city of Boston is that one."""
    place = place_in(text, NOW, ())
    assert place is not None
    assert place.value.name == "Boston"


def test_what_goes_up_and_down_is_no_place():
    """ "A fall in temperature" is nowhere."""
    assert place_in("will there be a fall in temperature tonight", NOW, ()) is None


@pytest.mark.parametrize("said", ["exact", "check the", "latest", "the moment", "mild or heavy"])
def test_what_can_be_no_name_is_not_looked_for(said):
    """Nobody is told that it is not known where "latest" is."""
    assert read_place(said) is None


@pytest.mark.parametrize("said", ["qwertyville", "new qwertyville", "hot qwerty springs"])
def test_a_name_that_nobody_knows_is_told(said):
    """It is a name all the same."""
    with pytest.raises(SkillError, match=f"I don't know where {said} is"):
        read_place(said)


@pytest.mark.parametrize(
    "words",
    ["golf", "the game", "hiking", "daylight savings", "yours", "german", "the sun", "lovely"],
)
def test_what_is_no_name_is_not_unknown(words):
    """What one does, and a language, is nowhere."""
    assert read_place(words) is None


def test_a_name_may_have_such_a_word():
    """And a place that nobody knows is said to be one."""
    with pytest.raises(SkillError):
        read_place("golf vlissen")
    assert place_in("what is the weather in school", NOW, ()) is None
