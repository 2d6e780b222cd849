"""What the device thinks at first glance, while agents elsewhere are at work."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from edge.aio import cancelled, closing
from edge.errors import EdgeError
from edge.reason.contemplate.agents import Agent
from edge.reason.contemplate.happenings import CouncilEvent
from edge.reason.contemplate.provider import Provider
from edge.reason.contemplate.strategies import STRAIGHT

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glance:
    """A quick answer."""

    answer: str
    """Short."""
    key: str
    """The same for answers that say the same (`candidates.key`)."""
    sure: float
    """Geometric mean of its tokens' probabilities, 0 to 1. docs/contemplation.md has how often
    answers were right from which value on."""


async def glance(device: Callable[[], Provider], question: str, max_tokens: int) -> Glance | None:
    """One agent's short answer; None where it has none, or none that can be judged.

    `device` makes the provider, on a thread: a model may have to be loaded.
    """
    agent = Agent(0, "glance")
    request = STRAIGHT.request(question, seed=0, max_tokens=max_tokens)
    try:
        provider = await asyncio.to_thread(device)
        async with closing(provider.stream([request])) as chunks:
            async for chunk in chunks:
                agent.take(chunk)
    except EdgeError as error:
        # The agents that were asked answer all the same.
        log.info("No quick answer: %s", error)
        return None
    made = agent.proposal()
    if made is None or not made.whole or not made.candidate.short or made.logprob is None:
        return None
    return Glance(made.candidate.text, made.candidate.key, math.exp(made.logprob))


async def beside(
    events: AsyncIterator[CouncilEvent],
    glancing: asyncio.Future[Glance | None] | None,
    silence: Callable[[], float | None],
) -> AsyncIterator[CouncilEvent | Glance | None]:
    """A council's events, and among them the glance, where it comes before the last of them.

    None after each `silence` (seconds; None: as long as it lasts) in which nothing happened.
    """
    async with closing(events):
        coming = asyncio.ensure_future(anext(events, None))
        try:
            while True:
                waiting = {one for one in (coming, glancing) if one is not None}
                done, _ = await asyncio.wait(
                    waiting, timeout=silence(), return_when=asyncio.FIRST_COMPLETED
                )
                if coming in done:
                    event = coming.result()
                    if event is None:
                        return
                    yield event
                    coming = asyncio.ensure_future(anext(events, None))
                elif glancing in done:
                    seen, glancing = glancing.result(), None
                    if seen is not None:
                        yield seen
                else:
                    yield None
        finally:
            await cancelled(coming)
            if glancing is not None:
                await cancelled(glancing)
