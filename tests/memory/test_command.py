"""`edge memory`."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.memory import Memory


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The file of a memory that knows one fact."""
    path = tmp_path / "memory.sqlite"
    monkeypatch.setenv("EDGE_MEMORY_PATH", str(path))
    with Memory(path) as memory:
        memory.facts.add("I like tea", said="remember that I like tea", origin="voice", at=0.0)
        memory.lists.add("shopping", ["milk"], at=0.0)
    return path


def run(*arguments):
    return CliRunner().invoke(cli, arguments, catch_exceptions=False)


def test_show(path):
    """The fact is shown with the sentence that it comes from."""
    shown = run("memory", "show").stdout
    assert 'Fact: I like tea  ("remember that I like tea", voice,' in shown
    assert "List shopping: milk" in shown
    row = json.loads(run("memory", "show", "--json").stdout)
    assert row["facts"][0]["said"] == "remember that I like tea"
    assert row["lists"] == {"shopping": ["milk"]}


def test_export(path, tmp_path):
    """Everything goes to one file that only its owner can read, or to standard output."""
    file = tmp_path / "all.json"
    assert run("memory", "export", str(file)).exit_code == 0
    export = json.loads(file.read_text(encoding="utf-8"))
    assert export == json.loads(run("memory", "export").stdout)
    assert export["facts"][0]["text"] == "I like tea"
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


def test_forget(path):
    """Nothing is deleted without being asked for twice; then all is."""
    refused = run("memory", "forget")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    with Memory(path) as memory:
        assert len(memory.facts.all()) == 1
    assert run("memory", "forget", "--yes").exit_code == 0
    with Memory(path) as memory:
        assert memory.count() == {}
        memory.state.put("zone", "Europe/Paris")
    assert "Nothing is remembered." in run("memory", "show").stdout
