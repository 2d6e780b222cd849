"""Leaves out the times that are those of what one is reminded of, and none of the reminder."""

from __future__ import annotations

from edge.reason.durations import unit
from edge.reason.moment import DAYS, texts
from edge.reason.words import Word


def without_others(parts: list[Word]) -> list[Word]:
    """Without the times of what it is about: "tomorrow's" in "tomorrow's meeting tonight" is the
    meeting's day."""
    parts = _without_its_time(_without_matter(parts))
    possessive = [word for word in parts if word.text in ("tomorrow's", "today's", "tonight's")]
    others = [word for word in parts if word.text in ("tomorrow", "today", "tonight")]
    return [word for word in parts if word not in possessive] if possessive and others else parts


_KEPT_AT = frozenset({"meeting", "appointment", "class", "call", "interview", "lesson", "lecture"})
_KEPT_AT |= {"flight", "train", "lunch", "dinner", "game", "session", "shift", "event", "date"}
_CLOCK_WORDS = frozenset({"am", "pm", "o'clock", "noon", "midnight"})


def _without_its_time(parts: list[Word]) -> list[Word]:
    """Without the "three pm" of "at eleven remind me of my three pm meeting", which is its own."""
    said = [word.text for word in parts]
    if not {"remind", "reminder", "alert", "notify"} & {*said}:
        return parts
    for at in range(1, len(parts) - 2):
        if said[at] not in ("my", "our", "the") or said[at - 1] not in ("of", "about", "for"):
            continue
        for end in range(at + 2, min(at + 5, len(parts))):
            rest = parts[:at] + parts[end:]
            if said[end] in _KEPT_AT and _timed(parts[at + 1 : end]) and _timed(rest):
                return parts[: at + 1] + parts[end:]
    return parts


def _timed(parts: list[Word]) -> bool:
    """Whether there is a number among them, or another word of the clock; "a fifteen minute
    reminder" is at no time."""
    return any(
        word.text in _CLOCK_WORDS or (word.number is not None and not _counts_units(parts, at))
        for at, word in enumerate(parts)
    )


def _counts_units(parts: list[Word], at: int) -> bool:
    """Whether the number at `at` is one of minutes or days, and these are not from now on."""
    link = texts(parts, at - 1, 1)[0] if at else ""
    return unit(texts(parts, at + 1, 1)[0]) is not None and link not in ("in", "after")


_POSSESSIVE = frozenset(f"{day}'s" for day in (*DAYS, "tomorrow", "today", "tonight"))
_MEANS_TIME = frozenset({"go", "be", "come", "attend", "leave", "do"})


def _without_matter(parts: list[Word]) -> list[Word]:
    """Without "Friday's" in "remind me to talk to Ann about Friday's party": that is the party's
    day, and says nothing of when to talk."""
    said = [word.text for word in parts[:12]]
    if "to" not in said or not {"remind", "remember", "reminder", "forget"} & {*said}:
        return parts
    verb = said.index("to") + 1
    if verb < len(said) and said[verb] in _MEANS_TIME:
        return parts
    return [
        word
        for at, word in enumerate(parts)
        if at <= verb + 1 or word.text not in _POSSESSIVE or parts[at - 1].text not in _MATTER
    ]


_MATTER = ("about", "for", "regarding")
