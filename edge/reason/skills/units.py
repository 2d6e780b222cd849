"""Converts measures with pint; money is not a measure, as its rates are not on the device."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from edge.errors import SkillError
from edge.reason.arithmetic import spoken_number
from edge.reason.skill import Answer, Card, Intent, Missing, Offer, Request, Services, Slot, Value
from edge.reason.skills.beside import MEASURED, WHY, beside
from edge.reason.skills.unit_names import POWERS, registry, unit_named
from edge.reason.words import Found, numbers, whole_number

_NAMES = {"degree_Celsius": "degrees Celsius", "degree_Fahrenheit": "degrees Fahrenheit"}
_DEGREES = {"degree_Fahrenheit": "celsius", "degree_Celsius": "fahrenheit"}
"""Of what bare degrees are, by what they are to become."""
_CONTEXT_ERRORS = "Those are not measures of the same kind."


def is_measure(words: str) -> bool:
    """Whether `words` are an amount of a unit, or just a unit: "10 kilos", "an inch"."""
    return _measure(words) is not None


def is_unit(words: str) -> bool:
    """Whether `words` name a unit."""
    return unit_named(words) is not None


_MEASURE = Slot("text", ask="How much of what?", fits=is_measure)
_UNIT = Slot("text", ask="Into which unit?", fits=is_unit)

_ARTICLE = re.compile(r"^(?:an?|one|the)\s+", re.IGNORECASE)
_INTO = re.compile(
    r"(?:(?:and|or|what about|how about|what is that|what's that|what is it|what's it) )*"
    r"(?:(?:in|to|into|as) )?(?:how many )?(?P<unit>[a-z /]+?)(?: (?:is|are) (?:that|it|those))?",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:(?:and|or|what about|how about|how many(?: are)?|how much is|what is|what's|in) )*"
    r"(?P<amount>.+)",
    re.IGNORECASE,
)


def _then(text: str, slots: Mapping[str, Value]) -> str:
    """After a conversion: "and in kelvin?", "what about three pounds?", "and 400?"."""
    if not {"measure", "unit"} <= set(slots):
        return ""
    measure, unit = slots["measure"].said, slots["unit"].said
    into, amount = _INTO.fullmatch(text), _AMOUNT.fullmatch(text)
    if into is not None and _alike(measure, into["unit"]):
        return f"{measure} in {into['unit']}"
    said = amount["amount"] if amount is not None else ""
    before = numbers(measure)
    if len(before) == 1 and whole_number(said) is not None:
        said += measure[before[0].spans[0][1] :]
    is_amount = bool(numbers(said) or _ARTICLE.match(said) or _PART.match(said))
    return f"{said} in {unit}" if is_amount and _alike(said, unit) else ""


_BOTH_UNITS = re.compile(
    r"(?P<start>.+ )(?P<link>in|to|into) (?P<one>[a-z ]+?),? and (?:(?:in|to|into) )?"
    r"(?P<other>[a-z ]+?)[?.!\s]*",
    re.IGNORECASE,
)
_BOTH_MEASURES = re.compile(
    r"(?P<start>.+ (?:in|is|are)) (?P<one>an? [a-z ]+?) and (?:in )?"
    r"(?P<other>an? [a-z ]+?)[?.!\s]*",
    re.IGNORECASE,
)


def _each(text: str, _now: datetime) -> list[str]:
    """A question for each of two units, or of two measures: "in pounds and in stone"."""
    units, amounts = _BOTH_UNITS.fullmatch(text), _BOTH_MEASURES.fullmatch(text)
    if units is not None and is_unit(units["one"]) and is_unit(units["other"]):
        return [f"{units['start']}{units['link']} {units[name]}" for name in ("one", "other")]
    if amounts is not None and is_measure(amounts["one"]) and is_measure(amounts["other"]):
        return [f"{amounts['start']} {amounts[name]}" for name in ("one", "other")]
    return []


INTENTS = (
    Intent(
        "convert",
        (
            "how many {unit} (are|is|were|was) [there] (in|per) {measure}",
            "how many {unit} [will|would|do|does|go|can|could|to|in|into|for] [make|equal|fit|fill]"
            " [up] [in|into] {measure}",
            "how many {unit} (is|are|equal|equals|make|in) {measure}",
            "how many {unit} (does|do) {measure} (have|make|equal|contain|weigh|hold)",
            "[how (do|can|could|would) (i|you|we)] (convert|change) [from] {measure}"
            " (to|into|in) {unit}",
            "(what is|what's|how much is) {measure} (in|into|to|as) {unit}",
            "how (tall|long|high|heavy|far|big|hot|cold|fast|warm|wide|deep|large|much) is"
            " {measure} (in|into) {unit}",
            "{measure} (in|to|into|as|equals how many|is how many|equal how many) {unit}",
            "(what is|what's) the conversion (from|of|between) {measure} (to|into|and|in) {unit}",
            "i (need|want) the conversion (from|of|between) {measure} (to|into|and|in) {unit}",
        ),
        {"measure": _MEASURE, "unit": _UNIT},
        pure=True,
        then=_then,
        several=_each,
        offer=Offer(
            "convert_measure",
            "Convert a measure into another unit",
            {"measure": "the number with its unit", "unit": "the unit that is wanted"},
            together=lambda words: _tells(words["measure"], words["unit"]),
        ),
    ),
)
BARE = Intent(
    "bare",
    (
        "(what is|what's|how much is|how many is|convert|change) {number} (in|into|to|as) {unit}",
        "{number} (in|into|to|as) {unit}",
    ),
    {
        "number": Slot("number"),
        "unit": replace(_UNIT, ask=""),
        "of": Slot(fits=is_unit),
    },
    pure=True,
)
"""A number without its unit, which is asked for where it is not clear."""
_OF_BETWEEN = re.compile(r"^(?:from|between|of)\s+", re.IGNORECASE)


class Units:
    """Answers from pint's registry of units."""

    name = "units"
    about = "convert units of measure"
    intents = beside((*INTENTS, BARE), WHY, MEASURED)

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        if request.intent == "bare":
            return _of_what(request)
        measure = _measure(request.need("measure", str))
        target = unit_named(request.need("unit", str))
        if measure is None or target is None:
            raise SkillError("I don't know that unit.")
        amount, unit = measure
        if f"{unit}" == "degree" and (of := _DEGREES.get(f"{target}")):
            unit = unit_named(of)
        if amount == 1 and (f"{unit}", f"{target}") == ("year", "day"):
            # pint's year is the astronomers': 365.25 days.
            text = "A year has 365 days, and a leap year 366."
        else:
            # "5 foot 11" is not told as 5.92 feet, nor a third of a cup as 0.3333 cups.
            said = request.need("measure", str)
            whole = (
                len(numbers(said)) <= 1 and not _PART.search(said) and not _AND_PART.search(said)
            )
            told = _say(amount, unit) if whole else _OF_BETWEEN.sub("", said)
            text = f"{told} is {_say(convert(amount, unit, target), target)}."
        return Answer(text, Card("Conversion", (text.rstrip("."),)))


