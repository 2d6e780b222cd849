"""What the words say about whether the wearer has finished, however it sounds."""

from __future__ import annotations

import re

_LAST = re.compile(
    r"\b(?:an?|the|and|or|but|to|my|your|our|their|his|than|because|if|whether|which|whose"
    r"|plus|minus|times|um|uh|er)\W*$",
    re.IGNORECASE,
)
_MORE = re.compile(r"\b(?:of|in|on|at|by|for|from|with|without|about|between|is|are)\W*$", re.I)
"""What a question may end with, but rarely does."""
_WH = r"(?:what|who|whose|where|when|why|how|which)(?:'\w+)?\s"
_QUESTION = re.compile(
    r"(?:(?:and|so|well|okay|ok|hey|please|now|then|no|sorry|tell me)\W+)*"
    rf"(?:{_WH}|(?:is|are|am|was|were|do|does|did|has|have|can|could|will|would|shall|should|may"
    r"|must)(?:n't)?\s)",
    re.IGNORECASE,
)
_INDIRECT = re.compile(rf"think (?:\w+ )?hard(?:er)? about {_WH}", re.IGNORECASE)
"""A question that is written as an order."""
_FEWEST = 3
"""Words of a question that needs none before it."""


def unfinished(text: str) -> bool:
    """Whether `text`, as the recogniser wrote it, stops before a word that has to come.

    What the recogniser took for a question may end so: "What is this good to?"
    """
    return _LAST.search(text) is not None and not text.rstrip().endswith("?")


def question(text: str) -> bool:
    """Whether `text`, as the recogniser wrote it, is a whole question."""
    asked = text.rstrip().endswith("?") and _QUESTION.match(text) is not None
    return (
        (asked or _INDIRECT.match(text) is not None)
        and len(text.split()) >= _FEWEST
        and _LAST.search(text) is None
        and _MORE.search(text) is None
    )
