"""The worked example of docs/skills.md, run as it stands there."""

import re
import tomllib
from pathlib import Path

import pytest

from edge.reason.router import Router
from tests.reason.skills.talk import Talk

PAGE = (Path(__file__).parents[2] / "docs" / "skills.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture
def say(tmp_path):
    space = {}
    exec(compile(block("python"), "edge_train.py", "exec"), space)
    talk = Talk(tmp_path / "memory.sqlite", [space["Trains"]])
    yield talk
    talk.memory.close()


def test_the_example_answers_as_the_page_says(say):
    """With the day that was said, wherever it stood."""
    assert say("When does the train to York leave tomorrow?") == "At ten past nine, to York."
    assert say.cards[0]["lines"] == ["2026-03-03", "09:10"]


def test_the_example_asks_back_as_the_page_says(say):
    """And takes the answer."""
    assert say("the next train") == "Where to?"
    assert say("Leeds") == "At ten past nine, to Leeds."
    assert isinstance(say.router, Router)


def test_the_entry_point_is_in_the_group_that_is_looked_for():
    """As TOML."""
    entry = tomllib.loads(block("toml"))["project"]["entry-points"]["edge.skills"]
    assert entry == {"train": "edge_train:Trains"}
