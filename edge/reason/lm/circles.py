"""Tells when an answer goes round in circles, as a small model's does that finds no end."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"^\s*(?:\d+[.)]|[-*])\s+", re.MULTILINE)
_TAIL = 600
"""Characters that are looked back over."""
_TWICE, _THRICE = 24, 10
"""Characters that are a circle where they are said twice, and three times, in a row."""
_ENDS = tuple(".,;:!?\n")


def in_circles(text: str) -> bool:
    """Whether `text` ends with what it has just said, apart from case and the numbers of a list.

    Only where a part of a sentence ends: a word may be said twice for good reasons.
    """
    if not text.rstrip(" ").endswith(_ENDS):
        return False
    plain = " ".join(["", *_NUMBERED.sub("", text[-_TAIL:]).lower().split()])
    for size in range(_THRICE, len(plain) // 2 + 1):
        end = plain[-size:]
        if plain[:-size].endswith(end) and (size >= _TWICE or plain[: -2 * size].endswith(end)):
            return True
    return False
