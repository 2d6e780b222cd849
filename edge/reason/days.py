"""Reads days from now on: "tomorrow", "next Friday", "in two weeks", "a week on Monday"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.calendar_days import AFTER_BARE_RANK, calendar_day, month_of, nth_weekday, rank
from edge.reason.durations import duration_at, unit
from edge.reason.feasts import feast
from edge.reason.moment import LINKS, PARTS, SHORT_DAYS, Moment, later_month, texts, weekday
from edge.reason.times import time_of_day
from edge.reason.words import Word

_LEADS = ("in", "after", "within")
_HEDGES = frozenset({"about", "around", "exactly", "roughly", "approximately", "just", "like"})
_HEDGES |= {"maybe", "only", "another", "say"}
_FAR = "That is too far away for a calendar."


def relative(draft: Moment, parts: list[Word], at: int) -> int:
    """In ten minutes; three days from now; two weeks ago; a week from Monday; in an hour's time."""
    lead = texts(parts, at, 1)[0]
    # "An alarm for twenty minutes" is one in twenty minutes; "jog for twenty minutes" is not.
    named = lead == "for" and at > 0 and texts(parts, at - 1, 1)[0] in ("alarm", "reminder")
    start = 1 if lead in _LEADS or named else 0
    gap = start
    if start and texts(parts, at + start, 2) == ["the", "next"]:
        gap += 2
    while start and texts(parts, at + gap, 1)[0] in _HEDGES:
        gap += 1
    length, value = duration_at(parts, at + gap)
    if value is None and texts(parts, at, 3)[0::2] == ["the", "before"]:
        # "The week before christmas" is one before it.
        size = unit(texts(parts, at + 1, 1)[0])
        if size is not None and size >= timedelta(weeks=1):
            base = _based(draft, parts, at + 2, 0, size)
            return 2 + base if base else 0
    months = 0
    longer, many = _months(parts, at + gap)
    days = timedelta()
    if longer > length:
        length, months, value = longer, many, None
        more, days = _days_more(parts, at + gap + length)
        length += more
    if not length:
        return 0
    end = at + gap + length
    free = not start or named
    if not months and value and free and not time_of_day(Moment(draft.now), parts, at):
        beside = _beside_time(draft, parts, end, value)
        if beside:
            return gap + length + beside
    whole = value is not None and value > timedelta() and not value % timedelta(days=1)
    based = _based(draft, parts, end, months, value) if (months and not days) or whole else 0
    if based and lead != "after":
        return gap + length + based
    after = texts(parts, end, 2)
    if after[0] in ("before", "prior", "ahead", "advance"):
        # So long before something else, and not from now: see edge.reason.leads.
        return 0
    sign, extra = 1, 0
    if after[0] == "time" and start:
        extra = 1
    elif after[0] == "from" and after[1] in ("now", "today"):
        extra = 2
    elif after[0] in ("later", "hence"):
        extra = 1
    elif after[0] == "ago":
        extra, sign = 1, -1
    elif after == ["reminder", "to"] and not months and value and value < timedelta(days=1):
        # "A ten minute reminder to check the oven."
        extra = 0
    elif not start:
        return 0
    today = draft.now.date()
    if months:
        draft.set(day=_moved(later_month(today, sign * months), sign * days))
    elif whole and value is not None:
        draft.set(day=_moved(today, sign * value))
    elif value is not None and sign > 0:
        draft.set(after=value)
    else:
        return 0
    return gap + length + extra


def _days_more(parts: list[Word], at: int) -> tuple[int, timedelta]:
    """The "and two days" of "a month and two days": its words, and how long that is."""
    if texts(parts, at, 1)[0] != "and":
        return 0, timedelta()
    length, value = duration_at(parts, at + 1)
    if not length or value is None or value % timedelta(days=1):
        return 0, timedelta()
    return 1 + length, value


def _based(draft: Moment, parts: list[Word], at: int, months: int, value: timedelta | None) -> int:
    """The "from tomorrow" of "a week from tomorrow", "before christmas", "on Monday": its words."""
    link = texts(parts, at, 1)[0]
    weeks = value is not None and value in (timedelta(weeks=1), timedelta(weeks=2))
    if link == "on" and weeks:
        readers: tuple[_Reader, ...] = (named_day,)
    elif link in ("from", "after", "before"):
        readers = (named_day, calendar_day, feast)
    elif link in ("tomorrow", "today") and weeks:
        link, readers = "", (named_day,)
    else:
        return 0
    first = at + len(link.split())
    base, length = _single_day(draft, parts, first, readers)
    if base is None:
        return 0
    sign = -1 if link == "before" else 1
    by = sign * (value or timedelta())
    draft.set(day=later_month(base, sign * months) if months else _moved(base, by))
    return len(link.split()) + length


