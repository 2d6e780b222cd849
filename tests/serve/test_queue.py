"""The line in front of an engine."""

import asyncio

import pytest

from edge.reason.lm.chat import Message
from edge.serve.fixed import FixedEngine
from edge.serve.jobs import Interrupted, Job, Wish
from edge.serve.queue import Queue, Refusal


def job(text, answers=1, *, alone=False):
    wish = Wish((Message("user", text),), repeatable=alone)
    return Job((wish,) * answers, (tuple(text.encode()),) * answers)


class Noting(FixedEngine):
    """Remembers the prompts of each batch, and how many went on then."""

    def __init__(self, **more):
        super().__init__(**more)
        self.prompts = []
        self.most = []

    async def stream(self, jobs):
        self.prompts.append([bytes(one.prompts[0]).decode() for one in jobs])
        self.most.append(self.open + 1)
        async for pair in super().stream(jobs):
            yield pair


async def answered(queue, tickets):
    """Serve until all tickets have been read."""
    serving = asyncio.create_task(queue.serve())
    for ticket in tickets:
        async for _ in ticket.pieces():
            pass
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


async def turns():
    """Enough of the loop's for whoever has something to do."""
    for _ in range(9):
        await asyncio.sleep(0)


def test_clients_take_turns():
    """One client's many requests do not keep another's waiting."""
    engine = Noting()

    async def run():
        queue = Queue(engine, together=1)
        tickets = [queue.submit("a", job(f"a{place}")) for place in range(3)]
        tickets.append(queue.submit("b", job("b0")))
        await answered(queue, tickets)

    asyncio.run(run())
    assert engine.prompts == [["a0"], ["b0"], ["a1"], ["a2"]]


def test_several_go_together():
    """Waiting requests are answered with the first one, up to the limit.

    One that must be repeatable is not: a batch can change the last bits of probabilities.
    """
    engine = Noting()

    async def run():
        queue = Queue(engine, together=3)
        jobs = [("a", job("x")), ("b", job("y")), ("c", job("z", 2)), ("a", job("w"))]
        jobs.append(("d", job("v", alone=True)))
        await answered(queue, [queue.submit(client, one) for client, one in jobs])

    asyncio.run(run())
    assert engine.prompts == [["x", "y", "w"], ["z"], ["v"]]


def test_whoever_comes_joins():
    """Where the engine's batch can be joined nobody waits for its end, up to the limit.

    One that must be repeatable waits until it is alone, and whoever comes after it waits, too.
    """
    engine = Noting()
    engine.joins = True

    async def run():
        queue = Queue(engine, together=3)
        engine.go.clear()
        serving = asyncio.create_task(queue.serve())
        running = []
        for client, one in (("a", job("x")), ("b", job("y")), ("c", job("z", 2)), ("d", job("w"))):
            queue.submit(client, one)
            await turns()
            running.append((queue.running, queue.waiting))
        assert running == [(1, 0), (2, 0), (2, 1), (2, 2)]
        tickets = [queue.submit("e", job("v", alone=True)), queue.submit("f", job("u"))]
        engine.go.set()
        for ticket in tickets:
            async for _ in ticket.pieces():
                pass
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    asyncio.run(run())
    assert engine.prompts == [["x"], ["y"], ["z"], ["w"], ["v"], ["u"]]
    assert engine.most[-2:] == [1, 1]


def test_whoever_has_gone_leaves_the_others():
    """In a batch that can be joined, only its own answer is stopped."""
    engine = Noting()
    engine.joins = True

    async def run():
        queue = Queue(engine)
        engine.go.clear()
        serving = asyncio.create_task(queue.serve())
        gone, stays = queue.submit("a", job("x")), queue.submit("b", job("y"))
        await gone.begun.wait()
        await stays.begun.wait()
        gone.close()
        await turns()
        assert (queue.running, engine.open) == (1, 1)
        engine.go.set()
        async for _ in stays.pieces():
            pass
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    asyncio.run(run())


def test_is_bounded():
    """A client beyond its share is refused with 429, anybody beyond the whole with 503."""

    async def run():
        queue = Queue(FixedEngine(), longest=3, each=2)
        queue.submit("a", job("1"))
        queue.submit("a", job("2"))
        with pytest.raises(Refusal) as own:
            queue.submit("a", job("3"))
        queue.submit("b", job("3"))
        with pytest.raises(Refusal) as all_:
            queue.submit("c", job("4"))
        return own.value.status, all_.value.status, all_.value.retry_s

    assert asyncio.run(run()) == (429, 503, 4)


def test_nobody_is_left_waiting_when_it_ends():
    """Whoever runs or waits when the queue ends is told so."""
    engine = FixedEngine()
    engine.go.clear()

    async def run():
        queue = Queue(engine)
        tickets = [queue.submit("a", job("1")), queue.submit("a", job("2"))]
        serving = asyncio.create_task(queue.serve())
        await tickets[0].begun.wait()
        await asyncio.sleep(0)
        serving.cancel()
        for ticket in tickets:
            with pytest.raises(Interrupted):
                async for _ in ticket.pieces():
                    pass

    asyncio.run(run())
    assert engine.open == 0


def test_only_the_last_one_to_go_ends_a_batch():
    """A batch goes on for those who are still there."""
    engine = FixedEngine()
    engine.go.clear()

    async def run():
        queue = Queue(engine)
        tickets = [queue.submit(client, job("x")) for client in "ab"]
        serving = asyncio.create_task(queue.serve())
        await tickets[0].begun.wait()
        await asyncio.sleep(0)
        tickets[0].close()
        await asyncio.sleep(0)
        assert engine.open == 1
        tickets[1].close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert engine.open == 0
        serving.cancel()

    asyncio.run(run())
