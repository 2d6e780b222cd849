"""Questions with known answers, for `edge eval contemplate`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from edge.errors import BenchError
from edge.reason.contemplate.candidates import key


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    set: str
    text: str
    gold: str
    """The right answer's key (`candidates.key`)."""

    @property
    def id(self) -> str:
        """The beginning of the SHA-256 of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def judging(self) -> bool:
        """Nothing was chosen by it."""
        return int(self.id, 16) % 2 == 1


def _svamp(row: dict[str, Any]) -> tuple[str, str]:
    body = row["Body"].strip()
    return f"{body}{'' if body.endswith('.') else '.'} {row['Question'].strip()}", str(
        row["Answer"]
    )


def _gsm8k(row: dict[str, Any]) -> tuple[str, str]:
    return row["question"].strip(), row["answer"].rpartition("####")[2].strip()


def _arc(row: dict[str, Any]) -> tuple[str, str]:
    text = row["instruction"].removeprefix("Please choose the correct answer to the question: ")
    text = text.partition("\n\nAnswer format")[0].strip()
    for place, letter in enumerate("ABCDE", 1):
        text = text.replace(f"Answer{place}: ", f"{letter}) ")
    return text, "ABCDE"[int(row["answer"].removeprefix("answer")) - 1]


_READERS: Final[dict[str, Callable[[dict[str, Any]], tuple[str, str]]]] = {
    "svamp": _svamp,
    "gsm8k": _gsm8k,
    "arc-challenge": _arc,
}
SETS: Final = tuple(_READERS)


def read(folder: Path, name: str) -> list[Question]:
    """The questions of a set, in an order that is random, but always the same.

    Raises BenchError for a file that is not there or is not such a set.
    """
    file = folder / f"{name}.jsonl"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BenchError(f"{file} cannot be read: {error.strerror}.") from None
    questions = []
    for number, line in enumerate(lines, 1):
        try:
            text, gold = _READERS[name](json.loads(line))
        except (KeyError, ValueError, AttributeError, IndexError):
            raise BenchError(f"{file}, line {number}, is no question of {name}.") from None
        questions.append(Question(name, text, key(gold)))
    return sorted(questions, key=lambda one: one.id)
