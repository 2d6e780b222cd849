"""Reads times of day: "at half past two", "9:30 pm", "in the evening"."""

from __future__ import annotations

import re
from dataclasses import replace as changed
from datetime import datetime, time, timedelta

from edge.errors import SkillError
from edge.reason.durations import unit
from edge.reason.moment import DAYS, PARTS, Moment, texts, weekday
from edge.reason.when import When
from edge.reason.words import Word


def settled(draft: Moment) -> When:
    """What was read, its parts understood together: at eight in the evening, monthly on the tenth,
    midnight tonight."""
    when = _repeated(draft)
    if draft.named_part and when.time is not None and when.loose and not when.part:
        # The evening class at seven is not in the morning.
        when = changed(when, part=draft.named_part)
    if draft.own_part and when == When(part=when.part):
        when = changed(when, day=draft.now.date())
    when = _tonight(_of_part(when), draft.now)
    if draft.named_today and when.time and when.day == draft.now.date() and not when.repeats:
        # "Sunday at nine", said on a Sunday at ten, is in a week.
        past = when.next(draft.now) is None
        when = changed(when, day=when.day + timedelta(weeks=1)) if past else when
    return when


def _repeated(draft: Moment) -> When:
    """The day that "every week", "every month" or "every year" is made more exact by."""
    when, today = draft.when, draft.now.date()
    if not draft.per or when.day is None or when.until is not None or when.interval is not None:
        return when
    if draft.per == "week" and (when.day - today).days < 7:
        return changed(when, every=(when.day.weekday(),), day=None)
    if draft.per == "month" and (when.day - today).days <= 31:
        return changed(when, month_day=when.day.day, day=None)
    if draft.per == "year":
        return changed(when, yearly=(when.day.month, when.day.day), day=None)
    return when


def _of_part(when: When) -> When:
    moment = when.time
    if moment is None or not when.part:
        return when
    hour = moment.hour
    if hour == 12 and (when.part == "night" or (when.part == "morning" and when.loose)):
        # Twelve at night is midnight.
        return changed(when, time=moment.replace(hour=0), loose=False)
    if when.loose:
        late = when.part in ("afternoon", "evening") or (when.part == "night" and 5 < hour < 12)
        hour += 12 if late and hour < 12 else 0
        return changed(when, time=moment.replace(hour=hour), loose=False)
    if (0 < hour < 12 and when.part in ("afternoon", "evening")) or (
        hour > 12 and when.part == "morning"
    ):
        # "7 am in the evening".
        half = f"{hour % 12} {'AM' if hour < 12 else 'PM'}"
        raise SkillError(f"You said {half} and the {when.part}. Which is it?")
    return when


def _tonight(when: When, now: datetime) -> When:
    """Midnight today, and one on Friday night, are of the day that follows."""
    moment, day, today = when.time, when.day, now.date()
    if moment is None:
        return when
    if day is not None and not when.loose:
        night = when.part == "night" and moment.hour < 5 and (day != today or now.hour >= 5)
        if night or (day == today and moment.hour == 0 and now.hour >= 5):
            when = changed(when, day=day + timedelta(days=1))
    return changed(when, part="") if when.part and not when.loose else when


_BEFORE_TIME = frozenset(
    {"at", "for", "by", "until", "till", "around", "about", "before", "after", "exactly"}
)
_FROM_THEN = frozenset({"today", "tomorrow", "tonight", "this"})
"""Behind the hour from which on something is, whose end is not said: "from ten tomorrow"."""
_MINUTES = {"half": 30, "quarter": 15}
_GOES_ON = frozenset({"", "today", "tomorrow", "tonight", "on", "in", "every", "to", "and", *DAYS})
"""Behind "at 7.15" where that is a time, and no price or share."""
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)$")


def time_of_day(draft: Moment, parts: list[Word], at: int) -> int:
    one, two = texts(parts, at, 2)
    if one == "high" and two == "noon":
        return 1 + time_of_day(draft, parts, at + 1)
    if one in ("noon", "midday", "midnight"):
        draft.set(time=time(0 if one == "midnight" else 12), loose=False)
        return 1
    if one == "twelve" and two in ("noon", "midnight"):
        draft.set(time=time(0 if two == "midnight" else 12), loose=False)
        return 2
    length = _spoken_time(draft, parts, at)
    if length:
        return length
    read = _clock(parts, at)
    if read is None:
        return 0
    hour, minute, length, exact = read
    after = texts(parts, at + length, 2)
    said = True
    if after[0] in ("o'clock", "oclock") or after == ["o", "clock"]:
        length += 2 if after[0] == "o" else 1
        after = texts(parts, at + length, 2)
    elif exact and after[0] == "hours":
        length += 1
    elif after[0] in ("hundred", "hours"):
        return 0
    elif after[0] not in ("am", "pm") and not exact:
        # A bare number is a time only after "at", before a part of the day, or with its minutes.
        before = texts(parts, at - 1, 1)[0] if at else ""
        in_part = after[0] in ("in", "tonight", "tomorrow", "this", "noon", "today")
        begins = before == "from" and (after[0] in _FROM_THEN or after[0] in DAYS)
        if before not in _BEFORE_TIME and not begins and not (in_part and minute + length > 1):
            said = draft.when.time is not None and _or_another(parts, at - 1)
        if after[0] and (unit(after[0]) or after[0] in ("percent", "%", "times", "people", "/")):
            said = False
        alone = not minute and after[0] and after[0] not in _AFTER_TIME
        if before == "for" and alone and not _or_another(parts, at + length):
            said = False
        if hour > 24:
            said = False
    if not said:
        return 0
    loose = 0 < hour <= 12 and one[0] != "0" and one.split()[0] not in _ZERO
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
    return length + (texts(parts, at + length, 1)[0] in ("sharp", "exactly", "ish"))


