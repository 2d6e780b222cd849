"""Finds the intents whose sentence templates a question fits (hassil matches the templates)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from edge.errors import SkillError
from edge.reason.dates import find_when, without
from edge.reason.durations import durations
from edge.reason.leads import find_lead
from edge.reason.reading import complete, despite, nowhere, read
from edge.reason.skill import Intent, Skill, Slot, Value
from edge.reason.templates import Templates

_SLOT = re.compile(r"\{(\w+)\}")
_PRELUDES = re.compile(
    r"^(?:(?:hey|hi|ok|okay|olly|edge|siri|alexa|google|computer|ai|please|so|now|well|um|uh|just"
    r"|oh|alright|right|and (?:also|then)|also|then|and (?=add|put|set|remind|remove|take|buy)"
    r"|and (?=(?:the|today's) (?:date|time|weather|day)$)"
    r"|(?:would|do) you mind|maybe|perhaps"
    r"|can you|could you|would you|will you|can i|could i|may i|i want you to|i need you to"
    r"|i would like you to|i'd like you to|i'd like to|i would like to|i want to|i need to"
    r"|i wanna|do me a favor and|go ahead and|go and|first (?=set|add|put|remind|wake|start|cancel)"
    r"|(?:actually|no|oh|wait|hang on|hold on|hmm|sorry|oops|ah|but)"
    r"(?=[\s,]+(?:please )?(?:cancel|delete|remove|set|add|put|remind|move|change|start|take|turn"
    r"|push|skip|clear|pause|resume|wake) (?!it\b|that\b|this\b|one\b|to\b|for\b|in\b|at\b))"
    r"|(?:tell me|i'd like to know|i want to know|do you know)"
    r"(?= how (?:many|much|long|far|tall|fast|hot)\b))\b[\s,]*)+",
    re.IGNORECASE,
)
_POSTLUDES = re.compile(
    r"(?:[\s,]*\b(?:please|for me|thanks|thank you|right now|(?<!from )(?<!why )(?<!not )now|olly"
    r"|edge|siri|alexa))+"
    r"[\s.!?]*$",
    re.IGNORECASE,
)
_MOST = 200
"""Words of a request, unless it is dictated: the ways to read one grow faster than its length."""
_SIGNS = re.compile(r"[?!,;:\"]+(?=\s|$)|^[\"']|(?<=\s)\"|\.+\s*$")


@dataclass(frozen=True, slots=True)
class Match:
    """An intent that fits a question."""

    skill: Skill
    intent: Intent
    slots: dict[str, Value] = field(default_factory=dict)
    score: float = 0.0
    """From a template: the share of the question's characters that the template itself names.
    From a classifier: its probability."""
    how: str = ""
    """The template, or `classifier`."""
    problem: str = ""
    """What is wrong with what was said, in one sentence for the wearer; empty: nothing."""

    @property
    def name(self) -> str:
        """`skill.intent`."""
        return f"{self.skill.name}.{self.intent.name}"


class Grammar:
    """The templates of all skills."""

    def __init__(self, skills: Iterable[Skill]) -> None:
        """Raises SkillError for a template that is not one."""
        self._known: dict[str, tuple[Skill, Intent]] = {}
        templates: dict[str, list[str]] = {}
        lists: dict[str, tuple[str, ...]] = {}
        for skill in skills:
            for intent in skill.intents:
                name = f"{skill.name}.{intent.name}"
                self._known[name] = (skill, intent)
                if intent.sentences:
                    templates[name] = self._named(name, intent)
                    lists |= {_list(name, slot): one.choices for slot, one in intent.slots.items()}
        self._templates = Templates(templates, lists)
        self._having = {
            kind: frozenset(
                name
                for name, (_, intent) in self._known.items()
                # What is found at certain places only is no length of time anywhere.
                if any(
                    slot.kind == kind and not (kind == "duration" and slot.find)
                    for slot in intent.slots.values()
                )
            )
            for kind in ("when", "lead", "duration")
        }
        """Intents that have a slot of a kind."""
        self._dictated = frozenset(
            name for name, (_, intent) in self._known.items() if intent.dictated
        )

    @staticmethod
    def _named(name: str, intent: Intent) -> list[str]:
        """Its templates, each slot with a list of its own."""
        for sentence in intent.sentences:
            for slot in _SLOT.findall(sentence):
                if slot not in intent.slots:
                    raise SkillError(f"{name} has a template with an unknown slot {{{slot}}}.")
        return [
            _SLOT.sub(lambda m: f"{{{_list(name, m[1])}:{m[1]}}}", sentence)
            for sentence in intent.sentences
        ]

    def intent(self, name: str) -> tuple[Skill, Intent] | None:
        """The skill and intent of `skill.intent`."""
        return self._known.get(name)

    def names(self) -> list[str]:
        """All intents, as `skill.intent`."""
        return list(self._known)

    def match(self, text: str, now: datetime) -> list[Match]:
        """The intents that fit, the one that says most of the question itself first."""
        best: dict[str, Match] = {}
        long = is_long(text)
        for variant, needed in [(bare(text), "")] if long else self._variants(text, now):
            among = self._dictated if long else self._having[needed] if needed else None
            for match in self._recognized(variant, text, now, among):
                old = best.get(match.name)
                rank = (not match.problem, match.score)
                if old is None or rank > (not old.problem, old.score):
                    best[match.name] = match
        return sorted(best.values(), key=lambda match: (bool(match.problem), -match.score))

    @staticmethod
    def _variants(text: str, now: datetime) -> list[tuple[str, str]]:
        """The question without what is politeness; also without its time, its length of time, or
        how long before something it says.

        With the kind of slot that an intent must have to be found without those words.
        """
        plain = bare(text)
        variants = [(plain, "")]
        try:
            when = find_when(plain, now)
        except SkillError:
            # What is wrong with it is said when the slot is read.
            when = None
            variants.append((_before_time(plain, now), "when"))
        if when is not None:
            variants.append((without(plain, when.spans), "when"))
        for variant, _ in list(variants):
            lead = find_lead(variant, now)
            if lead is not None:
                variants.append((without(variant, lead.spans), "lead"))
        lengths = durations(plain)
        if len(lengths) == 1:
            variants.append((without(plain, lengths[0].spans), "duration"))
        return variants

    def _recognized(
        self, variant: str, text: str, now: datetime, among: frozenset[str] | None
    ) -> list[Match]:
        matches = []
        for fit in self._templates.fitting(variant, among):
            skill, intent = self._known[fit.intent]
            literal = len(variant) - sum(len(words) for words in fit.said.values())
            problem = ""
            slots: dict[str, Value] = {}
            for name, words in fit.said.items():
                try:
                    value = read(intent.slots[name], words, now)
                except SkillError as error:
                    # The words are known, even though there is nothing they mean.
                    problem = problem or str(error)
                    slots[name] = Value(words, None)
                    continue
                if value is None:
                    break
                slots[name] = Value(words, value)
            else:
                try:
                    slots = complete(intent, bare(text), slots, now)
                except SkillError as error:
                    problem = problem or str(error)
                    slots = despite(error, intent, bare(text), now) | slots
                problem = problem or nowhere(intent, slots)
            unread = set(fit.said) - set(slots)
            if not problem and any(not free(intent.slots[name]) for name in unread):
                continue
            score = literal / max(1, len(variant))
            matches.append(Match(skill, intent, slots, round(score, 3), fit.template, problem))
        return matches


_LEFT_OVER = frozenset({"on", "at", "for", "the", "in", "by", "and", "of"})
_LEFT_OVER |= {name.lower() for name in (*calendar.month_name, *calendar.day_name) if name}


def _before_time(text: str, now: datetime) -> str:
    """`text` up to the time in it that does not exist."""
    words = text.split()
    # Of a long text not every beginning can be read: what is wrong in one is wrong in longer ones.
    good, bad = 0, len(words)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            find_when(" ".join(words[:middle]), now)
        except SkillError:
            bad = middle
        else:
            good = middle
    words = words[:good]
    before = " ".join(words)
    while words and words[-1].lower() in _LEFT_OVER:
        words.pop()
    try:
        left = find_when(" ".join(words), now)
    except SkillError:
        # "Sunday the first", of "Sunday the first of March", are two days again.
        left = None
    if left is not None and left.spans[-1][1] == len(" ".join(words)):
        # "The 31st of February": what is left of it is no other day.
        words = without(before, left.spans).split()
    while words and words[-1].lower() in _LEFT_OVER:
        words.pop()
    return " ".join(words)


def is_long(text: str) -> bool:
    """Whether `text` is longer than what is asked of a skill, and may only be dictated to one."""
    return len(text.split()) > _MOST


def bare(text: str) -> str:
    """`text` without punctuation, the assistant's name and politeness around it."""
    plain = _SIGNS.sub(" ", text.strip())
    plain = " ".join(plain.split())
    plain = _POSTLUDES.sub("", plain) or plain
    shorter = _PRELUDES.sub("", plain)
    return shorter or plain


def free(slot: Slot) -> bool:
    """Whether any words fit, so that only a time cut out of them can have left none."""
    return slot.kind == "text" and not slot.choices and slot.fits is None


def _list(name: str, slot: str) -> str:
    return f"{name.replace('.', '_')}_{slot}"
