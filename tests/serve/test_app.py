"""The application on a real port, with an engine that answers in a fixed time."""

import asyncio
import json

import openai
import pytest

from edge.serve.fixed import FixedEngine
from tests.serve.serving import ask, exchange, get, post, question, serving

TOKEN = "a-token-that-is-long-enough"


def client(running, key="none"):
    return openai.AsyncOpenAI(
        base_url=f"http://127.0.0.1:{running.port}/v1", api_key=key, max_retries=0
    )


def test_answers_the_openai_client():
    """The client of OpenAI gets text, log-probabilities, usage and as many answers as it asks."""

    async def run():
        async with serving(FixedEngine()) as running, client(running) as other:
            made = await other.chat.completions.create(
                model="fixed",
                messages=[{"role": "user", "content": "Hello"}],
                n=2,
                seed=7,
                logprobs=True,
            )
            models = await other.models.list()
        return made, models

    made, models = asyncio.run(run())
    assert [choice.message.content for choice in made.choices] == [
        "7.0 7.1 7.2 7.3 ",
        "8.0 8.1 8.2 8.3 ",
    ]
    assert made.choices[0].finish_reason == "stop"
    assert made.choices[0].logprobs.content[0].logprob == -0.5
    assert bytes(made.choices[0].logprobs.content[1].bytes) == b"7.1 "
    assert (made.usage.prompt_tokens, made.usage.completion_tokens) == (1, 8)
    assert [model.id for model in models.data] == ["fixed"]


def test_streams_to_the_openai_client():
    """A stream has the role, the pieces, the end and, where it is asked for, the usage."""

    async def run():
        async with serving(FixedEngine()) as running, client(running) as other:
            stream = await other.chat.completions.create(
                model="fixed",
                messages=[{"role": "user", "content": "Hello"}],
                stream=True,
                max_tokens=2,
                seed=1,
                stream_options={"include_usage": True},
            )
            return [chunk async for chunk in stream]

    chunks = asyncio.run(run())
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert choices[0].delta.role == "assistant"
    assert "".join(choice.delta.content or "" for choice in choices) == "1.0 1.1 "
    assert choices[-1].finish_reason == "length"
    assert chunks[-1].usage.completion_tokens == 2


REFUSED = [
    (b"{", 400, None),
    (b"[]", 400, None),
    (b"\xff", 400, None),
    (b"[" * 100_000, 400, None),
    (question(tools=[]), 400, "tools"),
    (question(temperature=3), 400, "temperature"),
    (question(temperature="1"), 400, "temperature"),
    (question(top_p=0), 400, "top_p"),
    (question(n=9), 400, "n"),
    (question(n=True), 400, "n"),
    (question(max_tokens=100_000), 400, "max_tokens"),
    (question(frequency_penalty=1), 400, "frequency_penalty"),
    (question(top_logprobs=5), 400, "top_logprobs"),
    (question(stop=""), 400, "stop"),
    (question(response_format={"type": "json_schema"}), 400, "response_format"),
    (question("word " * 1001), 400, "messages"),
    ({**question(), "model": "other"}, 404, "model"),
    ({**question(), "messages": []}, 400, "messages"),
    ({**question(), "messages": [{"role": "tool", "content": ""}]}, 400, "messages.0.role"),
]
"""Bodies, the status and the parameter to blame."""


def test_refuses_by_name_what_it_cannot_honour():
    """What is wrong or not supported is a sentence with the name of the parameter."""

    async def run():
        async with serving(FixedEngine()) as running:
            return [await ask(running.port, body) for body, _, _ in REFUSED]

    answers = asyncio.run(run())
    found = [(answer.status, answer.error["param"]) for answer in answers]
    assert found == [(status, blamed) for _, status, blamed in REFUSED]
    assert all(answer.error["message"] for answer in answers)


def test_takes_no_body_that_is_too_large():
    """A body over the limit is refused, whether its length is said before or not."""

    async def run():
        async with serving(FixedEngine(), body_bytes=100) as running:
            said = await ask(running.port, b" " * 101)
            head = post(
                "/v1/chat/completions", b"", content_length=None, transfer_encoding="chunked"
            )
            unsaid = await exchange(running.port, head + b"65\r\n" + b" " * 101 + b"\r\n0\r\n\r\n")
            form = await ask(running.port, question(), content_type="text/plain")
            return said.status, unsaid.split()[1], form.status

    assert asyncio.run(run()) == (413, b"413", 415)


def test_needs_a_token_where_there_are_tokens():
    """Without a client's token only the health is told."""

    async def run():
        async with serving(FixedEngine(), tokens={"glasses": TOKEN}) as running:
            answers = [
                await ask(running.port, question()),
                await ask(running.port, question(), authorization="Bearer wrong"),
                await ask(running.port, question(), authorization=f"Basic {TOKEN}"),
                await get(running.port, "/metrics"),
                await get(running.port, "/healthz"),
                await ask(running.port, question(), authorization=f"Bearer {TOKEN}"),
            ]
            return [answer.status for answer in answers], answers[0]

    statuses, first = asyncio.run(run())
    assert statuses == [401, 401, 401, 401, 200, 200]
    assert first.headers["www-authenticate"] == "bearer"


def test_is_not_for_web_pages():
    """Without tokens a page in a browser cannot use the server, by whatever name it reaches it."""

    async def run():
        async with serving(FixedEngine()) as running:
            return [
                (await ask(running.port, question(), origin="http://example.org")).status,
                (await ask(running.port, question(), host="example.org")).status,
                (await ask(running.port, question(), host="localhost:1")).status,
            ]

    assert asyncio.run(run()) == [403, 403, 200]


