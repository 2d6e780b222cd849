"""One thread for one engine: the only crossing from the event loop to blocking model code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_END: Any = object()


class Worker:
    """Runs calls one after the other on a thread of its own.

    Cancelling the await does not stop a call that has begun; the next call waits for it, so an
    engine is never entered twice. Keep single calls short (one token, one sentence).
    """

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"edge-{name}")

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `call(*args, **kwargs)`, made on the worker's thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: call(*args, **kwargs))

    async def iterate(self, make: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
        """The items of `make()`, each produced on the worker's thread, one step an await.

        However the iteration ends, a generator is closed on the worker's thread, after the step
        in progress.
        """
        iterator = await self.run(make)
        try:
            while (item := await self.run(next, iterator, _END)) is not _END:
                yield item
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                # Not awaited: on cancellation there may be no loop turn left. The pool runs it in
                # order, before any later call.
                self._pool.submit(close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for the call in progress and end the thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)