def _beside_time(draft: Moment, parts: list[Word], at: int, value: timedelta) -> int:
    """The "before midnight" of "an hour before midnight": its words."""
    link = texts(parts, at, 1)[0]
    if link not in ("before", "after") or value >= timedelta(days=1) or at + 1 >= len(parts):
        return 0
    other = Moment(draft.now)
    length = time_of_day(other, parts, at + 1)
    if not length or other.when.time is None:
        return 0
    base = datetime.combine(draft.now.date(), other.when.time)
    moved = base - value if link == "before" else base + value
    draft.set(time=moved.time(), loose=other.when.loose)
    return 1 + length


_Reader = Callable[[Moment, list[Word], int], int]


def _single_day(
    draft: Moment, parts: list[Word], at: int, readers: tuple[_Reader, ...]
) -> tuple[date | None, int]:
    """The one day, without a time, that these readers find at word `at`, and how many words."""
    if at >= len(parts):
        return None, 0
    for reader in readers:
        other = Moment(draft.now)
        length = reader(other, parts, at)
        if length and other.when.day and not other.when.until and not other.when.part:
            return other.when.day, length
    return None, 0


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        raise SkillError(_FAR) from None


def _months(parts: list[Word], at: int) -> tuple[int, int]:
    """Words that say a number of months or years, and how many months; (0, 0) for none."""
    one, two, three, four = texts(parts, at, 4)
    if [one, two, three] == ["half", "a", "year"]:
        return 3, 6
    if [one, two] == ["a", "couple"]:
        gap = 3 if three == "of" else 2
        size = _MONTHS.get(texts(parts, at + gap, 1)[0])
        return (gap + 1, 2 * size) if size else (0, 0)
    word = parts[at] if at < len(parts) else None
    count = Decimal(1) if one in ("a", "one") else word.number if word else None
    size = _MONTHS.get(two)
    if count is None or size is None or count % 1 or not 0 < count < 1200:
        return 0, 0
    if size == 12 and [three, four, *texts(parts, at + 4, 1)] == ["and", "a", "half"]:
        return 5, int(count) * size + 6
    return 2, int(count) * size


_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}

_NAMED = (
    (("the", "day", "after", "tomorrow"), 2),
    (("day", "after", "tomorrow"), 2),
    (("the", "day", "before", "yesterday"), -2),
    (("today",), 0),
    (("todays",), 0),
    (("tomorrow",), 1),
    (("tomorrows",), 1),
    (("the", "next", "day"), 1),
    (("the", "following", "day"), 1),
    (("yesterday",), -1),
    (("this", "day", "next", "week"), 7),
    (("same", "day", "next", "week"), 7),
    (("the", "same", "day", "next", "week"), 7),
)
_NAMED_BY_FIRST = {
    first: tuple((phrase, days) for phrase, days in _NAMED if phrase[0] == first)
    for first in {phrase[0] for phrase, _ in _NAMED}
}


def named_day(draft: Moment, parts: list[Word], at: int) -> int:
    """Tomorrow; tonight; last night; next Friday; the day after Christmas; this time tomorrow."""
    one, two = texts(parts, at, 2)
    today = draft.now.date()
    for phrase, days in _NAMED_BY_FIRST.get(one, ()):
        if texts(parts, at, len(phrase)) == list(phrase):
            week = days in (0, 1) and _ends_in_week(parts, at + 1)
            draft.set(day=today + timedelta(days=days + 7 * week))
            return len(phrase) + week
    if one in ("tonight", "overnight"):
        draft.set(day=today, part="night")
        return 1
    if one == "this" and two in (*PARTS,):
        draft.set(day=today, part=two)
        return 2
    if one in ("next", "following") and two in (*PARTS,):
        draft.set(day=today + timedelta(days=1), part=two)
        return 2
    if one == "last" and two == "night":
        draft.set(day=today - timedelta(days=1), part="night")
        return 2
    return (
        _this_time(draft, parts, at)
        or _beside(draft, parts, at)
        or nth_weekday(draft, parts, at)
        or _weekday(draft, parts, at)
    )


