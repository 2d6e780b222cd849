"""What the tests of skills share."""

from __future__ import annotations

import pytest

from tests.reason.skills.talk import Talk


@pytest.fixture
def talk(tmp_path):
    """Makes a conversation with skills of the kinds given."""
    talks = []

    def make(*kinds, **parts):
        talks.append(Talk(tmp_path / "memory.sqlite", kinds, **parts))
        return talks[-1]

    yield make
    for one in talks:
        one.memory.close()
