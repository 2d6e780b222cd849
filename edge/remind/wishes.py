"""What the wearer may say to an announcement: not now, never again, why, leave me alone."""

from __future__ import annotations

from datetime import datetime

from edge.memory.due import Due
from edge.memory.told import Telling
from edge.remind.scheduler import Scheduler

RECENT = 6 * 3600
"""Seconds for which an announcement is the one that is meant."""


def latest(scheduler: Scheduler) -> Telling | None:
    """The announcement that "why now?" is about."""
    telling = scheduler.memory.told.last()
    if telling is None or scheduler.wall.now().timestamp() - telling.at > RECENT:
        return None
    return telling


def snooze(scheduler: Scheduler, telling: Telling, seconds: float) -> Due:
    """Tell it again after `seconds`."""
    memory, now = scheduler.memory, scheduler.wall.now().timestamp()
    due = None if telling.due_id is None else memory.due.get(telling.due_id)
    scheduler.heard()
    if due is not None and due.rule is None:
        again = memory.due.move(due, now + seconds, None, snoozed=True)
    else:
        # A repetition goes on as it was; a suggestion becomes a reminder.
        kind = due.kind if due is not None else "reminder"
        name = due.name if due is not None else telling.text.rstrip(".")
        again = memory.due.add(kind, name, at=now + seconds, now=now, seconds=seconds)
    scheduler.changed()
    return again


def never_again(scheduler: Scheduler, telling: Telling) -> bool:
    """Learn that this is not to be told; True where it was something the wearer had set."""
    memory = scheduler.memory
    scheduler.heard()
    due = None if telling.due_id is None else memory.due.get(telling.due_id)
    if due is not None:
        memory.due.close(due, "cancelled")
        scheduler.changed()
        return True
    memory.told.mute(telling.topic, at=scheduler.wall.now().timestamp())
    return False


def leave_alone(scheduler: Scheduler, until: datetime | None) -> None:
    """Nothing unasked until then; None: the wearer may be told again."""
    if until is None:
        scheduler.memory.state.drop("undisturbed_until")
    else:
        scheduler.memory.state.put("undisturbed_until", str(until.timestamp()))
