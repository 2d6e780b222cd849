"""The open streams of this process, and how PortAudio is made to look for devices again.

PortAudio knows the devices that there were when it was initialised. To see one that came later it
has to be terminated and initialised again, which is only safe while no stream is open: so whoever
has a stream registers here, and lets go of it when asked to.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeVar

from edge.devices.listing import portaudio
from edge.errors import DeviceError

log = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_AGAIN: Final = 1.5
"""Seconds between two looks for devices, where nothing but looking tells that they changed."""

_LOOK_AGAIN_BUSY: Final = 5.0
"""The same while another stream is in use, which the look interrupts for a moment."""

State = Literal["lost", "back", "moved", "muted", "unmuted", "silent", "clipping", "rate"]


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What has happened to a microphone or a speaker."""

    what: Literal["microphone", "speaker"]
    state: State
    """lost and back; moved: the system gave us another device; muted and unmuted by the wearer;
    silent: nothing but zeros comes; clipping; rate: sound comes at another pace than promised."""
    device: str
    """The device's name."""
    why: str = ""
    """For the log: one clause."""


Listener = Callable[[DeviceChange], None]


class Port(Protocol):
    """Whoever has a stream."""

    @property
    def busy(self) -> bool:
        """Letting go now would be heard."""

    def let_go(self) -> None:
        """Close the stream at once; called on the device thread."""

    def take_up(self) -> None:
        """Devices were looked for: open the stream again if it was open. In the event loop."""


class Ports:
    """Opens, closes and looks for devices on one thread, one thing after the other.

    The event loop never waits for a driver that hangs.
    """

    def __init__(
        self,
        executor: Executor | None = None,
        signature: Callable[[], str | None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._executor = executor
        self._signature = signature or _sound_cards
        self._now = now
        self._ports: list[Port] = []
        self._known: str | None = None
        self._looked = -60.0

    def add(self, port: Port) -> None:
        """`port` has a stream, or is about to."""
        if not self._ports:
            self._known = self._signature()
        self._ports.append(port)

    def remove(self, port: Port) -> None:
        with suppress(ValueError):
            self._ports.remove(port)

    def others_busy(self, port: Port) -> bool:
        """Whether a port beside `port` is in use."""
        return any(other.busy for other in self._ports if other is not port)

    async def run(self, call: Callable[[], T]) -> T:
        """`call()` on the device thread."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="edge-devices")
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    async def reopen(self, port: Port, make: Callable[[], T]) -> T:
        """`make()`, which finds and opens a device that went; look for devices first if need be.

        Raises DeviceError where it is not back yet.
        """
        if self._changed():
            await self._look(port)
        try:
            return await self.run(lambda: _hushed(make))
        except DeviceError:
            wait = _LOOK_AGAIN_BUSY if self.others_busy(port) else _LOOK_AGAIN
            if self._known is not None or self._now() - self._looked < wait:
                raise
        await self._look(port)
        return await self.run(lambda: _hushed(make))

    def _changed(self) -> bool:
        """The list of sound cards is another than when PortAudio made its own."""
        return self._known is not None and self._signature() != self._known

    async def _look(self, asking: Port) -> None:
        self._looked = self._now()
        # Before the look, so that what comes during it is a change again.
        self._known = self._signature()
        others = [port for port in self._ports if port is not asking]

        def look() -> None:
            for port in others:
                port.let_go()
            sounddevice = portaudio()
            _hushed(sounddevice._terminate)
            _hushed(sounddevice._initialize)

        try:
            await self.run(look)
        finally:
            for port in others:
                port.take_up()
        log.debug("looked for sound devices again")


def _sound_cards() -> str | None:
    """What changes when a sound card comes or goes; None where nothing tells."""
    if sys.platform != "linux":
        return None
    with suppress(OSError):
        return Path("/proc/asound/cards").read_text(encoding="utf-8", errors="replace")
    return None


def _hushed(call: Callable[[], T]) -> T:
    """`call()` while what ALSA and PortAudio print to standard error goes nowhere.

    They print several lines at each attempt to open what is not there.
    """
    with _no_stderr():
        return call()


@contextmanager
def _no_stderr() -> Iterator[None]:
    handlers: list[Any] = list(logging.getLogger().handlers)
    # Whoever wants to log now waits for a moment, lest the line be lost.
    for handler in handlers:
        handler.acquire()
    try:
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
    finally:
        for handler in handlers:
            handler.release()


PORTS: Final = Ports()
"""The one of this process: PortAudio is initialised once a process, too."""
