"""What a scenario is made of, and what can be said of it in its file."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)


def _several(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"it is no regular expression ({error})") from None
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):
        raise ValueError("there is no such time zone") from None
    return name


def _time(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d(:\d\d)?", value):
        return time.fromisoformat(value)
    return value


Expressions = Annotated[
    tuple[Annotated[str, AfterValidator(_expression)], ...], BeforeValidator(_several)
]
"""One regular expression or several, each to be found whatever the case."""
Time = Annotated[time, BeforeValidator(_time)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Happening(BaseModel):
    """An event of the trace; fields beside these are those that it must have."""

    model_config = ConfigDict(extra="allow", frozen=True)

    event: str
    times: int | None = None
    """How often; else at least once."""

    def fits(self, row: dict[str, Any]) -> bool:
        """Whether `row` of the trace is such an event."""
        return row["event"] == self.event and all(
            _same(wanted, row.get(key)) for key, wanted in (self.model_extra or {}).items()
        )


def _same(wanted: object, value: object) -> bool:
    if isinstance(wanted, str) and isinstance(value, str):
        return re.search(wanted, value, re.IGNORECASE) is not None
    return wanted == value


def _happening(value: object) -> object:
    return {"event": value} if isinstance(value, str) else value


Happenings = Annotated[
    tuple[Annotated[Happening, BeforeValidator(_happening)], ...], BeforeValidator(_several)
]


class Expect(_Part):
    """What must be so between the beginning of a step and that of the next."""

    understood: Expressions = ()
    """In the transcripts."""
    said: Expressions = ()
    """In the words of the answers and announcements."""
    not_said: Expressions = ()
    heard: bool = False
    """Look for `said` and `not_said` in what the recogniser makes of the sound instead."""
    shown: Expressions = ()
    """In the title or a line of a card."""
    route: str = ""
    """Who answers: a skill's name, or "model"."""
    did: Happenings = ()
    did_not: Happenings = ()
    silent: bool = False
    """Nothing is said."""
    remembered: Expressions = ()
    """In what is in the memory at the end of the step."""
    forgotten: Expressions = ()
    """Nowhere in the memory then."""
    between: tuple[Time, Time] | None = None
    """From when to when, on the wall, what is said must begin."""
    within: float | None = Field(None, gt=0)
    """Seconds from the wearer's last sample to the answer's first; judged at real pace only."""
    endpoint: float | None = Field(None, gt=0)
    """Seconds of silence at most before the turn counts as over."""
    cpu: float | None = Field(None, gt=0)
    """Cores at most while the step lasts: processor time over the time that was listened to."""
    grown_mb: float | None = Field(None, gt=0)
    """Megabytes at most by which the process has grown since the step before."""


WHAT = (
    "say", "play", "wait", "unplug", "plug", "press", "noise", "network", "cloud", "battery",
    "restart",
)  # fmt: skip
"""What a step can be; one of them, or none to only look."""


class Step(_Part):
    """Something that happens, and what is expected of it."""

    at: Time | None = None
    """When, on the wall: the next time that it is so late."""
    after: float = Field(1.0, ge=0)
    """Else: seconds after everything before is over and nobody speaks."""
    during: float | None = Field(None, ge=0)
    """Else: seconds after the answer before can be heard."""

    say: Annotated[tuple[str | float, ...], BeforeValidator(_several)] = ()
    """Words of the wearer, and seconds of silence between them."""
    play: str = ""
    """A recording, beside the file of the scenario."""
    volume: float = Field(0.0, ge=-60, le=20)
    """Decibels by which it is louder."""
    wait: float = Field(0.0, ge=0, le=3600)
    """Seconds in which nothing is said and no time is skipped."""
    unplug: Literal["microphone", "speaker"] | None = None
    plug: Literal["microphone", "speaker"] | None = None
    press: bool = False
    """The touch pad, or the key."""
    noise: Literal["white", "pink", "hum", "off"] | None = None
    """What the room sounds like from now on."""
    level: float = Field(-50.0, ge=-90, le=0)
    """Decibels of the noise, below full scale."""
    network: Literal["lost", "back"] | None = None
    cloud: float | None = Field(None, gt=0, le=600)
    """Seconds that the service takes for an answer from now on."""
    battery: int | None = Field(None, ge=1, le=100)
    """Percent that are left in it."""
    restart: float | None = Field(None, gt=0, le=604_800)
    """The assistant is ended, and started again so many seconds later."""

    expect: Expect = Expect()

    @property
    def kind(self) -> str:
        """The key of what happens; empty: nothing does."""
        return next((key for key in WHAT if getattr(self, key)), "")

    @model_validator(mode="after")
    def _one_thing(self) -> Step:
        found = [key for key in WHAT if getattr(self, key)]
        if len(found) > 1:
            raise ValueError(f"a step is one thing, and not {' and '.join(found)}")
        if self.at is not None and self.during is not None:
            raise ValueError("at and during contradict each other")
        return self


class Room(_Part):
    """Where the wearer is."""

    echo: bool = False
    """The microphone hears the speaker."""


class Cloud(_Part):
    """A service that the wearer has named: a real server on this machine."""

    name: str = Field("home box", min_length=1)
    """As the wearer says it."""
    answers: Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
    """What agents are answered, each with the next one."""
    seconds: float = Field(1.0, gt=0, le=600)
    """How long an answer takes."""


class Before(_Part):
    """What is remembered already."""

    readings: dict[str, tuple[float, ...]] = {}
    """By metric, the value of each day, the last of them today's."""
    bought: dict[str, tuple[int, ...]] = {}
    """By thing, how many days ago it was bought."""
    facts: tuple[str, ...] = ()


class Scenario(_Part):
    """One file."""

    about: str
    """What it shows, in a sentence."""
    begins: datetime = datetime(2026, 3, 2, 9, 0)
    """Local time."""
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    ptt: bool = False
    """Push to talk."""
    settings: dict[str, dict[str, Any]] = {}
    """As in edge.toml."""
    room: Room = Room()
    before: Before = Before()
    cloud: Cloud | None = None
    """None: nobody but those that the settings name."""
    step: tuple[Step, ...] = Field(min_length=1)
    expect: Expect = Expect()
    """Of the whole."""

    @model_validator(mode="after")
    def _whole(self) -> Scenario:
        if self.cloud is None and any(step.cloud is not None for step in self.step):
            raise ValueError("a step makes the service slow, and there is no [cloud]")
        return self
