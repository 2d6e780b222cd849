"""The time, the date and time zones, here and in any city."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from edge.errors import SkillError
from edge.memory import Memory
from edge.reason.dates import find_when
from edge.reason.moment import later_month
from edge.reason.places import Place, find_place
from edge.reason.skill import Answer, Card, Request, Services
from edge.reason.skills.beside import (
    ARRIVED,
    EXPLAINED,
    KINDS_OF_DAY,
    LATE,
    MEANT,
    OF_EVENT,
    PART_NOW,
    PUBLISHED_TODAY,
    TRAVELLED,
    WHO,
    beside,
)  # fmt: skip
from edge.reason.skills.clock_counts import COUNT, counted_days
from edge.reason.skills.clock_phrases import (
    AGO,
    BETWEEN,
    CHANGE,
    DIFFERENCE,
    FEAST,
    INTENTS,
    LEAP,
    NEAR,
    PLACE,
    SINCE,
    SOON,
    THERE,
    WEEK,
    own_day,
    until_then,
)  # fmt: skip
from edge.reason.skills.clock_words import clock, count, counted, spoken_date
from edge.reason.skills.clock_zones import convert, difference, time_at, zone
from edge.reason.skills.own_days import told_day
from edge.reason.when import When
from edge.remind import spoken

_MORE = (PLACE, DIFFERENCE, BETWEEN, SINCE, SOON, AGO, THERE, WEEK, LEAP, CHANGE, COUNT)
_INTENTS = (FEAST, NEAR, *INTENTS, *_MORE)


class Clock:
    """Answers from the device's clock and the time zone database."""

    name = "clock"
    about = "tell the time and the date, here or in any city"

    def __init__(self, services: Services) -> None:
        self._services = services
        own = own_day(lambda words: self._told(words, datetime.now()))
        ours = beside((*_INTENTS, own), EXPLAINED, MEANT, WHO)
        ours = beside(ours, TRAVELLED, PUBLISHED_TODAY, LATE, OF_EVENT, only=("time", "date"))
        ours = beside(ours, ARRIVED, only=("until",))
        ours = beside(ours, KINDS_OF_DAY, PART_NOW, only=("date",))
        self.intents = tuple(
            replace(one, then=until_then) if "day" in one.slots else one for one in ours
        )

    def _told(self, words: str, now: datetime) -> date | None:
        """The coming day that the wearer told for these words: "my birthday is on March 3rd"."""
        return told_day(self._services.find(Memory), words, now)

    async def handle(self, request: Request) -> Answer:
        match request.intent:
            case "date" | "feast":
                return _date(request)
            case "until" | "near":
                return _until(request)
            case "zone":
                return zone(request)
            case "convert" | "here":
                return convert(request)
            case "difference":
                return difference(request)
            case "between":
                return _between(request)
            case "since":
                return _since(request)
            case "soon":
                return _soon(request)
            case "ago":
                return _ago(request)
            case "there":
                return _day_there(request)
            case "week":
                return _week(request.now.date())
            case "leap":
                return _leap(request)
            case "count":
                return counted_days(request)
            case "change":
                return _change(request.now)
            case "own_day":
                day = self._told(request.need("what", str), request.now)
                if day is None:
                    raise SkillError("Until which day?")
                return _until_day(day, request)
            case _:
                return _time(request)


def _time(request: Request) -> Answer:
    place = request.get("place", Place) or find_place(request.get("named", str) or "")
    now = time_at(request.now, place) if place else request.now
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
    asked = re.search(
        r"\b(?:what|which) (year|month) (?:is (?:it|this)|are we in)\b|\bcurrent (year|month)\b",
        request.text.lower(),
    )
    if asked:
        said = f"{request.now:%Y}" if "year" in asked.groups() else f"{request.now:%B}"
        return Answer(f"It's {said}.", Card("Date", (f"{request.now:%B %Y}",), "date"))
    when = request.get("day", When)
    if when is None and not _OF_TODAY.fullmatch(request.text):
        raise SkillError("Which day do you mean?")
    today = request.now.date()
    day = when.day if when and when.day else today
    if when and when.time and not when.day and not when.repeats:
        # "Is it five o'clock yet".
        return _time(request)
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


