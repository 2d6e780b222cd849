"""What share one number is of another: "what percentage of 80 is 20"."""

from __future__ import annotations

import re
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.arithmetic import spoken_number
from edge.reason.skill import Answer, Card, Intent, Request, Slot

SHARE = Intent(
    "share",
    (
        "what (percent|percentage) of {whole} is {part}",
        "{part} is what (percent|percentage) of {whole}",
        "(what is|what's|express|give me) {part} as (a|the) (percent|percentage) of {whole}",
        "what (percent|percentage) is {part} [out] of {whole}",
        "(what is|what's) {part} out of {whole} (in percent|as a percentage|in percentage)",
    ),
    {
        "part": Slot("number", ask="What share of it?"),
        "whole": Slot("number", ask="Of what number?"),
    },
    pure=True,
)
OF_LAST = re.compile(r"\bper ?cent(?:age)?\b", re.IGNORECASE)


def share(request: Request) -> tuple[Answer, str]:
    """The answer, and how many percent that is. Raises SkillError for a share of nothing."""
    part, whole = request.need("part", Decimal), request.need("whole", Decimal)
    if not whole:
        raise SkillError("Nothing has a share of zero.")
    percent = part / whole * 100
    said = spoken_number(round(percent, 2))
    text = f"{spoken_number(part)} is {said} percent of {spoken_number(whole)}"
    less = "minus " if percent < 0 else ""
    return Answer(f"{text}.", Card("Sum", (text,))), f"{less}{abs(round(percent, 2)):f}"
