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


@asynccontextmanager
async def ended_by(moment: asyncio.Future[Any]) -> AsyncIterator[None]:
    """Cancel what is done within once `moment` has come; TimeoutError is raised then.

    Cheaper than a task to wait for beside `moment`, where it is done for each piece of a stream.
    """
    inside = True

    def end(_: object) -> None:
        # It may be on its way when what was done within has just ended.
        if inside:
            limit.reschedule(asyncio.get_running_loop().time())

    async with asyncio.timeout(None) as limit:
        moment.add_done_callback(end)
        try:
            yield
        finally:
            inside = False
            moment.remove_done_callback(end)


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
