"""A contemplation at a real server on this machine: a quick answer first, and being steered."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from edge.errors import ModelMissing
from edge.events import Ask
from edge.memory import Memory
from edge.reason.contemplate.responder import Contemplation
from edge.reason.contemplate.service import Service
from edge.trust.consent import Wishes
from edge.trust.gate import Gate
from edge.trust.ledger import Ledger
from tests.reason.contemplate.scripted import FakeClock, Scripted, fails, says
from tests.reason.contemplate.test_openai import HEAD, USED, chunk, event
from tests.trust.servers import serving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ASKED = "I'm asking five agents at home box.\n"
QUESTION = "What is 6 times 7?"


class Box:
    """A server whose agents say `texts`, one after the other, as soon as `go` is set."""

    def __init__(self, *texts, hang=False):
        self.texts = list(texts)
        self.hang = hang
        self.go = asyncio.Event()
        self.asked = asyncio.Semaphore(0)

    async def __call__(self, writer, request):
        self.asked.release()
        await self.go.wait()
        if not self.texts and self.hang:
            await asyncio.Event().wait()
        text = self.texts.pop(0)
        whole = event(text) + event(finish="stop") + USED + b"data: [DONE]\n\n"
        writer.write(HEAD + chunk(whole) + b"0\r\n\r\n")
        await writer.drain()


@pytest.fixture
def made(tmp_path):
    """A function that makes the responder, given the server's address and the device's agents."""
    with Memory(tmp_path / "memory.sqlite") as memory:

        def make(url, device, **more):
            gate = Gate(
                Wishes("always", state=memory.state),
                Ledger(tmp_path / "ledger.jsonl", lambda: NOW),
                lambda: NOW,
            )
            services = [Service("home box", f"{url}/v1", "m")]

            def here(free):
                if device is None:
                    raise ModelMissing("There is no language model.")
                return device

            return Contemplation(here, gate, services, **more)

        yield make


class Proposals:
    """A trace; `wait` for a number of agents that have come to something."""

    def __init__(self):
        self._count = 0
        self._more = asyncio.Event()

    def __call__(self, event, /, **fields):
        if fields.get("phase") == "proposal":
            self._count += 1
            self._more.set()

    async def wait(self, count):
        while self._count < count:
            self._more.clear()
            await self._more.wait()
        self._count = 0


async def interrupt(reply, ready):
    """Break `reply` off when `ready` has come."""
    coming = asyncio.ensure_future(anext(reply))
    await ready
    coming.cancel()
    await asyncio.wait([coming])
    await reply.aclose()


def listen(made, box, device, *, above=0.8):
    """All that is said; the agents at the box answer after what the device said first."""
    told = []

    async def run():
        async with serving(box) as server:
            say = made(server.url, device, glance_above=above, trace=lambda k, **f: told.append(k))
            pieces = []
            async for piece in say.reply(Ask(QUESTION)):
                pieces.append(piece)
                if len(pieces) == 2 or above == 1.0:
                    box.go.set()
                if len(pieces) == 1:
                    # Where the device is not sure there is no second piece to wait for.
                    asyncio.get_running_loop().call_later(0.3, box.go.set)
            return pieces

    return asyncio.run(run()), told


def device(*texts):
    return Scripted(FakeClock(), [says(0, text) for text in texts])


@pytest.mark.parametrize(
    ("here", "there", "verdict"),
    [
        ("Answer: 42", "Answer: 42", "Still right: 42. All three agree."),
        ("Answer: 41", "Answer: 42", "I take that back. The answer is 42. All three agree."),
    ],
)
def test_the_device_first(made, here, there, verdict):
    """Where it is sure its answer comes at once, and the agents' confirms or replaces it."""
    pieces, told = listen(made, Box(*[there] * 5), device(here))
    assert pieces == [ASKED, f"At first glance: {here[-2:]}.\n", verdict]
    assert "glance" in told


@pytest.mark.parametrize(
    ("here", "above"),
    [
        (device("Answer: 41"), 0.95),  # its tokens had a probability of exp(-0.1)
        (device("Answer: a long story of how it all began, and went on"), 0.5),
        (Scripted(FakeClock(), [fails(0)]), 0.5),
        (device("Answer: 41"), 1.0),
        (None, 0.5),
    ],
    ids=["unsure", "long", "failed", "never", "no model"],
)
def test_no_guess_first(made, here, above):
    """Where the device is not sure, has no short answer, fails, is not wanted to, or cannot."""
    pieces, _ = listen(made, Box(*["Answer: 42"] * 5), here, above=above)
    assert pieces == [ASKED, "The answer is 42. All three agree."]


def test_who_is_interrupted_leaves_nothing_at_work(made):
    """Neither here nor there."""
    here = Scripted(FakeClock(), [], hang=True)

    async def run():
        box = Box(*["Answer: 42"] * 5)
        async with serving(box) as server:
            reply = made(server.url, here, glance_above=0.5).reply(Ask(QUESTION))
            assert await anext(reply) == ASKED
            await interrupt(reply, box.asked.acquire())
            box.go.set()
            async with asyncio.timeout(5):
                await server.gone.wait()
            return len(here.asked), here.closed, len(asyncio.all_tasks() - server.tasks)

    assert asyncio.run(run()) == (1, 1, 1)


def test_steering_does_not_begin_anew(made):
    """What agents had come to is kept, and shown to all with what the wearer adds."""
    box = Box(
        *[f"Answer: {dish}" for dish in ("lentil soup", "beef stew", "lentil soup")], hang=True
    )
    box.go.set()

    async def run():
        async with serving(box) as server:
            proposals = Proposals()
            say = made(server.url, device(), trace=proposals)
            reply = say.reply(Ask("What can I cook for my wife Zorana?"))
            assert await anext(reply) == ASKED
            await interrupt(reply, proposals.wait(3))
            first = len(server.received)
            box.texts += ["Answer: lentil soup"] * 5
            steered = say.steered("only vegetarian ones")
            said = [piece async for piece in say.reply(Ask(steered))]
            again = say.steered("only cheap ones")
            return steered, said, server.received[first:], again

    steered, said, received, again = asyncio.run(run())
    assert steered == "What can I cook for my wife Zorana (only vegetarian ones)?"
    assert said == [ASKED, "The answer is lentil soup. All three agree."]
    assert again == ""
    # Those that were hung up on when three agreed may not have been sent.
    bodies = [body for wire in received if (body := wire.partition(b"\r\n\r\n")[2])]
    assert len(bodies) >= 3
    for body in bodies:
        asked = json.loads(body)["messages"][-1]["content"]
        assert asked.startswith("What can I cook for my wife [NAME_1] (only vegetarian ones)?")
        assert "answered: beef stew; lentil soup." in asked


def test_only_what_narrows_down_is_shown_earlier_answers(made):
    """Another question begins anew, and so does one after a minute."""
    clock = FakeClock()
    agents = [Scripted(clock, [says(0, "Answer: 4")], hang=True) for _ in range(3)]

    async def run():
        proposals = Proposals()
        say = made("http://127.0.0.1:9", None, clock=clock, trace=proposals)
        say.services = ()
        asked = []
        for text, at in (("How many?", 0), ("How much?", 1), ("How many (only red)?", 100)):
            clock.now = at
            here = agents[len(asked)]
            say.device = lambda free, here=here: here
            reply = say.reply(Ask(text))
            await anext(reply)
            await interrupt(reply, proposals.wait(1))
            asked.append(here.asked[0][0].messages[-1].content)
        return asked

    assert asyncio.run(run()) == ["How many?", "How much?", "How many (only red)?"]
