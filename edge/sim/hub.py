"""The pages that are open: what each is sent, how fast it may send, which has the microphone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from edge.sim.wire import Sound, pack

MOST_CLIENTS: Final = 16
_WAITING: Final = 800
"""Messages that wait for a page at most; then it is too slow."""


@dataclass(slots=True)
class Bucket:
    """A limit on how much comes in a while."""

    rate: float
    """A second."""
    burst: float
    now: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.burst, self.now()

    def take(self, amount: float = 1) -> bool:
        """Whether so much may come now."""
        now = self.now()
        self._left = min(self.burst, self._left + (now - self._at) * self.rate)
        self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True


@dataclass(slots=True, eq=False)
class Client:
    """One page."""

    number: int
    outgoing: asyncio.Queue[str | bytes] = field(default_factory=lambda: asyncio.Queue(_WAITING))
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where more waits than it will ever take."""
    texts: Bucket = field(default_factory=lambda: Bucket(60, 120))
    sounds: Bucket = field(default_factory=lambda: Bucket(120, 240))
    samples: Bucket = field(default_factory=lambda: Bucket(32_000, 96_000))

    def send(self, message: str | bytes) -> None:
        """Queue it; never waits."""
        try:
            self.outgoing.put_nowait(message)
        except asyncio.QueueFull:
            self.slow.set()


class Hub:
    """All pages. Belongs to the event loop."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        """The oldest first."""
        self.holder: Client | None = None
        """Who has the microphone."""
        self._count = 0

    def join(self) -> Client | None:
        """A page has come; None: there are too many."""
        if len(self.clients) >= MOST_CLIENTS:
            return None
        self._count += 1
        client = Client(self._count)
        self.clients.append(client)
        return client

    def leave(self, client: Client) -> None:
        """It has gone."""
        self.clients.remove(client)
        if self.holder is client:
            self.holder = None

    def claim(self, client: Client, *, want: bool, take: bool = False) -> None:
        """`client` asks for the microphone, or gives it back."""
        if not want:
            if self.holder is client:
                self.holder = None
        elif self.holder is None or take:
            self.holder = client

    def counts(self, client: Client) -> bool:
        """Whether what `client` says it has played is what was heard."""
        return client is (self.holder or self.clients[0])

    def role(self, client: Client) -> str:
        return "microphone" if client is self.holder else "watcher"

    def tell_roles(self) -> None:
        """Each page what it is now."""
        for client in self.clients:
            client.send(
                dumped(
                    "role",
                    role=self.role(client),
                    holder=self.holder.number if self.holder else None,
                    clients=len(self.clients),
                )
            )

    def tell(self, kind: str, /, **fields: Any) -> None:
        """A JSON message to every page."""
        if self.clients:
            message = dumped(kind, **fields)
            for client in self.clients:
                client.send(message)

    def sound(self, sound: Sound) -> None:
        """Sound to every page."""
        if self.clients:
            message = pack(sound)
            for client in self.clients:
                client.send(message)


def dumped(kind: str, /, **fields: Any) -> str:
    """A JSON message."""
    # No field of a trace event may stand in for the type.
    return json.dumps({**fields, "type": kind}, ensure_ascii=False, default=str)
