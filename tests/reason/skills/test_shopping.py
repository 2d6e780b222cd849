"""Shopping by voice."""

from __future__ import annotations

import json

import pytest

from edge.reason.patterns import pattern
from edge.reason.skills.lists import Lists
from edge.reason.skills.shopping import Shopping
from edge.shopping.products import Products
from edge.shopping.rules import Rules
from tests.shopping.test_shopping import ROW


@pytest.fixture
def say(talk, tmp_path):
    """A conversation about shopping, with one product to look up."""
    file = tmp_path / "products.jsonl"
    file.write_text(json.dumps(ROW), encoding="utf-8")
    products = Products(tmp_path / "products.sqlite")
    products.bring(file)
    yield talk(Lists, Shopping, parts={Products: products})
    products.close()


def test_running_out(say):
    """What was bought by voice makes a rhythm, and the answer says why."""
    assert say("what am I running out of").endswith("nothing.")
    for _ in range(4):
        assert say("I bought milk") == "Noted that you bought milk."
        say.wait(7 * 24 * 3600)
    assert say("what am I running out of") == (
        "Perhaps milk: you bought milk 4 times, usually every 7 days, and the last time was 7 days"
        " ago."
    )


def test_ticked_off_is_bought(say):
    """What is ticked off the shopping list counts as bought; what is done elsewhere does not."""
    say("add milk to my shopping list")
    say("add mopping to my to do list")
    say("I bought milk")
    say("I finished mopping")
    assert [row["item"] for row in say.memory.export()["purchases"]] == ["milk"]


def test_goes_with(say, tmp_path):
    """What goes with something is told with its confidence."""
    assert say("what goes with tea") == "I don't know what goes with tea."
    file = tmp_path / "baskets.csv"
    file.write_text("tea,lemon\n" * 10 + "soap\n" * 10, encoding="utf-8")
    Rules(say.memory).learn(file)
    assert say("what goes well with tea") == (
        "Lemon: 100% of the baskets with tea have lemon, 2.0 times as many as by chance."
    )
    assert "support 50.00%" in say.cards[-1]["lines"][0]


def test_allergens(say):
    """What the package states is told; what it does not state is not promised."""
    assert say("does hazelnut spread contain nuts") == (
        "Yes, Hazelnut Spread by Acme contains nuts."
    )
    assert say("is there gluten in the hazelnut spread") == (
        "Hazelnut Spread by Acme may have traces of gluten."
    )
    assert say("does hazelnut spread contain fish").endswith("look at the package to be sure.")


def test_own_allergy(say):
    """An allergy that the wearer told of is said with the product."""
    say.memory.facts.add("I am allergic to nuts", said="x", origin="voice", at=0.0)
    assert say("which allergens are in hazelnut spread") == (
        "Hazelnut Spread by Acme contains nuts and milk."
        " Careful: you told me that you are allergic to nuts."
    )


def test_nutrition(say):
    """Nutrition is what the export has for 100 grams."""
    assert say("how much sugar is in hazelnut spread") == (
        "Hazelnut Spread by Acme has 56.3 grams of sugar in 100 grams."
    )
    assert say("how much salt is in hazelnut spread") == (
        "That is not stated for Hazelnut Spread by Acme."
    )


def test_barcode(say):
    """A product is looked up by its number; one that was misread is read again."""
    assert say("look up 4006381333931").startswith("Hazelnut Spread by Acme contains")
    assert "read it again" in say("look up 4006381333932")
    assert say("does moon cheese contain nuts") == "I don't know a product called moon cheese."


@pytest.mark.parametrize(
    ("text", "cooked"),
    [
        ("add salt to the soup", True),
        ("add a pinch of salt", True),
        ("put butter in the pan and stir", True),
        ("add salt to the soup list", False),
        ("add chicken soup", False),
        ("add bread to the shopping, we need it for the sandwich", False),
        ("how much salt is in the soup", False),
    ],
)
def test_what_is_put_into_a_dish_is_no_question_for_a_product(text, cooked):
    """Nor for a list, unless it is called one."""
    for intent in Shopping.intents:
        assert bool(pattern(intent.unless).search(text)) == cooked
