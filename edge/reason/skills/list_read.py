"""What is read of lists."""

from __future__ import annotations

import re
from datetime import datetime

from edge.memory import Memory
from edge.reason.skill import Answer, Card, Request
from edge.reason.skills.list_items import is_or_are, list_card, list_name, split
from edge.reason.verbatim import verbatim
from edge.remind import spoken

_ANYTHING = re.compile(
    r"(?:all )?(?:the )?(?:(?:first|last|next) )?(?:anything|something|things?|stuff|items?|put)\b",
    re.IGNORECASE,
)


def told(request: Request, memory: Memory) -> Answer:
    """What is on a list, or whether something is."""
    name = list_name(request.get("list", str) or _implied(request.text))
    items = memory.lists.open(name)
    words = verbatim(request, "items")
    texts = [] if _ANYTHING.match(words) else split(words)
    if texts:
        there = [text for text in texts if memory.lists.find(name, text)]
        if len(there) == len(texts):
            return Answer(f"Yes, {spoken.several(there)} {is_or_are(there)} on the {name} list.")
        gone = [text for text in texts if text not in there]
        return Answer(f"No, {spoken.several(gone)} {is_or_are(gone)} not on the {name} list.")
    if not items:
        today = _today(request, memory)
        return Answer(f"The {name} list is empty.{today}")
    card = list_card(name, items)
    if re.search(r"\b(next|first)\b", request.text.lower()):
        return Answer(f"First on the {name} list: {items[0].text}.", card)
    texts = [item.text for item in items]
    if re.search(r"\bhow many\b", request.text.lower()):
        things = "is one thing" if len(texts) == 1 else f"are {len(texts)} things"
        return Answer(f"There {things} on the {name} list.", card)
    if len(texts) > 10:
        texts = [*texts[:9], f"{len(texts) - 9} more"]
    return Answer(f"On the {name} list: {spoken.several(texts)}.", card)


_OF_THE_DAY = re.compile(
    r"^(?!.*\b(?:list|tasks?|to-?dos?|chores|buy|get)\b).*\bdo\b", re.IGNORECASE
)


def _today(request: Request, memory: Memory) -> str:
    """What one is reminded of today, where it was asked what there is to do; else empty."""
    if not _OF_THE_DAY.match(request.text):
        return ""
    at = [datetime.fromtimestamp(due.at, request.now.tzinfo) for due in memory.due.open("reminder")]
    names = [
        f"{spoken.you(due.name)} {spoken.moment(when, request.now)}"
        for due, when in zip(memory.due.open("reminder"), at, strict=True)
        if when.date() == request.now.date()
    ]
    return f" You asked to be reminded: {'; '.join(names[:3])}." if names else ""


def names_of(memory: Memory) -> Answer:
    """Which lists there are."""
    names = [name for name in memory.lists.names() if memory.lists.open(name)]
    if not names:
        return Answer("There are no lists yet.")
    card = Card("Lists", tuple(names), "list")
    if len(names) == 1:
        return Answer(f"There is one list: {names[0]}.", card)
    return Answer(f"There are {len(names)} lists: {spoken.several(names)}.", card)


def _implied(text: str) -> str | None:
    return (
        "to-do"
        if re.search(r"\b(to do|todo|tasks?)\b|\b(need to|must (i|we)) do\b", text.lower())
        else None
    )
