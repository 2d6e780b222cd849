"""The gate against real servers on this machine."""

import asyncio
import errno
import json
import os
import ssl
from datetime import UTC, datetime

import pytest
import trustme

from edge.errors import StorageError
from edge.memory import Memory
from edge.trust import certificates
from edge.trust.consent import Wishes
from edge.trust.gate import Gate, Limits, Plan, Refused, masked
from edge.trust.ledger import Ledger
from edge.trust.wire import Outbound, WireError
from tests.trust.servers import answer, raw, serving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PLAN = Plan("home box", "general", "How far is the moon?", tokens=500, money=0.002)


@pytest.fixture
def gate(tmp_path):
    with Memory(tmp_path / "memory.sqlite") as memory:
        ledger = Ledger(tmp_path / "ledger.jsonl", lambda: NOW)
        yield Gate(
            Wishes(state=memory.state),
            ledger,
            lambda: NOW,
            known=lambda: [fact.text for fact in memory.facts.all()],
        )


def outbound(server, **more):
    return Outbound("POST", f"{server.url}/v1/ask", body=b'{"q": "How far?"}', **more)


async def ask(gate, out, plan=PLAN):
    """Status and body of the answer to one request that the wearer has agreed to."""
    permit = await gate.permit(plan, agreed=True)
    async with gate.open(permit, out) as reply:
        return reply.status, b"".join([piece async for piece in reply.pieces()])


def test_the_ledger_is_what_was_on_the_wire(gate):
    """Every byte that the server got is on record, and on the disk, in order."""

    async def run():
        async with serving(answer(b"far")) as server:
            assert await ask(gate, outbound(server)) == (200, b"far")
            assert await ask(gate, outbound(server)) == (200, b"far")
            return server.received

    received = asyncio.run(run())
    sent, ended, *_ = gate.ledger.entries()
    assert [e.content for e in gate.ledger.entries() if e.kind == "sent"] == received
    assert sent.fields["recipient"] == "home box"
    assert (ended.fields["of"], ended.fields["how"], ended.fields["received"]) == (1, "answered", 3)
    assert gate.ledger.verify() == ""


def test_a_secret_is_sent_and_never_kept(gate):
    """On the wire it is whole; the ledger has stars; no text of an object shows it."""
    secret = "sk-very-secret-0123"

    async def run():
        async with serving(answer()) as server:
            out = outbound(server, secret=secret)
            assert secret not in repr(out)
            await ask(gate, out)
            return server.received[0]

    wire = asyncio.run(run())
    assert f"Bearer {secret}".encode() in wire
    [kept] = [e.content for e in gate.ledger.entries() if e.kind == "sent"]
    assert kept == masked(wire, secret)
    assert len(kept) == len(wire)
    assert secret not in gate.ledger.path.read_text()


@pytest.mark.parametrize(
    ("topic", "reason", "sentence"),
    [
        ("general", "ask", "May I send"),
        ("health", "never", "You don't want anything about health to leave this device."),
    ],
)
def test_nothing_leaves_unasked(gate, topic, reason, sentence):
    """The default is to ask, and for health not even that."""
    plan = Plan("home box", topic, "How far is the moon?")
    with pytest.raises(Refused, match=sentence) as caught:
        asyncio.run(gate.permit(plan))
    assert caught.value.reason == reason
    assert not gate.ledger.path.exists()


def test_the_question_says_what_to_whom_and_for_how_much(gate):
    """One sentence; what is personal is a placeholder in it as on the wire."""
    plan = Plan("home box", "personal", "What shall I give my wife Zorana?", money=0.02)
    assert gate.question(plan) == (
        'May I send "What shall I give my wife a name" to home box? It costs about 2 cents.'
    )


@pytest.mark.parametrize(
    ("default", "topics", "standing"),
    [
        ("always", {"weather": "always"}, "never"),
        ("always", {"health": "ask"}, "ask"),
        ("ask", {}, "never"),
    ],
)
def test_health_has_to_be_named(gate, default, topics, standing):
    """Settings about something else, or about everything, let no question about health leave."""
    gate.wishes = Wishes(default, topics)
    assert gate.standing(Plan("home box", "health", "x")) == standing


