"""The microphone switched off at the wearer's word, for good or for a while."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, runtime_checkable

from edge.wall import WallClock


@runtime_checkable
class Mutable(Protocol):
    """A live microphone: see edge.hear.mic.Microphone."""

    @property
    def state(self) -> str: ...
    def mute(self) -> None: ...
    def unmute(self) -> None: ...


class Tell(Protocol):
    """`Timeline.emit`."""

    def __call__(self, event: str, at: int | None = None, **fields: Any) -> object: ...


class Mute:
    """Closes the microphone's stream, and opens it when a key is pressed or the time is over.

    Nobody can be heard meanwhile, so that no word opens it again. All methods belong to the event
    loop's thread. The trace has a `mute` event for each change, with `muted`, `by` and `seconds`.
    """

    def __init__(self, microphone: Mutable, wall: WallClock, emit: Tell) -> None:
        self._microphone = microphone
        self._wall = wall
        self._emit = emit
        self._until: asyncio.Task[None] | None = None

    @property
    def muted(self) -> bool:
        """Whether the microphone is off."""
        return self._microphone.state == "muted"

    def on(self, seconds: float | None = None, *, by: str) -> None:
        """Nothing is heard from now on, for so many seconds or until `off`."""
        self._forget_time()
        self._microphone.mute()
        self._emit("mute", muted=True, by=by, seconds=seconds)
        if seconds is not None:
            self._until = asyncio.create_task(self._wait(seconds))

    def off(self, *, by: str) -> None:
        """Listen again."""
        self._forget_time()
        if self.muted:
            self._microphone.unmute()
            self._emit("mute", muted=False, by=by, seconds=None)

    def press(self) -> None:
        """The key: the other way round."""
        if self.muted:
            self.off(by="key")
        else:
            self.on(by="key")

    def close(self) -> None:
        """The session is over."""
        self._forget_time()

    async def _wait(self, seconds: float) -> None:
        await self._wall.wait(seconds)
        self._until = None
        self.off(by="time")

    def _forget_time(self) -> None:
        if self._until is not None:
            self._until.cancel()
            self._until = None
