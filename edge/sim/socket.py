"""The WebSocket of one page: docs/simulator.md, "Protocol"."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from edge.errors import EdgeError, SimulatorError
from edge.sim.hub import Client, dumped
from edge.sim.simulator import Simulator
from edge.sim.wire import MICROPHONE, unpack

log = logging.getLogger(__name__)

_STALLED: Final = 5.0
"""Seconds that a page may take for a message."""
_TEXT: Final = 16_384
"""Characters of a text message."""


class Gone(Exception):
    """The page is no longer there, or has to go."""

    def __init__(self, code: int = 0, why: str = "") -> None:
        super().__init__(why)
        self.code = code
        self.why = why


async def serve_page(simulator: Simulator, socket: WebSocket) -> None:
    """One page, from its first message to its last. It never ends the session."""
    client = simulator.hub.join()
    if client is None:
        await socket.close(1013, "There are too many pages.")
        return
    try:
        await socket.accept()
        client.send(simulator.snapshot(client))
        simulator.hub.tell_roles()
        async with asyncio.TaskGroup() as group:
            group.create_task(_send(client, socket))
            group.create_task(_too_slow(client))
            group.create_task(_receive(simulator, client, socket))
    except* Gone as group_:
        gone = group_.exceptions[0]
        while isinstance(gone, BaseExceptionGroup):
            gone = gone.exceptions[0]
        if isinstance(gone, Gone) and gone.code:
            log.warning("page %d has to go: %s", client.number, gone.why)
            await _close(socket, gone.code, gone.why)
    except* (WebSocketDisconnect, OSError):
        pass
    finally:
        simulator.left(client)


async def _close(socket: WebSocket, code: int, why: str) -> None:
    try:
        async with asyncio.timeout(1):
            await socket.close(code, why)
    except (RuntimeError, OSError, TimeoutError, WebSocketDisconnect) as error:
        log.info("a page was gone already: %s", error)


async def _send(client: Client, socket: WebSocket) -> None:
    while True:
        message = await client.outgoing.get()
        try:
            async with asyncio.timeout(_STALLED):
                if isinstance(message, str):
                    await socket.send_text(message)
                else:
                    await socket.send_bytes(message)
        except TimeoutError:
            raise Gone(1011, "It takes no data.") from None
        except (RuntimeError, OSError, WebSocketDisconnect):
            # It closes while we send.
            raise Gone from None


async def _too_slow(client: Client) -> None:
    await client.slow.wait()
    raise Gone(1011, "It takes data too slowly.")


async def _receive(simulator: Simulator, client: Client, socket: WebSocket) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        data, text = message.get("bytes"), message.get("text")
        try:
            if data is not None:
                _sound(simulator, client, data)
            elif text is not None:
                await _text(simulator, client, text)
        except EdgeError as error:
            client.send(dumped("error", message=str(error)))


def _sound(simulator: Simulator, client: Client, data: bytes) -> None:
    if not client.sounds.take():
        raise Gone(1008, "Too many messages.")
    sound = unpack(data)
    if not client.samples.take(len(sound.samples)):
        raise Gone(1008, "Sound comes faster than it is spoken.")
    if sound.kind == MICROPHONE and simulator.hub.holder is client:
        simulator.microphone.push(sound.samples, sound.position)


async def _text(simulator: Simulator, client: Client, text: str) -> None:
    if not client.texts.take():
        raise Gone(1008, "Too many messages.")
    if len(text) > _TEXT:
        raise SimulatorError("The message is too long.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise SimulatorError("The message is not JSON.") from None
    if not isinstance(message, dict):
        raise SimulatorError("The message is no JSON object.")
    await obey(simulator, client, message)


async def obey(simulator: Simulator, client: Client, message: dict[str, Any]) -> None:
    """Do what a page asks for. Raises SimulatorError."""
    match message.get("type"):
        case "microphone":
            want, take = message.get("want") is True, message.get("take") is True
            simulator.claim(client, want=want, take=take)
        case "heard":
            if simulator.hub.counts(client):
                simulator.speaker.reported(_count(message, "epoch"), _count(message, "position"))
        case "flushed":
            if simulator.hub.counts(client):
                epoch, position = _count(message, "epoch"), _count(message, "position")
                simulator.speaker.reported_flush(epoch, position)
        case "say":
            await simulator.say(message.get("text"))
        case "touch":
            simulator.touch(message.get("gesture"))
        case "mute":
            simulator.mute(message.get("muted"))
        case "switch":
            await simulator.switch(message.get("name"), message.get("value"))
        case "clock":
            simulator.set_clock(message)
        case "ping":
            client.send(dumped("pong", n=message.get("n")))
        case kind:
            raise SimulatorError(f"There is no message {str(kind)[:40]!r}.")


def _count(message: dict[str, Any], key: str) -> int:
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SimulatorError(f"{key} is a count of samples or epochs, not {str(value)[:40]!r}.")
    return value
