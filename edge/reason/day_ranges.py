"""Reads several days in a row: "this weekend", "next month", "the next few days"."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.calendar_days import calendar_day, month_of
from edge.reason.feasts import feast
from edge.reason.moment import DAYS, Moment, later_month, texts
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
    counted = (
        _next_days(draft, parts, at)
        or _past(draft, parts, at)
        or _after_next(draft, parts, at)
        or _forecast(draft, parts, at)
        or _week_of(draft, parts, at)
        or _week_with(draft, parts, at)
    )
    if counted:
        return counted
    if one == "weekend":
        one, two, rest = "this", "weekend", rest - 1
    if parts[at].text == "week's" and two in _OF_RANGE:
        # "Week's weather", which leaves out whose.
        one, two, rest = "this", "week", rest - 1
    if one in ("the", "this", "next", "all") and two in ("whole", "entire", "full"):
        # "For the whole week" is for the week.
        one, two = "this" if one == "the" else one, texts(parts, at + rest + 2, 1)[0]
        rest += 1
    if one in ("this", "next", "the") and two.removesuffix("s") in _SIZES:
        # "This weeks forecast", as a possessive is heard; "the weeks to come" are others.
        two, after = two.removesuffix("s"), texts(parts, at + rest + 2, 1)[0]
        said = parts[at + rest + 1].text
        if one == "the" and said != two and after in _OF_RANGE:
            one = "this"
    if one not in ("this", "next", "last", "the") or two not in _SIZES:
        return 0
    before = texts(parts, at - 1, 1)[0] if at else ""
    spans = ("for", "in", "during", "of", "over")
    if one == "the" and not rest and two != "weekend" and before not in spans:
        return 0
    if before == "of" and at > 1 and texts(parts, at - 2, 1)[0] in ("day", "days", "time"):
        # "Which day of the week", not "the weather of the week".
        return 0
    of, named = texts(parts, at + rest + 2, 2)
    if two == "weekend" and of in _NAMED_AFTER:
        # "Our weekend trip" may be on any.
        return 0
    if two == "month" and of == "of" and month_of(named):
        # "The month of March" is March.
        return 0
    step = {"next": 1, "last": -1}.get(one, 0)
    first, last = _range(today, two, step)
    draft.set(day=max(first, today) if step == 0 else first, until=last)
    return rest + 2


_NAMED_AFTER = frozenset({"trip", "trips", "getaway", "retreat", "bag", "job", "edition", "pass"})


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
_OF_RANGE = frozenset({"weather", "forecast", "outlook", "schedule", "agenda", "calendar", "plans"})
_OF_RANGE |= {"appointments", "meetings", "events", "reminders"}
"""What is of days in a row: "the week's forecast"."""


_OF_PAST = ("the", "these", "in", "within", "over", "during", "from", "for")


def _past(draft: Moment, parts: list[Word], at: int) -> int:
    """The past three months; the last ten minutes: up to now. "Let it last ten minutes" is none."""
    start = 1 if parts[at].text == "the" else 0
    before = texts(parts, at - 1, 1)[0] if at and not start else ""
    if texts(parts, at + start, 1)[0] not in ("past", "last") or not (start or before in _OF_PAST):
        return 0
    if any(word.text in ("remind", "reminder") for word in parts):
        # "Remind me to review the last two weeks": nothing is due in the past.
        return 0
    first = at + start + 1
    word, size = parts[first] if first < len(parts) else None, texts(parts, first + 1, 1)[0]
    few = word is not None and word.text in ("few", "couple")
    gap = 1 if word is not None and word.text == "couple" and size == "of" else 0
    size = texts(parts, first + 1 + gap, 1)[0] if gap else size
    number = word.number if word is not None and not word.ordinal else None
    if start and word is not None and texts(parts, at + 1, 1)[0] == "past":
        # "The past week" is seven days, and "the last week" may be one from its Monday on.
        one = word.text if word.text in ("hour", "week", "month", "year") else ""
        number, size, gap = (Decimal(1), f"{one}s", -1) if one else (number, size, gap)
    count = 3 if few and not gap else 2 if few else number
    if count is None or count % 1 or not 1 <= count <= 1000 or not size.endswith("s"):
        return 0
    length, now = start + 3 + gap, draft.now
    if size in ("minutes", "hours"):
        begins = now - timedelta(**{size: int(count)})
        if begins.date() != now.date():
            draft.set(day=begins.date(), until=now.date())
            return length
        draft.set(day=now.date(), time=begins.time(), until_time=now.time())
        return length
    months = {"months": 1, "years": 12}.get(size)
    days = {"days": 1, "nights": 1, "weeks": 7}.get(size)
    if not months and not days:
        return 0
    today = now.date()
    begins_on = (
        later_month(today, -int(count) * months)
        if months
        else today - timedelta(days=int(count) * (days or 1))
    )
    draft.set(day=begins_on, until=today)
    return length


def _forecast(draft: Moment, parts: list[Word], at: int) -> int:
    """The ten day of "ten day forecast"; weekly forecast."""
    one, two = texts(parts, at, 2)
    number, length, size, after = parts[at].number, 2, two, texts(parts, at + 2, 1)[0]
    if one in ("weekly", "monthly"):
        number, length, size, after = Decimal(1), 1, one.removesuffix("ly"), two
    days = {"day": 1, "week": 7, "month": 30}.get(size.removesuffix("s"))
    if number is None or number % 1 or days is None or not 1 <= number * days <= 366:
        return 0
    if after not in ("weather", "forecast", "outlook"):
        return 0
    today = draft.now.date()
    draft.set(day=today, until=today + timedelta(days=int(number) * days - 1))
    return length


_WEEKS = {"first": 0, "second": 1, "third": 2, "fourth": 3}


def _week_of(draft: Moment, parts: list[Word], at: int) -> int:
    """The first week of March; the last week of next month: seven days from its first on, or the
    last seven."""
    start = 1 if parts[at].text == "the" else 0
    which, week, of, one, two = texts(parts, at + start, 5)
    if week != "week" or of not in ("of", "in") or not (which in _WEEKS or which == "last"):
        return 0
    today, month = draft.now.date(), month_of(one)
    if month:
        first, length = date(today.year + (month < today.month), month, 1), 4
    elif two == "month" and one in ("this", "the", "next"):
        first, length = later_month(today.replace(day=1), int(one == "next")), 5
    else:
        return 0
    begins = first + timedelta(weeks=_WEEKS.get(which, 0))
    if which == "last":
        begins = later_month(first, 1) - timedelta(days=7)
    draft.set(day=begins, until=begins + timedelta(days=6))
    return start + length


_ASKS = frozenset({"delete", "cancel", "remove", "clear", "add", "set", "put", "show", "list"})
_ASKS |= {"tell", "remind", "schedule", "what", "what's", "do", "am", "is", "are", "i"}


def _week_with(draft: Moment, parts: list[Word], at: int) -> int:
    """The week of the twentieth, the one that this day is in; the week beginning on May 4th."""
    start = 1 if parts[at].text == "the" else 0
    week, link = texts(parts, at + start, 2)
    if week != "week" or link not in ("of", "beginning", "starting", "commencing"):
        return 0
    first = at + start + 2
    first += 1 if texts(parts, first, 1)[0] == "on" else 0
    if first >= len(parts):
        return 0
    other = Moment(draft.now)
    if texts(parts, first + 2, 1)[0] in _ASKS:
        # "For the week of the twentieth delete ...", not "of the twentieth anniversary".
        parts = parts[: first + 2]
    length = calendar_day(other, parts, first) or feast(other, parts, first)
    day = other.when.day
    if not length or day is None or other.when.until is not None:
        return 0
    if link == "of":
        day -= timedelta(days=day.weekday())
    draft.set(day=day, until=day + timedelta(days=6))
    return first + length - at


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
    if count is not None and three.endswith("s") and three.removesuffix("s") in DAYS:
        # They repeat, and not for good.
        raise SkillError(f"I can't take {two} {three.title()} at once; name one of them.")
    size = {"days": 1, "nights": 1, "weeks": 7, "months": 30}.get(three)
    if count is None or size is None or not 1 <= count * size <= 366:
        return 0
    today = draft.now.date()
    draft.set(day=today, until=today + timedelta(days=int(count) * size))
    return start + length
