"""Reads slots in the wearer's own words, so that no value is one that was not said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from edge.errors import SkillError
from edge.reason.dates import find_when, whole_when, without
from edge.reason.durations import durations, whole_duration
from edge.reason.feasts import is_feast
from edge.reason.leads import find_lead
from edge.reason.patterns import pattern
from edge.reason.places import find_place
from edge.reason.skill import Intent, Slot, Value
from edge.reason.words import Found, numbers, whole_number

_YES = frozenset(
    {"yes", "yeah", "yep", "yup", "sure", "ok", "okay", "do it", "please do", "correct"}
)
_YES |= {"go ahead", "yes please", "of course", "right", "that's right", "absolutely", "certainly"}
_NO = frozenset({"no", "nope", "nah", "don't", "no thanks", "no thank you", "cancel", "never mind"})
_NO |= {"not now", "stop", "do not", "please don't", "forget it", "wrong"}
_PLACE = re.compile(
    r"\b(?:in|at|for|of|on|is|im|i'm|to|has|does|do|did|will|would|can|near|around|between"
    r"|from|convert|change|compare|[ap]m)\s+(?=\w)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\b.+?\band\s+(?=\w)", re.IGNORECASE)
_TIME_OF = re.compile(
    r"((?:[\w.']+ ){1,3}?)(?:(?:current|local) )?time\b"
    r"|((?:[\w.']+ ){0,2}[\w.]+'s )(?:(?:current|local) )?(?:weather|forecast|temperature)\b",
    re.IGNORECASE,
)
_FROM_UTC = re.compile(
    r"\b[tc]\b\.? (?:plus|minus)\b|\b(?:gmt|utc) ?(?:plus|minus|[+-])", re.IGNORECASE
)
"""A zone by its distance, whose name has many words: "g. m. t. plus five"."""
_PERCENT = re.compile(r"\s*(?:%|per ?cent)$", re.IGNORECASE)
_COURTESY = re.compile(r"[\s,]*\b(please|thanks|thank you|for me)[\s.!?]*$", re.IGNORECASE)


def read(slot: Slot, said: str, now: datetime) -> Any | None:
    """What all of `said` means as this slot's kind; None where it means nothing.

    Raises SkillError, to be spoken, where it names something that does not exist.
    """
    said = said.strip(" ,.!?")
    if slot.kind == "when" and slot.fits is not None and not slot.fits(said):
        return None
    match slot.kind:
        case "number":
            return whole_number(_PERCENT.sub("", said))
        case "duration" | "lead":
            return whole_duration(said)
        case "when":
            return whole_when(said, now)
        case "place":
            place = find_place(said)
            if place is None and _could_be_place(said):
                raise SkillError(_UNKNOWN.format(said))
            return place
        case "yes_no":
            plain = said.lower()
            return True if plain in _YES else False if plain in _NO else None
        case "text":
            words = _COURTESY.sub("", said)
            if slot.choices:
                return words.lower() if words.lower() in slot.choices else None
            if slot.fits is not None and not slot.fits(words):
                return None
            return words or None


_UNKNOWN = "I don't know where {} is."


def nowhere(intent: Intent, slots: Mapping[str, Value]) -> str:
    """What is said of a place in `slots` that nobody knows; empty: there is none."""
    return next(
        (
            _UNKNOWN.format(value.said)
            for name, value in slots.items()
            if value.value is None and intent.slots[name].kind == "place"
        ),
        "",
    )


_NOT_IN_NAMES = frozenset(
    {"a", "all", "any", "at", "be", "do", "here", "how", "i", "is", "it", "least", "me", "my"}
    | {"now", "our", "please", "that", "there", "this", "today", "tomorrow", "what", "which"}
    | {"will", "you", "your", "home", "work", "area", "town", "when", "if", "night", "are", "for"}
    | {"what's", "how's", "it's", "who's", "fahrenheit", "celsius", "degrees"}
    | {"room", "house", "need", "know", "want", "to", "next", "few", "days", "coming"}
)


def _could_be_place(said: str) -> bool:
    """Whether these words, which are no place that is known, could name one."""
    words = said.lower().split()
    return 1 <= len(words) <= 4 and not _NOT_IN_NAMES & set(words) and not said[0].isdigit()


def complete(
    intent: Intent, text: str, slots: Mapping[str, Value], now: datetime
) -> dict[str, Value]:
    """`slots` and those that can be found elsewhere in the whole question.

    Days and times are cut out of the words of other slots: "call mum tomorrow" is to call mum.
    The value of a place that nobody knows is None (see `nowhere`).
    Raises SkillError as `read` does.
    """
    filled = dict(slots)
    timed = [name for name, slot in intent.slots.items() if slot.kind in _TIMED]
    moments = [name for name in timed if intent.slots[name].kind != "lead"]
    cut: list[tuple[int, int]] = []
    for name, slot in intent.slots.items():
        # A template may have read a part of the time only: "tomorrow" elsewhere belongs to it.
        if name in filled and (slot.kind != "when" or len(moments) > 1):
            continue
        taken = {value.said.lower() for other, value in filled.items() if other != name}
        try:
            found = _find(slot, text, now, taken)
        except SkillError:
            # What only asks may name a day twice: "is it Friday today". Otherwise another time may
            # be a part of what is to be done: "remind me at five that I have to call at six".
            if name not in filled or not (intent.pure or _in_words(intent, filled, now)):
                raise
            continue
        if found is None or found.said(text).lower() in taken:
            continue
        if slot.kind == "when" and slot.fits is not None and not slot.fits(found.said(text)):
            continue
        if slot.kind == "when" and _is_name(filled, intent, text, found.said(text)):
            continue
        value = Value(found.said(text), found.value)
        if name in filled and value.said != filled[name].said and value.said in filled[name].said:
            # A template has read more: "when it is seven in the evening".
            continue
        if slot.kind == "when":
            name, value = _whole_time(text, name, value, filled, intent, now)
        filled[name] = value
        if name in timed:
            cut += found.spans
            for other, value in list(filled.items()):
                if intent.slots[other].kind == "text":
                    _cut(filled, other, value, slot, now, found.said(text))
    rest = without(text, _apart(cut))
    for name, slot in intent.slots.items():
        if name not in filled and slot.kind == "text":
            _match(filled, name, slot, rest)
    return filled


_EVENT_CALLED = re.compile(
    r"(?:the |my |an? )*(?:event|appointment|entry|holiday|day|reminder)"
    r" (?:called |named |for |of )?(?!on\b)(.+)$",
    re.IGNORECASE,
)


_ON_CALENDAR = re.compile(
    r"\b(?:remove|delete|cancel|clear|erase|take|drop|add|put|note|mark) (?:the |my )?(.+?)"
    r" (?:from|off|off of|out of|on|in|to|into) (?:my |the )?(?:calendar|schedule|agenda)$",
    re.IGNORECASE,
)


def _is_name(filled: dict[str, Value], intent: Intent, text: str, said: str) -> bool:
    """Whether the feast `said` is what an event is called ("the event Valentine's Day", "remove
    Father's Day from my calendar"), and not when it is; its slot then holds that name."""
    for name, value in filled.items():
        called = _EVENT_CALLED.match(value.said)
        if intent.slots[name].kind != "text" or called is None or called[1] != said:
            continue
        if is_feast(said):
            filled[name] = Value(said, said)
            return True
    taken = _ON_CALENDAR.search(text)
    what = intent.slots.get("what")
    if what is None or what.kind != "text" or taken is None or taken[1] != said:
        return False
    if is_feast(said):
        filled["what"] = Value(said, said)
        return True
    return False


def _whole_time(
    text: str, name: str, value: Value, filled: Mapping[str, Value], intent: Intent, now: datetime
) -> tuple[str, Value]:
    """The slot that `value` is for: `name`, or another whose words it goes on; then with these.

    "Move it to ten tomorrow morning" is one time, of which a template may have read "ten".
    """
    for other, slot in intent.slots.items():
        if slot.kind != "when" or other not in filled:
            continue
        before = filled[other].said
        if name not in filled and before in value.said:
            return other, value
        both = f"{before} {value.said}"
        if both in text and (moment := read(slot, both, now)) is not None:
            return other, Value(both, moment)
    return name, value


_TIMED = ("when", "duration", "lead")


def _apart(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same characters in order, each once."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _in_words(intent: Intent, filled: Mapping[str, Value], now: datetime) -> bool:
    """Whether a slot of words has a time in it."""
    words = [value.said for name, value in filled.items() if intent.slots[name].kind == "text"]
    try:
        return any(find_when(said, now) is not None for said in words)
    except SkillError:
        return False


def _match(filled: dict[str, Value], name: str, slot: Slot, text: str) -> None:
    for regex in slot.find:
        match = pattern(regex).search(text)
        if match is not None and match[1]:
            said = _COURTESY.sub("", match[1].strip(" ,.!?\"'"))
            fits = slot.fits is None or slot.fits(said)
            if said and fits and (not slot.choices or said.lower() in slot.choices):
                filled[name] = Value(said, said.lower() if slot.choices else said)
                return
    lowered = text.lower()
    for choice in slot.choices:
        if choice in lowered and pattern(rf"\b{re.escape(choice)}\b").search(text):
            filled[name] = Value(choice, choice)
            return


def _cut(
    filled: dict[str, Value], name: str, value: Value, slot: Slot, now: datetime, time: str
) -> None:
    """Take the words of `time` out of the slot `name`."""
    found = _find(slot, value.said, now)
    if found is None or not {*found.said(value.said).split()} <= {*time.split()}:
        # "Friday's party" in what is to be done tomorrow is no part of that time.
        return
    rest = without(value.said, found.spans).strip(" ,.")
    if rest and rest.lower() not in ("to", "for", "the", "a"):
        filled[name] = Value(rest, rest)
    else:
        del filled[name]


def _find(slot: Slot, text: str, now: datetime, taken: Collection[str] = ()) -> Found[Any] | None:
    """A value of the slot's kind anywhere in `text`; None where there is none, or more than one."""
    match slot.kind:
        case "when":
            return find_when(text, now)
        case "duration":
            lengths = durations(text)
            return lengths[0] if len(lengths) == 1 else None
        case "lead":
            return find_lead(text, now)
        case "number":
            amounts = numbers(text)
            return _with_percent(amounts[0], text) if len(amounts) == 1 else None
        case "place":
            return _find_place(text, now, taken)
        case _:
            return None


def _with_percent(amount: Found[Any], text: str) -> Found[Any]:
    """The number with the "percent" after it, which is a part of what was said."""
    start, end = amount.spans[0]
    sign = re.match(r"\s*(?:%|per ?cent\b)", text[end:], re.IGNORECASE)
    return Found(amount.value, ((start, end + sign.end()),)) if sign else amount


def _find_place(text: str, now: datetime, taken: Collection[str]) -> Found[Any] | None:
    """The first place after a preposition or before "time" whose words are not `taken` already.

    Where what is behind "in" can be nothing else, one that nobody knows: its value is None.
    """
    when = find_when(text, now)
    for start, end in _may_name_place(text):
        if when is not None and any(a < end and start < b for a, b in when.spans):
            continue
        said = f" {text[start:end].lower()} "
        if any(f" {other} " in said or said in f" {other} " for other in taken):
            continue
        place = find_place(text[start:end])
        if place is not None:
            return Found(place, ((start, end),))
    return _unknown_place(text, when, taken)


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
    | {"park", "bayou", "valley", "desert", "forest", "half", "hundred", "thousand"}
)
"""Words behind "in" that are no name of a place."""


def _unknown_place(text: str, when: Found[Any] | None, taken: Collection[str]) -> Found[Any] | None:
    """The words that end `text`, but for its time, behind an "in" that says where."""
    plain = re.sub(r"\W+$", "", without(text, when.spans) if when is not None else text)
    found = _IN_SOMEWHERE.search(plain)
    if found is None or not _could_be_place(found[1]):
        return None
    said = found[1].lower()
    if _NO_PLACES & set(said.split()) or any(said in other for other in taken):
        return None
    start = text.find(found[1])
    return Found(None, ((start, start + len(found[1])),)) if start >= 0 else None


def _may_name_place(text: str) -> list[tuple[int, int]]:
    """Where a place may stand, the first and of these the longest before others."""
    ends = [m.end() for m in re.finditer(r"[\w.']+", text)]
    most = 8 if _FROM_UTC.search(text) else 4
    spans = [
        (match.end(), end)
        for pattern in (_PLACE, _BETWEEN)
        for match in pattern.finditer(text)
        for end in [end for end in ends if end > match.end()][:most]
    ]
    for match in _TIME_OF.finditer(text):
        # "Manila time" is the time of Manila, and "Boston's weather" that of Boston.
        named = match[1] or match[2]
        last = match.start() + len(named) - 1
        spans += [(match.start() + word.start(), last) for word in re.finditer(r"[\w.']+", named)]
    return sorted(spans, key=lambda span: (span[0], -span[1]))
