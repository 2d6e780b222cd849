"""Cities, countries and US states with their time zones, from a table that ships with the package.

tools/make_places.py makes it; names, positions and zones are GeoNames' (https://www.geonames.org,
CC BY 4.0).
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

from edge.reason.words import whole_number


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on Earth, or a time zone."""

    name: str
    """As it is spoken: `Paris`, `Orlando, Florida`."""
    zone: str
    """IANA time zone; a country with several has its capital's."""
    latitude: float | None = None
    """Degrees north; None for a mere time zone."""
    longitude: float | None = None
    """Degrees east."""


HERE = Place("here", "")
"""Where the wearer is, in words of their own: "my city", "this time zone"."""

_ALIASES = {
    "new york": "new york city",
    "nyc": "new york city",
    "big apple": "new york city",
    "la": "los angeles",
    "l a": "los angeles",
    "vegas": "las vegas",
    "dc": "washington",
    "washington dc": "washington",
    "washington d c": "washington",
    "philly": "philadelphia",
    "frisco": "san francisco",
    "sf": "san francisco",
    "s f": "san francisco",
    "n y": "new york city",
    "ny city": "new york city",
    "n y c": "new york city",
    "bombay": "mumbai",
    "bangalore": "bengaluru",
    "calcutta": "kolkata",
    "saigon": "ho chi minh city",
    "kiev": "kyiv",
    "the hague": "the hague",
    "us": "united states",
    "usa": "united states",
    "u s": "united states",
    "u s a": "united states",
    "america": "united states",
    "states": "united states",
    "uk": "united kingdom",
    "u k": "united kingdom",
    "britain": "united kingdom",
    "great britain": "united kingdom",
    "england": "united kingdom",
    "scotland": "edinburgh",
    "wales": "cardiff",
    "northern ireland": "belfast",
    "holland": "netherlands",
    "czech republic": "czechia",
    "korea": "south korea",
    "uae": "united arab emirates",
    "emirates": "united arab emirates",
    "hawaii": "honolulu",
    "brooklyn": "new york city",
    "manhattan": "new york city",
    "long island": "new york city",
    "zurich": "zurich",
    "kerala": "kochi",
    "tamil nadu": "chennai",
    "karnataka": "bengaluru",
    "gujarat": "ahmedabad",
    "punjab": "lahore",
    "madras": "chennai",
    "poona": "pune",
    "mysore": "mysuru",
    "peking": "beijing",
}
_ZONES = {
    "eastern": "America/New_York",
    "east coast": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "west coast": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "utc": "UTC",
    "gmt": "UTC",
    "g m t": "UTC",
    "u t c": "UTC",
    "e s t": "America/New_York",
    "p s t": "America/Los_Angeles",
    "greenwich": "UTC",
    "est": "America/New_York",
    "cst": "America/Chicago",
    "mst": "America/Denver",
    "pst": "America/Los_Angeles",
    "edt": "America/New_York",
    "cdt": "America/Chicago",
    "mdt": "America/Denver",
    "pdt": "America/Los_Angeles",
    "akst": "America/Anchorage",
    "hst": "Pacific/Honolulu",
    "bst": "Europe/London",
    "cet": "Europe/Paris",
    "cest": "Europe/Paris",
    "eet": "Europe/Athens",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "sgt": "Asia/Singapore",
    "aest": "Australia/Sydney",
    "central european": "Europe/Paris",
}
_NOISE = ("the city of ", "city of ", "the ", "downtown ")
_AFTER = (" right now", " now", " today", " please", " at the moment", " at this moment", " area")
_BESIDE = (" local", " current", " region")
"""What may stand behind a name: "Paris local time"."""
_ZONE_AFTER = (" time zone", " timezone", " time", " savings", " saving", " daylight", " standard")


_OFFSET = re.compile(
    r"(?:the )?(gmt|utc|g\.? ?m\.? ?t|u\.? ?t\.? ?c)\.? ?(?P<sign>plus|minus|\+|-|\u2212) ?"
    r"(?P<hours>\w+)(?:(?: and)? a (?P<half>half)|[: ](?P<minutes>[\w ]+?))?"
    r"(?: hours?)?(?: time(?: zone)?| timezone)?(?: right now| now)?",
    re.IGNORECASE,
)
_ODD_ZONES = {
    (3, 30): "Asia/Tehran",
    (4, 30): "Asia/Kabul",
    (5, 30): "Asia/Kolkata",
    (5, 45): "Asia/Kathmandu",
    (6, 30): "Asia/Yangon",
    (8, 45): "Australia/Eucla",
    (9, 30): "Australia/Darwin",
    (-9, 30): "Pacific/Marquesas",
}
"""Zones that are always so many hours and minutes from UTC."""


