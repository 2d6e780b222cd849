"""Whether what was heard is what was said, however its numbers are written."""

import re
from difflib import SequenceMatcher
from functools import cache

from unicode_rbnf import RbnfEngine

from edge.speak.numerals import as_read


def alike(one, other):
    """Whether two sentences sound nearly the same; "10:46" is "ten forty six"."""
    return SequenceMatcher(None, _letters(one), _letters(other)).ratio() > 0.7


def _letters(text):
    spelt = re.sub(r"\d+", lambda digits: _engine().format_number(digits[0]).text, as_read(text))
    return re.sub(r"[^a-z]", "", spelt.lower())


@cache
def _engine():
    return RbnfEngine.for_language("en")
