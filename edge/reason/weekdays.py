"""Takes apart several days of the same name: "this Sunday and the next two Sundays"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from edge.reason.moment import DAYS
from edge.reason.words import whole_number

MOST = 6
"""Days; more are not set in one breath."""
_DAY = "|".join(DAYS)
_COMING = re.compile(
    rf"(?:\b(?:on|for) )?(?:\b(?:(?:this|today|tonight)(?: coming)?(?: (?:{_DAY}))?|(?:{_DAY}))"
    r",? and )?\b(?:on |for )?(?:the |my )?(?:next|coming|following) (?P<count>\w+)"
    rf" (?P<day>{_DAY})s\b",
    re.IGNORECASE,
)


def each_weekday(text: str, now: datetime) -> list[str]:
    """`text` once for each of the days, with its date; empty where it names none so."""
    spread = _spread(text, now)
    if spread:
        return spread
    found = _COMING.search(text)
    count = whole_number(found["count"]) if found else None
    if found is None or count is None or count % 1:
        return []
    today = now.date()
    first = today + timedelta(days=(DAYS.index(found["day"].lower()) - today.weekday()) % 7)
    before = found[0].lower().partition(" and ")
    also = bool(before[1])
    named = f"{found['day']}|today|tonight" if first == today else found["day"]
    if also and not re.search(rf"\b(?:{named})\b", before[0], re.IGNORECASE):
        # "Friday and the next two Sundays."
        return []
    if not also and first == today:
        first += timedelta(weeks=1)
    days = [first + timedelta(weeks=n) for n in range(int(count) + also)]
    if not 2 <= len(days) <= MOST:
        return []
    return [f"{text[: found.start()]}on {day}{text[found.end() :]}" for day in days]


_FROM_TO = re.compile(
    rf"(?:\b(?:on|for|from) )*\b(?P<first>{_DAY}) (?:to|through|thru|till|until)"
    rf" (?P<last>{_DAY})\b",
    re.IGNORECASE,
)
_REPEATED = re.compile(
    r"\b(?:every|each|daily|weekly|week(?:ly|days)?|month|year)\b", re.IGNORECASE
)


def _spread(text: str, now: datetime) -> list[str]:
    """`text` once for each of the coming days in "from Monday to Friday"."""
    found = _FROM_TO.search(text)
    if found is None or _REPEATED.search(text):
        return []
    first, last = (DAYS.index(found[name].lower()) for name in ("first", "last"))
    begins = now.date() + timedelta(days=(first - now.weekday()) % 7)
    count = (last - first) % 7 + 1
    if not 2 <= count <= MOST:
        return []
    days = [begins + timedelta(days=n) for n in range(count)]
    return [f"{text[: found.start()]}on {day}{text[found.end() :]}" for day in days]