def _day_there(request: Request) -> Answer:
    place = request.need("place", Place)
    there = time_at(request.now, place)
    speech = f"It's {spoken_date(there.date(), request.now.date())} in {place.name}."
    return Answer(speech, Card(place.name, (f"{there:%A, %d %B %Y}",), "date"))


def _until(request: Request) -> Answer:
    when = request.need("day", When)
    day = when.day
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
    return _until_day(day, request)


def _until_day(day: date, request: Request) -> Answer:
    today = request.now.date()
    days = (day - today).days
    if days < 0:
        return Answer(f"That was {count(-days, 'day')} ago.")
    if days == 0:
        return Answer("That is today.")
    return Answer(f"{counted(days, request.text)}, until {spoken_date(day, today)}.")


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


def _between(request: Request) -> Answer:
    first, second = request.need("first", When).day, request.need("second", When).day
    if first is None or second is None:
        raise SkillError("Between which days?")
    if first > second and first > request.now.date():
        # "Between March 3rd and May 10th", in between: of days without a year the one that has
        # been comes first.
        before = request.now - timedelta(days=366)
        again = find_when(request.slots["first"].said, before)
        first = again.value.day if again is not None and again.value.day else first
    days = abs((second - first).days)
    return Answer(f"{counted(days, request.text)} from {spoken_date(first, request.now.date())}"
                  f" to {spoken_date(second, request.now.date())}.")  # fmt: skip


def _since(request: Request) -> Answer:
    day, today = request.need("day", When).day, request.now.date()
    if day is None:
        raise SkillError("Since which day?")
    if day > today:
        # Of a day that was named without its year, the one that has been.
        day = later_month(day, -12)
    if day >= today:
        return Answer("That is today." if day == today else "That is still to come.")
    count = counted((today - day).days, request.text)
    return Answer(f"{count}, since {spoken_date(day, today)}.")


def _soon(request: Request) -> Answer:
    when = request.need("when", When)
    moment = when.next(request.now) if when.after else None
    if moment is None:
        raise SkillError("From when on?")
    day = "" if moment.date() == request.now.date() else f" on {moment:%A}"
    return Answer(f"It will be {clock(moment.time())}{day}.", Card("Time", (f"{moment:%H:%M}",)))


def _ago(request: Request) -> Answer:
    # In absolute time: the clocks may have been changed since.
    seconds = request.now.timestamp() - request.need("length", timedelta).total_seconds()
    before = datetime.fromtimestamp(seconds, request.now.tzinfo)
    day = "" if before.date() == request.now.date() else f" on {before:%A}"
    return Answer(f"It was {clock(before.time())}{day}.", Card("Time", (f"{before:%H:%M}",)))


def _week(today: date) -> Answer:
    """By ISO 8601: weeks begin on Monday, the first has the year's first Thursday."""
    week = today.isocalendar().week
    return Answer(f"This is week {week}.", Card("Week", (f"{week}",), "date"))


def _leap(request: Request) -> Answer:
    said = request.get("year", Decimal)
    year = int(said) if said is not None else request.now.year
    if not 1583 <= year <= 9999:
        raise SkillError("Which year do you mean?")
    verb = "is" if year >= request.now.year else "was"
    answer = "Yes" if calendar.isleap(year) else "No"
    return Answer(f"{answer}, {year} {verb}{'' if calendar.isleap(year) else ' not'} a leap year.")


def _change(now: datetime) -> Answer:
    """The next day on which the time zone's distance from UTC is another one."""
    before = now.utcoffset()
    for ahead in range(1, 370):
        noon = datetime.combine(now.date() + timedelta(days=ahead), time(12), now.tzinfo)
        after = noon.utcoffset()
        if before is not None and after is not None and after != before:
            way = "forward" if after > before else "back"
            length = spoken.length(abs((after - before).total_seconds()))
            day = spoken_date(noon.date(), now.date())
            return Answer(f"The clocks go {way} by {length} on {day}.")
    return Answer("The clocks do not change here.")


def _where(place: Place | None) -> str:
    if place is None:
        return ""
    return f" {place.name}" if place.latitude is None else f" in {place.name}"
