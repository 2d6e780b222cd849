"""A real server on this machine, and a client that knows nothing but HTTP."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

from edge.serve.app import Service
from edge.serve.limits import Tokens
from edge.serve.server import DrainingServer, listen
from edge.settings import Serve
from edge.trust import guard
from tests.hasty import hasty


class Running:
    """The service, its server and its port."""

    def __init__(self, service, server, port):
        self.service = service
        self.server = server
        self.port = port

    async def until(self, true):
        """Let the loop turn until `true()`."""
        async with asyncio.timeout(30):
            # What the server has got to is not an event of its own.
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.001)


@asynccontextmanager
async def serving(engine, *, tokens=None, **settings):
    """A server of `engine`, taking requests."""
    service = Service(engine, Serve(port=0, **settings), Tokens(tokens or {}))
    sock = listen("127.0.0.1", 0, tokens=False)
    port = sock.getsockname()[1]
    ready = asyncio.Event()
    server = DrainingServer(service, ready.set)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    with guard.allowed("127.0.0.1", port), hasty():
        try:
            await ready.wait()
            yield Running(service, server, port)
        finally:
            server.should_exit = True
            async with asyncio.timeout(30):
                await task
            sock.close()


class Answer:
    """A response, read to its end."""

    def __init__(self, head, body):
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


async def exchange(port, content):
    """Send bytes; what came back until the server closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(content)
        with suppress(ConnectionError):
            await writer.drain()
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def post(path, body, **headers):
    """The bytes of a request."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = {
        "host": "127.0.0.1",
        "content-type": "application/json",
        "content-length": len(body),
        "connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def ask(port, body, path="/v1/chat/completions", **headers):
    """One request and its answer."""
    head, _, rest = (await exchange(port, post(path, body, **headers))).partition(b"\r\n\r\n")
    return Answer(head, rest)


async def get(port, path, **headers):
    """A GET."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{lines}\r\n"
    head, _, rest = (await exchange(port, head.encode())).partition(b"\r\n\r\n")
    return Answer(head, rest)


def question(text="Hello", **more):
    """The body of a request."""
    return {"model": "fixed", "messages": [{"role": "user", "content": text}], **more}
