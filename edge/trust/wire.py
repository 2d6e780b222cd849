"""One HTTP request over one connection, byte for byte.

HTTP itself is h11's (https://h11.readthedocs.io); the connection is asyncio's. There is no pool, no
redirect, no proxy and no cookie: whatever is written has been handed to `written` first.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from edge import __version__
from edge.errors import EdgeError
from edge.trust import certificates, guard

if TYPE_CHECKING:
    import h11

_READ = 16 * 1024

Written = Callable[[bytes], Awaitable[None]]


class WireError(EdgeError):
    """The other machine could not be reached, or did not answer as it should.

    The sentence may be spoken; `kind` is for programs: `address`, `unreachable`, `refused`,
    `encryption`, `timeout`, `broken`, `too long`.
    """

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Outbound:
    """One HTTP request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    secret: str = field(default="", repr=False)
    """Sent as `Authorization: Bearer ...`; the ledger has as many stars in its place."""
    connect_s: float = 5.0
    """Seconds for finding and reaching the other machine."""
    idle_s: float = 20.0
    """Seconds between two pieces of the answer."""
    max_bytes: int = 4_000_000
    """Longest answer."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an URL leads."""

    host: str
    port: int
    path: str
    """With the query."""
    encrypted: bool

    @classmethod
    def of(cls, url: str, *, plain: bool = False) -> Address:
        """Raises WireError for what is no address, or would be readable on the way.

        Without encryption only this machine and private networks are allowed, or with `plain` any.
        """
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname
        except ValueError:
            raise WireError("address", f"{url!r} is no address.") from None
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise WireError("address", f"{url!r} is no address of a service.")
        encrypted = parts.scheme == "https"
        if not encrypted and not plain and not _near(host):
            raise WireError("address", f"{host} is only asked with https, so that nobody reads it.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(host, port or (443 if encrypted else 80), path, encrypted)


@dataclass(slots=True)
class Reply:
    """What came back; the pieces of the answer come as they arrive."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    _body: Callable[[Reply], AsyncIterator[bytes]] = field(repr=False)
    received: int = 0
    """Bytes of the answer's body so far."""
    tokens: int = 0
    """What it cost, for whoever reads the answer to say: the ledger and the budget want to know."""
    money: float = 0.0

    def pieces(self) -> AsyncIterator[bytes]:
        """The body, once. Raises WireError where it breaks off, stalls or never ends."""
        return self._body(self)


@asynccontextmanager
async def exchange(
    outbound: Outbound,
    written: Written,
    *,
    plain: bool = False,
    trust: ssl.SSLContext | None = None,
) -> AsyncIterator[Reply]:
    """Send the request, and give the reply; leaving closes the connection.

    `written` is awaited with the bytes before they are written. `trust`: whose certificates count,
    in place of the system's.
    """
    import h11

    address = Address.of(outbound.url, plain=plain)
    reader, writer = await _connect(address, outbound.connect_s, trust)
    try:
        state = h11.Connection(h11.CLIENT)
        request = _request(outbound, address)
        await _send(state, request, outbound.body, writer, written, outbound.idle_s)
        response = await _response(state, reader, outbound.idle_s)
        headers = {
            bytes(name).decode("latin-1"): bytes(value).decode("latin-1")
            for name, value in response.headers
        }
        yield Reply(response.status_code, headers, partial(_body, state, reader, outbound))
    finally:
        # Without waiting: a peer that says nothing would hold up whoever was cancelled.
        writer.transport.abort()


async def _connect(
    address: Address, seconds: float, trust: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host = address.host
    context = None
    try:
        async with asyncio.timeout(seconds):
            if address.encrypted:
                context = trust or await asyncio.to_thread(certificates.read)
            with guard.opening((host, address.port)):
                look_up = partial(socket.getaddrinfo, host, address.port, type=socket.SOCK_STREAM)
                # In a thread that has this task's permission; asyncio's own look-up has not. For an
                # address in numbers nobody is asked.
                found = look_up() if _numbers(host) else await asyncio.to_thread(look_up)
            with guard.opening(*((str(to[0]), int(to[1])) for *_, to in found)):
                return await _reach([str(to[0]) for *_, to in found], address, seconds, context)
    except TimeoutError:
        raise WireError("timeout", f"{host} does not answer.") from None
    except ssl.SSLError:
        raise WireError("encryption", f"{host} cannot prove that it is {host}.") from None
    except ConnectionRefusedError:
        raise WireError("refused", f"Nothing answers at {host}, port {address.port}.") from None
    except OSError:
        raise WireError("unreachable", f"{host} cannot be reached.") from None


async def _reach(
    numbers: list[str], address: Address, seconds: float, context: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The first of the machine's addresses that answers."""
    failed: OSError | None = None
    numbers = list(dict.fromkeys(numbers))
    for number in numbers:
        try:
            # Where one of the two protocols leads nowhere, there is time for the other.
            async with asyncio.timeout(seconds / len(numbers)):
                return await asyncio.open_connection(
                    number,
                    address.port,
                    ssl=context,
                    server_hostname=address.host if context else None,
                )
        except ssl.SSLError:
            raise
        except OSError as error:
            failed = error
    raise failed or OSError(f"{address.host} has no address")


def _request(outbound: Outbound, address: Address) -> h11.Request:
    import h11

    named = address.host if ":" not in address.host else f"[{address.host}]"
    default = 443 if address.encrypted else 80
    headers = {
        "host": named if address.port == default else f"{named}:{address.port}",
        "user-agent": f"edge/{__version__}",
        "accept": "*/*",
        "connection": "close",
        "content-length": str(len(outbound.body)),
    }
    headers |= {name.lower(): value for name, value in outbound.headers.items()}
    if outbound.secret:
        headers["authorization"] = f"Bearer {outbound.secret}"
    try:
        return h11.Request(
            method=outbound.method, target=address.path, headers=list(headers.items())
        )
    except (h11.LocalProtocolError, UnicodeEncodeError):
        raise WireError("address", f"{outbound.url!r} cannot be asked for.") from None


async def _send(
    state: h11.Connection,
    request: h11.Request,
    body: bytes,
    writer: asyncio.StreamWriter,
    written: Written,
    seconds: float,
) -> None:
    import h11

    events: list[Any] = [request, h11.Data(data=body), h11.EndOfMessage()]
    content = b"".join(state.send(event) or b"" for event in events)
    await written(content)
    try:
        async with asyncio.timeout(seconds):
            writer.write(content)
            await writer.drain()
    except TimeoutError:
        raise WireError("timeout", "The other machine takes nothing in.") from None
    except OSError:
        raise WireError("broken", "The connection broke off.") from None


async def _response(
    state: h11.Connection, reader: asyncio.StreamReader, seconds: float
) -> h11.Response:
    import h11

    while True:
        event = await _event(state, reader, seconds)
        if isinstance(event, h11.Response):
            return event
        if not isinstance(event, h11.InformationalResponse):
            raise WireError("broken", "The other machine did not answer with HTTP.")


async def _body(
    state: h11.Connection, reader: asyncio.StreamReader, outbound: Outbound, reply: Reply
) -> AsyncIterator[bytes]:
    import h11

    while True:
        event = await _event(state, reader, outbound.idle_s)
        if isinstance(event, h11.Data):
            reply.received += len(event.data)
            if reply.received > outbound.max_bytes:
                raise WireError("too long", "The answer is too long.")
            yield bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return
        else:
            raise WireError("broken", "The answer broke off.")


async def _event(state: h11.Connection, reader: asyncio.StreamReader, seconds: float) -> Any:
    import h11

    try:
        while (event := state.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(seconds):
                state.receive_data(await reader.read(_READ))
    except TimeoutError:
        raise WireError("timeout", "The answer does not come.") from None
    except h11.RemoteProtocolError:
        raise WireError("broken", "The answer broke off.") from None
    except OSError:
        raise WireError("broken", "The connection broke off.") from None
    return event


def _numbers(host: str) -> bool:
    """Whether it is an address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _near(host: str) -> bool:
    """This machine, or a private network (RFC 1918, RFC 4193, link-local)."""
    if host == "localhost" or host.endswith((".local", ".localhost")):
        return True
    if not _numbers(host):
        return False
    address = ip_address(host)
    return address.is_loopback or address.is_private or address.is_link_local
