"""What a division leaves over, and how that is asked for."""

from __future__ import annotations

import re
from decimal import Decimal, DivisionByZero

GOES_INTO = re.compile(
    r"\b(?:times|how often) (?:does|do|will|would|can) (.+?) (?:go|fit) into (.+)"
)
WITH_REST = re.compile(rf"\b(?:with|and) (?:an? |the )?remainder\b|{GOES_INTO.pattern}")
"""Where a division is to stay whole, and what it leaves over is told as well ..."""
REST = re.compile(r"\bremainder\b|\bleft[ -]?over\b|\bleft(?= (?:when|if|after)\b)")
"""... and where nothing but that is asked for."""


def left_over(whole: Decimal, by: Decimal) -> Decimal:
    """Never below zero where `by` is not: minus 7 by 3 leaves 2."""
    if not by:
        raise DivisionByZero
    rest = whole % by
    return rest + by if rest and (rest < 0) != (by < 0) else rest
