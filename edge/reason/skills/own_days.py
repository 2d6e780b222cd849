"""Days that the wearer has told: "my birthday is on March 3rd"."""

from __future__ import annotations

from datetime import date, datetime

from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.words import stems
from edge.reason.dates import find_when, without


def told_day(memory: Memory | None, words: str, now: datetime) -> date | None:
    """The coming day that the wearer told for these words, and not for somebody else's; None where
    there is none."""
    try:
        facts = memory.facts.about(words) if memory is not None else []
        found = [(fact.text, find_when(fact.text, now)) for fact in facts]
    except (SkillError, StorageError):
        return None
    for text, when in found:
        if when is not None and when.value.day and _same(words, without(text, when.spans)):
            day: date = when.value.day
            return day
    return None


def _same(asked: str, told: str) -> bool:
    """Whether it is the same one's: "Ann's birthday" may be told as "my sister Ann's birthday"."""
    wanted, known = set(stems(asked)), set(stems(told))
    owners = [text.replace("\u2019", "'").count("'s") for text in (asked, told)]
    return wanted == known or (wanted < known and owners[0] == owners[1] > 0)
