"""A responder that is made when it is first needed: a skill's answer does not wait for a model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from edge.aio import closing
from edge.events import Ask
from edge.stages import Responder


class Late:
    """Stands for the responder that `make` makes (a `edge.stages.Responder`)."""

    def __init__(self, make: Callable[[], Responder]) -> None:
        self._make = make
        self._made: Responder | None = None

    @property
    def _responder(self) -> Responder:
        if self._made is None:
            self._made = self._make()
        return self._made

    async def warm(self) -> None:
        """See `Responder`."""
        await self._responder.warm()

    async def hint(self, ask: Ask) -> None:
        """See `Responder`."""
        await self._responder.hint(ask)

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """See `Responder`."""
        async with closing(self._responder.reply(ask)) as pieces:
            async for piece in pieces:
                yield piece
