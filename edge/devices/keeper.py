"""Keeps the stream of one device: opens it, and opens it again whenever it went."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Generic, Literal, Protocol, TypeVar

from edge.devices.listing import Device, find_again
from edge.devices.ports import DeviceChange, Listener, Ports, State
from edge.errors import DeviceError

log = logging.getLogger(__name__)

CLOSING: Final = 3.0
"""Seconds to wait, at the end, for a driver to close a stream."""


RETRY: Final = 0.4
"""Seconds between two attempts to open a device that is gone."""
RETRY_LATER: Final = 1.2
"""The same once it has been gone for a while."""
_SOON: Final = 30.0


_LINES: Final[dict[State, str]] = {
    "lost": "the {what} {device!r} is lost: {why}; waiting for it",
    "back": "the {what} {device!r} is back",
    "moved": "the {what} is another now: {why}",
    "muted": "the {what} {device!r} is muted: its stream is closed",
    "unmuted": "the {what} {device!r} is open again",
    "silent": "the {what} {device!r} says nothing: {why}",
    "clipping": "the {what} {device!r} is too loud: {why}",
    "rate": "the {what} {device!r} runs at another rate: {why}",
}
_EXPECTED: Final[tuple[State, ...]] = ("muted", "unmuted")


class Stream(Protocol):
    """An open stream, whatever is done with it."""

    def close(self) -> None: ...


S = TypeVar("S", bound=Stream)


class Keeper(Generic[S]):
    """Has the stream while it is wanted and the device is there.

    Streams are made and closed on the device thread only (but for the first one), where `let_go`
    is called too: so none is open while PortAudio is initialised again.
    """

    def __init__(
        self,
        what: Literal["microphone", "speaker"],
        device: Device,
        make: Callable[[Device], S],
        ports: Ports,
        wake: Callable[[], None],
    ) -> None:
        """`make` opens a device or raises DeviceError; `wake` is called, in the event loop, when
        `tend` has something to do."""
        self.what = what
        self.device = device
        self.stream: S | None = None
        self.lost = False
        """The device has gone and is not back yet."""
        self.wanted = True
        self._direction: Literal["input", "output"] = "input" if what == "microphone" else "output"
        self._make = make
        self._ports = ports
        self._wake = wake
        self._listeners: list[Listener] = []
        self._held: S | None = None
        """The stream as the device thread knows it."""
        self._opening: asyncio.Task[S] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._retry_at = 0.0
        self._in_use: Callable[[], bool] = lambda: self.stream is not None

    @property
    def busy(self) -> bool:
        return self._in_use()

    def in_use(self, tell: Callable[[], bool]) -> None:
        """`tell()` says whether closing the stream for a moment would be noticed."""
        self._in_use = tell

    def on_change(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def tell(self, state: State, why: str = "") -> None:
        """Something happened: a line in the log, and whoever listens."""
        line = _LINES[state].format(what=self.what, device=self.device.name, why=why)
        log.log(logging.INFO if state in _EXPECTED else logging.WARNING, line)
        change = DeviceChange(self.what, state, self.device.name, why)
        for listener in self._listeners:
            listener(change)

    def enter(self) -> None:
        """Open the device for the first time. Raises DeviceError."""
        if self.wanted:
            self.stream = self._held = self._make(self.device)
        self._ports.add(self)

    async def leave(self) -> None:
        """Close everything."""
        self._ports.remove(self)
        self.wanted = False
        self.stream = None
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                if self._opening is not None:
                    with suppress(DeviceError):
                        await self._opening
                await self._ports.run(self.let_go)

    def want(self) -> None:
        """Open it as soon as can be."""
        if not self.wanted:
            self.wanted = True
            self._retry_at = 0.0
            self._wake()

    async def release(self) -> None:
        """Close it until it is wanted again; afterwards it is closed."""
        self.wanted = False
        self.stream = None
        await self._ports.run(self.let_go)

    def lose(self, why: str) -> None:
        """It is of no use any more: close it, and try to open it again."""
        self.stream = None
        task = asyncio.create_task(self._ports.run(self.let_go))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        if not self.lost:
            self.lost = True
            self._lost_at = asyncio.get_running_loop().time()
            self.tell("lost", why)

    def tend(self, now: float) -> None:
        """To be called every fraction of a second. `now`: the event loop's time."""
        if self._opening is not None and self._opening.done():
            opening, self._opening = self._opening, None
            self._adopt(opening)
        due = self.stream is None and self.wanted and now >= self._retry_at
        if due and self._opening is None:
            long_gone = self.lost and now - self._lost_at > _SOON
            self._retry_at = now + (RETRY_LATER if long_gone else RETRY)
            self._opening = asyncio.create_task(self._ports.reopen(self, self._again))
            self._opening.add_done_callback(lambda _: self._wake())

    def let_go(self) -> None:
        """Close at once what is open. On the device thread."""
        held, self._held = self._held, None
        if held is not None:
            held.close()

    def take_up(self) -> None:
        """PortAudio was initialised again: what was open is to be opened again."""
        self.stream = None
        self._retry_at = 0.0
        self._wake()

    def _again(self) -> S:
        # On the device thread.
        self.let_go()
        device = find_again(self.device, self._direction)
        self._held = stream = self._make(device)
        self.device = device
        return stream

    def _adopt(self, opening: asyncio.Task[S]) -> None:
        try:
            stream = opening.result()
        except DeviceError as error:
            log.debug("%s", error)
            return
        if not self.wanted or self._held is not stream:
            return  # It was closed in the meantime; or will be, by who no longer wants it.
        self.stream = stream

    def delivers(self) -> None:
        """The stream does what it is for: an open one need not."""
        if self.lost:
            self.lost = False
            self.tell("back")
