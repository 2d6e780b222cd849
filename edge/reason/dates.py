"""Reads days, times of day and repetitions out of a sentence: "every Friday at half past two".

Rules over words, as the packages that parse dates either miss how people speak them ("half past
six", "the twenty second of May", "this weekend", "every Monday") or drop what they do not know and
return another moment, which is worse than asking back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace as changed
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from edge.errors import SkillError
from edge.reason.calendar_days import calendar_day
from edge.reason.day_ranges import day_range
from edge.reason.days import named_day, relative
from edge.reason.feasts import feast
from edge.reason.moment import DAYS, LINKS, NOTHING, Moment, texts
from edge.reason.other_times import without_others
from edge.reason.repeats import repetition
from edge.reason.times import named_part, part_of_day, settled, time_of_day
from edge.reason.when import When
from edge.reason.words import Found, Word, words

_Reader = Callable[[Moment, list[Word], int], int]


class NoTime(SkillError):
    """What was said is no time, or is two."""

    def __init__(self, sentence: str, spans: tuple[tuple[int, int], ...] = ()) -> None:
        super().__init__(sentence)
        self.spans = spans
        """Where its words are."""


def find_when(text: str, now: datetime) -> Found[When] | None:
    """All that `text` says about a moment, wherever it stands in it; None where it says nothing.

    Raises NoTime, with a sentence for the wearer, for a day that does not exist ("31 February") and
    for two different days or times.
    """
    found = _find_when(text, now, now.tzinfo, now.fold)
    if isinstance(found, SkillError):
        raise NoTime(str(found), found.spans if isinstance(found, NoTime) else ())
    return found


@lru_cache(maxsize=128)  # Every template that fits asks for it.
def _find_when(
    text: str, now: datetime, zone: tzinfo | None, fold: int
) -> Found[When] | SkillError | None:
    """As `find_when`. Moments of two zones are equal where they are the same moment, so that the
    zone has to be told apart."""
    try:
        return _read_when(text, now)
    except SkillError as error:
        return error.with_traceback(None)


def _read_when(text: str, now: datetime) -> Found[When] | None:
    parts = without_others(words(text))
    said = tuple(word.text for word in parts)
    draft = Moment(now)
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(parts):
        try:
            length = read_at(draft, parts, at) if spans else _read_first(draft, parts, at, said)
        except SkillError as error:
            spans += _unread(draft, parts, at)
            raise NoTime(str(error), _places(parts, spans)) from None
        if not length:
            at += 1
            continue
        first = at
        # "at", "on": words that belong to what follows them.
        while first and links(parts, first) and (not spans or spans[-1][1] < first):
            first -= 1
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], at + length)
        else:
            spans.append((first, at + length))
        at += length
    if not spans or draft.when == NOTHING:
        return _my_day(text, now)
    if draft.when.loose and not draft.when.part:
        draft.named_part = named_part(parts)
    try:
        return Found(settled(draft), _places(parts, spans))
    except SkillError as error:
        raise NoTime(str(error), _places(parts, spans)) from None


def _places(parts: list[Word], spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Characters of what are words from one place to before another."""
    return tuple((parts[first].start, parts[last - 1].end) for first, last in spans)


def _unread(draft: Moment, parts: list[Word], at: int) -> list[tuple[int, int]]:
    """The words at `at` that contradict what was read before; none where they are no time at all,
    as how many belong to it cannot be told."""
    try:
        length = read_at(Moment(draft.now), parts, at)
    except SkillError:
        return []
    return [(at, at + length)] if length else []


_EMPTY: set[tuple[datetime, tzinfo | None, tuple[str, ...], tuple[str, ...]]] = set()
"""Places where nothing begins. A question is looked at with and without the words of its slots, so
that its end is seen again and again."""
_EMPTY_MOST = 256
_EMPTY_LONGEST = 80
"""Words: to look at all of a longer text at each of its words takes longer than it saves."""


def _read_first(draft: Moment, parts: list[Word], at: int, said: tuple[str, ...]) -> int:
    """As `read_at`, where nothing has been read in these words, which are `said`."""
    if len(said) > _EMPTY_LONGEST:
        return read_at(draft, parts, at)
    # It depends on all that follows, and on two words before.
    place = (draft.now, draft.now.tzinfo, said[max(0, at - 2) : at], said[at:])
    if place in _EMPTY:
        return 0
    length = read_at(draft, parts, at)
    if not length:
        if len(_EMPTY) >= _EMPTY_MOST:
            _EMPTY.clear()
        _EMPTY.add(place)
    return length


_MY_DAY = re.compile(
    r"\b(for the day)\b(?=[.?!]*$| (?:please|and|in|on)\b)"
    r"|\b(?:clear|empty|wipe|free(?: up)?|happening|going on|planned|scheduled|is|what's|have)"
    r"(?: (?:in|on|for|out))? (my day)\b(?! (?:off|job|trip|care|out|one|planner)\b)",
    re.IGNORECASE,
)


def _my_day(text: str, now: datetime) -> Found[When] | None:
    """Today, in "clear my day", "what is on for my day" and "my schedule for the day"."""
    found = _MY_DAY.search(text)
    if found is None:
        return None
    span = found.span(1) if found[1] else found.span(2)
    return Found(When(day=now.date()), (span,))


_COUNTS = frozenset({"half", "quarter", "a", "about", "around", "exactly", "new"})


