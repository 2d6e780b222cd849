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
from edge.reason.several import each_time
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot, Value
from edge.reason.skills.beside import EXPLAINED, MEANT, OTHER_ALARMS, WHO, beside
from edge.reason.skills.reminder_then import then
from edge.reason.weekdays import each_weekday
from edge.reason.when import When
from edge.reason.words import words as parts
from edge.remind import rule, spoken
from edge.remind.moments import Early, later, moved_rule, nearest, settle, within
from edge.remind.scheduler import Scheduler

_NOT_NAMES = frozenset({"alarm", "alarms", "timer", "an", "a", "the", "my", "all", "any", "me"})
_NOT_NAMES |= {"of", "have", "do", "set", "both", "o'clock", "am", "pm", "past"}


def _is_name(words: str) -> bool:
    if all(part.number is not None for part in parts(words)):
        # A time: "the seven thirty alarm".
        return False
    return len(words.split()) <= 3 and not _NOT_NAMES & set(words.lower().split())


_NAME = Slot(
    fits=_is_name,
    find=(
        r"\b(?:called|named|labelled|labeled) (.+)$",
        r"\balarms? to (wake up|get up)\b",
        r"\b(?:my|the) (wake up|workout|medication|medicine|nap) alarms?\b",
    ),
)
_WHEN = Slot("when")
_THE = "[all|any] [of] [the|my|that|this|those|these|all my|all the|an|a]"

INTENTS = (
    Intent(
        "set",
        (
            "(set|create|make|add|start|put|schedule|give me|get me|turn on|activate|have)"
            " [up] [a|an|the|my|another|one|two|three|some] [new] [{name}] (alarm|alarms)"
            " [clock] [up|on] [for|at|to|to ring at|to go off at|to wake me up at] [{when}] [from]",
            "(set|create|make|add) [a|the] alarm [for] {when} (called|named|for) [the|my] {name}",
            "(set|create|make|add) [a|an] alarm (called|named) {name} [for|at] [{when}]",
            "i (need|want|would like) (an|a|the|another) [{name}] alarm [set] [for|at] [{when}]",
            "(i'd|i would) (like|love) [to set|to have] (an|a) [{name}] alarm [set] [for|at]"
            " [{when}]",
            "(wake|get) up [tomorrow] (at|by|in) {when}",
            "(wake me [up]|get me up) [with an alarm] [at|by|in|for] {when}",
            "wake me [up]",
            "i (need|want|have|must|would like) [to] (wake|get|be|wake up|get up|be up|up|be woken)"
            " [up] (at|by|in|before) {when}",
            "i (need|want) to be (woken|awake|awakened) [up] (at|by) {when}",
            "set [a] wake up call [for|at] [{when}]",
            "(alert|ring|buzz) me (at|in|by) {when} [hours]",
            "(tell me|let me know|alert me) (when|once|as soon as) (it's|it is) {when}",
            "[new] alarm [for|at|to] {when}",
            "{when} alarm",
            "alarm",
            "i have to be up (at|by) {when}",
            "make sure (i'm|i am|that i'm) (up|awake) (at|by) {when}",
        ),
        {"when": Slot("when", ask="For what time?"), "name": _NAME},
        unless=r"^(?:set|make) (?:the|my) .*\balarm .*\blater$",
        several=lambda text, now: each_weekday(text, now) or each_time(text, now),
    ),
    Intent(
        "move",
        (
            "(move|change|shift|reschedule|push|postpone) [back|forward] [the|my|that] [{name}]"
            " alarm [clock] [back] (to|until|for) {when}",
            "(move|change|shift|reschedule|push) [the|my|that] [{old}] alarm (to|until) {when}",
            "(move|change|shift|reschedule|push) [the|my|that|today's|tomorrow's] alarm"
            " (from|for|at) {old} to {when}",
            "(move|push|shift|postpone|delay|push back) [the|my|that] [{name}] alarm [clock]"
            " [back] by {length}",
            "(set|make|move|push|change) [the|my|that] [{name}] alarm [to|by] {length}"
            " (later|back)",
        ),
        {
            "old": _WHEN,
            "when": Slot("when"),
            "name": _NAME,
            "length": Slot("duration"),
        },
    ),
    Intent(
        "cancel",
        (
            "(cancel|delete|remove|clear|disable|deactivate|turn off|switch off|shut off|get rid of"
            f"|stop|kill|drop|erase|unset) {_THE} [{{name}}] (alarm|alarms)"
            " [that|which] [i|i have|i've] [set] [(for|at|on|after)] [{when}]",
            f"turn {_THE} [{{name}}] (alarm|alarms) off",
            "(cancel|delete|remove|turn off|switch off) [the|my|both] [{when}] (alarm|alarms)",
            "(do not|don't) (wake me|ring) [up] [{when}]",
            "i don't need (the|my|an) [{name}] alarm [anymore|any more] [{when}]",
        ),
        {"when": _WHEN, "name": _NAME},
    ),
    Intent(
        "list",
        (
            "(what|which) [{name}] (alarm|alarms) (do i have|are set|are there|are on|are active"
            "|are upcoming|have i set|have i got|is set) [set] [up] [for|on] [{when}]",
            "(list|show|show me|tell me|report|read|read me|check|give me|provide me|display)"
            f" {_THE} [{{name}}] (alarm|alarms) [settings|times|list] [you|i] [have] [set]",
            "(what|when) (is|are) (my|the) [next|first|upcoming] [{name}] (alarm|alarms)"
            " [set] [for] [{when}]",
            "(what's|when's) my [next] [{name}] alarm [set] [for]",
            "[my] next alarm",
            "(do i have|are there|have i set|did i set|is there|have i got) [any|an|a|my|the]"
            " [{name}] (alarm|alarms) [set] [up] [for|at|on|to] [{when}]",
            "(is|are) (my|the|there) [any|an] [{name}] (alarm|alarms) (set|on) [for|at] [{when}]",
            "how many alarms (do i have|are set|are there|have i set) [set] [for] [{when}]",
            "(at what|what) (time|times) (is|are|have you|did you|did i|have i) [set] (my|the|an)"
            " [{name}] (alarm|alarms) [set] [for] [me]",
            "at what time have you set [my|the|an] alarm [for me]",
            "what time (is|did i set) (my|the) [{name}] alarm [set] [for]",
            "what time (am i|i am|i'm) (waking|getting) up [{when}]",
            "what time (will|do|am) (you|i) (wake|be woken|getting woken) [me] [up] [{when}]",
        ),
        {"when": _WHEN, "name": _NAME},
        pure=True,
    ),
)


