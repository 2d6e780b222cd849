"""What a display shows along with an answer: text that any display can show, and what it is made of
for one that draws more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Timer:
    """One that runs, or is paused."""

    name: str
    """As the wearer called it; empty: it has no name."""
    ends: str
    """When it rings, by the wearer's clock: ISO 8601 with the zone. Paused: if it went on now."""
    seconds: float
    """How long it was set for."""
    left: float | None = None
    """Seconds that it has while it is paused; None: it runs."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """Timers, counted down to."""

    timers: tuple[Timer, ...]
    """The next one first."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One, once or repeated."""

    name: str
    at: str
    """The next time: ISO 8601 with the zone."""
    repeats: str
    """ "every weekday"; empty: once."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Alarms."""

    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """On a list."""

    text: str
    done: bool = False
    """It has just been ticked off."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list of the wearer's."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A day's value."""

    day: str
    """ISO 8601."""
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A value a day."""

    points: tuple[Point, ...]
    """At least one, the oldest first; days without a value are missing."""
    unit: str
    low: float | None = None
    """What is usual for the wearer begins here, in `unit`; None: it is not known."""
    high: float | None = None
    """And ends here."""


@dataclass(frozen=True, slots=True)
class Day:
    """The weather of a day."""

    day: str
    """ISO 8601."""
    summary: str
    low: float
    """Degrees Celsius."""
    high: float
    """Degrees Celsius."""
    rain: float
    """Chance of rain or snow, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Days:
    """The weather, a day after the other."""

    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent of a council."""

    strategy: str
    """How it went about the question."""
    candidate: str
    """Its answer, short; empty: it came to none."""
    agrees: bool
    """With what the council answered."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Who said what in a contemplation."""

    seats: tuple[Seat, ...]
    agree: int
    of: int
    """Agents that say the same, and that said anything."""


Data: TypeAlias = Countdown | Moments | Items | Chart | Days | Seats


@dataclass(frozen=True, slots=True)
class Card:
    """What the display shows along with an answer."""

    title: str
    lines: tuple[str, ...] = ()
    """All there is to know, as text: for a display that draws nothing else."""
    kind: str = "text"
    """`text`, `list`, `timer`, `weather` ...: how a display may draw the lines."""
    data: Data | None = None
    """What a display may draw instead of the lines."""

    def fields(self) -> dict[str, Any]:
        """As JSON has it: `kind`, `title`, `lines`, and `data` (empty where there is none)."""
        data = {} if self.data is None else asdict(self.data, dict_factory=_json)
        return {"kind": self.kind, "title": self.title, "lines": list(self.lines), "data": data}


def _json(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in pairs}
