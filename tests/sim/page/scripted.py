"""A server that says to a page what a test wants it to be told, by the protocol."""

import asyncio
import contextlib
import json
import struct
import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

import edge
from edge.sim.guard import POLICY
from tests.hasty import hasty

PAGE = Path(edge.__file__).parent / "sim" / "page"
STATE = {
    "ring": "asleep",
    "muted": False,
    "microphone": "none",
    "network": True,
    "cloud": "ask",
    "battery": 84,
    "noise": 0,
    "quiet_hours": "auto",
    "quiet": False,
    "now": "2026-03-02T10:00:00+00:00",
    "shift_s": 0,
    "profile": "monochrome-576x288",
    "volume": 0,
    "wake": "hey edge",
    "ringing": False,
}
PROFILES = {
    "monochrome-576x288": {"width": 576, "height": 288, "colours": 2},
    "monochrome-640x400": {"width": 640, "height": 400, "colours": 2},
    "colour-640x400": {"width": 640, "height": 400, "colours": 16_777_216},
    "none": {"width": 0, "height": 0, "colours": 0},
}
TURN = {
    "id": 1,
    "at": "2026-03-02T10:00:00+00:00",
    "question": "What time is it?",
    "answer": "It is ten o'clock.",
    "interrupted": False,
    "typed": False,
    "stages": {
        "endpoint": 0.31,
        "asr": 0.12,
        "first_token": 0.004,
        "first_audio": 0.16,
        "voice_to_voice": 0.594,
    },
    "route": {"to": "clock.time", "reason": "the sentence is one of the skill's", "slots": {}},
    "seconds": 1.4,
    "audio": True,
}


class Scripted:
    """`say` what the server says; `received` is what pages said."""

    def __init__(self):
        self.received = []
        self.sounds = []
        self.state = dict(STATE)
        self.turns = []
        self.captions = []
        self.entries = []
        self.memory = MEMORY
        self.holder = None
        self._pages = {}
        self._count = 0
        self._loop = None
        routes = [
            Route("/", lambda _: FileResponse(PAGE / "index.html", headers=self._policy)),
            Mount("/static", StaticFiles(directory=PAGE)),
            Route("/api/logs", lambda _: JSONResponse({"lines": []})),
            Route("/api/ledger", lambda _: JSONResponse({"entries": self.entries})),
            Route("/api/memory", lambda _: JSONResponse(self.memory)),
            WebSocketRoute("/ws", self._page),
        ]
        app = Starlette(routes=routes)
        config = uvicorn.Config(
            app, port=0, log_level="error", lifespan="off", ws="websockets-sansio"
        )
        self._server = uvicorn.Server(config)
        self._hasty = hasty()

    _policy = {"Content-Security-Policy": POLICY}  # noqa: RUF012

    async def _page(self, socket):
        self._loop = asyncio.get_running_loop()
        await socket.accept()
        self._count += 1
        number = self._count
        self._pages[number] = socket
        snapshot = {
            "type": "snapshot",
            "protocol": 1,
            "version": "0",
            "client": number,
            "role": "watcher",
            "state": self.state,
            "card": None,
            "captions": self.captions,
            "turns": self.turns,
            "profiles": PROFILES,
            "speaker": {"rate": 24_000, "lead_s": 0.3, "epoch": 0},
            "microphone": {"rate": 16_000, "frame": 320},
        }
        await socket.send_text(json.dumps(snapshot))
        await self._roles()
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if message.get("bytes") is not None:
                    self.sounds.append(message["bytes"])
                    continue
                said = json.loads(message["text"])
                self.received.append(said)
                if said["type"] == "microphone":
                    if said["want"] and (self.holder is None or said.get("take")):
                        self.holder = number
                    elif not said["want"] and self.holder == number:
                        self.holder = None
                    await self._roles()
        finally:
            del self._pages[number]
            if self.holder == number:
                self.holder = None
            await self._roles()

    async def _roles(self):
        for number, socket in list(self._pages.items()):
            role = "microphone" if number == self.holder else "watcher"
            message = {
                "type": "role",
                "role": role,
                "holder": self.holder,
                "clients": len(self._pages),
            }
            with contextlib.suppress(RuntimeError):
                await socket.send_text(json.dumps(message))

    def say(self, kind, /, **fields):
        """A message to every page."""
        if kind == "state":
            self.state.update(fields)
            fields = self.state
        self._all("send_text", json.dumps({**fields, "type": kind}))

    def sound(self, epoch, position, samples):
        """(n,) int16 samples of the speaker to every page, in messages of 20 ms."""
        for at in range(0, len(samples), 480):
            header = struct.pack("<BBHIQ", 2, 0, epoch, 0, position + at)
            self._all("send_bytes", header + samples[at : at + 480].tobytes())

    def drop(self):
        """Close every connection as a server that is gone would."""
        self._all("close", 1012)

    def _all(self, method, *args):
        async def tell():
            for socket in list(self._pages.values()):
                await getattr(socket, method)(*args)

        asyncio.run_coroutine_threadsafe(tell(), self._loop).result(10)

    def __enter__(self):
        self._hasty.__enter__()
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        return self

    def __exit__(self, *exc):
        self._server.should_exit = True
        self._thread.join(10)
        self._hasty.__exit__(*exc)


MEMORY = {
    "facts": [{"fact": "I parked on level three"}],
    "due": [{"kind": "timer", "name": "pasta", "at": "2026-03-02 10:09"}],
    "lists": {"shopping": ["milk", "bread"]},
    "notes": [],
    "muted": [],
    "rows": {"facts": 1, "lists": 2},
}
