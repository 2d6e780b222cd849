"""What the wearer hears when the other end fails, against real servers on this machine.

Each fault goes the whole way: question, gate, connection, agents, and what is said. The agents on
the device, who answer in its place, are scripted.
"""

import asyncio
import json
import socket
import ssl
import struct
import time
from datetime import UTC, datetime

import pytest
import trustme

from edge.events import Ask
from edge.reason.contemplate import openai
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.responder import Contemplation
from edge.reason.contemplate.service import Service
from tests.reason.contemplate.scripted import FakeClock, Scripted, says
from tests.trust.servers import answer, raw, serving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
QUESTION = "How many pens does my wife Zorana have, with 6 boxes of 7?"
HERE = [says(n, "6 * 7 = 42\nAnswer: 42") for n in range(3)]
DEADLINE_S = 1.5
"""Of the agents at the service."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def event(text):
    delta = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
    return f"data: {json.dumps(delta)}\n\n".encode()


def chunk(content):
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


async def stall(writer, request):
    """A piece, and then nothing for as long as anybody waits."""
    writer.write(HEAD + chunk(event("The ans")))
    await writer.drain()
    await asyncio.Event().wait()


async def silent(writer, request):
    """Not even a status."""
    await asyncio.Event().wait()


async def slow(writer, request):
    """A byte now and then; never so seldom that the connection counts as dead."""
    writer.write(HEAD)
    for place in range(100_000):
        content = event("word ")
        writer.write(chunk(content[place % len(content) :][:1]))
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(writer, request):
    """Events without end, each of them as it should be."""
    writer.write(HEAD)
    while True:
        writer.write(chunk(event("and so on ") * 100))
        await writer.drain()


async def one_endless_event(writer, request):
    writer.write(HEAD + chunk(b"data: "))
    while True:
        writer.write(chunk(b"x" * 60_000))
        await writer.drain()


async def lost(writer, request):
    """The network goes in the middle of an answer: the connection is reset."""
    writer.write(HEAD + chunk(event("The ans")))
    await writer.drain()
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def large(writer, request):
    """100 MB, as fast as they are taken in."""
    writer.write(HEAD)
    for _ in range(1700):
        writer.write(chunk(b": " + b"x" * 60_000 + b"\n"))
        await writer.drain()


BUSY = answer(b"{}", "429 Too Many Requests", ["Retry-After: 0"])
FAULTS = {
    "connection refused": (None, "Nothing answers at 127.0.0.1"),
    "no such name": (None, "nowhere.invalid"),
    "a certificate of nobody's": (answer(), "cannot prove that it is"),
    "401": (answer(b"{}", "401 Unauthorized"), "home box does not accept the key."),
    "429 with Retry-After": (BUSY, "home box is too busy."),
    "500": (answer(b"{}", "500 Internal Server Error"), "home box has a problem of its own."),
    "half an answer": (raw(HEAD, chunk(event("The"))), "The answer broke off."),
    "half a status": (raw(b"HTTP/1.1 20"), "The answer broke off."),
    "malformed events": (raw(HEAD, chunk(b"data: {oh\n\n")), "something that cannot be read."),
    "endless events": (endless, "The answer is too long."),
    "one endless event": (one_endless_event, "The answer is too long."),
    "a stall in mid-answer": (stall, "Nobody came to an answer in time."),
    "a stall before the answer": (silent, "Nobody came to an answer in time."),
    "a byte at a time": (slow, "Nobody came to an answer in time."),
    "another content type": (
        answer(b"<html>Log in</html>", headers=["Content-Type: text/html"]),
        "something else than text.",
    ),
    "100 MB": (large, "The answer is too long."),
    "the network lost in mid-answer": (lost, "The connection broke off."),
}
NOTHING_SENT = {"connection refused", "no such name", "a certificate of nobody's"}


async def listen(gate, url):
    """Each line that the wearer hears, with the seconds until then."""
    here = Scripted(FakeClock(), HERE)
    contemplation = Contemplation(
        lambda free: here,
        gate,
        [Service("home box", url, "m")],
        budget=Budget(seconds=DEADLINE_S, max_tokens=50),
    )
    began, heard = time.monotonic(), []
    ask = Ask(QUESTION, depth="contemplating")
    async for piece in contemplation.reply(ask):
        heard.append((time.monotonic() - began, piece.strip()))
    return heard


@pytest.mark.parametrize("fault", FAULTS)
def test_a_useful_sentence_within_the_deadline(gate, fault, monkeypatch):
    """What went wrong is said, the device answers, and the ledger has every byte and its end."""
    script, expected = FAULTS[fault]
    monkeypatch.setattr(openai, "_FIRST_WAIT", 0.01)

    async def run():
        certificate = None
        if fault == "a certificate of nobody's":
            certificate = trustme.CA().issue_cert("127.0.0.1")
            gate.trust = ssl.create_default_context()
        if script is None:
            async with serving(answer()) as server:
                url = server.url
            if fault == "no such name":
                url = "https://nowhere.invalid"
            return await listen(gate, f"{url}/v1"), []
        async with serving(script, certificate) as server:
            return await listen(gate, f"{server.url}/v1"), server.received

    heard, received = asyncio.run(asyncio.wait_for(run(), 60))
    (first_at, first), (why_at, why), (_, last) = heard
    assert first == "I'm asking five agents at home box."
    assert first_at < 0.8
    assert expected in why
    assert why.endswith("Without them, then: on this device.")
    # A second for a busy machine; 45 s is what a single connection may be silent.
    assert why_at < DEADLINE_S + 1 + 5 * (fault == "no such name")
    assert last == "The answer is 42. Both agree."

    entries = list(gate.ledger.entries())
    sent = {entry.number: entry for entry in entries if entry.kind == "sent"}
    ended = [entry for entry in entries if entry.kind == "ended"]
    received = [content for content in received if content]
    assert sorted(entry.content for entry in sent.values()) == sorted(received)
    assert bool(sent) == (fault not in NOTHING_SENT)
    assert sorted(entry.fields["of"] for entry in ended) == sorted(sent)
    assert gate.ledger.verify() == ""
    assert b"Zorana" not in b"".join(received)
