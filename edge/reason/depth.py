"""How deeply the wearer wants a question to be thought about, said by voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from edge.reason.patterns import pattern

Depth = Literal["instant", "thinking", "contemplating"]

_HARDER = (
    r"think (?:(?:really |very |a (?:lot|bit) )?(?:harder|deeper|deeply|hard|long and hard|more))"
)
_ABOUT = r"think(?: carefully)? (?:about|through|over)"
_IT = r"(?:it|that|this)(?: again)?"
_PLEASE = r"(?:(?:please|can you|could you|now|and|just|no|ok|okay|edge)[\s,]+)*"
_QUICK = r"(?:(?:give me |just )?(?:a )?quick(?:ly)?(?: answer)?|short answer|briefly|in short)"
_RULES: tuple[tuple[Depth, str], ...] = (
    ("contemplating", rf"{_PLEASE}{_HARDER}(?: about)?"),
    (
        "thinking",
        rf"{_PLEASE}(?:{_ABOUT}|take your time(?: with| over| on)?|think carefully about)",
    ),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the wearer said about depth, and the question without it."""

    depth: Depth
    question: str
    """Empty: the question before."""


def wish(text: str) -> Wish | None:
    """The wish in `text`, or None where it has none.

    "Think harder"; "think about it: how many ..."; "quick answer, who was ..."; "..., think hard".
    """
    plain = " ".join(text.split()).strip(" .!?")
    for depth, rule in _RULES:
        alone = pattern(rf"{rule}(?:\s+{_IT})?(?:[\s,]+please)?").fullmatch(plain)
        if alone:
            return Wish(depth, "")
        before = pattern(rf"{rule}\s+{_IT}\s*[:,.-]\s*(?=\w)").match(plain)
        before = before or pattern(rf"{rule}\s*[:,.-]\s*(?=\w)").match(plain)
        before = before or (
            pattern(rf"{_PLEASE}{_HARDER} about\s+(?=\w)").match(plain)
            if depth == "contemplating"
            else None
        )
        if before:
            return Wish(depth, plain[before.end() :])
        after = pattern(rf"[,.:?]\s*(?:and\s+)?{rule}(?:\s+{_IT})?$").search(plain)
        if after:
            return Wish(depth, plain[: after.start()])
    if pattern(rf"{_PLEASE}{_QUICK}(?:[\s,]+please)?").fullmatch(plain):
        return Wish("instant", "")
    quick = pattern(rf"{_PLEASE}{_QUICK}\s*[:,.-]\s*(?=\w)").match(plain)
    if quick:
        return Wish("instant", plain[quick.end() :])
    quick = pattern(rf"[,.:?]\s*(?:just )?(?:{_QUICK})$").search(plain)
    if quick:
        return Wish("instant", plain[: quick.start()])
    return None
