"""The council: agents propose side by side, perhaps refine, and agree."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from edge.aio import cancelled, closing, ended_by
from edge.errors import ContemplationError
from edge.reason.contemplate.agents import Agent, proposals
from edge.reason.contemplate.aggregate import Proposal, Tally, quorate, tally
from edge.reason.contemplate.budget import Budget, Cost
from edge.reason.contemplate.candidates import has_amounts, is_count
from edge.reason.contemplate.happenings import Agreed, CouncilEvent, Proposed, Refining, Verdict
from edge.reason.contemplate.provider import Chunk, Provider, Request
from edge.reason.contemplate.strategies import STRATEGIES, Strategy, refining
from edge.reason.contemplate.together import draft, nearest, synthesis, usable
from edge.reason.lm.chat import Message

log = logging.getLogger(__name__)

Trace: TypeAlias = Callable[[str, Mapping[str, Any]], None]
"""Is given an event's kind and what it says."""


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What all rounds of one council share."""

    provider: Provider
    cost: Cost
    end: float
    """The deadline, on the council's clock."""


class Council:
    """Several agents at one question.

    They stop as soon as `quorum` of them say the same, and answer with what there is at the
    deadline; whoever fails is left out. Not all need to be asked: with `first`, so many are at
    first, and the others only where those come to no majority.
    """

    def __init__(
        self,
        strategies: Sequence[Strategy] = STRATEGIES,
        *,
        quorum: int = 3,
        first: int = 0,
        refine: bool = False,
        budget: Budget = Budget(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        trace: Trace | None = None,
    ) -> None:
        """`first`: so many are asked before the others; 0: all at once, which is quickest where
        each has a machine of its own. `refine`: where they disagree, each thinks again with the
        others' candidates before it.

        `clock` gives seconds, `sleep` waits for so many.
        """
        self._strategies = tuple(strategies)
        self._quorum = min(quorum, len(self._strategies))
        self._first = first if 0 < first < len(self._strategies) else len(self._strategies)
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
        sitting = _Sitting(provider, Cost(), begin + self._budget.seconds)
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
        asks = is_count(question), has_amounts(question), question
        agents = [Agent(place, one.name, *asks) for place, one in enumerate(self._strategies)]
        cut: Literal["", "quorum", "deadline"] = ""
        for asked, quorum in self._groups():
            known = proposals(agents)
            if cut or _open(known):
                break
            round_ = self._round(agents[asked], requests[asked], sitting, quorum, known=known)
            async with closing(round_) as events:
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
        if self._refine and not _open(made) and not cut and found.agreement < 1:
            candidates = tuple(dict.fromkeys(p.candidate.text for p in made))
            self._tell("refining", provider)
            yield Refining(candidates)
            again = [refining(question, candidates, one) for one in requests]
            second = [Agent(place, one.name, *asks) for place, one in enumerate(self._strategies)]
            round_ = self._round(second, again, sitting, self._quorum, refined=True)
            async with closing(round_) as events:
                async for event in events:
                    if isinstance(event, str):
                        cut = event
                    else:
                        yield event
            # Who says nothing new keeps to what was said.
            latest = {p.agent: p for p in made} | {p.agent: p for p in proposals(second)}
            found = tally(list(latest.values())) or found
        text, drafts = found.best.candidate.text, 0
        if _open(made):
            texts = [draft(p.text) for p in made if p.whole] or [draft(found.best.text)]
            text, drafts = await self._put_together(question, texts, sitting, seed)
        sitting.cost.seconds = self._clock() - begin
        verdict = _verdict(found, text, sitting.cost, failed, cut, drafts)
        self._tell("verdict", provider, candidate=text, agree=found.agree, of=found.of)
        yield verdict

    def _groups(self) -> list[tuple[slice, int]]:
        """Who is asked at once, and how many that say the same end it then."""
        count = len(self._strategies)
        if self._first == count:
            return [(slice(count), self._quorum)]
        majority = min(self._first // 2 + 1, self._quorum)
        return [(slice(self._first), majority), (slice(self._first, count), self._quorum)]

    async def _round(
        self,
        agents: Sequence[Agent],
        requests: Sequence[Request],
        sitting: _Sitting,
        quorum: int,
        *,
        known: Sequence[Proposal] = (),
        refined: bool = False,
    ) -> AsyncIterator[Proposed | Agreed | Literal["quorum", "deadline"]]:
        """Events until all have finished, or why it ended before.

        `known`: what agents of an earlier group said.
        """
        provider = sitting.provider
        chunks = self._until(provider.stream(requests), sitting.end)
        async with closing(chunks):
            async for chunk in chunks:
                if chunk is None:
                    self._count_unfinished(agents, sitting.cost)
                    yield "deadline"
                    return
                agent = agents[chunk.agent]
                agent.take(chunk)
                if not chunk.end:
                    continue
                sitting.cost.add(chunk)
                if chunk.end == "failed":
                    log.info("An agent (%s) failed: %s", agent.strategy, chunk.error)
                made = agent.proposal()
                said = made.candidate.text if made else ""
                self._tell(
                    "proposal", provider, agent=agent.place, strategy=agent.strategy, candidate=said
                )
                yield Proposed(agent.place, agent.strategy, said, refined, chunk.error)
                finished = [*known, *proposals([one for one in agents if one.end])]
                found = tally(finished)
                if made is None or found is None:
                    continue
                best = found.best.candidate.text
                self._tell("agreement", provider, candidate=best, agree=found.agree, of=found.of)
                yield Agreed(best, found.agree, found.of)
                unasked = len(self._strategies) - 1 - agents[-1].place
                if quorate(finished, quorum) and (unasked or not all(one.end for one in agents)):
                    self._count_unfinished(agents, sitting.cost)
                    yield "quorum"
                    return

    async def _until(self, chunks: AsyncIterator[Chunk], end: float) -> AsyncIterator[Chunk | None]:
        """The chunks; None, and no more, at the deadline."""
        late = asyncio.ensure_future(self._sleep(max(0.0, end - self._clock())))
        try:
            async with closing(chunks):
                while True:
                    try:
                        async with ended_by(late):
                            chunk = await anext(chunks, None)
                    except TimeoutError:
                        if not late.done():
                            # The provider's own.
                            raise
                        chunk = None
                    if late.done() or self._clock() >= end:
                        yield None
                        return
                    if chunk is None:
                        return
                    yield chunk
        finally:
            await cancelled(late)

    async def _put_together(
        self,
        question: str,
        texts: Sequence[str],
        sitting: _Sitting,
        seed: int,
    ) -> tuple[str, int]:
        """One answer, and of how many it was made; where that fails, the one most like them."""
        if len(texts) < 2:
            return texts[0], 1
        request = synthesis(question, texts, seed=seed, max_tokens=self._budget.max_tokens)
        agent = Agent(0, "synthesis")
        chunks = self._until(sitting.provider.stream([request]), sitting.end)
        async with closing(chunks):
            async for chunk in chunks:
                if chunk is None:
                    break
                agent.take(chunk)
                sitting.cost.add(chunk)
        text = agent.text.strip()
        if agent.end == "stop" and usable(text, question, texts):
            return text, len(texts)
        log.info("The answers could not be put together: %s", agent.error or agent.end or "no time")
        return nearest(texts), 1

    @staticmethod
    def _count_unfinished(agents: Sequence[Agent], cost: Cost) -> None:
        """Those that are stopped say nothing of their cost; their pieces are about their tokens."""
        cost.tokens_out += sum(agent.pieces for agent in agents if not agent.end)

    def _tell(self, phase: str, provider: Provider, **more: object) -> None:
        if self._trace is not None:
            self._trace("contemplation", {"phase": phase, "provider": provider.name, **more})


def _open(made: Sequence[Proposal]) -> bool:
    """Whether most of them are no answers that can be counted."""
    return sum(p.candidate.short for p in made) * 2 < len(made)


def _why(agents: Sequence[Agent]) -> str:
    errors = list(dict.fromkeys(agent.error for agent in agents if agent.error))
    return errors[0] if errors else "Nobody came to an answer in time."


def _verdict(
    found: Tally,
    text: str,
    cost: Cost,
    failed: int,
    cut: Literal["", "quorum", "deadline"],
    drafts: int,
) -> Verdict:
    return Verdict(
        answer=text,
        agreement=found.agreement,
        agree=found.agree,
        of=found.of,
        # Another draft is no objection.
        dissent=found.dissent.candidate.text if found.dissent and not drafts else "",
        reasoning=found.best.text,
        cost=replace(cost),
        failed=failed,
        cut=cut,
        drafts=drafts,
    )
