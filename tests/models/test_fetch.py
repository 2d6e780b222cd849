"""The two kinds of source, against a real web server and the real pip."""

import os
import threading

import psutil
import pytest

from edge.errors import DownloadError
from edge.models.fetch import SourceError, Timeouts, append_web, download_wheel
from tests.models.store_fakes import Server, answer, half, redirect, send, wheel

CONTENT = bytes(range(256)) * 4000
PATIENT = Timeouts(connect=5, read=5)


@pytest.fixture
def server(monkeypatch):
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    server = Server()
    yield server
    server.close()


@pytest.fixture
def partial(tmp_path):
    return tmp_path / "model.onnx.partial"


def fetch(server, partial, timeouts=PATIENT):
    """What the progress said."""
    said = []
    append_web(
        server.url("/model.onnx"), partial, len(CONTENT), timeouts=timeouts, progress=said.append
    )
    return said


def test_whole_file(server, partial):
    """A file arrives as it is, and the progress ends at its size."""
    server.files["/model.onnx"] = CONTENT
    said = fetch(server, partial)
    assert partial.read_bytes() == CONTENT
    assert said == sorted(said)
    assert said[-1] == len(CONTENT)


@pytest.mark.parametrize("have", [1, 1000, len(CONTENT) - 1])
def test_continues_where_it_was(server, partial, have):
    """Only what is lacking is asked for."""
    server.files["/model.onnx"] = CONTENT
    partial.write_bytes(CONTENT[:have])
    assert fetch(server, partial)[0] == have
    assert partial.read_bytes() == CONTENT
    assert server.requests == [("/model.onnx", f"bytes={have}-")]


def test_complete_partial_needs_no_server(server, partial):
    """Nothing is asked for when every byte is there."""
    partial.write_bytes(CONTENT)
    fetch(server, partial)
    assert server.requests == []


def test_too_long_partial_is_dropped(server, partial):
    """What is longer than the file cannot be its beginning."""
    server.files["/model.onnx"] = CONTENT
    partial.write_bytes(CONTENT + b"more")
    fetch(server, partial)
    assert partial.read_bytes() == CONTENT


def test_server_that_ignores_ranges(server, partial):
    """The whole file replaces what was there, rather than follow it."""
    server.files["/model.onnx"] = CONTENT
    server.tricks["/model.onnx"] = lambda h, content: answer(h, content, ranges=False)
    partial.write_bytes(b"x" * 1000)
    fetch(server, partial)
    assert partial.read_bytes() == CONTENT


def test_server_that_continues_elsewhere(server, partial):
    """A range that begins at another byte than asked for is refused."""
    server.tricks["/model.onnx"] = lambda h, _: send(
        h, 206, CONTENT[9:], {"Content-Range": f"bytes 9-{len(CONTENT) - 1}/{len(CONTENT)}"}
    )
    partial.write_bytes(CONTENT[:10])
    with pytest.raises(SourceError, match="another place"):
        fetch(server, partial)
    assert partial.read_bytes() == CONTENT[:10]


def test_changed_file_is_noticed_by_its_size(server, partial):
    """A file of another size is refused before anything of it is written."""
    server.files["/model.onnx"] = CONTENT + b"more"
    partial.write_bytes(CONTENT[:10])
    with pytest.raises(SourceError, match=r"offers 1024004 bytes instead of 1024000"):
        fetch(server, partial)
    assert partial.read_bytes() == CONTENT[:10]


def test_range_behind_the_end(server, partial):
    """416: the file is shorter than what is there; it is asked for from its beginning."""
    server.files["/model.onnx"] = CONTENT[:100]
    partial.write_bytes(CONTENT[:200])
    with pytest.raises(SourceError, match="offers 100 bytes"):
        fetch(server, partial)


def test_broken_connection_is_continued(server, partial):
    """A server that hangs up halfway is asked for the other half."""
    server.files["/model.onnx"] = CONTENT
    server.once("/model.onnx", half)
    fetch(server, partial)
    assert partial.read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == [None, f"bytes={len(CONTENT) // 2}-"]


def test_connection_that_brings_nothing_ends_it(server, partial):
    """A server that hangs up without a byte is not asked for ever."""

    def nothing(handler, content):
        send(handler, 200, b"", announced=len(CONTENT))
        handler.close_connection = True

    server.tricks["/model.onnx"] = nothing
    with pytest.raises(SourceError, match="broke off after 0 of 1024000 bytes"):
        fetch(server, partial)
    assert len(server.requests) == 1


def test_stall_is_continued(server, partial):
    """A server that falls silent halfway is hung up on, and asked for the other half."""
    server.files["/model.onnx"] = CONTENT

    def stall(handler, content):
        half(handler, content)
        handler.wfile.flush()
        server.stopped.wait()

    server.once("/model.onnx", stall)
    fetch(server, partial, timeouts=Timeouts(connect=5, read=0.05))
    assert partial.read_bytes() == CONTENT


