"""Lists by voice."""

from __future__ import annotations

import pytest

from edge.reason.skills.list_items import list_name, split
from edge.reason.skills.list_slots import is_plan
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


@pytest.mark.parametrize("ask", ["what must i do today", "what are my to do's"])
def test_what_is_to_be_done(say, ask):
    """It is on the to-do list, whatever that is called."""
    say("add call bob to my to-do's")
    assert say(ask) == "On the to-do list: call bob."


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


def test_a_list_need_not_be_called_one(say):
    """Where there is one of this name; "cart" is the list for shopping."""
    say("add ink to my stationery list")
    assert say("add envelopes to stationery") == "Added envelopes to the stationery list."
    assert say("remove ink from stationery") == "Removed ink from the stationery list."
    assert say("add milk to my toiletries") == "<model>"
    assert list_name("my cart") == "shopping"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("make a list named movies to watch", "movies to watch"),
        ("create a list about spring cleaning", "spring cleaning"),
        ("make a list for vacation packing", "vacation packing"),
        ("add list of things to buy for the wedding", "things to buy for the wedding"),
        ("start a list of people to invite", "people to invite"),
    ],
)
def test_new_ones_by_name(say, text, name):
    """They are empty at first."""
    assert say(text) == f"The {name} list is empty; tell me what to add."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("add call mom to to do list", "Added call mom to the to-do list."),
        ("add the following to my list pears", "Added pears to the shopping list."),
        ("update my gift list with socks", "Added socks to the gift list."),
        ("create a list for camping and add a tent", "Added tent to the camping list."),
        ("i have to buy bread", "Added bread to the shopping list."),
        ("i want rope added to my camping list", "Added rope to the camping list."),
    ],
)
def test_ways_to_add(say, text, answer):
    """What is said of the list is none of the things on it."""
    assert say(text) == answer


def test_what_a_model_names_is_no_list_of_ones_own(say):
    """Nothing is to be added to it."""
    assert not is_plan("reasons to exercise")
    assert not is_plan("foods to avoid")
    assert is_plan("books to read")


def test_the_things_on_a_list_are_no_thing_on_it(say):
    """ "The items" are all of them."""
    say("add milk and eggs to my shopping list")
    told = "On the shopping list: milk and eggs."
    assert say("what are the items in my shopping list") == told
    assert say("tell me the contents of my shopping list") == told
    assert say("remove the item eggs from my list").startswith("Removed eggs")
    assert say("i bought the milk take it off the list") == "Ticked off milk."
    assert say("clear my shopping list for today") == "The shopping list is empty already."


@pytest.mark.parametrize(
    "text",
    [
        "play only my list",
        "what's on my playlist",
        "add this song to my list",
        "add song to running list",
        "email the list to my wife",
        "print my list",
        "add extra cheese to my order",
        "put the kettle on",
        "add salt to the soup",
        "add a pinch of salt to the pasta",
        "put milk in my coffee and stir",
        "add pepper to taste",
    ],
)
def test_lists_of_others_and_what_cannot_be_done(say, text):
    """A player's, a shop's, a cook's, and what would be done with one elsewhere."""
    assert say(text) in ("<model>", f"Sorry, I can't {text.replace('my', 'your')}.")


def test_lists_are_no_things_on_a_list(say):
    """Who would be rid of the lists is asked; and "it" is the list just made."""
    say.goes(
        """
        add milk and bread to my shopping list | Added milk and bread to the shopping list.
        get rid of my lists | The shopping list has 2 things. Shall I clear it?
        no | I'll keep it.
        what can i buy at the store | On the shopping list: milk and bread.
        create a list called work and add paper to it | Added paper to the work list.
        """
    )


@pytest.mark.parametrize(
    "text",
    [
        "delete all my lists",
        "empty every list",
        "get rid of my lists",
        "delete everything on all my lists",
        "clear both lists",
    ],
)
def test_all_lists_are_cleared_after_asking_once(say, text):
    """And come back together."""
    assert say(text) == "There are no lists."
    say("add milk and eggs to my shopping list")
    say("add call bob to my to do list")
    asked = "The shopping list has 2 things and the to-do list has one thing."
    assert say(text) == f"{asked} Shall I clear all of them?"
    assert say("no") == "I'll keep them."
    say(text)
    assert say("yes") == "The shopping and to-do lists are empty now."
    say("undo")
    assert say("what lists do i have") == "There are 2 lists: shopping and to-do."


def test_one_list_is_left_out(say):
    """By its name; and where one is named no other is cleared."""
    say.goes(
        """
        add milk to my shopping list | Added milk to the shopping list.
        add call bob to my to do list | Added call bob to the to-do list.
        delete all lists except the shopping list | The to-do list has one thing. Shall I clear it?
        yes | The to-do list is empty now.
        delete my shopping list | The shopping list has one thing. Shall I clear it?
        yes | The shopping list is empty now.
        delete all lists but groceries | There are no other lists.
        """
    )


@pytest.mark.parametrize(
    "text",
    [
        "we're out of time",
        "i'm running out of ideas",
        "we ran out of luck",
        "we are out of the woods",
        "i am low on energy",
        "i'm out of my mind",
        "we need more time",
        "we need help",
    ],
)
def test_what_no_shop_has_is_not_bought(say, text):
    """However much it runs out."""
    assert say(text) == "<model>"


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("we're out of milk", "milk"),
        ("i'm running out of batteries", "batteries"),
        ("we're out of work gloves", "work gloves"),
        ("we need bed sheets", "bed sheets"),
        ("add help wanted sign to my list", "help wanted sign"),
        ("put time on my list", "time"),
    ],
)
def test_what_runs_out_is_bought(say, text, thing):
    """Also where its name begins as that of something else."""
    assert say(text) == f"Added {thing} to the shopping list."


@pytest.mark.parametrize("ask", ["read me my to do's", "show me my to-dos"])
def test_tasks_are_read(say, ask):
    """However they are asked for."""
    say("add call bob to my to do list")
    assert say(ask) == "On the to-do list: call bob."


def test_what_is_cooked_may_stand_on_a_list(say):
    """Where it is called one, or there is one of that name."""
    assert say("add salt to the soup list") == "Added salt to the soup list."
    assert say("add eggs to the list") == "Added eggs to the shopping list."
    assert say("add pepper to the soup") == "Added pepper to the soup list."


def test_the_one_that_is_kept_is_found(talk):
    """However it is called; where nobody knows it, nothing is cleared."""
    talk(Lists).goes("""
        add milk to my shopping list | Added milk to the shopping list.
        add rope to the camping list | Added rope to the camping list.
        clear all lists but the christmas one | I don't find the christmas list.
        clear all lists but the shopping one | The camping list has one thing. Shall I clear it?
        yes | The camping list is empty now.
        what's on the shopping list | On the shopping list: milk.
    """)
