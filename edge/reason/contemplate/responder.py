"""Contemplation for the ear: asks for permission, tells how it stands, and says what came of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from edge.aio import closing
from edge.errors import EdgeError
from edge.events import Ask
from edge.reason.contemplate import shown, spoken
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.candidates import key
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.glance import Glance, beside, glance
from edge.reason.contemplate.happenings import Agreed, CouncilEvent, Proposed, Verdict, restored
from edge.reason.contemplate.provider import Provider
from edge.reason.contemplate.service import Breaker, Service
from edge.reason.contemplate.steering import BrokenOff, going_on
from edge.reason.contemplate.strategies import FIRST, STRATEGIES, Strategy
from edge.trust.gate import Gate, Permit, Plan, Refused
from edge.trust.topics import topic

log = logging.getLogger(__name__)

Trace = Callable[..., None]

EVERY_S = 6.0
"""Seconds between two lines about how it stands."""
_NO_NETWORK = "Without them, then: on this device."


@dataclass(slots=True)
class Thoughts:
    """The latest verdict, for whoever asks why."""

    question: str = ""
    verdict: Verdict | None = None
    broken_off: bool = False
    """Nobody has come to one since: the contemplation was interrupted, or goes on."""
    provider: str = ""


@dataclass(slots=True)
class Contemplation:
    """A `edge.stages.Responder` that puts a question to several agents."""

    device: Callable[[asyncio.Event], Provider]
    """Makes the on-device provider, which works while the event is set."""
    gate: Gate
    services: Sequence[Service] = ()
    strategies: Sequence[Strategy] = STRATEGIES
    quorum: int = 3
    first: int = FIRST
    """So many are asked first on the device, where all share two cores; 0: all at once. At a
    service all are asked at once: it may have a machine for each."""
    refine: bool = False
    glance_above: float = 1.0
    """While agents at a service are asked the device answers, too; what it comes to is said first
    where it is as sure as that (`glance.Glance`). 1: never."""
    budget: Budget = field(default_factory=Budget)
    announces: bool = True
    """Says that it thinks, where it does so alone; False: whoever asks has said so."""
    thoughts: Thoughts = field(default_factory=Thoughts)
    trace: Trace | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    saving: Callable[[], bool] = lambda: False
    """Whether one agent has to do on the device."""
    remote: Callable[[Service, Gate, Permit, Breaker], Provider] | None = None
    """Makes the provider of a service; None: OpenAI's chat completions."""
    waiting: str = ""
    """The question that the wearer was asked about; yes or no decides where it goes."""
    _breakers: dict[str, Breaker] = field(default_factory=dict)
    _broken_off: BrokenOff = field(default_factory=BrokenOff)
    _said: dict[int, str] = field(default_factory=dict)
    """What agents of the contemplation in progress have come to."""

    async def warm(self) -> None:
        """Load what the way to a service needs, and read what was spent today.

        The model is the instant answers'.
        """
        if self.services:
            await asyncio.to_thread(self._rehearse)

    async def hint(self, ask: Ask) -> None:
        """Nor to take in: each agent has a prompt of its own."""

    def _rehearse(self) -> None:
        from edge.reason.contemplate import openai, remote  # noqa: F401

        topic("")
        try:
            self.gate.prepare([service.url for service in self.services])
        except EdgeError as error:
            # Said aloud once somebody asks.
            log.warning("%s", error)

    def steered(self, text: str) -> str:
        """The question that `text` narrows down, with it; empty where it does not."""
        return self._broken_off.steered(text, self.clock())

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """See `Responder`."""
        async with closing(self._reply(ask, agreed=None)) as pieces:
            async for piece in pieces:
                yield piece

    async def resume(self, ask: Ask, *, agreed: bool) -> AsyncIterator[str]:
        """The same after the wearer was asked whether the question may be sent."""
        async with closing(self._reply(ask, agreed=agreed)) as pieces:
            async for piece in pieces:
                yield piece

    async def _reply(self, ask: Ask, *, agreed: bool | None) -> AsyncIterator[str]:
        count = len(self.strategies)
        known = self._broken_off.known(ask.text, self.clock())
        # What agents had come to before they were steered is not lost, and goes where they go.
        text = going_on(ask.text, known)
        service, permit, refused = await self._allowed(text, agreed)
        if refused is not None and refused.reason == "ask":
            yield f"{refused}\n"
            await ask.confirmed.wait()
            self.waiting = ask.text
            return
        if permit is not None and service is not None:
            yield f"I'm asking {spoken.count(count)} agents at {service.name}.\n"
        elif count > 1 and self.saving():
            why = f"{refused} " if refused is not None else ""
            yield f"{why}The battery is low, so I think about it alone.\n"
        elif agreed is False:
            yield "Okay, then on this device. Give me a moment.\n"
        elif refused is not None:
            yield f"{refused} So I think about it here, in several ways.\n"
        elif count > 1:
            yield "I'm thinking about it in several ways.\n"
        elif self.announces:
            yield "Let me think.\n"
        # From here on something leaves, or the device works hard: only for a question that is one.
        await ask.confirmed.wait()
        self.waiting = ""
        self.thoughts.broken_off = True
        finished = False
        self._said.clear()
        try:
            if permit is not None and service is not None:
                try:
                    events = self._elsewhere(permit.redact(text), service, permit)
                    heard = self._listen(ask, events, service.name, count, permit)
                    async with closing(heard) as pieces:
                        async for piece in pieces:
                            yield piece
                    finished = True
                    return
                except EdgeError as error:
                    log.warning("%s: %s", service.name, error)
                    yield f"{spoken.plain(str(error))} {_NO_NETWORK}\n"
            try:
                provider = self.device(ask.free)
                # With little battery one has to do.
                here = self.strategies[:1] if self.saving() else self.strategies
                events = self._council(here, self.first).run(text, provider)
                heard = self._listen(ask, events, provider.name, len(here), None)
                async with closing(heard) as pieces:
                    async for piece in pieces:
                        yield piece
            except EdgeError as error:
                yield f"{error}"
            self.thoughts.broken_off = False
            finished = True
        finally:
            answers = tuple(dict.fromkeys(self._said.values())) or known
            cut = BrokenOff(ask.text, self.clock(), answers)
            self._broken_off = BrokenOff() if finished else cut

    async def _allowed(
        self, question: str, agreed: bool | None
    ) -> tuple[Service | None, Permit | None, Refused | None]:
        """Whom to ask, with permission, or why nobody may be asked; none of it: nobody is named."""
        service = next((one for one in self.services if self._breaker(one).may()), None)
        if service is None or agreed is False:
            return None, None, None
        # What all agents are asked, and the longest that they may answer.
        asked = sum(
            len(message.content) // 4
            for one in self.strategies
            for message in one.request(question, seed=0, max_tokens=1).messages
        )
        answers = self.budget.max_tokens * len(self.strategies)
        plan = Plan(
            service.name,
            topic(question),
            question,
            tokens=asked + answers,
            money=service.money(asked, answers),
        )
        try:
            return service, await self.gate.permit(plan, agreed=agreed is True), None
        except Refused as refused:
            return service, None, refused

    def _council(self, strategies: Sequence[Strategy], first: int) -> Council:
        return Council(
            strategies,
            quorum=self.quorum,
            first=first,
            refine=self.refine,
            budget=self.budget,
            clock=self.clock,
            sleep=self.sleep,
            trace=self._tell,
        )

    def _elsewhere(
        self, text: str, service: Service, permit: Permit
    ) -> AsyncIterator[CouncilEvent]:
        """The council there, or agents there who meet here."""
        breaker = self._breaker(service)
        if service.council:
            from edge.reason.contemplate.remote import RemoteCouncil

            return RemoteCouncil(
                service,
                self.gate,
                permit,
                len(self.strategies),
                self.quorum,
                self.refine,
                self.budget,
                breaker,
                clock=self.clock,
                trace=self._tell,
            ).run(text)
        return self._council(self.strategies, 0).run(text, self._remote(service, permit, breaker))

    async def _listen(
        self,
        ask: Ask,
        events: AsyncIterator[CouncilEvent],
        name: str,
        agents: int,
        permit: Permit | None,
    ) -> AsyncIterator[str]:
        """What is said while they think, and of what they found; `name`: where they are."""
        last = self.clock()
        latest: Agreed | None = None
        glanced: Glance | None = None
        seats: dict[int, Proposed] = {}

        def silence() -> float | None:
            return max(0.0, EVERY_S - (self.clock() - last)) if latest else None

        happening = beside(events, self._glancing(ask) if permit else None, silence)
        async with closing(happening):
            async for one in happening:
                match one:
                    case None if latest:
                        yield spoken.standing(latest, agents) + "\n"
                        last, latest = self.clock(), None
                    case Glance() if self._is_sure(one):
                        glanced, last = one, self.clock()
                        yield spoken.glance(one.answer) + "\n"
                    case Proposed() if one.candidate:
                        # Who says nothing in the second round keeps to what was said.
                        seats[one.agent] = restored(one, permit)
                        self._said[one.agent] = seats[one.agent].candidate
                    case Agreed() if agents > 1:
                        latest = one
                    case Verdict():
                        found = restored(one, permit)
                        self.thoughts.question, self.thoughts.broken_off = ask.text, False
                        self.thoughts.verdict, self.thoughts.provider = found, name
                        if agents > 1:
                            self._tell("card", shown.card(ask.text, found, name, seats).fields())
                        same = None if glanced is None else key(found.answer) == glanced.key
                        yield spoken.verdict(found, agents, confirms=same)

    def _glancing(self, ask: Ask) -> asyncio.Future[Glance | None] | None:
        """The device's own quick answer on its way; None where it is not wanted."""
        if self.glance_above >= 1 or self.saving():
            return None
        here = partial(self.device, ask.free)
        return asyncio.ensure_future(glance(here, ask.text, self.budget.max_tokens))

    def _is_sure(self, seen: Glance) -> bool:
        said = seen.sure >= self.glance_above
        self._tell("glance", {"answer": seen.answer, "sure": round(seen.sure, 4), "said": said})
        return said

    def _remote(self, service: Service, permit: Permit, breaker: Breaker) -> Provider:
        if self.remote is not None:
            return self.remote(service, self.gate, permit, breaker)
        from edge.reason.contemplate.openai import OpenAiProvider

        return OpenAiProvider(service, self.gate, permit, breaker)

    def _breaker(self, service: Service) -> Breaker:
        return self._breakers.setdefault(service.name, Breaker(self.clock))

    def _tell(self, kind: str, fields: Mapping[str, Any]) -> None:
        if self.trace is not None:
            self.trace(kind, **fields)
