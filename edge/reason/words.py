"""A question's words with their places and the numbers that they are (text2num reads those)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(
    r"""\d+(?:,\d{3})+(?:\.\d+)?      # 1,000.5
      | \d+(?:[:.]\d\d)?(?=\s?[ap]\.?\s?m\b) | \d{1,2}:\d\d   # 7.30 am, 7:30
      | \d+(?:\.\d+)? | \.\d+
      | (?<![^\W\d_])[ap]\.\s?m\b\.?            # a.m.
      | [^\W\d_]+(?:['\u2019][^\W\d_]+)* | [%$€£+*\u00d7\u00f7/=^-]""",
    re.VERBOSE,
)
_MISSPELT = {"twelveth": "twelfth", "fourty": "forty", "ninty": "ninety", "nineth": "ninth"}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_LONGEST = 27
"""Digits of a number; with more, decimals cannot be divided."""
_ORDINAL = frozenset({"st", "nd", "rd", "th"})


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Something that was read in a text, with the words it was read from."""

    value: T
    spans: tuple[tuple[int, int], ...]
    """Where its words are: (start, end) in characters, in order; mostly one."""

    def said(self, text: str) -> str:
        """The words themselves."""
        return " ".join(text[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a sign, or several words that are one number."""

    text: str
    """In lower case."""
    start: int
    """First character in the text."""
    end: int
    """Just past the last."""
    number: Decimal | None = None
    ordinal: bool = False
    """`number` is a rank: third, 22nd."""
    plain: str = field(init=False, repr=False, compare=False)
    """`text` without a possessive s: kept, as it is asked for some hundred times a question."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", self.text.removesuffix("'s"))


class _Token:
    """What text2num asks of a word (its `Token` protocol)."""

    def __init__(self, word: str) -> None:
        self._word = word

    def text(self) -> str:
        return self._word

    def nt_separated(self, previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return not self._word.isalpha()


def words(text: str) -> list[Word]:
    """The words of `text`; the ones that make up a number are one word."""
    return list(_words(text))


@lru_cache(maxsize=128)  # A question's words are looked at for times, lengths, numbers and sums.
def _words(text: str) -> tuple[Word, ...]:
    singles = [Word(_plain(match[0]), *match.span()) for match in _TOKEN.finditer(text)]
    return tuple(_scaled(_spelt(_digits(_meridiem(singles)))))


def _meridiem(singles: list[Word]) -> list[Word]:
    """Joins "p m", as recognisers and spellers write it."""
    out: list[Word] = []
    for word in singles:
        if word.text == "m" and out and out[-1].text in ("a", "p"):
            out[-1] = Word(f"{out[-1].text}m", out[-1].start, word.end)
        else:
            out.append(word)
    return out


def _plain(token: str) -> str:
    token = token.lower().replace("\u2019", "'")
    token = _MISSPELT.get(token, token)
    # "March nineteenth's."
    token = re.sub(r"(?<=[a-z](?:st|nd|rd|th))'s$", "", token)
    return token[0] + "m" if token[1:2] == "." and token[0] in "ap" else token


def _digits(singles: list[Word]) -> list[Word]:
    out: list[Word] = []
    for word in singles:
        before = out[-1] if out else None
        if word.text[0].isdecimal() or (word.text[0] == "." and len(word.text) > 1):
            number = None
            if ":" not in word.text and len(word.text) <= _LONGEST:
                number = Decimal(word.text.replace(",", ""))
            out.append(replace(word, number=number))
        elif (
            before and before.number is not None and word.text in _ORDINAL and _joined(before, word)
        ):
            out[-1] = Word(before.text + word.text, before.start, word.end, before.number, True)
        else:
            out.append(word)
    return out


def _joined(one: Word, other: Word) -> bool:
    return one.end == other.start


def _spelt(singles: list[Word]) -> list[Word]:
    # "One hundred and two hundred" are two numbers.
    for at in range(1, len(singles) - 2):
        scale = singles[at - 1].text
        if singles[at].text == "and" and scale in _SCALES and singles[at + 2].text == scale:
            return [*_spelt(singles[:at]), singles[at], *_spelt(singles[at + 1 :])]
    from text_to_num import find_numbers

    out: list[Word] = []
    done = 0
    for number in find_numbers([_Token(word.text) for word in singles], "en", 0):
        first, last = singles[number.start], singles[number.end - 1]
        if not first.text.isalpha():
            continue
        out += singles[done : number.start]
        done = number.end
        text = " ".join(word.text for word in singles[number.start : number.end])
        if text == "second":
            # "A second": the unit, as often as the rank; whoever wants the rank asks for it.
            out.append(first)
            continue
        value = Decimal(re.sub(r"[^\d.]", "", number.text) or "0")
        out.append(Word(text, first.start, last.end, value, number.is_ordinal))
    return out + singles[done:]


def _scaled(parts: list[Word]) -> list[Word]:
    """Joins "2 hundred", "a hundred" and "minus five" (where nothing is there to take it from)."""
    out: list[Word] = []
    for word in parts:
        before = out[-1] if out else None
        scale = _SCALES.get(word.text)
        if before and scale and before.number is not None and before.text[0].isdecimal():
            value = before.number * scale
            out[-1] = Word(f"{before.text} {word.text}", before.start, word.end, value)
        elif before and before.text == "a" and word.text.split()[0] in _SCALES:
            # "A hundred and twenty" too, which is one word by now.
            value = word.number or Decimal(_SCALES[word.text.split()[0]])
            out[-1] = Word(f"a {word.text}", before.start, word.end, value, word.ordinal)
        else:
            out.append(word)
    return out


def numbers(text: str) -> list[Found[Decimal]]:
    """The cardinal numbers in `text`, with "half", "a dozen" and "a couple"."""
    parts = words(text)
    found: list[Found[Decimal]] = []
    at = 0
    while at < len(parts):
        length, value = _number(parts, at)
        if value is not None:
            found.append(Found(value, ((parts[at].start, parts[at + length - 1].end),)))
        at += length
    return found


def _number(parts: list[Word], at: int) -> tuple[int, Decimal | None]:
    """How many words from `at` make a number, and it; or (1, None)."""
    texts = [word.text for word in parts[at : at + 4]]
    if texts[:2] in (["a", "dozen"], ["a", "couple"]):
        return 2, Decimal(12 if texts[1] == "dozen" else 2)
    negative = texts[0] in ("minus", "negative", "-")
    if negative and at == 0 and len(parts) > 1 and parts[1].number is not None:
        length, value = _number(parts, 1)
        return 1 + length, None if value is None else -value
    word = parts[at]
    if word.number is None or word.ordinal:
        return 1, None
    if texts[1:4] == ["and", "a", "half"]:
        return 4, word.number + Decimal("0.5")
    if texts[1:4] == ["and", "a", "quarter"]:
        return 4, word.number + Decimal("0.25")
    return 1, word.number


def whole_number(text: str) -> Decimal | None:
    """The number that all of `text` says, or None."""
    found = numbers(text)
    if len(found) != 1:
        return None
    start, end = found[0].spans[0]
    rest = (text[:start] + text[end:]).strip(" .,!?").lower()
    return (
        found[0].value if rest in ("", "a", "to", "at", "just", "about", "percent", "%") else None
    )
