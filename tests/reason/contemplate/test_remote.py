"""The council of another machine, asked through the real gate: a real server, and broken ones."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from edge.errors import EdgeError
from edge.events import Ask
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.happenings import Agreed, Proposed, Verdict
from edge.reason.contemplate.remote import RemoteCouncil
from edge.reason.contemplate.responder import Contemplation
from edge.reason.contemplate.service import Breaker, Service
from edge.serve.fixed import FixedEngine
from edge.serve.jobs import Piece, Token
from edge.trust.gate import Plan
from tests.reason.contemplate.scripted import FakeClock, Scripted, says
from tests.reason.contemplate.test_openai import HEAD, chunk
from tests.serve.serving import serving as edge_serve
from tests.trust.servers import answer, raw, serving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BOX = Service("home box", "", "m", price_in=1.0, price_out=2.0, council=True)


class Saying(FixedEngine):
    """An engine whose agents say what a test wrote, in order."""

    def __init__(self, *texts):
        super().__init__()
        self.texts = list(texts)
        self.calculated = []

    async def stream(self, jobs):
        for place, job in enumerate(jobs):
            self.calculated += [wish.calculate for wish in job.wishes]
            for agent in range(len(job.wishes)):
                text = self.texts.pop(0)
                yield place, Piece(agent, text, Token(text.encode(), -0.1), "stop")


async def ask(gate, url, question="What is 6 times 7?", **more):
    """All events, and what was traced."""
    permit = await gate.permit(Plan("home box", "general", question))
    traced = []
    service = replace(BOX, url=f"{url}/v1")
    council = RemoteCouncil(
        service, gate, permit, 5, 3, trace=lambda _, event: traced.append(event), **more
    )
    return [event async for event in council.run(permit.redact(question))], traced


def test_a_council_of_edge_serve(gate):
    """Its events, its verdict and what that cost; one request, and the ledger has it."""
    engine = Saying(*["6 * 7 = 42\nAnswer: 42"] * 2, "Answer: 41")

    async def run():
        async with edge_serve(engine) as running:
            return await ask(gate, f"http://127.0.0.1:{running.port}")

    events, traced = asyncio.run(run())
    verdict = events[-1]
    assert isinstance(verdict, Verdict)
    assert (verdict.answer, verdict.agree, verdict.of, verdict.cut) == ("42", 2, 2, "quorum")
    assert [type(event) for event in events[:-1]] == [Proposed, Agreed] * 2
    assert all(engine.calculated), "sums are worked out there"
    cost = verdict.cost
    assert cost.money == pytest.approx((cost.tokens_in + 2 * cost.tokens_out) / 1e6)
    assert gate.spent_today()[0] == cost.tokens_in + cost.tokens_out
    assert len([e for e in gate.ledger.entries() if e.kind == "sent"]) == 1
    assert [e["phase"] for e in traced] == [
        "started", *["proposal", "agreement"] * 2, "verdict",
    ]  # fmt: skip
    assert traced[1] | {} == {
        "phase": "proposal", "provider": "home box", "agent": 0, "strategy": "straight",
        "candidate": "42",
    }  # fmt: skip


def test_names_do_not_leave(gate):
    """The other machine sees a placeholder, and the wearer hears the name."""
    engine = Saying(*["Answer: roses for [NAME_1]"] * 3)

    async def run():
        async with edge_serve(engine) as running:
            service = replace(BOX, url=f"http://127.0.0.1:{running.port}/v1")
            say = Contemplation(lambda free: None, gate, [service])
            return [piece async for piece in say.reply(Ask("What shall I give my wife Zorana?"))]

    said = asyncio.run(run())
    assert said[-1] == "Roses for Zorana. Both agree."
    (sent,) = [e.content for e in gate.ledger.entries() if e.kind == "sent"]
    assert b"Zorana" not in sent
    body = json.loads(sent.partition(b"\r\n\r\n")[2])
    assert body["question"] == "What shall I give my wife [NAME_1]?"


def sse(*events):
    """A whole answer with these events."""
    content = b"".join(f"event: {name}\ndata: {data}\n\n".encode() for name, data in events)
    return raw(HEAD, chunk(content), b"0\r\n\r\n")


PROPOSED = ("proposed", '{"agent": 0, "strategy": "x", "candidate": "4", "refined": false}')


@pytest.mark.parametrize(
    ("script", "sentence", "tries"),
    [
        (answer(b"{}", "401 No"), "home box does not accept the key.", 1),
        (answer(b"{}", "404 No"), "home box has no councils.", 1),
        (answer(b"{}", "400 No"), "home box refused the question.", 1),
        (answer(b"{}", "429 No", ["Retry-After: 0"]), "home box is too busy.", 3),
        (answer(b"{}", "500 No"), "home box has a problem of its own.", 3),
        (answer(b"<p>", headers=["Content-Type: text/html"]), "something else than text", 1),
        (sse(PROPOSED), "The answer broke off", 1),
        (sse(), "The answer broke off", 3),
        (sse(PROPOSED, ("error", "{}")), "could not finish its answer", 1),
        (sse(("verdict", "{}")), "cannot be read", 1),
        (sse(("proposed", '{"agent": "x"}')), "cannot be read", 1),
        (sse(("verdict", "[" * 100_000)), "cannot be read", 1),
        (raw(b"garbage\r\n\r\n"), "", 3),
        (raw(HEAD, chunk(b"event: agreed\nda")), "", 3),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_goes_wrong_is_one_sentence(gate, monkeypatch, script, sentence, tries):
    """Asked again only where that may help; every try is on record, with how it ended."""
    monkeypatch.setattr("edge.reason.contemplate.remote._FIRST_WAIT", 0.0)

    async def run():
        async with serving(script) as server:
            with pytest.raises(EdgeError) as error:
                await ask(gate, server.url, breaker=Breaker(lambda: 0.0))
            return str(error.value), server.received

    said, received = asyncio.run(run())
    assert sentence in said
    assert said.endswith(".")
    assert len(received) == tries
    entries = list(gate.ledger.entries())
    assert [e.content for e in entries if e.kind == "sent"] == received
    assert sum(e.kind == "ended" for e in entries) == tries


def test_one_that_takes_too_long(gate):
    """At the deadline it is left, down to the connection."""
    now = iter([0.0, 0.0, 14.9])

    async def stall(writer, request):
        writer.write(HEAD)
        await writer.drain()
        await asyncio.Event().wait()

    async def run():
        async with serving(stall) as server:
            with pytest.raises(EdgeError, match=r"^home box takes too long\.$"):
                # The second look at the clock leaves a tenth of a second.
                await ask(
                    gate, server.url, budget=Budget(seconds=0.0), clock=lambda: next(now, 14.9)
                )

    asyncio.run(run())
    assert [e.kind for e in gate.ledger.entries()] == ["sent", "ended"]


def test_the_device_answers_where_it_fails(gate):
    """The wearer hears why, and gets an answer all the same."""
    device = Scripted(FakeClock(), [says(n, "Answer: 42") for n in range(2)])

    async def run():
        async with serving(answer(b"{}", "404 No")) as server:
            service = replace(BOX, url=f"{server.url}/v1")
            say = Contemplation(lambda free: device, gate, [service])
            return [piece async for piece in say.reply(Ask("What is 6 times 7?"))]

    assert asyncio.run(run()) == [
        "I'm asking five agents at home box.\n",
        "home box has no councils. Without them, then: on this device.\n",
        "The answer is 42. Both agree.",
    ]
