"""Reminders, and the events of a calendar, which are reminders with a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time

from edge.errors import SkillError
from edge.memory import Memory
from edge.memory.due import MOST, Due
from edge.memory.words import stems
from edge.reason.dates import find_when
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.reason.when import When
from edge.remind import rule, spoken
from edge.remind.moments import settle, within
from edge.remind.scheduler import Scheduler

DAY_AT = time(9)
"""When a reminder comes for which only a day was said."""
LONGEST = 500
"""Characters of what a reminder is about."""

_EVENTS = (
    "(event|appointment|meeting|entry|calendar event|party|call|date|events|appointments|meetings"
    "|entries|calendar events|calendar|schedule)"
)
_EVENT_WORDS = stems("event appointment meeting party birthday wedding interview call date dinner")
_EVENT_WORDS += stems("lunch breakfast class lesson exam practice anniversary prayer session visit")


def _is_event(words: str) -> bool:
    """Whether this is something for a calendar, rather than a taxi or a table."""
    return bool(set(_EVENT_WORDS) & set(stems(words))) and "reminder" not in words


_WHEN = Slot("when")
_ABOUT = {"what": Slot(), "when": _WHEN}

INTENTS = (
    Intent(
        "set",
        (
            "remind me [on|at|in|by] [{when}] [to|about|that|of|for] {what}",
            "remind me [on|at|in|by] [{when}]",
            "remind me (to|about|that|of|for) {what} [on|at|in|by] {when}",
            "[please] remind (to|me) [at] {when} to {what}",
            "(set|create|make|add|give me|send me|put in|schedule|have) [up] [a|another|an"
            " event|the]"
            " [new] (reminder|alert) [for me] (to|about|that|for|of) {what}",
            "(set|create|make|add|schedule) [up] [a|another|an event] [new] (reminder|alert) [for"
            " me]"
            " [(for|on|at)] [{when}]",
            "(set|create|make) [up] [a] [new] reminder [for|at|on] {when} (to|about|for|that)"
            " {what}",
            "(i need|i want|i would like|i'd like|let me have) [a|to have a] reminder"
            " (to|about|that|for) {what}",
            "(i want|i need|i'd like) to be (reminded|alerted) (to|about|of|that) {what}",
            "(don't|do not) (let me forget|forget) (to|about) {what}",
            "i (don't want|do not want) to forget to {what}",
            "remember to {what}",
            "(tell|alert|notify) me (later|then|in time) (to|about) {what}",
            "(notify|alert) me (about|of|to) {what}",
            "(add|put|schedule|book|create|set|make|mark|plan|set up) [a|an|the|my|up] [new] {what}"
            " (to|on|in|into) [my|the] (calendar|schedule|agenda) [for|on|at] [{when}]",
            "(add|schedule|book|create|set|set up|make|plan|organize|arrange|put in|note|mark)"
            " [down] [a|an|the|my|another] [new] {event} [for|on|at] [{when}]",
            "i have (a|an|my) {event} [for|on|at|in] [{when}] [remind me]",
        ),
        {
            "what": Slot(
                find=(
                    r"\bremind(?:er)?(?: me| us)?(?: for me)? (?:to|about|that|of|for) (.+)$",
                    r"\b(?:add|put|schedule|book|set|create|mark) (?:an? |the |my |up )*(.+?)"
                    r" (?:to|on|in|into) (?:my |the )?(?:calendar|schedule|agenda)",
                    r"\b(?:event|appointment|meeting) (?:for|called|named|with|about) (.+)$",
                    r"\b(?:schedule|book|plan|organize|have|add) (?:an? |the |my )(.+)$",
                ),
            ),
            "event": Slot(fits=_is_event),
            "when": _WHEN,
        },
    ),
    Intent(
        "list",
        (
            "(what|which) [are] [my] [pending|upcoming|next] reminders [do i have|are there|are"
            " set]"
            " [set] [for] [{when}]",
            "(list|show|show me|tell me|read|read me|give me|play|what are|check) [all] [of]"
            " [the|my]"
            " [list of] [pending|upcoming|current] (reminders|alerts) [for] [{when}]",
            "(do i have|are there|have i) [any] [pending|upcoming] reminders [set|on my list]"
            " [pending] [for] [{when}]",
            "(what's|what is|when is) my next (reminder|event|appointment|meeting)",
            "what (did i|have i) (ask|asked) you to remind me (of|about)",
            "what (do i|am i supposed to) need to remember [{when}]",
            "(what's|what is|what do i have) (on|in) my (calendar|schedule|agenda)"
            " [for|on] [{when}]",
            "(what is|what's) [happening|on|going on|planned] {when}",
            "what (do i have|have i got|do i got) [going on|planned|on|scheduled|coming up]"
            " [for|on]"
            " {when}",
            "what (do i have|have i got) (going on|planned|scheduled|coming up) [{when}]",
            "(what is|what's|tell me|show me|read) my [event] (schedule|calendar|agenda|plan)"
            " [for|on] [{when}]",
            "(do i have|have i got|is there|are there) [any|anything|a|an|anywhere]"
            f" [{_EVENTS}|to be|booked|planned|scheduled|on] [for|on|in my calendar] {{when}}",
            "(do i have|are there) [any] (calendar events|events|appointments|meetings)"
            " [coming up|{when}]",
            "(what|which|tell me|tell me about|list|show|show me) [are] [all] [the|my]"
            " [calendar|upcoming] (events|appointments|meetings) [do i have|for|coming up|are]"
            " [{when}]",
            "(when is|what time is|what day is|when's) (my|the) {what} [scheduled|{when}]",
            "is [the|my|a] {what} (on|in) my (calendar|schedule|agenda) [for] [{when}]",
            "(did i|have i) (add|added|put|mark|marked) [the|my] {what} (to|on|in) my calendar",
            "(check|read|open|show me|look at) my (calendar|schedule|agenda) [for|on] [{when}]",
            "how many (reminders|meetings|appointments|events) do i have [for|on] [{when}]",
        ),
        _ABOUT,
        pure=True,
    ),
    Intent(
        "cancel",
        (
            "(cancel|delete|remove|clear|erase|drop|get rid of|forget) [all] [of] [the|my|that|a]"
            " (reminder|reminders) [(to|about|for|of|that)] [{what}] [for|on] [{when}]",
            "(cancel|delete|remove|clear|erase|get rid of) [all] [of] [the|my] {when}"
            " (reminder|reminders)",
            "(cancel|delete|remove|clear|erase) [the|my] {what} (reminder|reminders)",
            "(don't|do not) remind me (to|about|of) {what}",
            "(cancel|delete|remove|erase|take) [the|my|all|all the|all my] {what} (from|off|in)"
            " my (calendar|schedule|agenda) [for|on] [{when}]",
            f"(cancel|delete|remove|clear|erase) [all|all of] [the|my|all my] [next] [{{what}}]"
            f" [calendar] {_EVENTS} [for|on|at|with|from] [{{when}}]",
            "(cancel|delete|remove) my {what} (on|at) {when}",
            "(clear|wipe|empty|erase|completely clear) [out] (my|the)"
            " (calendar|schedule|agenda|day)"
            " [clean] [for|on] [{when}]",
            "(remove|delete|clear|erase) everything (from|on|in) (my|the) (calendar|schedule)"
            " [for|on] [{when}]",
        ),
        {**_ABOUT, "sure": Slot("yes_no")},
    ),
)


class Reminders:
    """In the memory; those for a time of day go with the wearer into another time zone."""

    name = "reminder"
    about = "remind you of things"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "set":
                return self._set(request, memory)
            case "cancel":
                return self._cancel(request, memory)
            case _:
                return _list(request, memory)

    def _set(self, request: Request, memory: Memory) -> Answer:
        what = " ".join((request.get("event", str) or request.get("what", str) or "").split())
        what = what.removeprefix("to ")
        if not what or what.lower() in _NOTHING:
            raise Missing("what", "What should I remind you of?")
        if len(what) > LONGEST:
            raise SkillError("That is too long for a reminder; I can keep it as a note.")
        # "On the 31st of February": a template may have read only a part of it.
        find_when(request.text, request.now)
        moment = settle(request, "when", "When should I remind you?", day_at=DAY_AT)
        if len(memory.due.open("reminder")) >= MOST * 4:
            raise SkillError(f"There are {MOST * 4} reminders already; cancel some first.")
        memory.due.add(
            "reminder",
            what,
            at=moment.at.timestamp(),
            now=request.now.timestamp(),
            wall=moment.wall,
            rule=moment.rule,
        )
        self._changed()
        told = _moment(moment.at, moment.rule, request.now)
        you = spoken.you(what)
        return Answer(f"I'll remind you {told}: {you}.", Card("Reminder", (you, told), "reminder"))

    def _cancel(self, request: Request, memory: Memory) -> Answer:
        reminders = memory.due.open("reminder")
        if not reminders:
            return Answer("There is no reminder.")
        chosen = _chosen(reminders, request)
        if not chosen:
            raise SkillError("There is no such reminder.")
        words = request.text.lower()
        many = re.search(r"\b(all|any|everything|clear|wipe|empty|\w+s)\b", words) is not None
        if len(chosen) > 1 and ("what" in request.slots or not many):
            names = [_describe(due, request.now) for due in chosen[:3]]
            raise Missing("what", f"Which one: {', '.join(names[:-1])} or {names[-1]}?")
        sure = request.get("sure", bool)
        if len(chosen) > 1 and sure is None:
            raise Missing("sure", f"That is {len(chosen)} reminders. Shall I cancel them?")
        if sure is False:
            return Answer("I'll keep them.")
        with memory.database.transaction():
            for due in chosen:
                memory.due.close(due, "cancelled")
        self._changed()
        if len(chosen) == 1:
            return Answer(f"Cancelled: {spoken.you(chosen[0].name)}.")
        return Answer(f"{len(chosen)} reminders cancelled.")

    def _changed(self) -> None:
        scheduler = self._services.find(Scheduler)
        if scheduler is not None:
            scheduler.changed()


_NOTHING = frozenset(
    {"me", "something", "an event", "event", "it", "this", "that", "anything", "of", "to", "about"}
)


def _list(request: Request, memory: Memory) -> Answer:
    reminders = memory.due.open("reminder")
    chosen = _chosen(reminders, request)
    when = request.get("when", When)
    where = ""
    if when is not None and when.day is not None and when.until is None:
        day = datetime.combine(when.day, time(), request.now.tzinfo)
        where = f" {spoken.day(day, request.now)}"
    if not chosen:
        return Answer(f"There is nothing {where.strip()}." if where else "There are no reminders.")
    names = [_describe(due, request.now, day=not where) for due in chosen]
    card = Card("Reminders", tuple(names[:10]), "list")
    if "next" in request.text.lower() or len(chosen) == 1:
        return Answer(
            f"{'The next is' if len(reminders) > 1 else 'There is one'}: {names[0]}.", card
        )
    shown = "; ".join(names[:3])
    count = f"{len(chosen)} reminders{where}"
    first = ". The first three" if len(chosen) > 3 else ""
    return Answer(f"There are {count}{first}: {shown}.", card)


def _chosen(reminders: Sequence[Due], request: Request) -> list[Due]:
    when, what = request.get("when", When), request.get("what", str)
    wanted = set(stems(what)) - _GENERAL if what else set()
    return [
        due
        for due in reminders
        if within(when, datetime.fromtimestamp(due.at, request.now.tzinfo))
        and wanted <= set(stems(due.name))
    ]


_GENERAL = frozenset(
    stems("events event appointments reminders reminder calendar schedule entries")
)


def _describe(due: Due, now: datetime, *, day: bool = True) -> str:
    at = datetime.fromtimestamp(due.at, now.tzinfo)
    told = _moment(at, due.rule, now) if day else f"at {spoken.clock(at)}"
    return f"{spoken.you(due.name)}, {told}"


def _moment(at: datetime, repeats: str | None, now: datetime) -> str:
    if repeats:
        if rule.seconds(repeats):
            return rule.spoken(repeats)
        return f"{rule.spoken(repeats)} at {spoken.clock(at)}"
    return spoken.moment(at, now)
