import asyncio
import threading

import pytest

from edge.worker import Worker


def test_runs_on_one_thread_of_its_own():
    """All calls run on the same thread, which is not the caller's."""

    async def main():
        with Worker("test") as worker:
            return [await worker.run(threading.get_ident) for _ in range(3)]

    idents = asyncio.run(main())
    assert len(set(idents)) == 1
    assert idents[0] != threading.get_ident()


def test_error_reaches_the_caller():
    """What a call raises is raised by the await."""

    async def main():
        with Worker("test") as worker:
            await worker.run(int, "x")

    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(main())


def test_iterate_closes_the_generator_on_its_thread_when_left_early():
    """Leaving the loop runs the generator's `finally` on the worker's thread."""
    threads = []

    def numbers():
        try:
            yield from range(100)
        finally:
            threads.append(threading.current_thread().name)

    async def main():
        with Worker("test") as worker:
            stream = worker.iterate(numbers)
            async for number in stream:
                if number == 3:
                    break
            await stream.aclose()
            await worker.run(int)  # Comes after the close.
            return number

    assert asyncio.run(main()) == 3
    assert threads == ["edge-test_0"]


def test_close_leaves_no_thread():
    """After `close` the worker's thread has ended."""
    worker = Worker("ending")
    asyncio.run(worker.run(int))
    worker.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("edge-ending")]
