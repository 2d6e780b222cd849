"""The scenarios that come with edge, played through the whole product."""

import functools

import pytest

from edge.scenario.diff import differences
from edge.scenario.engines import Engines
from edge.scenario.file import library, load
from edge.scenario.judge import judge
from edge.scenario.report import table
from edge.scenario.runner import play
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.model

BY_COMMAND = {"idle", "memory-grows", "think-offline"}
"""Long, and two of them judged by what the machine does meanwhile."""
DAY = "a-day"
IN_THE_DAY = {"forget-me", "network-lost", "reminder", "timer"}
"""What they show is in the day, too, or in tests/e2e."""


@pytest.fixture(scope="module")
def engines(model_folder):
    from edge.models import Store

    for name in ("moonshine-tiny-en", "piper-en-us-joe-medium", "qwen2.5-coder-0.5b"):
        model_folder(name)
    with Engines(Store(offline=True)) as engines:
        yield engines


@pytest.fixture(scope="module")
def once(engines):
    """A function from a scenario's name to what came of it, played once for all tests."""
    return functools.cache(lambda name: play(engines, *load(name)))


@pytest.mark.parametrize("name", sorted(set(library()) - BY_COMMAND - IN_THE_DAY - {DAY}))
def test_a_shipped_scenario_goes_as_expected(once, name):
    """Every expectation of its file is met."""
    _, scenario = load(name)
    findings = judge(scenario, once(name))
    assert findings
    failed = [f"step {f.step}: {f.what}: {f.found}" for f in findings if not f.ok]
    assert not failed


@pytest.mark.parametrize("name", ["microphone-lost", "restart", "slow-cloud"])
def test_the_same_scenario_twice_gives_the_same_trace(engines, once, name):
    """In virtual time nothing depends on the machine."""
    again = play(engines, *load(name))
    assert [one.line() for one in differences(once(name).rows, again.rows)] == []


def test_a_day_goes_as_expected_and_as_the_documentation_shows(engines):
    """From the morning's summary to everything forgotten; edge says what docs/a-day.md says."""
    path, scenario = load(DAY)
    played = play(engines, path, scenario)
    findings = judge(scenario, played)
    failed = [f"step {f.step}: {f.what}: {f.found}" for f in findings if not f.ok]
    assert not failed
    shown = (REPOSITORY / "docs" / "a-day.md").read_text(encoding="utf-8")
    assert said(shown) == said(table(scenario, played))


def said(text):
    """Minute, and what edge says in it."""
    rows = [line.split(" | ") for line in text.splitlines() if "| edge" in line]
    return [(time.strip("| ")[:5], who, words) for time, who, words in rows]
