"""The provider of services against real servers on this machine, through the real gate."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from edge.reason.contemplate.events import EventsError, data_of
from edge.reason.contemplate.openai import OpenAiProvider
from edge.reason.contemplate.provider import Request
from edge.reason.contemplate.service import Breaker, Service
from edge.reason.contemplate.strategies import BEGINNING, STRAIGHT
from edge.reason.lm.chat import Message
from edge.trust.gate import Plan
from tests.trust.servers import answer, raw, serving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REQUESTS = [
    Request((Message("user", f"What is 6 times 7? ({n})"),), seed=n, max_tokens=50)
    for n in range(3)
]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def event(text="", finish=None, **more):
    delta = {"content": text} if text else {}
    record = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return f"data: {json.dumps(record)}\n\n".encode()


def chunk(content):
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


USED = b'data: {"choices": [], "usage": {"prompt_tokens": 30, "completion_tokens": 4}}\n\n'
WHOLE = event("The answer") + event(" is 42.") + event(finish="stop") + USED + b"data: [DONE]\n\n"
GOOD = raw(HEAD, chunk(WHOLE), b"0\r\n\r\n")


async def ask(gate, server, requests=REQUESTS, **more):
    """(texts, last chunks) of each agent's answer."""
    service = Service("home box", f"{server.url}/v1", "m", price_in=1.0, price_out=2.0)
    permit = await gate.permit(Plan("home box", "general", "6 times 7?"))
    more = {"hedge_s": 0.0, "idle_s": 5.0, **more}
    provider = OpenAiProvider(service, gate, permit, **more)
    texts, ends = [""] * len(requests), [None] * len(requests)
    async for one in provider.stream(requests):
        texts[one.agent] += one.text
        if one.end:
            ends[one.agent] = one
    return texts, ends


def test_answers(gate):
    """Each agent's text, its end, and what it cost; the ledger has what the server got."""

    async def run():
        async with serving(GOOD) as server:
            return *await ask(gate, server), server.received

    texts, ends, received = asyncio.run(run())
    assert texts == ["The answer is 42."] * 3
    assert [(e.end, e.tokens_in, e.tokens_out) for e in ends] == [("stop", 30, 4)] * 3
    assert ends[0].money == pytest.approx(38e-6)
    sent = sorted(e.content for e in gate.ledger.entries() if e.kind == "sent")
    assert sent == sorted(received)
    assert gate.spent_today()[0] == 3 * 34
    body = json.loads(received[0].partition(b"\r\n\r\n")[2])
    assert (body["model"], body["stream"], body["max_tokens"]) == ("m", True, 50)


def test_names_do_not_leave(gate):
    """What is personal in a request is a placeholder on the wire."""
    request = Request((Message("user", "Does my wife Zorana like 42?"),))

    async def run():
        async with serving(GOOD) as server:
            await ask(gate, server, [request])
            return server.received[0]

    wire = asyncio.run(run())
    assert b"Zorana" not in wire
    assert b"[NAME_1]" in wire


def test_the_examples_are_sent_as_they_are(gate):
    """What all agents begin with is nobody's secret; their names are not replaced."""
    request = STRAIGHT.request("Is my wife Zorana right?", seed=0, max_tokens=20)

    async def run():
        async with serving(GOOD) as server:
            await ask(gate, server, [request])
            return json.loads(server.received[0].partition(b"\r\n\r\n")[2])

    sent = [message["content"] for message in asyncio.run(run())["messages"]]
    assert sent[:-1] == [message.content for message in BEGINNING]
    assert sent[-1].startswith("Is my wife [NAME_1] right?")


async def stall(writer, request):
    writer.write(HEAD + chunk(event("The ans")))
    await writer.drain()
    await asyncio.Event().wait()


async def trickle(writer, request):
    writer.write(HEAD)
    for byte in chunk(WHOLE):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(b"0\r\n\r\n")


