"""What is said when something is due, and the answer to "why now?"."""

from __future__ import annotations

from datetime import datetime

from edge.memory.due import Due
from edge.remind import rule, spoken

LATE = 60.0
"""Seconds from which it is said that something comes late."""


def announcement(due: Due, now: datetime, *, was_off: bool) -> str:
    """The sentence in which `due` is told at `now`; `was_off`: the device slept through it."""
    at = _moment(due.at, now)
    late = now.timestamp() - due.at > LATE
    since = f"{spoken.moment(at, now)}{', while I was off' if was_off else ''}"
    match due.kind:
        case "timer":
            name = called(due)
            return f"Your {name} ran out {since}." if late else f"Your {name} is done."
        case "alarm":
            about = f": {spoken.you(due.name)}" if due.name else ""
            if late:
                return f"You missed your alarm {since}{about}."
            return f"It's {spoken.clock(at)}. This is your alarm{about}."
        case _:
            about = spoken.you(due.name)
            since = since.removeprefix("at ")
            return f"A reminder from {since}: {about}." if late else f"A reminder: {about}."


def why(due: Due, now: datetime) -> str:
    """Where it comes from, as a sentence."""
    set_at = spoken.moment(_moment(due.set_at, now), now)
    wanted = spoken.moment(_moment(due.at, now), now)
    if due.snoozed:
        return f"Because you put this {due.kind} off, to {wanted.removeprefix('at ')}."
    if due.rule:
        return f"Because {set_at} you asked me to tell you {rule.spoken(due.rule)}."
    match due.kind:
        case "timer":
            return f"Because you set a timer for {spoken.length(due.seconds or 0)} {set_at}."
        case "alarm":
            return f"Because {set_at} you set an alarm for {wanted.removeprefix('at ')}."
        case _:
            return f"Because {set_at} you asked me to remind you {wanted}."


def called(due: Due) -> str:
    """What a timer or an alarm is called: "tea timer", "10 minute timer"."""
    if due.name:
        return f"{due.name} {due.kind}"
    if due.seconds:
        length = spoken.length(due.seconds)
        # "A 10 minute timer": an adjective has no plural.
        return f"{_singular(length)} timer" if " and " not in length else f"timer for {length}"
    return due.kind


def remaining(due: Due, now: datetime) -> str:
    """How long until it is due, paused or not: "4 minutes and 10 seconds"."""
    left = due.at - now.timestamp() if due.remaining is None else due.remaining
    return spoken.length(left)


def _singular(length: str) -> str:
    return length.removesuffix("s")


def _moment(at: float, now: datetime) -> datetime:
    return datetime.fromtimestamp(at, now.tzinfo)
