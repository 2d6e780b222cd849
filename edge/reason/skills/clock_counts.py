"""How many Saturdays a month has, and how many are left in the year."""

from __future__ import annotations

import re
from datetime import date, timedelta

from edge.errors import SkillError
from edge.reason.skill import Answer, Intent, Request, Slot
from edge.reason.skills.clock_words import count, spoken_date
from edge.reason.when import When

_DAY_NAMES = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"

COUNT = Intent(
    "count",
    (
        # The days and the month are cut out: "how many Saturdays are in March".
        "how many (are|is|are there|is there|there are|will there be|were there|do we have|does it"
        " have) [left|remaining|still to come] [total|all together]",
        "how many [are] (left|remaining)",
        "how many",
    ),
    {"when": Slot("when", ask="In which month?")},
    pure=True,
    # Until a day, all days are counted.
    unless=r"\b(?:until|till)\b"
    rf"|^(?!.*\bhow many (?:(?:more|other) )?(?:{_DAY_NAMES}|week ?(?:end|day))s\b)",
)


def counted_days(request: Request) -> Answer:
    """So many of these days. Raises SkillError where it was not said in which time."""
    when = request.need("when", When)
    if when.day is None or when.until is None or not when.every:
        raise SkillError("In which month or year?")
    first, last = when.day, when.until
    left = re.search(r"\b(?:left|remain\w*|more|to come)\b", request.text, re.IGNORECASE)
    if not left:
        first = _begun(first, last, request.text)
    weekends = re.search(r"\bweek ?ends\b", request.text, re.IGNORECASE)
    every = (5,) if weekends else when.every
    days = [
        day
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if day.weekday() in every
    ]
    name = f"{days[0]:%A}" if days and len(every) == 1 else "day"
    name = "weekend" if weekends else name
    today = request.now.date()
    span = f"from {spoken_date(first, today)} to {spoken_date(last, today)}"
    if left:
        span = f"until {spoken_date(last, today)}"
    elif first.month == last.month and first.day == 1:
        span = f"in {first:%B}"
    elif (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        span = f"in {first.year}"
    verb = "is" if len(days) == 1 else "are"
    return Answer(f"There {verb} {count(len(days), name)} {span}.")


def _begun(first: date, last: date, text: str) -> date:
    """The first day of a month or year that has begun, and is asked about as a whole."""
    following = last + timedelta(days=1)
    if (following.month, following.day) == (1, 1) and re.search(r"\byear\b", text, re.IGNORECASE):
        return date(last.year, 1, 1)
    if following.day == 1 and first.month == last.month:
        return first.replace(day=1)
    return first
