"""Arithmetic and percentages: reckoned, not recalled."""

from __future__ import annotations

import re

from edge.errors import SkillError
from edge.reason.arithmetic import NotArithmetic, evaluate, is_sum, spoken_number
from edge.reason.skill import Answer, Card, Intent, Offer, Request, Services, Slot
from edge.reason.words import whole_number

_SUM = Slot("text", ask="What should I work out?", fits=is_sum, find=(r"(.*)",))

_FURTHER = re.compile(
    r"(?:plus|minus|times|divided by|multiplied by|by|\*|/|\+) (.+)$", re.IGNORECASE
)


def _goes_on(words: str) -> bool:
    """Whether this is something done with the result before: "divided by seven"."""
    found = _FURTHER.match(words)
    return found is not None and whole_number(found[1]) is not None


INTENTS = (
    Intent(
        "calculate",
        (
            "(calculate|compute|work out|solve|evaluate) [(this|the)"
            " (equation|problem|sum|calculation)] {sum}",
            "(what is|what's|how much is|what does|tell me [what is]) {sum} [equal|equals|make]",
            "{sum}",
            "split {sum}",
        ),
        {"sum": _SUM},
        pure=True,
        offer=Offer(
            "calculate_sum",
            "Work out one sum of numbers",
            {"sum": "the numbers with what is done to them"},
        ),
    ),
    Intent(
        "further",
        ("[and|then|and then] [(divide|multiply)] [that|it|the result] {sum}",),
        {"sum": Slot("text", ask="By what?", fits=_goes_on)},
        pure=True,
    ),
)


class Maths:
    """Answers what `edge.reason.arithmetic` can read."""

    name = "maths"
    about = "do arithmetic and percentages"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._last = ""
        """The latest result, in digits; empty: none."""

    async def handle(self, request: Request) -> Answer:
        said = request.need("sum", str)
        if request.intent == "further":
            if not self._last:
                raise SkillError("I have not worked anything out yet.")
            said = f"{self._last} {said}"
        try:
            sum_ = evaluate(said)
        except NotArithmetic:
            raise SkillError("I couldn't make out the numbers to work with.") from None
        self._last = f"{sum_.result:f}"
        result = spoken_number(sum_.result)
        return Answer(f"{sum_.spoken} is {result}.", Card("Sum", (f"{sum_.written} = {result}",)))
