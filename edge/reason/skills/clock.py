"""The time, the date and time zones, here and in any city."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from edge.errors import SkillError
from edge.reason.places import Place
from edge.reason.skill import Answer, Card, Intent, Offer, Request, Services, Slot
from edge.reason.when import When
from edge.remind import spoken

_PLACE = {"place": Slot("place")}
_DAY = {"day": Slot("when")}
_LENGTH = re.compile(r"(?:in )?(?:an?|one|each|every) \w+$", re.IGNORECASE)
"""How long something is, and no day: "how many days are there in a week"."""

INTENTS = (
    Intent(
        "time",
        (
            "(what time is it|what's the time|what is the time|what is the current time"
            "|what's the current time|tell me the time|show me the time|the time|current time"
            "|do you know what time it is|do you have the time|give me the time|give me time|time"
            "|tell me what time it is|time check)"
            " [right now|now|today] [(in|at|for) {place}]",
            "what time is it [right|right now|now|currently] in {place}",
            "what is the (current|local) time in {place} [right now|now]",
            "(what's|what is) the time [right now|now] in {place} [right now|now]",
            "(what is|what's|tell me|give me) [the] [current] {place} time",
            "(what is|what's) the time for [the] {place} [time zone]",
            "what time is it in the {place} (time zone|timezone)",
            "[the] [current] {place} time [now|right now]",
        ),
        _PLACE,
        pure=True,
        offer=Offer(
            "time_in_place",
            "What time it is now in a city",
            {"place": "the city"},
            cue=r"\b(time|early|late|now|o'clock|awake|asleep|morning|evening|night|open|call)\b",
        ),
    ),
    Intent(
        "date",
        (
            "(what's|what is|tell me|give me) (the|today's|todays) (date|day) [today]",
            "what (day|date) is [it] [today|now]",
            "(what's|what is) today",
            "(what day of the week|what day|which day) (is|was|will be|does|falls) [it] {day}"
            " [fall on|be]",
            "what day of the week does {day} fall on",
            "{day} (lands|falls|is) on (what|which) day [of the week]",
            "{day} is (what|which) day [of the week]",
            "where does {day} (fall|land)",
            "when is {day}",
            "(what|when) (is|will be) the date [of|on] {day}",
            "(what's|what is) {day} date",
            "what will the date be {day}",
            "(what's|what is|tell me) the (day|date) [of|for|on] {day}",
            "date [please]",
            "today's date",
            "what (month|year) is it [now]",
            "what day of the (week|month) is it [today]",
            "is [it|today] {day} [today]",
        ),
        _DAY,
        pure=True,
        offer=Offer(
            "weekday_and_date",
            "Which day of the week and which date a day is",
            {"day": "the day, as it was said"},
            cue=r"\b(weekends?|weekdays?|workdays?|which day|what day|date"
            r"|(mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
        ),
    ),
    Intent(
        "until",
        (
            "how (many (days|weeks|months|hours|minutes)|long)"
            " [is it|are left|are there|is left|left] (until|till|to|before|for) {day}",
            "how many (days|weeks|months|hours|minutes) (until|till) {day}",
            "how far away is {day}",
            "how many days (are|are there) {day}",
            "how many days does {day} have",
            "how many (days|weeks|months) (are|is) (left|remaining) in {day}",
        ),
        {"day": Slot("when", ask="Until which day?", fits=lambda words: not _LENGTH.match(words))},
        pure=True,
        offer=Offer(
            "days_until",
            "How many days there are from today until a day",
            {"day": "the day, as it was said"},
            cue=r"\b(how (many|long|soon|far)|days?|weeks?|until|till|left|enough time|in time)\b",
        ),
    ),
    Intent(
        "zone",
        (
            "(what|which) (time zone|timezone) is {place} [in]",
            "(what|which) (time zone|timezone) (am i|are we|is this) [in] [now]",
            "(what's|what is|tell me) [the] (time zone|timezone) (in|of|for) {place}",
            "(what's|what is|tell me) {place} (time zone|timezone)",
            "in (which|what) (time zone|timezone) is {place}",
        ),
        _PLACE,
        pure=True,
    ),
    Intent(
        "convert",
        (
            "if it's {when} in {place} what time is it in {other}",
            "if it is {when} in {place} what time is it in {other}",
            "(what is the time|what time is it) in {other} (when|if) [the time in] {place}"
            " is {when}",
            "(what is the time|what time is it) in {other} (when|if) it's {when} in {place}",
            "(what is the time|what time is it) in {other} (when|if) it is {when} in {place}",
            "convert {when} {place} time to {other} [time]",
            "convert {place} time to {other} [time]",
            "(what is|what's) the time difference between {place} and {other}",
            "what is the difference in time between {place} and {other}",
        ),
        {
            "when": Slot("when"),
            "place": Slot("place", ask="From which place?"),
            "other": Slot("place", ask="To which place?"),
        },
        pure=True,
    ),
)


DIFFERENCE = Intent(
    "difference",
    (
        "(what is|what's|tell me) the (time difference|difference in time) (between here and|from"
        " here to|to|with) {other}",
        "how many hours (ahead|behind|away) [of (me|us|here)] is {other}",
        "how (far|many hours) (ahead|behind) is {other}",
    ),
    {"other": Slot("place", ask="Between here and where?")},
    pure=True,
)


class Clock:
    """Answers from the device's clock and the time zone database."""

    name = "clock"
    about = "tell the time and the date, here or in any city"
    intents = (*INTENTS, DIFFERENCE)

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        match request.intent:
            case "date":
                return _date(request)
            case "until":
                return _until(request)
            case "zone":
                return _zone(request)
            case "convert":
                return _convert(request)
            case "difference":
                return _difference(request)
            case _:
                return _time(request)


