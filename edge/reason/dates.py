"""Reads days, times of day and repetitions out of a sentence: "every Friday at half past two".

Rules over words, as the packages that parse dates either miss how people speak them ("half past
six", "the twenty second of May", "this weekend", "every Monday") or drop what they do not know and
return another moment, which is worse than asking back.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.durations import duration_at, unit
from edge.reason.when import When
from edge.reason.words import Found, Word, words

_DAYS = [name.lower() for name in calendar.day_name]
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_MONTHS = [name.lower() for name in calendar.month_name]
_SHORT_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_SHORT_MONTHS |= {"sept": 9}
_PARTS = ("morning", "afternoon", "evening", "night")
_WEEKEND = (5, 6)
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
_LINKS = frozenset({"at", "on", "in", "the", "of", "for", "by", "from", "during", ",", "around"})
_LINKS |= {"about", "this", "until", "before", "after", "and", "starting"}


@dataclass(slots=True)
class _Draft:
    """What has been read so far."""

    now: datetime
    when: When = field(default_factory=When)

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
            elif old_until is not None and until is None:
                what["day"] = _within(day, old, old_until) or day
                if what["day"] == _within(day, old, old_until):
                    self.when = changed(self.when, day=None, until=None)
        for name, value in what.items():
            old = getattr(self.when, name)
            default = getattr(_NOTHING, name)
            if old not in (default, value) and name in _CONTRADICTORY:
                raise SkillError(f"You said two different {_CONTRADICTORY[name]}. Which one?")
        self.when = changed(self.when, **what)  # type: ignore[arg-type]


def _within(day: date, first: date, last: date) -> date | None:
    """`day`, or the day of the same name, within a range of at most a week; else None."""
    if first <= day <= last:
        return day
    if (last - first).days > 6:
        return None
    monday = first - timedelta(days=first.weekday())
    return monday + timedelta(days=day.weekday())


_NOTHING = When()
_CONTRADICTORY = {"day": "days", "time": "times", "after": "times"}


def find_when(text: str, now: datetime) -> Found[When] | None:
    """All that `text` says about a moment, wherever it stands in it; None where it says nothing.

    Raises SkillError, with a sentence for the wearer, for a day that does not exist ("31 February")
    and for two different days or times.
    """
    parts = _settle_possessive(words(text))
    draft = _Draft(now)
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(parts):
        length = _read(draft, parts, at)
        if not length:
            at += 1
            continue
        first = at
        # "at", "on": words that belong to what follows them.
        while first and parts[first - 1].text in _LINKS and (not spans or spans[-1][1] < first):
            first -= 1
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], at + length)
        else:
            spans.append((first, at + length))
        at += length
    if not spans or draft.when == _NOTHING:
        return None
    places = tuple((parts[first].start, parts[last - 1].end) for first, last in spans)
    return Found(_settled(draft.when, now), places)


def whole_when(text: str, now: datetime) -> When | None:
    """What all of `text` says about a moment, or None where it says something else too."""
    # A bare number answers "at what time?", and a bare rank "on which day?".
    for lead in ("", "at ", "the "):
        whole = lead + text
        found = find_when(whole, now)
        if found is None:
            continue
        if without(whole, found.spans).strip(" .,!?").lower() in ("", "please", "remind me"):
            return found.value
    return None


def _settle_possessive(parts: list[Word]) -> list[Word]:
    """Without "tomorrow's" in "tomorrow's meeting tonight": that is the meeting's day."""
    possessive = [word for word in parts if word.text in ("tomorrow's", "today's", "tonight's")]
    others = [word for word in parts if word.text in ("tomorrow", "today", "tonight")]
    return [word for word in parts if word not in possessive] if possessive and others else parts


def without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """`text` with these places cut out, and no double spaces."""
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def _settled(when: When, now: datetime) -> When:
    """`part` understood together with `time`: at eight in the evening."""
    if when.time is not None and when.part and when.loose:
        hour = when.time.hour
        late = when.part in ("afternoon", "evening") or (when.part == "night" and 5 < hour < 12)
        if late and hour < 12:
            hour += 12
        elif when.part in ("morning", "night") and hour == 12:
            hour = 0
        when = changed(when, time=when.time.replace(hour=hour), loose=False, part="")
    return when


