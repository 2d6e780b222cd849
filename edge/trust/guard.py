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
from typing import Any

from edge.errors import EdgeError

_lock = threading.Lock()
_hosts: Counter[str] = Counter()
_installed = False


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
def allowed(host: str, port: int) -> Iterator[None]:
    """Inside, connections to `host` may be made, from any thread."""
    names = [host]
    with _lock:
        _hosts.update(names)
        _hosts[f":{port}"] += 1
    try:
        yield
    finally:
        with _lock:
            _hosts.subtract(names)
            _hosts[f":{port}"] -= 1


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode("latin-1") if isinstance(host, bytes) else host
        if name is None or _numeric(str(name)):
            return
        if not _hosts[str(name)]:
            raise Forbidden(f"Nothing but the trust gate may look up {name}.")
    elif event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        # Unix sockets (a sound server) lead nowhere else.
        if not isinstance(address, tuple):
            return
        # The name was looked up under its own permission; what it leads to is only known here.
        if _hosts[f":{address[1]}"] <= 0:
            raise Forbidden(f"Nothing but the trust gate may connect to {address[0]}.")


def _numeric(host: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(host)
    except ValueError:
        return False
    return True
