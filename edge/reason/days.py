"""Reads days: "tomorrow", "next Friday", "the twenty second of May", "in two weeks"."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.durations import duration_at
from edge.reason.moment import LINKS, PARTS, SHORT_DAYS, Moment, texts, weekday
from edge.reason.words import Word

_MONTHS = [name.lower() for name in calendar.month_name]
_SHORT_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_SHORT_MONTHS |= {"sept": 9}
_FEASTS = {
    ("christmas", "eve"): (12, 24),
    ("christmas", "day"): (12, 25),
    ("christmas",): (12, 25),
    ("new", "year's", "eve"): (12, 31),
    ("new", "years", "eve"): (12, 31),
    ("new", "year's", "day"): (1, 1),
    ("new", "years", "day"): (1, 1),
    ("new", "year's"): (1, 1),
    ("halloween",): (10, 31),
    ("valentine's", "day"): (2, 14),
    ("valentines", "day"): (2, 14),
}


def relative(draft: Moment, parts: list[Word], at: int) -> int:
    """In ten minutes; three days from now; two weeks ago."""
    start = 1 if texts(parts, at, 1)[0] in ("in", "after") else 0
    length, value = duration_at(parts, at + start)
    months = 0
    if value is None:
        length, months = _months(parts, at + start)
    if not length:
        return 0
    after = texts(parts, at + start + length, 2)
    sign = 1
    if after in (["from", "now"], ["from", "today"]):
        total = start + length + 2
    elif after[0] in ("later", "hence"):
        total = start + length + 1
    elif after[0] == "ago":
        total, sign = start + length + 1, -1
    elif start:
        total = start + length
    else:
        return 0
    today = draft.now.date()
    if months:
        draft.set(day=_month_later(today, sign * months))
    elif value is not None and value % timedelta(days=1) == timedelta() and value:
        _move(draft, sign * value)
    elif value is not None and sign > 0:
        draft.set(after=value)
    else:
        return 0
    return total


def _move(draft: Moment, by: timedelta) -> None:
    try:
        draft.set(day=draft.now.date() + by)
    except OverflowError:
        raise SkillError("That is too far away for a calendar.") from None


def _months(parts: list[Word], at: int) -> tuple[int, int]:
    one, two = texts(parts, at, 2)
    word = parts[at] if at < len(parts) else None
    count = Decimal(1) if one in ("a", "one") else word.number if word else None
    size = {"month": 1, "months": 1, "year": 12, "years": 12}.get(two)
    if count is None or size is None or count % 1 or not 0 < count < 1200:
        return 0, 0
    return 2, int(count) * size


def _month_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise SkillError("That is too far away for a calendar.")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def named_day(draft: Moment, parts: list[Word], at: int) -> int:
    one, two, three, four = texts(parts, at, 4)
    today = draft.now.date()
    for phrase, days in (
        (("the", "day", "after", "tomorrow"), 2),
        (("day", "after", "tomorrow"), 2),
        (("the", "day", "before", "yesterday"), -2),
        (("today",), 0),
        (("todays",), 0),
        (("tomorrow",), 1),
        (("tomorrows",), 1),
        (("yesterday",), -1),
    ):
        if [one, two, three, four][: len(phrase)] == list(phrase):
            draft.set(day=today + timedelta(days=days))
            return len(phrase)
    if one == "tonight":
        draft.set(day=today, part="night")
        return 1
    if one == "this" and two in (*PARTS,):
        draft.set(day=today, part=two)
        return 2
    if one == "last" and two == "night":
        draft.set(day=today - timedelta(days=1), part="night")
        return 2
    nth = _nth_weekday(draft, parts, at)
    if nth:
        return nth
    length, which = (1, one) if one in ("this", "next", "last", "coming") else (0, "")
    name = (two if length else one).removesuffix("s") if length else one
    day = weekday(name)
    if day is None or (not length and one in SHORT_DAYS and len(one) < 4 and one != "fri"):
        return 0
    ahead = (day - today.weekday()) % 7
    if which == "last":
        ahead = ahead - 7
    elif which == "next":
        # The one of next week, or, where this week's has passed, the coming one.
        ahead = ahead + 7 if today.weekday() <= day and ahead + today.weekday() < 7 else ahead
        ahead = ahead or 7
    elif (
        which != "this"
        and ahead == 0
        and draft.when.time is None
        and texts(parts, at - 1, 1)[0] == "coming"
    ):
        ahead = 7
    draft.set(day=today + timedelta(days=ahead))
    return 1 + length


def _nth_weekday(draft: Moment, parts: list[Word], at: int) -> int:
    """The first Monday of next month; last Friday in May."""
    start = 1 if parts[at].text == "the" else 0
    word = parts[at + start] if at + start < len(parts) else None
    name, of, month_one, month_two = texts(parts, at + start + 1, 4)
    day = weekday(name)
    rank = 0 if word is None else -1 if word.text == "last" else _rank(word)
    if day is None or of not in ("of", "in") or not rank or rank > 5:
        return 0
    if month_two == "month" and month_one in ("each", "every"):
        # A day of the month is another one.
        raise SkillError(
            f"I can't repeat something on the {parts[at + start].text} {name.title()} of a month;"
            " on a date I can."
        )
    today = draft.now.date()
    month = _month(month_one)
    if month:
        first = date(today.year + (month < today.month), month, 1)
        length = 4
    elif month_two == "month" and month_one in ("this", "the", "next"):
        first = _month_later(today.replace(day=1), 1 if month_one == "next" else 0)
        length = 5
    else:
        return 0
    days = calendar.monthrange(first.year, first.month)[1]
    fitting = [n for n in range(1, days + 1) if first.replace(day=n).weekday() == day]
    if rank > len(fitting):
        raise SkillError("That month has no such day.")
    draft.set(day=first.replace(day=fitting[-1 if rank < 0 else rank - 1]))
    return start + length


def day_range(draft: Moment, parts: list[Word], at: int) -> int:
    one, two, three, four = texts(parts, at, 4)
    today = draft.now.date()
    monday = today - timedelta(days=today.weekday())
    rest = 0
    if [one, two] == ["rest", "of"] or [one, two] == ["remainder", "of"]:
        rest, (one, two) = 2, [three, four]
    elif [one, two, three] == ["the", "rest", "of"] or [one, two, three] == [
        "the",
        "remainder",
        "of",
    ]:
        rest, (one, two) = 3, texts(parts, at + 3, 2)
    if [one, two] == ["next", "one"] or [one, two] == ["last", "one"]:
        rest, (one, two) = rest + 1, [one, texts(parts, at + rest + 2, 1)[0]]
    one = {"current": "this", "coming": "next", "upcoming": "next", "following": "next"}.get(
        one, one
    )
    if rest and two == "day":
        draft.set(day=today)
        return rest + 2
    counted = _next_days(draft, parts, at)
    if counted:
        return counted
    if one == "weekend":
        one, two, rest = "this", "weekend", rest - 1
    if one not in ("this", "next", "last", "the") or two not in (
        "week",
        "weekend",
        "month",
        "year",
    ):
        return 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    spans = ("for", "in", "during", "of", "over")
    if one == "the" and not rest and two != "weekend" and before not in spans:
        return 0
    if before == "of" and at > 1 and texts(parts, at - 2, 1)[0] in ("day", "days", "time"):
        # "Which day of the week", not "the weather of the week".
        return 0
    step = {"next": 1, "last": -1}.get(one, 0)
    if two == "week":
        first = monday + timedelta(weeks=step)
        last = first + timedelta(days=6)
    elif two == "weekend":
        first = monday + timedelta(days=5, weeks=step)
        last = first + timedelta(days=1)
    elif two == "month":
        first = _month_later(today.replace(day=1), step)
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    else:
        first = date(today.year + step, 1, 1)
        last = date(today.year + step, 12, 31)
    draft.set(day=max(first, today) if step == 0 else first, until=last)
    return rest + 2


def calendar_day(draft: Moment, parts: list[Word], at: int) -> int:
    """May 22; the twenty second of May 2027; the 5th; 3/5."""
    one, two, three = (parts[at + n] if at + n < len(parts) else None for n in range(3))
    assert one is not None
    month = _month(one.text)
    if month and two is not None and (two.number is not None or _rank(two)):
        year, extra = _year(parts, at + 2)
        return 2 + extra if _set_day(draft, month, _rank(two), year) else 0
    if one.text == "the" and two is not None and _rank(two) and two.text != "second":
        length = calendar_day(draft, parts, at + 1)
        if length:
            return 1 + length
        known = texts(parts, at + 2, 1)[0]
        if two.ordinal and not known and _set_day(draft, 0, _rank(two), 0):
            return 2
        # "the fifth at ten", not "the fifth item"
        if two.ordinal and (known in _AFTER_RANK or (at and parts[at - 1].text == "on")):
            return 2 if _set_day(draft, 0, _rank(two), 0) else 0
        return 0
    alone = _month(one.text) and (two is None or two.number is None)
    if alone and texts(parts, at - 1, 1)[0] in _BEFORE_MONTH and at:
        return _whole_month(draft, _month(one.text))
    if _rank(one):
        gap = 1 if two is not None and two.text == "of" else 0
        name = texts(parts, at + 1 + gap, 1)[0]
        month = _month(name)
        if name == "may" and not gap and not one.ordinal:
            month = 0
        if month:
            year, extra = _year(parts, at + 2 + gap)
            return 2 + gap + extra if _set_day(draft, month, _rank(one), year) else 0
        if [name, *texts(parts, at + 2 + gap, 1)] == ["this", "month"]:
            return 3 + gap if _set_day(draft, draft.now.month, _rank(one), draft.now.year) else 0
    if one.number is not None and two is not None and two.text == "/" and three is not None:
        month, day = _rank(one), _rank(three)
        if 1 <= month <= 12 and day:
            return 3 if _set_day(draft, month, day, 0) else 0
    return 0


_AFTER_RANK = LINKS - {"of", "and", "the"} | {
    "please",
    "fall",
    "falls",
    "land",
    "lands",
    "is",
    "so",
}


_BEFORE_MONTH = frozenset({"in", "of", "during", "next", "this", "last", "until", "by"})


def _whole_month(draft: Moment, month: int) -> int:
    """June, which may have begun: a range of days."""
    today = draft.now.date()
    year = today.year + (month < today.month)
    first = date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    draft.set(day=max(first, today), until=last)
    return 1


def _next_days(draft: Moment, parts: list[Word], at: int) -> int:
    """The next few days; next eight days; the coming two weeks."""
    start = 1 if parts[at].text == "the" else 0
    one, two, three = texts(parts, at + start, 3)
    if one not in ("next", "coming", "following"):
        return 0
    count = Decimal(3) if two in ("few", "couple") else None
    if two == "couple" and three == "of":
        three, start = texts(parts, at + start + 3, 1)[0], start + 1
    number = parts[at + start + 1].number if at + start + 1 < len(parts) else None
    count = count or (number if number is not None and not number % 1 else None)
    length = 3
    if count is None and two == "days":
        count, three, length = Decimal(3), "days", 2
    size = {"days": 1, "nights": 1, "weeks": 7, "months": 30}.get(three)
    if count is None or size is None or not 1 <= count * size <= 366:
        return 0
    today = draft.now.date()
    draft.set(day=today, until=today + timedelta(days=int(count) * size))
    return start + length


def _month(word: str) -> int:
    if word in _MONTHS[1:]:
        return _MONTHS.index(word)
    return _SHORT_MONTHS.get(word, 0)


def _rank(word: Word) -> int:
    """The whole number that a word may stand for, or 0."""
    if word.text == "second":
        return 2
    if word.number is None or word.number % 1 or not 1 <= word.number <= 99:
        return 0
    return int(word.number)


def _year(parts: list[Word], at: int) -> tuple[int, int]:
    """A year and how many words it takes; (0, 0) for none."""
    word = parts[at] if at < len(parts) else None
    if word is None or word.number is None or word.ordinal:
        return 0, 0
    if 1583 <= word.number <= 2200 and not word.number % 1:
        return int(word.number), 1
    after = parts[at + 1].number if at + 1 < len(parts) else None
    if (
        word.number in (16, 17, 18, 19, 20)
        and after is not None
        and 10 <= after < 100
        and not after % 1
    ):
        return int(word.number) * 100 + int(after), 2
    return 0, 0


def _set_day(draft: Moment, month: int, day: int, year: int) -> bool:
    """Set the coming day of that month (0: the coming one with such a day), or of that year."""
    today = draft.now.date()
    if not 1 <= day <= 31:
        if month and day:
            raise SkillError(f"{_MONTHS[month].title()} has no day {day}.")
        return False
    if not month:
        for ahead in range(13):
            first = _month_later(today.replace(day=1), ahead)
            long_enough = calendar.monthrange(first.year, first.month)[1] >= day
            if long_enough and first.replace(day=day) >= today:
                draft.set(day=first.replace(day=day))
                return True
        return False
    if day > calendar.monthrange(year or 2024, month)[1]:
        name = _MONTHS[month].title()
        days = calendar.monthrange(year or 2024, month)[1]
        raise SkillError(f"There is no {day} {name}: it has {days} days at most.")
    if draft.when.repeats:
        draft.set(every=(), month_day=None, yearly=(month, day))
        return True
    for candidate in [year] if year else range(today.year, today.year + 9):
        if day <= calendar.monthrange(candidate, month)[1]:
            named = date(candidate, month, day)
            if year or named >= today:
                draft.set(day=named)
                return True
    return False


def feast(draft: Moment, parts: list[Word], at: int) -> int:
    words = [word.text for word in parts[at : at + 3]]
    moved = {"easter": _easter, "thanksgiving": _thanksgiving}.get(words[0])
    if moved is not None and words[1:2] != ["egg"]:
        today = draft.now.date()
        length = 2 if words[1:2] in (["sunday"], ["day"]) else 1
        gap = 3 if texts(parts, at + length, 3) == ["in", "the", "year"] else 0
        gap = gap or (1 if texts(parts, at + length, 1) == ["in"] else 0)
        year, extra = _year(parts, at + length + gap)
        if year:
            draft.set(day=moved(year))
            return length + gap + extra
        coming = moved(today.year)
        draft.set(day=coming if coming >= today else moved(today.year + 1))
        return length
    for phrase, (month, day) in _FEASTS.items():
        if words[: len(phrase)] == list(phrase):
            _set_day(draft, month, day, 0)
            return len(phrase)
    return 0


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Anonymous, Nature 13, 487, 1876)."""
    century, of = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of // 4) - moon - of % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)
