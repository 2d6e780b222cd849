"""Forecasts from Open-Meteo, through the gate (https://open-meteo.com/en/docs).

Where a place lies is known here; what leaves are its coordinates to a tenth of a degree (some
eleven kilometres) and the days.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from edge.reason.places import Place, find_place
from edge.reason.skills.weather import OFFLINE, Forecast, NotAgreed, WeatherUnavailable
from edge.trust.gate import Gate, Plan, Refused
from edge.trust.wire import Outbound, WireError

RECIPIENT = "Open-Meteo"
URL = "https://api.open-meteo.com/v1/forecast"
_LONGEST = 200_000
_DAILY = (
    "weather_code",
    "temperature_2m_min",
    "temperature_2m_max",
    "precipitation_probability_max",
    "wind_speed_10m_max",
)
# WMO code table 4677, as far as Open-Meteo uses it.
_SKY = {
    0: "clear sky", 1: "mostly clear", 2: "partly cloudy", 3: "overcast", 45: "fog", 48: "icy fog",
    51: "light drizzle", 53: "drizzle", 55: "heavy drizzle", 56: "freezing drizzle",
    57: "freezing drizzle", 61: "light rain", 63: "rain", 65: "heavy rain", 66: "freezing rain",
    67: "freezing rain", 71: "light snow", 73: "snow", 75: "heavy snow", 77: "snow grains",
    80: "light showers", 81: "showers", 82: "heavy showers", 85: "snow showers",
    86: "heavy snow showers", 95: "thunderstorms", 96: "thunderstorms with hail",
    99: "thunderstorms with hail",
}  # fmt: skip


@dataclass(slots=True)
class OpenMeteo:
    """A `WeatherProvider`."""

    gate: Gate
    home: str = ""
    """Where the wearer is, if no place is said."""
    url: str = URL

    async def forecast(
        self, place: Place | None, first: date, last: date, *, agreed: bool = False
    ) -> list[Forecast]:
        """See `WeatherProvider`."""
        where = place or find_place(self.home)
        if where is None or where.latitude is None or where.longitude is None:
            name = place.name if place else self.home
            raise WeatherUnavailable(
                f"I don't know where {name} is." if name else "Say for which place you want it."
            )
        days = f"{first:%A}" if first == last else f"{first:%A} to {last:%A}"
        plan = Plan(RECIPIENT, "weather", f"the weather in {where.name} on {days}")
        query = {
            "latitude": f"{where.latitude:.1f}",
            "longitude": f"{where.longitude:.1f}",
            "daily": ",".join(_DAILY),
            "timezone": where.zone,
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
        }
        url = f"{self.url}?{urlencode(query, safe=',/')}"
        outbound = Outbound("GET", url, max_bytes=_LONGEST, connect_s=5, idle_s=8)
        try:
            permit = await self.gate.permit(plan, agreed=agreed)
            async with self.gate.open(permit, outbound) as reply:
                status = reply.status
                content = b"".join([piece async for piece in reply.pieces()])
        except Refused as error:
            if error.reason == "ask":
                raise NotAgreed(str(error)) from None
            raise WeatherUnavailable(OFFLINE if error.reason == "offline" else str(error)) from None
        except WireError as error:
            raise WeatherUnavailable(f"I can't see the weather. {error}") from None
        if status != 200:
            raise WeatherUnavailable(f"I can't see the weather. {RECIPIENT} says {status}.")
        return _read(content)


def _read(content: bytes) -> list[Forecast]:
    """What the answer says; days without numbers are left out.

    Raises WeatherUnavailable for anything else: whoever answers may write what they like.
    """
    try:
        daily = json.loads(content)["daily"]
        rows = zip(daily["time"], *(daily[name] for name in _DAILY), strict=True)
        return [one for row in rows if (one := _day(*row)) is not None]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WeatherUnavailable(
            f"I can't see the weather. {RECIPIENT} did not answer with a forecast."
        ) from None


def _day(day: Any, code: Any, low: Any, high: Any, rain: Any, wind: Any) -> Forecast | None:
    if low is None or high is None:
        return None
    low, high, chance = float(low), float(high), float(rain or 0) / 100
    if not (math.isfinite(low) and math.isfinite(high) and 0 <= chance <= 1):
        raise ValueError
    speed = None if wind is None else float(wind)
    if speed is not None and not 0 <= speed < 1000:
        raise ValueError
    return Forecast(date.fromisoformat(day), _sky(_SKY, code), low, high, chance, speed)


def _sky(table: Mapping[int, str], code: Any) -> str:
    return table.get(int(code), "mixed weather") if code is not None else "mixed weather"
