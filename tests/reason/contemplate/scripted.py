"""A provider that plays what a test wrote, on a clock that the test's script moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from edge.reason.contemplate.provider import Chunk, Request

_TURNS = 5
"""Of the loop before the next chunk: what else is due at the moment, and what that leads to."""


class FakeClock:
    """Seconds that pass only when somebody says so."""

    def __init__(self):
        self.now = 0.0
        self._sleepers = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, woken))
        await woken.wait()

    def move(self, to):
        self.now = to
        for when, woken in self._sleepers:
            if when <= to:
                woken.set()


class Scripted:
    """Plays a list of (seconds, chunk) for each round; then hangs if `hang`."""

    name = "script"

    def __init__(self, clock, *rounds, hang=False):
        self._clock = clock
        self._rounds = list(rounds)
        self._hang = hang
        self.asked: list[tuple[Request, ...]] = []
        self.closed = 0

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        self.asked.append(tuple(requests))
        try:
            for seconds, chunk in self._rounds.pop(0):
                self._clock.move(seconds)
                # Whoever waits for this moment comes first.
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
                yield chunk
            if self._hang:
                await asyncio.Event().wait()
        finally:
            self.closed += 1


def says(agent, text, at=1.0, **more):
    """An agent that says `text` in one piece and ends."""
    more = {"end": "stop", "tokens_in": 10, "tokens_out": 5} | more
    return at, Chunk(agent, text, -0.1, **more)


def fails(agent, error="The line is dead.", at=1.0):
    """An agent that fails."""
    return at, Chunk(agent, end="failed", error=error)