def test_yes_counts_for_one_question(gate):
    """Health may leave for the one question that the wearer said yes to."""
    plan = Plan("home box", "health", "Is my pulse of 110 normal?")
    asyncio.run(gate.permit(plan, agreed=True))
    with pytest.raises(Refused):
        asyncio.run(gate.permit(plan))


def test_wishes_by_voice_come_before_the_settings(gate):
    """And outlive the session, in the memory's file."""
    gate.wishes.wish("always", topic="general")
    asyncio.run(gate.permit(PLAN))
    gate.wishes.wish("never", recipient="home box")
    assert gate.standing(PLAN) == "never"
    gate.wishes.wish("always", recipient="home box", topic="health")
    assert gate.standing(Plan("Home Box", "health", "x")) == "always"
    assert gate.standing(Plan("other", "health", "x")) == "never"


def test_the_budget(gate):
    """A question that is too dear, and a day that has been, are refused without asking anybody."""
    gate.limits = Limits(tokens_a_question=400)
    with pytest.raises(Refused, match="more than one question may"):
        asyncio.run(gate.permit(PLAN, agreed=True))
    gate.limits = Limits(tokens_a_day=900)

    async def run():
        async with serving(answer()) as server:
            permit = await gate.permit(PLAN, agreed=True)
            async with gate.open(permit, outbound(server)) as reply:
                reply.tokens, reply.money = 450, 0.01
            assert (permit.tokens, permit.money) == (450, 0.01)
        with pytest.raises(Refused, match="Today's budget") as caught:
            await gate.permit(PLAN, agreed=True)
        return caught.value.reason

    assert asyncio.run(run()) == "budget"
    assert gate.spent_today() == (450, 0.01)


def test_a_question_that_turns_out_dear_sends_no_more(gate):
    """What it has really cost counts, whatever was estimated."""

    async def run():
        async with serving(answer()) as server:
            permit = await gate.permit(PLAN, agreed=True)
            async with gate.open(permit, outbound(server)) as reply:
                reply.money = 0.11
            with pytest.raises(Refused, match="as much as one question may") as caught:
                async with gate.open(permit, outbound(server)):
                    pass
        return caught.value.reason, len(server.received)

    assert asyncio.run(run()) == ("budget", 1)


def test_without_network_nothing_is_tried(gate):
    """The switch counts before anything else, and for requests under way, too."""

    async def run():
        permit = await gate.permit(PLAN, agreed=True)
        gate.network = False
        with pytest.raises(Refused) as caught:
            async with gate.open(permit, Outbound("GET", "http://127.0.0.1:9/")):
                pass
        assert caught.value.reason == "offline"
        with pytest.raises(Refused):
            await gate.permit(PLAN, agreed=True)

    asyncio.run(run())
    assert not gate.ledger.path.exists()


async def stall(writer, request):
    await asyncio.Event().wait()


