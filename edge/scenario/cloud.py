"""A service of the scenario: a real HTTP server on this machine's loopback, as slow as it is told.

A question comes to it as to any service: through the gate and over the wire. In virtual time the
clock stands still while anything is on its way, and goes on while all who were asked take their
time; so the same scenario gives the same trace.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final, Self

from edge.aio import cancelled, closing
from edge.clock import SampleClock
from edge.reason.contemplate.openai import OpenAiProvider
from edge.reason.contemplate.provider import Chunk, Provider, Request
from edge.reason.contemplate.service import Breaker, Service
from edge.scenario.format import Cloud
from edge.trust.gate import Gate, Permit
from edge.wall import WallClock

_APART: Final = 0.1
"""Seconds from one answer to the next."""
_LONGEST: Final = 1 << 20
"""Bytes of a request."""


class SceneCloud:
    """Answers chat completions, as a context in an event loop."""

    def __init__(self, settings: Cloud) -> None:
        self.seconds = settings.seconds
        """How long each answer takes from now on."""
        self._settings = settings
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._clock: SampleClock | None = None
        self._wall: WallClock | None = None
        self._waited_for = 0
        """Answers that somebody waits for."""
        self._bodies: list[bytes] = []
        """Requests since nobody waited."""
        self._idle = 0
        """Of these, those that only take their time."""
        self._passing = ExitStack()
        self._passes = False

    @property
    def service(self) -> dict[str, Any]:
        """As `[[contemplate.services]]` has it."""
        port = self._socket.getsockname()[1]
        return {
            "name": self._settings.name,
            "url": f"http://127.0.0.1:{port}/v1",
            "model": "scenario",
        }

    def keep(self, clock: SampleClock, wall: WallClock) -> None:
        """The time that it takes is of these clocks from now on."""
        self._stand()
        self._waited_for, self._clock, self._wall = 0, clock, wall

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, sock=self._socket)
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for talk in list(self._talks):
            await cancelled(talk)
        self._stand()

    def provider(self, service: Service, gate: Gate, permit: Permit, breaker: Breaker) -> Provider:
        """What asks it, and tells when somebody waits."""
        # Nobody asks a second time: how slow it is, is the scenario's to say.
        inner = OpenAiProvider(service, gate, permit, breaker, hedge_s=0.0)
        return _Watched(inner, self._wait_for)

    def _wait_for(self, more: int) -> None:
        self._waited_for += more
        if not self._waited_for:
            self._bodies.clear()
        self._look()

    def _look(self) -> None:
        """Let time pass exactly while all answers only take their time."""
        if not 0 < self._waited_for <= self._idle:
            self._stand()
        elif not self._passes and self._clock is not None:
            self._passes = True
            self._passing.enter_context(self._clock.let())

    def _stand(self) -> None:
        self._passes = False
        self._passing.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            # Whoever hangs up or talks nonsense gets no answer.
            with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError, KeyError):
                await self._talk(reader, writer)
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        length = int(fields["content-length"])
        if length > _LONGEST or not head[0].startswith("post /v1/chat/completions "):
            return
        body = await reader.readexactly(length)
        self._bodies.append(body)
        if not await self._take_time(reader, body):
            return
        answers = self._settings.answers
        text = answers[self._place(body) % len(answers)]
        used = {"prompt_tokens": length // 4, "completion_tokens": len(text) // 4 + 1}
        whole = {"delta": {"content": text}, "finish_reason": "stop", "index": 0}
        event = json.dumps({"choices": [whole], "usage": used})
        head_ = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        writer.write(f"{head_}data: {event}\n\ndata: [DONE]\n\n".encode())
        await writer.drain()

    def _place(self, body: bytes) -> int:
        """Among the requests, whichever of them was first on the wire."""
        return sorted(self._bodies).index(body)

    async def _think(self, body: bytes) -> None:
        assert self._wall is not None
        await self._wall.wait(self.seconds)
        # One after the other, or the wire would decide who is first.
        if place := self._place(body):
            await self._wall.wait(place * _APART)

    async def _take_time(self, reader: asyncio.StreamReader, body: bytes) -> bool:
        """False if whoever asked hangs up meanwhile."""
        over = asyncio.ensure_future(self._think(body))
        gone = asyncio.ensure_future(reader.read(1))
        self._idle += 1
        self._look()
        try:
            await asyncio.wait((over, gone), return_when=asyncio.FIRST_COMPLETED)
            return over.done()
        finally:
            self._idle -= 1
            self._look()
            for task in (over, gone):
                await cancelled(task)


class _Watched:
    """A provider that says how many answers are waited for: `wait_for(5)`, then `wait_for(-1)`."""

    def __init__(self, provider: Provider, wait_for: Callable[[int], None]) -> None:
        self._provider = provider
        self._wait_for = wait_for

    @property
    def name(self) -> str:
        """See `Provider`."""
        return self._provider.name

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """See `Provider`."""
        left = len(requests)
        self._wait_for(left)
        try:
            async with closing(self._provider.stream(requests)) as chunks:
                async for chunk in chunks:
                    if chunk.end:
                        left -= 1
                        self._wait_for(-1)
                    yield chunk
        finally:
            self._wait_for(-left)
