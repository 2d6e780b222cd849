"""Lengths of time as people say them: "an hour and a half", "2 minutes 30"."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from edge.reason.words import Found, Word, words

UNITS = {
    "second": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "hr": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "fortnight": timedelta(weeks=2),
}
_BETWEEN = frozenset({"-", "more", "extra", "additional", "further"})
"""What may stand before the unit: "two more minutes"."""
_HALF = Decimal("0.5")
_LONGEST = Decimal(10**10)
"""Seconds; more is no length of time that anybody waits for, and would not fit a timedelta."""


def unit(word: str) -> timedelta | None:
    """The length of one of the unit that `word` names, singular or plural."""
    word = word.removesuffix("'s")
    return UNITS.get(word) or UNITS.get(word.removesuffix("s"))


def durations(text: str) -> list[Found[timedelta]]:
    """The lengths of time in `text`, in order; a "for" before one is among its words."""
    return list(_durations(text))


@lru_cache(maxsize=128)  # Every template that fits asks for them.
def _durations(text: str) -> tuple[Found[timedelta], ...]:
    parts = words(text)
    found: list[Found[timedelta]] = []
    at = 0
    while at < len(parts):
        length, value = duration_at(parts, at)
        if value is None:
            at += 1
            continue
        other = _or_before(parts, at, length)
        if other is not None:
            found.append(Found(other, ((parts[at - 2].start, parts[at - 2].end),)))
        first = parts[at - 1] if at and parts[at - 1].text == "for" else parts[at]
        found.append(Found(value, ((first.start, parts[at + length - 1].end),)))
        at += length
    return tuple(found)


def _or_before(parts: list[Word], at: int, length: int) -> timedelta | None:
    """The five minutes of "five or six minutes", which are one or the other; else None."""
    if at < 2 or parts[at - 1].text != "or" or parts[at - 2].number is None:
        return None
    return duration_at([parts[at - 2], *parts[at + 1 : at + length]], 0)[1]


def whole_duration(text: str) -> timedelta | None:
    """The length of time that all of `text` says, or None."""
    found = durations(text)
    if not found:
        # "Hour" says how many; "minutes" does not.
        return UNITS.get(text.strip(" .,!?").lower())
    if len(found) != 1:
        return None
    start, end = found[0].spans[0]
    rest = (text[:start] + text[end:]).strip(" .,!?").lower()
    return found[0].value if rest in _AROUND else None


_AROUND = frozenset({"", "for", "about", "of", "in", "exactly", "like", "say", "make it", "just"})
_AROUND |= {"for about", "for exactly", "around", "please", "only"}


def duration_at(parts: list[Word], at: int) -> tuple[int, timedelta | None]:
    """How many words from `at` say a length of time, and it; or (0, None)."""
    length, value, last = _one(parts, at)
    if value is None:
        return 0, None
    total = value
    while True:
        gap = 1 if _text(parts, at + length) in ("and", "-") else 0
        more, value, smaller = _one(parts, at + length + gap)
        if value is None or value >= last:
            # "2 minutes 30": what is left over counts in the next smaller unit.
            rest = _bare(parts, at + length + gap)
            if rest == 1 and total > last and not parts[at + length - 1].text.endswith("s"):
                # "The ten minute one" is a timer.
                rest = None
            if value is None and rest is not None and last in (timedelta(hours=1), UNITS["min"]):
                return length + gap + 1, total + rest * (last / 60)
            return length, total
        total, length, last = total + value, length + gap + more, smaller


def _one(parts: list[Word], at: int) -> tuple[int, timedelta | None, timedelta]:
    """One amount with its unit: words, length, the unit's length."""
    nothing = (0, None, timedelta())
    if at >= len(parts):
        return nothing
    count, amount = _amount(parts, at)
    if amount is None or amount > _LONGEST:
        return nothing
    spoilt = parts[at + count - 1] if count else None
    if spoilt is not None and spoilt.ordinal and spoilt.text.endswith("second") and amount > 20:
        # "A twenty second timer" reads as a rank.
        length, size = count, UNITS["second"]
        amount -= 2
    else:
        gap = 1 if _text(parts, at + count) in _BETWEEN else 0
        named = unit(_text(parts, at + count + gap))
        if named is None or (spoilt is not None and spoilt.ordinal):
            return nothing
        length, size = count + gap + 1, named
    if _text(parts, at + length) == "and":
        more, fraction = _fraction(parts, at + length + 1)
        # "And a quarter of an hour" is an amount of its own.
        if more and not count and fraction != _HALF:
            return nothing
        if (
            more
            and _text(parts, at + length + 1 + more) != "of"
            and not _unit_at(parts, at + length + 1 + more)
        ):
            length, amount = length + 1 + more, amount + fraction
    if not count and amount == 1:
        # "Hour and a half" says how many hours; "hour" alone does not.
        return nothing
    seconds = amount * Decimal(size.total_seconds())
    if seconds > _LONGEST:
        return nothing
    return length, timedelta(seconds=float(seconds)), size


