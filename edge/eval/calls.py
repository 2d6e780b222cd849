"""Whether a call is the one that the Berkeley function-calling leaderboard (BFCL) expects.

Its rules, written anew: of each argument several values are right; an empty string among them
says that it may be left out; texts are compared without case and signs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import BenchError
from edge.reason.lm.calls import Call, Tool


@dataclass(frozen=True, slots=True)
class Task:
    """A request with the tools that there are."""

    id: str
    request: str
    tools: tuple[Tool, ...]
    expected: Mapping[str, Mapping[str, Sequence[Any]]] | None
    """By tool and argument, the values that are right; None: no tool fits."""


def read_tasks(folder: Path) -> list[Task]:
    """The tasks of `bfcl_simple.jsonl` and `bfcl_irrelevance.jsonl`.

    Raises BenchError for files that are not there, or not such.
    """
    answers = {row["id"]: row["ground_truth"][0] for row in _rows(folder, "bfcl_simple_answers")}
    tasks = [_task(row, answers.get(row["id"])) for row in _rows(folder, "bfcl_simple")]
    if any(task.expected is None for task in tasks):
        raise BenchError(f"{folder}/bfcl_simple_answers.jsonl lacks the answer to a task.")
    return tasks + [_task(row, None) for row in _rows(folder, "bfcl_irrelevance")]


def _task(row: Mapping[str, Any], expected: Mapping[str, Any] | None) -> Task:
    tools = tuple(
        Tool(one["name"], one.get("description", ""), one.get("parameters", {}))
        for one in row["function"]
    )
    return Task(row["id"], row["question"][0][0]["content"], tools, expected)


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    file = folder / f"{name}.jsonl"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise BenchError(f"{file} cannot be read: {error}.") from None
    keys = {"id", "ground_truth"} if name.endswith("answers") else {"id", "question", "function"}
    if not all(isinstance(row, dict) and keys <= set(row) for row in rows):
        raise BenchError(f"{file} has a line without {', '.join(sorted(keys))}.")
    return rows


def is_right(call: Call | None, task: Task) -> bool:
    """Whether the call, or None for declining, is what the task expects."""
    if call is None or task.expected is None:
        return call is None and task.expected is None
    wanted = task.expected.get(call.tool)
    if wanted is None or not set(call.arguments) <= set(wanted):
        return False
    for name, values in wanted.items():
        if name not in call.arguments:
            if "" not in values:
                return False
        elif not any(_same(call.arguments[name], value) for value in values):
            return False
    return True


def _same(made: Any, right: Any) -> bool:
    if isinstance(made, bool) or isinstance(right, bool):
        return made is right
    if isinstance(made, str) and isinstance(right, str):
        return _plain(made) == _plain(right)
    if isinstance(made, int | float) and isinstance(right, int | float):
        return float(made) == float(right)
    if isinstance(made, list) and isinstance(right, list):
        pairs = zip(made, right, strict=False)
        return len(made) == len(right) and all(_same(*pair) for pair in pairs)
    if isinstance(made, Mapping) and isinstance(right, Mapping):
        # Inside an object every value is again a list of those that are right.
        return set(made) <= set(right) and all(
            any(_same(made[key], value) for value in values) if key in made else "" in values
            for key, values in right.items()
        )
    return bool(made == right)


def _plain(text: str) -> str:
    return re.sub(r"[ ,./\-_*^'\"]", "", text).lower()
