"""Measures: an amount of a unit, as people say it, and in another unit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from edge.errors import SkillError
from edge.reason.arithmetic import spoken_number
from edge.reason.skills.unit_names import POWERS, registry, unit_named
from edge.reason.words import Found, numbers

_NAMES = {"degree_Celsius": "degrees Celsius", "degree_Fahrenheit": "degrees Fahrenheit"}
_CONTEXT_ERRORS = "Those are not measures of the same kind."
_OTHERS = {
    "degree_Celsius": "fahrenheit", "degree_Fahrenheit": "celsius", "kilogram": "pounds",
    "pound": "kilograms", "gram": "ounces", "ounce": "grams", "kilometer": "miles",
    "mile": "kilometers", "meter": "feet", "foot": "meters", "centimeter": "inches",
    "inch": "centimeters", "liter": "gallons", "gallon": "liters", "yard": "meters",
    "stone": "kilograms", "kilometer / hour": "miles per hour",
    "mile / hour": "kilometers per hour",
}  # fmt: skip
OF_BETWEEN = re.compile(r"^(?:from|between|of)\s+", re.IGNORECASE)
ARTICLE = re.compile(r"^(?:an?|one|the)\s+", re.IGNORECASE)


def is_measure(words: str) -> bool:
    """Whether `words` are an amount of a unit, or just a unit: "10 kilos", "an inch"."""
    return measure_of(words) is not None


def is_unit(words: str) -> bool:
    """Whether `words` name a unit."""
    return unit_named(words) is not None


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


def measure_of(said: str) -> tuple[Decimal, Any] | None:
    """How much of what `said` is; None where it is no measure."""
    said = OF_BETWEEN.sub("", said.strip())
    if part := PART.fullmatch(said):
        unit = unit_named(part["unit"])
        return None if unit is None else (_share(part), unit)
    if more := AND_PART.fullmatch(said):
        whole = measure_of(more["whole"])
        return None if whole is None else (whole[0] + _share(more), whole[1])
    found = numbers(said)
    if len(found) == 2:
        return _two_units(said, *found)
    if len(found) > 1:
        return None
    if not found:
        unit = unit_named(ARTICLE.sub("", said))
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
PART = re.compile(rf"(?:{_SHARE})(?:\s+of)?(?:\s+(?:an?|the|one))?\s+(?P<unit>\D+)", re.IGNORECASE)
"""Three quarters of a pound; half an inch; 3/4 cup."""
AND_PART = re.compile(rf"(?P<whole>.*[a-z]{{2}})\s+and\s+(?:{_SHARE})", re.IGNORECASE)
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


def other_unit(measure: str) -> str | None:
    """The unit in which others would say it; None for what has no number, or no such unit."""
    found = measure_of(measure) if numbers(measure) else None
    return _OTHERS.get(f"{found[1]}") if found is not None else None


def alike(measure: str, unit: str) -> bool:
    """Whether the one can be converted into the other."""
    one, other = measure_of(measure), unit_named(unit)
    try:
        return one is not None and other is not None and bool(convert(*one, other))
    except SkillError:
        return False


def tells(measure: str, unit: str) -> bool:
    """Whether it is an amount, and another unit of the same kind."""
    one, other = measure_of(measure), unit_named(unit)
    if one is None or other is None or not (numbers(measure) or re.match(r"an?\b|half", measure)):
        return False
    return bool(one[1] != other and one[1].dimensionality == other.dimensionality)


def say(amount: Decimal, unit: Any) -> str:
    """A measure as it is spoken."""
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
    if not amount.is_finite():
        raise SkillError("That comes to no number.")
    places = 1 if text.startswith("degrees") else 2 if abs(amount) >= 1 else 4
    return f"{spoken_number(round(amount, places))} {text}"


def warm() -> None:
    """Load the registry: a quarter of a second, once."""
    unit_named("meter")
