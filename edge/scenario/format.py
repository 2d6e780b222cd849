"""The file of a scenario: TOML, checked; what is wrong is told with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from edge.errors import ScenarioError

LIBRARY = Path(__file__).with_name("library")
"""The scenarios that come with the product."""


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
    seconds: float = Field(1.0, ge=0, le=600)
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


def load(name: str | Path) -> tuple[Path, Scenario]:
    """The scenario in the file `name`, or the one of that name that comes with the product.

    Raises ScenarioError.
    """
    path = Path(name)
    if not path.is_file():
        shipped = LIBRARY / f"{path.stem}.toml"
        if path.parent != Path() or path.suffix not in ("", ".toml") or not shipped.is_file():
            near = difflib.get_close_matches(path.stem, library(), n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise ScenarioError(f"There is no scenario {name}{hint}")
        path = shipped
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path} cannot be read: {error}.") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column \d+\)", str(error))
        line = f":{found[1]}" if found else ""
        reason = str(error).replace(found[0], "") if found else str(error)
        raise ScenarioError(f"{path}{line}: not valid TOML: {reason}.") from None
    try:
        return path, Scenario.model_validate(values)
    except ValidationError as error:
        raise ScenarioError(_sentence(path, text, error)) from None


def library() -> list[str]:
    """The names of the scenarios that come with the product."""
    return sorted(file.stem for file in LIBRARY.glob("*.toml"))


def _sentence(path: Path, text: str, error: ValidationError) -> str:
    errors = error.errors()
    # What is missing may only be misspelt.
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    where = [part for part in first["loc"] if part != "constrained-str"]
    line = line_of(text, where)
    key = next((part for part in reversed(where) if isinstance(part, str)), "the file")
    if first["type"] == "extra_forbidden":
        hint = _nearest(key, _keys(where[:-1]))
        return f"{path}:{line}: there is no key {key}{hint}"
    if first["type"] == "missing" and isinstance(where[-1], int):
        return f"{path}:{line}: {key}: number {where[-1] + 1} of it is missing."
    if first["type"] == "missing":
        return f"{path}:{line}: {key} is missing."
    reason = str(first["msg"]).removeprefix("Value error, ")
    return f"{path}:{line}: {key}: {reason[0].lower()}{reason[1:]}."


def _keys(where: Sequence[int | str]) -> Iterable[str]:
    model: type[BaseModel] = Scenario
    parts: dict[str, type[BaseModel]] = {
        "step": Step,
        "room": Room,
        "before": Before,
        "cloud": Cloud,
        "expect": Expect,
    }
    for part in where:
        model = parts.get(str(part), model)
    return model.model_fields


def _nearest(key: str, known: Iterable[str]) -> str:
    match = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return f"; did you mean {match[0]}?" if match else f"; known are {', '.join(known)}."


def line_of(text: str, where: Sequence[int | str]) -> int:
    """The line, from 1, on which the key at `where` stands, or what it would stand in begins."""
    lines = text.splitlines()
    at = 0
    rest = list(where)
    if rest[:1] == ["step"] and len(rest) > 1 and isinstance(rest[1], int):
        headers = [i for i, one in enumerate(lines) if re.match(r"\s*\[\[\s*step\s*\]\]", one)]
        if rest[1] < len(headers):
            at = headers[rest[1]]
        rest = rest[2:]
    elif rest:
        # A table of the file, and not one of a step that has the same name.
        own = re.compile(rf"\[{re.escape(str(rest[0]))}[.\]]|{re.escape(str(rest[0]))}\s*[=.]")
        at = next((i for i, one in enumerate(lines) if own.match(one)), 0)
        rest = rest[1:]
    for part in rest:
        if isinstance(part, int):
            continue
        key = re.compile(rf"""(?:^|[\s{{,.\["']){re.escape(part)}["']?\s*(?:=|\.|\])""")
        found = next((i for i in range(at, len(lines)) if key.search(lines[i])), None)
        if found is None:
            break
        at = found
    return at + 1
