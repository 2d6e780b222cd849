"""Reminders, and the events of a calendar, which are reminders with a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.due import MOST, Due
from edge.reason.durations import spoken as length
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Value
from edge.reason.skills.beside import (
    ABOUT_SOMEBODY,
    AN_ALARM,
    CALENDARS,
    DELIVERED,
    EATEN,
    EXPLAINED,
    FAMOUS,
    HAD,
    MEANT,
    OTHERS,
    PAID,
    PART_NOW,
    PUBLIC,
    SENT,
    TOLD,
    WENT,
    beside,
    none_wanted,
)  # fmt: skip
from edge.reason.skills.reminder_matter import matter
from edge.reason.skills.reminder_moves import move, move_none
from edge.reason.skills.reminder_phrases import REMINDERS, SOON, drop, skip
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
from edge.reason.skills.reminder_tell import (
    AHEAD,
    BLOCK,
    BLOCK_LENGTH,
    HAVE,
    TELL,
    TELL_AT,
    TELL_ONCE,
    either,
    when_is,
)
from edge.reason.skills.reminder_then import then
from edge.reason.skills.reminder_words import DECLINED
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

JUST_NOW = 300.0
"""Seconds for which "before that" may be about what was set last."""


class Reminders:
    """In the memory; those for a time of day go with the wearer into another time zone."""

    name = "reminder"
    about = "remind you of things"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._last: Due | None = None
        """What was set last."""
        known = tuple(make(self._known) for make in (move, move_none, drop, skip, when_is, either))
        told = (TELL, TELL_AT, TELL_ONCE, AHEAD, BLOCK, BLOCK_LENGTH, HAVE)
        ours = beside((*REMINDERS, *told, SOON, *known), EXPLAINED)
        ours = beside(ours, SENT, only=("set",))
        ours = beside(ours, TOLD, HAD, WENT, CALENDARS, AN_ALARM, only=("set", "list", "cancel"))
        ours = beside(ours, FAMOUS, PAID, EATEN, DELIVERED, ABOUT_SOMEBODY, only=("list", "soon"))
        ours = beside(ours, PART_NOW, DECLINED, only=("list",))
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
            case "set" | "tell" | "tell_at" | "tell_once" | "ahead" | "block" | "block_length":
                return self._set(request, memory)
            case "cancel" | "drop" | "skip":
                return self._cancel(request, memory)
            case "move_none":
                raise SkillError("There is no such reminder.")
            case "move":
                return self._move(request, memory)
            case _:
                return _list(request, memory)

    def _set(self, request: Request, memory: Memory) -> Answer:
        request = self._before_last(request)
        request, what = matter(request, memory)
        lead = request.get("lead", timedelta)
        if lead is not None and request.slots["lead"].said in _said(request, "when"):
            # "A week before christmas" is a day.
            lead = None
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
        self._last = due if lead is None else self._last
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

    def _before_last(self, request: Request) -> Request:
        """ "Remind me fifteen minutes before": before what was set last, if it was just now."""
        last, said = self._last, {"event", "when"} & set(request.slots)
        named = (request.get("what", str) or "that").lower() not in ("that", "it", "this")
        if last is None or said or named or "lead" not in request.slots:
            return request
        if not 0 <= request.now.timestamp() - last.set_at <= JUST_NOW:
            return request
        return replace(request, slots={**request.slots, "what": Value("", last.name)})

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
        if sure is None and not named and _NONE_WANTED.search(request.text):
            told = _describe(chosen[0], request.now)
            raise Missing("sure", f"There is one: {told}. Shall I cancel it?")
        if sure is False:
            return Answer("I'll keep them." if len(chosen) > 1 else "I'll keep it.")
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
_NONE_WANTED = re.compile(
    rf"{none_wanted('reminder')}|^(?:there's |there is )?no\b"
    r"|\bremind me(?: any ?more)?[\s.!?]*$",
    re.IGNORECASE,
)
"""Who wants none may not know that one is set."""
_BEGINS = re.compile(r" (?:begins?|starts?|is due|happens|takes place)$", re.IGNORECASE)


def _said(request: Request, slot: str) -> str:
    value = request.slots.get(slot)
    return value.said if value is not None else ""


def _only_day(when: When) -> bool:
    return when == When(day=when.day)


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
