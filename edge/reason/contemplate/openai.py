"""Agents in the cloud, or at home: OpenAI's chat completions, streamed through the gate.

The form is that of https://platform.openai.com/docs/api-reference/chat; `edge serve` and most other
servers of language models speak it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import statistics
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from edge.aio import cancelled, closing
from edge.errors import EdgeError
from edge.reason.contemplate.events import EventsError, data_of
from edge.reason.contemplate.provider import Chunk, End, Request
from edge.reason.contemplate.service import Breaker, Service, ServiceError, refusal
from edge.reason.contemplate.strategies import BEGINNING
from edge.trust.gate import Gate, Permit
from edge.trust.wire import Outbound, WireError

log = logging.getLogger(__name__)

AGAIN = 2
"""How often a request that brought nothing is made again."""
_FIRST_WAIT = 0.25
_LOOK_S = 0.1
_BYTES_A_TOKEN = 4
_END = object()


@dataclass(slots=True)
class OpenAiProvider:
    """One service, for one question: with its permission."""

    service: Service
    gate: Gate
    permit: Permit
    breaker: Breaker = field(default_factory=lambda: Breaker(time.monotonic))
    idle_s: float = 45.0
    """Longest wait for the next piece of an answer: a small box answers one after the other."""
    hedge_s: float = 1.0
    """Once half of the agents have a piece, one that has none after twice their time and so many
    seconds more asks a second time; whichever brings something first counts. 0: never."""
    _firsts: list[float] = field(default_factory=list)
    """Seconds that first pieces took."""
    _count: int = 0
    """Agents."""

    @property
    def name(self) -> str:
        """See `Provider`."""
        return self.service.name

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """See `Provider`."""
        queue: asyncio.Queue[Chunk | Exception] = asyncio.Queue()
        left = self._count = len(requests)
        self._firsts.clear()
        # No task group: a generator that is closed could not wait for it.
        tasks = [
            asyncio.create_task(self._answer(agent, request, queue))
            for agent, request in enumerate(requests)
        ]
        try:
            while left:
                chunk = await queue.get()
                if isinstance(chunk, Exception):
                    raise chunk
                left -= bool(chunk.end)
                yield chunk
        finally:
            # Also where nobody wants the rest: leaving a request hangs up.
            for task in tasks:
                task.cancel()
            for task in tasks:
                await cancelled(task)

    async def _answer(
        self, agent: int, request: Request, queue: asyncio.Queue[Chunk | Exception]
    ) -> None:
        """All chunks of one answer, the last with its end; or what went wrong inside."""
        try:
            await self._tries(agent, request, queue)
        except Exception as error:
            queue.put_nowait(error)

    async def _tries(
        self, agent: int, request: Request, queue: asyncio.Queue[Chunk | Exception]
    ) -> None:
        for attempt in range(AGAIN + 1):
            begun = False
            try:
                async with closing(self._hedged(agent, request)) as chunks:
                    async for chunk in chunks:
                        begun = True
                        queue.put_nowait(chunk)
                self.breaker.worked()
                return
            except (WireError, ServiceError, EventsError) as error:
                self.breaker.failed()
                log.info("%s, agent %d: %s", self.service.name, agent, error)
                again = isinstance(error, WireError) or getattr(error, "again", False)
                if begun or not again or attempt == AGAIN or not self.breaker.may():
                    queue.put_nowait(Chunk(agent, end="failed", error=self._sentence(error)))
                    return
                # Jitter: all agents fail at once, and should not come back at once.
                wait = _FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5)
                await asyncio.sleep(max(wait, getattr(error, "wait_s", 0.0)))
            except EdgeError as error:
                queue.put_nowait(Chunk(agent, end="failed", error=str(error)))
                return

    async def _hedged(self, agent: int, request: Request) -> AsyncIterator[Chunk]:
        """The chunks of the first of two requests to bring one; mostly there is only one."""
        racers = [_Racer(self._once(agent, request))]
        try:
            begun = time.monotonic()
            if self.hedge_s and await self._is_slowest(racers[0].first, begun):
                log.info("%s is slow; agent %d asks a second time", self.service.name, agent)
                racers.append(_Racer(self._once(agent, request)))
            winner = await _fastest(racers)
            self._firsts.append(time.monotonic() - begun)
            for racer in racers:
                if racer is not winner:
                    await racer.stop()
            while (chunk := await winner.next()) is not None:
                yield chunk
        finally:
            for racer in racers:
                await racer.stop()

    async def _is_slowest(self, first: asyncio.Task[Any], begun: float) -> bool:
        """Waits for the first piece; True if others have theirs, and it would have come by now."""
        while not first.done():
            await asyncio.wait({first}, timeout=_LOOK_S)
            waited = time.monotonic() - begun
            many = len(self._firsts) * 2 >= self._count
            if many and waited > 2 * statistics.median(self._firsts) + self.hedge_s:
                return not first.done()
        return False

    async def _once(self, agent: int, request: Request) -> AsyncGenerator[Chunk, None]:
        outbound = Outbound(
            "POST",
            f"{self.service.url.rstrip('/')}/chat/completions",
            {"content-type": "application/json", "accept": "text/event-stream"},
            json.dumps(self._body(request)).encode(),
            # A keyring may ask another program.
            await asyncio.to_thread(self.service.secret) if self.service.key else "",
            idle_s=self.idle_s,
            max_bytes=_BYTES_A_TOKEN * 200 * request.max_tokens + 100_000,
        )
        asked = sum(len(message.content) for message in request.messages) // _BYTES_A_TOKEN
        async with self.gate.open(self.permit, outbound) as reply:
            if reply.status != 200:
                raise refusal(self.service, reply.status, reply.headers)
            if "event-stream" not in reply.headers.get("content-type", ""):
                raise ServiceError(f"{self.service.name} answered with something else than text.")
            usage: dict[str, Any] = {}
            end: End = ""
            pieces = 0
            async with closing(data_of(reply.pieces())) as events:
                async for data in events:
                    if data.strip() == "[DONE]":
                        break
                    text, logprob, finish, usage_ = _delta(data)
                    usage = usage_ or usage
                    if text:
                        pieces += 1
                        yield Chunk(agent, text, logprob)
                    if finish:
                        end = "length" if finish == "length" else "stop"
            if not end:
                raise WireError("broken", "The answer broke off.")
            tokens_in = int(usage.get("prompt_tokens") or asked)
            tokens_out = int(usage.get("completion_tokens") or pieces)
            money = self.service.money(tokens_in, tokens_out)
            reply.tokens, reply.money = tokens_in + tokens_out, money
        yield Chunk(agent, end=end, tokens_in=tokens_in, tokens_out=tokens_out, money=money)

    def _body(self, request: Request) -> dict[str, Any]:
        # The examples that all agents begin with are nobody's secrets.
        redact = self.permit.redact
        # No seed: `edge serve` decodes together what need not come out the same again.
        return {
            "model": self.service.model,
            "messages": [
                {
                    "role": one.role,
                    "content": one.content if one in BEGINNING else redact(one.content),
                }
                for one in request.messages
            ],
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_tokens": request.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, EventsError):
            return f"{self.service.name} sent something that cannot be read."
        return str(error)


class _Racer:
    """An iterator of chunks whose first one is on its way."""

    def __init__(self, chunks: AsyncGenerator[Chunk, None]) -> None:
        self._chunks = chunks
        self.first: asyncio.Task[Any] = asyncio.ensure_future(self._get())
        self._taken = False

    async def _get(self) -> Any:
        return await anext(self._chunks, _END)

    async def next(self) -> Chunk | None:
        chunk = await (self._get() if self._taken else self.first)
        self._taken = True
        return None if chunk is _END else chunk

    async def stop(self) -> None:
        # Also where it is done: what it ended with has been seen, or is of no interest.
        await cancelled(self.first)
        await self._chunks.aclose()


async def _fastest(racers: Sequence[_Racer]) -> _Racer:
    """The first that brings a chunk; where none does, the first's error is raised by it."""
    waiting = {racer.first: racer for racer in racers}
    while waiting:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            racer = waiting.pop(task)
            if task.exception() is None or not waiting:
                return racer
    return racers[0]


def _delta(data: str) -> tuple[str, float | None, str, dict[str, Any]]:
    """Text, its log-probability, why it ended, and what was used; of one event."""
    try:
        record = json.loads(data)
        if "error" in record:
            raise ServiceError("The other machine could not finish its answer.")
        usage = record.get("usage") or {}
        choices = record.get("choices") or []
        if not choices:
            return "", None, "", usage
        choice = choices[0]
        text = (choice.get("delta") or {}).get("content") or ""
        listed = ((choice.get("logprobs") or {}).get("content")) or []
        logprob = sum(float(one["logprob"]) for one in listed) if listed else None
        finish = choice.get("finish_reason") or ""
        if not isinstance(text, str) or not isinstance(finish, str):
            raise TypeError
        return text, logprob, finish, usage
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EventsError("an event is not what it should be") from None
