"""A web server, wheels and an exporter for the tests of the model store."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from edge.models.manifest import Build, Manifest, ModelFile, Web
from edge.reason.lm import FORMAT


def sha256(content):
    return hashlib.sha256(content).hexdigest()


class Server:
    """Serves `files` (path to content) on 127.0.0.1; misbehaves as `tricks` (path to trick) say.

    A trick is called with (handler, content) in place of the ordinary answer, and may be used up:
    `once` is such a one. `requests` lists (path, Range or None) in order.
    """

    def __init__(self):
        self.files = {}
        self.tricks = {}
        self.requests = []
        self.stopped = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.requests.append((self.path, self.headers["Range"]))
                content = outer.files.get(self.path)
                # The client may hang up whenever it likes.
                with contextlib.suppress(ConnectionError):
                    if self.path in outer.tricks:
                        outer.tricks[self.path](self, content)
                    elif content is None:
                        self.send_error(404)
                    else:
                        answer(self, content)

            def log_message(self, *args):
                pass

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path):
        return f"http://127.0.0.1:{self._httpd.server_port}{path}"

    def once(self, path, trick):
        """Play `trick` for the first request of `path` only."""

        def play(handler, content):
            del self.tricks[path]
            trick(handler, content)

        self.tricks[path] = play

    def close(self):
        self.stopped.set()
        self._httpd.shutdown()
        self._thread.join()
        self._httpd.server_close()


def answer(handler, content, *, ranges=True):
    """The ordinary answer: all of it, or the range asked for."""
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers["Range"] or "")
    if not asked or not ranges:
        return send(handler, 200, content)
    start = int(asked[1])
    if start >= len(content):
        return handler.send_error(416)
    place = f"bytes {start}-{len(content) - 1}/{len(content)}"
    return send(handler, 206, content[start:], {"Content-Range": place})


def send(handler, status, content, headers=(), *, announced=None):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content) if announced is None else announced))
    for name, value in dict(headers).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


def half(handler, content):
    """Announces everything, sends a half, hangs up."""
    send(handler, 200, content[: len(content) // 2], announced=len(content))
    handler.close_connection = True


def redirect(where):
    return lambda handler, content: send(handler, 302, b"", {"Location": where})


def wheel(folder, name, version, members, *, tag="py3-none-any"):
    """A wheel with `members` (path to bytes), good enough for pip to download."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for member, content in members.items():
            bundle.writestr(member, content)
        bundle.writestr(
            f"{stem}.dist-info/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: torch\n",
        )
        bundle.writestr(f"{stem}.dist-info/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        bundle.writestr(f"{stem}.dist-info/RECORD", "")
    return path


class Told:
    """A Progress that remembers what it was told."""

    def __init__(self):
        self.calls = []
        self.closed = 0

    def __call__(self, label, done, total):
        self.calls.append((label, done, total))

    def close(self):
        self.closed += 1


def model(*files, name="tiny", build=None):
    return Manifest(name, "vad", "MIT", "a test's model", files, build)


def web_file(server, name, content):
    """Serve `content`, and a file of a manifest that is had from there."""
    server.files[f"/{name}"] = content
    return ModelFile(name, (Web(server.url(f"/{name}")),), sha256(content), len(content))


EXPORTER = Build("tests.models.store_fakes:build", "onnx")


def build(gguf, folder, progress):
    """What the exporter of language models leaves behind, in small."""
    content = gguf.read_bytes()
    graph = content[::-1]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(graph)
    progress("layer 1", 1, 1)
    record = {
        "format": FORMAT,
        "source_sha256": sha256(content),
        "files": {"model.onnx": {"bytes": len(graph), "sha256": sha256(graph)}},
    }
    (folder / "edge-lm.json").write_text(json.dumps(record))
