"""The day at a glance."""

from __future__ import annotations

import pytest

from edge.reason.skills.day import Day
from edge.reason.skills.lists import Lists
from edge.reason.skills.reminders import Reminders
from edge.shopping.purchases import DAY, Purchases
from edge.shopping.source import ShoppingSource


@pytest.fixture
def say(talk):
    """A conversation about the day."""
    return talk(Day, Lists, Reminders)


def test_empty(say):
    """An empty day is said to be one."""
    assert say("give me my morning summary") == "Nothing is due today."


def test_full(say):
    """What is due today, what is on the lists, and what may run out; not what is tomorrow."""
    say("remind me to call my boss at three pm")
    say("remind me to sleep tomorrow at nine pm")
    say("add mopping to my to do list")
    say("add tea and bread to my shopping list")
    now = say.wall.now().timestamp()
    for days in (29, 22, 15, 8):
        Purchases(say.memory).add(["milk"], at=now - days * DAY)
    say.scheduler.sources.append(ShoppingSource(say.memory))
    assert say("good morning, what does my day look like") == (
        "Today: call your boss at 3 PM. There is 1 thing on the to-do list and 2 things on the"
        " shopping list. You may be running out of milk."
    )
    assert "usually every 7 days" in say.cards[-1]["lines"][-1]


def test_what_was_told_is_not_told_again(say):
    """The suggestion in the summary does not come once more by itself."""
    now = say.wall.now().timestamp()
    for days in (29, 22, 15, 8):
        Purchases(say.memory).add(["milk"], at=now - days * DAY)
    say.scheduler.sources.append(ShoppingSource(say.memory))
    assert "running out of milk" in say("give me my morning summary")
    assert say.wait(1200) == []


def test_it_comes_by_itself_where_nobody_asked(say):
    """The same, without the summary."""
    now = say.wall.now().timestamp()
    for days in (29, 22, 15, 8):
        Purchases(say.memory).add(["milk"], at=now - days * DAY)
    say.scheduler.sources.append(ShoppingSource(say.memory))
    assert say.wait(1200) == ["You may be running out of milk."]
