"""Timers: several, by name, cancelled, lengthened, and asked how long they still take."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from edge.card import Countdown, Timer
from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.due import MOST, Due
from edge.memory.words import stems
from edge.reason.durations import durations, whole_duration
from edge.reason.several import each_length
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.remind import spoken, wording
from edge.remind.scheduler import Scheduler

LONGEST = timedelta(days=7)
"""For longer there are reminders."""

_ARTICLES = "[a|an|the|my|another|one more|one] [new]"


def _is_name(words: str) -> bool:
    """Whether these words may be a timer's name: short, and no length of time."""
    if durations(words) or len(words.split()) > 4:
        return False
    plain = set(words.lower().split())
    return (
        not {"timer", "timers", "alarm", "minute", "minutes", "have", "start", "to", "on"} & plain
    )


_NAME = Slot(
    fits=_is_name,
    find=(r"\b(?:called|named|labelled|labeled) (.+)$", r"\btimer for (?:the |my )?([a-z ]+)$"),
)
_WHICH = {"which": Slot()}

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
"""Of timers, in the order in which they were set."""

_FIXED = (
    Intent(
        "set",
        (
            f"(set|start|create|make|begin|add|run|put on|give me|get me) {_ARTICLES} [{{name}}]"
            " (timer|countdown|stopwatch)"
            " [(for|of|at|with|on|to) [the|my] [next] {length}] [from|from now]",
            f"(set|start|create|make|begin|add|run|give me) {_ARTICLES} {{length}} [{{name}}]"
            " (timer|countdown) [from|from now]",
            f"(set|start|create|make|begin|add|run) {_ARTICLES} {{length}} (timer|countdown)"
            " (for|called|named) [the|my] {name}",
            f"(set|start|create|make|begin|add|run) {_ARTICLES} (timer|countdown)"
            " (called|named|for|for the|for my) {name} (for|of|at) {length}",
            f"(set|start|create|make|begin|add|run) {_ARTICLES} (timer|countdown)"
            " (for|of) {length} (for|called|named) [the|my] {name}",
            "[a|the] {length} [{name}] timer",
            "[{name}] timer [for] {length}",
            "(time me|count down) (for|from) {length}",
            "i (need|want|would like) [to have|to set|to start|to create] (a|an|another) [{name}]"
            " timer [set|started] [to start] [(for|of) {length}]",
            "i (need|want|would like) [to have|to set] (a|an|another) {length} [{name}] timer",
            "(set|have) {length} on [a|the] timer",
            "(set|have) (a|the) timer [to] (go off|ring) in {length}",
            "in {length} [the|a] timer should go off",
            "(tell|let) me [know] (in|after|when) {length} [is up|is over|have passed|has passed]",
            "let me know when it's been {length}",
            "timer",
        ),
        {
            "length": Slot("duration", ask="For how long?"),
            "name": _NAME,
        },
        several=each_length,
    ),
    Intent(
        "longer",
        (
            "(add|put) [another] {length} [more] (to|on|onto) [the|my] [{which}] timer",
            "(extend|lengthen|increase) [the|my] [{which}] timer by {length}",
            "give [the|my] [{which}] timer [another] {length} [more]",
            "(add|give me|give it) [another] {length} [more]",
        ),
        {"length": Slot("duration", ask="How much longer?"), **_WHICH},
    ),
)


def _intents(runs: Callable[[str], bool]) -> tuple[Intent, ...]:
    """`runs` says whether a timer of that name does: then it need not be called a timer."""
    which = {**_WHICH, "running": Slot(fits=runs)}
    cancel = Intent(
        "cancel",
        (
            "(cancel|stop|delete|remove|clear|end|kill|turn off|shut off|get rid of)"
            " [all] [of] [the|my|that|this|all my|all the] [{which}] (timer|timers|countdown)",
            "(cancel|stop|delete|remove|clear) [the|my] (timer|timers) (for|called|named|of)"
            " [the|my] {which}",
            "turn [the|my] [{which}] (timer|timers) off",
            "(cancel|stop|kill|turn off) [the|my] {running} [one]",
        ),
        which,
    )
    left = Intent(
        "left",
        (
            "how (much time|much longer|long) (is|do i have|is there|have i) [left|remaining]"
            " [(on|for|in|until|till)] [the|my] [{which}] (timer|timers) [is done|goes off|rings]",
            "how (much time|much longer|long) [is] (left|remaining)",
            "how (much time|much|long) [is] (left|remaining) (on|for|in) [the|my] [{which}]"
            " (timer|timers)",
            "(how's|how is|check|what about|what's left on) (the|my) [{which}] (timer|timers)",
            "(what|which) timers (do i have|are there|are|have i) [running|set]",
            "(list|show|show me|tell me) [all] [of] [the|my] timers",
            "(what's|what is) the status of (the|my) [{which}] timer",
            "(do i have|are there|have i set) [any] timers [running|set]",
            "when (does|will|is) (the|my) [{which}] timer (go off|end|done|ring|finish|run out)",
            "how (long|much time|much longer|many minutes) [is|are|until|till|before] [left|to go"
            "|remaining] [on|for|until|till|with] (the|my) {running} [is] [done|ready|left]",
            "(how's|how is|what about) (the|my) {running} [doing]",
            "(is|are) (the|my) {running} (done|ready) [yet]",
            "when (is|are|will) (the|my) {running} [be] (done|ready)",
        ),
        which,
        pure=True,
    )
    pause = Intent(
        "pause",
        (
            "(pause|hold|freeze|resume|unpause|continue|restart) [all] [the|my|that|this] [{which}]"
            " (timer|timers|countdown)",
        ),
        which,
        pure=True,
    )
    return (*_FIXED, cancel, left, pause)


