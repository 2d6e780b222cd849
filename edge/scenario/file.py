"""The file of a scenario: TOML, checked; what is wrong is told with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from edge.errors import ScenarioError
from edge.scenario.format import Before, Cloud, Expect, Room, Scenario, Step

LIBRARY = Path(__file__).with_name("library")
"""The scenarios that come with the product."""


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
