"""What the wearer tells of themselves: remembered, told with its origin, forgotten."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from edge.errors import SkillError, StorageError
from edge.health.metrics import metrics
from edge.health.readings import Readings
from edge.memory import Memory
from edge.memory.facts import Fact
from edge.memory.files import write_private
from edge.reason.grammar import bare
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.remind import spoken

LONGEST = 500
"""Characters of a fact; more is a note."""
JUST_NOW = 600.0
"""Seconds for which "forget that" may be about what was kept last."""
AGAIN = 3
"""Facts that are told in one answer."""


def _is_name(words: str) -> bool:
    """ "Call me Ann", not "call me an uber"."""
    plain = words.lower().split()
    return len(plain) <= 3 and plain[0] not in ("a", "an", "the", "my", "back", "later", "when")


_NAME = Slot(
    ask="What shall I call you?",
    fits=_is_name,
    find=(r"\b(?:name (?:is|to)|call me|as) ([a-z'-]+)",),
)


def _is_fact(words: str) -> bool:
    """Not "remember to call mum" nor "remember dinner on Friday", which are reminders."""
    first = words.lower().split()[:1]
    if re.match(r"(?:the |my )?\w+ (?:on|at|tomorrow|tonight|next|this)\b", words.lower()):
        return False
    return first not in (["to"], ["when"], ["what"], ["if"], ["me"], ["the"])


def _intents(knows: Callable[[str], bool]) -> tuple[Intent, ...]:
    """`knows` says whether there is a fact about these words."""
    return (
        Intent(
            "tell",
            (
                "remember that {fact}",
                "remember [this|the following] {fact}",
                "[please] (keep in mind|bear in mind|don't forget|do not forget) that {fact}",
                "(you should know|i want you to know|for your information|fyi) [that] {fact}",
                "memorize that {fact}",
                "remember (this|something) [for me]",
                "i (parked|left|put|hid|stored) {fact}",
            ),
            {"fact": Slot(ask="What should I remember?", fits=_is_fact)},
            dictated=True,
        ),
        Intent(
            "rename",
            (
                "(call|name|address) me [as] {name} [from now on|from here on|now|instead]",
                "my name is {name}",
                "(change|set|switch|update) my name [to {name}]",
                "[please] (start|begin) calling me {name} [from now on]",
                "i (want|would like|'d like) to be called {name}",
                "(i am|i'm) called {name}",
                "be called {name}",
                "my name is {name} (please|so|and) use my name",
                "(call me|use|switch to|change to) (a different|another|a new) name",
                "(change|switch) my name",
                "(address|refer to) me as {name} [when speaking to me]",
            ),
            {"name": _NAME},
        ),
        Intent(
            "name",
            (
                "(what's|what is|say|tell me|do you know|remember|do you remember) my name"
                " [on file|again]",
                "who am i",
                "what (do you|should you|will you) call me",
                "[what is|what's|tell me] [the] name [that] (you have for me|you use for me)",
                "(what|which) name do you have for me",
                "how do you (refer to|address) (me|my name)",
                "[(tell|say|know)] [me] [what's|what is] [the|my] name [that] you (have|use) for"
                " me",
                "what (name do|do) you (have|use|know) [for] [me|my name] [by]",
                "what (do|did) i go by",
                "do you (have a|know my) name [for me]",
                "my name",
            ),
            pure=True,
        ),
        Intent(
            "know",
            (
                "what (do|did) you (know|remember|have) [about me|of me|so far|stored about me]",
                "what (do|did) you (know|remember) about (me|myself|my life)",
                "what have i (told|asked) you [to remember] [about me|about myself|so far]",
                "(tell me|list|show me) (everything|what|all) [that] you (know|remember) [about"
                " me]",
                "what (do|did) you (know|remember) about {about}",
                "what (did|have) i (say|said|tell you|told you) about {about}",
                "do you (know|remember) [anything|something] about {about}",
                "what do you remember",
            ),
            {"about": Slot(fits=lambda words: _OWN.search(words) is not None or knows(words))},
            pure=True,
            dictated=True,
        ),
        Intent(
            "recall",
            (
                "where (is|are|did i (put|leave|park|store|hide)|have i (put|left|parked)) {about}",
                "where (did|have) i {about}",
                "(what|when|who) (is|are|was) (my|our) {about}",
                "(what's|when's|who's|where's) (my|our) {about}",
                "what did i call my {about}",
            ),
            {"about": Slot(fits=knows)},
            pure=True,
            dictated=True,
        ),
        Intent(
            "origin",
            (
                "(how|why|since when) do you know (that|this|it)",
                "where did you (get|learn|hear) (that|this|it) [from]",
                "who told you (that|this)",
                "when did i (tell|say) you (that|this)",
                "how do you know {about}",
            ),
            {"about": Slot(fits=knows)},
            pure=True,
            dictated=True,
        ),
        Intent(
            "forget",
            (
                "forget (that|this|the last thing|what i just said|what i told you) [again|please]",
                "forget (about|that|what i (said|told you) about|what you know about) {about}",
                "(delete|erase) what you know about {about}",
                "forget [my] {about}",
                "(don't|do not) remember that",
            ),
            {"about": Slot(fits=lambda words: words.lower() not in _NOTHING)},
        ),
        Intent(
            "forget_about",
            (
                "forget [about|that|where|when|what] [my|our|the] {about} [is|are]",
                "(forget|delete|erase) what (i (said|told you)|you know) about {about}",
            ),
            {"about": Slot(fits=knows)},
            dictated=True,
        ),
        Intent(
            "everything",
            (
                "forget (everything|it all|all [of it]) [you know|that you know|you have] [about"
                " me]",
                "forget me",
                "(delete|erase|wipe|clear|remove|destroy) (everything|all) [that] [you know|you"
                " have]"
                " [stored] [about me|i told you]",
                "(delete|erase|wipe|clear) (all|all of) [my|your]"
                " (data|memory|information|memories)"
                " [about me]",
                "(delete|erase|wipe|clear) (my|your) [whole|entire] (data|memory|memories)",
            ),
            {"sure": Slot("yes_no")},
        ),
        Intent(
            "export",
            (
                "(export|save|back up|backup|give me|dump|download) [all] [of] (my data|your memory"
                "|everything [that] you know [about me]|what you know about me)"
                " [to|into|as] [a file]",
            ),
        ),
    )


_OWN = re.compile(r"\b(my|our|me|i)\b", re.IGNORECASE)
_NOTHING = frozenset({"everything", "it all", "all", "me", "it", "that", "about it", "this"})


class Remember:
    """Facts, word for word as they were told, and told back with when and how."""

    name = "remember"
    about = "remember what you tell me"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._intents = _intents(self._knows)
        self._last: Fact | None = None
        """What "forget that" and "how do you know that" are about."""
        self._last_at = 0.0
        """When it was spoken of, in seconds since 1970."""

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    async def handle(self, request: Request) -> Answer:
        before = self._last
        answer = self._answer(request, self._services.need(Memory))
        if self._last is not None and self._last is not before:
            self._last_at = request.now.timestamp()
        return answer

    def _answer(self, request: Request, memory: Memory) -> Answer:
        match request.intent:
            case "tell":
                return self._tell(request, memory)
            case "rename":
                name = request.need("name", str)
                for fact in memory.facts.all():
                    if fact.text.lower().startswith("my name is "):
                        memory.facts.forget(fact)
                self._add(f"my name is {name}", request, memory)
                return Answer(f"Okay, {name}.")
            case "name":
                names = [f for f in memory.facts.all() if f.text.lower().startswith("my name is ")]
                if not names:
                    return Answer("You haven't told me your name.")
                self._last = names[0]
                return Answer(f"Your name is {names[0].text[11:]}.")
            case "know" | "recall":
                return self._know(request, memory)
            case "origin":
                return self._origin(request, memory)
            case "forget" | "forget_about":
                return self._forget(request, memory)
            case "export":
                return _export(request, memory)
            case _:
                return self._everything(request, memory)

    def _tell(self, request: Request, memory: Memory) -> Answer:
        fact = request.need("fact", str).strip()
        kept = re.match(r"(?:i (?:parked|left|put|hid|stored)) ", bare(request.text), re.IGNORECASE)
        if kept:
            fact = f"{kept[0]}{fact}"
        if len(fact) > LONGEST:
            raise SkillError("That is too much for one fact; I can keep it as a note.")
        self._add(fact, request, memory)
        return Answer(f"I'll remember that {spoken.you(fact)}.")

    def _add(self, text: str, request: Request, memory: Memory) -> None:
        self._last = memory.facts.add(
            text, said=request.text, origin="voice", at=request.now.timestamp()
        )

    def _know(self, request: Request, memory: Memory) -> Answer:
        about = request.get("about", str)
        facts = memory.facts.about(about) if about else memory.facts.all()
        if not facts:
            return Answer(
                f"You have told me nothing about {spoken.you(about)}."
                if about
                else "You have told me nothing yet that I should remember."
            )
        self._last = facts[0]
        lines = tuple(f"{spoken.you(f.text)} ({_when(f, request.now)})" for f in facts[:20])
        card = Card("What I know", lines, "list")
        if request.intent == "recall":
            return Answer(f"You told me {_when(facts[0], request.now)}: {_you(facts[0])}.", card)
        told = "; ".join(_you(fact) for fact in facts[:AGAIN])
        if len(facts) > AGAIN:
            return Answer(f"You told me {len(facts)} things, most recently: {told}.", card)
        return Answer(f"You told me: {told}.", card)

    def _origin(self, request: Request, memory: Memory) -> Answer:
        about = request.get("about", str)
        found = memory.facts.about(about)[:1] if about else []
        fact = found[0] if found else self._last
        if fact is None:
            return Answer("I haven't told you anything from my memory.")
        return Answer(f"You said {_when(fact, request.now)}: {fact.said}.")

    def _forget(self, request: Request, memory: Memory) -> Answer:
        about = request.get("about", str)
        if about:
            facts = memory.facts.about(about)
            if not facts:
                return Answer(f"I know nothing about {spoken.you(about)}.")
            fact = facts[0]
        else:
            kept = self._just_kept(request, memory)
            if kept:
                return Answer(kept)
            latest = memory.facts.all()[:1]
            if not latest:
                return Answer("There is nothing that I remember.")
            known = [fact.id for fact in memory.facts.all()]
            fact = self._last if self._last and self._last.id in known else latest[0]
        memory.facts.forget(fact)
        self._last = None
        return Answer(f"Forgotten: {_you(fact)}.")

    def _just_kept(self, request: Request, memory: Memory) -> str:
        """Forgets a note or a health number that was told a moment ago, later than any fact was
        spoken of; says so, or nothing where there is none."""
        since = max(self._last_at, request.now.timestamp() - JUST_NOW)
        facts, notes = memory.facts.all()[:1], memory.notes.all()[:1]
        readings = Readings(memory)
        reading = readings.last_said()
        if facts:
            since = max(since, facts[0].told_at)
        note_at = notes[0].written_at if notes else 0.0
        reading_at = reading.end if reading else 0.0
        if reading is not None and reading_at > max(since, note_at):
            readings.forget(reading)
            return f"Forgotten: {metrics()[reading.metric].name} {reading.value:g}."
        if notes and note_at > since:
            memory.notes.delete(notes[0])
            return "Forgotten: the note."
        return ""

    def _everything(self, request: Request, memory: Memory) -> Answer:
        counts = memory.count()
        kinds = Counter(due.kind for due in memory.due.open())
        number = {name: counts.get(table, 0) for table, name in _NAMES.items()} | kinds
        named = [f"{n} {name}{'' if n == 1 else 's'}" for name, n in number.items() if n]
        if counts.keys() <= {"state"}:
            return Answer("There is nothing that I remember.")
        sure = request.get("sure", bool)
        if sure is None:
            what = f", {spoken.several(named)}" if named else ""
            raise Missing("sure", f"That deletes all I remember for good{what}. Shall I?")
        if not sure:
            return Answer("I'll keep it.")
        memory.forget_everything()
        self._last = None
        return Answer("I have forgotten everything.")

    def _knows(self, words: str) -> bool:
        memory = self._services.find(Memory)
        try:
            return memory is not None and bool(memory.facts.about(words, 1))
        except StorageError:
            return False


_NAMES = {
    "facts": "fact",
    "notes": "note",
    "items": "list item",
    "readings": "health reading",
    "purchases": "purchase",
}


def _export(request: Request, memory: Memory) -> Answer:
    file = memory.path.with_name(f"edge-export-{request.now:%Y-%m-%d-%H%M%S}.json")
    text = json.dumps(memory.export(), ensure_ascii=False, indent=1)
    try:
        write_private(file, text)
    except OSError as error:
        raise StorageError(f"The export could not be written: {error.strerror}.") from None
    return Answer(
        "All I remember is in a file now; the display shows where.", Card("Export", (str(file),))
    )


def _when(fact: Fact, now: datetime) -> str:
    return spoken.moment(datetime.fromtimestamp(fact.told_at, now.tzinfo), now)


def _you(fact: Fact) -> str:
    return re.sub(r"[.!]+$", "", spoken.you(fact.text))
