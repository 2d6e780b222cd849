"""When the seasons begin: equinoxes and solstices.

After J. Meeus, Astronomical Algorithms, 2nd edition, chapter 27 (tables 27.B and 27.C): right to a
minute or so between the years 1000 and 3000.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from math import cos, radians

_MEAN = {
    "march": (2451623.80984, 365242.37404, 0.05169, -0.00411, -0.00057),
    "june": (2451716.56767, 365241.62603, 0.00325, 0.00888, -0.00030),
    "september": (2451810.21715, 365242.01767, -0.11575, 0.00337, 0.00078),
    "december": (2451900.05952, 365242.74049, -0.06223, -0.00823, 0.00032),
}
"""Coefficients of the mean moment, a Julian day, by thousands of years since 2000."""
_PERIODIC = (
    (485, 324.96, 1934.136), (203, 337.23, 32964.467), (199, 342.08, 20.186),
    (182, 27.85, 445267.112), (156, 73.14, 45036.886), (136, 171.52, 22518.443),
    (77, 222.54, 65928.934), (74, 296.72, 3034.906), (70, 243.58, 9037.513),
    (58, 119.81, 33718.147), (52, 297.17, 150.678), (50, 21.02, 2281.226),
    (45, 247.54, 29929.562), (44, 325.15, 31555.956), (29, 60.93, 4443.417),
    (18, 155.12, 67555.328), (17, 288.79, 4562.452), (16, 198.04, 62894.029),
    (14, 199.76, 31436.921), (12, 95.39, 14577.848), (12, 287.11, 31931.756),
    (12, 320.81, 34777.259), (9, 227.73, 1222.114), (8, 15.45, 16859.074),
)  # fmt: skip
"""Amplitude in 0.00001 days, phase in degrees, degrees a century."""
_J2000 = 2451545.0
_EPOCH = datetime(2000, 1, 1, 12)
_DYNAMICAL = timedelta(seconds=70)
"""How far dynamical time is ahead of UTC, roughly, in these decades."""

SEASONS = {
    "spring equinox": "march", "vernal equinox": "march", "first day of spring": "march",
    "summer solstice": "june", "first day of summer": "june",
    "autumn equinox": "september", "autumnal equinox": "september", "fall equinox": "september",
    "first day of autumn": "september", "first day of fall": "september",
    "winter solstice": "december", "first day of winter": "december",
}  # fmt: skip
"""Names, as in the northern hemisphere, and the month that they are in."""


def season(name: str, year: int, zone: tzinfo | None) -> date:
    """The day of one of SEASONS, by the clocks of `zone`."""
    thousands = (year - 2000) / 1000
    mean = sum(one * thousands**power for power, one in enumerate(_MEAN[SEASONS[name]]))
    centuries = (mean - _J2000) / 36525
    anomaly = radians(35999.373 * centuries - 2.47)
    speed = 1 + 0.0334 * cos(anomaly) + 0.0007 * cos(2 * anomaly)
    shift = sum(a * cos(radians(b + c * centuries)) for a, b, c in _PERIODIC)
    days = mean + 0.00001 * shift / speed - _J2000
    moment = _EPOCH + timedelta(days=days) - _DYNAMICAL
    utc = moment.replace(tzinfo=UTC)
    return (utc.astimezone(zone) if zone is not None else utc).date()
