"""When something was bought, and how often."""

from __future__ import annotations

import pytest

from edge.reason.skills.lists import Lists
from edge.reason.skills.shopping import Shopping
from edge.shopping.purchases import DAY, Purchases


@pytest.fixture
def say(talk):
    """A conversation; coffee was bought five times, every seven days, and milk twice."""
    made = talk(Shopping, Lists)
    now = made.wall.now().timestamp()
    purchases = Purchases(made.memory)
    for week in range(5):
        purchases.add(["coffee"], at=now - (2 + 7 * week) * DAY)
    for days in (1, 3):
        purchases.add(["milk"], at=now - days * DAY)
    return made


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("when did i last buy coffee", "You bought coffee on February 28; usually every 7 days."),
        ("when was the last time we bought milk", "You bought milk yesterday."),
        ("how often do i buy coffee", "You bought coffee on February 28; usually every 7 days."),
        ("when did i buy caviar", "I don't know that you bought caviar."),
        ("what do i buy most often", "Most often coffee."),
    ],
)
def test_bought(say, text, answer):
    """The last time, and the rhythm where there is one; nothing is made up."""
    assert say(text) == answer


def test_just_bought(say):
    """What was bought a moment ago is noted, and then known."""
    assert say("i picked up soap today") == "Noted that you bought soap."
    assert say("i just bought tea") == "Noted that you bought tea."
    assert say("when did i last buy tea") == "You bought tea today."


def test_nothing_known(talk):
    """Without purchases there is no rhythm."""
    assert talk(Shopping)("what do i buy most often").startswith("I don't know enough")
