"""Words after which nobody has finished, however it sounds."""

from __future__ import annotations

import re

_LAST = re.compile(
    r"\b(?:an?|the|and|or|but|to|my|your|our|their|his|than|because|if|whether|which|whose"
    r"|plus|minus|times|um|uh|er)\W*$",
    re.IGNORECASE,
)


def unfinished(text: str) -> bool:
    """Whether `text`, as the recogniser wrote it, stops before a word that has to come.

    What the recogniser took for a question may end so: "What is this good to?"
    """
    return _LAST.search(text) is not None and not text.rstrip().endswith("?")