def _span(draft: _Draft, parts: list[Word], at: int) -> int:
    """Between two and four; from Monday to Wednesday; between six and nine am."""
    if parts[at].text not in ("between", "from"):
        return 0
    ends: list[When] = []
    first = at + 1
    for link in (("and", "to", "until", "till", "through", "-"), ()):
        # A bare number is a time here, as after "at".
        one = _Draft(draft.now)
        if first >= len(parts):
            return 0
        length = _read(one, [*parts[:first], Word("at", 0, 0), *parts[first:]], first + 1)
        if not length:
            return 0
        ends.append(one.when)
        first += length
        if link:
            first += _texts(parts, first, 1)[0] in link
    start, end = ends
    if start.time is not None and end.time is not None:
        if start.loose and not end.loose and start.time.hour + 12 < end.time.hour:
            start = changed(start, time=start.time.replace(hour=start.time.hour + 12))
        draft.set(time=start.time, until_time=end.time, loose=start.loose and end.loose)
    elif start.day is not None and end.day is not None:
        later = end.day if start.day <= end.day else end.day + timedelta(weeks=1)
        if later < start.day:
            return 0
        draft.set(day=start.day, until=later)
    else:
        return 0
    return first - at


def _read(draft: _Draft, parts: list[Word], at: int) -> int:
    """Read one thing at word `at` into the draft; how many words it took, 0 for none."""
    for reader in (
        *(_span, _repetition, _relative, _named_day, _range, _calendar_day, _feast, _time, _part),
    ):
        length = reader(draft, parts, at)
        if length:
            return length
    return 0


def _texts(parts: list[Word], at: int, count: int) -> list[str]:
    texts = [word.text.removesuffix("'s") for word in parts[at : at + count]]
    return texts + [""] * (count - len(texts))


def _weekday(word: str) -> int | None:
    word = word.removesuffix("'s")
    for form in (word, word.removesuffix("s")):
        if form in _DAYS:
            return _DAYS.index(form)
    return _SHORT_DAYS.get(word)


def _repetition(draft: _Draft, parts: list[Word], at: int) -> int:
    one, two, three = _texts(parts, at, 3)
    if one in ("daily", "weekdays", "weekly", "monthly", "yearly", "nightly"):
        _every(draft, one)
        return 1
    plural = one.removesuffix("s")
    if one.endswith("s") and one != "sundays'" and plural in _DAYS:
        draft.set(every=(*draft.when.every, _DAYS.index(plural)))
        return 1
    if one == "on" and two in ("weekdays", "weekends"):
        _every(draft, two)
        return 2
    if one not in ("every", "each"):
        return 0
    if two == "single":
        return 1 + _repetition(draft, [parts[at], *parts[at + 2 :]], 0) if three else 0
    day = _weekday(two)
    if day is not None:
        days, length = [day], 2
        while True:
            gap = 2 if _texts(parts, at + length, 1) == ["and"] else 1
            more = _weekday(_texts(parts, at + length + gap - 1, 1)[0])
            if more is None:
                break
            days.append(more)
            length += gap
        draft.set(every=tuple(sorted(set(days))))
        return length
    if two in _PARTS:
        draft.set(every=tuple(range(7)), part=two)
        return 2
    if two in ("day", "weekday", "weekend", "week", "month", "year"):
        _every(draft, two)
        return 2
    if two == "other":
        return 0
    length, value = duration_at(parts, at + 1)
    if value is None and unit(two) is not None:
        length, value = 1, unit(two)
    if value is None:
        return 0
    draft.set(interval=value)
    return 1 + length


def _every(draft: _Draft, word: str) -> None:
    today = draft.now.date()
    if word in ("weekday", "weekdays"):
        draft.set(every=tuple(range(5)))
    elif word in ("weekend", "weekends"):
        draft.set(every=_WEEKEND)
    elif word in ("week", "weekly"):
        draft.set(every=(today.weekday(),))
    elif word in ("month", "monthly"):
        draft.set(month_day=today.day)
    elif word in ("year", "yearly"):
        draft.set(yearly=(today.month, today.day))
    else:
        draft.set(every=tuple(range(7)))


def _relative(draft: _Draft, parts: list[Word], at: int) -> int:
    """In ten minutes; three days from now; two weeks ago."""
    start = 1 if _texts(parts, at, 1)[0] in ("in", "after") else 0
    length, value = duration_at(parts, at + start)
    months = 0
    if value is None:
        length, months = _months(parts, at + start)
    if not length:
        return 0
    after = _texts(parts, at + start + length, 2)
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


def _move(draft: _Draft, by: timedelta) -> None:
    try:
        draft.set(day=draft.now.date() + by)
    except OverflowError:
        raise SkillError("That is too far away for a calendar.") from None


def _months(parts: list[Word], at: int) -> tuple[int, int]:
    one, two = _texts(parts, at, 2)
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


