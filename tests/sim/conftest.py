"""A simulator whose engines are fakes, behind a real server on a loopback port."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
import websockets

from edge.assistant import Assistant
from edge.fakes import LoudnessDetector, ScriptedRecognizer, ScriptedResponder, ToneSynthesizer
from edge.hear.endpoint import SilenceEndpointer
from edge.hear.listen import Listener
from edge.hear.mute import Mute
from edge.listening import bound
from edge.loop import Keys, Loop
from edge.memory import Memory
from edge.remind.scheduler import Scheduler
from edge.sim.guard import guarded
from edge.sim.server import application
from edge.sim.session import Parts, serve
from edge.sim.wall import MovableClock
from edge.speak.signals import Signals
from edge.trust import guard as trust_guard
from edge.volume import Volume
from edge.wall import SystemClock
from edge.worker import Worker
from tests.hasty import hasty

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Fakes:
    """The simulator around a real assistant with fake engines."""

    def __init__(self, tmp_path, questions=(), answers=()):
        self.parts = parts = Parts.make()
        self.responder = ScriptedResponder(answers)
        self.recognizer = ScriptedRecognizer(questions)
        self.memory = Memory(tmp_path / "memory.sqlite")
        self.worker = Worker("asr")
        self.wall = MovableClock(SystemClock("UTC"))
        self.wall.put(TEN.timestamp() - self.wall.now().timestamp())
        volume = Volume()
        assistant = Assistant(
            microphone=parts.microphone,
            ears=Listener(
                LoudnessDetector(),
                SilenceEndpointer(threshold=0.5, start_ms=60, silence_ms=200, longest_s=30),
                self.recognizer,
                self.worker,
                preroll_ms=100,
            ),
            responder=self.responder,
            synthesizer=ToneSynthesizer(),
            sink=parts.speaker,
            clock=parts.clock,
            timeline=parts.timeline,
            barge_in=True,
        )
        assistant.answers.volume = volume
        scheduler = Scheduler(self.memory, self.wall)
        signals = Signals(parts.speaker, parts.timeline, parts.clock)
        mute = Mute(parts.microphone, self.wall, parts.timeline.emit)
        keys = Keys(assistant, scheduler, None, mute)
        loop = Loop(assistant, scheduler, signals, parts.timeline, volume, None, mute, keys)
        self.simulator = parts.simulator(loop, self.wall, None)

    def close(self):
        self.worker.close()
        self.memory.close()


class Page:
    """What a page does, in Python."""

    def __init__(self, socket):
        self.socket = socket
        self.sounds = []

    async def send(self, kind, /, **fields):
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def until(self, kind, /, **fields):
        """The next message of `kind` with these fields; sounds before it are kept."""
        async with asyncio.timeout(30):
            while True:
                message = await self.socket.recv()
                if isinstance(message, bytes):
                    self.sounds.append(message)
                    continue
                message = json.loads(message)
                if message["type"] == kind and fields.items() <= message.items():
                    return message

    async def drained(self):
        """Read until the connection closes; its code and reason."""
        try:
            while True:
                await self.socket.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


class Site:
    """The server's address, and clients of it."""

    def __init__(self, port):
        self.port = port
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    @asynccontextmanager
    async def page(self, **options):
        uri = f"ws://127.0.0.1:{self.port}/ws"
        async with websockets.connect(uri, proxy=None, **options) as socket:
            page = Page(socket)
            page.snapshot = await page.until("snapshot")
            yield page

    async def post(self, path, **body):
        return await self.http.post(f"/api/{path}", json=body)


@asynccontextmanager
async def served(simulator, memory, token="", host="127.0.0.1", requests=None):
    """`simulator` behind a real server."""
    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = guarded(application(simulator, memory), host, port, token)
    app.requests = requests or app.requests
    ready = asyncio.Event()
    with listening, trust_guard.allowed("127.0.0.1", port), hasty():
        serving = asyncio.create_task(serve(app, listening, simulator.run, ready.set))
        site = Site(port)
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait((waiting, serving), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            yield site
            assert not serving.done(), "the session has ended"
        finally:
            waiting.cancel()
            await site.http.aclose()
            serving.cancel()
            await asyncio.wait((serving,))
            if not serving.cancelled() and serving.exception():
                raise serving.exception()


@pytest.fixture
def fakes(tmp_path):
    """Makes a `Fakes`, closed at the end."""
    made = []

    def make(**script):
        made.append(Fakes(tmp_path, **script))
        return made[-1]

    yield make
    for one in made:
        one.close()
