"""Puts what is said now in place of what was said before: "at ten" in "tomorrow at nine"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from edge.errors import SkillError
from edge.reason.dates import find_when, without
from edge.reason.grammar import Match
from edge.reason.reading import read
from edge.reason.skill import Value
from edge.reason.when import When

_LATER = re.compile(r"(?:the )?(?:day after|next day|following day)|(?:a|one) day later", re.I)
_PAST_HOUR = re.compile(r"(?:a )?(half|quarter) past", re.IGNORECASE)
_SUBJECT = re.compile(r"the (?:date|time|day|week|month|year|weather|news)", re.IGNORECASE)
"""Another subject, although there is a town in Japan by the name of Date."""
_LEFT_OVER = frozenset({"", "in", "at", "for", "on", "and", "the"})


def instead(match: Match, said: str, now: datetime, *, lengths: bool) -> Match | None:
    """The intent with what `said` names in place of what was said before; None where `said` is
    anything but that."""
    try:
        said = said.strip(" ,.!?")
        found = (_lengths(match, said, now) if lengths else {}) or _values(match, said, now)
    except SkillError as error:
        return replace(match, problem=str(error))
    if not found:
        return None
    # A yes was for that one question: what needs one asks again.
    kinds = {name: slot.kind for name, slot in match.intent.slots.items()}
    slots = {name: value for name, value in match.slots.items() if kinds[name] != "yes_no"}
    for name, value in found.items():
        before = slots.get(name)
        if before is not None and isinstance(before.value, When) and isinstance(value.value, When):
            value = Value(value.said, merged(before.value, value.value))
        slots[name] = value
    return replace(match, slots=slots, problem="")


def _relative(before: When, said: str) -> When | None:
    """ "The day after", "half past": by the moment that was said before."""
    if _LATER.fullmatch(said) and before.day is not None and not before.repeats:
        return replace(before, day=before.day + timedelta(days=1))
    past = _PAST_HOUR.fullmatch(said)
    if past is None or before.time is None:
        return None
    return replace(before, time=before.time.replace(minute=30 if past[1] == "half" else 15))


def _values(match: Match, said: str, now: datetime) -> dict[str, Value]:
    """The slots that all of `said` fills: a time, a place, both; empty where words are left."""
    for name, before in match.slots.items():
        moved = _relative(before.value, said) if isinstance(before.value, When) else None
        if moved is not None:
            return {name: Value(said, moved)}
    # What was said before is what is corrected: "move it to seven" has no time that it had.
    slots = sorted(match.intent.slots.items(), key=lambda item: item[0] not in match.slots)
    for name, slot in slots:
        if slot.kind in ("text", "yes_no", "place"):
            continue
        value = read(slot, said, now)
        if value is not None:
            return {name: Value(said, value)}
    found: dict[str, Value] = {}
    for name, slot in slots:
        if slot.kind == "when":
            when = find_when(said, now)
            if when is not None:
                found[name] = Value(when.said(said), when.value)
                said = without(said, when.spans)
                break
    said = re.sub(r"^(?:in|at|for|near) ", "", said)
    if _SUBJECT.fullmatch(said):
        return {}
    for name, slot in slots:
        if slot.kind == "place" and name not in found and said.lower() not in _LEFT_OVER:
            try:
                value = read(slot, said, now)
            except SkillError:
                return {}
            if value is not None:
                found[name] = Value(said, value)
                said = ""
    return found if said.lower() in _LEFT_OVER else {}


def _lengths(match: Match, said: str, now: datetime) -> dict[str, Value]:
    """ "Ten" after "five minutes" is ten minutes; "fifteen minutes" after "in ten minutes" is in
    fifteen minutes."""
    for name, value in match.slots.items():
        after = isinstance(value.value, When) and value.value.after is not None
        if not after and not isinstance(value.value, timedelta):
            continue
        named = value.said.split()[-1]
        for words in (said, f"{said} {named}"):
            again = read(match.intent.slots[name], f"in {words}" if after else words, now)
            if again is not None:
                return {name: Value(words, again)}
    return {}


def merged(before: When, now: When) -> When:
    """What was said first, with what is said now in its place: "tomorrow at nine", "no, at ten"."""
    if now.after is not None or now.interval is not None or before.after is not None:
        return now
    day = before
    if now.day is not None or now.repeats:
        day = now
    clock = now if now.time is not None or now.part else before
    loose = clock.loose
    time = clock.time
    if now.time is None and now.part and before.time is not None:
        # "In the morning" after "at eight".
        hour = before.time.hour % 12
        early = now.part == "morning" or (now.part == "night" and hour < 5)
        clock, loose = before, False
        time = before.time.replace(hour=hour if early else hour + 12)
    if time is not None and loose and now.time is not None and before.time is not None:
        # "At seven" after "at six in the evening" is in the evening, too.
        if not before.loose and before.time.hour >= 12 and time.hour < 12:
            time = time.replace(hour=time.hour + 12)
        loose = before.loose
    return When(
        day=day.day, until=day.until, every=day.every, month_day=day.month_day, yearly=day.yearly,
        interval=day.interval, time=time, loose=loose, until_time=clock.until_time, part=clock.part,
    )  # fmt: skip
