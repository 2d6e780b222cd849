"""Repetitions, as they are kept in the memory."""

from __future__ import annotations

import json
from calendar import month_name
from datetime import date, datetime, time, timedelta

from edge.reason.when import When, real
from edge.remind.spoken import length as spoken_length
from edge.remind.spoken import ordinal, several


def write(when: When, at: datetime) -> str | None:
    """What to keep of a repetition whose first time is `at`; None where it happens once."""
    if when.interval is not None and days(when):
        return json.dumps({"days": days(when), "time": at.time().isoformat()})
    if when.interval is not None:
        return json.dumps({"seconds": when.interval.total_seconds()})
    if not when.repeats:
        return None
    return json.dumps(
        {
            "time": at.time().isoformat(),
            "every": list(when.every),
            "month_day": when.month_day,
            "yearly": list(when.yearly) if when.yearly else None,
            "until": when.until.isoformat() if when.until else None,
        }
    )


def days(when: When) -> int:
    """Of a repetition after so many whole days, that many: it keeps its time of day; else 0."""
    whole, rest = divmod(when.interval or timedelta(), timedelta(days=1))
    return 0 if rest else whole


def seconds(rule: str) -> float | None:
    """The length between two times, where they fall at no named moment ("every two hours")."""
    value = json.loads(rule).get("seconds")
    return None if value is None else float(value)


def next_after(rule: str, last: float, now: datetime) -> datetime | None:
    """The next time after `now`, or None where it is over.

    `last` is the time before, in seconds since 1970.
    """
    length = seconds(rule)
    if length:
        # What fell into a time when the device was off is not made up for.
        missed = max(0, int((now.timestamp() - last) // length))
        return datetime.fromtimestamp(last + (missed + 1) * length, now.tzinfo)
    value = json.loads(rule)
    if "days" in value:
        moment = time.fromisoformat(value["time"])
        day = datetime.fromtimestamp(last, now.tzinfo).date()
        while True:
            day += timedelta(days=value["days"])
            at = real(datetime.combine(day, moment, now.tzinfo))
            if at > now:
                return at
    when = read(rule)
    following = when.next(now)
    if following is None or (when.until is not None and following.date() > when.until):
        return None
    return following


def read(rule: str) -> When:
    """The repetition that was kept."""
    value = json.loads(rule)
    return When(
        time=time.fromisoformat(value["time"]),
        every=tuple(value["every"]),
        month_day=value["month_day"],
        yearly=tuple(value["yearly"]) if value["yearly"] else None,
        until=date.fromisoformat(value["until"]) if value["until"] else None,
    )


def spoken(rule: str) -> str:
    """How often, for the voice: "every day", "every Monday and Thursday"."""
    length = seconds(rule)
    if length:
        return f"every {spoken_length(length).removeprefix('1 ')}"
    apart = json.loads(rule).get("days")
    if apart:
        count, name = (apart // 7, "week") if apart % 7 == 0 else (apart, "day")
        return f"every {name}" if count == 1 else f"every {count} {name}s"
    when = read(rule)
    if when.yearly:
        month, day = when.yearly
        return f"every year on {month_name[month]} {ordinal(day)}"
    if when.month_day:
        return f"on the {ordinal(when.month_day)} of every month"
    match tuple(sorted(when.every)):
        case (0, 1, 2, 3, 4, 5, 6):
            return "every day"
        case (0, 1, 2, 3, 4):
            return "every weekday"
        case (5, 6):
            return "every weekend"
        case days:
            return f"every {several([_DAYS[day] for day in days])}"


def moved(rule: str, to: When, last: float, now: datetime) -> tuple[str, datetime] | None:
    """`rule` at the time of day that `to` names, and its next time; None where `to` names more than
    a time of day, or the rule has none. `last`: a time that it has now, in seconds since 1970.

    "Seven fifteen" is in the half of the day in which the old time is.
    """
    value = json.loads(rule)
    plain = to.day is None and to.after is None and to.interval is None and not to.repeats
    if not plain or to.time is None or "time" not in value:
        return None
    old, new = time.fromisoformat(value["time"]), to.time
    if to.loose and old.hour >= 12 > new.hour:
        new = new.replace(hour=new.hour + 12)
    changed = json.dumps({**value, "time": new.isoformat()})
    if "days" in value:
        # Counted from a day, which it stays on.
        day = datetime.fromtimestamp(last, now.tzinfo).date()
        first = real(datetime.combine(day, new, now.tzinfo))
        if first > now:
            return changed, first
    soonest = next_after(changed, last, now)
    return None if soonest is None else (changed, soonest)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