def _this_time(draft: Moment, parts: list[Word], at: int) -> int:
    """The same time tomorrow; this time next week is not an hour."""
    start = 1 if texts(parts, at, 1)[0] == "the" else 0
    if texts(parts, at + start, 2) not in (["same", "time"], ["this", "time"]):
        return 0
    first = at + start + 2
    day, length = _single_day(draft, parts, first, (relative, named_day))
    if day is None or texts(parts, first, 1)[0] == "today":
        return 0
    draft.set(day=day, time=draft.now.time().replace(second=0, microsecond=0))
    return start + 2 + length


def _beside(draft: Moment, parts: list[Word], at: int) -> int:
    """The day after Christmas; the Monday before the tenth of May."""
    start = 1 if texts(parts, at, 1)[0] == "the" else 0
    name, link = texts(parts, at + start, 2)
    day = weekday(name)
    if link not in ("after", "before") or (day is None and name != "day"):
        return 0
    first = at + start + 2
    readers: tuple[_Reader, ...] = (calendar_day, feast)
    base, length = _single_day(
        draft, parts, first, (named_day, *readers) if day is None else readers
    )
    if base is None:
        return 0
    way = 1 if link == "after" else -1
    found = base + timedelta(days=way)
    while day is not None and found.weekday() != day:
        found += timedelta(days=way)
    draft.set(day=found)
    return start + 2 + length


def _weekday(draft: Moment, parts: list[Word], at: int) -> int:
    """Friday; this coming Friday; Friday week; the Friday after next."""
    one, two, three = texts(parts, at, 3)
    today = draft.now.date()
    length, which = (1, one) if one in ("this", "next", "last", "coming") else (0, "")
    if [one, two] in (["this", "coming"], ["the", "coming"]):
        length, which, two = 2, "coming", three
    elif one == "the" and texts(parts, at + 2, 2) == ["after", "next"]:
        length = 1
    name = two.removesuffix("s") if length else one
    day = weekday(name)
    if day is None or (not length and one in SHORT_DAYS and len(one) < 4 and one != "fri"):
        return 0
    ahead, extra = (day - today.weekday()) % 7, 0
    if texts(parts, at + length + 1, 2) == ["after", "next"]:
        which, extra = "next", 2
    # The next one is that of next week, or, where this week's has passed, the coming one.
    later = ahead + 7 if today.weekday() <= day and ahead + today.weekday() < 7 else ahead
    if which == "last":
        ahead = ahead - 7
    elif which == "next":
        ahead = (later or 7) + (7 if extra else 0)
    elif which == "coming" and ahead == 0 and draft.when.time is None:
        ahead = 7
    elif not which and _ends_in_week(parts, at + length + 1):
        ahead, extra = ahead + 7, 1
    if not which and not extra:
        if draft.when.day and not draft.when.until and draft.when.day.weekday() == day:
            # "June fifth, a Friday."
            return 1
        found, more = _dated(draft, day, parts, at + length + 1)
        if found is not None:
            draft.set(day=found)
            return 1 + length + more
    draft.set(day=today + timedelta(days=ahead))
    draft.named_today = ahead == 0
    return 1 + length + extra


_DATED_WITHIN = 92
"""Days in which "Monday the twentieth" is looked for; who names one that is farther away has
mistaken the day."""


def _dated(draft: Moment, day: int, parts: list[Word], at: int) -> tuple[date | None, int]:
    """The Friday that the date at word `at` says ("friday the fifth", "friday june fifth"), and its
    words; None where there is none, or it is another day of the week."""
    gap = 1 if texts(parts, at, 1)[0] == "the" else 0
    word, after = parts[at + gap] if at + gap < len(parts) else None, texts(parts, at + gap + 1, 1)
    nth = rank(word) if word is not None and (word.ordinal or word.text == "second") else 0
    # "Friday the first thing" is no first of a month, and "the second bus" no second.
    plain = nth > 4 or after[0] in AFTER_BARE_RANK
    if nth and plain and not month_of(after[0]) and after[0] != "of" and unit(after[0]) is None:
        today = draft.now.date()
        days = (today + timedelta(days=ahead) for ahead in range(_DATED_WITHIN))
        found = next((one for one in days if (one.day, one.weekday()) == (nth, day)), None)
        return found, 1 + gap if found is not None else 0
    named, length = _single_day(draft, parts, at, (calendar_day,))
    return (named, length) if named is not None and named.weekday() == day else (None, 0)


def _ends_in_week(parts: list[Word], at: int) -> bool:
    """Whether the word at `at` is the "week" of "Friday week": a week after that day."""
    week, after = texts(parts, at, 2)
    return week == "week" and (not after or after in LINKS)
