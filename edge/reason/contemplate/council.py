"""The council: agents propose side by side, perhaps refine, and agree."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from edge.aio import cancelled, closing
from edge.errors import ContemplationError
from edge.reason.contemplate.agents import Agent, proposals
from edge.reason.contemplate.aggregate import Tally, quorate, tally
from edge.reason.contemplate.budget import Budget, Cost
from edge.reason.contemplate.provider import Chunk, Provider, Request
from edge.reason.contemplate.strategies import STRATEGIES, Strategy, refining, synthesis
from edge.reason.lm.chat import Message

log = logging.getLogger(__name__)

Trace: TypeAlias = Callable[[str, Mapping[str, Any]], None]
"""Is given an event's kind and what it says."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """An agent has finished."""

    agent: int
    strategy: str
    candidate: str
    """What it says, short; empty where it failed or says nothing."""
    refined: bool
    """In the second round."""
    error: str = ""
    """Why it failed, a sentence."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How the votes stand after a proposal."""

    candidate: str
    agree: int
    of: int


@dataclass(frozen=True, slots=True)
class Refining:
    """They disagree, and each thinks again."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a contemplation."""

    answer: str
    """Short answers as they were said; open ones as a text."""
    agreement: float
    """Share of the votes' weight behind it, 0 to 1; of an open answer, of agents that answered."""
    agree: int
    of: int
    """Agents that say the same, and that say anything."""
    dissent: str
    """The strongest other answer; empty where there is none."""
    reasoning: str
    """How one of those that agree came to it."""
    cost: Cost
    failed: int
    """Agents that failed."""
    cut: Literal["", "quorum", "deadline"]
    """Why it ended before all agents had finished."""


CouncilEvent: TypeAlias = Proposed | Agreed | Refining | Verdict


