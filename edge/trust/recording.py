"""Puts on record what is about to leave, in groups.

Agents that are asked side by side share one thread, one write and one flush to the disk: a disk
takes some milliseconds for each flush, and each thread competes with the event loop.
"""

from __future__ import annotations

import asyncio
import logging

from edge.errors import StorageError
from edge.trust.ledger import Ledger, Sent

log = logging.getLogger(__name__)


class Recorder:
    """One ledger's entries of what is sent; for one event loop at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Sent, asyncio.Future[int]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def sent(self, entry: Sent) -> int:
        """The entry's number, once it is on the disk. Raises StorageError."""
        loop = asyncio.get_running_loop()
        number: asyncio.Future[int] = loop.create_future()
        self._waiting.append((entry, number))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        return await number

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                numbers = await asyncio.to_thread(
                    self._ledger.sent_together, [entry for entry, _ in group]
                )
            except BaseException as error:
                for _, waiting in group:
                    if not waiting.done():
                        waiting.set_exception(error)
                if not isinstance(error, StorageError):
                    raise
                continue
            for (_, waiting), number in zip(group, numbers, strict=True):
                if waiting.cancelled():
                    await self._not_sent(number)
                else:
                    waiting.set_result(number)

    async def _not_sent(self, number: int) -> None:
        """Whoever wanted to send it has gone; that nothing came of it is put on record."""
        try:
            await asyncio.to_thread(self._ledger.ended, number, how="cancelled")
        except StorageError as error:
            log.warning("That nothing came of entry %d is not on record: %s", number, error)
