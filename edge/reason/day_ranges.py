"""Reads several days in a row: "this weekend", "next month", "the next few days"."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from edge.reason.moment import Moment, later_month, texts
from edge.reason.words import Word


def day_range(draft: Moment, parts: list[Word], at: int) -> int:
    """This week; next month; the rest of the year: how many words."""
    one, two, three, four = texts(parts, at, 4)
    today = draft.now.date()
    rest = 0
    if one in ("rest", "remainder") and two == "of":
        rest, (one, two) = 2, [three, four]
    elif one == "the" and two in ("rest", "remainder") and three == "of":
        rest, (one, two) = 3, texts(parts, at + 3, 2)
    if [one, two] == ["next", "one"] or [one, two] == ["last", "one"]:
        rest, (one, two) = rest + 1, [one, texts(parts, at + rest + 2, 1)[0]]
    one = {"current": "this", "coming": "next", "upcoming": "next", "following": "next"}.get(
        one, one
    )
    if rest and two == "day":
        draft.set(day=today)
        return rest + 2
    counted = _next_days(draft, parts, at) or _after_next(draft, parts, at)
    if counted:
        return counted
    if one == "weekend":
        one, two, rest = "this", "weekend", rest - 1
    if one not in ("this", "next", "last", "the") or two not in _SIZES:
        return 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    spans = ("for", "in", "during", "of", "over")
    if one == "the" and not rest and two != "weekend" and before not in spans:
        return 0
    if before == "of" and at > 1 and texts(parts, at - 2, 1)[0] in ("day", "days", "time"):
        # "Which day of the week", not "the weather of the week".
        return 0
    step = {"next": 1, "last": -1}.get(one, 0)
    first, last = _range(today, two, step)
    draft.set(day=max(first, today) if step == 0 else first, until=last)
    return rest + 2


def _after_next(draft: Moment, parts: list[Word], at: int) -> int:
    """The week after next."""
    start = 1 if parts[at].text == "the" else 0
    size, *after = texts(parts, at + start, 3)
    if size not in _SIZES or after != ["after", "next"]:
        return 0
    first, last = _range(draft.now.date(), size, 2)
    draft.set(day=first, until=last)
    return start + 3


_SIZES = ("week", "weekend", "month", "year")


def _range(today: date, size: str, step: int) -> tuple[date, date]:
    """First and last day of this week (0), the next one (1) and so on."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
    if size == "week":
        return monday, monday + timedelta(days=6)
    if size == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if size == "month":
        first = later_month(today.replace(day=1), step)
        return first, later_month(first, 1) - timedelta(days=1)
    return date(today.year + step, 1, 1), date(today.year + step, 12, 31)


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