def _time(request: Request) -> Answer:
    place = request.get("place", Place)
    now = _there(request.now, place) if place else request.now
    where = _where(place)
    speech = f"It's {clock(now.time())}{where}."
    if now.date() != request.now.date():
        speech = f"It's {clock(now.time())} on {now:%A}{where}."
    return Answer(speech, Card(place.name if place else "Time", (f"{now:%H:%M}",), "time"))


_OF_TODAY = re.compile(
    r"(?:(?:"
    r"a|also|and|can|could|current|currently|date|day|days|do|exact|full|give|have|hello|hey"
    r"|hi|i|is|it|it's|its|know|let|me|month|my|need|now|number|of|ok|okay|on|please|right|say"
    r"|see|show|sir|so|tell|the|this|time|to|today|today's|todays|us|was|we|week|weekday"
    r"|weekend|what|what's|whats|which|would|year|you|your"
    r")(?:\W+|$))*",
    re.IGNORECASE,
)
"""Words of a question for today's date; others name a day that was not understood."""


def _date(request: Request) -> Answer:
    when = request.get("day", When)
    if when is None and not _OF_TODAY.fullmatch(request.text):
        raise SkillError("Which day do you mean?")
    today = request.now.date()
    day = when.day if when and when.day else today
    if when and when.repeats and not when.day:
        raise SkillError("Which day do you mean?")
    if re.match(r"is (?:it|today)\b", request.text.lower()) and day != today:
        speech = f"No, today is {spoken_date(today, today)}."
    elif day == today:
        speech = f"Today is {spoken_date(day, today)}."
    elif day == today + timedelta(days=1):
        speech = f"Tomorrow is {spoken_date(day, today)}."
    else:
        verb = "is" if day > today else "was"
        speech = f"That {verb} {spoken_date(day, today)}."
    if re.search(r"\bweekend\b", request.text.lower()) and (when is None or not when.until):
        speech = f"{speech[:-1]}{'' if day.weekday() > 4 else ', not'} on a weekend."
    return Answer(speech, Card("Date", (f"{day:%A, %d %B %Y}",), "date"))


