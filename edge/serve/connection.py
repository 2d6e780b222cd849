"""A connection's side of the event loop: many at once neither crowd nor chatter."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST = 64 * 1024
"""Bytes that are kept until the loop's next turn; more go at once."""
_A_TURN = 2
"""Connections that are read from in one turn of the loop, at least."""
_A_SECOND = 1000
"""And so many a second, where turns are long: who is served must not keep out who comes."""
_HELD = 16 * 1024
"""Bytes of a connection that wait for its turn."""


class Gathered:
    """A transport that sends once a turn of the loop what was written to it in pieces.

    A system call costs more than what is written by it.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, content: bytes) -> None:
        """As `asyncio.Transport` has it."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(content)
        self._size += len(content)
        if self._size > _MOST:
            self._flush()

    def close(self) -> None:
        """As `asyncio.Transport` has it: what was written goes first."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._pieces:
            content = b"".join(self._pieces)
            self._pieces.clear()
            self._size = 0
            self._transport.write(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Line:
    """Connections that have something to be read, a few in each turn of the loop.

    Requests that come in one instant would else be begun side by side, a step of each in turn, and
    the first would wait for the last.
    """

    def __init__(self) -> None:
        self._waiting: deque[Protocol] = deque()
        self._turned = 0.0

    def add(self, protocol: Protocol) -> None:
        """Let `protocol` read when it is its turn."""
        if not self._waiting:
            loop = asyncio.get_running_loop()
            self._turned = loop.time()
            loop.call_soon(self._some)
        self._waiting.append(protocol)

    def _some(self) -> None:
        loop = asyncio.get_running_loop()
        before, self._turned = self._turned, loop.time()
        due = max(_A_TURN, int((self._turned - before) * _A_SECOND))
        for _ in range(min(due, len(self._waiting))):
            self._waiting.popleft().read()
        if self._waiting:
            loop.call_soon(self._some)


class Protocol(HttpToolsProtocol):
    """uvicorn's, in line with the others, over a transport that gathers."""

    def __init__(self, line: Line, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._line = line
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As `asyncio.Protocol` has it."""
        gathered = Gathered(cast(asyncio.Transport, transport), self.loop)
        super().connection_made(cast(asyncio.Transport, gathered))

    def data_received(self, data: bytes) -> None:
        """As `asyncio.Protocol` has it."""
        if self._held or len(data) > _HELD:
            # Nobody can make us keep more than that.
            self.read()
            super().data_received(data)
        else:
            self._held = data
            self._line.add(self)

    def read(self) -> None:
        """Read what was received; nothing, if the client has gone by now."""
        content, self._held = self._held, b""
        if content and self.parser is not None:
            super().data_received(content)
