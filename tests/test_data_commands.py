"""`edge health` and `edge shopping`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.errors import ImportFileError
from tests.shopping.test_shopping import ROW


@pytest.fixture(autouse=True)
def path(tmp_path, monkeypatch):
    """The file of an empty memory."""
    path = tmp_path / "memory.sqlite"
    monkeypatch.setenv("EDGE_MEMORY_PATH", str(path))
    return path


def run(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)


def test_health(tmp_path):
    """Numbers come in, are listed, and are told as JSON."""
    (tmp_path / "days.csv").write_text(
        "Id,ActivityDate,TotalSteps\n1,3/1/2026,8000\n1,3/2/2026,900000\n", encoding="utf-8"
    )
    imported = run("health", "import", tmp_path)
    assert imported.stdout == "steps: 1\n"
    assert "1 readings with impossible values" in imported.stderr
    assert run("health", "show").stdout == "steps: 1 readings, 2026-03-01 to 2026-03-01\n"
    assert json.loads(run("health", "show", "--json").stdout)["steps"]["readings"] == 1
    assert json.loads(run("health", "import", tmp_path, "--json").stdout) == {
        "readings": {"steps": 1},
        "impossible": 1,
    }


def test_health_refused(tmp_path):
    """What is no export is an error for the user."""
    with pytest.raises(ImportFileError, match="There is no file or folder"):
        run("health", "import", tmp_path / "none")


def test_learn(tmp_path):
    """Baskets are learned, and what goes with what is told with its numbers."""
    file = tmp_path / "baskets.csv"
    file.write_text("tea,lemon\n" * 10 + "soap\n" * 10, encoding="utf-8")
    assert run("shopping", "learn", file).stdout == "2 rules\n"
    assert (
        "support 0.5000, confidence 1.00, lift 2.00" in run("shopping", "goes-with", "tea").stdout
    )
    (row,) = json.loads(run("shopping", "goes-with", "tea", "--json").stdout)
    assert row["baskets"] == 10
    assert "Nothing is known" in run("shopping", "goes-with", "caviar").stdout


def test_products(tmp_path):
    """Products come into the index beside the memory, from which questions are answered."""
    file = tmp_path / "products.jsonl"
    file.write_text(json.dumps(ROW), encoding="utf-8")
    assert run("shopping", "products", file).stdout == "1 products, 1 in all\n"
    assert (tmp_path / "products.sqlite").is_file()
    answer = run("ask", "does hazelnut spread contain nuts").stdout
    assert answer.strip() == "Yes, Hazelnut Spread by Acme contains nuts."


def test_rhythm():
    """What was said to be bought makes a rhythm only in time."""
    run("ask", "I bought milk")
    assert run("shopping", "rhythm").stdout == "Nothing was bought often enough yet.\n"
    assert json.loads(run("shopping", "rhythm", "--json").stdout) == []
