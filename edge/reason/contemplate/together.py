"""Open answers, which nobody can count: one made of several, or the one that is most like them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from edge.reason.contemplate.candidates import short
from edge.reason.contemplate.provider import Request
from edge.reason.lm.chat import Message
from edge.reason.lm.confidence import words

_LONGEST: Final = 100
"""Words of an answer that is put together; more is no summary, and nobody listens to it."""
_TALK: Final = re.compile(r"\b(?:drafts?|agents?|options? [1-9a-e])\b", re.I)
_MARK: Final = re.compile(r"\banswer\s*:\s*", re.I)
_SYSTEM: Final = "You put several drafts together into one short answer, to be spoken aloud."
_EXAMPLE: Final = (
    "How do I keep cut flowers fresh?",
    (
        "Cut the stems at an angle. Change the water every day. Keep them in the shade.",
        "1. Use a clean vase. 2. Give them fresh water daily. 3. Add a little sugar.",
        "Flowers last longer away from fruit and from the sun, with fresh water.",
    ),
    "Cut the stems at an angle and give the flowers fresh water every day. Keep them out of the "
    "sun and away from fruit.",
)


def draft(text: str) -> str:
    """What an agent has to say, once: its text, or where that is only its answer, the answer."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return text.strip()
    before, after = text[: marks[-1].start()].strip(), text[marks[-1].end() :].strip()
    return after if short(before) else before


def synthesis(question: str, drafts: Sequence[str], *, seed: int, max_tokens: int) -> Request:
    """Asks for one answer out of several. A small model follows the example, and hardly a rule."""
    shown, their_drafts, answer = _EXAMPLE
    return Request(
        (
            Message("system", _SYSTEM),
            Message("user", _asked(shown, their_drafts)),
            Message("assistant", answer),
            Message("user", _asked(question, drafts)),
        ),
        seed=seed,
        max_tokens=max_tokens,
    )


def usable(text: str, question: str, drafts: Sequence[str]) -> bool:
    """Whether it is an answer of its own: no list of the drafts, nor a talk about them."""
    said = " ".join(words(text))
    copied = any(" ".join(words(one)) in said for one in drafts if not short(one))
    talks = _TALK.search(text) and not _TALK.search(question)
    return bool(said) and not copied and not talks and len(text.split()) <= _LONGEST


def nearest(drafts: Sequence[str]) -> str:
    """The draft that shares most with the others; of several the first."""
    known = [frozenset(words(draft)) for draft in drafts]

    def shared(place: int) -> float:
        own = known[place]
        return sum(len(own & other) / max(1, len(own | other)) for other in known)

    return drafts[max(range(len(drafts)), key=lambda place: (shared(place), -place))]


def _asked(question: str, drafts: Sequence[str]) -> str:
    listed = "\n".join(f"- {' '.join(draft.split())}" for draft in drafts)
    return f"Question: {question}\nDrafts:\n{listed}\nOne answer in two sentences:"
