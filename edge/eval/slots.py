"""Whether a decision's slots hold what SLURP marks in the sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from edge.reason.grammar import Match
from edge.reason.mapping import Example

_SMALL = frozenset(
    [*"a an the my of on at in for to this is it's s and by from i am are do list lists".split()]  # noqa: SIM905 - reads best so
)
_TIMES = ("when", "day", "end", "length", "lead")


def mistakes(example: Example, match: Match, slots: Mapping[str, list[str]]) -> list[str]:
    """What is wrong, in words for a person; empty where every slot is right.

    An entity is right if the words that matter in it are among those its slot was read from. A
    slot of words must not hold a marked time, and a time that is not marked must not be read.
    """
    wrong = []
    times: set[str] = set()
    for entity in example.entities:
        names = [name for name in slots.get(entity.kind, []) if name in match.intent.slots]
        if not names:
            continue
        wanted = _words(entity.text)
        if any(name in _TIMES for name in names):
            times |= wanted
        held = [_words(match.slots[name].said) for name in names if name in match.slots]
        if not any(wanted <= words for words in held):
            wrong.append(f"{entity.kind} {entity.text!r} is not in {' or '.join(names)}")
    for name, value in match.slots.items():
        words = _words(value.said)
        if name in _TIMES and not words & times and words & _words(example.text):
            wrong.append(f"{name} is {value.said!r}, which is not marked")
        elif match.intent.slots[name].kind == "text" and words and words <= times:
            wrong.append(f"{name} is {value.said!r}, which is a time")
    return wrong


def _words(text: str) -> set[str]:
    return {
        word.removesuffix("'s")
        for word in re.findall(r"[\w']+", text.lower())
        if word not in _SMALL
    }
