"""The words of a slot as the question has them, with the punctuation that matching ignores."""

from __future__ import annotations

import re

from edge.reason.skill import Request


def verbatim(request: Request, slot: str) -> str:
    """What was said for a slot of kind text; "" where nothing was."""
    words = request.get(slot, str) or ""
    pattern = r"[\s,;:.!?\"]+".join(re.escape(word) for word in words.split())
    found = re.search(pattern + r"[.!?]*", request.text, re.IGNORECASE) if pattern else None
    return found[0] if found else words
