"""What lists are called, and the things on them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from edge.card import Card, Items
from edge.card import Item as Shown
from edge.memory.lists import Item
from edge.reason.skills.groceries import told_apart

_TOGETHER = ("mac and cheese", "salt and pepper", "fish and chips", "half and half")
_SYNONYMS = {
    "shopping": (
        *("grocery", "groceries", "to buy", "buying", "supermarket", "store", "food"),
        *("cart", "shopping cart", "basket", "shopping basket", "trolley"),
    ),
    "to-do": (
        "to do",
        "todo",
        "to dos",
        "to-dos",
        "todos",
        "things to do",
        "task",
        "tasks",
        "chores",
    ),
}


def list_name(said: str | None) -> str:
    """The name a list is kept by: "grocery" is the shopping list, and so is none."""
    plain = re.sub(r"^(?:my|the|our|a|new)(?:\s+|$)|\s+lists?$", "", (said or "").lower().strip())
    for name, others in _SYNONYMS.items():
        if plain in (name, *others):
            return name
    return plain or "shopping"


def split(words: str) -> list[str]:
    """The things in "milk, two eggs and bread"."""
    plain = re.sub(
        r"\s+(?:instead|as well|too|please)$", "", words.strip(" .,"), flags=re.IGNORECASE
    )
    for number, together in enumerate(_TOGETHER):
        plain = re.sub(together, f"\x00{number}\x00", plain, flags=re.IGNORECASE)
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and(?:\s+also)?\s+|\s+plus\s+", plain)
    for number, together in enumerate(_TOGETHER):
        parts = [part.replace(f"\x00{number}\x00", together) for part in parts]
    parts = [thing for part in parts for thing in told_apart(part)]
    parts = [
        re.sub(
            r"^(?:some|an|a(?! dozen| couple| few| hundred| thousand| pair)|the|also|more)\s+",
            "",
            part.strip(),
        )
        for part in parts
    ]
    return list(dict.fromkeys(part for part in parts if part and part not in _NOTHING))


_NOTHING = frozenset(
    {
        "it",
        "this",
        "that",
        "something",
        "anything",
        "any items",
        "any",
        "item",
        "items",
        "this item",
        "these",
        "to",
    }
)


def list_card(name: str, items: list[Item], ticked: Sequence[Item] = ()) -> Card:
    """What a display shows of a list. `ticked`: what is on it no more, and is shown as done."""
    texts = tuple(item.text for item in items[:20])
    done = tuple(Shown(item.text, done=True) for item in ticked)
    data = Items((*done, *(Shown(text) for text in texts)))
    return Card(capital(name), texts, "list", data)


def capital(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]


def is_or_are(things: list[str]) -> str:
    """The verb for these things."""
    plural = len(things) > 1 or (things[0].endswith("s") and not things[0].endswith("ss"))
    return "are" if plural else "is"
