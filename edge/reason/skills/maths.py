"""Arithmetic and percentages: reckoned, not recalled."""

from __future__ import annotations

from edge.errors import SkillError
from edge.reason.arithmetic import NotArithmetic, evaluate, is_sum, spoken_number
from edge.reason.skill import Answer, Card, Intent, Offer, Request, Services, Slot

_SUM = Slot("text", ask="What should I work out?", fits=is_sum, find=(r"(.*)",))

INTENTS = (
    Intent(
        "calculate",
        (
            "(calculate|compute|work out|solve|evaluate) {sum}",
            "(what is|what's|how much is|what does|tell me [what is]) {sum} [equal|equals|make]",
            "{sum}",
        ),
        {"sum": _SUM},
        pure=True,
        offer=Offer(
            "calculate_sum",
            "Work out one sum of numbers",
            {"sum": "the numbers with what is done to them"},
        ),
    ),
)


class Maths:
    """Answers what `edge.reason.arithmetic` can read."""

    name = "maths"
    about = "do arithmetic and percentages"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        try:
            sum_ = evaluate(request.need("sum", str))
        except NotArithmetic:
            raise SkillError("I couldn't make out the numbers to work with.") from None
        result = spoken_number(sum_.result)
        return Answer(f"{sum_.spoken} is {result}.", Card("Sum", (f"{sum_.written} = {result}",)))
