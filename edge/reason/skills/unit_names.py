"""What units of measure are called, as people say and write them; pint knows the units."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_SPOKEN = {
    "kilo": "kilogram",
    "kilos": "kilogram",
    "c": "degC",
    "f": "degF",
    "celsius": "degC",
    "centigrade": "degC",
    "fahrenheit": "degF",
    "kelvin": "kelvin",
    "degrees celsius": "degC",
    "degrees centigrade": "degC",
    "degrees fahrenheit": "degF",
    "degrees c": "degC",
    "degrees f": "degF",
    "feet": "foot",
    "inches": "inch",
    "ounce": "ounce",
    "fluid ounce": "fluid_ounce",
    "fluid ounces": "fluid_ounce",
    "lbs": "pound",
    "lb": "pound",
    "stones": "stone",
    "tbsp": "tablespoon",
    "tsp": "teaspoon",
    "miles per hour": "mile / hour",
    "mph": "mile / hour",
    "kilometers per hour": "kilometer / hour",
    "kilometres per hour": "kilometer / hour",
    "kph": "kilometer / hour",
    "kmh": "kilometer / hour",
    "kmph": "kilometer / hour",
    "meters per second": "meter / second",
    "knots": "knot",
    "nautical miles": "nautical_mile",
    "cc": "cm ** 3",
    "metric tons": "tonne",
    "metric ton": "tonne",
    "tons": "ton",
    "light years": "light_year",
    "megabytes": "megabyte",
    "gigabytes": "gigabyte",
    "gig": "gigabyte",
    "gigs": "gigabyte",
    "calories": "kilocalorie",
    "horsepower": "horsepower",
}
POWERS = (("square ", 2), ("cubic ", 3))
_NOT_UNITS = frozenset(
    ("a", "i", "in", "is", "it", "at", "us", "an", "the", "of", "to", "me", "my", "so", "be", "do")
) | {"go", "if", "or", "as", "no", "up", "t", "s"}
_RATE = re.compile(r"(?P<one>[a-z ]+?) (?:an?|each|every) (?P<time>hour|minute|second|day)")
"""Sixty miles an hour."""


@cache
def unit_named(said: str) -> Any | None:
    """pint's unit of that name, or None."""
    import pint

    name = " ".join(said.lower().replace("-", " ").split()).removeprefix("of ")
    if (rate := _RATE.fullmatch(name)) and (one := unit_named(rate["one"])) is not None:
        return registry().Unit(f"({one}) / {rate['time']}")
    power = 1
    for prefix, exponent in POWERS:
        if name.startswith(prefix):
            name, power = name.removeprefix(prefix), exponent
    name = _SPOKEN.get(name, name)
    # In a longer one pint would look for prefixes at each letter.
    if name in _NOT_UNITS or not re.fullmatch(r"[a-zA-Z_ /*0-9]{1,60}", name):
        return None
    if " " in name and "/" not in name and "*" not in name:
        name = name.replace(" ", "_")
    for form in (name, name.replace("metre", "meter").replace("litre", "liter")):
        try:
            return registry().Unit(f"({form}) ** {power}" if power > 1 else form)
        except (pint.UndefinedUnitError, AttributeError, ValueError, TypeError, AssertionError):
            continue
    return None


@cache
def registry() -> Any:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
