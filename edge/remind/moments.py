"""From what the wearer said of a time to the moment that is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from edge.errors import SkillError
from edge.memory.due import Due
from edge.reason.dates import find_when
from edge.reason.skill import Missing, Request
from edge.reason.when import When, real
from edge.remind import rule

PARTS = {"morning": time(9), "afternoon": time(15), "evening": time(18), "night": time(20)}
"""When a part of the day is, where no time was said."""

Early = Literal["no", "on a day", "always"]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is due."""

    at: datetime
    """Aware."""
    wall: str | None
    """Local wall time to keep to in any zone; None for "in ten minutes"."""
    rule: str | None
    """How it repeats (`edge.remind.rule`); None: once."""


def settle(
    request: Request, slot: str, ask: str, *, day_at: time | None = None, early: Early = "no"
) -> Moment:
    """The moment that the slot `slot` names.

    `day_at`: the time meant where only a day was said; None: it is asked. `early`: when an hour
    that may be morning or evening is in the morning. Raises Missing, with `ask` or with what is
    wrong, where it is not clear or has passed.
    """
    when = _whole(request, slot)
    if when is None:
        raise Missing(slot, ask)
    now = request.now
    if rule.days(when):
        # At that time of day, or else at this one: the first time once the days have passed. On a
        # day of the week ("every other Tuesday") it is the usual time.
        if when.day is not None and when.time is None and day_at is not None:
            when = replace(when, time=day_at, loose=False)
        first = replace(when, interval=None, day=when.day or now.date())
        timed = first.next(now) if when.time else None
        if timed is None:
            day = now.date() + (when.interval or timedelta())
            moment = when.time or now.time().replace(second=0, microsecond=0)
            timed = real(datetime.combine(day, moment, now.tzinfo))
        return Moment(timed, timed.replace(tzinfo=None).isoformat(), rule.write(when, timed))
    if when.after is not None or when.interval is not None:
        at = when.next(now)
        assert at is not None
        return Moment(at, None, rule.write(when, at))
    if when.time is None:
        hour = PARTS.get(when.part)
        if hour is None and (when.day or when.repeats):
            hour = day_at
        if hour is None:
            raise Missing(slot, "At what time?")
        when = replace(when, time=hour, loose=False)
        if when.day == now.date() and when.next(now) is None:
            raise Missing(slot, "At what time today?")
    elif (
        when.loose
        and 4 <= when.time.hour < 12
        and (early == "always" or (early == "on a day" and (when.day or when.repeats)))
    ):
        when = replace(when, loose=False)
    at = when.next(now)
    if at is None:
        raise Missing(slot, "That time has passed. When should it be?")
    if day_at is not None and when == When(time=when.time, loose=True) and at.date() > now.date():
        # "At five", said in the evening of what has a usual time of day, is no hour of the night.
        at = _by_day(at)
    return Moment(at, at.replace(tzinfo=None).isoformat(), rule.write(when, at))


def _by_day(at: datetime) -> datetime:
    """`at`, or twelve hours later where it is at night."""
    return real(at.replace(hour=at.hour + 12)) if 1 <= at.hour < 7 else at


def moved_rule(request: Request, due: Due) -> Moment | None:
    """The moment to which what repeats is moved; None for what does not repeat.

    Raises Missing where no time was said, SkillError where it cannot be moved there.
    """
    if not due.rule:
        return None
    when = request.get("when", When)
    if when is None:
        raise Missing("when", "To what time?")
    found = rule.moved(due.rule, when, due.at, request.now)
    if found is None:
        raise SkillError("That one repeats; cancel it and set it anew.")
    changed, at = found
    return Moment(at, at.replace(tzinfo=None).isoformat(), changed)


EARLIER = re.compile(
    r"\b(?:earlier|sooner)\b|^\W*(?:bring|pull|move (?:up|forward))\b"
    r"|\b(?:up|forward) (?:by )?(?:[\w-]+ ){1,4}?(?:minute|hour|day|week)s?\W*$",
    re.IGNORECASE,
)
"""Who moves something so by a length of time wants it before its time."""


