"""What is changed about things on a list: they are got, moved to another list, replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from edge.errors import SkillError
from edge.memory import Memory
from edge.memory.lists import Item
from edge.reason.skill import Answer, Intent, Request, Slot
from edge.reason.skills.list_items import list_card, list_name, split
from edge.reason.skills.list_slots import LIST
from edge.reason.verbatim import verbatim
from edge.remind import spoken

_THE = "[my|the|our]"


def got(known: Callable[[str], bool]) -> Intent:
    """`known` says whether these stand on a list: then they are ticked off."""
    return Intent(
        "got",
        (
            f"(i|we) [have] [just|already] (got|have|grabbed|bought|picked up) {_THE} {{items}}"
            " [now|already]",
            f"(i've|we've) [just|already] (got|grabbed|picked up) {_THE} {{items}} [now|already]",
            f"(got|have got|have) {_THE} {{items}} [now|already]",
            f"(i|we|i've|we've) [have] [just|already] (did|done|made|finished) {_THE} {{items}}"
            " [now|already]",
            "(i|we|i've|we've) [have] [just|already] {past} [now|already]",
            f"{_THE} {{items}} (is|are) (done|bought|in the (cart|basket|bag|trolley))",
        ),
        {
            "items": Slot(fits=known),
            # "I called Sam", where it says "call Sam".
            "past": Slot(fits=lambda words: bool(_PAST.match(words)) and known(as_listed(words))),
        },
    )


_TOLD = {"paid": "pay", "sent": "send", "wrote": "write", "took": "take", "fed": "feed"}
_TOLD |= {"rang": "ring", "met": "meet", "brought": "bring", "read": "read", "cut": "cut"}
_PAST = re.compile(rf"(?:(?!need)\w+ed|{'|'.join(_TOLD)}) (?!to\b)\w", re.IGNORECASE)


def as_listed(words: str) -> str:
    """ "Paid the bill" as it is listed: "pay the bill"."""
    first, _, rest = words.partition(" ")
    return f"{_TOLD.get(first.lower(), first)} {rest}"


def shift(known: Callable[[str], bool]) -> Intent:
    """`known` says whether these stand on a list: then they are put on another."""
    return Intent(
        "shift",
        (
            f"(move|put|shift|transfer) {_THE} {{items}} [from {_THE} [{{source}}] list]"
            f" (to|onto|on) {_THE} {{list}} list",
            f"(move|shift|transfer) {_THE} {{items}} from {{source}} to {{list}}",
            f"(move|shift|transfer) (everything|all|all items|all the items) (on|from) {_THE}"
            f" {{source}} list (to|onto) {_THE} {{list}} list",
        ),
        {"items": Slot(fits=known), "list": LIST, "source": Slot()},
    )


def replace_item(known: Callable[[str], bool]) -> Intent:
    """`known` says whether this stands on a list: then something else does in its place."""
    where = f"[on {_THE} [{{list}}] list]"
    return Intent(
        "replace",
        (
            f"(change|rename|swap|replace|correct|switch) {_THE} {{items}} {where}"
            f" (to|with|for|by|into) {{other}} {where}",
            f"make {_THE} {{items}} {where} {{other}} instead",
        ),
        {"items": Slot(fits=known), "other": Slot(), "list": LIST},
    )


def shifted(request: Request, memory: Memory) -> Answer:
    """Put what is on one list on another."""
    name = list_name(request.need("list", str))
    source = request.get("source", str)
    if source and "items" not in request.slots:
        items = memory.lists.open(list_name(source))
    else:
        others = [one for one in memory.lists.names() if one != name]
        items = _found(request, memory, [list_name(source)] if source else others)
    if not items and source and memory.lists.open(list_name(source)):
        raise SkillError(f"I don't find that on the {list_name(source)} list.")
    if not items and source:
        raise SkillError(f"The {list_name(source)} list is empty.")
    if not items:
        raise SkillError(f"That is on the {name} list already.")
    texts = [item.text for item in items]
    undo = _exchanged(memory, items, name, texts, request.now)

    shown = list_card(name, memory.lists.open(name))
    return Answer(f"Moved {spoken.several(texts)} to the {name} list.", shown, undo=undo)


def swapped(request: Request, memory: Memory) -> Answer:
    """Put something in the place of what is on a list."""
    named = request.get("list", str)
    items = _found(request, memory, [list_name(named)] if named else memory.lists.names())
    others = split(verbatim(request, "other"))
    if not items or not others:
        where = f"the {list_name(named)} list" if named else "your lists"
        raise SkillError(f"I don't find that on {where}.")
    name = items[0].list
    undo = _exchanged(memory, items, name, others, request.now)

    gone = spoken.several([item.text for item in items])
    speech = f"Changed {gone} to {spoken.several(others)} on the {name} list."
    return Answer(speech, list_card(name, memory.lists.open(name)), undo=undo)


def but(memory: Memory, name: str, items: list[Item], kept: list[str]) -> Answer:
    """Take off all but these. Raises SkillError where they are not on the list."""
    stay = [one for text in kept if (one := memory.lists.find(name, text)) is not None]
    if len(stay) < len(kept):
        raise SkillError(f"I don't find {spoken.several(kept)} on the {name} list.")
    gone = [item for item in items if item not in stay]
    with memory.database.transaction():
        for item in gone:
            memory.lists.remove(item)
    left = spoken.several([item.text for item in stay])
    shown = list_card(name, memory.lists.open(name))
    return Answer(
        f"Only {left} left on the {name} list.", shown, undo=lambda: memory.lists.restore(gone)
    )


def _found(request: Request, memory: Memory, names: list[str]) -> list[Item]:
    """What the question names, on whichever of the lists of these names it is."""
    found = []
    for text in split(verbatim(request, "items")):
        item = next(filter(None, (memory.lists.find(name, text) for name in names)), None)
        if item is not None:
            found.append(item)
    return found


def _exchanged(
    memory: Memory, items: list[Item], name: str, texts: list[str], now: datetime
) -> Callable[[], None]:
    """Takes `items` off their list and puts `texts` on another; gives what takes that back."""
    with memory.database.transaction():
        for item in items:
            memory.lists.remove(item)
        added, _ = memory.lists.add(name, texts, at=now.timestamp())

    def undo() -> None:
        _take_off(memory, name, added)
        memory.lists.restore(items)

    return undo


def _take_off(memory: Memory, name: str, texts: list[str]) -> None:
    for item in memory.lists.open(name):
        if item.text in texts:
            memory.lists.remove(item)
