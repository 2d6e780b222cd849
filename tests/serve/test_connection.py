"""What a connection's bytes go through, over a real port."""

import asyncio

from edge.serve import connection, sending
from edge.serve.connection import Gathered, Line
from edge.serve.fixed import FixedEngine
from tests.serve.serving import ask, exchange, post, question, serving


class Noting:
    """A transport that notes what is done to it."""

    def __init__(self):
        self.done = []

    def write(self, content):
        self.done.append(content)

    def close(self):
        self.done.append("closed")

    def is_closing(self):
        return "closed" in self.done


def test_pieces_are_sent_together():
    """What is written in one turn of the loop goes in one piece, and before the end."""

    async def run():
        below = Noting()
        transport = Gathered(below, asyncio.get_running_loop())
        transport.write(b"a")
        transport.write(b"b")
        assert below.done == []
        await asyncio.sleep(0)
        transport.write(b"c")
        transport.close()
        transport.write(b"x" * 70_000)
        await asyncio.sleep(0)
        return below.done, transport.is_closing()

    done, closing = asyncio.run(run())
    assert [str(piece[:2]) for piece in done] == ["b'ab'", "b'c'", "cl", "b'xx'"]
    assert closing


def test_many_at_once_are_taken_in_turn():
    """Of those that come in the same instant the first has begun before the last is looked at."""
    began, turns = [], []

    class Reader:
        def __init__(self, place):
            self.place = place

        def read(self):
            turns.append(self.place)
            loop = asyncio.get_running_loop()
            loop.call_soon(lambda: began.append((self.place, len(turns))))

    async def run():
        line = Line()
        for place in range(10):
            line.add(Reader(place))
        while len(began) < 10:  # noqa: ASYNC110 - turns of the loop are what is counted
            await asyncio.sleep(0)

    asyncio.run(run())
    assert turns == list(range(10))
    assert began[0] == (0, connection._A_TURN)


def test_long_turns_keep_nobody_out(monkeypatch):
    """Where a turn of the loop takes long, more are taken in each."""
    now, taken = [0.0], []

    class Reader:
        def read(self):
            taken.append(now[0])

    async def run():
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now[0])
        line = Line()
        for _ in range(30):
            line.add(Reader())
        for _ in range(2):
            now[0] += 0.02
            await asyncio.sleep(0)

    asyncio.run(run())
    assert [taken.count(moment) for moment in (0.02, 0.04)] == [20, 10]


def test_a_body_in_many_pieces():
    """However it is cut, and however large, it arrives whole and in order."""
    text = "word " * 900 + "x" * 40_000

    async def run():
        async with serving(FixedEngine()) as running:
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            content = post("/v1/chat/completions", question(text, max_tokens=1))
            for place in range(0, len(content), 900):
                writer.write(content[place : place + 900])
                await writer.drain()
                await asyncio.sleep(0)
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            whole = await ask(running.port, question(text, max_tokens=1))
            return answer, whole

    answer, whole = asyncio.run(run())
    assert answer.startswith(b"HTTP/1.1 200")
    assert whole.status == 200
    assert whole.json["usage"]["prompt_tokens"] == 901


def test_who_hangs_up_at_once_troubles_nobody():
    """A client that has gone before its request is looked at is forgotten."""

    async def run():
        engine = FixedEngine()
        async with serving(engine) as running:
            for _ in range(20):
                _, writer = await asyncio.open_connection("127.0.0.1", running.port)
                writer.write(post("/v1/chat/completions", question()))
                writer.transport.abort()
            answer = await ask(running.port, question())
            await running.until(lambda: not running.service.queue.running)
            return answer.status, engine.open

    assert asyncio.run(run()) == (200, 0)


def test_what_is_no_http_is_refused():
    """With a status, and without a trace of it in the log of errors."""

    async def run():
        async with serving(FixedEngine()) as running:
            return await exchange(running.port, b"\x16\x03\x01 hello\r\n\r\n")

    assert asyncio.run(run()).startswith(b"HTTP/1.1 400")


def test_silence_is_broken(monkeypatch):
    """While nothing comes from the engine, a comment says that the server is there."""
    monkeypatch.setattr(sending, "BEAT_S", 0.01)

    class Slow(FixedEngine):
        async def stream(self, jobs):
            async for place, piece in super().stream(jobs):
                yield place, piece
                await asyncio.sleep(0.05)

    async def run():
        async with serving(Slow(words=2)) as running:
            return await ask(running.port, question(stream=True))

    body = asyncio.run(run()).body
    # A machine that is busy may think before the first piece, too.
    pieces = body.partition(b'"content": ""')[2].partition(b'"content": "')[2]
    between = pieces.partition(b'"content": "')[0]
    assert b": thinking\n\n" in between
    assert b"data: [DONE]" in pieces


def test_who_reads_nothing_has_gone(monkeypatch):
    """A client that takes nothing in for long is hung up on, and its work ends."""
    monkeypatch.setattr(sending, "BEAT_S", 0.02)
    monkeypatch.setattr(sending, "STALL_S", 0.05)
    engine = FixedEngine(words=50_000)

    async def run():
        async with serving(engine, max_tokens=60_000) as running:
            _, writer = await asyncio.open_connection("127.0.0.1", running.port, limit=1)
            body = question(stream=True, max_tokens=60_000, logprobs=True)
            writer.write(post("/v1/chat/completions", body))
            await running.until(lambda: running.service.metrics.gone._value.get() == 1)
            await running.until(lambda: not running.service.queue.running)
            writer.transport.abort()
            return engine.open

    assert asyncio.run(run()) == 0
