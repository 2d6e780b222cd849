"""The interruption budget: whether something may be said now, and how loudly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from edge.memory.told import Channel

Urgency = Literal["asked", "repeated", "warning", "useful"]
"""asked     the wearer set this moment: a timer, an alarm, a reminder
repeated  falls due every so often, at no moment that was named
warning   the device's own state, that the wearer can do something about
useful    nobody asked: a suggestion"""

AGAIN = timedelta(hours=20)
"""The same suggestion is made at most once in this time."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How much the wearer wants to be told."""

    quiet_from: time = time(22)
    quiet_until: time = time(7)
    daily_cap: int = 4
    """Suggestions a day."""
    suggestions: Literal["off", "display", "earcon", "voice"] = "earcon"
    """The loudest way in which a suggestion may come."""

    def quiet(self, now: datetime) -> bool:
        """Whether `now` is in the quiet hours, which may go over midnight."""
        moment = now.time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until

    def quiet_end(self, now: datetime) -> datetime:
        """When the quiet hours that `now` is in end."""
        end = datetime.combine(now.date(), self.quiet_until, now.tzinfo)
        return end if end > now else end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known at the moment of deciding."""

    now: datetime
    told_today: int = 0
    """Suggestions made today."""
    last_told: datetime | None = None
    """When this topic was last told."""
    muted: bool = False
    """The wearer said "stop telling me that"."""
    undisturbed_until: datetime | None = None
    """The wearer said "do not disturb"."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about something that could be said."""

    channel: Channel | None
    """How to tell it now; None: not now."""
    reason: str
    """Why, in words for the log and the display."""
    again: datetime | None = None
    """When to ask again, where it is not now but may be later."""


def decide(urgency: Urgency, habits: Habits, situation: Situation) -> Decision:
    """Whether to speak; what the wearer asked for always has its voice."""
    now = situation.now
    if urgency == "asked":
        return Decision("voice", "you asked for this moment")
    until = situation.undisturbed_until
    if urgency == "warning":
        if situation.muted:
            return Decision(None, "you asked never to be told this")
        if habits.quiet(now) or (until is not None and now < until):
            return Decision("display", "it can wait to be seen")
        return Decision("voice", "you can do something about it")
    if until is not None and now < until:
        return Decision(None, "you asked not to be disturbed", until)
    if habits.quiet(now):
        return Decision(None, "these are the quiet hours", habits.quiet_end(now))
    if urgency == "repeated":
        return Decision("voice", "you asked to be told every so often")
    if situation.muted:
        return Decision(None, "you asked never to be told this")
    if habits.suggestions == "off":
        return Decision(None, "suggestions are turned off")
    if situation.last_told is not None and now < situation.last_told + AGAIN:
        return Decision(None, "it was said already", situation.last_told + AGAIN)
    if situation.told_today >= habits.daily_cap:
        tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
        return Decision(None, "there were enough suggestions today", tomorrow)
    return Decision(habits.suggestions, "it may be useful now")
