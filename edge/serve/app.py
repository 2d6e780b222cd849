"""The ASGI application: chat completions, councils, health and figures."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.aio import cancelled
from edge.errors import EdgeError
from edge.serve import contemplate, openai
from edge.serve.jobs import Engine, Wish
from edge.serve.limits import Rate, Tokens
from edge.serve.metrics import Metrics
from edge.serve.openai import BadRequest, failure
from edge.serve.queue import Queue, Refusal, Ticket
from edge.serve.sending import DIRECT, WhileThere, event, read_body, refuse
from edge.settings import Serve

log = logging.getLogger(__name__)
requests_log = logging.getLogger("edge.serve.requests")

Push = Callable[[bytes], Awaitable[None]]

_GONE = 499
"""The client left before there was a status: what nginx writes then."""
_OPEN = frozenset({"/healthz"})
"""What needs no token."""
_HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Service:
    """What the routes share: the queue, who may ask, and the figures."""

    def __init__(
        self,
        engine: Engine,
        settings: Serve,
        tokens: Tokens,
        limits: openai.Limits | None = None,
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.tokens = tokens
        self.limits = limits or openai.Limits(settings.max_tokens, settings.together)
        self.queue = Queue(
            engine,
            longest=settings.waiting,
            each=settings.waiting_each,
            together=settings.together,
        )
        self.rate = Rate(settings.requests_a_minute)
        self.metrics = Metrics(self.queue)

    def application(self) -> ASGIApp:
        """The application. Its lifespan is the queue's."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            serving = asyncio.create_task(self.queue.serve())
            try:
                yield
            finally:
                self.queue.drain()
                await cancelled(serving)

        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/contemplate", self._contemplate, methods=["POST"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/healthz", self._health, methods=["GET"]),
            Route("/metrics", self._metrics, methods=["GET"]),
        ]
        return Door(Starlette(routes=routes, lifespan=lifespan), self)

    async def _chat(self, request: Request) -> Response:
        began = time.monotonic()
        try:
            body = await read_body(request, self.settings.body_bytes)
            asked = openai.parse(body, self.engine.name)
            ticket = await self._submit(request, openai.wishes(asked, self.limits))
        except ClientDisconnect:
            return Response(status_code=_GONE)
        except EdgeError as error:
            return refuse(error)
        completion = openai.Completion(asked, ticket.job, self.engine.name)

        async def work(push: Push) -> Response | None:
            await self._turn(ticket)
            if asked.stream:
                await push(b"".join(map(event, completion.opening())))
            first = True
            async with aclosing(ticket.pieces()) as arriving:  # type: ignore[type-var]
                async for pieces in arriving:
                    if first:
                        self.metrics.first.observe(time.monotonic() - began)
                        first = False
                    content = b""
                    for piece in pieces:
                        completion.take(piece)
                        if asked.stream:
                            content += b"".join(map(event, completion.chunks(piece)))
                    if content:
                        await push(content)
            if not asked.stream:
                return JSONResponse(completion.whole())
            await push(b"".join(map(event, completion.closing())) + b"data: [DONE]\n\n")
            return None

        def left(gone: bool) -> None:
            ticket.close()
            self._count(gone, ticket.job.tokens_in, completion.made)

        return WhileThere(work, left)

    async def _contemplate(self, request: Request) -> Response:
        began = time.monotonic()
        client = request.scope["edge.client"]
        try:
            body = await read_body(request, self.settings.body_bytes)
            question = contemplate.parse(body, self.limits)
            self.queue.check(client)
        except ClientDisconnect:
            return Response(status_code=_GONE)
        except EdgeError as error:
            return refuse(error)
        provider = contemplate.QueueProvider(self.queue, client, self.settings.answer_s, self._turn)

        async def work(push: Push) -> Response | None:
            # What happens in one step of the engine goes at once: each push has its price.
            gathered: list[bytes] = []
            first = True

            async def flush() -> None:
                nonlocal first
                if gathered:
                    if first:
                        self.metrics.first.observe(time.monotonic() - began)
                        first = False
                    content = b"".join(gathered)
                    gathered.clear()
                    await push(content)

            provider.before_waiting = flush
            events = contemplate.contemplate(question, provider)
            try:
                async with aclosing(events) as happening:  # type: ignore[type-var]
                    async for happened in happening:
                        gathered.append(contemplate.event(happened))
            except EdgeError:
                await flush()
                raise
            await flush()
            return None

        def left(gone: bool) -> None:
            self._count(gone, provider.tokens_in, provider.tokens_out)

        return WhileThere(work, left)

    def _count(self, gone: bool, tokens_in: int, tokens_out: int) -> None:
        self.metrics.gone.inc(gone)
        self.metrics.tokens.labels("in").inc(tokens_in)
        self.metrics.tokens.labels("out").inc(tokens_out)

    async def _submit(self, request: Request, wishes: tuple[Wish, ...]) -> Ticket:
        client = request.scope["edge.client"]
        # Before the prompt is looked at: that costs something, too.
        self.queue.check(client)
        job = await self.engine.prepare(wishes, self.settings.answer_s)
        return self.queue.submit(client, job)

    async def _turn(self, ticket: Ticket) -> None:
        """Wait until it is its turn. Raises Refusal where that takes too long."""
        try:
            async with asyncio.timeout(self.settings.wait_s):
                await ticket.begun.wait()
        except TimeoutError:
            raise Refusal("The request has waited too long for its turn.", 503, 10) from None

    async def _models(self, _: Request) -> Response:
        model = {"id": self.engine.name, "object": "model", "created": 0, "owned_by": "edge"}
        return JSONResponse({"object": "list", "data": [model]})

    async def _health(self, _: Request) -> Response:
        if self.queue.draining:
            return JSONResponse({"status": "draining"}, 503)
        return JSONResponse({"status": "ok"})

    async def _metrics(self, _: Request) -> Response:
        return Response(self.metrics.text(), media_type="text/plain; version=0.0.4")


