"""Which skill's intent a question is for: templates first, weighed by a classifier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from edge.errors import SkillError
from edge.reason.grammar import Grammar, Match, bare, free, is_long
from edge.reason.parts import Parts, apart, is_addition, is_request, may_leave_out
from edge.reason.patterns import pattern
from edge.reason.reading import complete, despite, nowhere
from edge.reason.skill import Intent, Skill, Slot


class Classifier(Protocol):
    """Weighs intents, for phrasings that no template covers and against templates that fit more
    than they should."""

    names: list[str]
    """The intents that it knows, as `skill.intent`; of others it says nothing."""
    threshold: float
    """Probability from which a skill is taken."""

    def begin(self, text: str) -> None:
        """Prepare in another thread what `rank` will need for `text`; `rank` works without it."""

    def rank(
        self, text: str, templates: Iterable[tuple[str, float]] = ()
    ) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first. What is left of 1 is the
        probability that no skill is meant. `templates`: the intents that fit, with their scores."""


_CUED = 0.25
"""What of the threshold is asked for where a question has an intent's cue ..."""
_FITTING = 0.6
"""... and where a template of the likeliest skill fits that names enough of the question."""
_NAMES_ENOUGH = 0.35
"""Share of the question's characters."""
_NEGLIGIBLE = 1e-3
"""Probability below which it plays no part whether a question can be an intent's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The intent that a question is for, and why."""

    match: Match | None
    """None: no skill's."""
    reason: str
    """`template`, `classifier`, `no skill fits` ..."""
    candidates: tuple[tuple[str, float, str], ...]
    """What was considered: intent, score, and the template or `classifier`."""


