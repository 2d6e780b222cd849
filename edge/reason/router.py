"""Chooses who answers: a skill where one fits, else the language model, as deeply as is wished."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from edge.aio import closing
from edge.errors import EdgeError, SkillError
from edge.events import Ask
from edge.reason.beyond import beyond, unclear
from edge.reason.caution import caution
from edge.reason.choice import Chooser, Classifier, is_whole, missing
from edge.reason.decision import Contemplative, Decision
from edge.reason.depth import Depth, wish
from edge.reason.follow import BACK, STOP, UNDO, Done, follow
from edge.reason.grammar import Match, bare
from edge.reason.heard import heard
from edge.reason.hedge import Hedge
from edge.reason.parts import Parts, left_out
from edge.reason.reach import Reach
from edge.reason.reading import read
from edge.reason.skill import Answer, Card, Missing, Request, Skill, Slot, Value
from edge.reason.words import whole_number
from edge.stages import Responder

log = logging.getLogger(__name__)

Trace = Callable[..., None]
"""Is told an event and its fields: `Timeline.emit`."""

_IN_ONE_BREATH = 80
"""Words of a question that may be several; to take a longer one apart took seconds."""
_LET_GO = "asked back, and dropped"
_NOTHING_ASKED = "wished, but nothing was asked"
_DECLINED = "offered, and declined"
_NOT_DONE = "to be taken back, but nothing was done"
_SAYINGS = {
    _LET_GO: "Okay.",
    _NOTHING_ASKED: "About what? Ask me something first.",
    _DECLINED: "Okay.",
    _NOT_DONE: "There is nothing that I could take back.",
}
"""What the router says itself, by its reason."""
_BEYOND = "beyond every skill"
_AGREED, _NOT_AGREED = "agreed", "not agreed"
_NEVER_MIND = frozenset({"never mind", "nevermind", "cancel", "forget it"})
_DROPPED = _NEVER_MIND | {"stop", "nothing", "no"}


@dataclass(slots=True)
class _Pending:
    """An intent that lacks a slot, which the wearer was asked for."""

    match: Match
    slot: str
    text: str
    """The question that began it."""


@dataclass(slots=True)
class Router:
    """A `edge.stages.Responder` in front of the skills and of the model."""

    skills: Sequence[Skill]
    models: Mapping[Depth, Responder]
    """Who answers at which depth; `instant` must be there, and stands in for one that is not."""
    now: Callable[[], datetime]
    """The moment in the wearer's time zone."""
    classifier: Classifier | None = None
    trace: Trace | None = None
    hedge: Hedge | None = None
    """What the model's responder is unsure about."""
    reach: Reach | None = None
    """What tells requests that no model should answer either."""
    _offered: str = ""
    """The question that it was offered to think harder about."""
    _chooser: Chooser = field(init=False)
    _council: Contemplative | None = field(init=False)
    """What contemplates, if that may have to ask first."""
    _pending: _Pending | None = None
    _done: Done | None = None
    """What a skill answered last, if nobody has answered since."""

    def __post_init__(self) -> None:
        self._chooser = Chooser(self.skills)
        council = self.models.get("contemplating")
        self._council = council if isinstance(council, Contemplative) else None
        if self.hedge is not None:
            self.hedge.offer = "contemplating" in self.models

    async def warm(self) -> None:
        """Warm the model; load what the skills' first answer would wait for."""
        await asyncio.to_thread(self.rehearse)
        await self.models["instant"].warm()
        if "contemplating" in self.models:
            await self.models["contemplating"].warm()

    async def hint(self, ask: Ask) -> None:
        """The model takes in what is understood so far; skills need no preparation."""
        await self.models["instant"].hint(ask)

    def rehearse(self) -> None:
        """Load and compile what is at its first use: templates, units, places, numbers."""
        for text in (
            "convert 2 miles to kilometers",
            "what time is it in paris",
            "at ten tomorrow",
        ):
            self._chooser.grammar.match(text, self.now())
            if self.classifier is not None:
                self.classifier.rank(text)

    def decide(self, ask: Ask) -> Decision:
        """Who is to answer; changes nothing."""
        began = time.perf_counter()
        decision = self._decide(ask)
        return replace(decision, seconds=round(time.perf_counter() - began, 5))

    def needs_model(self, ask: Ask) -> bool:
        """Whether a model would answer; changes nothing."""
        decision = self.decide(ask)
        return decision.match is None and decision.reason not in (*_SAYINGS, _BEYOND)

    def answerable(self, text: str) -> bool:
        """Whether a skill's template finds all that it needs in `text`; a reminder's own words,
        which may go on, do not count."""
        match = self.decide(Ask(text)).match if text else None
        if match is None or match.how == "classifier":
            return False
        return is_whole(match) and not any(missing(match))

    def _decide(self, ask: Ask) -> Decision:
        text, now = heard(ask.text), self.now()
        if ask.depth in ("thinking", "contemplating"):
            return self._wished(ask.depth, text, now)
        wished = wish(text)
        if wished is not None:
            text = wished.question or (ask.history[-1].question if ask.history else "")
            if not text:
                return Decision("instant", _NOTHING_ASKED, question=ask.text)
            if wished.depth != "instant" and ask.depth != "instant":
                return self._wished(wished.depth, text, now)
        if self._offered:
            agreed = read(Slot("yes_no"), bare(text), now)
            if agreed is not None:
                depth: Depth = "contemplating" if agreed else "instant"
                reason = "offered" if agreed else _DECLINED
                return Decision(depth, reason, question=self._offered if agreed else text)
        allowed = self._allowed(text, now)
        if allowed is not None:
            return allowed
        answer = self._answered(text, now)
        if answer is not None:
            return answer
        followed = follow(self._done, text, now, partial(self._chooser.fits, now=now))
        if followed is not None:
            return Decision("instant", followed.how, followed.match, followed.text)
        if UNDO.match(bare(text)):
            return Decision("instant", _NOT_DONE, question=text)
        if bare(text).lower() in _NEVER_MIND or STOP.match(bare(text)):
            return Decision("instant", _LET_GO, question=text)
        choice = self._chooser.choose(text, now, self.classifier)
        chosen, reason = choice.match, choice.reason
        if chosen is None and (steered := self._steered(text)):
            return Decision("contemplating", "steered", None, steered, choice.candidates)
        if chosen is None and wished is not None:
            reason = "wished"
        parts = self._parts(text, now, chosen)
        if parts.whole:
            reason = reason if chosen is not None else "several"
            chosen, text = parts.whole[0]
        saying = self._declined(text, ask) if chosen is None and wished is None else ""
        reason = _BEYOND if saying else reason
        also, others = parts.whole[1:], parts.left_out
        return Decision("instant", reason, chosen, text, choice.candidates, also, others, saying)

    def _declined(self, text: str, ask: Ask) -> str:
        """What to say to a request that neither a skill nor a model can serve; else empty."""
        said = beyond(text) or ("" if ask.history else unclear(text))
        if not said and self.reach is not None:
            said = self.reach.declined(text, follows=bool(ask.history))
        return said

    def _parts(self, text: str, now: datetime, chosen: Match | None) -> Parts:
        """The parts of a question for which `chosen` stands; none for one that is one."""
        if len(text.split()) > _IN_ONE_BREATH:
            return Parts()
        dictated = chosen is not None and chosen.intent.dictated
        several = [] if dictated else self._chooser.apart(text, now)
        if chosen is not None and all(match.name == chosen.name for match, _ in several):
            several = self._chooser.each(text, now, chosen) or several
        fits_all = chosen is not None and chosen.how != "classifier"
        if several or dictated or fits_all:
            return Parts(tuple(several))
        return self._chooser.partly(text, now, self.classifier)

    def _wished(self, depth: Depth, text: str, now: datetime) -> Decision:
        """At the depth that was asked for, unless something comes before all thinking."""
        matches = (one for one in self._chooser.grammar.match(text, now) if one.intent.first)
        before = next(matches, None)
        if before is not None:
            return Decision("instant", "before all", before, text)
        return Decision(depth, "wished", question=text)

    def _allowed(self, text: str, now: datetime) -> Decision | None:
        """What `text` says to a contemplation that waits for a yes."""
        council = self._council
        if council is None or not council.waiting:
            return None
        agreed = read(Slot("yes_no"), bare(text), now)
        if agreed is None:
            return None
        reason = _AGREED if agreed else _NOT_AGREED
        return Decision("contemplating", reason, question=council.waiting)

    def _steered(self, text: str) -> str:
        """The question that was being contemplated, narrowed down by `text`; else empty."""
        council = self._council
        return council.steered(text) if council is not None else ""

    def _answered(self, text: str, now: datetime) -> Decision | None:
        """What the skill asked back for, if `text` is that; else None."""
        pending = self._pending
        if pending is None:
            return None
        match, name = pending.match, pending.slot
        plain = bare(text)
        slot = match.intent.slots[name]
        if slot.kind != "yes_no" and (plain.lower() in _DROPPED or BACK.match(plain)):
            return Decision("instant", _LET_GO, question=text)
        number = match.slots.get(name)
        try:
            value = read(slot, plain, now)
            if value is None and number is not None and number.value is None:
                # "Minutes", after "twenty" and the question of what.
                plain = f"{number.said} {plain}"
                value = read(slot, plain, now)
        except SkillError as error:
            if self._chooser.grammar.match(text, now):
                return None
            return Decision("instant", "asked back", replace(match, problem=str(error)), text)
        if slot.kind == "duration" and whole_number(plain) is not None:
            asked = {**match.slots, name: Value(plain, None)}
            problem = f"{plain.capitalize()} what: seconds, minutes or hours?"
            return Decision(
                "instant", "asked back", replace(match, slots=asked, problem=problem), text
            )
        open_ = slot.kind == "text" and not slot.choices
        if value is None or (open_ and self._chooser.grammar.match(text, now)):
            return None
        slots = {**match.slots, name: Value(plain, value)}
        filled = replace(match, slots=slots, problem="")
        return Decision("instant", "asked back", filled, pending.text)

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """The answer of whoever is chosen. Nothing is done before `ask.confirmed`."""
        decision = self.decide(ask)
        self._tell(decision, ask)
        if decision.match is not None:
            pieces = self._skill(decision, decision.match, ask)
        elif decision.reason in _SAYINGS:
            pieces = self._saying(_SAYINGS[decision.reason], ask)
        elif decision.saying:
            pieces = self._saying(decision.saying, ask)
        else:
            pieces = self._model(decision, ask)
        async with closing(pieces) as answer:
            async for piece in answer:
                yield piece

    async def _model(self, decision: Decision, ask: Ask) -> AsyncIterator[str]:
        model = self.models.get(decision.depth, self.models["instant"])
        asked = replace(ask, text=decision.question)
        if decision.reason in (_AGREED, _NOT_AGREED) and isinstance(model, Contemplative):
            answer = model.resume(asked, agreed=decision.reason == _AGREED)
        else:
            answer = model.reply(asked)
        if first := caution(decision.question):
            yield f"{first} "
        async with closing(answer) as pieces:
            async for piece in pieces:
                yield piece
        await ask.confirmed.wait()
        self._over(asked_by=model)
        judged = self.hedge.of(ask) if self.hedge is not None else None
        if self.hedge is not None and judged is not None:
            offered = judged.hedged and self.hedge.offer
            self._offered = decision.question if offered else ""
            if self.trace is not None:
                self.trace("confidence", sure=judged.sure, hedged=judged.hedged, offered=offered)

    def _over(self, *, asked_by: Responder | None = None) -> None:
        """An answer was given: what was asked back or offered before it is no longer open.

        `asked_by`: who answered, and may have asked something itself.
        """
        self._pending = None
        self._done = None
        self._offered = ""
        council = self._council
        if council is not None and council is not asked_by:
            council.waiting = ""

    def asks_permission(self) -> bool:
        """Whether the latest answer asked if the question may leave this device."""
        council = self._council
        return council is not None and bool(council.waiting)

    async def _saying(self, speech: str, ask: Ask) -> AsyncIterator[str]:
        yield _line(speech, ask)
        await ask.confirmed.wait()
        self._over()

    async def _skill(self, decision: Decision, match: Match, ask: Ask) -> AsyncIterator[str]:
        back = decision.reason in ("corrected", "taken back")
        problem, slot = missing(match) if decision.reason != "taken back" else ("", "")
        if problem:
            answers = [Answer(problem, asks=slot)]
        else:
            each = ((match, decision.question), *decision.also)
            if back or not all(one.intent.pure for one, _ in each):
                await ask.confirmed.wait()
            stuck = self._undo() if back else ""
            if stuck or decision.reason == "taken back":
                answers = [Answer(stuck or "Okay, I took that back.")]
            else:
                answers = [await self._handle(one, text, ask) for one, text in each]
        # Once, if it is the same of all.
        spoken = list(dict.fromkeys(answer.speech for answer in answers if not answer.asks))
        spoken += [left_out(part) for part in decision.left_out]
        # What is asked back comes last.
        spoken += [answer.speech for answer in answers if answer.asks]
        yield _line(" ".join(spoken), ask)
        await ask.confirmed.wait()
        self._over()
        parts = ((match, decision.question), *decision.also)
        for answer, (part, said) in zip(answers, parts, strict=False):
            if answer.asks and answer.asks in part.intent.slots:
                self._pending = _Pending(part, answer.asks, said)
            if answer.card is not None:
                self._show(answer.card)
            if answer.act is not None:
                try:
                    await answer.act()
                except EdgeError as error:
                    yield f" {error}"
        if self._pending is None and decision.reason != "taken back":
            undos = [answer.undo for answer in answers if answer.undo is not None]
            alike = all(part.name == match.name for part, _ in parts)
            self._done = Done(match, decision.question, self.now(), _all(undos), alike=alike)

    def _undo(self) -> str:
        """Take back what was done last; what is wrong where that is not possible."""
        undo = self._done.undo if self._done is not None else None
        try:
            if undo is not None:
                undo()
        except EdgeError as error:
            return str(error)
        return ""

    async def _handle(self, match: Match, text: str, ask: Ask) -> Answer:
        request = Request(
            intent=match.intent.name,
            text=text,
            now=self.now(),
            slots=match.slots,
            history=ask.history,
            certain=match.how != "classifier",
        )
        try:
            return await match.skill.handle(request)
        except Missing as missing:
            return Answer(str(missing), asks=missing.slot)
        except EdgeError as error:
            return Answer(str(error))
        except Exception:
            # A skill may be anybody's code: its mistake must not end the session.
            log.exception("The skill %s failed.", match.skill.name)
            return Answer("Sorry, something went wrong with that.")

    def _tell(self, decision: Decision, ask: Ask) -> None:
        if self.trace is None:
            return
        match = decision.match
        self.trace(
            "route",
            text=ask.text,
            depth=decision.depth,
            to=match.name if match else "nobody" if decision.reason == _BEYOND else "model",
            reason=decision.reason,
            slots={name: value.said for name, value in match.slots.items()} if match else {},
            candidates=[list(candidate) for candidate in decision.candidates],
            seconds=decision.seconds,
            confirmed=ask.confirmed.is_set(),
        )

    def _show(self, card: Card) -> None:
        if self.trace is not None:
            self.trace("card", **card.fields())


def _all(undos: list[Callable[[], None]]) -> Callable[[], None] | None:
    def undo() -> None:
        for one in undos:
            one()

    return undo if undos else None


def _line(speech: str, ask: Ask) -> str:
    """With a line break while the question is uncertain: it says that the sentence is complete."""
    return speech if ask.confirmed.is_set() else f"{speech}\n"
