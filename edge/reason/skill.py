"""The contract of a skill: what it is asked, what it is given, and what it says.

A skill names intents, each with sentence templates (hassil's syntax) and typed slots. The router
finds the intent of a question, reads the slots in the wearer's own words, asks back for a required
one that was not said, and calls `handle`. A skill never guesses what the wearer did not say.

A package adds one by an entry point in the group `edge.skills` that names a function (or a class)
taking `Services` and returning a `Skill`. See docs/skills.md for a worked example.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from edge.card import Card as Card
from edge.errors import EdgeError, SkillError
from edge.events import Exchange
from edge.reason.places import HERE

T = TypeVar("T")

Kind = Literal["text", "number", "duration", "when", "lead", "place", "yes_no"]
"""What a slot holds, and the type of its value:

text      str: the words themselves
number    decimal.Decimal
duration  datetime.timedelta
when      edge.reason.when.When: a day, a time of day, a repetition, or several of these
lead      datetime.timedelta: how long before something ("an hour before")
place     edge.reason.places.Place: a city or country with its time zone
yes_no    bool
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """An argument of an intent."""

    kind: Kind = "text"
    ask: str = ""
    """What is asked back where the wearer did not say it; empty: it may be left out."""
    choices: tuple[str, ...] = ()
    """For text: the only words that fit, in lower case; empty: any."""
    fits: Callable[[str], bool] | None = None
    """For text and times: whether these words can be it; what does not fit is not this intent."""
    find: tuple[str, ...] = ()
    """For text: regular expressions, whose first group is the slot, tried in order where no
    template fitted (a classifier chose the intent) or the template that did has no such slot.
    For times: the same, where nothing in the question is a time by itself. For a duration: where
    alone it may stand."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An intent as a tool, for a model that thinks a question over (`edge.reason.thinking`)."""

    tool: str
    """Its name, with the words that a question for it has: `days_until`."""
    does: str
    """What it is for, in a few words."""
    takes: Mapping[str, str]
    """Slots that are filled with words of the question, all of them, with what each is."""
    cue: str = ""
    """A regular expression of words that a question for it has; empty: what it takes is enough."""
    together: Callable[[Mapping[str, str]], bool] | None = None
    """Whether these words, by slot, make sense together; None: all do."""


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that a skill can be asked for."""

    name: str
    """Unique in the skill: `set`, `cancel`."""
    sentences: tuple[str, ...]
    """Templates as hassil reads them, in lower case and without punctuation: `(set|start) [a] timer
    for {duration}`. A name in braces is a slot. A slot of kind text takes as few words as fit."""
    slots: Mapping[str, Slot] = field(default_factory=dict)
    pure: bool = False
    """`handle` changes nothing (no timer set, nothing noted), so that it may be called before it
    is certain that the wearer has finished. Otherwise it waits for that."""
    dictated: bool = False
    """A slot holds whatever the wearer wants kept ("take a note that ..."), so what a template fits
    is this intent however odd the rest of the sentence is."""
    unless: str = ""
    """A regular expression of words that a question for it never has: what is near it, and is
    another's ("events near me" is no question for the wearer's own calendar)."""
    cue: str = ""
    """A regular expression of words that hardly any other question has ("my packing list"): with
    them a smaller probability is enough for a classifier to choose it."""
    several: Callable[[str, datetime], list[str]] | None = None
    """The questions that a question is, where it is several ("alarms for seven and for eight"),
    each in words of its own; empty: one. Each is handled as if it had been asked alone."""
    then: Callable[[str, Mapping[str, Value]], str] | None = None
    """The whole question that words stand for which go on from this one, whose slots are given
    ("and in kelvin?" after "20 celsius in fahrenheit"); empty: they do not. It is taken where a
    template fits it."""
    first: bool = False
    """It answers also what several agents, or one at length, were to think about."""
    offer: Offer | None = None
    """Of a pure intent: also used while a question is thought over; None: only when asked for."""


@dataclass(frozen=True, slots=True)
class Value:
    """What the wearer said for a slot."""

    said: str
    """The words of the question it was read from, as they stand there."""
    value: Any
    """What they mean; its type depends on the slot's kind."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question that is for this skill."""

    intent: str
    """Which of the skill's intents."""
    text: str
    """The whole question."""
    now: datetime
    """The moment, in the wearer's time zone (aware)."""
    slots: Mapping[str, Value] = field(default_factory=dict)
    """Only what the wearer said, or answered when asked back."""
    history: tuple[Exchange, ...] = ()
    """Earlier exchanges, oldest first."""
    certain: bool = True
    """False where no template fitted and a classifier chose the intent: be careful."""

    def get(self, slot: str, kind: type[T]) -> T | None:
        """The slot's value, or None where the wearer did not say it.

        None, too, where it is the wearer's own place: "in my city" is as if nothing had been said.
        """
        value = self.slots.get(slot)
        if value is None or value.value == HERE:
            return None
        if not isinstance(value.value, kind):
            raise TypeError(f"slot {slot} holds {value.value!r}, not a {kind.__name__}")
        return value.value

    def need(self, slot: str, kind: type[T]) -> T:
        """The slot's value. The router has asked back for a required one, so it is there."""
        value = self.get(slot, kind)
        if value is None:
            raise TypeError(f"slot {slot} is not there: give it an `ask` to require it")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What a skill says, and does once the question is certain."""

    speech: str
    """One short sentence, as it is to be spoken."""
    card: Card | None = None
    asks: str = ""
    """The name of the slot that `speech` asks for: the next utterance, if it can be read as that
    slot's kind, comes back to the same intent with this slot filled."""
    undo: Callable[[], None] | None = None
    """Takes back what was done: called where the wearer says "cancel that", or corrects what they
    said ("no, I meant seven") and the intent is handled anew. Must not fail where it is done."""
    act: Callable[[], Awaitable[None]] | None = None
    """For a `pure` intent with an effect: done as soon as it is certain that the wearer has
    finished, before the answer is heard, which may by then have been turned into sound. Only for
    what does not fail; the sentence of an EdgeError follows the answer."""


class Skill(Protocol):
    """Some things the assistant can do without a language model. (Class attributes will do.)"""

    @property
    def name(self) -> str:
        """Unique, one word: `timer`."""

    @property
    def about(self) -> str:
        """What it does, as help says it: `set timers`; empty: help does not name it."""

    @property
    def intents(self) -> tuple[Intent, ...]:
        """What it can be asked for; fixed."""

    async def handle(self, request: Request) -> Answer:
        """Do what is asked, and say so.

        What cannot be done is said: `Answer` with a question (`asks`), or SkillError (any
        EdgeError) with one sentence, which is spoken. Slow work must be awaited.
        """


@dataclass(frozen=True, slots=True)
class Services:
    """What skills may use, by type: the memory, the scheduler, a weather provider."""

    parts: Mapping[type, object] = field(default_factory=dict)

    def find(self, kind: type[T]) -> T | None:
        """The one of this type, or None where this assistant has none."""
        part = self.parts.get(kind)
        assert part is None or isinstance(part, kind)
        return part

    def need(self, kind: type[T]) -> T:
        """The one of this type. Raises SkillError where this assistant has none."""
        part = self.find(kind)
        if part is None:
            raise SkillError(f"This assistant has no {kind.__name__.lower()}.")
        return part


class Missing(EdgeError):
    """Raised by a skill that finds it lacks a slot: the sentence is asked, the answer comes back.

    For what is only sometimes required; for what always is, give the slot an `ask`.
    """

    def __init__(self, slot: str, question: str) -> None:
        super().__init__(question)
        self.slot = slot
