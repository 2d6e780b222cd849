"""The weather, from a provider that the wearer has allowed; without one it says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, runtime_checkable

from edge.card import Card, Day, Days
from edge.errors import EdgeError
from edge.reason.places import Place
from edge.reason.skill import Answer, Missing, Request, Services
from edge.reason.skills.beside import (
    DELIVERED,
    ENJOYED,
    EXPLAINED,
    INDOORS,
    MEANT,
    PART_NOW,
    PAST,
    SENT,
    TRIVIA,
    WHO,
    beside,
)  # fmt: skip
from edge.reason.skills.weather_phrases import INTENTS
from edge.reason.when import When
from edge.remind import spoken

OFFLINE = "I'm offline, so I can't see the weather."


@dataclass(frozen=True, slots=True)
class Forecast:
    """The weather of one day at one place."""

    day: date
    summary: str
    """As it is spoken: light rain."""
    low: float
    """Degrees Celsius."""
    high: float
    """Degrees Celsius."""
    rain: float
    """Chance of rain or snow, 0 to 1."""
    wind: float | None = None
    """The strongest wind, kilometers an hour; None: not known."""


class WeatherUnavailable(EdgeError):
    """The provider cannot be asked: no network, or no consent."""


class NotAgreed(WeatherUnavailable):
    """The wearer has to be asked first; the sentence is the question."""


@runtime_checkable
class WeatherProvider(Protocol):
    """Where forecasts come from. It sees to consent itself, before anything leaves the device."""

    async def forecast(
        self, place: Place | None, first: date, last: date, *, agreed: bool = False
    ) -> list[Forecast]:
        """One for each day from `first` to `last`; `place` None: where the wearer is.

        `agreed`: the wearer has just said yes. Raises NotAgreed where they have to be asked, or
        WeatherUnavailable with a sentence for them.
        """


class Weather:
    """Asks the provider, if there is one."""

    name = "weather"
    about = "tell the weather when you let me go online"
    intents = beside(
        INTENTS, EXPLAINED, MEANT, WHO, PAST, PART_NOW, ENJOYED, TRIVIA, INDOORS, DELIVERED, SENT
    )

    def __init__(self, services: Services) -> None:
        self._provider = services.find(WeatherProvider)  # type: ignore[type-abstract]

    async def handle(self, request: Request) -> Answer:
        if self._provider is None:
            return Answer(OFFLINE)
        place, when = request.get("place", Place), request.get("when", When)
        today = request.now.date()
        first = when.day if when and when.day else today
        last = when.until if when and when.until else first
        if when is None and (_WHEN.search(request.text) or _LONG.search(request.text)):
            last = first + _WEEK
        if first < today or (last - today).days > 15:
            return Answer("I can only see the weather from today to two weeks ahead.")
        agreed = request.get("agreed", bool)
        if agreed is False:
            return Answer("Okay, I won't look.")
        try:
            days = await self._provider.forecast(place, first, last, agreed=bool(agreed))
        except NotAgreed as error:
            raise Missing("agreed", str(error)) from None
        except WeatherUnavailable as error:
            return Answer(str(error))
        if not days:
            return Answer("There is no forecast for that.")
        said = f"{request.text} {request.get('about', str) or ''}".lower()
        return _tell(days, place, today, said, tonight=when is not None and when.part == "night")


def _tell(
    days: list[Forecast], place: Place | None, today: date, said: str, *, tonight: bool
) -> Answer:
    where = f" in {place.name}" if place else ""
    lines = tuple(
        f"{d.day:%a}: {d.summary}, {d.low:.0f} to {d.high:.0f}, {d.rain:.0%}" for d in days
    )
    shown = tuple(Day(d.day.isoformat(), d.summary, d.low, d.high, d.rain) for d in days)
    card = Card(f"Weather{where}", lines, "weather", Days(shown))
    names = [_named(one, today, tonight=tonight) for one in days]
    first = _asked(days, names, said)
    if _WHEN.search(said):
        first = first.removeprefix("Yes, ")
        first = first[:1].upper() + first[1:]
    if len(days) == 1:
        return Answer(f"{first}{names[0]}{where}: {_sky(days[0])}.", card)
    if len(days) <= AT_ONCE:
        each = "; ".join(f"{name}: {_sky(d)}" for name, d in zip(names, days, strict=True))
        return Answer(f"{first}{each[0].upper()}{each[1:]}{where}.", card)
    low, high = min(d.low for d in days), max(d.high for d in days)
    wet = [f"{d.day:%A}" for d in days if d.rain >= LIKELY]
    rain = f", rain likely on {' and '.join(wet)}" if wet else ", and little rain"
    return Answer(f"{first}Between {low:.0f} and {high:.0f} degrees{where}{rain}.", card)


_WHEN = re.compile(r"^(?:(?:please|can you|tell me|do you know|so|and) )*when\b", re.IGNORECASE)
"""On which day it will be so is asked of the week that comes."""
_LONG = re.compile(r"\b(?:weekly|extended|long[- ](?:range|term))\b", re.IGNORECASE)
"""Kinds of forecasts that are of more than a day."""
_WEEK = timedelta(days=6)
AT_ONCE = 3
"""Days that are told one by one."""
LIKELY, POSSIBLE = 0.5, 0.2
"""Chances of rain from which it is likely, and from which it is worth a word."""
WINDY = 29.0
"""Kilometers an hour from which it is windy: a fresh breeze, 5 on the Beaufort scale (World
Meteorological Organization, Manual on Codes, table 1100)."""
COAT, JACKET = 10.0, 18.0
"""Highest degrees Celsius for which a coat, and a jacket, is advised: our own judgement."""


def _named(one: Forecast, today: date, *, tonight: bool) -> str:
    if one.day == today and tonight:
        return "Tonight"
    return {0: "Today", 1: "Tomorrow"}.get((one.day - today).days, f"{one.day:%A}")


def _sky(one: Forecast) -> str:
    rain = f", with a {one.rain:.0%} chance of rain" if one.rain >= POSSIBLE else ""
    return f"{one.summary}, {one.low:.0f} to {one.high:.0f} degrees{rain}"


def _asked(days: list[Forecast], names: list[str], said: str) -> str:
    """The answer to what was asked in particular, with a space behind it; empty: nothing was."""
    about = next((name for name, pattern in _ABOUTS if pattern.search(said)), "")
    wet = [d for d in days if d.rain >= LIKELY]
    most = max(d.rain for d in days)
    low, high = min(d.low for d in days), max(d.high for d in days)
    many = len(days) > 1
    if about == "snow":
        snow = [d for d in days if "snow" in d.summary]
        return f"Yes, snow{_on(snow, many)}. " if snow else "No snow. "
    if about in ("umbrella", "rain"):
        what = "you won't need one" if about == "umbrella" else "hardly"
        take = "take one" if about == "umbrella" else "rain is likely"
        if wet:
            return f"Yes, {take}{_on(wet, many)}. "
        return "Perhaps. " if most >= POSSIBLE else f"No, {what}. "
    if about == "wind":
        known = [d.wind for d in days if d.wind is not None]
        if not known:
            return "I don't know about the wind. "
        strong = max(known)
        how = "Yes, windy" if strong >= WINDY else "Not much wind"
        return f"{how}: up to {strong:.0f} kilometers an hour. "
    if about in ("coat", "jacket"):
        warm = COAT if about == "coat" else JACKET
        return "Yes, I'd take one. " if low < warm - 5 or high < warm or wet else "No need. "
    if about == "sun":
        bright = [d for d in days if "clear" in d.summary or "sun" in d.summary]
        return f"Yes, mostly clear{_on(bright, many)}. " if bright else "Not much sun. "
    return ""


def _on(days: list[Forecast], many: bool) -> str:
    return f" on {spoken.several([f'{d.day:%A}' for d in days])}" if many else ""


_ABOUTS = tuple(
    (name, re.compile(rf"\b(?:{words})\b"))
    for name, words in (
        ("snow", r"snow\w*|blizzards?"),
        ("umbrella", r"umbrella|rain ?coat|rain boots"),
        ("rain", r"rain\w*|drizzl\w*|pour\w*|wet|dry|showers?|precipitation|thunderstorms?"),
        ("wind", r"wind|windy|breez\w+|storm\w*|gust\w*|wind speed"),
        ("coat", "coat|gloves|scarf|mittens|boots"),
        ("jacket", "jacket|sweater|hoodie|long sleeves"),
        ("sun", "sun|sunny|sunglasses|sunscreen|sunblock|clear"),
    )
)
"""What a question may be about in particular, the first that is found."""
