"""Reads a sum in words and works it out in decimals: "fifteen percent of 68", "12 times 4 plus 3".

A recursive descent over words: nothing is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import (
    ROUND_FLOOR,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)

from edge.errors import SkillError
from edge.reason.remainder import GOES_INTO, REST, WITH_REST, left_over
from edge.reason.words import Word, numbers, words

_DIGITS = 28
_ROUNDED = Context(prec=24)
_LARGEST = Decimal(10) ** 18


class NotArithmetic(SkillError):
    """The words are not a sum that can be read."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that has been worked out."""

    result: Decimal
    spoken: str
    """The sum for the voice: 12 times 4."""
    written: str
    """The sum for the display: 12 x 4."""
    left: Decimal = Decimal(0)
    """What a division of whole numbers leaves over, where that was asked for as well."""


_PHRASES = [
    (r"\bmultiplied by\b|\btimes\b|\bmultiply by\b|[*\u00d7]", " times "),
    (r"\b(?:(?:is|are|gets?) )?divided by\b|\bdivide by\b|\bover\b|[/\u00f7]", " by "),
    (r"\bmod(?:ulo|ulus)?\b", " mod "),
    (r"\bsubtracted from\b", " subfrom "),
    (r"\badded (?:to|with)\b|\bplus\b|\+", " plus "),
    (r"\bminus\b|\bless\b|\btake away\b|\bsubtract\b(?! \w+ from)", " minus "),
    (r"\bto the power of\b|\braised to(?: the power of)?\b|\^", " power "),
    (r"\bsquare root of\b|\bsquare root\b", " root "),
    (r"\bcube root of\b", " cuberoot "),
    (r"\b(?:the )?square of (\S+)", r" \1 squared "),
    (r"\b(?:the )?cube of (\S+)", r" \1 cubed "),
    (r"\bsquared\b", " squared "),
    (r"\bcubed\b", " cubed "),
    (r"\bper ?cent off(?: of)?\b|% off(?: of)?", " percentoff "),
    (r"(?:\bper ?cent|%)(?: of| tip (?:on|for)(?: a)?)\b", " percentof "),
    (r"\bper ?cent\b|%", " percent "),
    (r"\bx\b", " times "),
]
_VERBS = [
    (
        re.compile(r"\badd (?:an? )?(?:tip of )?(\S+) ?(per ?cent|%)(?: tip)? to (.+)"),
        "{2} plus {0} percent of {2}",
    ),
    (re.compile(r"\btake (\S+) ?(per ?cent|%) from (.+)"), "{0} percent off {2}"),
    (
        re.compile(r"\btip of (\S+) ?(per ?cent|%) (?:on|for)(?: an?| the)? (.+)"),
        "{0} percent of {2}",
    ),
    (re.compile(r"\badd (.+?) (?:to|and|with) (.+)"), "{0} plus {1}"),
    (re.compile(r"\b(?:subtract|take) (.+?) from (.+)"), "{1} minus {0}"),
    (re.compile(r"\bmultiply (.+?) (?:by|and|with|times) (.+)"), "{0} times {1}"),
    (re.compile(r"\bdivide (.+?) (?:by|into) (.+)"), "{0} divided by {1}"),
    (GOES_INTO, "{1} divided by {0}"),
    (re.compile(r"\bsplit (.+?) (?:between|among|by|with|into) (.+)"), "{0} divided by {1}"),
    (re.compile(r"\bsplit (.+?) (\w+)(?: equal)? ways?\b"), "{0} divided by {1}"),
]
_LISTS = [
    (re.compile(r"\b(?:average|mean)\b"), "the average of"),
    (re.compile(r"\b(?:sum|total)\b|\badd up\b"), "the sum of"),
    (re.compile(r"\bproduct\b"), "the product of"),
    (re.compile(r"\bdifference\b"), "the difference between"),
]
_NAMES = {"plus": "+", "minus": "-", "times": "\u00d7", "by": "\u00f7"}
_CENTS = re.compile(
    r"(?<!\d)(\d+) (?:dollars?|euros?|pounds?) (?:and )?(\d\d)\b(?! percent)(?: cents)?"
)
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
"""Recognisers write "two-thirds"."""
_IGNORED = re.compile(
    r"[$\u20ac\u00a3]|\b(?:dollars?|euros?|pounds?)\b|\b(?:people|persons?|friends)\b"
)