def _offset_zone(text: str) -> Place | None:
    """ "GMT plus five", "UTC minus 3:30": a zone by its distance; None where there is no such."""
    found = _OFFSET.fullmatch(text.strip())
    hours = whole_number(found["hours"]) if found else None
    if found is None or hours is None or hours % 1:
        return None
    more = Decimal(30) if found["half"] else Decimal(0)
    if found["minutes"] and found["minutes"] not in ("hour", "hours"):
        more = whole_number(found["minutes"]) or Decimal(-1)
    sign = 1 if found["sign"] in ("plus", "+", "Plus") else -1
    if more:
        zone = _ODD_ZONES.get((sign * int(hours), int(more)), "")
    else:
        # The names of these zones count the other way.
        known = 0 <= hours <= (14 if sign > 0 else 12)
        zone = f"Etc/GMT{'-' if sign > 0 else '+'}{hours}" if known else ""
    if not zone:
        return None
    name = "UTC" if found[1][0] in "uU" else "GMT"
    spoken = f"{hours}:{more}" if more else f"{hours}"
    return Place(f"{name} {'plus' if sign > 0 else 'minus'} {spoken}", zone)


@lru_cache(maxsize=256)
def find_place(text: str) -> Place | None:
    """The place that all of `text` names, or None for one that is not in the table."""
    offset = _offset_zone(text)
    if offset is not None:
        return offset
    key = _key(text)
    for ending in (*_AFTER, *_BESIDE):
        key = key.removesuffix(ending)
    zone = key.removeprefix("the ")
    for ending in _ZONE_AFTER:
        zone = zone.removesuffix(ending)
    if zone in _ZONES:
        return Place(f"{zone.title() if len(zone) > 3 else zone.upper()} time", _ZONES[zone])
    for noise in _NOISE:
        key = key.removeprefix(noise)
    table = _table()
    key = _ALIASES.get(key, key)
    if key in table:
        return _place(*table[key][0])
    # "Orlando Florida", "Paris in France": what follows narrows what comes before.
    parts = key.replace(" in ", " ").split()
    for cut in range(len(parts) - 1, 0, -1):
        city, wider = " ".join(parts[:cut]), " ".join(parts[cut:])
        names = {wider, _STATES.get(wider, wider), _ALIASES.get(wider, wider)}
        for row in table.get(_ALIASES.get(city, city), ()):
            if names & {_key(row[1]), _key(row[2])}:
                return _place(*row, wider=row[1] or row[2])
    return None


def _place(
    name: str, region: str, country: str, zone: str, north: str, east: str, *, wider: str = ""
) -> Place:
    name = "New York" if name == "New York City" else name
    wider = "" if wider == name else wider
    return Place(f"{name}, {wider}" if wider else name, zone, float(north), float(east))


def _key(text: str) -> str:
    """Lower case ASCII without punctuation: São Paulo and sao paulo are one."""
    text = unicodedata.normalize("NFKD", text.lower().replace("'s", ""))
    letters = (c if c.isalnum() else " " for c in text if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


@cache
def _table() -> dict[str, list[tuple[str, str, str, str, str, str]]]:
    """Rows by the name's key, the one that is most likely meant first."""
    raw = gzip.decompress((files("edge.reason") / "data" / "places.tsv.gz").read_bytes())
    table: dict[str, list[tuple[str, str, str, str, str, str]]] = {}
    for line in raw.decode("utf-8").splitlines():
        name, region, country, zone, north, east = line.split("\t")
        row = (name, region, country, zone, north, east)
        rows = table.setdefault(_key(name), [])
        # A country is meant before a city of its name, and a state before a small one.
        if not country:
            rows.insert(0, row)
        else:
            rows.append(row)
    return table


_STATES = {
    "pa": "pennsylvania",
    "tx": "texas",
    "ca": "california",
    "fl": "florida",
    "ny": "new york",
    "il": "illinois",
    "oh": "ohio",
    "ga": "georgia",
    "wa": "washington",
    "ma": "massachusetts",
    "nj": "new jersey",
    "va": "virginia",
    "or": "oregon",
    "az": "arizona",
    "mi": "michigan",
    "dc": "district of columbia",
}
