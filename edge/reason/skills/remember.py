"""What the wearer tells of themselves: remembered, told with its origin, forgotten."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime

from edge.errors import SkillError, StorageError
from edge.health.metrics import metrics
from edge.health.readings import Readings
from edge.memory import Memory
from edge.memory.facts import Fact
from edge.memory.files import write_private
from edge.memory.words import stems
from edge.reason.grammar import bare
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services
from edge.reason.skills.beside import YOURS, beside
from edge.reason.skills.remember_phrases import intents
from edge.remind import spoken

LONGEST = 500
"""Characters of a fact; more is a note."""
JUST_NOW = 600.0
"""Seconds for which "forget that" may be about what was kept last."""
_KEPT = re.compile(r"(?:i (?:parked|left|put|hid|stored)|my|our) ", re.IGNORECASE)
"""Words of the sentence that belong to the fact."""
AGAIN = 3
"""Facts that are told in one answer."""


class Remember:
    """Facts, word for word as they were told, and told back with when and how."""

    name = "remember"
    about = "remember what you tell me"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._intents = beside(intents(self._knows, self._says), YOURS, only=("name", "rename"))
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
            case "tell" | "own":
                return self._tell(request, memory)
            case "rename":
                name = request.need("name", str)
                name = name.title() if name.islower() else name
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
        fact = (request.get("of", str) or request.need("fact", str)).strip()
        kept = _KEPT.match(bare(request.text))
        if kept:
            fact = f"{kept[0]}{fact}"
        if len(fact) > LONGEST:
            raise SkillError("That is too much for one fact; I can keep it as a note.")
        kept_now = self._add(fact, request, memory)

        def undo() -> None:
            memory.facts.forget(kept_now)

        return Answer(f"I'll remember that {spoken.you(fact)}.", undo=undo)

    def _add(self, text: str, request: Request, memory: Memory) -> Fact:
        self._last = memory.facts.add(
            text, said=request.text, origin="voice", at=request.now.timestamp()
        )
        return self._last

    def _know(self, request: Request, memory: Memory) -> Answer:
        about = request.get("about", str) or request.get("stated", str)
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
        kinds = Counter(due.kind for due in memory.due.open() + memory.due.paused())
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

    def _says(self, words: str) -> bool:
        memory = self._services.find(Memory)
        wanted = set(stems(words))
        try:
            known = memory.facts.about(words, 3) if memory is not None and len(wanted) > 1 else []
        except StorageError:
            return False
        return any(wanted <= set(stems(fact.text)) for fact in known)

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
