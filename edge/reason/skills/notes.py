"""Notes: taken, read, found by their words, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from edge.errors import SkillError, StorageError
from edge.memory import Memory
from edge.memory.notes import LONGEST, Note
from edge.memory.words import stems
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot, Value
from edge.reason.skills.beside import EXPLAINED, MEANT, OTHER_NOTES, WHO, beside
from edge.reason.verbatim import verbatim
from edge.remind import spoken

READ = 300
"""Characters of a note that are read aloud; the display shows all of it."""

_DATED = (
    r"\b(?:to|on|in|into) (?:my|the|our) (?:calendar|schedule|agenda)\b"
    r"|\bnote (?:of|about) (?:my|the|our|an?) (?:[\w']+ ){0,2}"
    r"(?:appointment|meeting|interview|birthday) (?:on|at|for|with|this|next|tomorrow|today)\b"
)
"""What goes into a calendar, an appointment on a day, is for a reminder."""
_ON_LIST = r"\bnotes? (?:on|in|to|into|onto) (?:my|the|our) (?:[\w-]+ ){0,3}list\b"
"""A note on a list is an item of it."""
_STATED = re.compile(
    r"(?:(?:the|my|our|his|her|their|[a-z]+'s) (?:[\w'-]+ ){1,4}?|(?:i|we|he|she|they) )"
    r"(?:is|are|was|were|has|have|had|will|needs?|wants?|likes?|said|owes?|paid|left|parked) ",
    re.IGNORECASE,
)
"""What is stated is noted without more ado: "note the car is on level three"."""
INTENTS = (
    Intent(
        "add",
        (
            "(take|make|write|add|create|leave|start) [down] [me] (a|another|this) [new] note"
            " [that|saying|to self|of|about] {text}",
            "(take|make|write|add|create|leave|start|record) [down] [me] (a|another) [new] note",
            "note (down|that|to self|this down|this) {text}",
            "(write|jot) [this] down [that] {text}",
            "(write|jot) down [that] {text}",
            "new note [saying] {text}",
            "take (this|that|it) down [that] {text}",
            "(take|write|jot|note) (this|that|it) down",
            "note (that|this)",
            "note {said}",
        ),
        {
            "said": Slot(fits=lambda words: _STATED.match(words) is not None),
            "text": Slot(
                ask="What should the note say?",
                find=(r"^note (?!(?:down|that|this|it down)\b)(.+)$",),
            ),
        },
        dictated=True,
        unless=f"{_DATED}|{_ON_LIST}",
    ),
    Intent(
        "read",
        (
            "(read|read me|show|show me|tell me|what are|list|open|find|what's in|give me) [all]"
            " [of]"
            " [my|the] [last|latest|newest|recent] (note|notes) [(about|on|for|with) {about}]",
            "what notes (do i have|are there|have i [taken|made|written]) [(about|on) {about}]",
            "(do i have|are there) [any] notes [(about|on) {about}]",
            "what (did i|have i) (note|noted|write|written) [down] [today] [(about|on) {about}]",
            "what does my [last|latest] note [about {about}] say",
        ),
        {"about": Slot()},
        pure=True,
        dictated=True,
    ),
    Intent(
        "delete",
        (
            "(delete|remove|erase|throw away|discard) [the|my|that|this] [last|latest] note"
            " [(about|on|with) {about}]",
            "(delete|remove|erase|clear) (all|all my|all the|all of my|my|the) notes",
            "(delete|remove|erase) [the|my] {about} note",
        ),
        {"about": Slot(), "sure": Slot("yes_no")},
    ),
)


def _recall(stated: Callable[[str], bool]) -> Intent:
    """`stated` says whether a note says what these words are."""
    return Intent(
        "recall",
        (
            "(what is|what's|what was|what are|what were|where is|where's|where are|when is|when's"
            "|who is|who's) [the|my|our] {about} [again]",
        ),
        {"about": Slot(fits=stated)},
        pure=True,
        dictated=True,
    )


_READ = re.compile(
    r"(?:read|say|show me) (?:it|that)(?: back)?(?: to me)?(?: again)?|what does it say",
    re.IGNORECASE,
)


def _then(text: str, _slots: Mapping[str, Value]) -> str:
    """The whole question that goes on from a note: "read it back"."""
    return "read my last note" if _READ.fullmatch(text) else ""


class Notes:
    """What was said is kept word for word; it is text and nothing else."""

    name = "note"
    about = "take notes"
    _ours = beside(beside(INTENTS, EXPLAINED, WHO), MEANT, OTHER_NOTES, only=("read", "delete"))

    def __init__(self, services: Services) -> None:
        self._services = services
        every = (*self._ours, _recall(self._stated))
        self._intents = tuple(replace(intent, then=_then) for intent in every)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def _stated(self, words: str) -> bool:
        memory = self._services.find(Memory)
        try:
            return memory is not None and _stating(memory, words) is not None
        except StorageError:
            return False

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "add":
                return _add(request, memory)
            case "delete":
                return _delete(request, memory)
            case "recall":
                note = _stating(memory, request.need("about", str))
                if note is None:
                    raise SkillError("There is no note about that any more.")
                return Answer(
                    f"You noted {_said(note, request.now)}", Card("Note", (note.text,), "note")
                )
            case _:
                return _read(request, memory)


_STATES = re.compile(r"(.+?)(?:\b(?:is|are|was|were)\b|[:=])\s*\S", re.IGNORECASE)


def _stating(memory: Memory, words: str) -> Note | None:
    """The latest note that says what `words` are: "the wifi password is bluebird"."""
    wanted = set(stems(words.replace("-", "")))
    for note in memory.notes.all() if wanted else ():
        found = _STATES.match(note.text.replace("-", ""))
        if found is not None and wanted <= set(stems(found[1])):
            return note
    return None


def _add(request: Request, memory: Memory) -> Answer:
    text = verbatim(request, "text").strip()
    if len(text) > LONGEST:
        raise SkillError(f"A note has room for {LONGEST} letters; please split it.")
    note = memory.notes.add(text, at=request.now.timestamp())
    return Answer("Noted.", Card("Note", (text,), "note"), undo=lambda: memory.notes.delete(note))


def _read(request: Request, memory: Memory) -> Answer:
    about = request.get("about", str)
    notes = memory.notes.about(about) if about else memory.notes.all()
    if not notes:
        return Answer(f"There is no note about {about}." if about else "There are no notes.")
    lines = tuple(note.text for note in notes[:10])
    card = Card("Notes", lines, "list")
    latest = _said(notes[0], request.now)
    if len(notes) == 1 or re.search(r"\b(last|latest|newest)\b", request.text.lower()):
        return Answer(f"You noted {latest}", card)
    return Answer(f"There are {len(notes)} notes. The latest: {latest}", card)


def _delete(request: Request, memory: Memory) -> Answer:
    about = request.get("about", str)
    notes = memory.notes.about(about) if about else memory.notes.all()
    if not notes:
        return Answer(f"There is no note about {about}." if about else "There are no notes.")
    if re.search(r"\bnotes\b", request.text.lower()) and len(notes) > 1:
        sure = request.get("sure", bool)
        if sure is None:
            raise Missing("sure", f"That is {len(notes)} notes. Shall I delete them?")
        if not sure:
            return Answer("I'll keep them.")
        return Answer(f"{memory.notes.clear()} notes deleted.")
    gone = notes[0]
    memory.notes.delete(gone)

    def undo() -> None:
        memory.notes.add(gone.text, at=gone.written_at)

    return Answer(f"Deleted the note: {_short(gone.text)}", undo=undo)


def _said(note: Note, now: datetime) -> str:
    at = datetime.fromtimestamp(note.written_at, now.tzinfo)
    return f"{spoken.moment(at, now)}: {_short(note.text)}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) <= READ:
        return plain if plain.endswith((".", "!", "?")) else f"{plain}."
    return f"{plain[:READ].rsplit(' ', 1)[0]}, and so on."
