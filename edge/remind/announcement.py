"""What may be told, and what is being told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edge.memory.due import Due
from edge.memory.told import Channel, Telling


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may be useful to tell, though nobody asked."""

    topic: str
    """What "stop telling me that" is about: "running out of milk"."""
    text: str
    why: str
    """A sentence with the numbers that it comes from."""


class Source(Protocol):
    """Somebody with suggestions."""

    def suggestions(self, now: datetime) -> Sequence[Suggestion]:
        """What may be useful to tell at `now`, the most useful first."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is to be told now."""

    tellings: tuple[Telling, ...]
    due: tuple[Due, ...] = ()

    @property
    def text(self) -> str:
        """All of it, as it is spoken."""
        return " ".join(telling.text for telling in self.tellings)

    @property
    def channel(self) -> Channel:
        """The loudest way that one of them may come."""
        channels = {telling.channel for telling in self.tellings}
        return next(c for c in ("voice", "earcon", "display") if c in channels)
