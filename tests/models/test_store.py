"""The model store: finding, pulling, verifying and building."""

import importlib
import inspect
import json
import logging
import os
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from edge.errors import DownloadError, ModelCorrupt, ModelMissing
from edge.models import Store, manifests
from edge.models import store as models
from edge.models.manifest import ModelFile, Web, checksum
from edge.reason.lm import FORMAT, moments
from tests.models.store_fakes import EXPORTER, Server, Told, answer, model, sha256, web_file

CONTENT = bytes(range(256)) * 100
GRAPH = CONTENT[::-1]


@pytest.fixture
def server(monkeypatch):
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    server = Server()
    yield server
    server.close()


@pytest.fixture
def root(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def tiny(server):
    """A model of two files."""
    return model(web_file(server, "x.onnx", CONTENT), web_file(server, "x.json", b"{}"))


@pytest.fixture
def lm(server):
    """A model that has to be built."""
    return model(web_file(server, "x.gguf", CONTENT), name="lm", build=EXPORTER)


def store(root, *known, offline=False, progress=None):
    return Store(root, offline=offline, progress=progress, known={m.name: m for m in known})


def listing(folder):
    """Every path below `folder` with what a writer would change of it."""
    return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in (folder, *folder.rglob("*"))}


def test_pull_then_path(root, tiny):
    """A pulled model is found, is fine, and has nothing of the download beside it."""
    told = Told()
    s = store(root, tiny, progress=told)
    assert s.pull("tiny") == s.path("tiny") == root / "tiny"
    assert sorted(p.name for p in (root / "tiny").iterdir()) == ["x.json", "x.onnx"]
    assert s.verify("tiny") == []
    assert told.closed == 2


def test_missing_file_is_named(root, tiny):
    """The sentence says which file is missing and what to do."""
    with pytest.raises(ModelMissing) as caught:
        store(root, tiny).path("tiny")
    assert str(caught.value) == (
        f"Model tiny is not in the store: {root / 'tiny' / 'x.onnx'} is missing; "
        "`edge models pull tiny` fetches it."
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("silero", "did you mean silero-vad?"),
        ("Qwen2.5-Coder", "did you mean qwen2.5-coder-"),
        ("zzzzzz", "known are minilm-l6-v2, moonshine-tiny-en, "),
        ("", "known are minilm-l6-v2, moonshine-tiny-en, "),
    ],
)
def test_unknown_name(root, name, hint):
    """The nearest known name is offered, or all of them are."""
    for call in (Store(root).path, Store(root).pull, Store(root).verify, Store(root).status):
        with pytest.raises(ModelMissing) as caught:
            call(name)
        assert hint in str(caught.value)


def test_folder_of_ones_own(root, tmp_path):
    """A folder's path is taken as it is, and nothing can be said of its checksums."""
    own = tmp_path / "mine"
    own.mkdir()
    s = Store(root)
    assert s.path(str(own)) == s.pull(str(own)) == own
    assert s.status(str(own)).state == "present"
    assert "your own" in s.verify(str(own))[0]


def test_known_name_comes_before_a_folder(root, tiny, tmp_path, monkeypatch):
    """A folder that happens to be here does not take a model's place."""
    monkeypatch.chdir(tmp_path)
    Path("tiny").mkdir()
    s = store(root, tiny)
    assert s.pull("tiny") == root / "tiny"
    assert s.path("./tiny") == Path("tiny")


def test_states(root, tiny):
    """absent, incomplete, present; with the bytes on the disk."""
    s = store(root, tiny)
    assert (str(s.status("tiny")), s.status("tiny").bytes) == ("absent", 0)
    (root / "tiny").mkdir(parents=True)
    (root / "tiny" / "x.onnx.partial").write_bytes(CONTENT[:10])
    assert (str(s.status("tiny")), s.status("tiny").bytes) == ("incomplete", 10)
    s.pull("tiny")
    assert (str(s.status("tiny")), s.status("tiny").bytes) == ("present", len(CONTENT) + 2)


def test_complete_model_is_not_asked_for(root, tiny, server):
    """A second pull asks nobody and writes nothing: the store may be read-only."""
    s = store(root, tiny)
    s.pull("tiny")
    (root / ".tiny.lock").unlink()
    asked, before = len(server.requests), listing(root)
    s.pull("tiny")
    s.pull("tiny", repair=True)
    assert s.verify("tiny") == []
    assert listing(root) == before
    assert len(server.requests) == asked


def test_only_what_is_missing_is_fetched(root, tiny, server):
    """A file that is there is not fetched again."""
    s = store(root, tiny)
    s.pull("tiny")
    (root / "tiny" / "x.json").unlink()
    s.pull("tiny")
    assert [path for path, _ in server.requests] == ["/x.onnx", "/x.json", "/x.json"]