class Alarms:
    """In the memory, by the clock on the wall: they go with the wearer into another time zone."""

    name = "alarm"
    about = "set alarms"
    intents = tuple(
        replace(intent, then=then("alarm"))
        for intent in beside(
            beside(INTENTS, EXPLAINED, WHO), MEANT, OTHER_ALARMS, only=("move", "cancel", "list")
        )
    )

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "set":
                return self._set(request, memory)
            case "move":
                return self._move(request, memory)
            case "cancel":
                return self._cancel(request, memory)
            case _:
                return _list(request, memory)

    def _set(self, request: Request, memory: Memory) -> Answer:
        wake = any(word in request.text.lower() for word in ("wake", "get me up", "be up"))
        # On a day that is named, an alarm for six is one for the morning.
        early: Early = "always" if wake else "on a day"
        moment = settle(request, "when", "For what time?", early=early)
        name = (request.get("name", str) or "").lower()
        alarms = memory.due.open("alarm")
        told = _spoken(moment.at, moment.rule, request.now)
        for due in alarms:
            if (due.at, due.rule, due.name) == (moment.at.timestamp(), moment.rule, name):
                return Answer(f"There is an alarm for {told} already.")
        if len(alarms) >= MOST:
            raise SkillError(f"There are {MOST} alarms already; cancel one first.")
        due = memory.due.add(
            "alarm",
            name,
            at=moment.at.timestamp(),
            now=request.now.timestamp(),
            wall=moment.wall,
            rule=moment.rule,
        )
        self._changed()
        what = _title(name)
        return Answer(
            f"{what} set for {told}.",
            _card(what, (told,), [due], request.now),
            undo=lambda: self._take_back(memory, due),
        )

    def _take_back(self, memory: Memory, due: Due) -> None:
        memory.due.cancel(due.id)
        self._changed()

    def _move(self, request: Request, memory: Memory) -> Answer:
        old = request.slots.get("old")
        slots = {"when": old} if old else {}
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
        if not chosen:
            raise SkillError("There is no such alarm.")
        words = request.text.lower()
        many = bool(re.search(r"\balarms\b|\b(?:all|any)\b", words))
        if re.search(r"\bboth\b", words):
            many = len(chosen) == 2
        if len(chosen) > 1 and not many:
            names = [_describe(due, request.now) for due in chosen[:4]]
            raise Missing("when", f"Which one: {', '.join(names[:-1])} or {names[-1]}?")
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

    def _changed(self) -> None:
        scheduler = self._services.find(Scheduler)
        if scheduler is not None:
            scheduler.changed()


def _named(request: Request) -> dict[str, Value]:
    return {name: value for name, value in request.slots.items() if name == "name"}


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
    wanted = set(stems(name)) if name else set()
    return [
        due
        for due in alarms
        if within(when, datetime.fromtimestamp(due.at, request.now.tzinfo))
        and (not name or wanted <= set(stems(due.name)))
    ]


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
