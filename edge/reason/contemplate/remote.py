"""A council that meets elsewhere: `/v1/contemplate` of `edge serve`, asked through the gate.

One request brings the verdict of all agents: the question leaves once, the other machine decodes
them together, and code works out their sums there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from edge.aio import closing
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.council import Trace
from edge.reason.contemplate.events import EventsError, named
from edge.reason.contemplate.happenings import Agreed, CouncilEvent, Proposed, Refining, Verdict
from edge.reason.contemplate.service import Breaker, Service, ServiceError, refusal
from edge.trust.gate import Gate, Permit
from edge.trust.wire import Outbound, WireError

log = logging.getLogger(__name__)

AGAIN: Final = 2
"""How often a request that brought nothing is made again."""
_FIRST_WAIT: Final = 0.25
_QUEUE_S: Final = 15.0
"""Seconds that it may wait for its turn there, beyond those of the council."""
_EVENTS: Final[dict[str, TypeAdapter[Any]]] = {
    kind.__name__.lower(): TypeAdapter(kind) for kind in (Proposed, Agreed, Refining, Verdict)
}
_PHASES: Final = {Proposed: "proposal", Agreed: "agreement", Refining: "refining"}


@dataclass(slots=True)
class RemoteCouncil:
    """The council of one service, for one question: with its permission."""

    service: Service
    gate: Gate
    permit: Permit
    agents: int
    quorum: int
    refine: bool = False
    budget: Budget = field(default_factory=Budget)
    breaker: Breaker = field(default_factory=lambda: Breaker(time.monotonic))
    idle_s: float = 45.0
    """Longest silence; a server that is at work says so more often."""
    clock: Callable[[], float] = time.monotonic
    trace: Trace | None = None

    async def run(self, question: str) -> AsyncIterator[CouncilEvent]:
        """What happens there, ending with a Verdict. Closing the iterator hangs up.

        Raises WireError, ServiceError, and Refused.
        """
        end = self.clock() + self.budget.seconds + _QUEUE_S
        self._tell("started", of=self.agents)
        for attempt in range(AGAIN + 1):
            begun = False
            try:
                async with closing(self._once(question)) as events:
                    while (event := await self._next(events, end)) is not None:
                        begun = True
                        self._told(event)
                        yield event
                self.breaker.worked()
                return
            except (WireError, ServiceError) as error:
                self.breaker.failed()
                log.info("%s: %s", self.service.name, error)
                again = isinstance(error, WireError) or error.again
                if begun or not again or attempt == AGAIN or not self.breaker.may():
                    raise
                wait = _FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5)
                await asyncio.sleep(max(wait, getattr(error, "wait_s", 0.0)))

    async def _next(self, events: AsyncIterator[CouncilEvent], end: float) -> CouncilEvent | None:
        try:
            async with asyncio.timeout(max(0.0, end - self.clock())):
                return await anext(events, None)
        except TimeoutError:
            raise ServiceError(f"{self.service.name} takes too long.") from None
        except EventsError:
            raise ServiceError(f"{self.service.name} sent something that cannot be read.") from None

    async def _once(self, question: str) -> AsyncGenerator[CouncilEvent, None]:
        body = {
            "question": question,
            "agents": self.agents,
            "quorum": min(self.quorum, self.agents),
            "refine": self.refine,
            "seconds": self.budget.seconds,
            "max_tokens": self.budget.max_tokens,
        }
        outbound = Outbound(
            "POST",
            f"{self.service.url.rstrip('/')}/contemplate",
            {"content-type": "application/json", "accept": "text/event-stream"},
            json.dumps(body).encode(),
            # A keyring may ask another program.
            await asyncio.to_thread(self.service.secret),
            idle_s=self.idle_s,
        )
        async with self.gate.open(self.permit, outbound) as reply:
            if reply.status != 200:
                raise refusal(self.service, reply.status, reply.headers)
            if "event-stream" not in reply.headers.get("content-type", ""):
                raise ServiceError(f"{self.service.name} answered with something else than text.")
            async with closing(named(reply.pieces())) as events:
                async for name, data in events:
                    if name == "error":
                        raise ServiceError("The other machine could not finish its answer.")
                    happened = _event(name, data)
                    if isinstance(happened, Verdict):
                        cost = happened.cost
                        cost.money = self.service.money(cost.tokens_in, cost.tokens_out)
                        reply.tokens, reply.money = cost.tokens_in + cost.tokens_out, cost.money
                        yield happened
                        return
                    if happened is not None:
                        yield happened
        raise WireError("broken", "The answer broke off.")

    def _told(self, event: CouncilEvent) -> None:
        """As a council on this machine tells it."""
        if isinstance(event, Verdict):
            self._tell("verdict", candidate=event.answer, agree=event.agree, of=event.of)
        elif isinstance(event, Refining):
            self._tell("refining")
        else:
            fields = asdict(event)
            kept = ("agent", "strategy", "candidate", "agree", "of")
            self._tell(_PHASES[type(event)], **{k: fields[k] for k in kept if k in fields})

    def _tell(self, phase: str, **more: object) -> None:
        if self.trace is not None:
            self.trace("contemplation", {"phase": phase, "provider": self.service.name, **more})


def _event(name: str, data: str) -> CouncilEvent | None:
    """Of an event there; None for one that is not known here. Raises EventsError."""
    kind = _EVENTS.get(name)
    if kind is None:
        return None
    try:
        happened: CouncilEvent = kind.validate_json(data)
    except ValidationError:
        raise EventsError("an event is not what it should be") from None
    if isinstance(happened, Verdict) and not happened.answer.strip():
        raise EventsError("a verdict without an answer")
    return happened
