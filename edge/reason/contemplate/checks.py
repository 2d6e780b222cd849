"""Sums in a text, worked out by code: what stands before an equals sign, and whether it is true.

Small models set a sum up well and then get it wrong. The arithmetic is exact (fractions), and
nothing is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

_SIGNS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"\\times|\\cdot|\u00d7|\u00b7|\\\*"), "*"),
    (re.compile(r"\\div|\u00f7"), "/"),
    (re.compile(r"\u2212|\u2013"), "-"),
    (re.compile(r"(?<=[\d)])\s*[xX]\s*(?=[\d($])"), "*"),
    (re.compile(r"\\[$%]"), lambda found: found[0][1:]),
    (re.compile(r"\\[()\[\]]|[`$\u20ac\u00a3]|\*\*|\\left|\\right|\\,"), " "),
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
]
_SUM = re.compile(r"[\d.\s()+\-*/%]+$")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|\.\d+|[()+\-*/%]")
_RESULT = re.compile(r"\s*(-?\s?\d+(?:\.\d+)?)(?!\d)(.*)")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\d,]*\d)")
_WRITTEN = re.compile(r"\s*\$?(-?\d[\d,]*(?:\.\d+)?)(?!\d)")
_GOES_ON = re.compile(r"\s*[-+*/(%]\s*[\d($]")
_NEAR = Fraction(1, 200)
"""How far a written result may be off: it may have been rounded to hundredths."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Checks:
    """What became of the sums in a text."""

    right: int
    wrong: int


def work_out(text: str) -> Fraction | None:
    """The value of the sum at the end of `text`; None where there is no clear one.

    It must have an operation, and stand alone: "2x + 3" has no value.
    """
    line = _plain(text.rpartition("\n")[2])
    found = _SUM.search(line)
    if not found or len(found[0]) > _LONGEST:
        return None
    before = line[: found.start()].rstrip()
    written = found[0] if before else _BULLET.sub("", found[0])
    if before[-1:] not in "=:,;|" and written.lstrip()[:1] in set("+-*/%)"):
        # "3 apples - 4": what belongs to it is not known.
        return None
    tokens = _TOKEN.findall(written)
    if "".join(tokens) != re.sub(r"\s", "", written):
        return None
    try:
        reader = _Reader(tokens)
        value = reader.sum()
    except (IndexError, ValueError, ZeroDivisionError):
        return None
    return value if reader.done and reader.operations else None


def insertion(text: str) -> str:
    """What the sum before an equals sign at the end of `text` comes to, as it would be written.

    Empty where there is none, and where the result has more than two decimals: a text that goes on
    with a long number is worse than one that rounds by itself.
    """
    if not text.rstrip(" ").endswith("=") or text.endswith("=="):
        return ""
    value = work_out(text.rstrip(" ")[:-1])
    if value is None or (value * 100).denominator != 1:
        return ""
    gap = " " if text.endswith(" =") else ""
    return gap + number(value)


def check(text: str) -> Checks:
    """How many of the sums in `text` come to what is written after them."""
    right = wrong = 0
    for line in text.splitlines():
        sides = line.split("=")
        for place, (left, result) in enumerate(pairwise(sides)):
            value = work_out(left if place == 0 else f"={left}")
            found = _RESULT.match(_plain(result))
            if value is None or not found or re.match(r"\s*[-+*/(]\s*\d", found[2]):
                continue
            # What is longer than any sum is wrong, and Python would refuse to read it.
            near = len(found[1]) <= _LONGEST and (
                abs(value - Fraction(found[1].replace(" ", ""))) <= _NEAR
            )
            right, wrong = right + near, wrong + (not near)
    return Checks(right, wrong)


def corrected(text: str, question: str = "") -> str:
    """`text` with the sums in it worked out again, and what follows from one that was wrong.

    For chains whose model nobody could help while it wrote. A wrong result is replaced where it is
    written, and further on wherever it stands again; but not if it is a number of the `question`,
    or stood in the text before: then nobody knows which of the two is meant.
    """
    done: list[str] = []
    wrong: dict[str, str] = {}
    known = set(_NUMBER.findall(question))
    for line in text.split("\n"):
        sides = line.split("=")
        for place, side in enumerate(sides):
            result, rest = "", side
            if place:
                left = sides[place - 1] if place == 1 else f"={sides[place - 1]}"
                result, rest = _set_right(left, side, wrong, known)
            rest = _NUMBER.sub(lambda found: wrong.get(found[0], found[0]), rest)
            sides[place] = result + rest
            known.update(_NUMBER.findall(sides[place]))
        done.append("=".join(sides))
    return "\n".join(done)


def _set_right(left: str, side: str, wrong: dict[str, str], known: set[str]) -> tuple[str, str]:
    """The beginning of `side`, where it is what `left` is said to come to, put right; the rest."""
    value, found = work_out(left), _WRITTEN.match(side)
    if value is None or not found or len(found[1]) > _LONGEST or _GOES_ON.match(side, found.end()):
        return "", side
    off = abs(value - Fraction(found[1].replace(",", "")))
    if off <= _NEAR or (value * 100).denominator != 1:
        return "", side
    right = number(value)
    if found[1].lstrip("-") not in known and (found[1] < "0") == (value < 0):
        wrong[found[1].lstrip("-")] = right.lstrip("-")
    return f"{side[: found.start(1)]}{right}", side[found.end(1) :]


def number(value: Fraction) -> str:
    """A number as it is written: 12, -3, 0.25."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _plain(text: str) -> str:
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    return text


class _Reader:
    """Recursive descent; every method takes what it reads off the front."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self.operations = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._tokens)

    def sum(self) -> Fraction:
        value = self._product()
        while self._next() in ("+", "-"):
            sign = self._take()
            right = self._product()
            value = value + right if sign == "+" else value - right
        return value

    def _product(self) -> Fraction:
        value = self._factor()
        while self._next() in ("*", "/"):
            sign = self._take()
            right = self._factor()
            value = value * right if sign == "*" else value / right
        return value

    def _factor(self) -> Fraction:
        token = self._tokens[self._at]
        self._at += 1
        if token == "(":
            value = self.sum()
            if self._next() != ")":
                raise ValueError("a bracket is not closed")
            self._at += 1
        elif token == "-":
            value = -self._factor()
        else:
            value = Fraction(token)
        if self._next() == "%":
            self._at += 1
            value /= 100
        return value

    def _next(self) -> str:
        return "" if self.done else self._tokens[self._at]

    def _take(self) -> str:
        self.operations += 1
        self._at += 1
        return self._tokens[self._at - 1]
