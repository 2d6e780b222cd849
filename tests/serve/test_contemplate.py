"""A council on a real port."""

import asyncio
import json

import pytest

from edge.reason.lm.engine import LanguageModel
from edge.serve.fixed import FixedEngine
from edge.serve.jobs import Piece, Token
from edge.serve.lm import LmEngine
from edge.worker import Worker
from tests.serve.serving import ask, post, serving


def events(answer):
    """Names and fields of an event stream."""
    # The body is chunked; an event begins after a line of its own.
    found = []
    for part in answer.body.decode().split("event: ")[1:]:
        name, _, rest = part.partition("\ndata: ")
        found.append((name, json.loads(rest.partition("\n\n")[0])))
    return found


def test_streams_a_council():
    """Its proposals and its verdict come as events, and its agents are decoded as one job."""
    engine = FixedEngine()
    body = {"question": "Why?", "agents": 5, "quorum": 5}

    async def run():
        async with serving(engine) as running:
            answer = await ask(running.port, body, "/v1/contemplate")
            return answer, running.service.metrics.text().decode()

    answer, figures = asyncio.run(run())
    happened = events(answer)
    assert "edge_first_piece_seconds_count 1.0" in figures
    assert [name for name, _ in happened].count("proposed") == 5
    assert happened[-1][0] == "verdict"
    assert happened[-1][1]["of"] == 5
    assert engine.batches[0] == 1


@pytest.mark.parametrize(
    ("body", "blamed"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": " "}, "messages"),
        ({"question": "Why?", "agents": 6}, "agents"),
        ({"question": "Why?", "model": "x"}, "model"),
        ({"question": "Why?", "max_tokens": 5000}, "max_tokens"),
    ],
)
def test_refuses_by_name(body, blamed):
    """What is wrong with a question is a sentence with the parameter's name."""

    async def run():
        async with serving(FixedEngine()) as running:
            return await ask(running.port, body, "/v1/contemplate")

    answer = asyncio.run(run())
    assert (answer.status, answer.error["param"]) == (400, blamed)


def test_stops_for_a_client_that_hangs_up():
    """When the client goes, the agents end."""
    engine = FixedEngine()

    async def run():
        async with serving(engine) as running:
            engine.go.clear()
            _, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(post("/v1/contemplate", {"question": "Why?"}))
            await running.until(lambda: engine.open)
            writer.close()
            await running.until(lambda: not engine.open)
            # The agents end first, and the request is counted once it is over.
            counted = 'edge_requests_total{route="/v1/contemplate",status="499"} 1.0'
            await running.until(lambda: counted in running.service.metrics.text().decode())
            return running.service.queue.running

    assert asyncio.run(run()) == 0


class OneAhead(FixedEngine):
    """The first agent has answered; the others wait for `go`."""

    async def stream(self, jobs):
        yield 0, Piece(0, "Answer: 4", Token(b"4", -0.1), "stop")
        yield 0, Piece(1, "It", Token(b"It", -0.1))
        await self.go.wait()
        for agent in range(1, len(jobs[0].wishes)):
            yield 0, Piece(agent, " is.\nAnswer: 4", Token(b"4", -0.1), "stop")


def test_tells_what_has_happened_before_it_waits():
    """What one step brings is sent together, and nothing is kept until the next."""
    engine = OneAhead()
    engine.go.clear()

    async def run():
        async with serving(engine) as running:
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(post("/v1/contemplate", {"question": "Why?", "agents": 2}))
            async with asyncio.timeout(10):
                before = await reader.readuntil(b"event: agreed")
                engine.go.set()
                after = await reader.readuntil(b"event: verdict")
            writer.close()
            return before, after

    before, after = asyncio.run(run())
    assert (before.count(b"event: proposed"), after.count(b"event: proposed")) == (1, 1)


def test_a_council_that_finds_no_place_is_told_so():
    """Nobody answers while the server ends."""

    async def run():
        async with serving(FixedEngine()) as running:
            running.service.queue.drain()
            return await ask(running.port, {"question": "Why?"}, "/v1/contemplate")

    answer = asyncio.run(run())
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.model
def test_a_real_council_says_the_same_again(model_folder):
    """The same question and seed give the same verdict, from a small real model."""
    model = LanguageModel(model_folder("smollm2-135m"), threads=2)

    async def run(engine):
        body = {"question": "What is 3 * 4?", "agents": 3, "max_tokens": 24, "seed": 3}
        async with serving(engine) as running:
            return [await ask(running.port, body, "/v1/contemplate") for _ in range(2)]

    with Worker("lm") as worker:
        first, second = map(events, asyncio.run(run(LmEngine(model, worker, "smollm2-135m"))))
    model.close()
    assert first[-1][0] == "verdict"
    for name in ("answer", "agree", "of", "reasoning"):
        assert first[-1][1][name] == second[-1][1][name]