def evaluate(text: str) -> Sum:
    """Work out the one sum in `text`.

    Raises NotArithmetic where there is none, SkillError (with what to say) for a division by zero
    and for numbers too large to be spoken.
    """
    with localcontext(Context(prec=_DIGITS, traps=[DivisionByZero, InvalidOperation, Overflow])):
        try:
            found = _evaluate(text)
        except DivisionByZero:
            raise SkillError("Nothing can be divided by zero.") from None
        except (InvalidOperation, Overflow):
            raise SkillError("I can't work that out.") from None
        # A third and its like are not whole decimals.
        found = replace(found, result=_ROUNDED.plus(found.result))
        if abs(found.result) > _LARGEST:
            raise SkillError("That number is too large for me to say.")
        return found


def is_sum(text: str) -> bool:
    """Whether there is a sum in `text`."""
    try:
        evaluate(text)
    except NotArithmetic:
        return False
    except SkillError:
        return True
    return True


def _evaluate(text: str) -> Sum:
    plain = _CENTS.sub(r"\1.\2", text.lower())
    plain = _IGNORED.sub(" ", _HYPHEN.sub(" ", plain))
    with_rest = WITH_REST.search(plain) is not None
    plain, rest = REST.subn(" ", plain)
    listed = _listed(plain)
    if listed is not None:
        return listed
    for verb, order in _VERBS:
        match = verb.search(plain)
        if match:
            groups = list(match.groups())
            if "add" in match[0]:
                groups[-1] = re.sub(r",? and | with ", " plus ", groups[-1])
            plain = order.format(*groups)
            break
    for pattern, name in _PHRASES:
        plain = re.sub(pattern, name, plain)
    parts = _between(_fractions(words(plain)))
    result = _Reader(parts).whole()
    spoken, written = _say(parts), _write(parts)
    done = [word.text for word in parts if word.text in _OPERATORS]
    if (with_rest or rest) and "by" in done:
        if done != ["by"]:
            raise NotArithmetic("It is not clear what is divided.")
        left = left_over(parts[0].number or Decimal(), parts[-1].number or Decimal())
        if not with_rest:
            return Sum(left, f"The remainder of {spoken}", written.replace(_NAMES["by"], "mod"))
        whole = result.to_integral_value(ROUND_FLOOR)
        return Sum(whole, spoken, written, left)
    return Sum(result, spoken, written)


def _listed(plain: str) -> Sum | None:
    for pattern, name in _LISTS:
        match = pattern.search(plain)
        amounts = [found.value for found in numbers(plain[match.end() :])] if match else []
        if len(amounts) < 2:
            continue
        match name.split()[1]:
            case "average":
                result = sum(amounts, Decimal()) / len(amounts)
            case "sum":
                result = sum(amounts, Decimal())
            case "product":
                result = Decimal(1)
                for amount in amounts:
                    result *= amount
            case _:
                result = abs(amounts[0] - amounts[1])
        spoken = [spoken_number(amount) for amount in amounts]
        text = f"{name} {', '.join(spoken[:-1])} and {spoken[-1]}"
        return Sum(result, text[0].upper() + text[1:], text)
    return None


class _Fraction(Word):
    """A number that is said as a part of one: "three quarters", "two and a half"."""

    __slots__ = ()


_INTO = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}


def _fractions(parts: list[Word]) -> list[Word]:
    """With fractions as the numbers that they are; "of" one is that many times."""
    found: list[Word] = []
    for word in parts:
        into = Decimal(_INTO.get(word.text, 0))
        if word.ordinal and word.number is not None and word.number > 2:
            into = word.number
        one, two, before = [None, None, None, *found][-3:]
        if into and before and (before.text in ("a", "an") or before.number):
            value, text = (before.number or 1) / into, f"{before.text} {word.text}"
            found[-1] = _Fraction(text, before.start, word.end, value)
            if one and two and two.text == "and" and one.number and not one.number % 1:
                text = f"{one.text} and {text}"
                found[-3:] = [_Fraction(text, one.start, word.end, one.number + value)]
        elif word.text == "half" and not (before and (before.ordinal or before.text == "second")):
            found.append(_Fraction("half", word.start, word.end, 1 / into))
        elif word.text == "of" and isinstance(before, _Fraction):
            found.append(replace(word, text="partof"))
        else:
            found.append(word)
    return found


def _between(parts: list[Word]) -> list[Word]:
    """From the first word of the sum to the last."""
    inside = [
        n for n, word in enumerate(parts) if word.number is not None or word.text in _OPERATORS
    ]
    if not inside:
        raise NotArithmetic("There is no sum in that.")
    return parts[inside[0] : inside[-1] + 1]