def test_truncated_file(root, tiny):
    """A file of another size is noticed at once, and fetched again."""
    s = store(root, tiny)
    s.pull("tiny")
    (root / "tiny" / "x.onnx").write_bytes(CONTENT[:-1])
    with pytest.raises(ModelCorrupt, match="25599 bytes instead of 25600"):
        s.path("tiny")
    s.pull("tiny")
    assert (root / "tiny" / "x.onnx").read_bytes() == CONTENT


def test_flipped_byte(root, tiny):
    """Damage that keeps the size is found by `verify`, and mended by a pull with `repair`."""
    s = store(root, tiny)
    s.pull("tiny")
    (root / "tiny" / "x.onnx").write_bytes(b"\1" + CONTENT[1:])
    assert s.pull("tiny") == root / "tiny"
    assert [sentence.partition(":")[0] for sentence in s.verify("tiny")] == [
        f"{root / 'tiny' / 'x.onnx'} is damaged"
    ]
    s.pull("tiny", repair=True)
    assert s.verify("tiny") == []


def test_offline_never_asks(root, tiny, server):
    """Offline, a missing file is named, and no file, lock or request is made."""
    with pytest.raises(ModelMissing, match=r"x\.onnx is missing"):
        store(root, tiny, offline=True).pull("tiny")
    assert server.requests == []
    assert not root.exists()
    store(root, tiny).pull("tiny")
    assert store(root, tiny, offline=True).pull("tiny") == root / "tiny"


@pytest.mark.parametrize(
    ("value", "offline"), [("1", True), ("true", True), ("0", False), ("", False)]
)
def test_environment(monkeypatch, tmp_path, value, offline):
    """EDGE_MODELS says where the store is, and EDGE_OFFLINE that nothing may be fetched."""
    monkeypatch.setenv("EDGE_MODELS", str(tmp_path))
    monkeypatch.setenv("EDGE_OFFLINE", value)
    assert Store().root == tmp_path
    assert Store().offline is offline
    assert Store(Path("x"), offline=not offline).offline is not offline
    monkeypatch.delenv("EDGE_MODELS")
    assert Store().root.parts[-2:] == ("edge", "models") or os.name == "nt"


