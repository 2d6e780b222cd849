"""The ledger's file."""

import json
import multiprocessing
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from edge.trust.ledger import Ledger

REAL = json.loads
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.jsonl", lambda: NOW)


def fill(ledger, count=3):
    for number in range(count):
        ledger.sent("home box", "general", "http://x/", f"question {number}", b"\x00\xffbytes")


def test_numbers_and_content(ledger):
    """Entries are counted, and their bytes come back as they were."""
    fill(ledger)
    ledger.ended(2, how="answered", status=200, received=7, tokens=5, money=0.01)
    entries = list(ledger.entries())
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert entries[0].content == b"\x00\xffbytes"
    assert entries[3].fields["of"] == 2
    assert ledger.verify() == ""
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_entry_shows(ledger, place):
    """Whichever it is, the place is named."""
    fill(ledger)
    lines = ledger.path.read_text().splitlines()
    lines[place] = lines[place].replace("home box", "nobody  ")
    ledger.path.write_text("\n".join(lines) + "\n")
    assert f"Line {place + 1} " in ledger.verify()


def test_a_missing_entry_shows(ledger):
    """Taken out of the middle or from the beginning."""
    fill(ledger)
    lines = ledger.path.read_text().splitlines(keepends=True)
    ledger.path.write_text("".join(lines[1:]))
    assert "Line 1 " in ledger.verify()
    ledger.path.write_text(lines[0] + lines[2])
    assert "Line 2 " in ledger.verify()


@pytest.mark.parametrize("cut", [1, 20, 300])
def test_a_kill_in_mid_write(ledger, cut):
    """Half a line is left out; the next entry follows the last whole one."""
    fill(ledger)
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(content[:-cut])
    assert ledger.verify() == ""
    assert [entry.number for entry in ledger.entries()] == [1, 2]
    ledger.sent("home box", "general", "http://x/", "again", b"")
    entries = list(ledger.entries())
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[-1].fields["question"] == "again"
    assert ledger.verify() == ""


def test_long_entries(ledger):
    """The last line is found however long it is."""
    for _ in range(2):
        ledger.sent("home box", "general", "http://x/", "q", b"x" * 500_000)
    ledger.sent("home box", "general", "http://x/", "q", b"y")
    assert ledger.verify() == ""
    assert [entry.number for entry in ledger.entries()] == [1, 2, 3]


def test_since(tmp_path):
    """Only what came after a moment."""
    times = iter([NOW, NOW + timedelta(hours=1)])
    ledger = Ledger(tmp_path / "ledger.jsonl", lambda: next(times))
    fill(ledger, 2)
    assert [e.number for e in ledger.entries(NOW + timedelta(minutes=1))] == [2]


def test_what_was_spent(tmp_path):
    """Since a moment; what others have added meanwhile counts, and a file that began anew."""
    moments = iter([NOW, NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1), NOW])
    ledger = Ledger(tmp_path / "ledger.jsonl", lambda: next(moments))
    other = Ledger(ledger.path, lambda: next(moments))
    assert ledger.spent(NOW) == (0, 0.0)
    fill(ledger, 1)
    ledger.ended(1, how="answered", tokens=5, money=0.01)
    assert ledger.spent(NOW) == (5, 0.01)
    other.ended(1, how="answered", tokens=7, money=0.5)
    assert ledger.spent(NOW) == (12, 0.51)
    assert ledger.spent(NOW + timedelta(minutes=1)) == (7, 0.5)
    other.ended(1, how="answered", tokens=1)
    assert ledger.spent(NOW + timedelta(days=1)) == (1, 0.0)
    ledger.path.write_bytes(b"")
    assert ledger.spent(NOW + timedelta(days=1)) == (0, 0.0)


def test_what_was_spent_is_read_without_what_was_sent(ledger, monkeypatch):
    """A question waits for it, and what was sent is nearly all of the file."""
    fill(ledger)
    ledger.ended(1, how="answered", tokens=5, money=0.01)
    read = []
    monkeypatch.setattr(
        "edge.trust.ledger.json.loads", lambda line: read.append(line) or REAL(line)
    )
    assert ledger.spent(NOW) == (5, 0.01)
    assert len(read) == 1


def test_what_is_sent_is_on_the_disk_first(ledger, monkeypatch):
    """Each of several at once returns when it is there; one bringing may do for all."""
    brought, real = [], os.fsync

    def fsync(descriptor):
        time.sleep(0.02)
        brought.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    ends = []

    def send(number):
        ledger.sent("home box", "general", "http://x/", f"question {number}", b"x")
        ends.append((number, len(brought)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    size = ledger.path.stat().st_size
    assert brought[-1] == size
    assert 1 <= len(brought) < 8
    assert len(ends) == 8
    assert ledger.verify() == ""
    ledger.ended(1, how="answered")
    assert brought[-1] == size
    ledger.path.unlink()
    before = len(brought)
    ledger.sent("home box", "general", "http://x/", "anew", b"x")
    assert len(brought) == before + 1


def test_two_programs_at_once(ledger):
    """They write one chain."""
    workers = [multiprocessing.Process(target=fill, args=(ledger, 20)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert ledger.verify() == ""
    assert [entry.number for entry in ledger.entries()] == list(range(1, 41))


def test_a_line_that_is_no_entry(ledger, caplog):
    """It is left out of what is shown, and the chain says so."""
    fill(ledger, 1)
    with ledger.path.open("a") as file:
        file.write(json.dumps({"n": "x"}) + "\n")
    assert len(list(ledger.entries())) == 1
    assert "no entry" in caplog.text
    assert "Line 2 " in ledger.verify()


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "ended"},
        {"kind": "sent"},
        {"kind": "sent", "bytes": "%%%"},
        {"kind": "sent", "at": "2026-03-04T12:00:00"},
        {"kind": "sent", "recipient": 7},
        {"kind": "other"},
    ],
)
def test_what_somebody_else_wrote_is_left_out(ledger, forged):
    """An entry without what entries have breaks the chain, and nothing else."""
    fill(ledger, 1)
    whole = json.loads(ledger.path.read_text())
    fields = {**whole, **forged} if len(forged) > 1 else {**forged, "n": 2, "at": whole["at"]}
    with ledger.path.open("a") as file:
        file.write(json.dumps({"prev": "x", "hash": "y", **fields}) + "\n")
    assert [entry.number for entry in ledger.entries()] == [1]
    assert ledger.spent(NOW) == (0, 0.0)
    assert "Line 2 " in ledger.verify()
    assert ledger.sent("home box", "general", "http://x/", "again", b"") > 0
