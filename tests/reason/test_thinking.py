"""Thinking with skills as tools."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge.app import App
from edge.config import load
from edge.events import Ask
from edge.fakes import ScriptedResponder
from edge.memory import Memory
from edge.models import Store
from edge.reason.lm.calls import Call, Proposal
from edge.reason.skill import Services
from edge.reason.skills.clock import Clock
from edge.reason.skills.lists import Lists
from edge.reason.skills.maths import Maths
from edge.reason.skills.units import Units
from edge.reason.thinking import Thinking

WEEKEND = "That is Friday, December 25th, not on a weekend."
NOW = datetime(2026, 11, 28, 10, tzinfo=ZoneInfo("Europe/London"))


class First:
    """Proposes the first tool with the first words that it can take."""

    def __init__(self, change=None):
        self.offered = []
        self.change = change or {}

    async def __call__(self, tools, question):
        self.offered.append([tool.name for tool in tools])
        takes = tools[0].parameters["properties"]
        words = {name: one["enum"][0] for name, one in takes.items()}
        return Proposal(0.0, Call(tools[0].name, {**words, **self.change}))


@pytest.fixture
def memory(tmp_path):
    """One that holds a list."""
    with Memory(tmp_path / "memory.db") as memory:
        memory.lists.add("shopping", ["eggs", "bread"], at=0.0)
        yield memory


@pytest.fixture
def think(memory):
    """A function from a question to what is said; `seen` has what led to it."""

    def ask(question, answer="Well.", propose=None):
        services = Services({Memory: memory})
        skills = [kind(services) for kind in (Maths, Units, Clock, Lists)]
        ask.thinker, ask.propose, ask.traced = ScriptedResponder([answer]), propose or First(), []
        thinking = Thinking(
            skills,
            ask.thinker,
            ask.propose,
            lambda: NOW,
            lambda event, **fields: ask.traced.append((event, fields)),
        )

        async def said():
            return "".join([piece async for piece in thinking.reply(Ask(question))])

        return asyncio.run(said()).removeprefix("Let me think.\n").rstrip()

    return ask


@pytest.mark.parametrize(
    ("question", "tool", "said"),
    [
        ("I wonder how much 12 times 14 plus 9 is", "calculate_sum", "12 times 14 plus 9 is 177."),
        (
            "A recipe needs 200 grams of butter. How many ounces is that?",
            "convert_measure",
            "200 grams is 7.05 ounces.",
        ),
        (
            "How many days do I have to prepare if my exam is on December 20th?",
            "days_until",
            "22 days, until Sunday, December 20th.",
        ),
        (
            "How many weeks are left if my exam is on December 20th?",
            "days_until",
            "3 weeks and 1 day, until Sunday, December 20th.",
        ),
        ("Is Christmas on a weekend?", "weekday_and_date", WEEKEND),
        ("Is it too early to call a friend in Tokyo?", "time_in_place", "It's 7 PM in Tokyo."),
        (
            "What could I cook with what is on my shopping list?",
            "list_items",
            "On the shopping list: eggs and bread.",
        ),
    ],
)
def test_what_can_be_looked_up_is(think, question, tool, said):
    """It is told as it is, and the model thinks on with it."""
    assert think(question, "There is more to say of it.") == f"{said} There is more to say of it."
    assert tool in think.propose.offered[0]
    assert len(think.thinker.asked) == 1
    assert question in think.thinker.asked[0].text
    assert said in think.thinker.asked[0].text
    assert think.traced[0][0] == "tool"
    assert think.traced[0][1]["said"] == said


@pytest.mark.parametrize(
    "question",
    [
        "Why is the sky blue?",
        "What is the capital of France?",
        "Tom has 3 apples and buys 5 more, then eats 2. How many are left?",
        "How was it in the 3 years before?",
        "Write a haiku about rain.",
    ],
)
def test_nothing_is_offered_where_nothing_can_be_taken(think, question):
    """Then no model is asked, and nothing comes before the thinking."""
    assert think(question, "Because.") == "Because."
    assert think.propose.offered == []
    assert [ask.text for ask in think.thinker.asked] == [question]


def test_a_result_that_contradicts_is_not_told(think):
    """Where the tools took all numbers; where numbers are left it may be another step's."""
    whole = "A recipe needs 200 grams of butter. How many ounces is that?"
    assert think(whole, "The answer is 5.67 ounces.") == "200 grams is 7.05 ounces."
    assert think(whole, "200 grams is 7.05 ounces") == "200 grams is 7.05 ounces."
    more = "3 friends each bring 200 grams of butter. How many ounces is that?"
    assert think(more, "The answer is 21.").endswith("ounces. The answer is 21.")


@pytest.mark.parametrize(
    "change", [{"measure": "300 grams"}, {"unit": "stones"}, {"measure": "ounces"}]
)
def test_what_nobody_said_is_not_called(think, change):
    """Whatever a model makes of the form."""
    question = "A recipe needs 200 grams of butter. How many ounces is that?"
    assert think(question, "Some.", First(change)) == "Some."


def test_a_tool_that_fails_changes_nothing(think, memory, monkeypatch, caplog):
    """It is logged, and the question is thought over without it."""

    async def broken(self, request):
        raise ZeroDivisionError

    monkeypatch.setattr(Units, "handle", broken)
    question = "A recipe needs 200 grams of butter. How many ounces is that?"
    assert think(question, "Some.") == "Some."
    assert "The skill units failed as a tool." in caplog.text


def test_the_real_model_chooses(model_folder, tmp_path):
    """In the form of the tools that fit, on its own thread."""
    model_folder("qwen2.5-coder-0.5b")
    seen = []
    config = load(None, {"EDGE_MEMORY_PATH": str(tmp_path / "memory.db")})
    with App(config, Store(offline=True)) as app:
        responder = app.responder(trace=lambda kind, **f: seen.append((kind, f)), late=True)

        async def said(question):
            ask = Ask(question, depth="thinking")
            return "".join([piece async for piece in responder.reply(ask)])

        answer = asyncio.run(said("My oven shows Celsius; I need 350 degrees Fahrenheit."))
    assert answer.startswith("Let me think.\n350 degrees Fahrenheit is 176.7 degrees Celsius.")
    assert [fields["tool"] for kind, fields in seen if kind == "tool"] == ["convert_measure"]
