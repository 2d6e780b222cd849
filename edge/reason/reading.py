"""Reads slots in the wearer's own words, so that no value is one that was not said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from edge.errors import SkillError
from edge.reason.dates import NoTime, find_when, whole_when, without
from edge.reason.durations import durations, whole_duration
from edge.reason.feasts import is_feast
from edge.reason.leads import find_lead
from edge.reason.patterns import pattern
from edge.reason.skill import Intent, Slot, Value
from edge.reason.where import UNKNOWN, place_in, read_place
from edge.reason.words import Found, numbers, whole_number

_YES = frozenset(
    {"yes", "yeah", "yep", "yup", "sure", "ok", "okay", "do it", "please do", "correct"}
)
_YES |= {"go ahead", "yes please", "of course", "right", "that's right", "absolutely", "certainly"}
_NO = frozenset({"no", "nope", "nah", "don't", "no thanks", "no thank you", "cancel", "never mind"})
_NO |= {"not now", "stop", "do not", "please don't", "forget it", "wrong"}
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
            return read_place(said, here=not slot.ask)
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


def nowhere(intent: Intent, slots: Mapping[str, Value]) -> str:
    """What is said of a place in `slots` that nobody knows; empty: there is none."""
    return next(
        (
            UNKNOWN.format(value.said)
            for name, value in slots.items()
            if value.value is None and intent.slots[name].kind == "place"
        ),
        "",
    )


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
    moments = [
        name
        for name in timed
        if intent.slots[name].kind == "when"
        or (intent.slots[name].kind == "duration" and not intent.slots[name].find)
    ]
    cut: list[tuple[int, int]] = []
    for name, slot in intent.slots.items():
        # A template may have read a part of the time only: "tomorrow" elsewhere belongs to it.
        if name in filled and (slot.kind != "when" or len(moments) > 1):
            _with_before(filled, name, slot, text, now)
            continue
        taken = {value.said.lower() for other, value in filled.items() if other != name}
        try:
            found = _find(slot, text, now, taken)
        except SkillError:
            # What only asks may name a day twice: "is it Friday today". Otherwise another time may
            # be a part of what is to be done: "remind me at five that I have to call at six".
            if name not in filled or not (intent.pure or _in_words(intent, filled, now)):
                raise
            filled[name] = _with_today(filled[name], text)
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
    for name, value in filled.items():
        if intent.slots[name].kind == "place":
            rest = " ".join(rest.replace(value.said, " ", 1).split())
    for name, slot in intent.slots.items():
        if name not in filled and slot.kind == "text":
            _match(filled, name, slot, rest)
    return filled


def _with_today(value: Value, text: str) -> Value:
    """The day with the "today" behind it: "is it Friday today" is asked of one day."""
    both = f"{value.said} today"
    return Value(both, value.value) if both in text.lower() else value


def despite(error: SkillError, intent: Intent, text: str, now: datetime) -> dict[str, Value]:
    """What `complete` could not give for that error: the slots without the words that are no time,
    and these words for a time whose value is None."""
    name = next((name for name, slot in intent.slots.items() if slot.kind == "when"), "")
    if not name or not isinstance(error, NoTime) or not error.spans:
        return {}
    said = Found(None, error.spans).said(text)
    try:
        slots = complete(intent, without(text, error.spans), {}, now)
    except SkillError:
        slots = {}
    return {**slots, name: Value(said, None)}


def _with_before(filled: dict[str, Value], name: str, slot: Slot, text: str, now: datetime) -> None:
    """The "an hour" that a template read in "an hour before", with all of its words."""
    found = find_lead(text, now) if slot.kind == "lead" else None
    if found is not None and filled[name].said in found.said(text):
        filled[name] = Value(found.said(text), filled[name].value)


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
            return find_when(text, now) or _by_its_words(slot, text, now)
        case "duration":
            if slot.find:
                return _found_length(slot, text, now)
            lengths = durations(text)
            return lengths[0] if len(lengths) == 1 else None
        case "lead":
            return find_lead(text, now)
        case "number":
            amounts = numbers(text)
            return _with_percent(amounts[0], text) if len(amounts) == 1 else None
        case "place":
            return place_in(text, now, taken, here=not slot.ask)
        case _:
            return None


def _by_its_words(slot: Slot, text: str, now: datetime) -> Found[Any] | None:
    """A time that is one only where the slot says so: the "night" of "will it be a hot night"."""
    for regex in slot.find:
        match = pattern(regex).search(text)
        value = whole_when(match[1], now) if match is not None and match[1] else None
        if match is not None and value is not None:
            return Found(value, (match.span(1),))
    return None


def _found_length(slot: Slot, text: str, now: datetime) -> Found[Any] | None:
    """The length of time that one of the slot's regular expressions finds: none that says when, as
    the "two hours" of "in two hours" or "every two hours"."""
    try:
        when = find_when(text, now)
        spans = when.spans if when is not None else ()
    except NoTime as error:
        spans = error.spans
    for regex in slot.find:
        match = pattern(regex).search(text)
        value = whole_duration(match[1].replace("-", " ")) if match is not None else None
        if match is None or value is None:
            continue
        start, end = match.span(1)
        if not any(a < end and start < b for a, b in spans):
            return Found(value, (match.span(1),))
    return None


def _with_percent(amount: Found[Any], text: str) -> Found[Any]:
    """The number with the "percent" after it, which is a part of what was said."""
    start, end = amount.spans[0]
    sign = re.match(r"\s*(?:%|per ?cent\b)", text[end:], re.IGNORECASE)
    return Found(amount.value, ((start, end + sign.end()),)) if sign else amount
