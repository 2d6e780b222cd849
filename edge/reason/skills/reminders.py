"""Reminders, and the events of a calendar, which are reminders with a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.due import MOST, Due
from edge.reason.dates import find_when
from edge.reason.durations import spoken as length
from edge.reason.feasts import is_feast
from edge.reason.grammar import bare
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Value
from edge.reason.skills.beside import (
    ABOUT_SOMEBODY,
    DELIVERED,
    EATEN,
    EXPLAINED,
    FAMOUS,
    HAD,
    MEANT,
    OTHERS,
    PAID,
    PUBLIC,
    SENT,
    TOLD,
    beside,
)  # fmt: skip
from edge.reason.skills.reminder_phrases import REMINDERS, SOON, drop, move, skip
from edge.reason.skills.reminder_search import (
    DAY_AT,
    NAMES,
    ahead,
    bound_of,
    called,
    chosen_of,
    from_to,
    names_one,
    on_time,
)
from edge.reason.skills.reminder_tell import TELL, TELL_AT, when_is
from edge.reason.skills.reminder_then import then
from edge.reason.when import When
from edge.remind import rule, spoken
from edge.remind.moments import (
    EARLIER,
    Moment,
    following,
    later,
    moved_rule,
    of_one_day,
    settle,
)
from edge.remind.scheduler import Scheduler

LONGEST = 500
"""Characters of what a reminder is about."""


class Reminders:
    """In the memory; those for a time of day go with the wearer into another time zone."""

    name = "reminder"
    about = "remind you of things"

    def __init__(self, services: Services) -> None:
        self._services = services
        known = tuple(make(self._known) for make in (move, drop, skip, when_is))
        ours = beside((*REMINDERS, TELL, TELL_AT, SOON, *known), EXPLAINED)
        ours = beside(ours, SENT, only=("set",))
        ours = beside(ours, TOLD, HAD, only=("set", "list", "cancel"))
        ours = beside(ours, FAMOUS, PAID, EATEN, DELIVERED, ABOUT_SOMEBODY, only=("list", "soon"))
        ours = beside(ours, MEANT, PUBLIC, OTHERS, only=("list", "soon"))
        self._intents = tuple(replace(intent, then=then("reminder")) for intent in ours)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def _known(self, words: str) -> bool:
        memory = self._services.find(Memory)
        try:
            return memory is not None and bool(called(memory, words))
        except StorageError:
            return False

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "set" | "tell" | "tell_at":
                return self._set(request, memory)
            case "cancel" | "drop" | "skip":
                return self._cancel(request, memory)
            case "move":
                return self._move(request, memory)
            case _:
                return _list(request, memory)

    def _set(self, request: Request, memory: Memory) -> Answer:
        what = " ".join((request.get("event", str) or request.get("what", str) or "").split())
        what = _AROUND.sub("", _EVENT_THAT.sub("", what.removeprefix("to ")))
        happens = _HAPPENS.search(bare(request.text)) if "when" not in request.slots else None
        if happens is not None:
            # Nobody sees from here when the rice is done, but it can be at a time.
            raise Missing("when", f"I can't tell when {spoken.you(happens[1])}. At what time?")
        what = re.sub(r"^(?:when|once|as soon as) (?=\w+ \w)", "", what)
        said = request.slots.get("when")
        named = _OF_FEAST.match(said.said) if said is not None and not what else None
        if named is not None and is_feast(named[1]):
            # "Remind me of mother's day."
            what = named[1]
        if _SWITCHED.match(what) and re.search(rf"\b{re.escape(what)} on\b", request.text):
            # "Turn the heating on tomorrow": a template took "on" for the day's.
            what = f"{what} on"
        if not what or what.lower() in _NOTHING or _BLOCKED.fullmatch(what):
            raise Missing("what", "What should I remind you of?")
        if _MOVED.match(bare(request.text)):
            # "Move the dentist to Friday", where there is none.
            raise SkillError("There is no such reminder.")
        if len(what) > LONGEST:
            raise SkillError("That is too long for a reminder; I can keep it as a note.")
        # "On the 31st of February": a template may have read only a part of it.
        find_when(request.text, request.now)
        lead = request.get("lead", timedelta)
        if "when" not in request.slots and is_feast(what):
            # "Put mother's day on my calendar": it is its own day.
            day = find_when(what, request.now)
            if day is not None:
                slots = {**request.slots, "when": Value(what, day.value)}
                request = replace(request, slots=slots)
        if lead is None:
            moment = settle(request, "when", "When should I remind you?", day_at=DAY_AT)
        else:
            what = _BEGINS.sub("", what)
            moment = ahead(request, memory, what, lead)
            what = f"{what} in {length(lead)}"
        if len(memory.due.open("reminder")) >= MOST * 4:
            raise SkillError(f"There are {MOST * 4} reminders already; cancel some first.")
        due = memory.due.add(
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
        # There is no rule for an end.
        ends = moment.rule and re.search(r"\b(?:until|till)\b", request.text.lower())
        endless = " It goes on until you tell me to stop." if ends else ""
        return Answer(
            f"I'll remind you {told}: {you}.{endless}",
            Card("Reminder", (you, told), "reminder"),
            undo=lambda: self._take_back(memory, due),
        )

    def _take_back(self, memory: Memory, due: Due) -> None:
        memory.due.cancel(due.id)
        self._changed()

    def _move(self, request: Request, memory: Memory) -> Answer:
        chosen = called(memory, request.need("what", str))
        both = from_to(request.text, request.now)
        if both is not None:
            chosen = on_time(chosen, both[0], request.now)
            request = replace(request, slots={**request.slots, "when": both[1]})
        if not chosen:
            raise SkillError("There is no such reminder.")
        if len(chosen) > 1:
            names = [_describe(due, request.now) for due in chosen[:3]]
            raise Missing("what", f"Which one: {', '.join(names[:-1])} or {names[-1]}?")
        due, now = chosen[0], request.now
        wait = request.get("length", timedelta)
        if wait and EARLIER.search(request.text):
            wait = -wait
        moment = later(wait, due, now) if wait else moved_rule(request, due)
        if moment is None:
            moment = self._moved(request, due)
        anew = memory.due.move(due, moment.at.timestamp(), moment.wall, rule=moment.rule)
        self._changed()
        told, you = _moment(moment.at, moment.rule, now), spoken.you(due.name)

        def undo() -> None:
            memory.due.move(anew, due.at, due.wall, rule=due.rule)
            self._changed()

        card = Card("Reminder", (you, told), "reminder")
        return Answer(f"Moved: {you}, {told}.", card, undo=undo)

    @staticmethod
    def _moved(request: Request, due: Due) -> Moment:
        """The moment to which what does not repeat is moved."""
        now = request.now
        said = request.slots.get("when")
        when = said.value if said is not None else None
        was = datetime.fromtimestamp(due.at, now.tzinfo)
        if isinstance(when, When) and when.after is None and (not when.day or _only_day(when)):
            # "To one pm" is on the day that it was for, while that is to come; "to Friday" is at
            # the time that it was for.
            moved = replace(when, day=max(was.date(), now.date())) if not when.day else when
            moved = replace(moved, time=was.time()) if when.day else moved
            if moved.next(now) is not None:
                slots = {**request.slots, "when": Value(said.said if said else "", moved)}
                request = replace(request, slots=slots)
        return settle(request, "when", "To when?", day_at=DAY_AT)

    def _cancel(self, request: Request, memory: Memory) -> Answer:
        reminders = memory.due.open("reminder")
        if not reminders:
            return Answer("There is no reminder.")
        nothing_said = not {*NAMES, "when"} & set(request.slots)
        if nothing_said and not request.certain and not _OF_CALENDAR.search(request.text):
            # Not everything, for words that were hardly understood.
            raise Missing("what", "Which reminder do you mean?")
        chosen = chosen_of(reminders, request)
        if not chosen:
            raise SkillError("There is no such reminder.")
        words = request.text.lower()
        many = re.search(r"\b(all|any|everything|clear|wipe|empty|\w+s)\b", words) is not None
        named = names_one(request)
        if len(chosen) > 1 and (named or not many):
            names = [_describe(due, request.now) for due in chosen[:3]]
            raise Missing("what", f"Which one: {', '.join(names[:-1])} or {names[-1]}?")
        # "Cancel tomorrow's run" is about tomorrow, and not about every day.
        once = request.intent == "skip" or of_one_day(request.get("when", When))
        if once and len(chosen) == 1 and (next_ := following(chosen[0], request.now)) is not None:
            return self._skip(chosen[0], next_, request.now, memory)
        sure = request.get("sure", bool)
        if len(chosen) > 1 and sure is None:
            raise Missing("sure", f"That is {len(chosen)} reminders. Shall I cancel them?")
        if sure is False:
            return Answer("I'll keep them.")
        with memory.database.transaction():
            for due in chosen:
                memory.due.close(due, "cancelled")
        self._changed()

        def undo() -> None:
            memory.due.reopen(chosen)
            self._changed()

        if len(chosen) == 1:
            return Answer(f"Cancelled: {spoken.you(chosen[0].name)}.", undo=undo)
        return Answer(f"{len(chosen)} reminders cancelled.", undo=undo)

    def _skip(self, due: Due, next_: Moment, now: datetime, memory: Memory) -> Answer:
        """Leave out the next time of what repeats."""
        moved = memory.due.move(due, next_.at.timestamp(), next_.wall, rule=next_.rule)
        self._changed()

        def undo() -> None:
            memory.due.move(moved, due.at, due.wall, rule=due.rule)
            self._changed()

        told = spoken.moment(next_.at, now)
        speech = f"Skipped once: {spoken.you(due.name)}. The next is {told}."
        return Answer(speech, Card("Reminder", (due.name, told), "reminder"), undo=undo)

    def _changed(self) -> None:
        scheduler = self._services.find(Scheduler)
        if scheduler is not None:
            scheduler.changed()


_OF_CALENDAR = re.compile(
    r"\b(?:calendar|schedule|agenda|diary|plans|remind\w*|events?|appointments?|meetings?|entries"
    r"|engagements|everything|commitments)\b",
    re.IGNORECASE,
)
_EVENT_THAT = re.compile(
    r"(?:an? |the )?(?:new )?(?:event|entry) (?:that|where|when|in which) (?:i|we) (?:will )?have"
    r" (?=\w)"
    r"|(?:an? |the )?(?:new )?(?:event|entry|notification|alarm)"
    r" (?:called|named|titled|for|about) (?=\w)"
    r"|(?:when )?it(?:'s| is) time (?:for|to) (?=\w)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r",? (?:(?:please|and|so|can you|could you) )*(?:add|put|mark|note|set) (?:it|that|this)"
    r"(?: down)?(?: (?:to|on|in|into) (?:my|the) (?:calendar|schedule|agenda|diary))?$"
    r"| (?:to|for)$",
    re.IGNORECASE,
)
"""What an event is asked for with, and not called."""
_HAPPENS = re.compile(
    r"^remind me (?:when|once|as soon as|whenever) (?!it(?:'s| is)\b)(.+?)(?: (?:to|about) .+)?$",
    re.IGNORECASE,
)
_SWITCHED = re.compile(r"(?:turn|switch|leave|keep) (?!(?:on|off|up|down)\b).+(?<! off)(?<! up)$")
_BLOCKED = re.compile(r"(?:block|reserve|book|hold)(?: off| out)?(?: my| the)?", re.IGNORECASE)
_BEGINS = re.compile(r" (?:begins?|starts?|is due|happens|takes place)$", re.IGNORECASE)
_OF_FEAST = re.compile(
    r"(?:of|about|[\w ]+ (?:day|week|month)s? (?:before|ahead of)) (.+)", re.IGNORECASE
)
_MOVED = re.compile(r"(?:move|reschedule|postpone|push back)\b.* (?:to|until)\b", re.IGNORECASE)


def _only_day(when: When) -> bool:
    return when == When(day=when.day)


_NOTHING = frozenset(
    {"me", "something", "an event", "event", "it", "this", "that", "anything", "of", "to", "about"}
)


def _list(request: Request, memory: Memory) -> Answer:
    reminders = memory.due.open("reminder")
    chosen = chosen_of(reminders, request)
    when = request.get("when", When)
    where = ""
    if when is not None and when.day is not None and when.until is None:
        day = datetime.combine(when.day, time(), request.now.tzinfo)
        where = f" {spoken.day(day, request.now)}"
        if when.time is not None and not chosen and when.until_time is None:
            day = datetime.combine(when.day, when.time, request.now.tzinfo)
            where = f" {spoken.moment(when.next(request.now) or day, request.now)}"
    bound = bound_of(request)
    if bound is not None and bound.day == bound.until:
        where = f" {bound.spoken(request.now)}"
    if not chosen and not where:
        named = names_one(request)
        none = "There is no such reminder." if named or when is None else "There is nothing then."
        return Answer(none if reminders else "There are no reminders.")
    if not chosen:
        return Answer(f"There is nothing {where.strip()}.")
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
