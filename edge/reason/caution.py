"""Says before an answer of the language model about somebody's own health that it is no doctor."""

from __future__ import annotations

import re

from edge.trust.topics import topic

CAUTION = "I'm no doctor: ask one, or a pharmacist, before you rely on this."

_WHOSE = r"i|i'm|i've|my|me|we|our|he|she|his|her|him"
_AILS = (
    r"ha(?:ve|s|d)|got|feel(?:s|ing)?|felt|hurts?|\w*aches?|aching|pains?|painful|sore|sick|ill"
    r"|dizzy|fever|bleed\w*|swollen|itch\w*|rash|vomit\w*|take|taking|took|doses?|pills?|tablets?"
    r"|medicines?|medication|treat\w*|cure|doctor|symptoms?|pregnan\w*|allerg\w*|can't sleep"
)
_OWN = re.compile(rf"(?=.*\b(?:{_WHOSE})\b).*\b(?:{_AILS})\b", re.IGNORECASE | re.DOTALL)
"""For consent a question is about health in doubt ("how do I boil an egg"); here it is not."""


def caution(question: str) -> str:
    """What is to be said first: mostly nothing. What an illness is may be asked without it."""
    return CAUTION if _OWN.match(question) and topic(question) == "health" else ""
