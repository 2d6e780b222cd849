"""Thinks a question over with what can be looked up: skills as tools, called in a constrained form.

A small model calls whatever it is offered and fills in what nobody said. So a skill is offered only
where the question has the words that it takes; the model chooses among skills and words, in a form
that has no others; and only skills that change nothing are offered. What they say goes into the
question, as something certain, and is told as it is: a small model reads it, and may still reckon.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any, Protocol

from edge.aio import closing
from edge.errors import EdgeError
from edge.events import Ask
from edge.reason.lm.calls import Call, Model, Proposal, Tool, opening, proposing
from edge.reason.lm.grounding import grounded
from edge.reason.reading import complete, read
from edge.reason.skill import Intent, Offer, Request, Skill, Slot, Value
from edge.reason.when import When
from edge.reason.words import numbers
from edge.stages import Responder
from edge.worker import Worker

log = logging.getLogger(__name__)

MOST = 2
"""Calls for a question: a short budget."""
LONGEST = 14
"""Words of a question that can be one argument."""
_CHOICES = 6
_CHUNK = 32
"""Tokens taken in at once: what a wearer who interrupts has to wait for."""

Trace = Callable[..., None]
Propose = Callable[[Sequence[Tool], str], Awaitable[Proposal | None]]
"""What would be called for a question; None: it cannot be asked."""


class TakesIn(Model, Protocol):
    """A model that takes a prompt in by and by."""

    def take_in(self, ids: Sequence[int], *, chunk: int = ...) -> Generator[None, None, None]: ...


def proposer(model: Callable[[], tuple[TakesIn, Worker]]) -> Propose:
    """Asks the on-device model, on its worker; it is loaded when it is first needed."""

    async def propose(tools: Sequence[Tool], question: str) -> Proposal | None:
        # Which may have to be loaded.
        lm, worker = await asyncio.to_thread(model)

        def steps() -> Generator[Proposal | None, None, None]:
            for _ in lm.take_in(opening(lm, tools, question), chunk=_CHUNK):
                yield None
            yield from proposing(lm, tools, question)

        made = None
        try:
            async with aclosing(worker.iterate(steps)) as pieces:
                async for piece in pieces:
                    made = piece
        except EdgeError as error:
            log.info("No tool could be chosen: %s", error)
            return None
        return made

    return propose


@dataclass(frozen=True, slots=True)
class _Use:
    """A skill's intent, as a tool for one question."""

    skill: Skill
    intent: Intent
    offer: Offer
    words: Mapping[str, Sequence[str]]
    """By slot, the words of the question that it can be."""

    @property
    def tool(self) -> Tool:
        """In the form that models know; nothing but those words can be filled in."""
        takes = {
            name: {"type": "string", "description": what, "enum": list(self.words[name])}
            for name, what in self.offer.takes.items()
        }
        form = {"type": "dict", "properties": takes, "required": list(takes)}
        return Tool(self.offer.tool, self.offer.does, form)


@dataclass(frozen=True, slots=True)
class Known:
    """A call, and what the skill said to it."""

    call: Call
    said: str


_BARE = re.compile(r"\s*(?:the answer is )?[^\s]+(?: \w+){0,2}[\s.]*$", re.IGNORECASE)
"""A result with nothing around it."""


def _whole(question: str, known: Sequence[Known]) -> bool:
    """Whether calls took all numbers of the question: then what they said is the result, and
    another one that a small model came to is none."""
    held = " ".join(str(value) for one in known for value in one.call.arguments.values())
    return {n.value for n in numbers(question)} <= {n.value for n in numbers(held)}


def possible(slot: Slot, found: Value | None, question: str, now: datetime) -> list[str]:
    """The words of `question` that `slot` can be: those found by rule, else all that can be read
    as it, the longest of what overlaps."""
    # Words from several places may be two things: "is Christmas on a weekend".
    if found is not None and found.said in question:
        return [found.said]
    if slot.fits is None and slot.kind not in ("place", "when", "number", "duration"):
        return []
    spans = [match.span() for match in re.finditer(r"[^\s,;?!]+", question)]
    taken: list[tuple[int, int]] = []
    for length in range(min(LONGEST, len(spans)), 0, -1):
        for first in range(len(spans) - length + 1):
            begin, end = spans[first][0], spans[first + length - 1][1]
            if any(begin < b and a < end for a, b in taken):
                continue
            try:
                value = read(slot, question[begin:end].rstrip("."), now)
            except EdgeError:
                continue
            # A bare number may be a time of day, but not here.
            if isinstance(value, When) and value.day is None:
                continue
            if value is not None:
                taken.append((begin, end))
    return [question[begin:end].rstrip(".") for begin, end in sorted(taken)][:_CHOICES]


