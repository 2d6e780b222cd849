"""Reads how often: "every Friday", "every other day", "on weekdays", "once a month"."""

from __future__ import annotations

from datetime import timedelta

from edge.errors import SkillError
from edge.reason.calendar_days import calendar_day
from edge.reason.durations import duration_at, unit
from edge.reason.feasts import feast
from edge.reason.moment import PARTS, Moment, texts, weekday
from edge.reason.words import Word

_ALL = tuple(range(7))
_SETS = {"day": _ALL, "weekday": _ALL[:5], "workday": _ALL[:5], "weekend": _ALL[5:]}
_ADVERBS = {
    "daily": "day", "everyday": "day", "nightly": "day", "weekly": "week", "monthly": "month",
    "yearly": "year", "annually": "year",
}  # fmt: skip
_LENGTHS = {
    "hourly": timedelta(hours=1), "fortnightly": timedelta(weeks=2), "biweekly": timedelta(weeks=2),
}  # fmt: skip
_THROUGH = ("to", "through", "until", "till", "-")


def repetition(draft: Moment, parts: list[Word], at: int) -> int:
    """Read a repetition at word `at`: how many words it took, 0 for none."""
    length = _often(draft, parts, at)
    return length + _except(draft, parts, at + length) if length else 0


def _often(draft: Moment, parts: list[Word], at: int) -> int:
    one, two, three, four = texts(parts, at, 4)
    plural = one.removesuffix("s")
    # A weekly forecast is one of seven days.
    if one in _ADVERBS and two not in ("weather", "forecast", "outlook"):
        _every(draft, _ADVERBS[one])
        return 1
    if one in _LENGTHS:
        draft.set(interval=_LENGTHS[one])
        return 1
    if one.endswith("s") and plural in ("weekday", "workday", "weekend"):
        return 1 + _on(draft, _SETS[plural], parts, at + 1)
    if one in ("on", "for") and two in ("weekdays", "workdays", "weekends"):
        return 2 + _on(draft, _SETS[two.removesuffix("s")], parts, at + 2)
    if one in ("weekday", "workday", "weekend") and two.removesuffix("s") in PARTS:
        return 1 + _on(draft, _SETS[one], parts, at + 1) if two.endswith("s") else 0
    if one.endswith("s") and weekday(plural) is not None and len(plural) > 5:
        days, length = _weekdays(parts, at)
        return length + _on(draft, days, parts, at + length)
    if weekday(one) is not None and two.endswith("s") and two.removesuffix("s") in PARTS:
        return 1 + _on(draft, (weekday(one) or 0,), parts, at + 1)
    if [one, two, three, four] == ["seven", "days", "a", "week"]:
        _every(draft, "day")
        return 4
    if one == "all" and two == "days":
        _every(draft, "day")
        return 2
    if [one, two] in (["once", "a"], ["once", "every"], ["once", "each"], ["once", "per"]):
        return 3 if _size(draft, three) else 0
    if one not in ("every", "each"):
        return 0
    if two == "single" or [two, three] == ["and", "every"]:
        skip = 1 if two == "single" else 2
        found = _often(draft, [parts[at], *parts[at + 1 + skip :]], 0)
        return found + skip if found else 0
    return _every_of(draft, parts, at)


def _every_of(draft: Moment, parts: list[Word], at: int) -> int:
    """What follows "every"."""
    two, three = texts(parts, at + 1, 2)
    if weekday(two) is not None:
        days, length = _weekdays(parts, at + 1)
        return 1 + length + _on(draft, days, parts, at + 1 + length)
    if two in PARTS:
        draft.set(every=_ALL, part=two)
        return 2
    if two in _SETS:
        through, length = _weekdays(parts, at + 3) if three == "from" else ((), 0)
        if len(through) > 1 and two == "day":
            return 3 + length + _on(draft, through, parts, at + 3 + length)
        return 2 + _on(draft, _SETS[two], parts, at + 2)
    length, value = duration_at(parts, at + 1)
    if value is None and _size(draft, two):
        return 2
    counted = two in ("other", "second", "2nd") or (two == "third" and unit(three) is not None)
    if counted and texts(parts, at + 3, 1)[0] != "of":
        return _every_nth(draft, parts, at, 3 if two == "third" else 2)
    yearly = _every_date(draft, parts, at + 1)
    if yearly:
        return 1 + yearly
    if value is None and unit(two) is not None:
        length, value = 1, unit(two)
    if value is None:
        return 0
    draft.set(interval=value)
    return 1 + length


