"""Converts measures with pint; money is not a measure, as its rates are not on the device."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from edge.errors import SkillError
from edge.reason.arithmetic import spoken_number
from edge.reason.skill import Answer, Card, Intent, Missing, Offer, Request, Services, Slot, Value
from edge.reason.skills.beside import MEASURED, WHY, beside
from edge.reason.skills.measures import (
    AND_PART,
    ARTICLE,
    OF_BETWEEN,
    PART,
    alike,
    convert,
    is_measure,
    is_unit,
    measure_of,
    other_unit,
    say,
    tells,
)
from edge.reason.skills.unit_names import unit_named
from edge.reason.words import numbers, whole_number

_DEGREES = {"degree_Fahrenheit": "celsius", "degree_Celsius": "fahrenheit"}
"""Of what bare degrees are, by what they are to become."""
_MEASURE = Slot("text", ask="How much of what?", fits=is_measure)
_UNIT = Slot("text", ask="Into which unit?", fits=is_unit)

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
    if into is not None and alike(measure, into["unit"]):
        return f"{measure} in {into['unit']}"
    said = amount["amount"] if amount is not None else ""
    before = numbers(measure)
    if len(before) == 1 and whole_number(said) is not None:
        said += measure[before[0].spans[0][1] :]
    is_amount = bool(numbers(said) or ARTICLE.match(said) or PART.match(said))
    return f"{said} in {unit}" if is_amount and alike(said, unit) else ""


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
            together=lambda words: tells(words["measure"], words["unit"]),
        ),
    ),
)
_NUMBER_IN = re.compile(r"(?P<number>.+?) (?:in|into|to|as) (?P<unit>[a-z ]+)", re.IGNORECASE)


def _number_in(words: str) -> tuple[Decimal, Any] | None:
    """The number, and the unit that it is to be in: "minus 40 in celsius"; else None."""
    found = _NUMBER_IN.fullmatch(words)
    number = whole_number(found["number"]) if found is not None else None
    unit = unit_named(found["unit"]) if found is not None and number is not None else None
    # "0.5 in percent" is no measure.
    return None if number is None or unit is None or unit.dimensionless else (number, unit)


BARE = Intent(
    "bare",
    ("(what is|what's|how much is|how many is|convert|change) {bare}", "{bare}"),
    {
        "bare": Slot(fits=lambda words: _number_in(words) is not None),
        "of": Slot(fits=is_unit),
    },
    pure=True,
)
"""A number without its unit, which is asked for where it is not clear."""
OTHER = Intent(
    "other",
    (
        "how (tall|long|high|heavy|far|big|hot|cold|fast|warm|wide|deep|large|much) is {measure}",
        "(what is|what's) {measure} (in the other|in other units|converted)",
    ),
    {"measure": Slot(fits=lambda words: other_unit(words) is not None)},
    pure=True,
)
"""How much something is, by the measure that is used elsewhere."""
COMPARE = Intent(
    "compare",
    (
        "(is|are) {measure} (more|less|longer|shorter|heavier|lighter|bigger|smaller|larger|hotter"
        "|colder|warmer|cooler|further|farther|faster|slower|taller|higher) than {other}",
        "(which|what) is (more|less|longer|shorter|heavier|lighter|bigger|smaller|larger|hotter"
        "|colder|warmer|further|farther|faster|slower) {measure} or {other}",
    ),
    {"measure": Slot(fits=is_measure), "other": Slot(fits=is_measure)},
    pure=True,
)


class Units:
    """Answers from pint's registry of units."""

    name = "units"
    about = "convert units of measure"
    intents = beside((*INTENTS, BARE, OTHER, COMPARE), WHY, MEASURED)

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        if request.intent == "bare":
            return _of_what(request)
        if request.intent == "compare":
            return _compared(request)
        measure = measure_of(request.need("measure", str))
        target = unit_named(
            request.get("unit", str) or other_unit(request.need("measure", str)) or ""
        )
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
            whole = len(numbers(said)) <= 1 and not PART.search(said) and not AND_PART.search(said)
            told = say(amount, unit) if whole else OF_BETWEEN.sub("", said)
            text = f"{told} is {say(convert(amount, unit, target), target)}."
        return Answer(text, Card("Conversion", (text.rstrip("."),)))


def _of_what(request: Request) -> Answer:
    """A number in a unit: degrees are of the other scale, of what else is asked."""
    bare = _number_in(request.need("bare", str))
    assert bare is not None
    number, target = bare
    said = request.get("of", str) or _DEGREES.get(f"{target}")
    if said is None:
        raise Missing("of", f"{spoken_number(number)} of what?")
    unit = unit_named(said)
    if unit is None:
        raise SkillError("I don't know that unit.")
    text = f"{say(number, unit)} is {say(convert(number, unit, target), target)}."
    return Answer(text, Card("Conversion", (text.rstrip("."),)))


def _compared(request: Request) -> Answer:
    """Which of two measures is more, and what the other is in its unit."""
    one, other = (measure_of(request.need(name, str)) for name in ("measure", "other"))
    if one is None or other is None:
        raise SkillError("I don't know that unit.")
    there = convert(*other, one[1])
    way = "the same as" if one[0] == there else "more than" if one[0] > there else "less than"
    text = f"{say(*one)} is {way} {say(*other)}"
    if way != "the same as" and one[1] != other[1]:
        text += f", which is {say(there, one[1])}"
    return Answer(f"{text}.", Card("Conversion", (text,)))