def test_a_client_that_asks_too_often_is_told_when_to_come_again():
    """Beyond its allowance a client is refused, with the seconds to wait."""

    async def run():
        async with serving(FixedEngine(), requests_a_minute=2) as running:
            return [await ask(running.port, question()) for _ in range(3)]

    first, second, third = asyncio.run(run())
    assert (first.status, second.status, third.status) == (200, 200, 429)
    assert 1 <= int(third.headers["retry-after"]) <= 30


def test_a_flood_is_bounded():
    """Of many requests at once those that find no place are refused; the rest are answered."""
    engine = FixedEngine()

    async def run():
        async with serving(engine, waiting=4, waiting_each=100, requests_a_minute=0) as running:
            engine.go.clear()
            first = asyncio.create_task(ask(running.port, question("first")))
            await running.until(lambda: engine.open)
            flood = [
                asyncio.create_task(ask(running.port, question(str(place)))) for place in range(40)
            ]
            await running.until(lambda: sum(task.done() for task in flood) == 36)
            figures = (await get(running.port, "/metrics")).body.decode()
            engine.go.set()
            answers = [await task for task in flood]
            return (await first).status, answers, figures

    first, answers, figures = asyncio.run(run())
    assert first == 200
    assert sorted(answer.status for answer in answers) == [200] * 4 + [503] * 36
    assert all(
        int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status == 503
    )
    assert 'edge_refused_total{status="503"} 36.0' in figures
    assert "edge_waiting 4.0" in figures


@pytest.mark.parametrize("stream", [True, False])
def test_stops_for_a_client_that_hangs_up(stream):
    """When a client goes, streaming or not, waiting or not, its work ends, and the next begins."""
    engine = FixedEngine()

    async def run():
        async with serving(engine) as running:
            engine.go.clear()
            writers = []
            for text in ("running", "waiting"):
                _, writer = await asyncio.open_connection("127.0.0.1", running.port)
                writer.write(post("/v1/chat/completions", question(text, stream=stream)))
                writers.append(writer)
                await running.until(lambda: engine.open)
            await running.until(lambda: running.service.queue.waiting)
            for writer in writers:
                writer.close()
            await running.until(lambda: not engine.open)
            engine.go.set()
            assert running.service.queue.waiting == 0
            return (await ask(running.port, question())).status

    assert asyncio.run(run()) == 200
    assert engine.batches == [1, 1]


def test_a_slow_reader_holds_nobody_up():
    """A client that reads nothing does not keep the others of its batch waiting."""
    engine = FixedEngine(words=3000)

    async def run():
        async with serving(engine, max_tokens=4000) as running:
            engine.go.clear()
            blocker = asyncio.create_task(ask(running.port, question("x", max_tokens=1)))
            await running.until(lambda: engine.open)
            body = question(stream=True, max_tokens=4000, logprobs=True)
            _, slow = await asyncio.open_connection("127.0.0.1", running.port, limit=1)
            slow.write(post("/v1/chat/completions", body))
            await running.until(lambda: running.service.queue.waiting == 1)
            quick = asyncio.create_task(ask(running.port, body))
            await running.until(lambda: running.service.queue.waiting == 2)
            engine.go.set()
            answer = await quick
            await blocker
            slow.transport.abort()
            return answer

    answer = asyncio.run(run())
    assert engine.batches == [1, 2]
    assert b"data: [DONE]" in answer.body


def test_drains():
    """Told to end, it answers what it has, takes nothing new, and says that it is draining."""
    engine = FixedEngine()

    async def run():
        async with serving(engine) as running:
            engine.go.clear()
            before = asyncio.create_task(ask(running.port, question(stream=True)))
            await running.until(lambda: engine.open)
            running.service.queue.drain()
            health = await get(running.port, "/healthz")
            refused = await ask(running.port, question())
            running.server.should_exit = True
            engine.go.set()
            return await before, health, refused

    before, health, refused = asyncio.run(run())
    assert before.status == 200
    assert b"[DONE]" in before.body
    assert (health.status, health.json) == (503, {"status": "draining"})
    assert refused.status == 503


def test_a_fault_inside_is_one_answer():
    """Where a batch fails its clients are told, and the next one is answered."""

    class Failing(FixedEngine):
        async def stream(self, jobs):
            if not self.batches:
                self.batches.append(0)
                yield 0, jobs[1]
            async for pair in super().stream(jobs):
                yield pair

    async def run():
        async with serving(Failing()) as running:
            return await ask(running.port, question()), await ask(running.port, question())

    first, second = asyncio.run(run())
    assert first.status == 500
    assert first.error["message"] == "Something went wrong inside."
    assert second.status == 200


def test_a_request_that_waits_too_long_is_refused():
    """Nobody waits longer than the settings allow."""
    engine = FixedEngine()

    async def run():
        async with serving(engine, wait_s=0.01) as running:
            engine.go.clear()
            first = asyncio.create_task(ask(running.port, question("first")))
            await running.until(lambda: engine.open)
            second = await ask(running.port, question("second"))
            engine.go.set()
            await first
            return second.status, running.service.queue.waiting

    assert asyncio.run(run()) == (503, 0)


def test_the_log_has_no_word_of_what_was_asked(caplog):
    """A line a request: who, what kind, how long; neither the question nor the token."""

    async def run():
        async with serving(FixedEngine(), tokens={"glasses": TOKEN}) as running:
            await ask(running.port, question("secret"), authorization=f"Bearer {TOKEN}")

    with caplog.at_level("INFO"):
        asyncio.run(run())
    line = next(r.message for r in caplog.records if r.name == "edge.serve.requests")
    assert json.loads(line)["client"] == "glasses"
    assert json.loads(line)["status"] == 200
    assert "secret" not in caplog.text
    assert TOKEN not in caplog.text