_ZERO = ("oh", "o", "zero")


def _or_another(parts: list[Word], at: int) -> bool:
    """Whether another hour follows here that is one or the other: the "or six" of "at five or six",
    but not that of "for five or six people"."""
    read = _clock(parts, at + 1) if 0 < at < len(parts) - 1 and parts[at].text == "or" else None
    if read is None:
        return False
    after = texts(parts, at + 1 + read[2], 1)[0]
    return read[3] or not after or after in _AFTER_TIME or after in ("am", "pm", "o'clock")


def _clock(parts: list[Word], at: int) -> tuple[int, int, int, bool] | None:
    """Hour, minute, words taken, and whether these words can be nothing but a time of day."""
    word, one = parts[at], texts(parts, at, 1)[0]
    clock = _CLOCK.match(one)
    after_at = at > 0 and parts[at - 1].text == "at" and texts(parts, at + 1, 1)[0] in _GOES_ON
    if clock and (
        ":" in one
        or (after_at and int(clock[2]) < 60)
        or texts(parts, at + 1, 1)[0] in ("am", "pm")
    ):
        return int(clock[1]), int(clock[2]), 1, ":" in one
    if one in _ZERO and word.number is None:
        # "Oh seven hundred", "oh six thirty".
        after = _clock(parts, at + 1) if at + 1 < len(parts) else None
        known = after is not None and after[0] < 10 and (after[2] > 1 or after[3])
        return (after[0], after[1], after[2] + 1, True) if after and known else None
    if word.number is None or word.ordinal or word.number % 1 or not 0 <= word.number <= 2400:
        return None
    hour, minute = divmod(int(word.number), 100)
    if word.number >= 100 or (one[0] == "0" and len(one) == 4):
        # "Eight hundred am" is how some say, and recognisers write, 8:00; "730 pm".
        return (hour, minute, 1, True) if minute < 60 and _said_as_time(parts, at) else None
    two = texts(parts, at + 1, 1)[0]
    if two in ("hundred",) and _said_as_time(parts, at + 1, at):
        return minute, 0, 2, True
    more = parts[at + 1] if at + 1 < len(parts) else None
    zero = more is not None and more.text in _ZERO
    more = parts[at + 2] if zero and at + 2 < len(parts) else more
    if more is None or more.number is None or more.ordinal or more.number % 1 or minute > 23:
        return minute, 0, 1, False
    small = zero or more.text.split()[0] in _ZERO or more.text[0] == "0"
    if 1 <= more.number < 10 if small else 10 <= more.number < 60:
        return minute, int(more.number), 3 if zero else 2, False
    return minute, 0, 1, False


def _said_as_time(parts: list[Word], last: int, first: int | None = None) -> bool:
    """Whether the hundreds from `first` to `last` are a time: before am, pm or hours, or after "at"
    with nothing that they could count."""
    after = texts(parts, last + 1, 1)[0]
    if after in ("am", "pm", "hours"):
        return True
    start = last if first is None else first
    before = texts(parts, start - 1, 1)[0] if start else ""
    return before in ("at", *_ZERO) and (not after or after in _AFTER_TIME)


_AFTER_TIME = frozenset(
    {"on", "in", "tomorrow", "today", "tonight", "every", "this", "next", "and"}
)
_AFTER_TIME |= {"please", "to", "for", "noon", "the", *DAYS}


_PAST = ("past", "after")
_TO = ("to", "before", "till", "til", "of")
_SPOKEN_HOURS = {"noon": 12, "midday": 12, "midnight": 0}


