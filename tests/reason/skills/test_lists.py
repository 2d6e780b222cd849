"""Lists by voice."""

from __future__ import annotations

import pytest

from edge.reason.skills.list_items import list_name, split
from edge.reason.skills.lists import Lists


@pytest.fixture
def say(talk):
    """A conversation with the lists."""
    return talk(Lists)


@pytest.mark.parametrize(
    ("words", "things"),
    [
        ("milk", ["milk"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("milk, two eggs, and some bread", ["milk", "two eggs", "bread"]),
        ("mac and cheese and salt and pepper", ["mac and cheese", "salt and pepper"]),
        ("this item", []),
    ],
)
def test_split(words, things):
    """Several things in one sentence are several items."""
    assert split(words) == things


@pytest.mark.parametrize(
    ("said", "name"),
    [(None, "shopping"), ("grocery", "shopping"), ("my to do", "to-do"), ("holiday", "holiday")],
)
def test_names(said, name):
    """Names for the same list are one list; without a name it is the one for shopping."""
    assert list_name(said) == name


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("add milk and eggs to my shopping list", "Added milk and eggs to the shopping list."),
        ("put pencil on a new grocery list", "Added pencil to the shopping list."),
        ("add mopping to the to do list", "Added mopping to the to-do list."),
        ("throw eggs on my shopping list, please", "Added eggs to the shopping list."),
        (
            "add bread, butter and jam to my list",
            "Added bread, butter and jam to the shopping list.",
        ),
        ("we're out of coffee", "Added coffee to the shopping list."),
        ("i need bananas on the list too", "Added bananas to the shopping list."),
    ],
)
def test_add(say, text, answer):
    """Things go on the list that was named."""
    assert say(text) == answer


def test_ask_back(say):
    """Without things they are asked for."""
    assert say("add this item to the list") == "What should I add?"
    assert say("bread and milk") == "Added bread and milk to the shopping list."


def test_read(say):
    """A list is read out, and asked about."""
    assert say("what's on my shopping list") == "The shopping list is empty."
    say("add milk and eggs to my shopping list")
    assert say("what is on my shopping list for today") == "On the shopping list: milk and eggs."
    assert say("is milk on my shopping list") == "Yes, milk is on the shopping list."
    assert say("did i put carrots on the shopping list") == (
        "No, carrots are not on the shopping list."
    )
    assert say.cards[-1]["lines"] == ["milk", "eggs"]


def test_long_list(say):
    """Of a long list the voice reads the beginning."""
    for number in range(30):
        say(f"add thing{number} to my packing list")
    assert say("read my packing list").endswith("thing8 and 21 more.")


def test_known(say):
    """What is on the list already is not added twice."""
    say("add milk to my shopping list")
    assert say("add milk to my shopping list") == "Milk is on the shopping list already."


def test_remove_and_tick(say):
    """A mistake leaves no trace; what was bought stays as history."""
    say("add milk, eggs and tea to my shopping list")
    assert say("take tea off my shopping list") == "Removed tea from the shopping list."
    assert say("i bought the milk") == "Ticked off milk."
    assert [item.text for item in say.memory.lists.open("shopping")] == ["eggs"]
    assert [item.text for item in say.memory.lists.done("shopping")] == ["milk"]
    assert say("cross bread off my shopping list") == "I don't find bread on the shopping list."


def test_clear(say):
    """A list is cleared after a yes."""
    assert say("clear my shopping list") == "The shopping list is empty already."
    say("add milk and eggs to my shopping list")
    assert say("clear my shopping list") == "The shopping list has 2 things. Shall I clear it?"
    assert say("yes") == "The shopping list is empty now."
    assert say.memory.lists.open("shopping") == []


def test_lists(say):
    """The lists are named."""
    assert say("what lists do i have") == "There are no lists yet."
    say("add milk to my shopping list")
    say("add mopping to the to do list")
    assert say("what lists do i have") == "There are 2 lists: shopping and to-do."


def test_an_item_that_is_not_named_is_asked_for(say):
    """ "This item" is none."""
    say("add ham to my shopping list")
    assert say("remove this item from the list") == "Which item?"
    assert say("ham") == "Removed ham from the shopping list."


def test_by_place(say):
    """The last item, and item two; nothing where there is none."""
    say("add ham, tea, soap and rice to my shopping list")
    assert say("remove the last item from my list") == "Removed rice from the shopping list."
    assert say("remove item two from the list") == "Removed tea from the shopping list."
    assert say("remove item seven from the list") == "I don't find item seven on your lists."
