import json
import logging
import os
import stat

import numpy as np
import pytest

from edge.reason.lm.snapshot import Snapshots

IDS = [3, 1, 4, 1, 5]
STATE = np.random.default_rng(0).standard_normal((4, 2, 5, 16)).astype(np.float32)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "prefixes"


@pytest.fixture
def snapshots(folder):
    return Snapshots(folder)


def only_file(folder):
    [path] = folder.iterdir()
    return path


def test_round_trip(snapshots):
    """What was saved comes back, to the last bit."""
    snapshots.save("model", IDS, STATE)
    assert np.array_equal(snapshots.load("model", IDS), STATE)


def test_none_yet(snapshots, folder, caplog):
    """Looking for what is not there leaves no trace, neither on disk nor in the log."""
    assert snapshots.load("model", IDS) is None
    assert not folder.parent.exists()
    assert not caplog.records


@pytest.mark.parametrize(("model", "ids"), [("other", IDS), ("model", [*IDS, 9]), ("model", [3])])
def test_of_something_else(snapshots, model, ids):
    """Another model's, or another text's, is not found."""
    snapshots.save("model", IDS, STATE)
    assert snapshots.load(model, ids) is None


def test_under_a_false_name(snapshots, folder, caplog):
    """What is in the file counts, too."""
    snapshots.save("model", IDS, STATE)
    name = only_file(folder)
    snapshots.save("other", IDS, STATE)
    os.replace(name, next(path for path in folder.iterdir() if path != name))
    assert snapshots.load("other", IDS) is None
    assert "another model or text" in caplog.text


DAMAGES = {
    "empty": lambda content: b"",
    "header alone": lambda content: content[:4096],
    "cut short": lambda content: content[:-1],
    "longer": lambda content: content + b"\0",
    "a bit of the state": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "no JSON": lambda content: b"x" + content[1:],
    "deep": lambda content: b"[" * 4096 + content[4096:],
    "not UTF-8": lambda content: b"\xff" + content[1:],
    "a list": lambda content: b"[1]".ljust(4096) + content[4096:],
    "of another format": lambda content: content.replace(b'"format": 1', b'"format": 2', 1),
    "of another shape": lambda content: content.replace(b"[4, 2, 5", b"[2, 4, 5", 1),
    "of a shape that is none": lambda content: content.replace(b"[4, 2, 5, 16]", b"[         ]", 1),
    "without a shape": lambda content: content.replace(b'"shape"', b'"shope"', 1),
    "without a checksum": lambda content: content.replace(b'"sha256"', b'"sha257"', 1),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged(snapshots, folder, caplog, damage):
    """It is not used; the log says so; it is made again."""
    snapshots.save("model", IDS, STATE)
    path = only_file(folder)
    content = path.read_bytes()
    changed = DAMAGES[damage](content)
    assert changed != content
    path.write_bytes(changed)
    loaded = snapshots.load("model", IDS)
    if damage == "of another shape":
        # The bytes are the right ones; the engine compares the shape with the model's.
        assert loaded.shape == (2, 4, 5, 16)
        return
    assert loaded is None
    assert "will be made again" in caplog.text
    snapshots.save("model", IDS, STATE)
    assert np.array_equal(snapshots.load("model", IDS), STATE)


def test_the_oldest_goes(folder):
    """All together are never larger than allowed; what was used last stays."""
    size = 4096 + STATE.nbytes
    snapshots = Snapshots(folder, limit=2 * size + 100)
    for age, model in ((300, "a"), (200, "b")):
        before = set(folder.iterdir()) if folder.exists() else set()
        snapshots.save(model, IDS, STATE)
        [new] = set(folder.iterdir()) - before
        os.utime(new, (new.stat().st_mtime - age,) * 2)
    assert snapshots.load("a", IDS) is not None
    snapshots.save("c", IDS, STATE)
    found = [model for model in "abc" if snapshots.load(model, IDS) is not None]
    assert found == ["a", "c"]


def test_too_large(folder):
    """What is larger than all may be is not kept at all."""
    snapshots = Snapshots(folder, limit=STATE.nbytes)
    snapshots.save("model", IDS, STATE)
    assert not folder.exists()


def test_left_behind(folder):
    """Half a file of a killed process counts, and goes when there is no room."""
    folder.mkdir(parents=True)
    (folder / "x.partial").write_bytes(b"x" * 100_000)
    (folder / "of somebody else").write_bytes(b"x" * 100_000)
    Snapshots(folder, limit=100_000).save("model", IDS, STATE)
    assert sorted(path.suffix for path in folder.iterdir()) == ["", ".kv"]


def test_only_the_user_may_read(snapshots, folder):
    """A prompt may say something about the wearer."""
    snapshots.save("model", IDS, STATE)
    if os.name == "posix":
        assert stat.S_IMODE(only_file(folder).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_text_is_not_in_the_file(snapshots, folder):
    """Its beginning names hashes alone."""
    snapshots.save("model", IDS, STATE)
    with only_file(folder).open("rb") as file:
        header = json.loads(file.read(4096))
    assert sorted(header) == ["format", "ids", "model", "sha256", "shape"]
    assert len(header["ids"]) == 64


@pytest.mark.parametrize("where", ["a file", "below a file"])
def test_a_folder_that_cannot_be_written_to(tmp_path, caplog, where):
    """It works without, and the log says why."""
    caplog.set_level(logging.INFO)
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    snapshots = Snapshots(blocked if where == "a file" else blocked / "prefixes")
    snapshots.save("model", IDS, STATE)
    assert "not kept on disk" in caplog.text
    assert snapshots.load("model", IDS) is None


def test_a_full_disk(snapshots, folder, monkeypatch, caplog):
    """Nothing is left of what could not be written to the end."""
    caplog.set_level(logging.INFO)

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    snapshots.save("model", IDS, STATE)
    assert list(folder.iterdir()) == []
    assert "No space left" in caplog.text