def _named_day(draft: _Draft, parts: list[Word], at: int) -> int:
    one, two, three, four = _texts(parts, at, 4)
    today = draft.now.date()
    for phrase, days in (
        (("the", "day", "after", "tomorrow"), 2),
        (("day", "after", "tomorrow"), 2),
        (("the", "day", "before", "yesterday"), -2),
        (("today",), 0),
        (("tomorrow",), 1),
        (("yesterday",), -1),
    ):
        if [one, two, three, four][: len(phrase)] == list(phrase):
            draft.set(day=today + timedelta(days=days))
            return len(phrase)
    if one == "tonight":
        draft.set(day=today, part="night")
        return 1
    if one == "this" and two in (*_PARTS,):
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
    day = _weekday(name)
    if day is None or (not length and one in _SHORT_DAYS and len(one) < 4 and one != "fri"):
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
        and _texts(parts, at - 1, 1)[0] == "coming"
    ):
        ahead = 7
    draft.set(day=today + timedelta(days=ahead))
    return 1 + length


def _nth_weekday(draft: _Draft, parts: list[Word], at: int) -> int:
    """The first Monday of next month; last Friday in May."""
    start = 1 if parts[at].text == "the" else 0
    word = parts[at + start] if at + start < len(parts) else None
    name, of, month_one, month_two = _texts(parts, at + start + 1, 4)
    day = _weekday(name)
    rank = 0 if word is None else -1 if word.text == "last" else _rank(word)
    if day is None or of not in ("of", "in") or not rank or rank > 5:
        return 0
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


def _range(draft: _Draft, parts: list[Word], at: int) -> int:
    one, two, three, four = _texts(parts, at, 4)
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
        rest, (one, two) = 3, _texts(parts, at + 3, 2)
    if [one, two] == ["next", "one"] or [one, two] == ["last", "one"]:
        rest, (one, two) = rest + 1, [one, _texts(parts, at + rest + 2, 1)[0]]
    one = {"current": "this", "coming": "next", "following": "next"}.get(one, one)
    if rest and two == "day":
        draft.set(day=today)
        return rest + 2
    if one == "weekend":
        one, two, rest = "this", "weekend", rest - 1
    if one not in ("this", "next", "last", "the") or two not in (
        "week",
        "weekend",
        "month",
        "year",
    ):
        return 0
    before = _texts(parts, at - 1, 1)[0] if at else ""
    if one == "the" and not rest and two != "weekend" and before not in ("for", "in", "during"):
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


def _calendar_day(draft: _Draft, parts: list[Word], at: int) -> int:
    """May 22; the twenty second of May 2027; the 5th; 3/5."""
    one, two, three = (parts[at + n] if at + n < len(parts) else None for n in range(3))
    assert one is not None
    month = _month(one.text)
    if month and two is not None and (two.number is not None or _rank(two)):
        year, extra = _year(parts, at + 2)
        return 2 + extra if _set_day(draft, month, _rank(two), year) else 0
    if one.text == "the" and two is not None and _rank(two) and two.text != "second":
        length = _calendar_day(draft, parts, at + 1)
        if length:
            return 1 + length
        known = _texts(parts, at + 2, 1)[0]
        if two.ordinal and not known and _set_day(draft, 0, _rank(two), 0):
            return 2
        # "the fifth at ten", not "the fifth item"
        if two.ordinal and known in (*_LINKS, "please") and known not in ("of", "and", "the"):
            return 2 if _set_day(draft, 0, _rank(two), 0) else 0
        return 0
    if _rank(one):
        gap = 1 if two is not None and two.text == "of" else 0
        name = _texts(parts, at + 1 + gap, 1)[0]
        month = _month(name)
        if name == "may" and not gap and not one.ordinal:
            month = 0
        if month:
            year, extra = _year(parts, at + 2 + gap)
            return 2 + gap + extra if _set_day(draft, month, _rank(one), year) else 0
        if [name, *_texts(parts, at + 2 + gap, 1)] == ["this", "month"]:
            return 3 + gap if _set_day(draft, draft.now.month, _rank(one), draft.now.year) else 0
    if one.number is not None and two is not None and two.text == "/" and three is not None:
        month, day = _rank(one), _rank(three)
        if 1 <= month <= 12 and day:
            return 3 if _set_day(draft, month, day, 0) else 0
    return 0


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
    if 1900 <= word.number <= 2200 and not word.number % 1:
        return int(word.number), 1
    after = parts[at + 1].number if at + 1 < len(parts) else None
    if word.number in (19, 20) and after is not None and 10 <= after < 100 and not after % 1:
        return int(word.number) * 100 + int(after), 2
    return 0, 0


def _set_day(draft: _Draft, month: int, day: int, year: int) -> bool:
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


def _feast(draft: _Draft, parts: list[Word], at: int) -> int:
    texts = [word.text for word in parts[at : at + 3]]
    for phrase, (month, day) in _FEASTS.items():
        if texts[: len(phrase)] == list(phrase):
            _set_day(draft, month, day, 0)
            return len(phrase)
    return 0


_BEFORE_TIME = frozenset({"at", "for", "by", "until", "till", "around", "about", "before", "after"})
_MINUTES = {"half": 30, "quarter": 15}
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)$")


