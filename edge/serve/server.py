"""The application on a port, from the first request to the last answer after SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any, cast

import click

from edge.errors import ConfigError
from edge.listening import Server, bound, url
from edge.serve.app import Service
from edge.serve.connection import Line, Protocol

log = logging.getLogger(__name__)

_CONNECTIONS = 4000
"""At once; more are told to come again."""

_GARBAGE = 100_000
"""New objects after which garbage is looked for. A council has some hundred while it lasts, which
go by themselves: each time two hundred of them were looked through, it cost all of them a while."""


def listen(host: str, port: int, *, tokens: bool) -> socket.socket:
    """A listening socket. Raises ConfigError and PortError."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ConfigError(f"The host must be an address, not {host!r}.") from None
    if not address.is_loopback and not tokens:
        raise ConfigError(
            f"Listening on {address} needs tokens: set [serve] tokens or EDGE_SERVE_TOKEN."
        )
    return bound(str(address), port)


class DrainingServer(Server):
    """Tells the application of its end at once rather than last."""

    def __init__(self, service: Service, ready: Callable[[], None] | None = None) -> None:
        super().__init__(
            service.application(),
            ready,
            http=cast(Any, partial(Protocol, Line())),
            lifespan="on",
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=service.settings.drain_s,
        )
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains, the second ends."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._service.queue.drain()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal that was obeyed is not raised again: the process ends in order, with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def run(service: Service, *, json_log: bool) -> None:
    """Serve until a signal comes. Raises ConfigError and PortError."""
    settings = service.settings
    raise_file_limit()
    _log(json_log)
    sock = listen(settings.host, settings.port, tokens=bool(service.tokens))
    host, port = sock.getsockname()[:2]

    def ready() -> None:
        click.echo(f"{service.engine.name} answers on {url(host, port)}/v1")
        sys.stdout.flush()

    # What is loaded by now stays: looking through it for garbage costs each request its share.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    try:
        asyncio.run(DrainingServer(service, ready).serve(sockets=[sock]))
    finally:
        sock.close()


def _log(json_log: bool) -> None:
    requests = logging.getLogger("edge.serve.requests")
    if json_log:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        requests.addHandler(handler)
        requests.setLevel(logging.INFO)
        requests.propagate = False


def raise_file_limit() -> None:
    """Each connection is an open file, and the usual limit is for a desktop's programs."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + 100
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
