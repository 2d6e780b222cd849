"""How likely a finished answer is to be right.

A logistic regression on what the model itself thought of its tokens (Kadavath et al. 2022,
https://arxiv.org/abs/2207.05221, found that it carries a good part of what a model knows about
its own knowledge) and on how far other answers, drawn to the same question, agree with it (Wang
et al. 2022, https://arxiv.org/abs/2203.11171). The numbers are fitted for each model by
tools/fit_confidence.py and kept in calibration.json; docs/confidence.md is their card.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, Protocol

from edge.reason.lm.sampling import Choice

Kind = Literal["choice", "number", "text"]
"""What the answer is: one of those that the question offers, a number, or words of the model's
own."""
KINDS: tuple[Kind, ...] = ("choice", "number", "text")
MODEL = "qwen2.5-coder-0.5b"
"""Whose calibration is used where no model is named: the one that ships."""
TEMPERATURE = 0.7
"""At which samples have to be drawn."""

_CALIBRATION = Path(__file__).with_name("calibration.json")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_OFFERED = re.compile(r"\bor\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\bhow (?:many|much|old|tall|long|far|big|high|deep|heavy)\b|\d", re.IGNORECASE
)
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by did do does for from had has have he her his in is it its of"
        " on or she that the their there they this to was were which who will with",
    )
)
"""Words that two answers may share without saying the same."""


class Step(Protocol):
    """What `LanguageModel.generate_steps` yields."""

    @property
    def text(self) -> str: ...
    @property
    def choice(self) -> Choice | None: ...


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and what the model thought of its tokens."""

    text: str
    logprobs: tuple[float, ...]
    """Of each token, the mark at the end included; never empty."""
    margins: tuple[float, ...]
    """Of each token (`Choice.margin`)."""


def confidence(
    answer: Iterable[Step],
    samples: Sequence[str] | None = None,
    kind: Kind = "text",
    *,
    question: str = "",
    model: str = MODEL,
) -> float:
    """The probability, 0 to 1, that a finished greedy answer is right.

    `answer` are all its steps. With `samples`, the texts of other answers drawn to the same prompt
    at `TEMPERATURE` (five, when it was fitted), it knows better. Words of the `question` are not
    taken for agreement. Raises ValueError for an answer without a token, and for a model that has
    not been calibrated.
    """
    said = said_in(answer)
    fitted = _calibrations().get(model)
    if fitted is None:
        raise ValueError(f"{model} has not been calibrated")
    part = fitted["with_samples" if samples else "without_samples"]
    names: list[str] = part["features"]
    values = features(said, samples, kind, question)
    score = part["bias"] + sum(
        weight * (values[name] - mean) / scale
        for name, weight, mean, scale in zip(
            names, part["weights"], part["means"], part["scales"], strict=True
        )
    )
    return 1 / (1 + math.exp(-score))


def calibrated(model: str) -> bool:
    """Whether `confidence` knows this model."""
    return model in _calibrations()


def doubt_below(model: str = MODEL) -> float:
    """The confidence from which four of five answers or more are right, very likely.

    Raises ValueError for a model that has not been calibrated.
    """
    if not calibrated(model):
        raise ValueError(f"{model} has not been calibrated")
    below: float = _calibrations()[model]["doubt_below"]
    return below


def said_in(steps: Iterable[Step]) -> Said:
    """An answer by its steps."""
    made = list(steps)
    choices = [step.choice for step in made if step.choice]
    if not choices:
        raise ValueError("an answer without a token has no confidence")
    return Said(
        "".join(step.text for step in made),
        tuple(choice.logprob for choice in choices),
        tuple(choice.margin for choice in choices),
    )


def kind_of(question: str) -> Kind:
    """What an answer to `question` will be, by how it is put."""
    if _OFFERED.search(question):
        return "choice"
    return "number" if _AMOUNT.search(question) else "text"


def features(
    said: Said, samples: Sequence[str] | None, kind: Kind, question: str = ""
) -> dict[str, float]:
    """What the regression looks at, by name."""
    values = {
        "mean_logprob": sum(said.logprobs) / len(said.logprobs),
        "min_logprob": min(said.logprobs),
        "first_logprob": said.logprobs[0],
        # A margin beyond certainty says nothing more, and would pull at the regression.
        "first_margin": min(said.margins[0], 5.0),
        "log_tokens": math.log(len(said.logprobs)),
    }
    for one in KINDS:
        # What it is sure of says more of one kind than of another.
        values[f"is_{one}"] = float(kind == one)
        for name in ("mean_logprob", "min_logprob"):
            values[f"{name}_{one}"] = values[name] * values[f"is_{one}"]
    if samples:
        values["agreement"] = _mean(agreement(said.text, s, kind, question) for s in samples)
        pairs = combinations(samples, 2)
        values["consensus"] = _mean(agreement(*pair, kind, question) for pair in pairs)
        for one in KINDS:
            values[f"agreement_{one}"] = values["agreement"] * values[f"is_{one}"]
    return values


def agreement(one: str, other: str, kind: Kind, question: str = "") -> float:
    """How far two answers say the same, 0 to 1."""
    if kind in ("choice", "text"):
        # The words of a choice are in the question, too.
        asked = _words(question) if kind == "text" else set()
        return _overlap(_words(one), _words(other), asked)
    return float(key(one, kind) == key(other, kind))


def key(answer: str, kind: Kind) -> str:
    """What counts of an answer: its last number in figures, or else all its words."""
    if kind == "number" and (numbers := _NUMBER.findall(answer.replace(",", ""))):
        return f"{float(numbers[-1]):g}"
    return " ".join(words(answer))


def words(text: str) -> list[str]:
    """The words of a text in lower case, without accents, signs and articles."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [w for w in re.findall(r"\w+", plain.lower()) if w not in ("a", "an", "the")]


def _words(text: str) -> set[str]:
    return set(words(text)) - _FILLERS


def _overlap(one: set[str], other: set[str], asked: set[str]) -> float:
    """F1 of the words that the question did not already have."""
    new_one, new_other = one - asked, other - asked
    if not new_one and not new_other:
        new_one, new_other = one, other
    total = len(new_one) + len(new_other)
    return 2 * len(new_one & new_other) / total if total else 1.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 1.0


@cache
def _calibrations() -> Mapping[str, Any]:
    models: dict[str, Any] = json.loads(_CALIBRATION.read_text(encoding="utf-8"))["models"]
    return models
