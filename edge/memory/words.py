"""Retrieval by words: which texts have the telling words of a question.

In Python rather than SQLite's full-text index: there are hundreds of texts, not millions, and an
index would keep the words of what was forgotten.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_COMMON = frozenset(
    _WORD.findall(
        """
    a about am an and any anything are as at be been but by can could did do does for from get
    give going got had has have he her hers him his how i if in into is it its just know like me
    mine my need now of on or our out please remember remind said say she should so tell that
    the their them then there they thing things this to up us want was we were what when where
    which who whose why will with would you your yours
        """
    )
)


def stems(text: str) -> list[str]:
    """The telling words of `text` without their commonest English endings."""
    words = [
        word.casefold().removesuffix("'s") for word in _WORD.findall(text.replace("\u2019", "'"))
    ]
    return [_stem(word) for word in words if word not in _COMMON]


def best(question: str, things: Sequence[T], text: Callable[[T], str], limit: int) -> list[T]:
    """At most `limit` of `things` that share words with `question`, the best first.

    A word counts by how rare it is among them (inverse document frequency); equals keep their
    order.
    """
    wanted = set(stems(question))
    if not wanted:
        return []
    found = [set(stems(text(thing))) for thing in things]
    frequency = Counter(stem for one in found for stem in one)
    scored = []
    for thing, one in zip(things, found, strict=True):
        score = sum(math.log1p(len(things) / frequency[stem]) for stem in wanted & one)
        if score:
            scored.append((score, thing))
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return [thing for _, thing in scored[:limit]]


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            if ending == "s" and word.endswith("ss"):
                break
            word = word.removesuffix(ending) + ("y" if ending == "ies" else "")
            break
    return word.removesuffix("e") if len(word) > 3 else word
