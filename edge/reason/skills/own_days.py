"""Days that the wearer has told: "my birthday is on March 3rd"."""

from __future__ import annotations

from datetime import date, datetime

from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.reason.dates import find_when


def told_day(memory: Memory | None, words: str, now: datetime) -> date | None:
    """The coming day that the wearer told for these words; None where there is none."""
    try:
        facts = memory.facts.about(words) if memory is not None else []
        found = [find_when(fact.text, now) for fact in facts]
    except (SkillError, StorageError):
        return None
    return next((one.value.day for one in found if one is not None and one.value.day), None)
