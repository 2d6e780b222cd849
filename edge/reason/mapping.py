"""Which intents of public collections are ours: reads data/intents.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from edge.errors import SkillError

ELSE = ""
"""What no skill serves."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that SLURP marks in a sentence."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of a collection."""

    text: str
    collection: str
    """`clinc150` or `slurp`."""
    label: str
    """The collection's own intent."""
    target: str
    """`skill.intent`, or ELSE."""
    entities: tuple[Entity, ...] = ()

    @property
    def skill(self) -> str:
        """The skill alone."""
        return self.target.partition(".")[0]


class Mapping:
    """From the collections' intents to ours, and from SLURP's entities to our slots."""

    def __init__(self) -> None:
        text = (files("edge.reason") / "data" / "intents.toml").read_text(encoding="utf-8")
        tables: dict[str, dict[str, Any]] = tomllib.loads(text)
        self.slots: dict[str, list[str]] = tables["slurp"].pop("slots")
        self._rules = tables

    def target(self, collection: str, label: str, text: str) -> str:
        """Our `skill.intent`, or ELSE."""
        rule = self._rules[collection].get(label, ELSE)
        if isinstance(rule, str):
            return rule
        return next(str(to) for pattern, to in rule if re.search(pattern, text.lower()))

    def targets(self) -> set[str]:
        """All of our intents that the file names."""
        named: set[str] = set()
        for rules in self._rules.values():
            for rule in rules.values():
                named |= {rule} if isinstance(rule, str) else {to for _, to in rule}
        return named - {ELSE}

    def examples(self, folder: Path) -> list[Example]:
        """All sentences of the folder's `clinc150*.jsonl` and `slurp*.jsonl`.

        Raises SkillError where there is none, or a line is not what it should be.
        """
        found = list(self._clinc(folder)) + list(self._slurp(folder))
        if not found:
            raise SkillError(f"There is no clinc150*.jsonl or slurp*.jsonl in {folder}.")
        return found

    def _clinc(self, folder: Path) -> Iterator[Example]:
        for row in _rows(folder, "clinc150*.jsonl", ("text", "intent")):
            text, label = row["text"], row["intent"]
            yield Example(text, "clinc150", label, self.target("clinc150", label, text))

    def _slurp(self, folder: Path) -> Iterator[Example]:
        for row in _rows(folder, "slurp*.jsonl", ("sentence", "intent", "sentence_annotation")):
            text, label = row["sentence"], row["intent"]
            scenario = row.get("scenario", "")
            if scenario and not label.startswith(f"{scenario}_"):
                label = f"{scenario}_{label}"
            marked = re.findall(r"\[(\w+) : ([^\]]+)\]", row["sentence_annotation"])
            entities = tuple(Entity(kind, words.strip()) for kind, words in marked)
            yield Example(text, "slurp", label, self.target("slurp", label, text), entities)


def _rows(folder: Path, pattern: str, keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob(pattern)):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                row = None
            if not isinstance(row, dict) or not all(isinstance(row.get(k), str) for k in keys):
                raise SkillError(f"{file}, line {number}: no object with {', '.join(keys)}.")
            yield row
