"""The on-device provider, on tiny models with random weights."""

import asyncio
import re
from contextlib import aclosing

import pytest

from edge.errors import TextError
from edge.reason.contemplate import spoken
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.checks import check
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.device import DeviceProvider
from edge.reason.contemplate.happenings import Verdict
from edge.reason.contemplate.provider import Request
from edge.reason.contemplate.strategies import STRATEGIES
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.worker import Worker


def ask(text, **more):
    """A request with `text`."""
    return Request((Message("user", text),), max_tokens=more.pop("max_tokens", 6), **more)


def stream(model, requests, free=None):
    """All chunks."""

    async def collect():
        with Worker("lm") as worker:
            provider = DeviceProvider(model, worker, free=free)
            return [chunk async for chunk in provider.stream(requests)]

    return asyncio.run(collect())


def test_each_answers_its_own_question(model):
    """Beside one another; each ends once, with what it took."""
    requests = [ask("Tell me a"), ask("Tell me a"), ask("Tell me b, please", max_tokens=4)]
    chunks = stream(model, requests)
    ends = {chunk.agent: chunk for chunk in chunks if chunk.end}
    assert sorted(ends) == [0, 1, 2]
    texts = ["".join(c.text for c in chunks if c.agent == agent) for agent in range(3)]
    assert texts[0] == texts[1]
    prompts = [model.encode_chat(one.messages) for one in requests]
    assert [ends[agent].tokens_in for agent in range(3)] == [len(one) for one in prompts]
    assert all(1 <= ends[agent].tokens_out <= 6 for agent in range(3))
    assert any(chunk.logprob is not None for chunk in chunks)


def test_a_single_request_is_a_usual_answer(model):
    """The same text as without a council."""
    request = ask("Tell me")
    text = "".join(chunk.text for chunk in stream(model, [request]))
    prompt = model.encode_chat(request.messages)
    assert text == "".join(model.generate(prompt, Sampling(max_tokens=6)))


def test_closing_leaves_the_model_usable(model):
    """Whoever closes the iterator stops the work after the step in progress."""

    async def leave():
        with Worker("lm") as worker:
            provider = DeviceProvider(model, worker)
            async with aclosing(provider.stream([ask("Tell me"), ask("Tell us")])) as chunks:
                async for _ in chunks:
                    break
            return [chunk async for chunk in provider.stream([ask("Tell me")])]

    assert asyncio.run(leave())[-1].end


def test_it_waits_while_something_else_needs_the_cores(model):
    """While `free` is not set no further step is made."""

    async def watch():
        free = asyncio.Event()
        with Worker("lm") as worker:
            chunks = DeviceProvider(model, worker, free=free).stream([ask("Tell"), ask("Tell")])
            async with aclosing(chunks):
                await anext(chunks)
                await anext(chunks)
                more = asyncio.ensure_future(anext(chunks))
                # Enough turns of the loop for a step that is not held back.
                await worker.run(lambda: None)
                assert not more.done()
                free.set()
                return await more

    assert asyncio.run(watch()).agent == 0


def test_a_prompt_that_is_too_long(model):
    """One sentence, as for a usual question."""
    with pytest.raises(TextError, match="too long"):
        stream(model, [ask("word " * 3000), ask("word " * 3001)])


@pytest.mark.model
def test_a_real_council_in_flight_mode(model_folder):
    """Five agents of the model that ships come to one answer, their sums worked out by code."""
    question = "A box has 17 rows of 23 pens, and 4 more lie beside it. How many pens are there?"

    async def collect():
        with Worker("lm") as worker:
            model = await worker.run(lambda: LanguageModel(model_folder("qwen2.5-coder-0.5b")))
            try:
                council = Council(budget=Budget(max_tokens=80))
                return [
                    event async for event in council.run(question, DeviceProvider(model, worker))
                ]
            finally:
                await worker.run(model.close)

    verdict = asyncio.run(collect())[-1]
    assert isinstance(verdict, Verdict)
    assert verdict.of >= 3
    assert verdict.cost.tokens_out > 15
    assert not verdict.failed
    sums = check(verdict.reasoning)
    assert sums.right
    assert not sums.wrong


@pytest.mark.model
def test_an_open_answer_of_a_real_model_is_for_the_ear(model_folder):
    """Short, without lists, and no word of how it was made; or one agent's own."""
    real = LanguageModel(model_folder("qwen2.5-coder-0.5b"), threads=2)

    async def run():
        with Worker("lm") as worker:
            provider = DeviceProvider(real, worker)
            council = Council(STRATEGIES[:3], first=3, budget=Budget(400.0, 120))
            question = "What should I think about before I adopt a dog?"
            return [one async for one in council.run(question, provider)][-1]

    verdict = asyncio.run(run())
    real.close()
    assert verdict.drafts in (1, 2, 3)
    said = spoken.verdict(verdict, 3)
    assert "dog" in said
    assert len(said.split()) <= 120
    assert not re.search(r"\bdrafts?\b|^\s*(?:-|\d+[.)])", said, re.IGNORECASE | re.MULTILINE)
