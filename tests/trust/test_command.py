"""`edge ledger`."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.trust.ledger import Ledger


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """One with a request of two days ago and one of today."""
    monkeypatch.setenv("EDGE_MEMORY_PATH", str(tmp_path / "memory.sqlite"))
    monkeypatch.setenv("EDGE_TRUST_LEDGER", str(tmp_path / "ledger.jsonl"))
    now = datetime.now(UTC)  # tests may be collected on the day before
    moment = now - timedelta(days=2)
    ledger = Ledger(tmp_path / "ledger.jsonl", lambda: moment)
    ledger.sent(
        "home box", "general", "http://x/", "how far is the moon", b"POST / HTTP/1.1\r\n\r\n{}"
    )
    ledger.ended(1, how="answered", status=200, received=7)
    moment = now
    ledger.sent("Open-Meteo", "weather", "https://y/", "the weather", b"GET / HTTP/1.1\r\n\r\n")
    return ledger


def run(*arguments):
    return CliRunner().invoke(cli, ["ledger", *map(str, arguments)], catch_exceptions=False)


def test_show(ledger):
    """What left, to whom, what became of it; the bytes where they are asked for."""
    lines = run("show").stdout.splitlines()
    assert lines[0].endswith("home box  (general)  21 bytes; answered, status 200, 7 bytes back")
    assert lines[1].strip() == "how far is the moon"
    assert lines[2].endswith("Open-Meteo  (weather)  18 bytes; no end is on record")
    assert "| POST / HTTP/1.1" in run("show", "--bytes").stdout
    today = run("show", "--today", "--json").stdout
    assert [entry["recipient"] for entry in json.loads(today)] == ["Open-Meteo"]


def test_nothing(ledger):
    """Where nothing left it says so."""
    ledger.path.unlink()
    assert run("show").stdout == "Nothing has left this device.\n"
    assert run("show", "--today").stdout == "Nothing has left this device today.\n"
    assert run("verify").stdout == "The ledger is whole.\n"


def test_verify(ledger):
    """A change has exit status 1, and the line is named."""
    assert run("verify").exit_code == 0
    ledger.path.write_text(ledger.path.read_text().replace("moon", "mars"))
    done = run("verify")
    assert done.exit_code == 1
    assert "Line 1 of" in done.stderr
    for command in (["show"], ["export", ledger.path.with_name("out.json")]):
        shown = run(*command)
        assert shown.exit_code == 0
        assert "Line 1 of" in shown.stderr


def test_export(ledger, tmp_path):
    """All entries, in a file that only its owner reads; one that cannot be written is an error."""
    assert "3 entries" in run("export", tmp_path / "out.json").stderr
    assert len(json.loads((tmp_path / "out.json").read_text())) == 3
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o600
    # edge.exits makes a sentence of it.
    with pytest.raises(FileNotFoundError):
        run("export", tmp_path / "none" / "out.json")