class Timers:
    """In the memory, so that they outlive a restart; the scheduler tells when one has run out."""

    name = "timer"
    about = "set timers"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._intents = _intents(self._runs)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def _runs(self, name: str) -> bool:
        memory = self._services.find(Memory)
        try:
            timers = memory.due.open("timer") if memory is not None else []
        except StorageError:
            return False
        return any(due.name for due in _chosen(timers, name)) and bool(stems(name))

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "set":
                return self._set(request, memory)
            case "cancel":
                return self._cancel(request, memory)
            case "longer":
                return self._longer(request, memory)
            case "pause":
                raise SkillError("I can't pause a timer; I can give it more time, or cancel it.")
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
        if len(memory.due.open("timer")) >= MOST:
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
        timers = memory.due.open("timer")
        if not timers:
            return Answer("There is no timer.")
        which = _which(request)
        many = "timers" in request.text.lower() or " all " in f" {request.text.lower()} "
        chosen = _chosen(timers, which)
        if which and not chosen:
            raise SkillError(f"There is no {which} timer.")
        if len(chosen) > 1 and not many:
            raise Missing("which", f"Which one: {_names(chosen)}?")
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
        timers = memory.due.open("timer")
        if not timers:
            return Answer("There is no timer.")
        which = _which(request)
        chosen = _chosen(timers, which)
        if which and not chosen:
            raise SkillError(f"There is no {which} timer.")
        if len(chosen) > 1:
            raise Missing("which", f"Which one: {_names(chosen)}?")
        more = request.need("length", timedelta).total_seconds()
        if more <= 0 or more > LONGEST.total_seconds():
            raise Missing("length", "How much longer?")
        due = memory.due.move(chosen[0], chosen[0].at + more, None)
        self._changed()

        def undo() -> None:
            memory.due.move(due, chosen[0].at, None)
            self._changed()

        return Answer(
            f"{_capital(wording.called(due))} has {wording.remaining(due, request.now)} left.",
            _card([due], request.now),
            undo=undo,
        )

    def _changed(self) -> None:
        scheduler = self._services.find(Scheduler)
        if scheduler is not None:
            scheduler.changed()


def _left(request: Request, memory: Memory) -> Answer:
    timers = memory.due.open("timer")
    which = _which(request)
    chosen = _chosen(timers, which)
    if not timers:
        return Answer("There is no timer.")
    if which and not chosen:
        raise SkillError(f"There is no {which} timer.")
    parts = [
        f"{wording.remaining(due, request.now)} on the {wording.called(due)}" for due in chosen
    ]
    if len(chosen) == 1:
        return Answer(f"There are {parts[0]}.", _card(chosen, request.now))
    if len(chosen) <= 3:
        return Answer(f"There are {spoken.several(parts)}.", _card(chosen, request.now))
    return Answer(
        f"There are {len(chosen)} timers; the next one has"
        f" {wording.remaining(chosen[0], request.now)} left.",
        _card(chosen, request.now),
    )


def _which(request: Request) -> str | None:
    return request.get("which", str) or request.get("running", str)


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
    if not named and which in _ORDINALS:
        place = _ORDINALS.index(which)
        return in_order[place : place + 1]
    return named


def _names(timers: Sequence[Due]) -> str:
    names = [f"the {wording.called(due)}" for due in timers[:4]]
    return " or ".join([", ".join(names[:-1]), names[-1]])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _card(timers: Sequence[Due], now: datetime) -> Card:
    lines = [f"{wording.called(due)}: {wording.remaining(due, now)}" for due in timers[:10]]
    running = tuple(
        Timer(
            due.name,
            datetime.fromtimestamp(due.at, now.tzinfo).isoformat(timespec="milliseconds"),
            due.seconds or due.at - due.set_at,
        )
        for due in timers[:10]
    )
    return Card("Timers", tuple(lines), "timer", Countdown(running))
