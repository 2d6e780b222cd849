"""Reads how long before something: "an hour before", "two days ahead of time"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from edge.errors import SkillError
from edge.reason.dates import find_when
from edge.reason.durations import duration_at, unit
from edge.reason.moment import texts
from edge.reason.words import Found, Word, words

_BEFORE = (
    ("ahead", "of", "time"),
    ("ahead", "of"),
    ("ahead",),
    ("prior", "to"),
    ("prior",),
    ("in", "advance"),
    ("advance",),
    ("beforehand",),
    ("before", "hand"),
    ("before",),
    ("early",),
    ("earlier",),
)
_WARNINGS = frozenset({"notification", "notice", "warning", "reminder", "alert", "alarm"})
_FEW = 3
"""What "a few" hours are, as "the next few days" are."""


def find_lead(text: str, now: datetime) -> Found[timedelta] | None:
    """How long before something `text` says; None where it does not, or where these words are a
    day or time themselves ("a week before christmas", "ten minutes before five")."""
    parts = words(text)
    for at in range(len(parts)):
        length, value = _length(parts, at)
        if value is None:
            continue
        warned = _warning(text, parts, at, length)
        if warned:
            return Found(value, ((parts[at].start, parts[at + warned - 1].end),))
        end = at + length
        # "A three day notification before the exam".
        end += texts(parts, end, 1)[0] in _WARNINGS and texts(parts, end + 1, 1)[0] == "before"
        link = next((p for p in _BEFORE if tuple(texts(parts, end, len(p))) == p), None)
        if link is None or _told(text, parts[at].start, parts[end - 1].end, now):
            continue
        first = at - 1 if at and link[-1] == "advance" and parts[at - 1].text == "in" else at
        return Found(value, ((parts[first].start, parts[end + len(link) - 1].end),))
    return None


_OF_EVENT = re.compile(
    r" (?:(?:for|on|about|of|before) .*(?:meeting|appointment|class|interview|party"
    r"|conference|flight|game|lunch|dinner|exam|concert|event|birthday|lesson)s?\b)",
    re.IGNORECASE,
)


def _warning(text: str, parts: list[Word], at: int, length: int) -> int:
    """How many words are the lead of "a fifteen minute reminder for the meeting": a length that is
    for something that begins; 0: none."""
    end = at + length
    heads_up = texts(parts, end, 2) == ["heads", "up"]
    if texts(parts, end, 1)[0] not in _WARNINGS - {"alarm"} and not heads_up:
        return 0
    after = end + 1 + heads_up
    if after >= len(parts) or _OF_EVENT.match(text[parts[after - 1].end :]) is None:
        return 0
    # Of "a warning before my meeting" nothing is left but the meeting.
    return after + 1 - at if parts[after].text == "before" else length


def _length(parts: list[Word], at: int) -> tuple[int, timedelta | None]:
    """How many words from `at` say a length of time, "a few hours" too, and it; or (0, None)."""
    lead = 1 if parts[at].text == "a" else 0
    few, size = texts(parts, at + lead, 2)
    whole = unit(size)
    if few == "few" and whole is not None:
        return lead + 2, _FEW * whole
    length, value = duration_at(parts, at)
    if value is None and _one_before(parts, at):
        # "Hour before the meeting", "the week before".
        start = 1 if parts[at].text == "the" else 0
        return start + 1, unit(parts[at + start].text)
    return length, value


def _one_before(parts: list[Word], at: int) -> bool:
    """Whether a single unit without a number is at word `at`, right before "before"."""
    start = 1 if parts[at].text == "the" else 0
    size, link, after = texts(parts, at + start, 3)
    alone = texts(parts, at - 1, 1)[0] in _BEFORE_UNIT if at else True
    if link not in ("before", "prior") and [link, after] != ["ahead", "of"]:
        return False
    return size in ("hour", "day", "week") and (bool(start) or alone)


_BEFORE_UNIT = frozenset({"me", "us", "and", "reminder", "alert", "notification", "warning"})


def _told(text: str, start: int, end: int, now: datetime) -> bool:
    """Whether these characters are a part of a day or time."""
    try:
        when = find_when(text, now)
    except SkillError:
        # Two times: which of them these words belong to cannot be told.
        return True
    return when is not None and any(a < end and start < b for a, b in when.spans)