FAULTS = {
    "hangs up": (raw(), "broken"),
    "half a head": (raw(b"HTTP/1.1 200 OK\r\nContent-"), "broken"),
    "half an answer": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), "broken"),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH\r\n\r\n"), "broken"),
    "a bad chunk": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "broken",
    ),
    "too long": (answer(b"x" * 5000), "too long"),
    "endless head": (raw(b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 20_000), "broken"),
    "says nothing": (stall, "timeout"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(gate, fault):
    """One sentence, soon; what was sent is on record with what became of it."""
    script, kind = FAULTS[fault]

    async def run():
        async with serving(script) as server:
            with pytest.raises(WireError) as caught:
                await ask(
                    gate, outbound(server, idle_s=0.05 if kind == "timeout" else 5, max_bytes=1000)
                )
            return caught.value, server.received

    error, received = asyncio.run(run())
    assert error.kind == kind
    assert str(error).endswith(".")
    sent, ended = gate.ledger.entries()
    assert sent.content == received[0]
    assert (ended.fields["of"], ended.fields["how"]) == (1, kind)


def test_nobody_there(gate):
    """Nothing was sent, so nothing is on record."""

    async def run():
        async with serving(answer()) as server:
            port = server.port
        for url in (f"http://127.0.0.1:{port}/", "https://nowhere.invalid/"):
            with pytest.raises(WireError) as caught:
                await ask(gate, Outbound("GET", url, connect_s=2))
            assert caught.value.kind in ("refused", "unreachable", "timeout")

    asyncio.run(run())
    assert not list(gate.ledger.entries())


def test_encryption(gate):
    """A certificate of somebody known is taken; another one, and another name, are not."""
    authority = trustme.CA()
    good = authority.issue_cert("127.0.0.1")
    foreign = trustme.CA().issue_cert("127.0.0.1")
    gate.trust = ssl.create_default_context()
    authority.configure_trust(gate.trust)

    async def run():
        async with serving(answer(b"safe"), good) as server:
            assert await ask(gate, outbound(server)) == (200, b"safe")
        for certificate in (foreign, authority.issue_cert("example.org")):
            async with serving(answer(), certificate) as server:
                with pytest.raises(WireError) as caught:
                    await ask(gate, outbound(server))
                assert caught.value.kind == "encryption"
                assert server.received in ([], [b""])

    asyncio.run(run())
    assert len([e for e in gate.ledger.entries() if e.kind == "sent"]) == 1


def test_certificates_are_read_once(gate, monkeypatch):
    """Also where several agents are asked at once: it takes a while."""
    authority, made = trustme.CA(), []

    def make():
        made.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        authority.configure_trust(made[-1])
        return made[-1]

    monkeypatch.setattr(certificates, "_context", None)
    monkeypatch.setattr(ssl, "create_default_context", make)

    async def run():
        async with serving(answer(b"safe"), authority.issue_cert("127.0.0.1")) as server:
            return await asyncio.gather(*(ask(gate, outbound(server)) for _ in range(3)))

    assert asyncio.run(run()) == [(200, b"safe")] * 3
    assert len(made) == 1


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://127.0.0.1/", "http://", "x", "http://a:b@127.0.0.1/"]
)
def test_addresses_that_are_not_asked(gate, url):
    """Without encryption only near machines; no other protocol; no password in an address."""
    with pytest.raises(WireError) as caught:
        asyncio.run(ask(gate, Outbound("GET", url)))
    assert caught.value.kind == "address"


def test_a_redirect_is_not_followed(gate):
    """What was agreed to be sent here does not go there."""

    async def run():
        async with serving(answer(b"", "302 Found", ["Location: http://example.org/"])) as server:
            return await ask(gate, outbound(server))

    assert asyncio.run(run()) == (302, b"")


def test_leaving_hangs_up(gate):
    """The other machine notices at once that nobody listens any more."""
    begin = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"

    async def script(writer, request):
        writer.write(begin)
        await writer.drain()

    async def run():
        async with serving(script) as server:
            permit = await gate.permit(PLAN, agreed=True)

            async def listen():
                async with gate.open(permit, outbound(server, idle_s=30)) as reply:
                    async for _ in reply.pieces():
                        begun.set()

            begun = asyncio.Event()
            task = asyncio.create_task(listen())
            await begun.wait()
            task.cancel()
            await asyncio.wait([task])
            await asyncio.wait_for(server.gone.wait(), 5)

    asyncio.run(run())
    *_, ended = gate.ledger.entries()
    assert ended.fields["how"] == "cancelled"


def test_what_cannot_be_recorded_is_not_sent(gate, monkeypatch):
    """A full disk, or a file that may not be written, stops it."""

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    async def run():
        async with serving(answer()) as server:
            with pytest.raises(StorageError, match="nothing was sent"):
                await ask(gate, outbound(server))
            return server.received

    assert asyncio.run(run()) in ([], [b""])


def test_a_headers_line_break_is_no_second_header(gate):
    """Whoever could put one in could say something else to the other machine."""
    with pytest.raises(WireError):
        asyncio.run(_with_header(gate))


async def _with_header(gate):
    async with serving(answer()) as server:
        await ask(gate, outbound(server, headers={"X": "a\r\nY: b"}))


def test_body_is_json(gate):
    """As it was given."""

    async def run():
        async with serving(answer()) as server:
            await ask(gate, outbound(server))
            return server.received[0]

    head, _, body = asyncio.run(run()).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/ask HTTP/1.1\r\n")
    assert json.loads(body) == {"q": "How far?"}