class Council:
    """Several agents at one question.

    They stop as soon as `quorum` of them say the same, and answer with what there is at the
    deadline; whoever fails is left out.
    """

    def __init__(
        self,
        strategies: Sequence[Strategy] = STRATEGIES,
        *,
        quorum: int = 3,
        refine: bool = False,
        budget: Budget = Budget(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        trace: Trace | None = None,
    ) -> None:
        """`refine`: where they disagree, each thinks again with the others' candidates before it.

        `clock` gives seconds, `sleep` waits for so many.
        """
        self._strategies = tuple(strategies)
        self._quorum = min(quorum, len(self._strategies))
        self._refine = refine
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._trace = trace

    async def run(
        self,
        question: str,
        provider: Provider,
        *,
        context: Sequence[Message] = (),
        seed: int = 0,
    ) -> AsyncIterator[CouncilEvent]:
        """What happens, ending with a Verdict. Closing the iterator stops all agents.

        `context` is what was said before, oldest first. The same question, provider and `seed` give
        the same, as far as the provider's answers are the same.

        Raises ContemplationError where no agent answers.
        """
        begin = self._clock()
        end = begin + self._budget.seconds
        cost = Cost()
        self._tell("started", provider, of=len(self._strategies))
        requests = [
            one.request(
                question,
                seed=seed + place,
                max_tokens=self._budget.max_tokens,
                context=context,
            )
            for place, one in enumerate(self._strategies)
        ]
        agents = [Agent(place, one.name) for place, one in enumerate(self._strategies)]
        cut: Literal["", "quorum", "deadline"] = ""
        async with closing(self._round(agents, requests, provider, cost, end)) as events:
            async for event in events:
                if isinstance(event, str):
                    cut = event
                else:
                    yield event
        made = proposals(agents)
        found = tally(made)
        failed = sum(agent.end == "failed" for agent in agents)
        if found is None:
            raise ContemplationError(_why(agents))
        open_ = sum(p.candidate.short for p in made) * 2 < len(made)
        if self._refine and not open_ and not cut and found.agreement < 1:
            known = tuple(dict.fromkeys(p.candidate.text for p in made))
            self._tell("refining", provider)
            yield Refining(known)
            again = [refining(question, known, one) for one in requests]
            second = [Agent(place, one.name) for place, one in enumerate(self._strategies)]
            async with closing(self._round(second, again, provider, cost, end, True)) as events:
                async for event in events:
                    if isinstance(event, str):
                        cut = event
                    else:
                        yield event
            # Who says nothing new keeps to what was said.
            latest = {p.agent: p for p in made} | {p.agent: p for p in proposals(second)}
            found = tally(list(latest.values())) or found
        text = found.best.candidate.text
        if open_:
            texts = [p.text for p in made if p.whole] or [found.best.text]
            text = await self._put_together(question, texts, provider, cost, end, seed)
        cost.seconds = self._clock() - begin
        verdict = _verdict(found, text, cost, failed, cut)
        self._tell("verdict", provider, candidate=text, agree=found.agree, of=found.of)
        yield verdict

    async def _round(
        self,
        agents: list[Agent],
        requests: Sequence[Request],
        provider: Provider,
        cost: Cost,
        end: float,
        refined: bool = False,
    ) -> AsyncIterator[Proposed | Agreed | Literal["quorum", "deadline"]]:
        """Events until all have finished, or why it ended before."""
        chunks = self._until(provider.stream(requests), end)
        async with closing(chunks):
            async for chunk in chunks:
                if chunk is None:
                    self._count_unfinished(agents, cost)
                    yield "deadline"
                    return
                agent = agents[chunk.agent]
                agent.take(chunk)
                if not chunk.end:
                    continue
                cost.add(chunk)
                if chunk.end == "failed":
                    log.info("An agent (%s) failed: %s", agent.strategy, chunk.error)
                made = agent.proposal()
                said = made.candidate.text if made else ""
                self._tell(
                    "proposal", provider, agent=agent.place, strategy=agent.strategy, candidate=said
                )
                yield Proposed(agent.place, agent.strategy, said, refined, chunk.error)
                finished = proposals([one for one in agents if one.end])
                found = tally(finished)
                if made is None or found is None:
                    continue
                best = found.best.candidate.text
                self._tell("agreement", provider, candidate=best, agree=found.agree, of=found.of)
                yield Agreed(best, found.agree, found.of)
                if quorate(finished, self._quorum) and any(not one.end for one in agents):
                    self._count_unfinished(agents, cost)
                    yield "quorum"
                    return

    async def _until(self, chunks: AsyncIterator[Chunk], end: float) -> AsyncIterator[Chunk | None]:
        """The chunks; None, and no more, at the deadline."""
        async with closing(chunks):
            late = asyncio.ensure_future(self._sleep(max(0.0, end - self._clock())))
            coming: asyncio.Future[Chunk | None] | None = None
            try:
                while True:
                    coming = asyncio.ensure_future(anext(chunks, None))
                    await asyncio.wait({coming, late}, return_when=asyncio.FIRST_COMPLETED)
                    if late.done() or self._clock() >= end:
                        yield None
                        return
                    chunk = coming.result()
                    if chunk is None:
                        return
                    yield chunk
            finally:
                # Before the iterator is closed: it cannot be while it runs.
                if coming is not None:
                    await cancelled(coming)
                await cancelled(late)

    async def _put_together(
        self,
        question: str,
        texts: Sequence[str],
        provider: Provider,
        cost: Cost,
        end: float,
        seed: int,
    ) -> str:
        """One answer made of several; the first of them where that fails."""
        if len(texts) < 2:
            return texts[0]
        request = synthesis(question, texts, seed=seed, max_tokens=self._budget.max_tokens)
        agent = Agent(0, "synthesis")
        chunks = self._until(provider.stream([request]), end)
        async with closing(chunks):
            async for chunk in chunks:
                if chunk is None:
                    break
                agent.take(chunk)
                cost.add(chunk)
        if agent.end == "stop" and agent.text.strip():
            return agent.text.strip()
        log.info("The answers could not be put together: %s", agent.error or "no time")
        return texts[0]

    @staticmethod
    def _count_unfinished(agents: Sequence[Agent], cost: Cost) -> None:
        """Those that are stopped say nothing of their cost; their pieces are about their tokens."""
        cost.tokens_out += sum(agent.pieces for agent in agents if not agent.end)

    def _tell(self, phase: str, provider: Provider, **more: object) -> None:
        if self._trace is not None:
            self._trace("contemplation", {"phase": phase, "provider": provider.name, **more})


def _why(agents: Sequence[Agent]) -> str:
    errors = list(dict.fromkeys(agent.error for agent in agents if agent.error))
    return errors[0] if errors else "Nobody came to an answer in time."


def _verdict(
    found: Tally, text: str, cost: Cost, failed: int, cut: Literal["", "quorum", "deadline"]
) -> Verdict:
    return Verdict(
        answer=text,
        agreement=found.agreement,
        agree=found.agree,
        of=found.of,
        dissent=found.dissent.candidate.text if found.dissent else "",
        reasoning=found.best.text,
        cost=replace(cost),
        failed=failed,
        cut=cut,
    )
