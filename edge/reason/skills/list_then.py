"""What goes on from a list that was spoken of: "and butter", "not the eggs", "read it back"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from edge.reason.skill import Value

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


def then(text: str, slots: Mapping[str, Value]) -> str:
    """The whole question that `text` is after one for a list with these slots; else empty."""
    named = slots["list"].said if "list" in slots else ""
    name = re.sub(r"\s*lists?$", "", named) or "shopping"
    if _READ.fullmatch(text):
        return f"what's on my {name} list"
    if asked := _ON_IT.fullmatch(text):
        return f"is {asked['items']} on my {name} list"
    said = slots["items"].said.lower() if "items" in slots else ""
    gone = _NOT.fullmatch(text)
    if gone is not None and re.search(rf"\b{re.escape(gone['items'].lower())}\b", said):
        return f"remove {gone['items']} from my {name} list"
    return ""


def more(text: str, slots: Mapping[str, Value]) -> str:
    """As `then`, after something was added: also what else is."""
    found = _MORE.fullmatch(text)
    if found is None or _NO_THINGS.search(found["items"]):
        return then(text, slots)
    named = slots["list"].said if "list" in slots else "shopping list"
    return f"add {found['items']} to my {named.removesuffix(' list')} list"