LONG = HEAD + chunk(event("x" * 60_000)) * 2000
FAULTS = {
    "401": (answer(b"{}", "401 Unauthorized"), "home box does not accept the key."),
    "404": (answer(b"{}", "404 Not Found"), "home box has no model m."),
    "400": (answer(b"{}", "400 Bad Request"), "home box refused the question."),
    "500": (answer(b"{}", "500 Internal Server Error"), "home box has a problem of its own."),
    "429": (
        answer(b"{}", "429 Too Many Requests", ["Retry-After: 0"]),
        "home box is too busy.",
    ),
    "another type": (
        answer(b"<html>", headers=["Content-Type: text/html"]),
        "home box answered with something else than text.",
    ),
    "half an answer": (raw(HEAD, chunk(event("The"))), "The answer broke off."),
    "no end": (raw(HEAD, chunk(event("The")), b"0\r\n\r\n"), "The answer broke off."),
    "no JSON": (
        raw(HEAD, chunk(b"data: {oh\n\n"), b"0\r\n\r\n"),
        "home box sent something that cannot be read.",
    ),
    "another shape": (
        raw(HEAD, chunk(b'data: {"choices": [7]}\n\n'), b"0\r\n\r\n"),
        "home box sent something that cannot be read.",
    ),
    "an endless event": (
        raw(HEAD, chunk(b"data: " + b"x" * 65_000) * 1),
        "The answer broke off.",
    ),
    "100 MB": (raw(LONG), "The answer is too long."),
    "a stall": (stall, "The answer does not come."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(gate, fault, monkeypatch):
    """Every agent ends with one sentence that may be spoken; nothing hangs; all is on record."""
    script, sentence = FAULTS[fault]
    monkeypatch.setattr("edge.reason.contemplate.openai._FIRST_WAIT", 0.0)

    async def run():
        async with serving(script) as server:
            idle = 0.1 if fault == "a stall" else 5.0
            _, ends = await ask(gate, server, REQUESTS[:2], idle_s=idle)
            return ends, server.received

    ends, received = asyncio.run(asyncio.wait_for(run(), 30))
    assert [(end.end, end.error) for end in ends] == [("failed", sentence)] * 2
    entries = list(gate.ledger.entries())
    assert sorted(e.content for e in entries if e.kind == "sent") == sorted(received)
    assert sum(e.kind == "sent" for e in entries) == sum(e.kind == "ended" for e in entries)


def test_one_byte_at_a_time(gate):
    """Slow is not wrong, as long as something comes."""

    async def run():
        async with serving(trickle) as server:
            return await ask(gate, server, REQUESTS[:1])

    texts, _ = asyncio.run(run())
    assert texts == ["The answer is 42."]


def test_another_try(gate, monkeypatch):
    """A server that was busy is asked again, after as long as it said."""
    waits = []

    async def wait(seconds):
        waits.append(seconds)

    tries = iter([answer(b"", "429 Too Many", ["Retry-After: 7"]), GOOD])

    async def script(writer, request):
        await next(tries)(writer, request)

    async def run():
        async with serving(script) as server:
            monkeypatch.setattr("edge.reason.contemplate.openai.asyncio.sleep", wait)
            return await ask(gate, server, REQUESTS[:1])

    texts, _ = asyncio.run(run())
    assert texts == ["The answer is 42."]
    assert waits == [7]


def test_what_has_begun_is_not_said_twice(gate):
    """Half an answer ends as a failure; only what brought nothing is asked again."""

    async def run():
        async with serving(raw(HEAD, chunk(event("The")))) as server:
            _, ends = await ask(gate, server, REQUESTS[:1])
            return ends, len(server.received)

    ends, count = asyncio.run(run())
    assert ends[0].end == "failed"
    assert count == 1


def test_the_slowest_request_is_made_a_second_time(gate):
    """Once the others have something; the first to bring it counts, the other is hung up on."""
    count = 0

    async def script(writer, request):
        nonlocal count
        count += 1
        if count == 1:
            await asyncio.Event().wait()
        await GOOD(writer, request)

    async def run():
        async with serving(script) as server:
            return await ask(gate, server, hedge_s=0.05)

    texts, _ = asyncio.run(asyncio.wait_for(run(), 10))
    assert texts == ["The answer is 42."] * 3
    assert count == 4
    assert {e.fields["how"] for e in gate.ledger.entries() if e.kind == "ended"} == {
        "answered", "cancelled",
    }  # fmt: skip


def test_stopping_hangs_up(gate):
    """Who closes the stream closes every connection."""

    async def run():
        async with serving(stall) as server:
            service = Service("home box", f"{server.url}/v1", "m")
            permit = await gate.permit(Plan("home box", "general", "x"))
            stream = OpenAiProvider(service, gate, permit, hedge_s=0.0).stream(REQUESTS)
            for _ in REQUESTS:
                await anext(stream)
            await stream.aclose()

    asyncio.run(asyncio.wait_for(run(), 10))
    ended = [e.fields["how"] for e in gate.ledger.entries() if e.kind == "ended"]
    assert ended == ["cancelled"] * 3


def test_nobody_there_opens_the_breaker(gate, monkeypatch):
    """After three failures in a row it is left alone for a while; then one finds out."""
    monkeypatch.setattr("edge.reason.contemplate.openai._FIRST_WAIT", 0.0)
    now = [0.0]
    breaker = Breaker(lambda: now[0])

    async def run():
        async with serving(GOOD) as server:
            pass
        return await ask(gate, server, REQUESTS[:1], breaker=breaker)

    _, ends = asyncio.run(run())
    assert ends[0].error.startswith("Nothing answers at 127.0.0.1")
    assert breaker.state == "open"
    assert not breaker.may()
    now[0] = 31.0
    assert breaker.may()
    assert not breaker.may()
    breaker.worked()
    assert breaker.state == "closed"


def test_keys(monkeypatch):
    """From the environment, or one sentence that says where to put it; never in a text."""
    service = Service("home box", "http://127.0.0.1/v1", "m", "BOX_KEY")
    assert service.secret({"BOX_KEY": "s3cret"}) == "s3cret"
    assert "s3cret" not in repr(service)
    with pytest.raises(Exception, match="set BOX_KEY in the environment"):
        service.secret({})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_cut_anywhere(size):
    """Lines of either kind, comments, several data lines, and characters of several bytes."""
    stream = (
        ": hi\r\ndata: {1}\r\n\r\nevent: x\ndata:a\ndata: é\n\n\n\rdata: z\r\rdata: lost".encode()
    )

    async def pieces():
        for place in range(0, len(stream), size):
            yield stream[place : place + size]

    async def collect():
        return [data async for data in data_of(pieces())]

    assert asyncio.run(collect()) == ["{1}", "a\né", "z"]


def test_an_event_without_end():
    """It is given up rather than kept."""

    async def pieces():
        while True:
            yield b"data: " + b"x" * 100_000

    async def collect():
        return [data async for data in data_of(pieces())]

    with pytest.raises(EventsError):
        asyncio.run(collect())