def test_silent_server(server, partial):
    """A server that never answers is given up after the time set."""
    server.tricks["/model.onnx"] = lambda *_: server.stopped.wait()
    with pytest.raises(SourceError, match="did not answer in time"):
        fetch(server, partial, timeouts=Timeouts(connect=5, read=0.05))


def test_nobody_listens(server, partial):
    """A refused connection is a short reason."""
    server.close()
    with pytest.raises(SourceError, match="refused"):
        fetch(server, partial)


def test_endless_answer(server, partial):
    """A server that sends more than the file has is cut off."""

    def endless(handler, content):
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(CONTENT)

    server.tricks["/model.onnx"] = endless
    with pytest.raises(SourceError, match="more than 1024000 bytes"):
        fetch(server, partial)
    assert partial.stat().st_size <= len(CONTENT)


def test_redirect_is_followed_with_the_range(server, partial):
    """Model hubs send everybody on to another address; a continued file stays continued."""
    server.tricks["/model.onnx"] = redirect("/elsewhere")
    server.files["/elsewhere"] = CONTENT
    partial.write_bytes(CONTENT[:5])
    fetch(server, partial)
    assert partial.read_bytes() == CONTENT
    assert server.requests[-1] == ("/elsewhere", "bytes=5-")


@pytest.mark.parametrize("where", ["/model.onnx", "file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_redirects_that_are_not_followed(server, partial, where):
    """Neither in a circle nor to this machine's own files."""
    server.tricks["/model.onnx"] = redirect(where)
    with pytest.raises((SourceError, DownloadError)):
        fetch(server, partial)
    assert not partial.exists()


def test_absent_file(server, partial):
    """404 is the reason given."""
    with pytest.raises(SourceError, match="404 Not Found"):
        fetch(server, partial)
    assert not partial.exists()


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that is pip's only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "platform"),
    [
        ("py3-none-any", ""),
        ("py3-none-any", "manylinux_2_34_x86_64"),
        ("py3-none-manylinux_2_34_x86_64", "manylinux_2_34_x86_64"),
        ("py3-none-win_arm64", "win_arm64"),
    ],
)
def test_wheel(index, tmp_path, tag, platform):
    """pip delivers the wheel alone, whichever platform it is for; not its dependencies."""
    wheel(index, "tiny-model", "1.0", {"tiny/data/x.bin": b"x"}, tag=tag)
    wheel(index, "torch", "2.0", {})
    into = tmp_path / "into"
    path = download_wheel("tiny-model==1.0", into, platform=platform, progress=lambda *_: None)
    assert path.name == f"tiny_model-1.0-{tag}.whl"
    assert list(into.iterdir()) == [path]


@pytest.mark.slow
def test_package_that_is_not_there(index, tmp_path):
    """pip's own words are the reason, and nothing stays behind."""
    with pytest.raises(SourceError, match="No matching distribution found for nosuch==1"):
        download_wheel("nosuch==1", tmp_path / "into", progress=lambda *_: None)
    assert not (tmp_path / "into").exists()


@pytest.mark.slow
def test_no_network(tmp_path, monkeypatch, server):
    """Where the index does not answer, that is the reason, not that it lacks the package."""
    server.close()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", server.url("/simple"))
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(SourceError, match=r"^the package index did not answer$"):
        download_wheel("tiny-model==1.0", tmp_path / "into", progress=lambda *_: None)


@pytest.mark.slow
def test_interrupt_ends_pip(tmp_path, monkeypatch, server):
    """Ctrl-C in the middle of a package ends pip and leaves nothing of it."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", server.url("/simple"))
    # pip shows no progress of less than half a megabyte.
    built = wheel(tmp_path, "tiny-model", "1.0", {"x.bin": os.urandom(1_000_000)})
    page = f'<!DOCTYPE html><html><body><a href="/{built.name}">{built.name}</a></body></html>'
    server.files[f"/{built.name}"] = built.read_bytes()
    server.tricks["/simple/tiny-model/"] = lambda handler, _: send(
        handler, 200, page.encode(), {"Content-Type": "text/html"}
    )
    hung_up = threading.Event()

    def stall(handler, content):
        try:
            half(handler, content)
            handler.rfile.read(1)
        finally:
            hung_up.set()  # for both end when the client has gone

    server.tricks[f"/{built.name}"] = stall
    said = []

    def interrupt(done, total):
        said.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_wheel("tiny-model==1.0", tmp_path / "into", progress=interrupt)
    assert said == [(0, built.stat().st_size)]
    assert psutil.Process().children() == []
    assert hung_up.wait(5)