def _of_what(request: Request) -> Answer:
    """A number in a unit: degrees are of the other scale, of what else is asked."""
    number, target = request.need("number", Decimal), unit_named(request.need("unit", str))
    said = request.get("of", str) or _DEGREES.get(f"{target}")
    if said is None:
        raise Missing("of", f"{spoken_number(number)} of what?")
    unit = unit_named(said)
    if unit is None or target is None:
        raise SkillError("I don't know that unit.")
    text = f"{_say(number, unit)} is {_say(convert(number, unit, target), target)}."
    return Answer(text, Card("Conversion", (text.rstrip("."),)))


def convert(amount: Decimal, unit: Any, target: Any) -> Decimal:
    """`amount` of pint's `unit` in `target`. Raises SkillError where they measure other things."""
    import pint

    quantity = registry().Quantity(float(amount), unit)
    try:
        value = quantity.to(target).magnitude
    except pint.DimensionalityError:
        fluid = _as_fluid(quantity, target)
        if fluid is None:
            raise SkillError(_CONTEXT_ERRORS) from None
        value = fluid
    return Decimal(f"{value:.10g}")


def _as_fluid(quantity: Any, target: Any) -> float | None:
    """Ounces are fluid ones where the other unit is a volume."""
    known = registry()
    volume, ounce = known.cup.dimensionality, known.ounce
    if quantity.units == ounce and target.dimensionality == volume:
        return float(known.Quantity(quantity.magnitude, known.fluid_ounce).to(target).magnitude)
    if target == ounce and quantity.dimensionality == volume:
        return float(quantity.to(known.fluid_ounce).magnitude)
    return None