class Door:
    """Lets in who may come, counts, and writes one line a request, without a word of it."""

    def __init__(self, inside: Starlette, service: Service) -> None:
        self._inside = inside
        self._service = service
        self._routes = {route.path for route in inside.routes if isinstance(route, Route)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        began = time.monotonic()
        status = _GONE

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        scope[DIRECT] = send
        request = Request(scope)
        try:
            refusal = self._refusal(request)
            if refusal is not None:
                await refusal(scope, receive, counted)
            else:
                await self._inside(scope, receive, counted)
        finally:
            path = scope["path"]
            # Names that nobody defined must not become figures without end.
            route = path if path in self._routes else "other"
            seconds = time.monotonic() - began
            metrics = self._service.metrics
            metrics.requests.labels(route, str(status)).inc()
            metrics.seconds.labels(route).observe(seconds)
            if status in (429, 503):
                metrics.refused.labels(str(status)).inc()
            if requests_log.isEnabledFor(logging.INFO):
                line = {
                    "at": round(time.time(), 3),
                    "client": scope.get("edge.client", ""),
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                }
                requests_log.info(json.dumps(line))

    def _refusal(self, request: Request) -> Response | None:
        if request.scope["path"] in _OPEN:
            return None
        service = self._service
        address = request.client.host if request.client else ""
        client = service.tokens.client(request.headers.get("authorization", ""), address)
        if client is None:
            body = failure("A bearer token is needed.", "authentication_error", None, "no_token")
            return JSONResponse(body, 401, {"WWW-Authenticate": "Bearer"})
        if not service.tokens and not _from_here(request):
            # A web page that made its own name lead to this machine.
            return refuse(BadRequest("This server is for programs of this machine.", status=403))
        request.scope["edge.client"] = client
        wait = service.rate.take(client) if request.method == "POST" else 0
        if wait:
            return refuse(Refusal("Too many requests in this minute.", 429, wait))
        return None


def _from_here(request: Request) -> bool:
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in _HERE and "origin" not in request.headers
