"""Reads dates: "May 22", "the twenty second of May 2027", "the 5th", "the end of the month"."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta, weekdays

from edge.errors import SkillError
from edge.reason.moment import DAYS, LINKS, Moment, later_month, texts, weekday
from edge.reason.words import Word

MONTHS = [name.lower() for name in calendar.month_name]
_SHORT_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_SHORT_MONTHS |= {"sept": 9}
_AFTER_RANK = LINKS - {"of", "and", "the"} | {
    "please", "fall", "falls", "land", "lands", "is", "so", *DAYS,
}  # fmt: skip
AFTER_BARE_RANK = _AFTER_RANK - {"is", "so"} | {"", "to"}
_BEFORE_MONTH = frozenset({"in", "of", "during", "next", "this", "last", "until", "by"})
_ENDS = {"end": -1, "last": -1, "beginning": 1, "start": 1, "first": 1}


def calendar_day(draft: Moment, parts: list[Word], at: int) -> int:
    """Read a date at word `at`: how many words it took, 0 for none."""
    return (
        _written(draft, parts, at)
        or _month_named(draft, parts, at)
        or _month_first(draft, parts, at)
        or _end_of(draft, parts, at)
        or _day_first(draft, parts, at)
    )


def _written(draft: Moment, parts: list[Word], at: int) -> int:
    """2027-05-22; 5/22; 5/22/2027."""
    signs = (texts(parts, at + 1, 1)[0], texts(parts, at + 3, 1)[0])
    one, two, three = (rank(parts[n]) if n < len(parts) else 0 for n in (at, at + 2, at + 4))
    year, _ = year_at(parts, at)
    if signs == ("-", "-") and year and 1 <= two <= 12 and three:
        return 5 if set_day(draft, two, three, year) else 0
    if signs[0] != "/" or not 1 <= one <= 12 or not two or not parts[at].text.isdigit():
        return 0
    year, _ = year_at(parts, at + 4)
    length = 5 if signs[1] == "/" and year else 3
    return length if set_day(draft, one, two, year if length == 5 else 0) else 0


def _month_first(draft: Moment, parts: list[Word], at: int) -> int:
    """May 22; May the twenty second 2027; in May."""
    month = month_of(parts[at].text)
    if not month:
        return 0
    gap = 1 if texts(parts, at + 1, 1)[0] == "the" else 0
    day = parts[at + 1 + gap] if at + 1 + gap < len(parts) else None
    if day is not None and rank(day) and not (gap and not day.ordinal and day.text != "second"):
        year, extra = year_at(parts, at + 2 + gap)
        return 2 + gap + extra if set_day(draft, month, rank(day), year) else 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    if (day is None or day.number is None) and (
        before in _BEFORE_MONTH
        or (before == "for" and (day is None or day.text in LINKS))
        or (day is not None and day.text in ("calendar", "schedule", "agenda"))
    ):
        return _whole_month(draft, month)
    return 0


def _month_named(draft: Moment, parts: list[Word], at: int) -> int:
    """The month of March."""
    start = 1 if parts[at].text == "the" else 0
    size, of, name = texts(parts, at + start, 3)
    month = month_of(name) if (size, of) == ("month", "of") else 0
    return start + 2 + _whole_month(draft, month) if month else 0


def _end_of(draft: Moment, parts: list[Word], at: int) -> int:
    """The last day of next month; the end of the year; the first day of May."""
    start = 1 if parts[at].text == "the" else 0
    end, *after = texts(parts, at + start, 5)
    sign = _ENDS.get(end)
    if sign is None or (end in ("first", "last")) != (after[0] == "day"):
        return 0
    after = after[1:] if after[0] == "day" else after
    length = start + 1 + (end in ("first", "last"))
    if end == "end" and after[:2] in (["of", "day"], ["of", "today"]):
        draft.set(day=draft.now.date())
        return length + 2
    if after[:1] not in (["of"], ["in"]):
        return 0
    if after[1] in ("every", "each") and after[2] == "month":
        if sign > 0:
            draft.set(month_day=1)
            return length + 3
        raise SkillError("I can't repeat something on the last day of a month; on a date I can.")
    today, which, size = draft.now.date(), after[1], after[2]
    if end == "end" and which in ("the", "this") and size == "day":
        draft.set(day=today)
        return length + 3
    if which in ("the", "this", "next") and size in ("month", "year", "week"):
        if size == "week":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=which == "next")
            # A week ends on Friday for those who plan it.
            day = monday if sign > 0 else monday + timedelta(days=4)
        else:
            size_months = 1 if size == "month" else 12
            first = today.replace(day=1) if size == "month" else date(today.year, 1, 1)
            first = later_month(first, size_months * (which == "next"))
            if sign > 0 and first < today:
                first = later_month(first, size_months)
            day = first if sign > 0 else later_month(first, size_months) - timedelta(days=1)
        draft.set(day=day)
        return length + 3
    month = month_of(which)
    if not month:
        return 0
    first = date(today.year + (month < today.month), month, 1)
    draft.set(day=first if sign > 0 else later_month(first, 1) - timedelta(days=1))
    return length + 2


def _day_first(draft: Moment, parts: list[Word], at: int) -> int:
    """The twenty second of May 2027; 22 May; the 5th; the first of next month."""
    one = parts[at]
    two = parts[at + 1] if at + 1 < len(parts) else None
    if one.text == "the" and two is not None and rank(two):
        length = _day_first(draft, parts, at + 1) if two.text != "second" else 0
        length = length or _of_month(draft, parts, at + 1)
        if length:
            return 1 + length
        known = texts(parts, at + 2, 1)[0]
        if two.ordinal and not known and set_day(draft, 0, rank(two), 0):
            return 2
        # "the fifth at ten", not "the fifth item"
        if two.ordinal and (known in _AFTER_RANK or (at and parts[at - 1].text == "on")):
            return 2 if set_day(draft, 0, rank(two), 0) else 0
        return 0
    length = _of_month(draft, parts, at) if rank(one) else 0
    before, known = texts(parts, at - 1, 1)[0] if at else "", texts(parts, at + 1, 1)[0]
    if not length and one.ordinal and before == "on" and known in AFTER_BARE_RANK:
        # "On seventh", but not "on first street".
        return 1 if set_day(draft, 0, rank(one), 0) else 0
    return length


def _of_month(draft: Moment, parts: list[Word], at: int) -> int:
    """Twenty second [day] of May; first of next month; fifteenth of every month; 22 May."""
    one = parts[at]
    gap = 1 if texts(parts, at + 1, 1)[0] == "day" and one.ordinal else 0
    gap += 1 if texts(parts, at + 1 + gap, 1)[0] == "of" else 0
    name, size = texts(parts, at + 1 + gap, 2)
    today = draft.now
    if size == "month" and name in ("every", "each") and gap:
        if not 1 <= rank(one) <= 31:
            return 0
        draft.set(month_day=rank(one))
        return 3 + gap
    if size == "month" and name in ("this", "next") and (gap or one.ordinal):
        first = later_month(today.date().replace(day=1), name == "next")
        return 3 + gap if set_day(draft, first.month, rank(one), first.year) else 0
    if [name, size] == ["the", "month"] and gap and one.ordinal:
        return 3 + gap if set_day(draft, 0, rank(one), 0) else 0
    month = month_of(name)
    if name == "may" and not gap and not one.ordinal:
        # "2 may be enough" is no date.
        after = parts[at + 2] if at + 2 < len(parts) else None
        month = month if after is None or after.number is not None or after.text in LINKS else 0
    if not month:
        return 0
    year, extra = year_at(parts, at + 2 + gap)
    return 2 + gap + extra if set_day(draft, month, rank(one), year) else 0


def _whole_month(draft: Moment, month: int) -> int:
    """June, which may have begun: a range of days."""
    today = draft.now.date()
    first = date(today.year + (month < today.month), month, 1)
    draft.set(day=max(first, today), until=later_month(first, 1) - timedelta(days=1))
    return 1


def month_of(word: str) -> int:
    """1 to 12 for the name of a month, short or long; else 0."""
    return MONTHS.index(word) if word in MONTHS[1:] else _SHORT_MONTHS.get(word, 0)


def rank(word: Word) -> int:
    """The whole number that a word may stand for, or 0."""
    if word.text == "second":
        return 2
    if word.number is None or word.number % 1 or not 1 <= word.number <= 99:
        return 0
    return int(word.number)


def year_at(parts: list[Word], at: int) -> tuple[int, int]:
    """A year and how many words it takes; (0, 0) for none."""
    word = parts[at] if at < len(parts) else None
    if word is None or word.number is None or word.ordinal:
        return 0, 0
    if 1583 <= word.number <= 2200 and not word.number % 1:
        return int(word.number), 1
    if word.number not in (16, 17, 18, 19, 20):
        return 0, 0
    # "Twenty twenty seven", "twenty oh eight".
    gap = 1 if texts(parts, at + 1, 1)[0] == "oh" else 0
    after = parts[at + 1 + gap] if at + 1 + gap < len(parts) else None
    if after is None or after.number is None or after.number % 1:
        return 0, 0
    if 10 <= after.number < 100 if not gap else 1 <= after.number < 10:
        return int(word.number) * 100 + int(after.number), 2 + gap
    return 0, 0


def set_day(draft: Moment, month: int, day: int, year: int) -> bool:
    """Set the coming day of that month (0: the coming one with such a day), or of that year.

    Raises SkillError for a day that no month, or not this one, has.
    """
    today = draft.now.date()
    if not 1 <= day <= 31:
        if month and day:
            raise SkillError(f"{MONTHS[month].title()} has no day {day}.")
        return False
    if not month:
        for ahead in range(13):
            first = later_month(today.replace(day=1), ahead)
            long_enough = calendar.monthrange(first.year, first.month)[1] >= day
            if long_enough and first.replace(day=day) >= today:
                draft.set(day=first.replace(day=day))
                return True
        return False
    if day > calendar.monthrange(year or 2024, month)[1]:
        name = MONTHS[month].title()
        days = calendar.monthrange(year or 2024, month)[1]
        raise SkillError(f"There is no {day} {name}: it has {days} days at most.")
    for candidate in [year] if year else range(today.year, today.year + 9):
        if day <= calendar.monthrange(candidate, month)[1]:
            named = date(candidate, month, day)
            if year or named >= today:
                draft.set(day=named)
                return True
    return False


_NEXT = Word("next", 0, 0)


def nth_weekday(draft: Moment, parts: list[Word], at: int) -> int:
    """The first Monday of next month; last Friday in May."""
    start = 1 if parts[at].text == "the" else 0
    word = parts[at + start] if at + start < len(parts) else None
    name, of, month_one, month_two = texts(parts, at + start + 1, 4)
    day = weekday(name)
    nth = 0 if word is None else -1 if word.text == "last" else rank(word)
    if day is None or of not in ("of", "in") or not nth or nth > 5:
        return 0
    if month_two == "month" and month_one in ("each", "every"):
        # A day of the month is another one.
        raise SkillError(
            f"I can't repeat something on the {parts[at + start].text} {name.title()} of a month;"
            " on a date I can."
        )
    today = draft.now.date()
    month = month_of(month_one)
    if month:
        first = date(today.year + (month < today.month), month, 1)
        length = 4
    elif month_two == "month" and month_one in ("this", "the", "next"):
        first = later_month(today.replace(day=1), 1 if month_one == "next" else 0)
        length = 5
    else:
        return 0
    found: date = first + relativedelta(day=1 if nth > 0 else 31, weekday=weekdays[day](nth))
    if found.month != first.month:
        raise SkillError("That month has no such day.")
    if found < today and month_one == "the":
        return nth_weekday(draft, [*parts[: at + start + 3], _NEXT, *parts[at + start + 4 :]], at)
    draft.set(day=found)
    return start + length
