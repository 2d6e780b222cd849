"""Rounding a number, or the result before: "round that", "3.456 to two decimals"."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from edge.errors import SkillError
from edge.reason.arithmetic import spoken_number
from edge.reason.skill import Answer, Card, Intent, Request, Slot

_STEPS = {
    "whole number": Decimal(1), "integer": Decimal(1), "one": Decimal(1), "dollar": Decimal(1),
    "euro": Decimal(1), "pound": Decimal(1), "cent": Decimal("0.01"), "penny": Decimal("0.01"),
    "tenth": Decimal("0.1"), "hundredth": Decimal("0.01"), "thousandth": Decimal("0.001"),
    "half": Decimal("0.5"), "quarter": Decimal("0.25"), "five": Decimal(5), "ten": Decimal(10),
    "hundred": Decimal(100), "thousand": Decimal(1000), "million": Decimal(1000000),
}  # fmt: skip
_STEPS |= {"5": Decimal(5), "10": Decimal(10), "100": Decimal(100), "1000": Decimal(1000)}
_TO = (
    "[[to] (the|a) [(nearest|next|closest)] {step}|to {places} (decimals|decimal|decimal places"
    "|decimal place|places|digits)]"
)

ROUND = Intent(
    "round",
    (
        f"round (that|it|this|the result|the answer|the total) [off|up|down] {_TO}",
        f"round (off|up|down) [that|it] {_TO}",
        f"[and] [what's|what is] [that|it] rounded [off|up|down] {_TO}",
        f"(round|what's|what is) {{number}} [rounded] [off|up|down] {_TO}",
    ),
    {
        "number": Slot("number"),
        "step": Slot(choices=tuple(_STEPS)),
        "places": Slot("number"),
    },
    pure=True,
    unless=r"^(?!.*\bround)",
)


def rounded(request: Request, last: str) -> tuple[Answer, str]:
    """The answer, and the number that it is; `last`: the result before, in digits.

    Raises SkillError where there is nothing to round.
    """
    number = request.get("number", Decimal)
    if number is None and not last:
        raise SkillError("I have not worked anything out yet.")
    before = number if number is not None else Decimal(last.replace("minus ", "-"))
    places = request.get("places", Decimal)
    if places is not None and not 0 <= places <= 9:
        raise SkillError("I can round to nine decimals at most.")
    step = _STEPS[request.get("step", str) or "one"]
    if places is not None:
        step = Decimal(1).scaleb(-int(places))
    way = ROUND_HALF_UP
    if found := re.search(r"\b(up|down)\b", request.text.lower()):
        way = ROUND_CEILING if found[1] == "up" else ROUND_FLOOR
    result = (before / step).to_integral_value(way) * step
    said = spoken_number(result)
    text = f"{spoken_number(before)} rounded is {said}"
    less = "minus " if result < 0 else ""
    return Answer(f"{text}.", Card("Rounded", (text,))), f"{less}{abs(result):f}"