def later(length: timedelta, due: Due, now: datetime) -> Moment:
    """So long after the time that `due` has; before it for a negative length.

    Raises SkillError for what repeats, or where that has passed.
    """
    if due.rule:
        raise SkillError("That one repeats; name the time that it should be at.")
    at = datetime.fromtimestamp(due.at + length.total_seconds(), now.tzinfo)
    if at <= now:
        raise SkillError("That time has passed.")
    # What was set for so long from now stays so if the clocks change.
    return Moment(at, at.replace(tzinfo=None).isoformat() if due.wall else None, None)


def following(due: Due, now: datetime) -> Moment | None:
    """The time after the next one of what repeats; None where there is none."""
    first = datetime.fromtimestamp(due.at, now.tzinfo)
    at = rule.next_after(due.rule, due.at, first) if due.rule else None
    if at is None:
        return None
    return Moment(at, at.replace(tzinfo=None).isoformat() if due.wall else None, due.rule)


def of_one_day(when: When | None) -> bool:
    """Whether this is a single day, with a time or without: of what repeats, one time."""
    return when is not None and when.day is not None and when.until is None and not when.repeats


def nearest(when: When | None, due: Due, now: datetime) -> Moment | None:
    """A time of day alone, on the day of `due` and in the half of it that is nearer to its time;
    None where `when` is anything else, or that has passed."""
    if when is None or when.time is None or when != When(time=when.time, loose=when.loose):
        return None
    was = datetime.fromtimestamp(due.at, now.tzinfo)
    halves = {when.time.hour, (when.time.hour + 12) % 24 if when.loose else when.time.hour}
    times = [
        real(datetime.combine(was.date(), when.time.replace(hour=hour), now.tzinfo))
        for hour in halves
    ]
    to_come = [at for at in times if at > now]
    if not to_come:
        return None
    at = min(to_come, key=lambda at: abs(at - was))
    return Moment(at, at.replace(tzinfo=None).isoformat(), None)


def within(when: When | None, at: datetime) -> bool:
    """Whether `at` is what `when` names as far as it names anything."""
    if when is None:
        return True
    if when.day is not None and not (when.day <= at.date() <= (when.until or when.day)):
        return False
    if when.time is not None and when.until_time is not None:
        if not _between(when, at.time()):
            return False
    elif when.time is not None:
        hours = {when.time.hour, (when.time.hour + 12) % 24 if when.loose else when.time.hour}
        if at.hour not in hours or at.minute != when.time.minute:
            return False
    if when.every and at.weekday() not in when.every:
        return False
    if when.part and when.time is None:
        first, last = _HOURS[when.part]
        return first <= at.hour < last
    return True


def _between(when: When, at: time) -> bool:
    """Whether `at` is in the span of hours; where neither half of the day was said, in either."""
    assert when.time is not None
    assert when.until_time is not None
    clocks = [at, at.replace(hour=(at.hour + 12) % 24)] if when.loose else [at]
    first, last = when.time, when.until_time
    if last < first:
        return any(first <= clock or clock <= last for clock in clocks)
    return any(first <= clock <= last for clock in clocks)


_HOURS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (18, 24)}


def _whole(request: Request, slot: str) -> When | None:
    """The slot's value, with what the question said before a time was asked back."""
    value = request.slots.get(slot)
    if value is None:
        return None
    when = value.value
    assert isinstance(when, When)
    if value.said and value.said in request.text:
        return when
    try:
        before = find_when(request.text, request.now)
    except SkillError:
        # Which of two days it is was asked back.
        return when
    if before is None or when.after or when.interval:
        return when
    first = before.value
    if when.day is None and not when.repeats:
        when = replace(when, day=first.day, until=first.until, every=first.every,
                       month_day=first.month_day, yearly=first.yearly)  # fmt: skip
    if when.time is None and not when.part:
        when = replace(when, time=first.time, loose=first.loose, part=first.part)
    if when.loose and first.part in ("afternoon", "evening", "night") and when.time:
        later = when.time.replace(hour=(when.time.hour % 12) + 12)
        when = replace(when, time=later, loose=False)
    if when.loose and first.part == "morning":
        when = replace(when, loose=False)
    return when
