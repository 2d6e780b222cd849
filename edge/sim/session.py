"""`edge sim`: the device, its server and the page, for one session."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.aio import cancelled
from edge.clock import SampleClock
from edge.listening import Server, bound, url
from edge.loop import Loop, assemble
from edge.sim.guard import guarded, loopback
from edge.sim.hub import Hub
from edge.sim.microphone import PageMicrophone
from edge.sim.room import Room, made_noise, read_noise
from edge.sim.server import application
from edge.sim.simulator import Simulator
from edge.sim.speaker import PageSpeaker
from edge.sim.state import Device
from edge.sim.turns import Turns
from edge.sim.wall import MovableClock
from edge.sim.wire import BYTES
from edge.timeline import Timeline

if TYPE_CHECKING:
    from edge.app import App
    from edge.events import Float32
    from edge.trust.gate import Gate

log = logging.getLogger(__name__)

_LEAVE_S = 2
"""Seconds that pages are given when the session ends."""


@dataclass(slots=True)
class Parts:
    """The devices of a simulated session, before there is an assistant between them."""

    clock: SampleClock
    timeline: Timeline
    room: Room
    hub: Hub
    microphone: PageMicrophone
    speaker: PageSpeaker

    @classmethod
    def make(cls, noise: Callable[[], Float32] = made_noise) -> Parts:
        """New ones."""
        clock, hub, room = SampleClock(), Hub(), Room(noise)
        return cls(
            clock,
            Timeline(clock),
            room,
            hub,
            PageMicrophone(clock, room),
            PageSpeaker(clock, hub.sound, hub.tell),
        )

    def simulator(
        self, loop: Loop, wall: MovableClock, gate: Gate | None, **options: Any
    ) -> Simulator:
        """The simulator around `loop`."""
        device = Device(loop, self.microphone, self.speaker, self.room, wall, gate)
        turns = Turns(self.microphone.tape, self.speaker.tape)
        return Simulator(loop, device, self.microphone, self.speaker, self.hub, turns, **options)


def build(app: App) -> Simulator:
    """The very assistant of `edge run`, on a page's devices."""
    settings = app.config.sim
    noise: Callable[[], Float32] = made_noise
    if settings.noise:
        # Read now, so that what is no recording is refused at once.
        samples = read_noise(Path(settings.noise))

        def noise() -> Float32:
            return samples

    app.wall = wall = MovableClock(app.wall)
    parts = Parts.make(noise)
    loop = assemble(
        app,
        parts.microphone,
        parts.speaker,
        parts.clock,
        parts.timeline,
        hears_speaker=settings.echo == "edge",
    )

    def pace() -> float | None:
        return app.language.pace if app.language is not None else None

    simulator = parts.simulator(loop, wall, app.gate(), tokens_per_second=pace)
    simulator.device.profile = settings.display
    simulator.echo = settings.echo
    return simulator


async def serve(
    app: Any, listening: socket.socket, session: Callable[[], Any], ready: Callable[[], None]
) -> None:
    """Serve `app` while `session` goes on; `ready` is called once requests are taken."""
    server = Server(
        app,
        ready,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=BYTES,
        ws_max_queue=64,
        ws_per_message_deflate=False,
        limit_concurrency=64,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=_LEAVE_S,
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    running = asyncio.create_task(session())
    try:
        done, _ = await asyncio.wait((serving, running), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        server.should_exit = True
        await cancelled(running)
        await asyncio.wait([serving], timeout=2 * _LEAVE_S)
        await cancelled(serving)


def address(host: str, port: int, token: str) -> str:
    """Where the page is."""
    return f"{url(host, port)}/" + (f"?token={token}" if token else "")


def simulate(app: App, show: Callable[[str], None]) -> None:
    """Run until Ctrl-C; `show` is given the page's address."""
    settings = app.config.sim
    listening = bound(settings.host, settings.port)
    with listening:
        port = listening.getsockname()[1]
        token = "" if loopback(settings.host) else secrets.token_urlsafe(24)
        simulator = build(app)
        site = guarded(application(simulator, app.memory()), settings.host, port, token)
        ready = lambda: show(address(settings.host, port, token))  # noqa: E731 - one use
        asyncio.run(serve(site, listening, simulator.run, ready))
