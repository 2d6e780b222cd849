"""What goes on from a list that was spoken of: "and butter", "not the eggs", "read it back"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from edge.reason.skill import Value
from edge.reason.words import whole_number

_IT = r"(?:it|that|there|the list|that list)"
_READ = re.compile(
    rf"(?:and )?(?:what(?:'s| is)(?: else)?(?: now)? on {_IT}(?: now)?"
    rf"|read (?:{_IT}|me {_IT}|{_IT} to me)(?: (?:back|again|out))*(?: to me)?"
    rf"|(?:what|how many)(?: things| items)?(?: are| do i have)? on {_IT}(?: now)?)",
    re.IGNORECASE,
)
_ON_IT = re.compile(
    rf"(?:and )?(?:is|are)(?: there)?(?: any)? (?P<items>.+?)(?: already)? on {_IT}", re.IGNORECASE
)
_NOT = re.compile(
    r"(?:(?:and|no|actually|but|oh|wait|sorry)\b[\s,]*)*(?:not|without|no|forget|skip|leave out)"
    r" (?:the |any )?(?P<items>.+)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?:oh|and|also|plus)\b[\s,]*)+(?P<items>(?:(?:some|an?|more|two|three|four|five|six) )?"
    r"[\w'-]+(?: (?!too\b|as well\b)[\w'-]+)?)(?: (?:too|as well))?",
    re.IGNORECASE,
)
_CLEAR = re.compile(rf"(?:clear|empty|wipe) {_IT}(?: out)?", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"(?:(?:no|i mean|i meant|actually)\b[\s,]*)*(?:put|move|add) (?:it|that|them|those)"
    r" (?:on|onto|to) (?:my |the )?(?P<list>[\w -]+?) list(?: instead)?",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:(?:no|actually|sorry|i mean|i meant|and|make (?:it|that|them)|change (?:it|that) to)"
    r"\b[\s,]*)+(?P<count>[\w-]+(?: dozen)?)|(?P<counts>[\w-]+(?: dozen)?),? actually",
    re.IGNORECASE,
)
_NO_THINGS = re.compile(
    r"\b(?:the|my|your|i|me|you|he|she|we|they|it|its|this|that|these|those|then|there|here|what"
    r"|who|how|why|when|where|which|is|are|was|do|does|did|can|could|will|would|should|if|or|not"
    r"|no|yes|please|thanks?|okay|good\w*|bye|hello|again|back|now|later|today|tonight|tomorrow"
    r"|weather|time|date|day|timers?|alarms?|reminders?|notes?|news|set|add|put|remind|cancel"
    r"|stop|start|pause|resume|undo|delete|remove|clear|read|tell|show|give|make|play|call|turn"
    r"|open|close|flip|roll|spell|convert|repeat|wake|take|mute|louder|quieter|\w+day|in|at|on|for"
    r"|to|from|by|minutes?|hours?|seconds?|degrees|percent|plus|minus|times|divided)\b",
    re.IGNORECASE,
)
"""What is said after a list was spoken of, and is nothing to buy."""


_COUNTED = re.compile(
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d+|(?:a |two )?dozen)"
    r" (?!.*(?:\band\b|,))(?P<what>.+)",
    re.IGNORECASE,
)
"""One thing with its number."""
_ONE_THING = re.compile(r"(?!.*(?:\band\b|,)).+", re.IGNORECASE)


class Known(Protocol):
    """What there is of lists."""

    def listed(self, words: str) -> bool:
        """Whether all of these things are on lists."""

    def spoken_of(self) -> str:
        """The list that was spoken of last; empty: none."""


def _name(known: Known, slots: Mapping[str, Value]) -> str:
    said = slots["list"].said if "list" in slots else ""
    return re.sub(r"\s*lists?$", "", said) or known.spoken_of() or "shopping"


def then(known: Known, text: str, slots: Mapping[str, Value]) -> str:
    """The whole question that `text` is after one for a list with these slots; else empty."""
    name = _name(known, slots)
    if _READ.fullmatch(text):
        return f"what's on my {name} list"
    if _CLEAR.fullmatch(text):
        return f"clear my {name} list"
    other = _ELSEWHERE.fullmatch(text)
    if other is not None and "items" in slots and known.listed(slots["items"].said):
        return f"move {slots['items'].said} to my {other['list']} list"
    if asked := _ON_IT.fullmatch(text):
        return f"is {asked['items']} on my {name} list"
    gone = _NOT.fullmatch(text)
    if gone is not None and known.listed(gone["items"]):
        return f"remove {gone['items']} from my {name} list"
    return ""


def more(known: Known, text: str, slots: Mapping[str, Value]) -> str:
    """As `then`, after something was added: also what else is."""
    said = slots["items"].said if "items" in slots else ""
    count, counted = _COUNT.fullmatch(text), _COUNTED.fullmatch(said)
    many = (count["count"] or count["counts"]) if count is not None else ""
    if many and whole_number(many.split()[0]) and known.listed(said) and _ONE_THING.fullmatch(said):
        # "Make it three" after two liters of milk.
        return f"change {said} to {many} {counted['what'] if counted is not None else said}"
    found = _MORE.fullmatch(text)
    if found is None or _NO_THINGS.search(found["items"]):
        return then(known, text, slots)
    return f"add {found['items']} to my {_name(known, slots)} list"
