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
