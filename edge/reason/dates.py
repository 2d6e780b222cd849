"""Reads days, times of day and repetitions out of a sentence: "every Friday at half past two".

Rules over words, as the packages that parse dates either miss how people speak them ("half past
six", "the twenty second of May", "this weekend", "every Monday") or drop what they do not know and
return another moment, which is worse than asking back.
"""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import datetime, timedelta

from edge.reason.days import calendar_day, day_range, feast, named_day, relative
from edge.reason.durations import duration_at, unit
from edge.reason.moment import DAYS, LINKS, NOTHING, PARTS, Moment, texts, weekday
from edge.reason.times import part_of_day, settled, time_of_day
from edge.reason.when import When
from edge.reason.words import Found, Word, words

_WEEKEND = (5, 6)


def find_when(text: str, now: datetime) -> Found[When] | None:
    """All that `text` says about a moment, wherever it stands in it; None where it says nothing.

    Raises SkillError, with a sentence for the wearer, for a day that does not exist ("31 February")
    and for two different days or times.
    """
    parts = _settle_possessive(words(text))
    draft = Moment(now)
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(parts):
        length = _read(draft, parts, at)
        if not length:
            at += 1
            continue
        first = at
        # "at", "on": words that belong to what follows them.
        while first and _links(parts, first) and (not spans or spans[-1][1] < first):
            first -= 1
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], at + length)
        else:
            spans.append((first, at + length))
        at += length
    if not spans or draft.when == NOTHING:
        return None
    places = tuple((parts[first].start, parts[last - 1].end) for first, last in spans)
    return Found(settled(draft.when, now), places)


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


def _links(parts: list[Word], first: int) -> bool:
    """Whether the word before the time that begins at `first` belongs to it.

    The "in" of "let the plumber in tomorrow" does not.
    """
    link = parts[first - 1].text
    return link in LINKS and not (link == "in" and texts(parts, first, 1)[0] in _WITHOUT_IN)


_WITHOUT_IN = frozenset({"today", "tomorrow", "tonight", "yesterday", *DAYS})


def _span(draft: Moment, parts: list[Word], at: int) -> int:
    """Between two and four; from Monday to Wednesday; between six and nine am."""
    if parts[at].text not in ("between", "from"):
        return 0
    ends: list[When] = []
    first = at + 1
    for link in (("and", "to", "until", "till", "through", "-"), ()):
        # A bare number is a time here, as after "at".
        one = Moment(draft.now)
        if first >= len(parts):
            return 0
        length = _read(one, [*parts[:first], Word("at", 0, 0), *parts[first:]], first + 1)
        if not length:
            return 0
        ends.append(one.when)
        first += length
        if link:
            first += texts(parts, first, 1)[0] in link
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


def _read(draft: Moment, parts: list[Word], at: int) -> int:
    """Read one thing at word `at` into the draft; how many words it took, 0 for none."""
    for reader in _READERS:
        length = reader(draft, parts, at)
        if length:
            return length
    return 0


def _repetition(draft: Moment, parts: list[Word], at: int) -> int:
    one, two, three = texts(parts, at, 3)
    if one in ("everyday", "daily", "weekdays", "weekly", "monthly", "yearly", "nightly"):
        _every(draft, one)
        return 1
    plural = one.removesuffix("s")
    if one.endswith("s") and plural in DAYS:
        draft.set(every=(*draft.when.every, DAYS.index(plural)))
        return 1
    if one in ("on", "for") and two in ("weekdays", "weekends"):
        _every(draft, two)
        return 2
    if [one, two, three] == ["seven", "days", "a"] and texts(parts, at + 3, 1) == ["week"]:
        _every(draft, "day")
        return 4
    if one not in ("every", "each"):
        return 0
    if two == "single":
        return 1 + _repetition(draft, [parts[at], *parts[at + 2 :]], 0) if three else 0
    day = weekday(two)
    if day is not None:
        days, length = [day], 2
        while True:
            gap = 2 if texts(parts, at + length, 1) == ["and"] else 1
            more = weekday(texts(parts, at + length + gap - 1, 1)[0])
            if more is None:
                break
            days.append(more)
            length += gap
        draft.set(every=tuple(sorted(set(days))))
        return length
    if two in PARTS:
        draft.set(every=tuple(range(7)), part=two)
        return 2
    if two in ("day", "weekday", "weekend", "week", "month", "year"):
        _every(draft, two)
        return 2
    if two in ("other", "second"):
        size = unit(three)
        if size is None or size < timedelta(days=1):
            return 0
        draft.set(interval=2 * size)
        return 3
    length, value = duration_at(parts, at + 1)
    if value is None and unit(two) is not None:
        length, value = 1, unit(two)
    if value is None:
        return 0
    draft.set(interval=value)
    return 1 + length


def _every(draft: Moment, word: str) -> None:
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


_READERS = (
    _span,
    _repetition,
    relative,
    named_day,
    day_range,
    calendar_day,
    feast,
    time_of_day,
    part_of_day,
)
"""In this order: what takes more words comes before what takes fewer."""
