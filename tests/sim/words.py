"""Whether what was heard is what was said, however its numbers are written."""

import re
from difflib import SequenceMatcher

from edge.reason.words import numbers


def alike(one, other):
    """Whether two sentences are nearly the same; "ten forty six" is "10:46"."""
    return SequenceMatcher(None, _letters(one), _letters(other)).ratio() > 0.7


def _letters(text):
    for found in reversed(numbers(text)):
        begin, end = found.spans[0][0], found.spans[-1][1]
        text = f"{text[:begin]}{found.value}{text[end:]}"
    return re.sub(r"[^a-z0-9]", "", text.lower())
