"""What has been read of a moment so far, and what its readers share."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from edge.errors import SkillError
from edge.reason.when import When
from edge.reason.words import Word

DAYS = [name.lower() for name in calendar.day_name]
SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
PARTS = ("morning", "afternoon", "evening", "night")
LINKS = frozenset({"at", "on", "in", "the", "of", "for", "by", "from", "during", ",", "around"})
LINKS |= {"about", "this", "until", "till", "before", "after", "and", "starting", "beginning"}
LINKS |= {"exactly", "roughly", "approximately"}
"""Words that belong to the day or time that follows them."""


@dataclass(slots=True)
class Moment:
    """What has been read so far."""

    now: datetime
    when: When = field(default_factory=When)
    named_today: bool = False
    """The day was named as a day of the week, and is today's."""
    named_part: str = ""
    """A part of the day that something has its name from: "the evening class"."""
    own_part: bool = False
    """The part of the day was called "my": it is today's where nothing else is said."""
    per: str = ""
    """`week`, `month` or `year` of "every week", which a day or a date may make more exact."""

    def set(self, **what: object) -> None:
        """Add what was read. Raises SkillError where it contradicts what was read before."""
        day, until = what.get("day"), what.get("until")
        if isinstance(day, date) and self.when.day is not None:
            old, old_until = self.when.day, self.when.until
            if isinstance(until, date) and old_until is None:
                # "Monday this week": the range says which Monday.
                self.when = changed(self.when, day=_within(old, day, until) or old)
                if self.when.day == _within(old, day, until):
                    return
            elif isinstance(until, date) and old_until is not None:
                # "February next year", "next year in February".
                both = _in_year((day, until), (old, old_until))
                both = both or _in_year((old, old_until), (day, until))
                if both is not None:
                    what["day"], what["until"] = both
                    self.when = changed(self.when, day=None, until=None)
            elif old_until is not None and until is None:
                what["day"] = _within(day, old, old_until) or day
                if what["day"] == _within(day, old, old_until):
                    self.when = changed(self.when, day=None, until=None)
        for name, value in what.items():
            old = getattr(self.when, name)
            default = getattr(NOTHING, name)
            if old not in (default, value) and name in _CONTRADICTORY:
                raise SkillError(f"You said two different {_CONTRADICTORY[name]}. Which one?")
        self.when = changed(self.when, **what)  # type: ignore[arg-type]


def _within(day: date, first: date, last: date) -> date | None:
    """`day`, or the day of the same name, within a range of at most a week; else None."""
    if first <= day <= last:
        return day
    month = last == (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if month and last.weekday() != 6 and 0 < (day - last).days <= 31:
        # "The second this month", said on the fifth, has been taken for the coming one. (What ends
        # on a Sunday is a week.)
        return first.replace(day=day.day) if day.day <= last.day else None
    week = last.weekday() == 6 and (last - first).days <= 6
    if not week and (last.month, last.day) == (12, 31) and 0 < (day - last).days <= 366:
        # "July fourth this year", said in November, has been taken for the coming one.
        return later_month(day, -12)
    if (last - first).days > 6:
        return None
    monday = first - timedelta(days=first.weekday())
    return monday + timedelta(days=day.weekday())


def _in_year(month: tuple[date, date], year: tuple[date, date]) -> tuple[date, date] | None:
    """The days of `month` in `year`; None where they are not a month and a whole year."""
    (first, last), (begin, end) = month, year
    whole = (begin.month, begin.day, end.month, end.day) == (1, 1, 12, 31)
    if not whole or begin.year != end.year or first.day != 1 or first.month != last.month:
        return None
    begin = begin.replace(month=first.month)
    return begin, begin + relativedelta(months=1, days=-1)


def later_month(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has none.

    Raises SkillError beyond the years that a calendar has.
    """
    try:
        later: date = day + relativedelta(months=months)
    except (OverflowError, ValueError):
        raise SkillError("That is too far away for a calendar.") from None
    return later


NOTHING = When()
_CONTRADICTORY = {"day": "days", "time": "times", "after": "times"}


def texts(parts: list[Word], at: int, count: int) -> list[str]:
    """So many words from `at` on, without a possessive s; empty beyond the end."""
    if count == 1:
        # Asked for some hundred times a question.
        return [parts[at].plain] if 0 <= at < len(parts) else [""]
    found = [word.plain for word in parts[at : at + count]]
    return found if len(found) == count else found + [""] * (count - len(found))


def weekday(word: str) -> int | None:
    """Monday is 0; None for another word."""
    word = word.removesuffix("'s")
    for form in (word, word.removesuffix("s")):
        if form in DAYS:
            return DAYS.index(form)
    return SHORT_DAYS.get(word)
