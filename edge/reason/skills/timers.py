"""Timers: several, by name, cancelled, lengthened, and asked how long they still take."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from edge.card import Countdown, Timer
from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.due import MOST, Due
from edge.memory.words import stems
from edge.reason.durations import whole_duration
from edge.reason.grammar import bare
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services
from edge.reason.skills.beside import EXPLAINED, MEANT, WHO, beside, none_wanted
from edge.reason.skills.timer_phrases import intents
from edge.remind import spoken, wording
from edge.remind.scheduler import Scheduler

LONGEST = timedelta(days=7)
"""For longer there are reminders."""

_OTHER = re.compile(
    r"\b(?:to|onto) (?:the|my) (?!(?:timer|countdown|clock)\b)([\w' ]+?)(?: timer)?$", re.IGNORECASE
)
"""To what time is added; "to the chicken" is not to the rice."""
_NONE_WANTED = re.compile(none_wanted("timer"), re.IGNORECASE)
_HOW_LONG = {"change": "How long should it be?", "shorter": "How much shorter?"}
_BY_LENGTH = {"shorter": 0, "shortest": 0, "longer": -1, "longest": -1}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
"""Of timers, in the order in which they were set."""


class Timers:
    """In the memory, so that they outlive a restart; the scheduler tells when one has run out."""

    name = "timer"
    about = "set timers"

    def __init__(self, services: Services) -> None:
        self._services = services
        ours = beside(intents(self._runs, self._held), EXPLAINED, WHO)
        self._intents = beside(ours, MEANT, only=("cancel", "end", "left", "pause", "resume"))

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def _runs(self, name: str) -> bool:
        memory = self._services.find(Memory)
        try:
            timers = _timers(memory) if memory is not None else []
        except StorageError:
            return False
        return any(due.name for due in _chosen(timers, name)) and bool(stems(name))

    def _held(self) -> bool:
        memory = self._services.find(Memory)
        try:
            return memory is not None and bool(memory.due.paused())
        except StorageError:
            return False

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "set":
                return self._set(request, memory)
            case "cancel" | "end":
                return self._cancel(request, memory)
            case "longer" | "more" | "shorter" | "change":
                return self._longer(request, memory)
            case "rename":
                return self._rename(request, memory)
            case "ran":
                return _ran(request, memory)
            case "pause" | "resume":
                return self._hold(request, memory)
            case _:
                return _left(request, memory)

    def _set(self, request: Request, memory: Memory) -> Answer:
        length = request.need("length", timedelta)
        if re.search(r"\btimers\b", request.text.lower()):
            raise Missing("length", "I set one timer at a time. For how long is the first?")
        negative = re.search(r"\b(minus|negative)\b", request.text.lower())
        if negative or not timedelta(seconds=1) <= length:
            raise Missing("length", "A timer takes at least one second. For how long?")
        if length > LONGEST:
            raise SkillError("A timer takes a week at most; I can set a reminder instead.")
        if len(_timers(memory)) >= MOST:
            raise SkillError(f"{MOST} timers are running already; cancel one first.")
        name = (request.get("name", str) or "").lower()
        now = request.now.timestamp()
        seconds = length.total_seconds()
        due = memory.due.add("timer", name, at=now + seconds, now=now, seconds=seconds)
        self._changed()
        if name:
            return Answer(
                f"{_capital(wording.called(due))} set for {spoken.length(seconds)}.",
                _card([due], request.now),
                undo=lambda: self._take_back(memory, due),
            )
        return Answer(
            f"Timer set for {spoken.length(seconds)}.",
            _card([due], request.now),
            undo=lambda: self._take_back(memory, due),
        )

    def _take_back(self, memory: Memory, due: Due) -> None:
        memory.due.cancel(due.id)
        self._changed()

    def _cancel(self, request: Request, memory: Memory) -> Answer:
        chosen = _meant(request, _timers(memory))
        if len(chosen) > 1 and not _many(request):
            raise Missing("which", f"Which one: {_names(chosen)}?")
        sure = request.get("sure", bool)
        one = len(chosen) == 1
        if sure is None and chosen and _NONE_WANTED.search(request.text):
            there = f"There is {_names(chosen)}" if one else f"{len(chosen)} timers are running"
            raise Missing("sure", f"{there}. Shall I cancel {'it' if one else 'them'}?")
        if sure is False:
            return Answer(f"I'll keep {'it' if one else 'them'}.")
        with memory.database.transaction():
            for due in chosen:
                memory.due.close(due, "cancelled")
        self._changed()

        def undo() -> None:
            memory.due.reopen(chosen)
            self._changed()

        if len(chosen) == 1:
            return Answer(f"{_capital(wording.called(chosen[0]))} cancelled.", undo=undo)
        return Answer(f"{len(chosen)} timers cancelled.", undo=undo)

    def _longer(self, request: Request, memory: Memory) -> Answer:
        chosen = _meant(request, _timers(memory))
        other = None if _which(request) else _OTHER.search(bare(request.text))
        if other is not None and not any(_chosen(chosen, other[1])):
            raise SkillError(f"There is no {other[1]} timer.")
        if len(chosen) > 1:
            raise Missing("which", f"Which one: {_names(chosen)}?")
        again = re.search(r"\bre(?:set|start)\b", request.text.lower()) and chosen[0].seconds
        length = request.get("length", timedelta) or timedelta(seconds=again or 0)
        more = length.total_seconds()
        if more <= 0 or more > LONGEST.total_seconds():
            raise Missing("length", _HOW_LONG.get(request.intent, "How much longer?"))
        left = chosen[0].remaining or chosen[0].at - request.now.timestamp()
        if request.intent == "change":
            # As if it had been set so from the beginning, or again.
            more -= left if again else chosen[0].seconds or left
        elif request.intent == "shorter":
            more = -more
        if left + more < 1:
            raise SkillError(f"It only has {wording.remaining(chosen[0], request.now)} left.")
        due = memory.due.lengthen(chosen[0], more)
        self._changed()

        def undo() -> None:
            memory.due.restore(chosen)
            self._changed()

        return Answer(
            f"{_capital(wording.called(due))} has {wording.remaining(due, request.now)} left.",
            _card([due], request.now),
            undo=undo,
        )

    def _rename(self, request: Request, memory: Memory) -> Answer:
        chosen = _meant(request, _timers(memory))
        if len(chosen) > 1:
            raise Missing("which", f"Which one: {_names(chosen)}?")
        before = chosen[0]
        due = memory.due.rename(before, request.need("name", str).lower())
        self._changed()

        def undo() -> None:
            memory.due.rename(due, before.name)
            self._changed()

        speech = f"The {wording.called(before)} is the {wording.called(due)} now."
        return Answer(speech, _card([due], request.now), undo=undo)

    def _hold(self, request: Request, memory: Memory) -> Answer:
        """Pause those that are named, or let them go on."""
        pause = request.intent == "pause"
        now = request.now.timestamp()
        timers = [due for due in _timers(memory) if due.state == "paused" or due.at > now]
        named = _meant(request, timers)
        chosen = [due for due in named if (due.state == "paused") != pause]
        if not chosen:
            state = "paused already" if pause else "not paused"
            name = f"The {wording.called(named[0])} is" if len(named) == 1 else "They are"
            return Answer(f"{name} {state}.", _card(named, request.now))
        if len(chosen) > 1 and not _many(request):
            raise Missing("which", f"Which one: {_names(chosen)}?")
        if pause:
            memory.due.pause(chosen, now)
        else:
            memory.due.resume(chosen, now)
        self._changed()

        def undo() -> None:
            memory.due.restore(chosen)
            self._changed()

        what = "paused" if pause else "running again"
        now_so = [due for due in _timers(memory) if due.id in {one.id for one in chosen}]
        if len(chosen) > 1:
            return Answer(f"{len(chosen)} timers {what}.", _card(now_so, request.now), undo=undo)
        left = wording.remaining(now_so[0], request.now)
        speech = f"{_capital(wording.called(chosen[0]))} {what}, with {left} left."
        return Answer(speech, _card(now_so, request.now), undo=undo)

    def _changed(self) -> None:
        scheduler = self._services.find(Scheduler)
        if scheduler is not None:
            scheduler.changed()


def _ran(request: Request, memory: Memory) -> Answer:
    chosen = _meant(request, _timers(memory))
    ages = [request.now.timestamp() - due.set_at for due in chosen[:3]]
    parts = [
        f"the {wording.called(due)} {f'{spoken.length(age)} ago' if age >= 1 else 'just now'}"
        for due, age in zip(chosen, ages, strict=False)
    ]
    return Answer(f"You set {spoken.several(parts)}.", _card(chosen, request.now))


def _left(request: Request, memory: Memory) -> Answer:
    chosen = _meant(request, _timers(memory))
    parts = [
        f"{wording.remaining(due, request.now)} on the"
        f" {'paused ' if due.state == 'paused' else ''}{wording.called(due)}"
        for due in chosen
    ]
    if len(chosen) == 1 and chosen[0].state == "paused":
        left = wording.remaining(chosen[0], request.now)
        speech = f"The {wording.called(chosen[0])} is paused, with {left} left."
        return Answer(speech, _card(chosen, request.now))
    if len(chosen) == 1:
        verb = "is" if re.match(r"1 \w+ on ", parts[0]) else "are"
        return Answer(f"There {verb} {parts[0]}.", _card(chosen, request.now))
    if len(chosen) <= 3:
        return Answer(f"There are {spoken.several(parts)}.", _card(chosen, request.now))
    paused = sum(due.state == "paused" for due in chosen)
    speech = f"There are {len(chosen)} timers"
    if paused < len(chosen):
        # The first of those that run.
        speech += f"; the next one has {wording.remaining(chosen[0], request.now)} left"
    if paused:
        speech += f"; {'all' if paused == len(chosen) else paused} of them paused"
    return Answer(f"{speech}.", _card(chosen, request.now))


def _timers(memory: Memory) -> list[Due]:
    """Those that run, the next one first, and then those that are paused."""
    return memory.due.open("timer") + memory.due.paused()


def _meant(request: Request, timers: Sequence[Due]) -> list[Due]:
    """Those of `timers` that are named, all where none is; SkillError where there is none."""
    if not timers:
        raise SkillError("There is no timer.")
    which = _which(request)
    chosen = _chosen(timers, which)
    if which and not chosen:
        raise SkillError(f"There is no {which} timer.")
    return chosen


def _many(request: Request) -> bool:
    """Whether several are meant."""
    return re.search(r"timers|\b(?:all|both)\b", request.text.lower()) is not None


def _which(request: Request) -> str | None:
    named = request.get("which", str) or request.get("running", str)
    if named is None and request.intent == "end":
        return request.slots["length"].said
    return named


def _chosen(timers: Sequence[Due], which: str | None) -> list[Due]:
    """Those that `which` names, by name, by length or by the order in which they were set; all
    where nothing is named."""
    which = re.sub(r"\b(the|my|that|one|timers?)\b", " ", (which or "").lower()).strip()
    if which in ("", "all", "every", "these", "both"):
        return list(timers)
    wanted = set(stems(which))
    named = [due for due in timers if wanted and wanted <= set(stems(due.name))]
    length = whole_duration(which.replace("-", " "))
    if length is not None and not named:
        named = [due for due in timers if due.seconds == length.total_seconds()]
    in_order = sorted(timers, key=lambda due: due.id)
    if not named and which in ("last", "latest", "newest"):
        return in_order[-1:]
    if not named and which in _BY_LENGTH:
        return sorted(timers, key=lambda due: due.seconds or 0)[_BY_LENGTH[which] :][:1]
    if not named and which in _ORDINALS:
        place = _ORDINALS.index(which)
        return in_order[place : place + 1]
    return named


def _names(timers: Sequence[Due]) -> str:
    names = [f"the {wording.called(due)}" for due in timers[:4]]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _card(timers: Sequence[Due], now: datetime) -> Card:
    lines = [
        f"{wording.called(due)}: {wording.remaining(due, now)}"
        f"{'' if due.remaining is None else ', paused'}"
        for due in timers[:10]
    ]
    running = tuple(
        Timer(
            due.name,
            datetime.fromtimestamp(
                due.at if due.remaining is None else now.timestamp() + due.remaining, now.tzinfo
            ).isoformat(timespec="milliseconds"),
            due.seconds or due.at - due.set_at,
            due.remaining,
        )
        for due in timers[:10]
    )
    return Card("Timers", tuple(lines), "timer", Countdown(running))
