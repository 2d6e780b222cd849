"""Answers on the wire: errors, event streams, clients that have gone or do not read."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from edge.aio import cancelled
from edge.errors import EdgeError, TextError
from edge.serve.openai import BadRequest, failure
from edge.serve.queue import Refusal

log = logging.getLogger(__name__)

STALL_S = 30.0
"""A client that has not taken what was sent for so long has gone."""
BEAT_S = 10.0
"""After so long without an event a comment says that the server is there."""
BODY_S = 30.0
"""Longest time in which a request's body may come."""


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
    return f"{head}data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


class WhileThere(Response):
    """A response that is worked on only while its client is there.

    `work` is given a function that sends bytes of an event stream and may return another response
    in place of one as long as it has sent nothing. `left` is called in any case, with whether the
    client had gone.
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
        work = asyncio.create_task(self._answer(scope, receive, send))
        watch = asyncio.create_task(_gone(receive))
        gone = False
        try:
            await asyncio.wait([work, watch], return_when=asyncio.FIRST_COMPLETED)
            gone = not work.done()
        finally:
            await cancelled(watch)
            await cancelled(work)
            self._left(gone)
        if not gone:
            work.result()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def push(content: bytes) -> None:
            nonlocal begun
            if not begun:
                begun = True
                await _send(send, {"type": "http.response.start", "status": 200, "headers": _SSE})
            await _send(send, {"type": "http.response.body", "body": content, "more_body": True})

        try:
            response = await self._work(push)
        except EdgeError as error:
            if begun:
                # The status has gone out; the client is told within the stream.
                body = failure(str(error), "server_error", None, None)
                await push(event(body, "error"))
                response = None
            else:
                response = refuse(error)
        except TimeoutError:
            log.info("A client did not read its answer")
            return
        if response is not None:
            await response(scope, receive, send)
        else:
            await _send(send, {"type": "http.response.body", "body": b"", "more_body": False})


_SSE = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def beating(items: AsyncIterator[Any], seconds: float = BEAT_S) -> AsyncIterator[Any]:
    """The items, and None whenever there was none for so long. Cancels what it waits for."""
    async with aclosing(items) as source:  # type: ignore[type-var]
        while True:
            waiting = asyncio.ensure_future(anext(source, _END))
            try:
                while not (await asyncio.wait([waiting], timeout=seconds))[0]:
                    yield None
            finally:
                if not waiting.done():
                    await cancelled(waiting)
            item = waiting.result()
            if item is _END:
                return
            yield item


_END: Any = object()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, message: Mapping[str, Any]) -> None:
    async with asyncio.timeout(STALL_S):
        await send(dict(message))
