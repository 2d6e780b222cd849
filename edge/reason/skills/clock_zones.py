"""Time zones: which one, how far apart, and what time it is elsewhere when it is so late here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from edge.reason.places import Place
from edge.reason.skill import Answer, Card, Missing, Request
from edge.reason.skills.clock_words import clock
from edge.reason.when import When
from edge.remind import spoken


def time_at(now: datetime, place: Place) -> datetime:
    return now.astimezone(ZoneInfo(place.zone))


def zone(request: Request) -> Answer:
    place = request.get("place", Place)
    now = time_at(request.now, place) if place else request.now
    offset = now.utcoffset() or timedelta()
    hours = offset.total_seconds() / 3600
    name = place.zone if place else getattr(now.tzinfo, "key", now.tzname() or "")
    sign = "plus" if hours >= 0 else "minus"
    amount = f"{abs(hours):g} hour{'' if abs(hours) == 1 else 's'}"
    behind = f"UTC {sign} {amount}" if hours else "UTC"
    subject = place.name if place else "This"
    city = name.rsplit("/", 1)[-1].replace("_", " ")
    if place and (name == "UTC" or re.match(r"(?:GMT|UTC) ", place.name)):
        # No city's time.
        return Answer(f"{subject} is {behind}.", Card(subject, (name, behind), "time"))
    return Answer(f"{subject} is on {city} time, {behind}.", Card(subject, (name, behind), "time"))


def convert(request: Request) -> Answer:
    place, other = request.get("place", Place), request.get("other", Place)
    if not {"place", "other"} & {*request.slots}:
        raise Missing("other", "To which place?")
    if _the_other_way(request):
        place, other = other, place
    when = request.get("when", When)
    there = time_at(request.now, place) if place else request.now
    moment = when.time if when else None
    at = datetime.combine(there.date(), moment, there.tzinfo) if moment else there
    then = at.astimezone(ZoneInfo(other.zone) if other else request.now.tzinfo)
    days = (then.date() - at.date()).days
    shift = {0: "", 1: " the next day", -1: " the day before"}.get(days, "")
    return Answer(
        f"When it's {clock(at.time())} {f'in {place.name}' if place else 'here'}, it's"
        f" {clock(then.time())}{shift} {f'in {other.name}' if other else 'here'}.",
        Card(other.name if other else "Here", (f"{then:%H:%M}",), "time"),
    )


_THERE = re.compile(r"\W*(?:(?:o'clock|in|at|on|for|of|the|time|[ap]\.? ?m)\b\W*)*", re.IGNORECASE)
"""Between a time and the place that it is the time of."""


def _the_other_way(request: Request) -> bool:
    """Whether the time is that of what was found second: "our time when it's five pm in Berlin".

    Only where no template said which place is which.
    """
    text = request.text.lower()
    found = {name: value.said.lower() for name, value in request.slots.items()}
    starts = {name: text.find(said) for name, said in found.items() if said in text}
    if "other" not in starts:
        # "Convert five pm to Eastern".
        return (
            "place" in starts and re.search(r"\bto (?:the )?$", text[: starts["place"]]) is not None
        )
    if request.certain or "place" not in starts:
        return False
    if "when" not in starts:
        return starts["other"] < starts["place"]
    end = starts["when"] + len(found["when"])
    return starts["other"] > end and _THERE.fullmatch(text[end : starts["other"]]) is not None


def difference(request: Request) -> Answer:
    other, place = request.need("other", Place), request.get("place", Place)
    there = time_at(request.now, other)
    here = time_at(request.now, place) if place else request.now
    apart = (there.utcoffset() or timedelta()) - (here.utcoffset() or timedelta())
    if not apart:
        where = f"in {place.name}" if place else "here"
        return Answer(f"It's the same time in {other.name} as {where}.")
    way = "ahead of" if apart > timedelta() else "behind"
    length = spoken.length(abs(apart.total_seconds()))
    card = Card(other.name, (f"{there:%H:%M}",), "time")
    return Answer(f"{other.name} is {length} {way} {place.name if place else 'you'}.", card)