def _time(draft: _Draft, parts: list[Word], at: int) -> int:
    one, two = _texts(parts, at, 2)
    if one in ("noon", "midday", "midnight"):
        draft.set(time=time(0 if one == "midnight" else 12), loose=False)
        return 1
    if one == "twelve" and two in ("noon", "midnight"):
        draft.set(time=time(0 if two == "midnight" else 12), loose=False)
        return 2
    length = _spoken_time(draft, parts, at)
    if length:
        return length
    clock = _CLOCK.match(one)
    word = parts[at]
    if clock and ":" in one:
        hour, minute, length = int(clock[1]), int(clock[2]), 1
    elif word.number is None or word.ordinal:
        return 0
    elif clock and two in ("am", "pm"):
        hour, minute, length = int(clock[1]), int(clock[2]), 1
    elif word.number % 1 or word.number < 0 or word.number >= 2400:
        return 0
    else:
        hour, minute, length = int(word.number), 0, 1
        more = parts[at + 1] if at + 1 < len(parts) else None
        if more is not None and more.number is not None and not more.ordinal and hour < 24:
            if 10 <= more.number < 60 and not more.number % 1:
                minute, length = int(more.number), 2
        elif two in ("o", "oh") and at + 2 < len(parts) and parts[at + 2].number is not None:
            minute, length = int(parts[at + 2].number or 0), 3
    after = _texts(parts, at + length, 2)
    said = True
    if after[0] in ("o'clock", "oclock") or after == ["o", "clock"]:
        length += 2 if after[0] == "o" else 1
        after = _texts(parts, at + length, 2)
    elif after[0] in ("hundred", "hours"):
        return 0
    elif after[0] not in ("am", "pm") and not (clock and ":" in one):
        # A bare number is a time only after "at", before a part of the day, or with its minutes.
        before = _texts(parts, at - 1, 1)[0] if at else ""
        in_part = after[0] in ("in", "tonight", "tomorrow", "this", "noon", "today")
        if before not in _BEFORE_TIME and not (in_part and minute + length > 1):
            said = False
        if after[0] and (unit(after[0]) or after[0] in ("percent", "%", "times", "people", "/")):
            said = False
        if before == "for" and after[0] and after[0] not in _AFTER_TIME:
            said = False
        if hour > 24:
            said = False
    if not said:
        return 0
    loose = 0 < hour <= 12 and not one.startswith("0")
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
    return length


_AFTER_TIME = frozenset(
    {"on", "in", "tomorrow", "today", "tonight", "every", "this", "next", "and"}
)
_AFTER_TIME |= {"please", "to", "for", "noon", "the", *_DAYS}


def _spoken_time(draft: _Draft, parts: list[Word], at: int) -> int:
    """Half past six, quarter to five, twenty past four."""
    start = 1 if parts[at].text == "a" else 0
    one, two = _texts(parts, at + start, 2)
    word = parts[at + start] if at + start < len(parts) else None
    if word is None or {"from", "between"} & set(_texts(parts, max(0, at - 2), min(at, 2))):
        # "From five to seven" is a span of hours.
        return 0
    number = word.number
    minutes = _MINUTES.get(one) or (int(number) if number and 0 < number < 60 else 0)
    skip = 1 if two in ("minutes", "minute") else 0
    if skip:
        two = _texts(parts, at + start + 2, 1)[0]
    hour_word = parts[at + start + 2 + skip] if at + start + 2 + skip < len(parts) else None
    if not minutes or two not in ("past", "to", "after", "before", "till") or hour_word is None:
        return 0
    names = {"noon": 12, "midnight": 0}
    hour = names.get(hour_word.text, int(hour_word.number) if hour_word.number else -1)
    if not 0 <= hour <= 23 or hour_word.ordinal or (two in ("after", "before") and start + 1 > 1):
        return 0
    if two in ("to", "before", "till"):
        hour, minutes = hour - 1, 60 - minutes
    length = start + 3 + skip
    loose = 0 <= hour <= 12 and hour_word.text not in names
    meridiem = _texts(parts, at + length, 1)[0]
    if meridiem in ("am", "pm"):
        hour = hour % 12 + (12 if meridiem == "pm" else 0)
        length, loose = length + 1, False
    if hour == 0 and loose:
        hour = 12
    draft.set(time=time(hour % 24, minutes % 60), loose=loose)
    return length


def _part(draft: _Draft, parts: list[Word], at: int) -> int:
    one = _texts(parts, at, 1)[0].removesuffix("s")
    if one not in _PARTS:
        return 0
    before = _texts(parts, at - 1, 1)[0] if at else ""
    day_before = _weekday(before) is not None or before in ("tomorrow", "today", "yesterday")
    if day_before or before in ("the", "this", "at", "every", "in", "am", "pm") or at == 0:
        draft.set(part=one)
        return 1
    return 0