def _unit_at(parts: list[Word], at: int) -> bool:
    skip = 1 if _text(parts, at) in ("a", "an") else 0
    return unit(_text(parts, at + skip)) is not None


def _amount(parts: list[Word], at: int) -> tuple[int, Decimal | None]:
    """How many words from `at` say how much, and it: no words, and 1, before a unit."""
    if parts[at].number is None and parts[at].text not in _BEGIN and not unit(parts[at].text):
        return 0, None
    texts = [_text(parts, at + n) for n in range(4)]
    if texts[:3] == ["half", "a", "dozen"]:
        return 3, Decimal(6)
    length, part = _fraction(parts, at)
    if length:
        # "Half an hour", "three quarters of a day", "quarter hour".
        length += 1 if _text(parts, at + length) == "of" else 0
        length += 1 if _text(parts, at + length) in ("a", "an") else 0
        return length, part
    for phrase, amount in _PHRASES:
        if texts[: len(phrase)] == list(phrase):
            extra = 1 if _text(parts, at + len(phrase)) in ("full", "whole", "single") else 0
            return len(phrase) + extra, amount
    if unit(texts[0]) is not None:
        return 0, Decimal(1)
    number = parts[at].number
    if number is None:
        return 0, None
    if texts[1] == "and":
        length, part = _fraction(parts, at + 2)
        if length and _unit_at(parts, at + 2 + length):
            return 2 + length, number + part
    if texts[1:4] == ["1", "/", "2"]:
        return 4, number + _HALF
    return 1, number


def _fraction(parts: list[Word], at: int) -> tuple[int, Decimal]:
    """Half; a quarter; three quarters: words and amount; no words where it is none."""
    one, two = _text(parts, at), _text(parts, at + 1)
    if one == "half":
        return 1, _HALF
    if one in ("a", "one") and two == "half":
        return 2, _HALF
    if one == "quarter":
        return 1, _HALF / 2
    if one in ("a", "one") and two == "quarter":
        return 2, _HALF / 2
    if one == "three" and two in ("quarters", "quarter"):
        return 2, 3 * _HALF / 2
    return 0, Decimal(0)


_PHRASES = [
    (("a", "couple", "of"), Decimal(2)),
    (("a", "couple"), Decimal(2)),
    (("couple", "of"), Decimal(2)),
    (("couple",), Decimal(2)),
    (("a", "dozen"), Decimal(12)),
    (("a",), Decimal(1)),
    (("an",), Decimal(1)),
    (("another",), Decimal(1)),
]
_BEGIN = frozenset({phrase[0] for phrase, _ in _PHRASES} | {"half", "quarter", "three", "one"})
"""Words of an amount, beside numbers and units. Most words are none, and are asked for often."""


def _text(parts: list[Word], at: int) -> str:
    return parts[at].text if at < len(parts) else ""


def _bare(parts: list[Word], at: int) -> int | None:
    word = parts[at] if at < len(parts) else None
    if word is None or word.number is None or word.ordinal or not 0 < word.number < 60:
        return None
    last = _text(parts, at + 1) in ("", "from", "later", "hence", "time")
    return int(word.number) if last else None


def spoken(length: timedelta) -> str:
    """`length` in words for the voice: "1 hour and 5 minutes"; the two largest units."""
    seconds = round(length.total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " and ".join(parts[:2]) or "0 seconds"