def _measure(said: str) -> tuple[Decimal, Any] | None:
    said = _OF_BETWEEN.sub("", said.strip())
    if part := _PART.fullmatch(said):
        unit = unit_named(part["unit"])
        return None if unit is None else (_share(part), unit)
    if more := _AND_PART.fullmatch(said):
        whole = _measure(more["whole"])
        return None if whole is None else (whole[0] + _share(more), whole[1])
    found = numbers(said)
    if len(found) == 2:
        return _two_units(said, *found)
    if len(found) > 1:
        return None
    if not found:
        unit = unit_named(_ARTICLE.sub("", said))
        return None if unit is None else (Decimal(1), unit)
    start, end = found[0].spans[0]
    if said[:start].strip():
        return None
    unit = unit_named(said[end:].strip(" -"))
    return None if unit is None else (found[0].value, unit)


_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "eighth": 8, "tenth": 10}
_COUNTS = {"": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "five": 5, "seven": 7}
_SHARE = (
    rf"(?:(?P<count>{'|'.join(filter(None, _COUNTS))})\s+)?(?P<part>{'|'.join(_PARTS)})s?"
    r"|(?P<over>\d+)\s?/\s?(?P<under>[1-9]\d*)"
)
_PART = re.compile(rf"(?:{_SHARE})(?:\s+of)?(?:\s+(?:an?|the|one))?\s+(?P<unit>\D+)", re.IGNORECASE)
"""Three quarters of a pound; half an inch; 3/4 cup."""
_AND_PART = re.compile(rf"(?P<whole>.*[a-z]{{2}})\s+and\s+(?:{_SHARE})", re.IGNORECASE)
"""A pound and a half."""


def _share(match: re.Match[str]) -> Decimal:
    """What a match of `_SHARE` says."""
    if match["over"]:
        return Decimal(match["over"]) / Decimal(match["under"])
    part = match["part"].lower()
    return Decimal(_COUNTS[(match["count"] or "").lower()]) / _PARTS[part]


def _two_units(
    said: str, first: Found[Decimal], second: Found[Decimal]
) -> tuple[Decimal, Any] | None:
    """Five foot eleven; three pounds and four ounces: in the first unit."""
    (start, end), (again, last) = first.spans[0], second.spans[0]
    large = unit_named(re.sub(r"\s*\band$", "", said[end:again].strip(" -")))
    name = said[last:].strip(" -") or {"foot": "inch"}.get(f"{large}", "")
    small = unit_named(name)
    if said[:start].strip() or large is None or small is None:
        return None
    if large.dimensionality != small.dimensionality or large == small:
        return None
    return first.value + convert(second.value, small, large), large


def _alike(measure: str, unit: str) -> bool:
    """Whether the one can be converted into the other."""
    one, other = _measure(measure), unit_named(unit)
    try:
        return one is not None and other is not None and bool(convert(*one, other))
    except SkillError:
        return False


def _tells(measure: str, unit: str) -> bool:
    """Whether it is an amount, and another unit of the same kind."""
    one, other = _measure(measure), unit_named(unit)
    if one is None or other is None or not (numbers(measure) or re.match(r"an?\b|half", measure)):
        return False
    return bool(one[1] != other and one[1].dimensionality == other.dimensionality)


def _say(amount: Decimal, unit: Any) -> str:
    text = f"{unit}"
    text = text.replace(" / ", " per ").replace(" ** 2", "").replace(" ** 3", "")
    for prefix, exponent in POWERS:
        if f"** {exponent}" in f"{unit}" and "/" not in f"{unit}":
            text = prefix + text
    text = _NAMES.get(text, text.replace("_", " "))
    if amount != 1 and not text.startswith("degrees"):
        first, per, rest = text.partition(" per ")
        first = {"foot": "feet", "inch": "inches", "square foot": "square feet"}.get(first, first)
        plural = first if first.endswith(("s", "feet", "hertz", "kelvin")) else f"{first}s"
        text = plural + per + rest
    # As precisely as somebody would say it.
    places = 1 if text.startswith("degrees") else 2 if abs(amount) >= 1 else 4
    return f"{spoken_number(round(amount, places))} {text}"


def warm() -> None:
    """Load the registry: a quarter of a second, once."""
    unit_named("meter")
