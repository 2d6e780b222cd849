"""The file: durable, private, migrated, and refusing in one sentence."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from edge.errors import StorageError
from edge.memory import Memory
from edge.memory.database import Database, migrations

WRITER = """
import sys
from pathlib import Path
from edge.memory import Memory
memory = Memory(Path(sys.argv[1]))
for number in range(100_000):
    memory.notes.add(f"note {number} " + "x" * 300, at=float(number))
    memory.lists.add("shopping", [f"thing {number}"], at=float(number)) if number < 40 else None
    print(number, flush=True)
"""

FULL = """
import resource, sys
from pathlib import Path
from edge.errors import StorageError
from edge.memory import Memory
memory = Memory(Path(sys.argv[1]))
memory.notes.add("kept", at=0.0)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    for number in range(10_000):
        memory.notes.add("y" * 5000, at=1.0)
        print("confirmed", flush=True)
except StorageError as error:
    print(error, flush=True)
print(len(memory.notes.all()), memory.notes.all()[-1].text)
"""


@pytest.fixture
def path(tmp_path):
    """Where the file of a test's memory is."""
    return tmp_path / "memory.sqlite"


@pytest.mark.slow
@pytest.mark.parametrize("confirmed", [1, 7, 60, 400])
def test_kill(path, confirmed):
    """Killed at any moment, nothing is lost that was confirmed, and the file is whole."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout:
            if int(line) >= confirmed:
                os.kill(child.pid, signal.SIGKILL)
                break
        last = max([confirmed, *(int(line) for line in child.stdout if line.endswith("\n"))])
    with Memory(path) as memory:
        assert memory.database.one("pragma integrity_check") == "ok"
        kept = {int(note.text.split()[1]) for note in memory.notes.all()}
        assert kept >= set(range(last + 1))
        # What was in hand when it was killed may be there, but nothing beyond.
        assert kept <= set(range(last + 2))
        items = [item.text for item in memory.lists.open("shopping")]
        assert items[: min(last + 1, 40)] == [f"thing {n}" for n in range(min(last + 1, 40))]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX resource limits")
def test_no_room(path):
    """A disk without room is one sentence; all that was confirmed before is still there."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    *confirmed, sentence, kept = done.stdout.splitlines()
    assert confirmed
    assert "full" in sentence
    assert kept == f"{len(confirmed) + 1} kept"
    with Memory(path) as memory:
        assert len(memory.notes.all()) == len(confirmed) + 1


def test_full_then_room(path):
    """A refused write leaves the memory usable: it reads, and writes again when there is room."""
    with Memory(path) as memory:
        memory.notes.add("before", at=0.0)
        memory.database.rows("pragma max_page_count = 1")
        with pytest.raises(StorageError, match=r"^The disk is full, so this could not be saved\.$"):
            memory.notes.add("z" * 100_000, at=1.0)
        assert [note.text for note in memory.notes.all()] == ["before"]
        memory.database.rows("pragma max_page_count = 100000")
        memory.notes.add("after", at=2.0)
        assert [note.text for note in memory.notes.all()] == ["after", "before"]


def test_private(path):
    """Only its owner may read the file."""
    Memory(path).close()
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_durable(path):
    """A commit waits for the disk: write-ahead log, full synchronisation."""
    with Database(path) as database:
        assert database.one("pragma journal_mode") == "wal"
        assert database.one("pragma synchronous") == 2


def test_all_or_nothing(path):
    """A transaction that fails leaves nothing behind."""

    def half_of_it(memory):
        with memory.database.transaction():
            memory.notes.add("half", at=0.0)
            raise KeyError

    with Memory(path) as memory:
        with pytest.raises(KeyError):
            half_of_it(memory)
        assert memory.notes.all() == []


def test_threads(path):
    """Writers on several threads take turns."""
    with Memory(path) as memory:
        threads = [
            threading.Thread(target=memory.notes.add, args=(str(n),), kwargs={"at": 0.0})
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(note.text for note in memory.notes.all()) == [str(n) for n in range(8)]


def test_not_a_database(path):
    """A file that is something else is named, and not touched."""
    path.write_bytes(b"my diary" * 1000)
    with pytest.raises(StorageError, match=r"memory\.sqlite is damaged; move it away"):
        Memory(path)
    assert path.read_bytes() == b"my diary" * 1000


def test_newer(path):
    """A file of a newer version is refused, not misread."""
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 999")
    connection.close()
    with pytest.raises(StorageError, match="written by a newer version of edge"):
        Memory(path)


def test_every_version(path):
    """A file of any older version is brought up to date, with what it holds."""
    for version in range(1, len(migrations()) + 1):
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        for script in migrations()[:version]:
            connection.executescript(script)
        connection.execute("insert into notes (text, written_at) values ('old', 1.0)")
        connection.execute(f"pragma user_version = {version}")
        connection.commit()
        connection.close()
        with Memory(path) as memory:
            assert [note.text for note in memory.notes.all()] == ["old"]
            assert memory.database.one("pragma user_version") == len(migrations())


def test_half_migrated(path, monkeypatch):
    """A migration that fails half-way is not half there."""
    good = migrations()
    bad = [*good, "create table extra (id integer); insert into nowhere values (1);"]
    monkeypatch.setattr("edge.memory.database.migrations", lambda schema: bad)
    with pytest.raises(StorageError):
        Memory(path)
    monkeypatch.setattr("edge.memory.database.migrations", lambda schema: good)
    with Memory(path) as memory:
        assert "extra" not in memory.database.tables()


def test_unwritable_place(tmp_path):
    """A place that cannot be written is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be opened"):
        Memory(tmp_path / "file" / "memory.sqlite")


def test_locked(path, monkeypatch):
    """Another program that holds the file is waited for, then named; nothing hangs."""
    monkeypatch.setattr("edge.memory.database.BUSY_MS", 1)
    with Memory(path) as memory:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(StorageError, match="being written by another program"):
            memory.notes.add("waits", at=0.0)
        other.execute("rollback")
        other.close()
        memory.notes.add("now", at=0.0)
