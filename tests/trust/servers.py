"""HTTP servers on this machine that behave, or misbehave, as told; they keep every byte."""

import asyncio
import ssl
from contextlib import asynccontextmanager, suppress


class Server:
    """Answers each connection by `script(reader, writer)` after the request was read."""

    def __init__(self, script):
        self._script = script
        self.received = []
        """What each connection brought, byte for byte."""
        self.gone = asyncio.Event()
        """A client has hung up."""
        self.tasks = set()
        self.port = 0
        self.scheme = "http"

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def serve(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        # Cancelled at the end of the test; asyncio's own server logs whatever is raised here.
        with suppress(asyncio.CancelledError):
            await self._serve(reader, writer)
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _serve(self, reader, writer):
        place = len(self.received)
        self.received.append(b"")

        async def read(size):
            content = await reader.read(size)
            self.received[place] += content
            return content

        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = b""
            while b"\r\n\r\n" not in head and (content := await read(65536)):
                head += content
            head, _, body = head.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            while len(body) < length and (content := await read(65536)):
                body += content
            await self._script(writer, body)
            watch = asyncio.create_task(read(1))
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    if not await asyncio.shield(watch):
                        self.gone.set()
            watch.cancel()


@asynccontextmanager
async def serving(script, certificate=None):
    """A server on a port of its own; `certificate` (trustme) makes it one for https."""
    server = Server(script)
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.scheme = "https"
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in server.tasks:
            task.cancel()
        await asyncio.gather(*server.tasks, return_exceptions=True)


def answer(body=b"fine", status="200 OK", headers=()):
    """A script that answers so."""

    async def script(writer, request):
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return script


def raw(*pieces, then=None):
    """A script that writes these bytes, and then waits for `then` or hangs up."""

    async def script(writer, request):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if then is not None:
            await then.wait()

    return script
