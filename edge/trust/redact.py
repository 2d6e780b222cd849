"""Placeholders in place of what is personal: [NAME_1], [PHONE_1] ...; and back again.

Rules, no model: each is there to be read. What identifies nobody stays, above all the numbers of a
sum, the names in a question about the world, and places. What was told to be remembered is kept
back wherever it appears.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final

from edge.trust import numbers
from edge.trust.addresses import addresses
from edge.trust.names import names, remembered

SPOKEN: Final = MappingProxyType(
    {
        "NAME": "a name",
        "PHONE": "a phone number",
        "CARD": "a card number",
        "ACCOUNT": "an account number",
        "EMAIL": "an email address",
        "ADDRESS": "an address",
        "DATE": "a date",
        "SECRET": "a code",
        "LINK": "a link",
        "FACT": "something about you",
    }
)
"""Each kind of placeholder as one would say it."""

pattern: Final = re.compile(rf"\[?\b({'|'.join(SPOKEN)})_(\d+)\b\]?")
_HALF = re.compile(r"\[?[A-Z]*(?:_\d*)?$")


@dataclass(slots=True)
class Placeholders:
    """For one question: the same words always get the same placeholder."""

    known: Sequence[str] = ()
    """Texts that are remembered about the wearer."""
    _given: dict[str, str] = field(default_factory=dict)
    """Placeholder by what it stands for, folded."""
    _means: dict[str, str] = field(default_factory=dict)

    def redact(self, text: str) -> str:
        """`text` with placeholders."""
        for kind, find in _rules(tuple(self.known)):
            # Counted in the order of the text; put in with the longest first, since a name may be
            # a part of another.
            found = sorted(dict.fromkeys(find(text)), key=lambda it: text.lower().find(it.lower()))
            for it in found:
                self._count(kind, it)
            for it in sorted(found, key=len, reverse=True):
                text = self._replace(text, it)
        return text

    def restore(self, text: str) -> str:
        """`text` with what the placeholders stand for; one that was never given stays."""
        return pattern.sub(lambda match: self._means.get(f"{match[1]}_{match[2]}", match[0]), text)

    def split(self, text: str) -> tuple[str, str]:
        """What can be restored now, and what may be the beginning of a placeholder."""
        rest = _HALF.search(text)
        at = rest.start() if rest and rest[0] else len(text)
        # A finished one at the very end may go on: [NAME_1 and then 2].
        last = list(pattern.finditer(text))
        if last and last[-1].end() == len(text) and not text.endswith("]"):
            at = min(at, last[-1].start())
        return text[:at], text[at:]

    def _count(self, kind: str, found: str) -> None:
        if found.casefold() not in self._given:
            count = 1 + sum(name.startswith(f"{kind}_") for name in self._means)
            self._given[found.casefold()] = f"{kind}_{count}"
            self._means[f"{kind}_{count}"] = found

    def _replace(self, text: str, found: str) -> str:
        place = f"[{self._given[found.casefold()]}]"
        bounds = rf"(?<![\w\[]){re.escape(found)}(?!\w)"
        return re.sub(bounds, place, text, flags=re.IGNORECASE)


Finder = Callable[[str], Iterable[str]]


@cache
def _rules(known: tuple[str, ...]) -> tuple[tuple[str, Finder], ...]:
    """In order: what an earlier one finds is out of sight of the later ones."""
    return (
        ("EMAIL", _all(numbers.EMAIL)),
        ("LINK", _all(numbers.LINK)),
        ("FACT", lambda text: remembered(text, known)),
        ("ACCOUNT", _all(numbers.IBAN, numbers.ACCOUNT)),
        ("CARD", numbers.cards),
        ("SECRET", numbers.secrets),
        ("DATE", _all(numbers.BORN)),
        ("ADDRESS", addresses),
        ("PHONE", numbers.phones),
        ("NAME", _names),
    )


def _all(*expressions: re.Pattern[str]) -> Finder:
    def find(text: str) -> Iterable[str]:
        for expression in expressions:
            yield from numbers.found(expression, text)

    return find


def _names(text: str) -> Iterable[str]:
    # What is a placeholder by now is no name.
    return (name for name in names(pattern.sub("7", text)) if name not in SPOKEN)
