"""The HTTP side: the page's files, and the doors for programs (docs/simulator.md, "HTTP")."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from edge.errors import EdgeError, SimulatorError
from edge.sim.simulator import Simulator
from edge.sim.socket import serve_page
from edge.sim.turns import TurnRecord, decoded, exported_question

if TYPE_CHECKING:
    from edge.memory import Memory

PAGE: Final = Path(__file__).with_name("page")
_BODY: Final = 16_384
_SOUND: Final = 20_000_000
_LONGEST_S: Final = 300.0
_ANSWER_S: Final = 120.0
"""Seconds that are waited for a turn."""
_SLOW_S: Final = 30.0
"""Seconds that a body may take."""

_SOUND_TYPES: Final = ("audio/", "video/", "application/octet-stream", "application/zip")

Handler = Callable[[Request], Awaitable[Response]]


def application(simulator: Simulator, memory: Memory) -> Starlette:
    """Everything but the guard."""
    api = Api(simulator, memory)
    routes = [
        Route("/", api.page),
        Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
        WebSocketRoute("/ws", api.socket),
        *[
            Route(f"/api/{path}", refusing(handler), methods=[method])
            for method, path, handler in (
                ("GET", "state", api.state),
                ("POST", "say", api.say),
                ("POST", "touch", api.touch),
                ("POST", "mute", api.mute),
                ("POST", "switch", api.switch),
                ("POST", "clock", api.clock),
                ("POST", "audio", api.audio),
                ("DELETE", "audio", api.no_audio),
                ("GET", "display.png", api.display),
                ("GET", "turns", api.turns),
                ("GET", "turns/{id:int}", api.turn),
                ("GET", "turns/{id:int}/export", api.export),
                ("POST", "turns/{id:int}/replay", api.replay),
                ("POST", "replay", api.replay_file),
                ("GET", "memory", api.memory),
                ("GET", "ledger", api.ledger),
                ("GET", "logs", api.logs),
                ("GET", "metrics", api.metrics),
            )
        ],
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _http_error})


def refusing(handler: Handler) -> Handler:
    """`handler`, of which what a user can act on is answered as a sentence."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except EdgeError as error:
            return _error(400, str(error))

    return answer


def _error(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(error.status_code, error.detail)


class Api:
    """The handlers."""

    def __init__(self, simulator: Simulator, memory: Memory) -> None:
        self._simulator = simulator
        self._memory = memory

    async def page(self, request: Request) -> Response:
        """The page."""
        index = PAGE / "index.html"
        if not index.is_file():
            raise HTTPException(404, "This installation has no page.")
        return FileResponse(index)

    async def socket(self, socket: WebSocket) -> None:
        await serve_page(self._simulator, socket)

    async def state(self, request: Request) -> Response:
        return self._state()

    async def say(self, request: Request) -> Response:
        body = await _json(request)
        turn = await self._simulator.say(body.get("text"))
        if body.get("wait") is not True:
            turn.cancel()
            return JSONResponse({"ok": True})
        try:
            async with asyncio.timeout(_ANSWER_S):
                record = await turn
        except TimeoutError:
            raise HTTPException(504, "There was no answer in time.") from None
        return JSONResponse(record.whole())

    async def touch(self, request: Request) -> Response:
        self._simulator.touch((await _json(request)).get("gesture"))
        return self._state()

    async def mute(self, request: Request) -> Response:
        self._simulator.mute((await _json(request)).get("muted"))
        return self._state()

    async def switch(self, request: Request) -> Response:
        body = await _json(request)
        await self._simulator.switch(body.get("name"), body.get("value"))
        return self._state()

    async def clock(self, request: Request) -> Response:
        self._simulator.set_clock(await _json(request))
        return self._state()

    async def audio(self, request: Request) -> Response:
        data = await _sound(request)
        samples = await asyncio.to_thread(decoded, data, _LONGEST_S)
        return JSONResponse({"seconds": self._simulator.play(samples)})

    async def no_audio(self, request: Request) -> Response:
        self._simulator.stop_playing()
        return self._state()

    async def display(self, request: Request) -> Response:
        image = self._simulator.display(request.query_params.get("profile", ""))
        if image is None:
            raise HTTPException(404, "These glasses have no display.")
        return Response(image, media_type="image/png")

    async def turns(self, request: Request) -> Response:
        return JSONResponse([record.summary() for record in self._simulator.turns])

    async def turn(self, request: Request) -> Response:
        return JSONResponse(self._record(request).whole())

    async def export(self, request: Request) -> Response:
        record = self._record(request)
        data = await asyncio.to_thread(record.export)
        name = f"attachment; filename=turn-{record.id}.zip"
        headers = {"Content-Disposition": name}
        return Response(data, media_type="application/zip", headers=headers)

    async def replay(self, request: Request) -> Response:
        record = self._record(request)
        await _json(request)
        await self._simulator.replay(record)
        return JSONResponse({"ok": True})

    async def replay_file(self, request: Request) -> Response:
        data = await _sound(request)
        question, sound = await asyncio.to_thread(exported_question, data)
        if sound:
            self._simulator.play(await asyncio.to_thread(decoded, sound, _LONGEST_S))
        else:
            await self._simulator.say(question)
        return JSONResponse({"ok": True})

    async def memory(self, request: Request) -> Response:
        from edge.memory.summary import summary

        return JSONResponse(summary(self._memory))

    async def ledger(self, request: Request) -> Response:
        gate = self._simulator.device.gate
        entries = [] if gate is None else await asyncio.to_thread(lambda: [*gate.ledger.entries()])
        rows = [
            {
                "number": entry.number,
                "kind": entry.kind,
                "at": entry.at.isoformat(),
                **{key: value for key, value in entry.fields.items() if key != "bytes"},
                "content": entry.content.decode("utf-8", "replace"),
            }
            for entry in reversed(entries[-500:])
        ]
        return JSONResponse({"entries": rows})

    async def logs(self, request: Request) -> Response:
        return JSONResponse({"lines": list(self._simulator.logs.lines)})

    async def metrics(self, request: Request) -> Response:
        return JSONResponse(self._simulator.metrics())

    def _state(self) -> Response:
        simulator = self._simulator
        return JSONResponse({**simulator.device.state(), "card": simulator.shown.card})

    def _record(self, request: Request) -> TurnRecord:
        try:
            return self._simulator.turns.get(request.path_params["id"])
        except SimulatorError as error:
            raise HTTPException(404, str(error)) from None


async def _json(request: Request) -> dict[str, Any]:
    """The body, a JSON object; an empty one is one without keys."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        # No form of another site can send this type.
        raise HTTPException(415, "The body has to be application/json.")
    data = await _body(request, _BODY)
    try:
        value = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "The body is no JSON object.")
    return value


async def _sound(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith(_SOUND_TYPES):
        raise HTTPException(415, "The body has to be audio/* or application/octet-stream.")
    return await _body(request, _SOUND)


async def _body(request: Request, most: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise HTTPException(413, f"The body is larger than {most} bytes.")
    data = bytearray()
    try:
        async with asyncio.timeout(_SLOW_S):
            async for chunk in request.stream():
                data += chunk
                if len(data) > most:
                    raise HTTPException(413, f"The body is larger than {most} bytes.")
    except TimeoutError:
        raise HTTPException(408, "The body did not come in time.") from None
    return bytes(data)
