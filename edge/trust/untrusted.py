"""Text that somebody else wrote: it is spoken and remembered, and is never an instruction.

Nothing acts on what it says: the router is only ever asked what the wearer said. What is left is
that an answer, which becomes a part of the next prompt as history, cannot pass for another turn of
the talk there, and that a display shows what is read out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Final

LONGEST: Final = 8000
"""Characters of an answer; what follows is dropped."""

# What models' templates put between the turns, and around calls of tools.
_MARKS = re.compile(
    r"<\|[^|<>\s]{1,40}\|>|</?(?:s|think|tools?|tool_calls?|tool_response|function_calls?)>"
    r"|\[/?(?:INST|SYS|TOOL_CALLS|AVAILABLE_TOOLS)\]|<</?SYS>>",
    re.IGNORECASE,
)
_LONGEST_MARK = 44
# Control characters, invisible ones that turn the direction of writing or hide text, private use.
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs", "Cn"))


def plain(text: str) -> str:
    """`text` without marks of a template and without signs that nobody sees."""
    seen = "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN
    )
    # Taking one away can make another: "<|im_<|x|>start|>".
    while seen != (seen := _MARKS.sub("", seen)):
        pass
    return seen


async def cleaned(pieces: AsyncIterator[str], longest: int = LONGEST) -> AsyncIterator[str]:
    """The same over pieces, in which a mark may be cut in two; it ends after `longest`."""
    rest, told = "", 0
    async for piece in pieces:
        ready, rest = _split(plain(rest + piece))
        ready = ready[: longest - told]
        if ready:
            told += len(ready)
            yield ready
        if told >= longest:
            return
    if rest := rest[: longest - told]:
        yield rest


def _split(text: str) -> tuple[str, str]:
    """What is certain, and what may be the beginning of a mark."""
    begin = min((at for at in (text.find(sign, -_LONGEST_MARK) for sign in "<[") if at >= 0),
                default=len(text))  # fmt: skip
    return text[:begin], text[begin:]
