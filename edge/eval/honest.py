"""`edge eval honest`: of the answers that are not hedged, how many are right?

Judged on traces, which `tools/fit_confidence.py collect` makes: the second half of the questions,
which the confidence was not fitted to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import BenchError
from edge.reason.lm.answer import Step
from edge.reason.lm.confidence import confidence, key, kind_of, words
from edge.reason.lm.sampling import Choice

WANTED = 0.8
"""Of the answers without a hedge, what is to be right."""
FEWEST = 10
"""Answers that a threshold must leave, or its accuracy says nothing."""


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer."""

    set: str
    half: str
    """`fit` or `test`."""
    sure: float
    right: bool


def read_traces(file: Path, model: str) -> list[Graded]:
    """The answers in a file of traces, with the confidence of today.

    Raises BenchError for a file that is not one, or a model that has not been calibrated.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BenchError(f"{file} cannot be read: {error.strerror}.") from None
    graded = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            graded.append(Graded(row["set"], row["half"], _sure(row, model), is_right(row)))
        except (KeyError, TypeError, json.JSONDecodeError):
            raise BenchError(f"{file}, line {number}, is no trace.") from None
        except ValueError as error:
            raise BenchError(f"{file}, line {number}: {error}.") from None
    return graded


def _sure(row: Mapping[str, Any], model: str) -> float:
    said = row["greedy"]
    pairs = zip(said["logprobs"], said["margins"], strict=True)
    steps = [Step("", Choice(0, logprob, margin)) for logprob, margin in pairs]
    # Samples would take a batch of five more answers: the hedge goes without.
    return confidence([Step(said["text"]), *steps], kind=kind_of(row["question"]), model=model)


def is_right(row: Mapping[str, Any]) -> bool:
    """Whether a trace's answer is one of those known."""
    text, kind, gold = row["greedy"]["text"], row["kind"], row["gold"]
    if kind == "number":
        return key(text, kind) in gold
    if kind == "choice":
        said = set(words(text))
        shares = [len(said & set(words(o))) / max(len(set(words(o))), 1) for o in row["options"]]
        best = max(shares)
        return shares.count(best) == 1 and row["options"][shares.index(best)] in gold
    plain = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(one))} " in plain for one in gold if words(one))


def table(graded: Sequence[Graded], below: float) -> dict[str, Any]:
    """The figures for hedging `below` a confidence, and for the threshold that the fitting half
    asks for so that `WANTED` are right."""
    test = [one for one in graded if one.half == "test"]
    limit = _limit([one for one in graded if one.half == "fit"])
    return {
        "answers": len(test),
        "right": _share(one.right for one in test),
        "below": below,
        **_figures(test, below),
        "wanted": WANTED,
        "below_for_wanted": limit,
        **{f"{name}_for_wanted": value for name, value in _figures(test, limit).items()},
        "sets": {
            name: {
                "answers": len(mine),
                "right": _share(one.right for one in mine),
                **_figures(mine, below),
            }
            for name in sorted({one.set for one in test})
            for mine in ([one for one in test if one.set == name],)
        },
    }


def _figures(graded: Sequence[Graded], below: float | None) -> dict[str, float | None]:
    """The share that is not hedged, and of that the share that is right."""
    kept = [one for one in graded if below is not None and one.sure >= below]
    return {
        "coverage": round(len(kept) / len(graded), 4) if graded else None,
        "unhedged_right": _share(one.right for one in kept),
    }


def _limit(graded: Sequence[Graded]) -> float | None:
    """The lowest confidence from which so many are right; None where there is none."""
    found = None
    for one in sorted(graded, key=lambda one: -one.sure):
        kept = [other for other in graded if other.sure >= one.sure]
        if len(kept) >= FEWEST and (_share(other.right for other in kept) or 0) >= WANTED:
            found = round(one.sure, 4)
    return found


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return round(sum(values) / len(values), 4) if values else None
