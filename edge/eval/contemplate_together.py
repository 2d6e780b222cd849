"""Many questions at once: each chain is made once, and the ways of answering are played from them.

Nothing is timed in this way, but the tokens are those that each way would have made.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from edge.aio import cancelled, closing
from edge.eval.contemplate import Recorder, answer
from edge.eval.contemplate_sets import Question
from edge.eval.contemplate_traces import Trace, append, read
from edge.reason.contemplate.provider import Chunk, Provider, Request


class Lockstep:
    """A provider that plays what another one made, as one batch would have brought it.

    A token of each answer a step, in the order of the requests. What was asked before is not asked
    again. For one question.
    """

    def __init__(self, provider: Provider) -> None:
        self.name = provider.name
        self._provider = provider
        self._chains: dict[Request, asyncio.Task[list[Chunk]]] = {}

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The chunks, once the last answer has ended."""
        for request in requests:
            if request not in self._chains:
                self._chains[request] = asyncio.create_task(self._chain(request))
        chains = await asyncio.gather(*(self._chains[request] for request in requests))
        for step in zip_longest(*chains):
            for agent, chunk in enumerate(step):
                if chunk is not None:
                    yield replace(chunk, agent=agent)

    async def close(self) -> None:
        """Stop what is in progress."""
        for task in self._chains.values():
            await cancelled(task)

    async def _chain(self, request: Request) -> list[Chunk]:
        async with closing(self._provider.stream([request])) as chunks:
            return [chunk async for chunk in chunks]


async def run_together(
    questions: Iterable[Question],
    variants: Sequence[str],
    provider: Provider,
    file: Path,
    together: int,
    *,
    until: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> AsyncIterator[Trace]:
    """Like `contemplate.run`, so many questions at once, whose seconds are not measured.

    Traces are kept in the questions' order: those with short chains are through sooner, and a run
    that was stopped would have more of them than is fair.
    """
    done = {(t.set, t.id, t.variant) for t in read(file)}
    waiting = iter(questions)
    begun: list[asyncio.Task[list[Trace]]] = []
    """In the order of the questions, from the first whose traces are not kept yet."""

    async def all_variants(question: Question) -> list[Trace]:
        lockstep = Lockstep(provider)
        sitting = int(wall())

        async def one(variant: str) -> Trace:
            made = await answer(question, variant, Recorder(lockstep), sitting)
            return replace(made, seconds=None, cpu=None)

        missing = [name for name in variants if (question.set, question.id, name) not in done]
        tasks = [asyncio.create_task(one(variant)) for variant in missing]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                await cancelled(task)
            await lockstep.close()

    try:
        while True:
            while begun and begun[0].done():
                for trace in begun.pop(0).result():
                    append(file, trace)
                    yield trace
            going = [task for task in begun if not task.done()]
            while len(going) < together and (until is None or clock() < until):
                question = next(waiting, None)
                if question is None:
                    break
                going.append(asyncio.create_task(all_variants(question)))
                begun.append(going[-1])
            if not begun:
                return
            await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in begun:
            await cancelled(task)
