"""Finds the place that a sentence names: "in Oslo", "Manila time", "weather London", "my city"."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from edge.errors import SkillError
from edge.reason.dates import find_when, without
from edge.reason.places import HERE, Place, find_place
from edge.reason.when import When
from edge.reason.words import Found

UNKNOWN = "I don't know where {} is."
"""What is said of a place that nobody knows."""

_OWN_PLACE = (
    r"(?:(?:my|our|this) (?:own |current |present |local )?"
    r"(?:place|city|town|village|area|location|region|neighbou?rhood|state|country|zone"
    r"|time ?zone|part of the (?:world|country))"
    r"|the (?:city|town|village|area|region|neighbou?rhood|country)"
    r"|where (?:i am|i'm at|i live|we are|we live)(?: (?:right )?now)?)(?! (?:of|at)\b)"
)
_OWN_TIME = r"(?:right |over |around )?here|(?:(?:my|our) )?local(?: time)?|(?:my|our) time"
_HERE = re.compile(f"{_OWN_PLACE}|{_OWN_TIME}", re.IGNORECASE)
_AT_HERE = re.compile(
    rf"\b(?:in|at|for|of|near|around|from|between|to|and|is|'s) (?P<here>{_OWN_PLACE})\b",
    re.IGNORECASE,
)


def read_place(said: str, *, here: bool = True) -> Place | None:
    """The place that all of `said` names; None where these words can be no place's name.

    `here`: "my city" may be it. Raises SkillError, to be spoken, for a place that nobody knows.
    """
    if _HERE.fullmatch(said):
        return HERE if here else None
    if said.lower().removeprefix("the ") in _KINDS_OF_PLACES:
        return None
    place = find_place(said)
    if place is None and _could_be_place(said):
        raise SkillError(UNKNOWN.format(said))
    return place


_NOT_IN_NAMES = frozenset(
    {"a", "all", "any", "at", "be", "do", "here", "how", "i", "is", "it", "least", "me", "my"}
    | {"now", "our", "please", "that", "there", "this", "today", "tomorrow", "what", "which"}
    | {"will", "you", "your", "home", "work", "area", "town", "when", "if", "night", "are", "for"}
    | {"what's", "how's", "it's", "who's", "fahrenheit", "celsius", "degrees"}
    | {"room", "house", "need", "know", "want", "to", "next", "few", "days", "coming"}
    | {"the", "or", "have", "has", "check", "show", "tell", "say", "see", "get", "give", "read"}
    | {"exact", "correct", "precise", "actual", "right", "real", "present", "current", "currently"}
    | {"and", "compare", "about", "whether", "like", "more", "some", "every", "of", "in", "on"}
    | {"moment", "outside", "people", "someone", "everyone", "them", "us", "place", "anywhere"}
)


_NOT_ALONE = frozenset(
    {"open", "start", "play", "latest", "new", "view", "display", "hear", "find", "launch"}
    | {"search", "report", "live", "full", "quick", "daily", "weekly", "hourly", "good", "bad"}
    | {"hot", "cold", "warm", "cool", "mild", "severe", "winter", "summer", "autumn", "whole"}
    | {"lovely", "best", "nice", "great", "terrible", "awful", "beautiful", "may"}
    | {"daylight", "saving", "savings", "standard", "yours", "mine", "digital", "analog"}
    | {"german", "french", "spanish", "italian", "english", "bed", "bedtime", "tea", "screen"}
    | {"golf", "hiking", "running", "cycling", "biking", "camping", "fishing", "skiing", "sailing"}
    | {"swimming", "surfing", "walking", "jogging", "gardening", "picnic", "barbecue", "tennis"}
    | {"football", "soccer", "baseball", "game", "match", "party", "trip", "flight", "wedding"}
    | {"sun", "ocean", "boiling", "body", "class"}
    | {"stop", "ask", "request", "announce", "update", "next", "future", "run", "much"}
)
"""Words that are no name by themselves ("latest weather"), though there is a Hot Springs."""


def _could_be_place(said: str) -> bool:
    """Whether these words, which are no place that is known, could name one."""
    words = said.lower().removeprefix("the ").split()
    if _NOT_IN_NAMES & {*words} or {*words} <= _NOT_ALONE or said[0].isdigit():
        return False
    return 1 <= len(words) <= 4


_KINDS_OF_PLACES = frozenset(
    {"airport", "beach", "lake", "park", "mountains", "coast", "countryside", "office", "school"}
    | {"gym", "pool", "stadium", "woods", "garden", "sea", "shore", "river", "seaside", "mall"}
)
"""Of which there are many, and one is near: no names."""

_BEHIND = re.compile(
    r"\b(?:in|at|for|of|on|im|i'm|to|near|around|between|from|convert|change|compare|[ap]\.? ?m\.?)"
    r"\s+(?=\w)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\b.+?\band\s+(?=\w)", re.IGNORECASE)
"""What says that a place follows ..."""
_MAYBE_BEHIND = re.compile(
    r"\b(?:is|has|does|do|did|will|would|can|time is it"
    r"|(?:weather|forecast|temperature|climate|time|date)"
    r"(?: (?:report|update|conditions?|forecast|zone|(?:right |just )?now|today|tomorrow|tonight"
    r"|this week(?:end)?|next week))?)\s+(?=\w)",
    re.IGNORECASE,
)
"""... or may follow: "weather London", "will Boston see snow"."""
_TIME_OF = re.compile(
    r"(?<![\w.'])((?:[\w.']+ ){1,3}?)(?:(?:current|local) )?time\b"
    r"|(?<![\w.'])((?:[\w.']+ ){0,2}[\w.]+'s )(?:(?:current|local) )?"
    r"(?:weather|forecast|temperature)\b",
    re.IGNORECASE,
)
_WEATHER_OF = re.compile(
    r"(?<![\w.'])((?:[\w.']+ ){1,3})(?:weather|forecast|temperature|climate)\b", re.IGNORECASE
)
_FROM_UTC = re.compile(
    r"\b[tc]\b\.? (?:plus|minus)\b|\b(?:gmt|utc) ?(?:plus|minus|[+-])", re.IGNORECASE
)
"""A zone by its distance, whose name has many words: "g. m. t. plus five"."""
_WORDS_TOO = frozenset(
    {"nice", "most", "date", "us", "male", "delta", "bell", "reading", "wedding"}
    | {"liberty", "green", "holiday", "normal", "sale", "university", "sunset", "sunrise"}
    | {"spring", "orange", "golden", "forest", "bear", "tyre", "best", "bar", "bath", "central"}
    | {"mountain", "eden", "summit", "friendly", "hurricane", "winter", "may"}
)
"""Names of places that are words, too, and are meant as places only where that is certain."""
_FOR_US = re.compile(r"\b(?:for|to|of|on|with|between) $", re.IGNORECASE)


def place_in(
    text: str, now: datetime, taken: Collection[str], *, here: bool = True
) -> Found[Place | None] | None:
    """The first place that `text` names whose words are not `taken` already.

    `here`: "my city" may be it. Where what is behind "in" can be nothing else, one that nobody
    knows: its value is None.
    """
    when, own = find_when(text, now), None
    for start, end, sure in _may_name_place(text):
        if when is not None and any(a < end and start < b for a, b in when.spans):
            continue
        said = f" {text[start:end].lower()} "
        if any(f" {other} " in said or said in f" {other} " for other in taken):
            continue
        if said.strip() == "us" and _FOR_US.search(text[:start]):
            continue
        if _HERE.fullmatch(text[start:end]):
            own = own or (start, end)
            continue
        if said.strip() in (_KINDS_OF_PLACES if sure else _WORDS_TOO | _KINDS_OF_PLACES):
            continue
        place = find_place(text[start:end])
        if place is not None:
            return Found(place, ((start, end),))
    unknown = _unknown_place(text, when, taken)
    if unknown is None and own is not None and here:
        # "The local time in Paris" is that of Paris.
        return Found(HERE, (own,))
    return unknown


def _may_name_place(text: str) -> list[tuple[int, int, bool]]:
    """Where a place may stand, the first and of these the longest before others; and whether
    something says that one does."""
    ends = [m.end() for m in re.finditer(r"[\w.']+", text)]
    most = 8 if _FROM_UTC.search(text) else 4
    spans = [
        (match.end(), end, sure)
        for pattern, sure in ((_BEHIND, True), (_BETWEEN, True), (_MAYBE_BEHIND, False))
        for match in pattern.finditer(text)
        for end in [end for end in ends if end > match.end()][:most]
    ]
    spans += [(*match.span("here"), True) for match in _AT_HERE.finditer(text)]
    for pattern in (_TIME_OF, _WEATHER_OF):
        for match in pattern.finditer(text):
            # "Manila time" is the time of Manila, and "Boston's weather" that of Boston.
            named = match[1] or match[2]
            last = match.start() + len(named) - 1
            sure = pattern is _TIME_OF
            spans += [
                (match.start() + word.start(), last, sure)
                for word in re.finditer(r"[\w.']+", named)
            ]
    return sorted(spans, key=lambda span: (span[0], -span[1], not span[2]))


_IN_SOMEWHERE = re.compile(r"\bin (?:the (?:city|town|village) of )?(\w[\w'. ]*)$", re.IGNORECASE)
_NO_PLACES = frozenset(
    {"general", "time", "case", "advance", "order", "fact", "total", "future", "past", "sky", "air"}
    | {"forecast", "minutes", "hours", "weeks", "months", "hour", "week", "month", "year", "day"}
    | {"morning", "evening", "afternoon", "spring", "summer", "autumn", "fall", "winter", "the"}
    | {"kelvin", "centigrade", "percent", "numbers", "words", "detail", "english", "country"}
    | {"city", "place", "region", "state", "location", "world", "neighborhood", "zone", "timezone"}
    | {"outside", "inside", "side", "sun", "shade", "rain", "snow", "water", "and", "or", "than"}
    | {"an", "of", "on", "with", "by", "from", "about", "like", "be", "get", "going", "weekend"}
    | {"car", "garden", "yard", "backyard", "office", "building", "street", "mountains", "hills"}
    | {"temperature", "humidity", "pressure", "wind", "sunshine", "price", "volume", "cost"}
    | {"park", "bayou", "valley", "desert", "forest", "half", "hundred", "thousand"}
)
"""Words behind "in" that are no name of a place."""


def _unknown_place(
    text: str, when: Found[When] | None, taken: Collection[str]
) -> Found[Place | None] | None:
    """The words that end `text`, but for its time, behind an "in" that says where."""
    plain = re.sub(r"\W+$", "", without(text, when.spans) if when is not None else text)
    found = _IN_SOMEWHERE.search(plain)
    if found is None or not _could_be_place(found[1]):
        return None
    said = found[1].lower()
    if (
        said.removeprefix("the ") in _KINDS_OF_PLACES
        or _NO_PLACES & set(said.split())
        or any(said in other for other in taken)
    ):
        return None
    start = text.find(found[1])
    return Found(None, ((start, start + len(found[1])),)) if start >= 0 else None
