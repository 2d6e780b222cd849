"""What is about to leave goes on record in groups."""

import asyncio
import os
import threading
from datetime import UTC, datetime

import pytest

from edge.errors import StorageError
from edge.trust.ledger import Ledger, Sent
from edge.trust.recording import Recorder

ENTRY = Sent("home box", "general", "http://x/", "a question", b"bytes")


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.jsonl", lambda: datetime(2026, 3, 4, 12, 0, tzinfo=UTC))


@pytest.fixture
def held(ledger, monkeypatch):
    """The ledger, whose disk waits for the event that is given with it; and its flushes."""
    go, flushed, real = threading.Event(), [], os.fsync

    def fsync(descriptor):
        assert go.wait(10)
        flushed.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return go, flushed


async def begun(recorder, count):
    """Tasks that have asked for their numbers; the first of them is being written."""
    tasks = [asyncio.create_task(recorder.sent(ENTRY)) for _ in range(count)]
    await asyncio.sleep(0.05)
    return tasks


def test_those_that_come_meanwhile_share_a_flush(ledger, held):
    """Each has its number only once it is on the disk."""
    go, flushed = held

    async def run():
        recorder = Recorder(ledger)
        tasks = await begun(recorder, 1) + await begun(recorder, 4)
        assert not any(task.done() for task in tasks)
        go.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(run()) == [1, 2, 3, 4, 5]
    assert len(flushed) == 2
    assert flushed[-1] == ledger.path.stat().st_size
    assert ledger.verify() == ""


def test_who_leaves_before_it_is_written_has_sent_nothing(ledger, held):
    """The entry is there, and that nothing came of it; the others are not held up."""
    go, _ = held

    async def run():
        recorder = Recorder(ledger)
        first, second = await begun(recorder, 2)
        first.cancel()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(run()) == 2
    *_, last = ledger.entries()
    assert (last.kind, last.fields["of"], last.fields["how"]) == ("ended", 1, "cancelled")


def test_a_disk_that_fills_up_holds_nobody_up(ledger, held, monkeypatch, caplog):
    """That somebody has gone cannot be put on record: the log says so, the others have theirs."""
    go, _ = held

    def full(number, **fields):
        raise StorageError("full")

    monkeypatch.setattr(ledger, "ended", full)

    async def run():
        recorder = Recorder(ledger)
        first, second = await begun(recorder, 2)
        first.cancel()
        go.set()
        async with asyncio.timeout(5):
            return await second, await recorder.sent(ENTRY)

    assert asyncio.run(run()) == (2, 3)
    assert "entry 1 is not on record" in caplog.text


def test_nobody_is_told_that_it_is_written_when_it_is_not(ledger, monkeypatch):
    """All of a group are refused; the next one finds a disk with room again."""
    real = os.fsync

    async def run():
        recorder = Recorder(ledger)

        def full(descriptor):
            raise OSError("full")

        monkeypatch.setattr(os, "fsync", full)
        told = await asyncio.gather(*await begun(recorder, 2), return_exceptions=True)
        monkeypatch.setattr(os, "fsync", real)
        return told, await recorder.sent(ENTRY)

    told, number = asyncio.run(run())
    assert all(isinstance(one, StorageError) for one in told)
    assert number == 3


def test_a_loop_that_ended_in_between(ledger, held):
    """A recorder goes on in the next event loop."""
    go, _ = held
    recorder = Recorder(ledger)

    async def left():
        await begun(recorder, 2)
        threading.Timer(0.1, go.set).start()

    asyncio.run(left())
    assert asyncio.run(recorder.sent(ENTRY)) == 3
