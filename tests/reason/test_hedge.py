"""Saying so where an answer may be wrong, and the offer to think harder."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from edge.events import Ask, Exchange
from edge.reason.hedge import DOUBT, OFFER, Hedge, is_of_fact
from edge.reason.lm.answer import Step
from edge.reason.lm.confidence import MODEL
from edge.reason.lm.sampling import Choice
from edge.reason.router import Router

UNSURE = [Step("Sergei Ostel", Choice(1, -3.0, 0.01)), Step("", Choice(2, -4.0, 0.02))]
SURE = [Step("Paris", Choice(1, -0.01, 6.0)), Step("", Choice(2, -0.01, 6.0))]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "of_fact"),
    [
        ("who was the first mayor of ostelbach", True),
        ("do you know when rome was founded", True),
        ("and how far is the moon", True),
        ('I told you: "I like you". what is the capital of peru', True),
        ("how are you", False),
        ("what do you think of cats", False),
        ("tell me a joke", False),
        ("thank you", False),
        ("write a poem about what was", False),
    ],
)
def test_is_of_fact(text, of_fact):
    """Only questions about the world can be answered wrongly."""
    assert is_of_fact(text) is of_fact


def test_judge():
    """Below the threshold there is doubt, and the offer only where somebody can think harder."""
    ask = Ask("who was the first mayor of ostelbach")
    hedge = Hedge(0.1, MODEL)
    assert hedge.judge(ask, UNSURE) == f" {DOUBT}"
    judged = hedge.of(ask)
    assert judged is not None
    assert judged.hedged
    assert judged.sure < 0.1
    hedge.offer = True
    assert hedge.judge(ask, UNSURE) == f" {DOUBT} {OFFER}"
    assert hedge.judge(ask, SURE) == ""
    assert not hedge.of(ask).hedged


def test_nothing_to_judge():
    """Small talk, and an answer without a token, are not judged."""
    hedge = Hedge(1.0, MODEL)
    for ask, steps in ((Ask("how are you"), UNSURE), (Ask("who is that"), [Step("")])):
        assert hedge.judge(ask, steps) == ""
        assert hedge.of(ask) is None


class Unsure:
    """A model that is always unsure, as `LmResponder` is with a hedge."""

    def __init__(self, hedge):
        self.hedge = hedge

    async def warm(self):
        pass

    async def hint(self, ask):
        pass

    async def reply(self, ask):
        yield "Sergei Ostel."
        yield self.hedge.judge(ask, UNSURE)


class Council:
    """Thinks harder."""

    def __init__(self):
        self.asked = []

    async def warm(self):
        pass

    async def hint(self, ask):
        pass

    async def reply(self, ask):
        self.asked.append(ask.text)
        yield "There was none."


@pytest.fixture
def talk():
    """A conversation without skills: what is said, the council, and the trace."""
    events, council = [], Council()
    hedge = Hedge(0.1, MODEL)
    models = {"instant": Unsure(hedge), "contemplating": council}

    def trace(event, **fields):
        events.append((event, fields))

    router = Router([], models, now=lambda: NOW, trace=trace, hedge=hedge)

    def say(text, history=()):
        async def answer():
            return "".join([piece async for piece in router.reply(Ask(text, history))])

        return asyncio.run(answer()).strip()

    return say, council, events


QUESTION = "who was the first mayor of ostelbach"


def test_offered_and_taken(talk):
    """ "Yes" to the offer asks the same question of those who think harder."""
    say, council, events = talk
    assert say(QUESTION) == f"Sergei Ostel. {DOUBT} {OFFER}"
    [told] = [fields for event, fields in events if event == "confidence"]
    assert told["hedged"]
    assert told["offered"]
    assert told["sure"] < 0.1
    assert say("yes please", (Exchange(QUESTION, "Sergei Ostel."),)) == "There was none."
    assert council.asked == [QUESTION]
    assert events[-1][1]["reason"] == "offered"


def test_offered_and_declined(talk):
    """ "No" is acknowledged, and then "yes" means nothing any more."""
    say, council, _ = talk
    say(QUESTION)
    assert say("no thanks") == "Okay."
    say("yes")
    assert council.asked == []


def test_another_question(talk):
    """Whoever asks something else has let the offer go."""
    say, council, _ = talk
    say(QUESTION)
    say("tell me a joke")
    say("yes")
    assert council.asked == []


def test_nobody_to_think_harder():
    """Without anybody who thinks harder there is doubt, and no offer."""
    hedge = Hedge(0.1, MODEL)
    router = Router([], {"instant": Unsure(hedge)}, now=lambda: NOW, hedge=hedge)

    async def answer():
        return "".join([piece async for piece in router.reply(Ask(QUESTION))])

    assert asyncio.run(answer()) == f"Sergei Ostel. {DOUBT}"
