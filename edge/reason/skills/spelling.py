"""Spells a word, letter by letter."""

from __future__ import annotations

import re

from edge.reason.skill import Answer, Card, Intent, Request, Services, Slot
from edge.reason.skills.beside import CHECKED, beside

_FIND = (
    r"\bspell(?:ed|ing|t)?\b(?: out)?(?: of| for)?(?: the)?(?: word)?,?\s+\"?([\w'-]+)",
    r"\b([\w'-]+) (?:is|be) (?:spelled|spelt)",
    r"\b([\w'-]+)[\s\"?.]*$",
)

INTENTS = (
    Intent(
        "spell",
        (
            "[how (do|would|does|to)] [i|you|one|we] spell [out] [the] [word] {word}",
            "(what is|what's) the [right|correct|proper] (spelling|way to spell) [of|for]"
            " [the] [word] {word}",
            "[the] [correct] spelling (of|for) [the] [word] {word}",
            "how is [the] [word] {word} (spelled|spelt)",
            "[tell me] how to spell [the] [word] {word}",
            "do you know how to spell [the] [word] {word}",
        ),
        {
            "word": Slot(
                ask="Which word shall I spell?",
                fits=lambda words: words.lower().split()[0] not in ("it", "that", "this"),
                find=_FIND,
            )
        },
        pure=True,
    ),
)
_HOW = re.compile(
    r"(?<=\S) (?:slowly|again|for me|letter by letter|out loud|please)$", re.IGNORECASE
)
"""Not part of the word."""


class Spelling:
    """The letters come from the recogniser, so a word it misheard is spelt as heard."""

    name = "spelling"
    about = "spell words"
    intents = beside(INTENTS, CHECKED)

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        word = request.need("word", str).strip(" \"'?.,").removeprefix("word ")
        word = _HOW.sub("", word)
        letters = ", ".join(_letter(c) for c in word if not c.isspace())
        return Answer(f"{word} is spelt {letters}.", Card(word, (" ".join(word.upper()),), "text"))


def _letter(character: str) -> str:
    return {"'": "apostrophe", "-": "hyphen"}.get(character, character.upper())
