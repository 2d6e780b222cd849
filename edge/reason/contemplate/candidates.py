"""What an agent's text comes to, and when two agents say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from edge.reason.lm.confidence import words

Kind = Literal["short", "open"]
"""Short answers can be counted; open ones have to be put together."""

_MARK = re.compile(r"\banswer(?:\s+is)?\s*\**\s*(?::|\bis\b)\s*", re.I)
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?!\w)|(?<![\w.])-?\d[\d,]*(?:\.\d+)?")
_CHOICE = re.compile(r"^\(?(?:(?:answer|option|choice)\s*([A-H1-9])|([A-H]))\b\)?(?:[.:)]|$)", re.I)
_OPTIONS = re.compile(r"\b[A-E][).:]\s")
_COUNT = re.compile(r"\bhow many\b(?!\s+(?:degrees|points))", re.I)
_AMOUNT = re.compile(
    r"\d|%|\bhow (?:many|much|old|tall|long|far|big|high|deep|heavy|fast|often|late)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundred|thousand|million|half|third|quarter|twice|double|percent|dozen|numbers?|sum)\b",
    re.I,
)
_SHORT = 6
"""Words of the longest answer that is counted."""
_LONGEST = 40
"""Digits of the longest number."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an answer comes to."""

    text: str
    """As the agent said it, short."""
    key: str
    """The same for candidates that say the same; empty where there is no answer."""
    marked: bool
    """The agent said which part of its text is the answer."""

    @property
    def short(self) -> bool:
        """Whether it can be counted."""
        return bool(self.key) and short(self.text)


def short(text: str) -> bool:
    """Whether an answer has so few words that others may have the same."""
    return len(text.split()) <= _SHORT


def candidate(text: str, *, amount: bool = True) -> Candidate:
    """The answer in `text`: after its last "Answer:", or else its last sentence.

    `amount`: a number in that sentence may be all of the answer. Where there is nothing to work
    out, a text that marks nothing is its answer as a whole.
    """
    boxed = _BOXED.findall(text)
    marks = list(_MARK.finditer(text))
    found = ""
    for mark in reversed(marks):
        found = _clean(text[mark.end() :].lstrip().partition("\n")[0])
        if found:
            break
    if not found and boxed:
        found = _clean(boxed[-1])
    if found:
        return Candidate(found, _key(found), True)
    if not amount:
        return Candidate(_clean(text), " ".join(words(text)), False)
    lines = [line for line in text.strip().splitlines() if line.strip()]
    last = re.split(r"(?<=[.!?])\s+", lines[-1].strip())[-1] if lines else ""
    last = _MARK.sub("", last)
    numbers = _NUMBER.findall(last)
    if numbers:
        return Candidate(numbers[-1].rstrip(","), _key(numbers[-1]), False)
    plain = _clean(last)
    return Candidate(plain, _key(plain), False)


def key(text: str) -> str:
    """What counts of a short answer: its one number, its choice, or its words.

    Units and signs do not: "$1,200.00" and "1200 dollars" are the same.
    """
    return _key(_clean(text))


def _key(plain: str) -> str:
    choice = _CHOICE.match(plain)
    if choice:
        return f"choice {(choice[1] or choice[2]).lower()}"
    numbers = _NUMBER.findall(plain)
    if len(numbers) == 1:
        digits: str = numbers[0].replace(",", "")
        if len(digits) > _LONGEST:
            # Nobody counts that far, and Python would refuse to.
            return digits
        # As `checks.number` writes it, without the long way of a fraction. (0.0: -0 is 0.)
        decimal = f"{float(digits) + 0.0:.2f}".rstrip("0").rstrip(".")
        return decimal if "." in digits else str(int(digits))
    return " ".join(words(plain))


def is_count(question: str) -> bool:
    """Whether a number of things is asked for, which cannot be negative."""
    return _COUNT.search(question) is not None


def has_amounts(question: str) -> bool:
    """Whether there may be something to work out in it, or to choose from A to E."""
    return any(one.search(question) for one in (_AMOUNT, _OPTIONS))


def counted(found: Candidate) -> Candidate:
    """As an answer to "how many": whoever comes to -6 took one number from the other the wrong way
    round."""
    if not re.fullmatch(r"-\d+(?:\.\d+)?", found.key):
        return found
    return replace(found, text=found.text.replace("-", "", 1).strip(), key=found.key[1:])


def _clean(text: str) -> str:
    """Without Markdown, TeX and signs around it."""
    boxed = _BOXED.search(text)
    if boxed:
        text = boxed[1]
    text = text.rpartition("=")[2]
    text = re.sub(r"\\text\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\[()\[\]$%,]|\*\*|[`$\u20ac\u00a3]|<<.*?>>", " ", text)
    return re.sub(r"\s+", " ", text).strip(" .:*_\"'")