@dataclass(slots=True)
class Chooser:
    """Finds the intents that fit, and weighs them."""

    skills: Sequence[Skill]
    grammar: Grammar = field(init=False)

    def __post_init__(self) -> None:
        self.grammar = Grammar(self.skills)

    def choose(self, text: str, now: datetime, classifier: Classifier | None) -> Choice:
        """The intent that `text` is for; without a classifier the best template's."""
        if is_long(text):
            classifier = None
        if classifier is not None:
            # Half of all questions need no classifier; the others are answered sooner.
            classifier.begin(text)
        matches = [match for match in self.grammar.match(text, now) if _may_be(match.intent, text)]
        candidates = [(match.name, match.score, match.how) for match in matches[:4]]
        chosen, reason = matches[0] if matches else None, "template" if matches else "no skill fits"
        if classifier is not None and not (chosen and _certain(chosen, classifier)):
            ranked = classifier.rank(text, [(match.name, match.score) for match in matches])
            ranked = self._possible(text, ranked)
            candidates += [(name, round(p, 3), "classifier") for name, p in ranked[:3]]
            chosen, reason = self._weighed(text, now, matches, ranked, classifier.threshold)
        return Choice(chosen, reason, tuple(candidates))

    def fits(self, text: str, now: datetime) -> Match | None:
        """The best template that all of `text` fits; None where there is none."""
        matches = [one for one in self.grammar.match(text, now) if _may_be(one.intent, text)]
        return matches[0] if matches and not matches[0].problem else None

    def each(self, text: str, now: datetime, chosen: Match) -> list[tuple[Match, str]]:
        """The parts of a question that is several, each with its own words: all of the same intent
        and lacking nothing; empty for one that is not."""
        apart = chosen.intent.several(text, now) if chosen.intent.several else []
        found = []
        for part in apart:
            match = self._part(part, now, chosen)
            if match is None or missing(match)[0]:
                return []
            found.append((match, part))
        return found if len(found) > 1 else []

    def apart(self, text: str, now: datetime) -> list[tuple[Match, str]]:
        """The parts of a question that is several of different kinds, each with its own words: "set
        a timer for five minutes and add milk to the list"; empty for one that is not.

        Each part has to be a whole question by itself, or it is left as it is.
        """
        return list(apart(text, partial(self._alone, now=now)).whole)

    def partly(self, text: str, now: datetime, classifier: Classifier | None) -> Parts:
        """The parts of a question of which some are whole by themselves, and some are requests that
        no skill serves: "turn on the lights and set a timer for five minutes"."""
        if not may_leave_out(text):
            return Parts()

        def foreign(part: str) -> bool:
            return is_request(part) and self.choose(part, now, classifier).match is None

        def alone(part: str, *, after: str, lacks: bool = False) -> Match | None:
            found = self._alone(part, now=now, after=after, lacks=lacks)
            if found is not None or not is_addition(part):
                return found
            # "Add milk" is a whole one, too, where another request follows it.
            likely = self.choose(part, now, classifier).match
            return None if likely is None or missing(likely)[0] else likely

        parts = apart(text, alone, foreign)
        if not parts.whole:
            # One thing may be asked back.
            parts = apart(text, partial(alone, lacks=True), foreign)
            parts = parts if len(parts.whole) == 1 else Parts()
        sure = all(self.choose(part, now, classifier).match for _, part in parts.whole)
        return parts if sure else Parts()

    def _alone(self, part: str, *, now: datetime, after: str, lacks: bool = False) -> Match | None:
        """The template that fits all of `part` and lacks nothing; None where there is none.

        `lacks`: it may lack what is asked back for.
        """
        found, plain = self.fits(part, now), bare(part)
        if found is None or (missing(found)[0] and not lacks):
            return None
        # What is kept in the wearer's words may go on behind an "and": "remind me at six to wash
        # and iron".
        goes_on = not found.intent.pure and any(
            plain.endswith(value.said) and _may_go_on(found.intent.slots[name], value.said + after)
            for name, value in found.slots.items()
        )
        goes_on = goes_on and not _ANEW.match(after)
        return None if found.intent.dictated or (after and goes_on) else found

    def _possible(self, text: str, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Without the intents that the question cannot be; their probability is shared by other
        skills, and by none at all."""
        out: dict[str, float] = {}
        for name, probability in ranked:
            if probability < _NEGLIGIBLE:
                break
            known = self.grammar.intent(name)
            if known is not None and not _may_be(known[1], text):
                out[name] = probability
        skills = {name.partition(".")[0] for name in out}
        rest = max(1.0 - sum(out.values()), 1e-6)
        return [
            (name, probability if name.partition(".")[0] in skills else probability / rest)
            for name, probability in ranked
            if name not in out
        ]

    def _part(self, part: str, now: datetime, chosen: Match) -> Match | None:
        for match in self.grammar.match(part, now):
            if match.name == chosen.name and not match.problem:
                return match
        found = self._classified(part, now, chosen.name, chosen.score)
        return None if found is None or found.problem else found

    def _weighed(
        self,
        text: str,
        now: datetime,
        matches: list[Match],
        ranked: list[tuple[str, float]],
        threshold: float,
    ) -> tuple[Match | None, str]:
        """The intent of the likeliest skill, from a template if one of the skill's fits."""
        skills: dict[str, float] = {}
        for name, probability in ranked:
            skill = name.partition(".")[0]
            skills[skill] = skills.get(skill, 0.0) + probability
        best = max(skills, key=lambda skill: skills[skill], default="")
        name = next((name for name, _ in ranked if name.partition(".")[0] == best), "")
        fitting = next((match for match in matches if match.skill.name == best), None)
        if self._cued(name, text):
            threshold *= _CUED
        elif fitting is not None and fitting.score >= _NAMES_ENOUGH:
            threshold *= _FITTING
        if skills.get(best, 0.0) < threshold:
            return None, "too unlikely for the template that fits" if matches else "no skill fits"
        if fitting is not None:
            return fitting, "template"
        found = self._classified(text, now, name, skills[best])
        whole = matches[0] if matches and is_whole(matches[0]) else None
        if whole is not None and found is not None and missing(found)[0]:
            # "How many days in a year" has a unit and a measure, and no day to count to.
            return whole, "template"
        return found, "classifier"

    def _cued(self, name: str, text: str) -> bool:
        """Whether the question has words that hardly any but one for this intent has."""
        known = self.grammar.intent(name)
        cue = known[1].cue if known is not None else ""
        return bool(cue) and pattern(cue).search(text) is not None

    def _classified(self, text: str, now: datetime, name: str, probability: float) -> Match | None:
        """The intent with what can be found of its slots; None where its skill is not installed."""
        known = self.grammar.intent(name)
        if known is None:
            return None
        skill, intent = known
        try:
            slots = complete(intent, bare(text), {}, now)
        except SkillError as error:
            slots = despite(error, intent, bare(text), now)
            return Match(skill, intent, slots, probability, "classifier", str(error))
        return Match(skill, intent, slots, probability, "classifier", nowhere(intent, slots))


def missing(match: Match) -> tuple[str, str]:
    """What is asked back before the skill is called, and the slot that it is for; empty: nothing.

    Where something is wrong with what was said, that sentence; the slot may then be empty.
    """
    if match.problem:
        open_ = [n for n, v in match.slots.items() if v.value is None]
        open_ += [n for n, s in match.intent.slots.items() if n not in match.slots and s.ask]
        return match.problem, open_[0] if open_ else ""
    for name, slot in match.intent.slots.items():
        if slot.ask and name not in match.slots:
            return slot.ask, name
    return "", ""


_ANEW = re.compile(
    r",? (?:and )?(?:then |also )*"
    r"(?:(?:set|start) (?:an?|another) (?:[\w-]+ ){0,4}?(?:timer|alarm)\b"
    r"|(?:add|put) [\w' ]+ (?:to|on) (?:my|the|our) (?:[\w-]+ ){0,2}list\b|remind me\b)",
    re.IGNORECASE,
)
"""What is a request of its own even behind the words of a reminder."""


def _may_go_on(slot: Slot, said: str) -> bool:
    """Whether `said`, with what follows it, may be what is kept in this slot."""
    return slot.kind == "text" and (slot.fits is None or slot.fits(said))


def _may_be(intent: Intent, text: str) -> bool:
    return not intent.unless or pattern(intent.unless).search(text) is None


def _certain(match: Match, classifier: Classifier) -> bool:
    """Whether the classifier has no say: it does not know the intent, or the template names
    every word of the question, or it leaves a place for any words."""
    if match.intent.dictated and not match.problem:
        return True
    if match.name not in classifier.names or _together(match):
        return True
    return match.score >= (0.6 if is_whole(match) else 1) and not match.problem


def _together(match: Match) -> bool:
    """Whether its words make sense together, which those of hardly any other question would: an
    amount, and another unit of the same kind."""
    offer = match.intent.offer
    if offer is None or offer.together is None or not is_whole(match):
        return False
    said = {name: value.said for name, value in match.slots.items()}
    return set(offer.takes) <= set(said) and offer.together(said)


def is_whole(match: Match) -> bool:
    """Whether a template found all that it has a place for, each of them what alone can be
    there: a unit, a place, a sum."""
    return not match.problem and not any(free(match.intent.slots[name]) for name in match.slots)