def test_unwritable_store(tmp_path, tiny):
    """A store that cannot be made is one sentence."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="model store cannot be written to"):
        store(tmp_path / "file", tiny).pull("tiny")


def test_two_pulls_at_once(root, tiny, server, caplog):
    """The second waits for the first, and then finds everything there."""
    arrived, go_on = threading.Event(), threading.Event()

    class Waiting(logging.Handler):
        def emit(self, record):
            go_on.set()

    def hold(handler, content):
        arrived.set()
        assert go_on.wait(10)
        answer(handler, content)

    server.tricks["/x.onnx"] = hold
    waiting = Waiting()
    models.log.addHandler(waiting)
    found = []
    pulls = [
        threading.Thread(target=lambda: found.append(store(root, tiny).pull("tiny")))
        for _ in range(2)
    ]
    try:
        pulls[0].start()
        assert arrived.wait(10)
        pulls[1].start()
        for pull in pulls:
            pull.join()
    finally:
        models.log.removeHandler(waiting)
    assert found == [root / "tiny"] * 2
    assert [path for path, _ in server.requests] == ["/x.onnx", "/x.json"]
    assert "waiting for it" in caplog.text


def test_folder_known_by_its_archive_only(root, server, tmp_path):
    """Its checksums are taken on arrival; later damage is found by them."""
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as bundle:
        bundle.writestr("vosk/am/final.mdl", CONTENT)
    content = (tmp_path / "m.zip").read_bytes()
    server.files["/m.zip"] = content
    source = Web(server.url("/m.zip"), "vosk/", sha256(content), len(content))
    vosk = model(ModelFile("model/", (source,)), name="vosk")
    s = store(root, vosk)
    s.pull("vosk")
    assert s.path("vosk") == root / "vosk"
    noted = json.loads((root / "vosk" / "edge-sums.json").read_text())
    assert noted == {"model/": {"sha256": checksum(root / "vosk" / "model"), "bytes": len(CONTENT)}}
    assert s.verify("vosk") == []
    (root / "vosk" / "model" / "am" / "final.mdl").write_bytes(GRAPH)
    assert s.path("vosk") == root / "vosk"
    assert len(s.verify("vosk")) == 1
    (root / "vosk" / "edge-sums.json").write_text("not JSON")
    with pytest.raises(ModelMissing, match="checksums"):
        s.path("vosk")
    s.pull("vosk")
    assert s.verify("vosk") == []


def test_build(root, lm):
    """Pulling a language model builds it, and `path` is the built folder."""
    told = Told()
    s = store(root, lm, progress=told)
    assert s.pull("lm") == s.path("lm") == root / "lm" / "onnx"
    assert (root / "lm" / "onnx" / "model.onnx").read_bytes() == GRAPH
    assert ("build lm", 1, 1) in told.calls
    assert s.verify("lm") == []


def test_source_may_go_once_it_is_built(root, lm, server):
    """Without the GGUF the built model still works, is fine, and is not fetched again."""
    s = store(root, lm)
    s.pull("lm")
    (root / "lm" / "x.gguf").unlink()
    asked = len(server.requests)
    assert s.path("lm") == s.pull("lm") == s.pull("lm", repair=True) == root / "lm" / "onnx"
    assert s.verify("lm") == []
    assert str(s.status("lm")) == "present"
    assert len(server.requests) == asked


def test_not_built_yet(root, lm):
    """The GGUF alone is not a model; offline it can still be built."""
    (root / "lm").mkdir(parents=True)
    (root / "lm" / "x.gguf").write_bytes(CONTENT)
    s = store(root, lm, offline=True)
    with pytest.raises(ModelMissing, match=r"has not been built yet: .*edge-lm\.json is missing"):
        s.path("lm")
    assert s.pull("lm") == root / "lm" / "onnx"


def test_neither_fetched_nor_built(root, lm):
    """What is missing first is named first."""
    with pytest.raises(ModelMissing, match=r"x\.gguf is missing"):
        store(root, lm).path("lm")


def rewrite(root, **changes):
    path = root / "lm" / "onnx" / "edge-lm.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda root: rewrite(root, format=FORMAT + 1), "another version of edge"),
        (lambda root: rewrite(root, source_sha256="00"), "built from another file"),
        (lambda root: rewrite(root, files=7), r"edge-lm\.json is damaged"),
        (lambda root: (root / "lm/onnx/edge-lm.json").write_text("{"), "another version of edge"),
        (lambda root: (root / "lm/onnx/edge-lm.json").unlink(), "has not been built yet"),
        (lambda root: (root / "lm/onnx/model.onnx").unlink(), r"model\.onnx is missing"),
        (lambda root: (root / "lm/onnx/model.onnx").write_bytes(b"x"), "1 bytes instead of"),
    ],
)
@pytest.mark.parametrize("source_left", [True, False])
def test_spoilt_build(root, lm, spoil, sentence, source_left):
    """A build that does not suit is said to be so, and made again, fetching what that needs."""
    s = store(root, lm)
    s.pull("lm")
    spoil(root)
    if not source_left:
        (root / "lm" / "x.gguf").unlink()
    assert re.search(sentence, " ".join(s.verify("lm")))
    with pytest.raises((ModelMissing, ModelCorrupt)):
        s.path("lm")
    assert s.pull("lm") == root / "lm" / "onnx"
    assert s.verify("lm") == []


def test_build_without_what_is_known_now(root, lm, tmp_path, monkeypatch):
    """A build from before the program knew the model's inputs is said to be so, and made again."""
    s = store(root, lm)
    s.pull("lm")
    monkeypatch.setattr(moments, "FOLDER", tmp_path)
    moments.path(lm.files[0].sha256).write_bytes(b"known")
    with pytest.raises(ModelCorrupt, match="quantised by another version of edge"):
        s.path("lm")
    record = root / "lm" / "onnx" / "edge-lm.json"
    content = json.loads(record.read_text())
    content["files"]["moments.npz"] = {"sha256": sha256(b"known"), "bytes": 5}
    record.write_text(json.dumps(content))
    (root / "lm" / "onnx" / "moments.npz").write_bytes(b"known")
    assert s.path("lm") == root / "lm" / "onnx"


def test_flipped_byte_in_a_build(root, lm):
    """`verify` reads the built files, too."""
    s = store(root, lm)
    s.pull("lm")
    (root / "lm" / "onnx" / "model.onnx").write_bytes(b"\1" + GRAPH[1:])
    assert "model.onnx is damaged" in s.verify("lm")[0]
    s.pull("lm", repair=True)
    assert s.verify("lm") == []


def test_damaged_source_of_a_good_build(root, lm):
    """A GGUF that is there must be right, although it is not needed any more."""
    s = store(root, lm)
    s.pull("lm")
    (root / "lm" / "x.gguf").write_bytes(GRAPH)
    assert s.path("lm") == root / "lm" / "onnx"
    assert "x.gguf is damaged" in s.verify("lm")[0]


def test_import_is_light():
    """The store's module pulls in neither an engine nor the exporter nor rich."""
    heavy = "onnxruntime", "onnx", "gguf", "rich", "numpy", "sounddevice"
    code = f"import sys, edge.models; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.model
@pytest.mark.parametrize(
    "name",
    [
        "moonshine-tiny-en",
        "piper-en-us-joe-medium",
        "qwen2.5-coder-0.5b",
        "silero-vad",
        "smollm2-135m",
        "vosk-ko",
    ],
)
def test_real_models_match_their_manifests(name, model_folder):
    """Every model of this device's store has the checksums of its manifest."""
    model_folder(name)
    assert Store(offline=True).verify(name) == []


def test_exporter_is_named_as_it_is():
    """The language models' manifests name an exporter that exists, with the agreed arguments."""
    for manifest in manifests().values():
        if manifest.build:
            module, _, function = manifest.build.exporter.partition(":")
            build = getattr(importlib.import_module(module), function)
            inspect.signature(build).bind("gguf", "folder", lambda *_: None)
