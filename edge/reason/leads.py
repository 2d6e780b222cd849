"""Reads how long before something: "an hour before", "two days ahead of time"."""

from __future__ import annotations

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
        end = at + length
        # "A three day notification before the exam".
        end += texts(parts, end, 1)[0] in _WARNINGS and texts(parts, end + 1, 1)[0] == "before"
        link = next((p for p in _BEFORE if tuple(texts(parts, end, len(p))) == p), None)
        if link is None or _told(text, parts[at].start, parts[end - 1].end, now):
            continue
        return Found(value, ((parts[at].start, parts[end + len(link) - 1].end),))
    return None


def _length(parts: list[Word], at: int) -> tuple[int, timedelta | None]:
    """How many words from `at` say a length of time, "a few hours" too, and it; or (0, None)."""
    lead = 1 if parts[at].text == "a" else 0
    few, size = texts(parts, at + lead, 2)
    whole = unit(size)
    if few == "few" and whole is not None:
        return lead + 2, _FEW * whole
    return duration_at(parts, at)


def _told(text: str, start: int, end: int, now: datetime) -> bool:
    """Whether these characters are a part of a day or time."""
    try:
        when = find_when(text, now)
    except SkillError:
        # Two times: which of them these words belong to cannot be told.
        return True
    return when is not None and any(a < end and start < b for a, b in when.spans)
