"""Reads times of day: "at half past two", "9:30 pm", "in the evening"."""

from __future__ import annotations

import re
from dataclasses import replace as changed
from datetime import datetime, time

from edge.errors import SkillError
from edge.reason.durations import unit
from edge.reason.moment import DAYS, PARTS, Moment, texts, weekday
from edge.reason.when import When
from edge.reason.words import Word


def settled(when: When, now: datetime) -> When:
    """`part` understood together with `time`: at eight in the evening."""
    if when.time is not None and when.part and when.loose:
        hour = when.time.hour
        late = when.part in ("afternoon", "evening") or (when.part == "night" and 5 < hour < 12)
        if late and hour < 12:
            hour += 12
        elif when.part in ("morning", "night") and hour == 12:
            hour = 0
        when = changed(when, time=when.time.replace(hour=hour), loose=False, part="")
    return when


_BEFORE_TIME = frozenset({"at", "for", "by", "until", "till", "around", "about", "before", "after"})
_MINUTES = {"half": 30, "quarter": 15}
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)$")


def time_of_day(draft: Moment, parts: list[Word], at: int) -> int:
    one, two = texts(parts, at, 2)
    if one in ("noon", "midday", "midnight"):
        draft.set(time=time(0 if one == "midnight" else 12), loose=False)
        return 1
    if one == "twelve" and two in ("noon", "midnight"):
        draft.set(time=time(0 if two == "midnight" else 12), loose=False)
        return 2
    length = _spoken_time(draft, parts, at)
    if length:
        return length
    clock = _CLOCK.match(one)
    word = parts[at]
    if clock and ":" in one:
        hour, minute, length = int(clock[1]), int(clock[2]), 1
    elif word.number is None or word.ordinal:
        return 0
    elif clock and two in ("am", "pm"):
        hour, minute, length = int(clock[1]), int(clock[2]), 1
    elif word.number % 1 or word.number < 0 or word.number > 2400:
        return 0
    elif word.number >= 100 and not word.number % 100 and _said_as_time(parts, at):
        # "Eight hundred am" is how some say, and recognisers write, 8:00.
        hour, minute, length = int(word.number) // 100, 0, 1
    else:
        hour, minute, length = int(word.number), 0, 1
        more = parts[at + 1] if at + 1 < len(parts) else None
        if more is not None and more.number is not None and not more.ordinal and hour < 24:
            if 10 <= more.number < 60 and not more.number % 1:
                minute, length = int(more.number), 2
        elif two in ("o", "oh") and at + 2 < len(parts) and parts[at + 2].number is not None:
            minute, length = int(parts[at + 2].number or 0), 3
    after = texts(parts, at + length, 2)
    said = True
    if after[0] in ("o'clock", "oclock") or after == ["o", "clock"]:
        length += 2 if after[0] == "o" else 1
        after = texts(parts, at + length, 2)
    elif after[0] in ("hundred", "hours"):
        return 0
    elif after[0] not in ("am", "pm") and not (clock and ":" in one):
        # A bare number is a time only after "at", before a part of the day, or with its minutes.
        before = texts(parts, at - 1, 1)[0] if at else ""
        in_part = after[0] in ("in", "tonight", "tomorrow", "this", "noon", "today")
        if before not in _BEFORE_TIME and not (in_part and minute + length > 1):
            said = False
        if after[0] and (unit(after[0]) or after[0] in ("percent", "%", "times", "people", "/")):
            said = False
        if before == "for" and not minute and after[0] and after[0] not in _AFTER_TIME:
            said = False
        if hour > 24:
            said = False
    if not said:
        return 0
    loose = 0 < hour <= 12 and not one.startswith("0")
    if after[0] in ("am", "pm"):
        if not 1 <= hour <= 12:
            if not (after[0] == "pm" and 12 < hour < 24):
                raise SkillError(f"There is no {hour} {after[0].upper()}.")
        else:
            hour = hour % 12 + (12 if after[0] == "pm" else 0)
        length, loose = length + 1, False
    if hour > 23 or minute > 59:
        raise SkillError(f"There is no time like {hour}:{minute:02}.")
    if hour == 12 and loose:
        loose = False
    draft.set(time=time(hour, minute), loose=loose)
    return length


def _said_as_time(parts: list[Word], at: int) -> bool:
    """Whether the hundreds at `at` are a time: before am or pm, or after "at" with nothing that
    they could count."""
    after = texts(parts, at + 1, 1)[0]
    if after in ("am", "pm", "hours"):
        return True
    before = texts(parts, at - 1, 1)[0] if at else ""
    return before == "at" and (not after or after in _AFTER_TIME)


_AFTER_TIME = frozenset(
    {"on", "in", "tomorrow", "today", "tonight", "every", "this", "next", "and"}
)
_AFTER_TIME |= {"please", "to", "for", "noon", "the", *DAYS}


def _spoken_time(draft: Moment, parts: list[Word], at: int) -> int:
    """Half past six, quarter to five, twenty past four."""
    start = 1 if parts[at].text == "a" else 0
    one, two = texts(parts, at + start, 2)
    word = parts[at + start] if at + start < len(parts) else None
    if word is None or {"from", "between"} & set(texts(parts, max(0, at - 2), min(at, 2))):
        # "From five to seven" is a span of hours.
        return 0
    number = word.number
    minutes = _MINUTES.get(one) or (int(number) if number and 0 < number < 60 else 0)
    skip = 1 if two in ("minutes", "minute") else 0
    if skip:
        two = texts(parts, at + start + 2, 1)[0]
    hour_word = parts[at + start + 2 + skip] if at + start + 2 + skip < len(parts) else None
    if not minutes or two not in ("past", "to", "after", "before", "till") or hour_word is None:
        return 0
    names = {"noon": 12, "midnight": 0}
    hour = names.get(hour_word.text, int(hour_word.number) if hour_word.number else -1)
    if not 0 <= hour <= 23 or hour_word.ordinal or (two in ("after", "before") and start + 1 > 1):
        return 0
    if two in ("to", "before", "till"):
        hour, minutes = hour - 1, 60 - minutes
    length = start + 3 + skip
    loose = 0 <= hour <= 12 and hour_word.text not in names
    meridiem = texts(parts, at + length, 1)[0]
    if meridiem in ("am", "pm"):
        hour = hour % 12 + (12 if meridiem == "pm" else 0)
        length, loose = length + 1, False
    if hour == 0 and loose:
        hour = 12
    draft.set(time=time(hour % 24, minutes % 60), loose=loose)
    return length


def part_of_day(draft: Moment, parts: list[Word], at: int) -> int:
    one = texts(parts, at, 1)[0].removesuffix("s")
    if one not in PARTS:
        return 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    day_before = weekday(before) is not None or before in ("tomorrow", "today", "yesterday")
    # "My morning alarm."
    after = texts(parts, at + 1, 1)[0] in ("alarm", "alarms")
    if (
        after
        or day_before
        or before in ("the", "this", "at", "every", "in", "for", "am", "pm")
        or at == 0
    ):
        draft.set(part=one)
        return 1
    return 0