def whole_when(text: str, now: datetime) -> When | None:
    """What all of `text` says about a moment, or None where it says something else too."""
    # A bare number answers "at what time?", and a bare rank "on which day?".
    first = next(iter(words(text)), None)
    counts = first is not None and (first.number is not None or first.text in _COUNTS)
    for lead in ("", "at ", "the ") if counts else ("",):
        whole = lead + text
        found = find_when(whole, now)
        if found is None:
            continue
        if without(whole, found.spans).strip(" .,!?").lower() in ("", "please", "remind me"):
            return found.value
    return None


def without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """`text` with these places cut out, and no double spaces."""
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def links(parts: list[Word], first: int) -> bool:
    """Whether the word before the time that begins at `first` belongs to it.

    The "in" of "let the plumber in tomorrow" does not.
    """
    link = parts[first - 1].text
    if link == "on" and texts(parts, first, 1)[0] in _TODAYS:
        # "Turn the heating on tomorrow."
        return not _SWITCHED & {word.text for word in parts[max(0, first - 6) : first - 1]}
    if link in ("over", "throughout"):
        # "Over the week", but "have people over tomorrow", and "look over the weekend plans".
        before = texts(parts, first - 2, 1)[0] if first > 1 else ""
        return texts(parts, first, 1)[0] == "the" and before not in _OVER
    return link in LINKS and not (link == "in" and texts(parts, first, 1)[0] in _WITHOUT_IN)


_OVER = frozenset({"go", "going", "look", "looking", "talk", "think", "read", "run", "hand", "get"})
_TODAYS = ("today", "tomorrow", "tonight")
_SWITCHED = frozenset({"turn", "turning", "switch", "switching", "leave", "keep"})
_WITHOUT_IN = frozenset({"today", "tomorrow", "tonight", "yesterday", *DAYS})


def _span(draft: Moment, parts: list[Word], at: int) -> int:
    """Between two and four; from Monday to Wednesday; between six and nine am."""
    first = at + (parts[at].text in ("between", "from"))
    if first == at and not _nine_to_five(parts, at) and not _monday_to_friday(parts, at):
        return 0
    if _two_hours(parts, at):
        # "Between eight ten", as it is written where "and" was swallowed, is no time with minutes.
        parts = [*parts[: at + 2], Word("and", 0, 0), *parts[at + 2 :]]
        return max(0, _span(draft, parts, at) - 1)
    ends: list[When] = []
    for link in (("and", "to", "until", "till", "through", "thru", "-"), ()):
        # A bare number is a time here, as after "at".
        one = Moment(draft.now)
        if first >= len(parts):
            return 0
        length = read_at(one, [*parts[:first], Word("at", 0, 0), *parts[first:]], first + 1, _ENDS)
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
        last = end.time
        if end.loose and start.time is not None and last < start.time and last.hour < 12:
            last = last.replace(hour=last.hour + 12)
        draft.set(time=start.time, until_time=last, loose=start.loose and end.loose)
    elif start.day is not None and end.day is not None:
        later = end.day if start.day <= end.day else end.day + timedelta(weeks=1)
        if later < start.day:
            return 0
        draft.set(day=start.day, until=later)
    else:
        return 0
    return first - at


def _two_hours(parts: list[Word], at: int) -> bool:
    """Whether "between" is followed by two hours and nothing else that belongs to them."""
    pair = parts[at + 1 : at + 3]
    hours = [word.number for word in pair if word.number is not None and not word.ordinal]
    whole = len(hours) == 2 and all(1 <= hour <= 12 and not hour % 1 for hour in hours)
    after = texts(parts, at + 3, 1)[0]
    return parts[at].text == "between" and whole and after not in ("and", "to", "until", "till")


def _monday_to_friday(parts: list[Word], at: int) -> bool:
    """Whether several days begin here without "from": "monday through friday"."""
    first, link, last = (word.text for word in [*parts[at : at + 3], *[_NONE] * 3][:3])
    return first in DAYS and link in ("to", "through", "thru") and last in DAYS and first != last


_NONE = Word("", 0, 0)


def _nine_to_five(parts: list[Word], at: int) -> bool:
    """Whether a span of hours begins here without "from": "two to three pm"."""
    # "Five pm to six pm" is one, too.
    gap = 1 if texts(parts, at + 1, 1)[0] in ("am", "pm") else 0
    first, last = (parts[n].number if n < len(parts) else None for n in (at, at + 2 + gap))
    link, meridiem = texts(parts, at + 1 + gap, 1)[0], texts(parts, at + 3 + gap, 1)[0]
    hours = first is not None and last is not None and 1 <= first <= 12 and 1 <= last <= 12
    plain = gap or bool((first or 0) % 5)
    return bool(hours and plain and link in _TO_END and meridiem in ("am", "pm"))


_TO_END = ("to", "-", "until", "till", "through")


def read_at(
    draft: Moment, parts: list[Word], at: int, readers: tuple[_Reader, ...] | None = None
) -> int:
    """Read one thing at word `at` into the draft; how many words it took, 0 for none."""
    for reader in readers or _READERS:
        length = reader(draft, parts, at)
        if length:
            return length
    return 0


_ENDS: tuple[_Reader, ...] = (
    relative,
    named_day,
    day_range,
    calendar_day,
    feast,
    time_of_day,
    part_of_day,
)
_READERS: tuple[_Reader, ...] = (_span, repetition, *_ENDS)
"""In this order: what takes more words comes before what takes fewer."""
