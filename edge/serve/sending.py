"""Answers on the wire: errors, event streams, clients that have gone or do not read."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from edge.aio import cancelled, ended_by
from edge.errors import EdgeError, TextError
from edge.serve.openai import BadRequest, failure
from edge.serve.queue import Refusal

log = logging.getLogger(__name__)

DIRECT = "edge.send"
"""Key of the scope: the server's own `send`. Who watches for the status has to be passed by that
alone; the pieces of a long answer need not be."""
STALL_S = 30.0
"""A client that has not taken what was sent for so long has gone."""
BEAT_S = 10.0
"""After so long without an event a comment says that the server is there."""
BODY_S = 30.0
"""Longest time in which a request's body may come."""
_json = json.JSONEncoder(ensure_ascii=False).encode


def refuse(error: EdgeError) -> Response:
    """An error before the answer began."""
    if isinstance(error, Refusal):
        kind = "rate_limit_error" if error.status == 429 else "server_error"
        body = failure(str(error), kind, None, "busy")
        return JSONResponse(body, error.status, {"Retry-After": str(error.retry_s)})
    if isinstance(error, TextError):
        # What cannot be answered is the client's to change.
        error = BadRequest(str(error), "messages")
    if isinstance(error, BadRequest):
        body = failure(str(error), "invalid_request_error", error.parameter, None)
        return JSONResponse(body, error.status)
    return JSONResponse(failure(str(error), "server_error", None, None), 500)


async def read_body(request: Request, most: int) -> bytes:
    """The body. Raises BadRequest for one that is too large, too slow, or not JSON by name."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # A web page of anybody's can send the other types without asking.
        raise BadRequest("The content type must be application/json.", status=415)
    if int(request.headers.get("content-length") or 0) > most:
        raise BadRequest(f"The body may have at most {most} bytes.", status=413)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for content in request.stream():
                body += content
                if len(body) > most:
                    raise BadRequest(f"The body may have at most {most} bytes.", status=413)
    except TimeoutError:
        raise BadRequest("The body took too long.", status=408) from None
    return bytes(body)


def event(value: Any, name: str = "") -> bytes:
    """A server-sent event with a JSON value."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {_json(value)}\n\n".encode()


class WhileThere(Response):
    """A response that is worked on only while its client is there.

    `work` is given a function that sends bytes of an event stream; it may return another response
    as long as it has sent nothing. `left` is called in any case, with whether the client had gone.
    """

    def __init__(
        self,
        work: Callable[[Callable[[bytes], Awaitable[None]]], Awaitable[Response | None]],
        left: Callable[[bool], None],
    ) -> None:
        super().__init__()
        self._work = work
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        gone = asyncio.create_task(_gone(receive))
        wire = _Wire(send, scope.get(DIRECT, send), gone.cancel)
        there = False
        try:
            async with ended_by(gone):
                await self._answer(scope, receive, wire)
            there = True
        except TimeoutError:
            if not gone.done():
                raise
        finally:
            wire.close()
            await cancelled(gone)
            self._left(not there)

    async def _answer(self, scope: Scope, receive: Receive, wire: _Wire) -> None:
        try:
            response = await self._work(wire.push)
        except EdgeError as error:
            if not wire.begun:
                response = refuse(error)
            else:
                # The status has gone out; the client is told within the stream.
                body = failure(str(error), "server_error", None, None)
                await wire.push(event(body, "error"))
                response = None
        if response is not None:
            await response(scope, receive, wire.send)
        else:
            await wire.send({"type": "http.response.body", "body": b"", "more_body": False})


class _Wire:
    """Sends an event stream; what is slow or silent is looked for now and then, not each time."""

    def __init__(self, send: Send, direct: Send, stalled: Callable[[], object]) -> None:
        """`direct` sends what comes after the status.

        `stalled` is called once the client has read nothing for long.
        """
        self.begun = False
        """The status has gone out."""
        self._send = send
        self._direct = direct
        self._stalled = stalled
        self._waiting = False
        self._since = 0.0
        """When what is being sent, or was sent last, began."""
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(BEAT_S, self._look)
        self._beating: asyncio.Task[None] | None = None

    async def push(self, content: bytes) -> None:
        """Send bytes of the stream."""
        if not self.begun:
            self.begun = True
            await self.send({"type": "http.response.start", "status": 200, "headers": _SSE})
        await self.send({"type": "http.response.body", "body": content, "more_body": True})

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Send a message; waits while the client does not read."""
        self._since = self._loop.time()
        self._waiting = True
        await self._send(message)
        self._send = self._direct
        self._waiting = False

    def close(self) -> None:
        """Look for nothing any more."""
        self._timer.cancel()
        if self._beating is not None:
            self._beating.cancel()

    def _look(self) -> None:
        silent = self._loop.time() - self._since
        if self._waiting and silent >= STALL_S:
            log.info("A client did not read its answer")
            self._stalled()
            return
        if self.begun and not self._waiting and silent >= BEAT_S:
            self._beating = self._loop.create_task(self.send(_BEAT))
        self._timer = self._loop.call_later(BEAT_S, self._look)


_SSE = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


_BEAT = {"type": "http.response.body", "body": b": thinking\n\n", "more_body": True}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
