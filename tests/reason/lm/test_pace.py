import pytest

from edge.reason.lm.pace import CHUNK, LONG, Pace


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """How long a chunk may take, in seconds."""
    monkeypatch.setattr("edge.reason.lm.pace._WAIT", 0.5)


def test_long_chunks_only_where_they_are_quick():
    """And short ones again where other work has made the machine slow."""
    pace = Pace()
    assert pace.size == CHUNK
    pace.took(CHUNK, 0.15)
    assert pace.size == LONG
    pace.took(LONG, 0.45)
    assert pace.size == LONG
    pace.took(LONG, 0.6)
    assert pace.size == CHUNK
    pace.took(CHUNK, 0.3)
    assert pace.size == CHUNK


def test_a_short_chunk_says_nothing():
    """It takes as long as one several times its length."""
    pace = Pace()
    pace.took(CHUNK, 0.1)
    pace.took(2, 0.05)
    assert pace.size == LONG
