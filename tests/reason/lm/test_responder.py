import asyncio

import pytest

from edge.errors import TextError
from edge.events import Ask, Exchange
from edge.reason.lm.responder import LmResponder
from edge.worker import Worker

SYSTEM = "hello"


@pytest.fixture
def worker():
    worker = Worker("lm")
    yield worker
    worker.close()


def responder(model, worker, max_tokens=8):
    return LmResponder(model, worker, system_prompt=SYSTEM, max_tokens=max_tokens, temperature=0.0)


async def collect(pieces):
    return [piece async for piece in pieces]


@pytest.fixture
def prompts(model, monkeypatch):
    """The texts of the prompts that the model is given."""
    seen = []
    generate = model.generate

    def spy(prompt, options):
        seen.append(model.decode(prompt))
        return generate(prompt, options)

    monkeypatch.setattr(model, "generate", spy)
    return seen


def test_answers(model, worker):
    """The pieces make the model's answer, and none is empty."""
    reply = responder(model, worker)
    pieces = asyncio.run(collect(reply.reply(Ask("won"))))
    assert pieces
    assert all(pieces)
    expected = "".join(model.generate(reply._prompt(Ask("won")), reply._options))
    assert "".join(pieces) == expected


def test_prompt(model, worker, prompts):
    """System prompt, history in order, question."""
    history = (Exchange("one?", "ONE"), Exchange("two?", "TWO"))
    asyncio.run(collect(responder(model, worker).reply(Ask("three?", history))))
    assert prompts == [
        "system\nhello\nuser\none?\nassistant\nONE\n"
        "user\ntwo?\nassistant\nTWO\nuser\nthree?\nassistant\n"
    ]


def test_the_oldest_exchanges_are_dropped(model, worker, prompts):
    """What does not fit goes, oldest first; the system prompt and the question stay."""
    history = tuple(Exchange(f"question {n}", "x" * 60) for n in range(5))
    asyncio.run(collect(responder(model, worker).reply(Ask("last?", history))))
    [prompt] = prompts
    assert prompt.startswith("system\nhello\nuser\nquestion 3")
    assert prompt.endswith("last?\nassistant\n")


def test_a_question_longer_than_the_context(model, worker):
    """Dropping all history does not help: it is refused."""
    with pytest.raises(TextError, match="too long"):
        asyncio.run(collect(responder(model, worker).reply(Ask("x" * 300))))


def test_closing_stops_the_work(model, worker):
    """After the first piece no more steps are made, and the next question is answered."""

    async def run():
        reply = responder(model, worker, max_tokens=200)
        pieces = reply.reply(Ask("won"))
        await anext(pieces)
        await pieces.aclose()
        # The worker takes this after the generator's close.
        length = await worker.run(lambda: len(model._cache.ids))
        assert length < len(reply._prompt(Ask("won"))) + 20
        return await collect(responder(model, worker).reply(Ask("in")))

    assert asyncio.run(run())


def test_cancelling_stops_the_work(model, worker):
    """A cancelled turn leaves the worker free."""

    async def run():
        reply = responder(model, worker, max_tokens=200)
        task = asyncio.create_task(collect(reply.reply(Ask("won"))))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await worker.run(lambda: None)
        return await collect(responder(model, worker).reply(Ask("in")))

    assert asyncio.run(run())


def test_warm(model, worker, monkeypatch):
    """What all questions have in common is in the cache before the first."""
    reply = responder(model, worker)
    asyncio.run(reply.warm())
    held = list(model._cache.ids)
    assert model.decode(held).startswith("system\nhello\nuser\n")
    assert reply._prompt(Ask("in"))[: len(held)] == held
