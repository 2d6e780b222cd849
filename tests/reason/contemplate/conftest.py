"""What several of these tests need: tiny models, and a gate that is open."""

from datetime import UTC, datetime

import pytest

from edge.memory import Memory
from edge.trust.consent import Wishes
from edge.trust.gate import Gate
from edge.trust.ledger import Ledger
from tests.reason.lm.conftest import folder, model, shared_model

__all__ = ["folder", "model", "shared_model"]

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def gate(tmp_path):
    """A gate that lets everything out, with a ledger in `tmp_path`."""
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield Gate(
            Wishes("always", state=memory.state),
            Ledger(tmp_path / "ledger.jsonl", lambda: NOW),
            lambda: NOW,
        )