def _until(request: Request) -> Answer:
    when = request.need("day", When)
    day, today = when.day, request.now.date()
    if when.time is not None and not when.every:
        return _until_time(when, request.now)
    if day is None:
        raise SkillError("Which day do you mean?")
    if when.until is not None and re.search(r"\b(left|remain\w*) (in|of)\b", request.text.lower()):
        # "How many days are left in the year."
        day = when.until
    if when.until is not None and re.search(
        r"\bdays (?:are |there )*in\b|\bdays does\b", request.text.lower()
    ):
        # "How many days are in February."
        count = calendar.monthrange(when.until.year, when.until.month)[1]
        if when.until.day == count and (when.until - day).days < count:
            return Answer(f"{when.until:%B} {when.until.year} has {count} days.")
    days = (day - today).days
    if days < 0:
        return Answer(f"That was {_count(-days, 'day')} ago.")
    if days == 0:
        return Answer("That is today.")
    text = _count(days, "day")
    if "week" in request.text.lower() and days >= 7:
        weeks, rest = divmod(days, 7)
        text = _count(weeks, "week") + (f" and {_count(rest, 'day')}" if rest else "")
    return Answer(f"{text[0].upper()}{text[1:]}, until {spoken_date(day, today)}.")


def _until_time(when: When, now: datetime) -> Answer:
    """How long until a time of day, the next one where no day was said."""
    assert when.time is not None
    moment = datetime.combine(when.day or now.date(), when.time, now.tzinfo)
    if when.day is None and moment <= now:
        # "Until five", said at noon, is five in the afternoon.
        moment += timedelta(hours=12 if when.loose and when.time.hour < 12 else 0)
        moment += timedelta(days=1 if moment <= now else 0)
    # Not the difference of what the clocks show: they may be changed in between.
    minutes = round((moment.timestamp() - now.timestamp()) / 60)
    if minutes <= 0:
        return Answer("That has passed.")
    length = spoken.length(minutes * 60)
    said = spoken.moment(moment, now).removeprefix("at ")
    return Answer(f"{length[0].upper()}{length[1:]}, until {said}.")


def _zone(request: Request) -> Answer:
    place = request.get("place", Place)
    now = _there(request.now, place) if place else request.now
    offset = now.utcoffset() or timedelta()
    hours = offset.total_seconds() / 3600
    name = place.zone if place else getattr(now.tzinfo, "key", now.tzname() or "")
    sign = "plus" if hours >= 0 else "minus"
    amount = f"{abs(hours):g} hour{'' if abs(hours) == 1 else 's'}"
    behind = f"UTC {sign} {amount}" if hours else "UTC"
    subject = place.name if place else "This"
    city = name.rsplit("/", 1)[-1].replace("_", " ")
    return Answer(f"{subject} is on {city} time, {behind}.", Card(subject, (name, behind), "time"))


def _convert(request: Request) -> Answer:
    place, other = request.need("place", Place), request.need("other", Place)
    when = request.get("when", When)
    there = _there(request.now, place)
    moment = when.time if when else None
    at = datetime.combine(there.date(), moment, there.tzinfo) if moment else there
    then = at.astimezone(ZoneInfo(other.zone))
    days = (then.date() - at.date()).days
    shift = {0: "", 1: " the next day", -1: " the day before"}.get(days, "")
    return Answer(
        f"When it's {clock(at.time())} in {place.name}, it's {clock(then.time())}{shift}"
        f" in {other.name}.",
        Card(other.name, (f"{then:%H:%M}",), "time"),
    )


def _difference(request: Request) -> Answer:
    other = request.need("other", Place)
    there = _there(request.now, other)
    apart = (there.utcoffset() or timedelta()) - (request.now.utcoffset() or timedelta())
    if not apart:
        return Answer(f"It's the same time in {other.name} as here.")
    way = "ahead of" if apart > timedelta() else "behind"
    length = spoken.length(abs(apart.total_seconds()))
    card = Card(other.name, (f"{there:%H:%M}",), "time")
    return Answer(f"{other.name} is {length} {way} you.", card)


def _there(now: datetime, place: Place) -> datetime:
    return now.astimezone(ZoneInfo(place.zone))


def _where(place: Place | None) -> str:
    if place is None:
        return ""
    return f" {place.name}" if place.latitude is None else f" in {place.name}"


def clock(moment: time) -> str:
    """A time of day for the voice: 7:05 AM, noon."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midnight" if moment.hour == 0 else "noon"
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    return f"{hour}:{moment.minute:02} {half}" if moment.minute else f"{hour} {half}"


def spoken_date(day: date, today: date) -> str:
    """Wednesday, November 25th; with the year where it is another one."""
    teen = 11 <= day.day <= 13
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    year = f", {day.year}" if day.year != today.year else ""
    return f"{day:%A, %B} {day.day}{ending}{year}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
