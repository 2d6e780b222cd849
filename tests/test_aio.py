import asyncio

import pytest

from edge.aio import cancelled


def test_a_task_that_is_cancelled_is_gone():
    """What it ends with, an error as well, troubles nobody."""

    async def stubborn():
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("too late")

    async def main():
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await cancelled(task)
        return task.done()

    assert asyncio.run(main())


def test_who_waits_can_be_cancelled():
    """Its own cancelling is not taken for the task's, and comes once the task has gone."""
    let_go = asyncio.Event()

    async def slow():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await let_go.wait()
            raise

    async def main():
        task = asyncio.create_task(slow())
        await asyncio.sleep(0)
        waiting = asyncio.create_task(cancelled(task))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        # Nobody is left behind.
        assert not waiting.done()
        let_go.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert task.cancelled()

    asyncio.run(main())
