"""Lists by voice: shopping, to-do and any other."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from edge.card import Items
from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.lists import LONGEST, Item
from edge.reason.skill import Answer, Intent, Missing, Request, Services
from edge.reason.skills.beside import (
    ASKED,
    COOKED,
    DELIVERED,
    EATEN,
    EXPLAINED,
    MEANT,
    ORDERED,
    PLAYED,
    PUBLISHED,
    SHARED,
    SONG,
    TAKEN_OUT,
    beside,
)  # fmt: skip
from edge.reason.skills.list_edits import as_listed, but, got, replace_item, shift, shifted, swapped
from edge.reason.skills.list_items import capital, list_card, list_name, split
from edge.reason.skills.list_phrases import LISTS, PLANNED, TITLED, drop, put, take
from edge.reason.skills.list_read import names_of, told
from edge.reason.skills.list_then import more, then
from edge.reason.verbatim import verbatim
from edge.reason.words import whole_number
from edge.remind import spoken
from edge.shopping.purchases import Purchases


class Lists:
    """A list is there from its first item on; one that is not named is the one for shopping."""

    name = "list"
    about = "keep lists"
    _ours = beside((TITLED, PLANNED, *LISTS), EXPLAINED, PLAYED, SHARED, SONG)
    _ours = beside(_ours, MEANT, PUBLISHED, EATEN, only=("read", "names", "new", "clear"))
    _ours = beside(_ours, DELIVERED, only=("read",))
    _ours = beside(_ours, ASKED, ORDERED, only=("add", "remove", "done"))
    _ours = beside(_ours, COOKED, only=("add",))

    def __init__(self, services: Services) -> None:
        self._services = services
        self._about = ""
        known = tuple(make(self.listed) for make in (drop, got, shift, replace_item))
        named = (put(self.named), take(self.named))
        every = (*self._ours, *beside((*known, *named), ASKED))
        every = beside(every, TAKEN_OUT, only=("remove", "drop", "done"))
        self._intents = tuple(
            replace(intent, then=partial(more if intent.name == "add" else then, self))
            for intent in every
        )

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def listed(self, words: str) -> bool:
        """Whether all of these things are on lists."""
        memory = self._services.find(Memory)
        texts = split(words)
        if memory is None or not texts:
            return False
        try:
            names = memory.lists.names()
            return all(any(memory.lists.find(name, text) for name in names) for text in texts)
        except StorageError:
            return False

    def named(self, words: str) -> bool:
        """Whether this is the name of a list that there is."""
        memory = self._services.find(Memory)
        try:
            return memory is not None and list_name(words) in memory.lists.names()
        except StorageError:
            return False

    def spoken_of(self) -> str:
        """The list that was spoken of last; empty: none."""
        return self._about

    async def handle(self, request: Request) -> Answer:
        answer = self._answer(request, self._services.need(Memory))
        if answer.card is not None and isinstance(answer.card.data, Items):
            self._about = answer.card.title.lower()
        return answer

    def _answer(self, request: Request, memory: Memory) -> Answer:
        match request.intent:
            case "add" | "put":
                return _add(request, memory)
            case "remove" | "drop" | "take":
                return _remove(request, memory)
            case "shift":
                return shifted(request, memory)
            case "replace":
                return swapped(request, memory)
            case "done" | "got":
                return _remove(request, memory, bought=True)
            case "names":
                return names_of(memory)
            case "new" | "titled" | "planned":
                name = list_name(request.need("list", str))
                if memory.lists.open(name):
                    return Answer(f"There is a {name} list already.")
                return Answer(f"The {name} list is empty; tell me what to add.")
            case "clear":
                return _clear(request, memory)
            case _:
                return told(request, memory)


def _add(request: Request, memory: Memory) -> Answer:
    items = split(verbatim(request, "items"))
    if not items:
        raise Missing("items", "What should I add?")
    if any(_WHOLE_LIST.match(item) for item in items):
        raise SkillError("I can't put a whole list onto another; tell me the things.")
    tasks = "to-do" if _TO_TASKS.search(request.text) else None
    name = list_name(request.get("list", str) or tasks)
    if len(memory.lists.open(name)) + len(items) > LONGEST:
        raise SkillError(f"The {name} list is full; clear some of it first.")
    if any(len(item) > 200 for item in items):
        raise SkillError("That is too long for a list; I can keep it as a note.")
    added, known = memory.lists.add(name, items, at=request.now.timestamp())
    card = list_card(name, memory.lists.open(name))
    if not added:
        verb = "is" if len(known) == 1 else "are"
        return Answer(f"{capital(spoken.several(known))} {verb} on the {name} list already.", card)

    def undo() -> None:
        for item in memory.lists.open(name):
            if item.text in added:
                memory.lists.remove(item)

    return Answer(f"Added {spoken.several(added)} to the {name} list.", card, undo=undo)


_TO_TASKS = re.compile(
    r"\b(?:to|on|onto|in|into) (?:my|the|our) (?:to[- ]?dos?|tasks?|chores)[\s.!?]*$", re.IGNORECASE
)
_WHOLE_LIST = re.compile(r"(?:everything|all)\b.*\blist$", re.IGNORECASE)


def _remove(request: Request, memory: Memory, *, bought: bool = False) -> Answer:
    words = verbatim(request, "items") or as_listed(verbatim(request, "past"))
    if bought:
        words = _HOW_MUCH.sub("", words)
        words = _TAKE_OFF.sub("", words)
        words = re.sub(r"\s+(?:today|yesterday|just now|this \w+|already)$", "", words, flags=re.I)
    words = _ITEM.sub("", words)
    if not split(words):
        raise Missing("items", "Which item?")
    named = request.get("list", str)
    names = memory.lists.names()
    if named and (list_name(named) in names or re.search(r"\blists?\b", request.text.lower())):
        names = [list_name(named)]
    gone, missing = [], []
    with memory.database.transaction():
        for text in split(words):
            item = next(filter(None, (memory.lists.find(name, text) for name in names)), None)
            item = item or _placed(text, memory.lists.open(list_name(named)))
            if item is None:
                missing.append(text)
                continue
            gone.append(item)
            if bought:
                memory.lists.tick(item, at=request.now.timestamp())
            else:
                memory.lists.remove(item)
    where = f"the {list_name(named)} list" if named else "your lists"
    if bought:
        # Also what was on no list: the rhythm of buying is learned from it.
        names = [item.text for item in gone if item.list == "shopping"]
        if not named or list_name(named) == "shopping":
            names += [] if _FINISHED.search(request.text) else missing
        at = request.now.timestamp()
        Purchases(memory).add(names, at=at)

        def not_bought() -> None:
            Purchases(memory).take_back(names, at=at)
            memory.lists.restore(gone)

        if not gone and names:
            return Answer(f"Noted that you bought {spoken.several(names)}.", undo=not_bought)
    if not gone:
        return Answer(f"I don't find {spoken.several(missing)} on {where}.")
    here = [item for item in gone if item.list == gone[0].list]
    card = list_card(gone[0].list, memory.lists.open(gone[0].list), here if bought else ())
    what = spoken.several([item.text for item in gone])
    if bought:
        others = _others(names, gone)
        noted = f", and noted {spoken.several(others)}" if others else ""
        return Answer(f"Ticked off {what}{noted}.", card, undo=not_bought)
    more = split(request.get("more", str) or "")
    if more:
        memory.lists.add(gone[0].list, more, at=request.now.timestamp())
        return Answer(f"Removed {what}, and added {spoken.several(more)}.", card)
    return Answer(
        f"Removed {what} from the {gone[0].list} list.",
        card,
        undo=lambda: memory.lists.restore(gone),
    )


_ITEM = re.compile(
    r"^(?:the )?item (?!(?:number )?(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)$)",
    re.IGNORECASE,
)
_FINISHED = re.compile(r"\b(?:finish\w*|complete\w*|done|did)\b", re.IGNORECASE)
_TAKE_OFF = re.compile(
    r",?\s+(?:and |so |please )*(?:take|cross|check|tick|remove|delete) (?:it|that|them)\b.*",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"\s+for .*\b(?:euros?|dollars?|pounds?|cents?|bucks)$", re.IGNORECASE)


def _others(names: list[str], gone: list[Item]) -> list[str]:
    """What was bought besides what was on the list."""
    return [name for name in names if name not in {item.text for item in gone}]


def _placed(text: str, items: list[Item]) -> Item | None:
    """The item that "the last one" or "item three" means."""
    found = _PLACE.fullmatch(text.lower())
    if found is None:
        return None
    if found["rank"] == "last":
        return items[-1] if items else None
    number = _RANKS.get(found["rank"]) or whole_number(found["number"] or "")
    place = int(number) - 1 if number is not None and not number % 1 else -1
    return items[place] if 0 <= place < len(items) else None


_RANKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_PLACE = re.compile(
    r"(?:the )?(?:(?P<rank>last|first|second|third|fourth|fifth) (?:item|one|thing|entry)"
    r"|(?:item|number|entry) (?:number )?(?P<number>\w+))"
)


_ALL_LISTS = re.compile(
    r"\b(?:all|both|of|on|from|off|in|out|my|the|our|clear|empty|erase|wipe|delete|remove|drop"
    r"|destroy|trash|scrap) lists\b|\b(?:every|each) list\b",
    re.IGNORECASE,
)
"""Who says so means no certain list."""
_ONES = re.compile(r" (?:lists? )?ones?$", re.IGNORECASE)


def _clear_all(request: Request, memory: Memory) -> Answer:
    """Every list that has anything on it, after asking once."""
    kept = {list_name(_ONES.sub("", name)) for name in split(verbatim(request, "kept"))}
    names = memory.lists.names()
    if kept and not kept & {*names}:
        raise SkillError(f"I don't find the {spoken.several(sorted(kept))} list.")
    names = [name for name in names if name not in kept]
    lists = {name: items for name in names if (items := memory.lists.open(name))}
    if not lists:
        return Answer(f"There are no {'other ' if kept else ''}lists.")
    sure = request.get("sure", bool)
    if sure is None:
        has = [f"the {name} list has {_things(len(items))}" for name, items in lists.items()]
        which = "it" if len(has) == 1 else "all of them"
        raise Missing("sure", f"{capital(spoken.several(has))}. Shall I clear {which}?")
    if not sure:
        return Answer("I'll keep it." if len(lists) == 1 else "I'll keep them.")
    with memory.database.transaction():
        for name in lists:
            memory.lists.clear(name)
    gone = [item for items in lists.values() for item in items]
    verb = "list is" if len(lists) == 1 else "lists are"
    cleared = f"The {spoken.several([*lists])} {verb} empty now."
    return Answer(cleared, undo=lambda: memory.lists.restore(gone))


def _things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things"


def _clear(request: Request, memory: Memory) -> Answer:
    if _ALL_LISTS.search(request.text):
        return _clear_all(request, memory)
    name = list_name(request.get("list", str))
    items = memory.lists.open(name)
    if kept := split(verbatim(request, "kept")):
        return but(memory, name, items, kept)
    count = len(items)
    if not count:
        return Answer(f"The {name} list is empty already.")
    sure = request.get("sure", bool)
    if sure is None:
        raise Missing("sure", f"The {name} list has {_things(count)}. Shall I clear it?")
    if not sure:
        return Answer("I'll keep it.")
    memory.lists.clear(name)
    return Answer(f"The {name} list is empty now.", undo=lambda: memory.lists.restore(items))
