"""Refuses connections that the gate did not open: a second lock, in the process itself.

Python tells audit hooks of each connection before it is made
(https://docs.python.org/3/library/audit_events.html). Once installed, a hook cannot be taken away,
by a skill of somebody else's either. It sees what goes through Python's own sockets; a library in C
that opens connections of its own is not seen.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from edge.errors import EdgeError

_lock = threading.Lock()
_hosts: Counter[str] = Counter()
_opening: ContextVar[frozenset[tuple[str, int]]] = ContextVar("opening", default=frozenset())
"""What the code that runs just now may connect to: nobody else may meanwhile."""
_installed = False
_LOOKUPS = ("socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")


class Forbidden(EdgeError, OSError):
    """Somebody tried to open a connection without the gate."""


def install() -> None:
    """From now on only the gate opens connections in this process."""
    global _installed
    with _lock:
        if _installed:
            return
        _installed = True
    sys.addaudithook(_hook)


@contextmanager
def opening(*addresses: tuple[str, int]) -> Iterator[None]:
    """Inside, this task alone may connect to these, each a name (to look it up) or a number."""
    token = _opening.set(_opening.get() | frozenset(addresses))
    try:
        yield
    finally:
        _opening.reset(token)


@contextmanager
def allowed(host: str, port: int) -> Iterator[None]:
    """Inside, anybody may connect there, from any thread: for fetching weights, and for tests."""
    names = (host, f":{port}")
    with _lock:
        _hosts.update(names)
    try:
        yield
    finally:
        with _lock:
            _hosts.subtract(names)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        _look_up(arguments[0])
    elif event in _LOOKUPS:
        host = arguments[0]
        _look_up(host[0] if isinstance(host, tuple) else host)
    elif event in _SENDS:
        address = arguments[1]
        # Unix sockets (a sound server) lead nowhere else. Without an address, it was connected.
        if not isinstance(address, tuple):
            return
        if (str(address[0]), address[1]) in _opening.get() or _hosts[f":{address[1]}"] > 0:
            return
        raise Forbidden(f"Nothing but the trust gate may connect to {address[0]}.")


def _look_up(host: Any) -> None:
    name = host.decode("latin-1") if isinstance(host, bytes) else str(host)
    if host is None or _numeric(name) or _hosts[name] > 0:
        return
    if not any(name == allowed for allowed, _ in _opening.get()):
        raise Forbidden(f"Nothing but the trust gate may look up {name}.")


def _numeric(host: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(host)
    except ValueError:
        return False
    return True
