"""What is different between two traces."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from edge.errors import ScenarioError

REAL = frozenset({"stages", "seconds", "candidates", "confirmed", "tokens_per_second"})
"""Fields that are measured in real time, or that tell how something came about."""
TIMES = frozenset({"t", "at", "noticed"})
"""Fields that are moments, in seconds."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One event that is not the same in both."""

    kind: Literal["gone", "new", "changed", "moved"]
    before: Row | None
    after: Row | None

    def line(self) -> str:
        """For people."""
        if self.before is None or self.after is None:
            sign, row = ("-", self.before) if self.after is None else ("+", self.after)
            assert row is not None
            return f"{sign} {row.get('t', 0):.2f} {row['event']} {_fields(what(row))}".rstrip()
        name, t = self.before["event"], self.before.get("t", 0)
        if self.kind == "moved":
            return f"~ {t:.2f} {name} is {self.after.get('t', 0) - t:+.2f} s away"
        before, after = what(self.before), what(self.after)
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        changes = [f"{key}: {_short(before.get(key))} > {_short(after.get(key))}" for key in keys]
        return f"~ {t:.2f} {name} {', '.join(changes)}"


def read(path: Path) -> list[Row]:
    """The events of the trace `path`. Raises ScenarioError."""
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path} cannot be read: {error}.") from None
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("event"), str):
            raise ScenarioError(f"{path}:{number}: this is no event of a trace.")
        rows.append(row)
    return rows


def what(row: Row) -> Row:
    """The fields that say what happened, without when and how fast."""
    return {k: v for k, v in row.items() if k not in REAL and k not in TIMES and k != "event"}


def differences(
    before: Sequence[Row], after: Sequence[Row], tolerance: float = 0.0
) -> Iterator[Difference]:
    """`tolerance`: seconds by which an event may be moved."""
    keys = [[json.dumps([r["event"], what(r)], sort_keys=True) for r in s] for s in (before, after)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        olds, news = list(before[a:b]), list(after[c:d])
        if tag == "equal":
            for old, new in zip(olds, news, strict=True):
                if any(abs(_moment(old, k) - _moment(new, k)) > tolerance + 1e-9 for k in TIMES):
                    yield Difference("moved", old, new)
            continue
        # Of the same kind, in the same place: one that changed rather than two.
        while olds or news:
            if olds and news and olds[0]["event"] == news[0]["event"]:
                yield Difference("changed", olds.pop(0), news.pop(0))
            elif olds and (not news or olds[0]["event"] not in {n["event"] for n in news}):
                yield Difference("gone", olds.pop(0), None)
            else:
                yield Difference("new", None, news.pop(0))


def _moment(row: Row, key: str) -> float:
    return float(row.get(key) or 0)


def _fields(fields: Row) -> str:
    return " ".join(f"{key}={_short(value)}" for key, value in fields.items())


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 70 else text[:67] + "..."
