"""Who may talk to the simulator: checked before anything else looks at a request."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.sim.hub import Bucket

log = logging.getLogger(__name__)

COOKIE: Final = "edge_sim"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}


def hosts(host: str, port: int) -> frozenset[str] | None:
    """The values of Host that name a server on `host`; None: any, since it has many addresses."""
    if host in ("0.0.0.0", "::"):
        return None
    names = {f"[{host}]" if ":" in host else host}
    if loopback(host):
        names |= {"127.0.0.1", "localhost", "[::1]"}
    return frozenset(f"{name}:{port}" for name in names)


def loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    return host in ("localhost", "::1") or host.startswith("127.")


@dataclass(slots=True)
class Guard:
    """ASGI: refuses what is not for us, and adds headers to what is answered."""

    app: ASGIApp
    hosts: Iterable[str] | None
    """Values of Host; None: any."""
    token: str = ""
    """What every request must have; empty: none is needed."""
    requests: Bucket = field(default_factory=lambda: Bucket(50, 200))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                if self.token and scope["path"] == "/" and refused is None:
                    # The page's own files are fetched without the address's token.
                    headers.append(
                        "Set-Cookie", f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"
                    )
            await send(message)

        if refused is None:
            await self.app(scope, receive, with_headers)
            return
        status, sentence = refused
        log.warning("refused a request for %s: %s", scope["path"][:100], sentence)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": sentence})
            return
        await JSONResponse({"error": sentence}, status)(scope, receive, with_headers)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence; None: it is welcome."""
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if len(headers.getlist("host")) != 1 or (self.hosts is not None and host not in self.hosts):
            return 403, "The Host header does not name this server."
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            return 403, "The request comes from a page of somebody else."
        site = headers.get("sec-fetch-site", "none")
        if site in ("cross-site", "same-site") and scope["path"] != "/":
            return 403, "The request comes from a page of somebody else."
        if self.token and not self._known(scope, headers):
            return 401, "The token of the address is missing or wrong."
        if scope["type"] == "http" and not self.requests.take():
            return 429, "Too many requests; try again in a moment."
        return None

    def _known(self, scope: Scope, headers: Headers) -> bool:
        given = [*parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [])]
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            given.append(bearer.strip())
        try:
            cookie: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            cookie = SimpleCookie()
        if COOKIE in cookie:
            given.append(cookie[COOKIE].value)
        expected = self.token.encode()
        # All are compared, so that the time tells nothing.
        return any([hmac.compare_digest(one.encode(), expected) for one in given])


def guarded(app: ASGIApp, host: str, port: int, token: str) -> Any:
    """`app` behind the guard of a server on `host`."""
    return Guard(app, hosts(host, port), token)