def _every_nth(draft: Moment, parts: list[Word], at: int, count: int) -> int:
    """Every other day; every second Friday."""
    three = texts(parts, at + 2, 1)[0]
    day, size = weekday(three), unit(three)
    if day is not None:
        today = draft.now.date()
        first = today + timedelta(days=(day - today.weekday()) % 7)
        draft.set(day=first, interval=timedelta(weeks=count))
        return 3
    if size is None or size < timedelta(minutes=1):
        return 0
    draft.set(interval=count * size)
    return 3


def _every_date(draft: Moment, parts: list[Word], at: int) -> int:
    """Every May fourth; every Christmas; every first of the month."""
    which, name, of = texts(parts, at, 3)
    if weekday(name) is not None and of == "of":
        raise SkillError(f"I can't repeat something on the {which} {name.title()} of a month;"
                         " on a date I can.")  # fmt: skip
    if at >= len(parts):
        return 0
    other = Moment(draft.now)
    length = calendar_day(other, parts, at) or feast(other, parts, at)
    if not length or other.when.until:
        return 0
    if other.when.month_day:
        draft.set(month_day=other.when.month_day)
        return length
    day = other.when.day
    if day is None:
        return 0
    if texts(parts, at + length - 1, 1)[0] == "month":
        draft.set(month_day=day.day)
        return length
    if texts(parts, at, 1)[0] in ("easter", "thanksgiving", "mother", "father", "black", "good"):
        raise SkillError("That is on another date each year; I can't repeat it.")
    draft.set(yearly=(day.month, day.day))
    return length


def _weekdays(parts: list[Word], at: int) -> tuple[tuple[int, ...], int]:
    """Monday[s], [every] Wednesday and Friday; Monday through Friday: days, and words taken."""
    first = weekday(texts(parts, at, 1)[0])
    if first is None:
        return (), 0
    link, last = texts(parts, at + 1, 2)
    end = weekday(last)
    if link in _THROUGH and end is not None:
        return tuple(n % 7 for n in range(first, first + (end - first) % 7 + 1)), 3
    days, length = [first], 1
    while True:
        gap = 1 if texts(parts, at + length, 1)[0] == "and" else 0
        gap += 1 if gap and texts(parts, at + length + gap, 1)[0] in ("every", "on") else 0
        more = weekday(texts(parts, at + length + gap, 1)[0])
        if more is None:
            return tuple(sorted(set(days))), length
        days.append(more)
        length += gap + 1


def _on(draft: Moment, days: tuple[int, ...], parts: list[Word], at: int) -> int:
    """Add these days, and the "morning" that may follow: how many more words."""
    draft.set(every=tuple(sorted({*draft.when.every, *days})))
    part = texts(parts, at, 1)[0]
    if part.removesuffix("s") in PARTS and not draft.when.part:
        draft.set(part=part.removesuffix("s"))
        return 1
    return 0


def _except(draft: Moment, parts: list[Word], at: int) -> int:
    """The "except on Sundays" of "every day except on Sundays": how many words."""
    link, two = texts(parts, at, 2)
    if link not in ("except", "but") or len(draft.when.every) < 2:
        return 0
    gap = 2 if two in ("on", "for") else 1
    word = texts(parts, at + gap, 1)[0]
    if word in ("weekends", "weekdays"):
        left, length = _SETS[word.removesuffix("s")], 1
    else:
        left, length = _weekdays(parts, at + gap)
    kept = tuple(day for day in draft.when.every if day not in left)
    if not length or not kept:
        return 0
    draft.set(every=kept)
    return gap + length


def _size(draft: Moment, word: str) -> bool:
    """A repetition once in each such time; whether the word is one."""
    if word in ("day", "week", "month", "year"):
        _every(draft, word)
        return True
    if word == "hour":
        draft.set(interval=timedelta(hours=1))
        return True
    return False


def _every(draft: Moment, size: str) -> None:
    today = draft.now.date()
    if size == "day":
        draft.set(every=_ALL)
    elif size == "week":
        draft.set(every=(today.weekday(),))
    elif size == "month":
        draft.set(month_day=today.day)
    else:
        draft.set(yearly=(today.month, today.day))
    draft.per = size if size != "day" else draft.per