_OPERATORS = frozenset(
    {"plus", "minus", "times", "by", "mod", "power", "root", "cuberoot", "squared", "cubed"}
) | {"percent", "percentof", "percentoff", "subfrom"}


class _Reader:
    """Recursive descent; every method takes what it reads off the front."""

    def __init__(self, parts: list[Word]) -> None:
        self._parts = parts
        self._at = 0
        self._operations = 0

    def whole(self) -> Decimal:
        result = self._sum()
        if self._at != len(self._parts) or not self._operations:
            raise NotArithmetic("There is no sum in that.")
        return result

    def _peek(self) -> str:
        return self._parts[self._at].text if self._at < len(self._parts) else ""

    def _take(self, *names: str) -> str:
        if self._peek() not in names:
            return ""
        name = self._peek()
        self._at += 1
        self._operations += 1
        return name

    def _sum(self) -> Decimal:
        left = self._product()
        while True:
            name = self._take("plus", "minus", "subfrom")
            if not name:
                return left
            at = self._at
            right = self._product()
            if self._parts[self._at - 1].text == "percent" and self._at - at == 2:
                # 50 plus 10 percent
                right = left * right
            left = {"plus": left + right, "minus": left - right}.get(name, right - left)

    def _product(self) -> Decimal:
        left = self._power()
        while True:
            name = self._take("times", "by", "mod", "partof")
            if not name:
                return left
            right = self._power()
            match name:
                case "by":
                    left = left / right
                case "mod":
                    left = left_over(left, right)
                case _:
                    left = left * right

    def _power(self) -> Decimal:
        base = self._unary()
        if self._take("power"):
            return self._raised(base, self._unary())
        return base

    @staticmethod
    def _raised(base: Decimal, exponent: Decimal) -> Decimal:
        if abs(exponent) > 1000:
            raise SkillError("That number is too large for me to say.")
        return base**exponent

    def _unary(self) -> Decimal:
        if self._take("minus"):
            return -self._unary()
        for name, function in _FUNCTIONS.items():
            if self._take(name):
                return function(self._unary())
        return self._amount()

    def _amount(self) -> Decimal:
        word = self._parts[self._at] if self._at < len(self._parts) else None
        if word is None or word.number is None:
            raise NotArithmetic("There is no sum in that.")
        self._at += 1
        value = word.number
        while True:
            name = self._take("squared", "cubed", "percent", "percentof", "percentoff")
            match name:
                case "squared":
                    value = value**2
                case "cubed":
                    value = value**3
                case "percent":
                    self._operations -= 1
                    value = value / 100
                case "percentof":
                    return value / 100 * self._unary()
                case "percentoff":
                    return (1 - value / 100) * self._unary()
                case _:
                    return value


def _root(value: Decimal) -> Decimal:
    if value < 0:
        raise SkillError("A negative number has no square root that I could say.")
    return value.sqrt()


def _cube_root(value: Decimal) -> Decimal:
    root = abs(value) ** (Decimal(1) / 3)
    nearest = root.to_integral_value()
    root = nearest if nearest**3 == abs(value) else root
    return -root if value < 0 else root


_FUNCTIONS: dict[str, Callable[[Decimal], Decimal]] = {"root": _root, "cuberoot": _cube_root}
_SAID = {
    "by": "divided by",
    "power": "to the power of",
    "root": "the square root of",
    "cuberoot": "the cube root of",
    "partof": "of",
    "percentof": "percent of",
    "percentoff": "percent off",
    "subfrom": "subtracted from",
}


def _say(parts: list[Word]) -> str:
    text = " ".join(_SAID.get(word.text, _written(word)) for word in parts)
    return text[0].upper() + text[1:]


def _write(parts: list[Word]) -> str:
    return " ".join(_NAMES.get(word.text) or _SAID.get(word.text, _written(word)) for word in parts)


def _written(word: Word) -> str:
    if word.number is None or isinstance(word, _Fraction):
        return word.text
    return spoken_number(word.number)


def spoken_number(value: Decimal) -> str:
    """A number as it is spoken and shown: at most four decimals, thousands set apart."""
    rounded = round(value, 4) if abs(value) >= 1 or value == 0 else Decimal(f"{value:.4g}")
    if rounded == rounded.to_integral_value():
        return f"{int(rounded):,}"
    return f"{rounded:,f}".rstrip("0").rstrip(".")