@dataclass(slots=True)
class Thinking:
    """A `edge.stages.Responder` that looks things up, and lets another one think with them."""

    skills: Sequence[Skill]
    thinker: Responder
    propose: Propose
    now: Callable[[], datetime]
    trace: Trace | None = None

    async def warm(self) -> None:
        """See `Responder`."""
        await self.thinker.warm()

    async def hint(self, ask: Ask) -> None:
        """See `Responder`."""
        await self.thinker.hint(ask)

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """See `Responder`. What tools said is told first, in their words."""
        yield "Let me think.\n"
        await ask.confirmed.wait()
        known = await self.look_up(ask.text)
        if not known:
            async with closing(self.thinker.reply(ask)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        told = " ".join(one.said for one in known)
        yield told
        answer = ""
        # Where there is nothing to reckon, what is known comes first; else a small model takes it
        # for one more step of the sum.
        text = f"{ask.text}\n(It is certain: {told})" if numbers(ask.text) else f"{told} {ask.text}"
        async with closing(self.thinker.reply(replace(ask, text=text))) as pieces:
            async for piece in pieces:
                answer += piece
        answer = answer.strip()
        again = answer.strip(".").lower() in told.lower()
        if not again and not (_BARE.match(answer) and _whole(ask.text, known)):
            yield f" {answer}"

    async def look_up(self, question: str) -> list[Known]:
        """What tools say to the question; mostly nothing."""
        uses = self.tools(question)
        known: list[Known] = []
        while uses and len(known) < MOST:
            offered = [use.tool for use in uses.values()]
            proposal = await self.propose(offered, question)
            call = proposal.call if proposal is not None else None
            sure = grounded(call, offered, question) if call is not None else None
            if proposal is None or sure is None:
                break
            said = await self._call(uses.pop(sure.tool), sure, question)
            self._tell(sure, proposal, said)
            if said:
                known.append(Known(sure, said))
        return known

    def tools(self, question: str) -> dict[str, _Use]:
        """Those that have in the question all that they take, by name."""
        now, uses = self.now(), {}
        for skill in self.skills:
            for intent in skill.intents:
                offer = intent.offer
                if offer is None or not intent.pure or not re.search(offer.cue, question, re.I):
                    continue
                try:
                    found = complete(intent, question, {}, now)
                except EdgeError:
                    found = {}
                words = {
                    name: possible(intent.slots[name], found.get(name), question, now)
                    for name in offer.takes
                }
                fitting = [
                    one
                    for chosen in product(*words.values())
                    for one in [dict(zip(words, chosen, strict=True))]
                    if offer.together is None or offer.together(one)
                ]
                if fitting:
                    words = {
                        name: list(dict.fromkeys(one[name] for one in fitting)) for name in words
                    }
                    uses[offer.tool] = _Use(skill, intent, offer, words)
        return uses

    async def _call(self, use: _Use, call: Call, question: str) -> str:
        """What the skill says; empty where the words are none that it can read."""
        now = self.now()
        if use.offer.together is not None and not use.offer.together(call.arguments):
            return ""
        try:
            slots: dict[str, Value] = {}
            for name, said in call.arguments.items():
                value = read(use.intent.slots[name], str(said), now)
                if value is None:
                    return ""
                slots[name] = Value(str(said), value)
            request = Request(use.intent.name, question, now, slots, (), certain=False)
            answer = await use.skill.handle(request)
        except EdgeError as error:
            log.info("A tool was called in vain: %s", error)
            return ""
        except Exception:
            log.exception("The skill %s failed as a tool.", use.skill.name)
            return ""
        return "" if answer.asks else answer.speech

    def _tell(self, call: Call, proposal: Proposal, said: str) -> None:
        if self.trace is not None:
            arguments: dict[str, Any] = dict(call.arguments)
            odds = round(proposal.odds, 2)
            self.trace("tool", tool=call.tool, arguments=arguments, odds=odds, said=said)