def _spoken_time(draft: Moment, parts: list[Word], at: int) -> int:
    """Half past six, quarter to five, twenty past four, half seven."""
    start = 1 if parts[at].text == "a" else 0
    first = at + start
    one, two = texts(parts, first, 2)
    if first >= len(parts) or (start and one != "quarter"):
        return 0
    if {"from", "between"} & set(texts(parts, max(0, at - 2), min(at, 2))) and two != "past":
        # "From five to seven" is a span of hours.
        return 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    number = parts[first].number
    minutes = _MINUTES.get(one) or (int(number) if number and 0 < number < 60 else 0)
    skip = 1 if two in ("minutes", "minute") else 0
    link = texts(parts, first + 1 + skip, 1)[0]
    at_hour = first + 2 + skip
    if one == "half" and before in _BEFORE_TIME:
        # "Half seven", as the British say it.
        number = parts[first + 1].number if first + 1 < len(parts) else None
        unit_follows = unit(texts(parts, first + 2, 1)[0]) is not None
        if number and 1 <= number <= 12 and not number % 1 and not unit_follows:
            link, at_hour = "past", first + 1
    if not minutes or link not in (*_PAST, *_TO) or at_hour >= len(parts):
        return 0
    hour_word = parts[at_hour]
    number = hour_word.number
    hour = _SPOKEN_HOURS.get(hour_word.text, int(number) if number is not None else -1)
    if not 0 <= hour <= 23 or hour_word.ordinal:
        return 0
    meridiem = texts(parts, at_hour + 1, 1)[0]
    if link == "of" and before not in _BEFORE_TIME and meridiem not in ("am", "pm"):
        # "Ten of seven" counts something, where nothing says that it is a time.
        return 0
    if link == "to" and minutes % 5 and not skip:
        # "Nine to five" is a span.
        return 0
    if link in _TO:
        hour, minutes = hour - 1, 60 - minutes
    length = at_hour + 1 - at
    loose = 0 <= hour <= 12 and hour_word.text not in _SPOKEN_HOURS
    if meridiem in ("am", "pm"):
        hour = hour % 12 + (12 if meridiem == "pm" else 0)
        length, loose = length + 1, False
    if hour == 0 and loose:
        hour = 12
    draft.set(time=time(hour % 24, minutes % 60), loose=loose)
    return length


_OF_PART = frozenset(
    {"alarm", "alarms", "schedule", "agenda", "calendar", "plans", "appointments", "meetings"}
)


_AFTER_MY = frozenset(
    {"", "look", "looks", "looking", "free", "is", "like", "open", "clear", "busy"}
)
_AFTER_MY |= {"please", "tomorrow", "today", "on", "full", "booked", "off", "out", "up", *DAYS}
_DAYS_BEFORE = ("tomorrow", "today", "yesterday")
_HAS_ITS_NAME = frozenset(
    {"meeting", "appointment", "class", "lesson", "lecture", "course", "shift", "session", "flight"}
    | {"train", "bus", "ferry", "prayer", "mass", "service", "worship", "yoga", "workout", "run"}
    | {"jog", "walk", "swim", "practice", "rehearsal", "training", "seminar", "workshop"}
    | {"standup", "call", "conference", "interview", "party", "concert", "recital", "performance"}
    | {"show", "screening", "game", "match", "news", "routine", "medication", "medicine", "pill"}
    | {"pills", "dose", "tea", "coffee", "snack", "meal", "exam", "ceremony", "reception", "event"}
    | {"briefing"}
)
"""What may have its name from a part of the day: "the evening class", not "tomorrow evening"."""


def _names_something(parts: list[Word], at: int) -> bool:
    """Whether the part of the day at `at` belongs to a name, and is no time: "the night shift"."""
    if texts(parts, at + 1, 1)[0] not in _HAS_ITS_NAME:
        return False
    before = texts(parts, at - 2, 2) if at > 1 else ["", *texts(parts, 0, at)][-2:]
    # "In the morning call mum."
    a_time = before[-1] in ("this", "every", "in", "at") or before == ["in", "the"]
    return not a_time and not _day_before(parts, at)


def _day_before(parts: list[Word], at: int) -> bool:
    """Whether a day is named before the word at `at`, "tomorrows" too, as it is heard."""
    before = texts(parts, at - 1, 1)[0] if at else ""
    return weekday(before) is not None or before.removesuffix("s") in _DAYS_BEFORE


def named_part(parts: list[Word]) -> str:
    """The part of the day that something has its name from ("the evening class"); empty: none."""
    return next(
        (
            word.text
            for at, word in enumerate(parts)
            if word.text in PARTS and _names_something(parts, at)
        ),
        "",
    )


def part_of_day(draft: Moment, parts: list[Word], at: int) -> int:
    one = texts(parts, at, 1)[0].removesuffix("s")
    if one not in PARTS:
        return 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    if _names_something(parts, at):
        return 0
    if before in ("my", "our") and texts(parts, at + 1, 1)[0] in _AFTER_MY:
        # "Clear my afternoon."
        draft.set(part=one)
        draft.own_part = True
        return 1
    # "My morning alarm", "the afternoon schedule".
    after = texts(parts, at + 1, 1)[0] in _OF_PART
    if (
        after
        or _day_before(parts, at)
        or before in ("the", "this", "at", "every", "in", "for", "am", "pm", "o'clock", "oclock")
        or at == 0
    ):
        draft.set(part=one)
        return 1
    return 0
