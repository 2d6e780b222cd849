import asyncio

import pytest

from edge.aio import cancelled, ended_by


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


def test_what_ends_at_a_moment():
    """What is done within ends with TimeoutError once the moment has come, and only then."""

    async def main():
        moment = asyncio.get_running_loop().create_future()
        async with ended_by(moment):
            await asyncio.sleep(0)
        waiting = asyncio.Event()
        asyncio.get_running_loop().call_soon(moment.set_result, None)
        with pytest.raises(TimeoutError):
            async with ended_by(moment):
                await waiting.wait()
        with pytest.raises(TimeoutError):
            async with ended_by(moment):
                await waiting.wait()

    asyncio.run(main())


def test_a_moment_that_comes_too_late():
    """Who has just ended when it comes is left alone."""

    async def main():
        moment = asyncio.get_running_loop().create_future()
        async with ended_by(moment):
            moment.set_result(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(main())


def test_somebody_elses_end_stays_one():
    """Cancelling from outside is no TimeoutError."""

    async def main():
        async def within():
            async with ended_by(asyncio.get_running_loop().create_future()):
                await asyncio.Event().wait()

        task = asyncio.create_task(within())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
