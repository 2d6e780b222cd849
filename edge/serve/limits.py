"""Who asks, how often, and how much."""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path

from edge.errors import ConfigError

TOKEN = "EDGE_SERVE_TOKEN"
"""The environment's variable with one client's token."""
_SHORTEST = 16
_CLIENTS = 10_000
"""Whose allowances are remembered; the one that was idle longest is forgotten."""


class Tokens:
    """Who may ask. Only hashes of the tokens are held."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        """`tokens`: clients' names and their tokens; none, and everybody may ask."""
        self._hashes = {name: _hash(token) for name, token in tokens.items()}

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def client(self, authorization: str, address: str) -> str | None:
        """Whose token a header has, or where nobody needs one the address; None: nobody's."""
        if not self._hashes:
            return address
        scheme, _, token = authorization.partition(" ")
        given = _hash(token.strip())
        found = None
        for name, expected in self._hashes.items():
            # All are compared, in constant time: how long it took says nothing.
            if hmac.compare_digest(given, expected):
                found = name
        return found if scheme.lower() == "bearer" else None


def read_tokens(file: str, environ: Mapping[str, str] | None = None) -> Tokens:
    """The tokens of `file`, a client's name and its token a line, and of EDGE_SERVE_TOKEN.

    Raises ConfigError, which never has a token in it.
    """
    environ = os.environ if environ is None else environ
    tokens = {}
    if file:
        path = Path(file).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
            mode = path.stat().st_mode
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not text"
            raise ConfigError(f"The tokens in {path} cannot be read: {reason}.") from None
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"Others can read the tokens in {path}; chmod 600 ends that.")
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            words = line.split()
            if len(words) != 2 or words[0] in tokens:
                raise ConfigError(
                    f"Line {number} of {path} is not a new client's name and its token."
                )
            tokens[words[0]] = words[1]
        if not tokens:
            raise ConfigError(f"There are no tokens in {path}.")
    if environ.get(TOKEN):
        tokens["environment"] = environ[TOKEN].strip()
    for name, token in tokens.items():
        if len(token) < _SHORTEST:
            raise ConfigError(f"The token of {name} is shorter than {_SHORTEST} characters.")
    return Tokens(tokens)


class Rate:
    """An allowance for each client that fills up evenly: a token bucket."""

    def __init__(self, a_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`a_minute` requests, all of which may come at once; 0: as many as there are."""
        self._size = a_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int:
        """0 where `client` may ask now, else whole seconds until it may."""
        if not self._size:
            return 0
        now = self._clock()
        left, then = self._buckets.pop(client, (self._size, now))
        left = min(self._size, left + (now - then) * self._size / 60)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        while len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * 60 / self._size))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
