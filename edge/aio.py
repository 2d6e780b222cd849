"""Small helpers for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@asynccontextmanager
async def closing(iterator: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Like `contextlib.aclosing`, for iterators that may have nothing to close."""
    try:
        yield iterator
    finally:
        aclose = getattr(iterator, "aclose", None)
        if aclose is not None:
            await aclose()


class ended_by:
    """Cancel what is done within once `moment` has come; TimeoutError is raised then.

    Cheaper than a task to wait for beside `moment`, where it is done for each piece of a stream.
    """

    __slots__ = ("_inside", "_limit", "_moment")

    def __init__(self, moment: asyncio.Future[Any]) -> None:
        self._moment = moment
        self._limit = asyncio.timeout(None)
        self._inside = True

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._moment.add_done_callback(self._end)

    async def __aexit__(self, *error: Any) -> None:
        self._inside = False
        self._moment.remove_done_callback(self._end)
        await self._limit.__aexit__(*error)

    def _end(self, _: object) -> None:
        # It may be on its way when what was done within has just ended.
        if self._inside:
            self._limit.reschedule(asyncio.get_running_loop().time())


async def cancelled(task: asyncio.Future[Any]) -> None:
    """Cancel `task` and wait until it has gone, whatever it ends with.

    Whoever waits can be cancelled, too, and is once the task has gone: awaiting `task` itself and
    letting its CancelledError pass would take that for the task's own, and a Ctrl-C would be lost.
    """
    task.cancel()
    own: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            own = error
    if not task.cancelled():
        # Looked at, so that nobody logs it as forgotten.
        task.exception()
    if own is not None:
        raise own
