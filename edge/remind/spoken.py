"""Moments in words, for the voice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from edge.reason.durations import spoken as spoken_length


def clock(at: datetime) -> str:
    """The time of day: "7 AM", "7:05 PM", "noon"."""
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "noon" if at.hour else "midnight"
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes} {'AM' if at.hour < 12 else 'PM'}"


def ordinal(number: int) -> str:
    """1st, 12th, 23rd."""
    teen = 11 <= number % 100 <= 13
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def day(at: datetime, now: datetime, *, timed: bool = False) -> str:
    """The day: "today", "tomorrow", "on Friday", "on March 3", with the year where it is far.

    `timed`: of a moment that is said with its time, so that the coming midnight is tonight's.
    """
    days = (at.date() - now.date()).days
    if timed and days == 1 and clock(at) == "midnight":
        return "tonight"
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if near:
        return near
    if 1 < days < 7:
        return f"on {at:%A}"
    year = f", {at.year}" if abs(days) > 300 else ""
    return f"on {at:%B} {at.day}{year}"


def moment(at: datetime, now: datetime) -> str:
    """Day and time: "at 7 AM", "tomorrow at 7 AM", "on Friday at noon"."""
    name = day(at, now, timed=True)
    return f"at {clock(at)}" if name == "today" else f"{name} at {clock(at)}"


def length(seconds: float) -> str:
    """A length: "1 hour and 5 minutes"."""
    return spoken_length(timedelta(seconds=max(0, round(seconds))))


def several(things: Sequence[str]) -> str:
    """Several things: "a", "a and b", "a, b and c"."""
    *first, last = things
    return f"{', '.join(first)} and {last}" if first else last


def you(text: str) -> str:
    """What the wearer said of themselves, said to them: "my car" becomes "your car"."""
    words = text.split(" ")
    for place, word in enumerate(words):
        bare = word.rstrip(".,!?;:")
        turned = _TURNED.get(bare.casefold())
        if turned:
            words[place] = turned + word[len(bare) :]
    return " ".join(words)


_TURNED = {
    "i": "you",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "am": "are",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "our": "your",
    "ours": "yours",
}
