"""Alarms at a time of day, once or repeated, by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from edge.card import Alarm, Moments
from edge.errors import SkillError
from edge.memory import Memory
from edge.memory.due import MOST, Due
from edge.memory.words import stems
from edge.reason.skill import Answer, Card, Missing, Request, Services, Value
from edge.reason.skills.alarm_phrases import ALARMS, PLACES, REMINDED, SEVERAL, SOUND
from edge.reason.skills.beside import EXPLAINED, MEANT, OTHER_ALARMS, WHO, beside, none_wanted
from edge.reason.skills.reminder_search import ahead
from edge.reason.skills.reminder_then import then
from edge.reason.when import When
from edge.remind import rule, spoken
from edge.remind.moments import (
    EARLIER,
    Early,
    Moment,
    following,
    later,
    moved_rule,
    nearest,
    of_one_day,
    settle,
    within,
)
from edge.remind.scheduler import Scheduler

_NONE_WANTED = re.compile(none_wanted("alarm"))


class Alarms:
    """In the memory, by the clock on the wall: they go with the wearer into another time zone."""

    name = "alarm"
    about = "set alarms"
    intents = tuple(
        replace(intent, then=then("alarm"))
        for intent in beside(
            beside(ALARMS, EXPLAINED, WHO, SOUND, REMINDED),
            MEANT,
            OTHER_ALARMS,
            only=("move", "cancel", "list"),
        )
    )

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "set" | "at":
                return self._set(request, memory)
            case "move":
                return self._move(request, memory)
            case "cancel" | "skip":
                return self._cancel(request, memory)
            case "before":
                return self._before(request, memory)
            case _:
                return _list(request, memory)

    def _set(self, request: Request, memory: Memory) -> Answer:
        wake = any(word in request.text.lower() for word in ("wake", "get me up", "be up"))
        # On a day that is named, an alarm for six is one for the morning.
        early: Early = "always" if wake else "on a day"
        slot = "end" if "end" in request.slots else "when"
        moment = settle(request, slot, "For what time?", early=early)
        return self._add(moment, (request.get("name", str) or "").lower(), request.now, memory)

    def _before(self, request: Request, memory: Memory) -> Answer:
        """So long before what one is reminded of, or whose time is said."""
        lead, what = request.need("lead", timedelta), request.need("what", str)
        return self._add(ahead(request, memory, what, lead), "", request.now, memory)

    def _add(self, moment: Moment, name: str, now: datetime, memory: Memory) -> Answer:
        alarms = memory.due.open("alarm")
        told = _spoken(moment.at, moment.rule, now)
        for due in alarms:
            if (due.at, due.rule, due.name) == (moment.at.timestamp(), moment.rule, name):
                return Answer(f"There is an alarm for {told} already.")
        if len(alarms) >= MOST:
            raise SkillError(f"There are {MOST} alarms already; cancel one first.")
        due = memory.due.add(
            "alarm",
            name,
            at=moment.at.timestamp(),
            now=now.timestamp(),
            wall=moment.wall,
            rule=moment.rule,
        )
        self._changed()
        what = _title(name)
        return Answer(
            f"{what} set for {told}.",
            _card(what, (told,), [due], now),
            undo=lambda: self._take_back(memory, due),
        )

    def _take_back(self, memory: Memory, due: Due) -> None:
        memory.due.cancel(due.id)
        self._changed()

    def _move(self, request: Request, memory: Memory) -> Answer:
        old = request.slots.get("old")
        slots = {"when": old} if old else {}
        if "length" in request.slots and not old and "when" in request.slots:
            # "Wake me an hour earlier tomorrow."
            slots = {"when": request.slots["when"]}
        alarms = memory.due.open("alarm")
        if not alarms:
            return Answer("There is no alarm.")
        chosen = _chosen(alarms, replace(request, slots={**_named(request), **slots}))
        if not chosen:
            raise SkillError("There is no such alarm.")
        if len(chosen) > 1:
            names = [_describe(due, request.now) for due in chosen[:4]]
            raise Missing("old", f"Which one: {', '.join(names[:-1])} or {names[-1]}?")
        due = chosen[0]
        length = request.get("length", timedelta)
        if length and EARLIER.search(request.text):
            length = -length
        moment = later(length, due, request.now) if length else moved_rule(request, due)
        if moment is None:
            moment = nearest(request.get("when", When), due, request.now)
        if moment is None:
            moment = settle(request, "when", "To what time?", early="on a day")
        moved = memory.due.move(due, moment.at.timestamp(), moment.wall, rule=moment.rule)
        self._changed()
        told = _spoken(moment.at, moment.rule, request.now)

        def undo() -> None:
            memory.due.move(moved, due.at, due.wall, rule=due.rule)
            self._changed()

        what = _title(due.name)
        return Answer(
            f"{what} moved to {told}.", _card(what, (told,), [moved], request.now), undo=undo
        )

    def _cancel(self, request: Request, memory: Memory) -> Answer:
        alarms = memory.due.open("alarm")
        if not alarms:
            return Answer("There is no alarm.")
        chosen = _chosen(alarms, request)
        if re.search(SEVERAL, request.text, re.IGNORECASE):
            raise SkillError("I can cancel one of them, or all of them.")
        skips = request.intent == "skip"
        if not chosen and skips and of_one_day(request.get("when", When)):
            at = datetime.fromtimestamp(alarms[0].at, request.now.tzinfo)
            told = _spoken(at, None, request.now)
            raise SkillError(f"I can only skip the next alarm, for {told}.")
        if not chosen:
            raise SkillError("There is no such alarm.")
        if skips and "when" not in request.slots:
            chosen = chosen[:1]
        words = request.text.lower()
        many = bool(re.search(r"\balarms\b|\b(?:all|any)\b", words))
        if re.search(r"\bboth\b", words):
            many = len(chosen) == 2
        if len(chosen) > 1 and not many:
            names = [_describe(due, request.now) for due in chosen[:4]]
            raise Missing("when", f"Which one: {', '.join(names[:-1])} or {names[-1]}?")
        sure = request.get("sure", bool)
        if sure is None and "when" not in request.slots and _NONE_WANTED.search(words):
            told = " and one for ".join(_describe(due, request.now) for due in chosen[:4])
            raise Missing("sure", f"There is one for {told}. Shall I cancel {_it_or_them(chosen)}?")
        if sure is False:
            return Answer(f"I'll keep {_it_or_them(chosen)}.")
        # "Cancel tomorrow's alarm" is about tomorrow, and not about every day.
        once = len(chosen) == 1 and (skips or of_one_day(request.get("when", When)))
        if once and (next_ := following(chosen[0], request.now)) is not None:
            return self._skip(chosen[0], next_, request.now, memory)
        with memory.database.transaction():
            for due in chosen:
                memory.due.close(due, "cancelled")
        self._changed()

        def undo() -> None:
            memory.due.reopen(chosen)
            self._changed()

        if len(chosen) == 1:
            told = _moment(chosen[0], request.now)
            return Answer(f"{_title(chosen[0].name)} for {told} cancelled.", undo=undo)
        return Answer(f"{len(chosen)} alarms cancelled.", undo=undo)

    def _skip(self, due: Due, next_: Moment, now: datetime, memory: Memory) -> Answer:
        """Leave out the next time of what repeats."""
        at = datetime.fromtimestamp(due.at, now.tzinfo)
        moved = memory.due.move(due, next_.at.timestamp(), next_.wall, rule=next_.rule)
        self._changed()

        def undo() -> None:
            memory.due.move(moved, due.at, due.wall, rule=due.rule)
            self._changed()

        told = _spoken(next_.at, None, now)
        speech = f"{_title(due.name)} {spoken.day(at, now)} skipped; the next is for {told}."
        return Answer(speech, _card(_title(due.name), (told,), [moved], now), undo=undo)

    def _changed(self) -> None:
        scheduler = self._services.find(Scheduler)
        if scheduler is not None:
            scheduler.changed()


def _named(request: Request) -> dict[str, Value]:
    return {name: value for name, value in request.slots.items() if name in ("name", "place")}


def _list(request: Request, memory: Memory) -> Answer:
    alarms = memory.due.open("alarm")
    chosen = _chosen(alarms, request)
    if not chosen:
        return Answer("There is no such alarm." if alarms else "There is no alarm.")
    names = [_describe(due, request.now) for due in chosen]
    card = _card("Alarms", tuple(names[:10]), chosen[:10], request.now)
    if "next" in request.text.lower() or len(chosen) == 1:
        return Answer(f"The {'next ' if len(chosen) > 1 else ''}alarm is for {names[0]}.", card)
    if len(chosen) > 3:
        return Answer(f"There are {len(chosen)} alarms; the next one is for {names[0]}.", card)
    return Answer(f"There are alarms for {spoken.several(names)}.", card)


def _chosen(alarms: Sequence[Due], request: Request) -> list[Due]:
    when, name = request.get("when", When), request.get("name", str)
    if name == "reminder" and not any(name in due.name.split() for due in alarms):
        # "My reminder alarms" are all of them.
        name = None
    wanted = set(stems(name)) if name else set()
    chosen = [
        due
        for due in alarms
        if within(when, datetime.fromtimestamp(due.at, request.now.tzinfo))
        and (not name or wanted <= set(stems(due.name)))
    ]
    if place := request.get("place", str):
        at = PLACES[place.lower()]
        return chosen[at : at + 1 or None]
    return chosen


def _card(title: str, lines: tuple[str, ...], alarms: Sequence[Due], now: datetime) -> Card:
    moments = tuple(
        Alarm(
            due.name,
            datetime.fromtimestamp(due.at, now.tzinfo).isoformat(timespec="minutes"),
            rule.spoken(due.rule) if due.rule else "",
        )
        for due in alarms
    )
    return Card(title, lines, "alarm", Moments(moments))


def _it_or_them(alarms: Sequence[Due]) -> str:
    return "it" if len(alarms) == 1 else "them"


def _title(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]} alarm" if name else "Alarm"


def _moment(due: Due, now: datetime) -> str:
    return _spoken(datetime.fromtimestamp(due.at, now.tzinfo), due.rule, now)


def _describe(due: Due, now: datetime) -> str:
    told = _moment(due, now)
    return f"{told}, {due.name}" if due.name else told


def _spoken(at: datetime, repeats: str | None, now: datetime) -> str:
    """ "7 AM tomorrow", "7 AM every weekday"."""
    if repeats:
        return f"{spoken.clock(at)} {rule.spoken(repeats)}"
    return f"{spoken.clock(at)} {spoken.day(at, now, timed=True)}"
