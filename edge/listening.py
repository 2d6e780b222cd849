"""A port, and uvicorn on it: what `edge serve` and `edge sim` have in common."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from edge.errors import EdgeError


class PortError(EdgeError):
    """The port cannot be listened on."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`; 0: any that is free. Raises PortError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or error
        raise PortError(f"Port {port} of {host} cannot be used: {reason}.") from None
    # With the protocol named: asyncio sends small messages at once (TCP_NODELAY) only then.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listening.detach())


def url(host: str, port: int) -> str:
    """Of the server's root, without the slash."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """uvicorn without a log of its own, which says when it takes requests.

    Signals are left to whoever runs it.
    """

    def __init__(self, app: Any, ready: Callable[[], None] | None = None, **options: Any) -> None:
        """`options`: uvicorn's."""
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            **options,
        )
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say when requests are taken."""
        await super().startup(sockets)
        if self._ready is not None:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None."""
        yield
