"""The provider that many share, on tiny models with random weights."""

import asyncio
from contextlib import aclosing

import pytest

from edge.errors import ModelCorrupt, TextError
from edge.reason.contemplate.batched import BatchProvider
from edge.reason.lm.batch import BatchCache
from edge.worker import Worker
from tests.reason.contemplate.test_device import ask, stream
from tests.reason.lm.test_engine import Failing

REQUESTS = [
    ask("Tell me a"),
    ask("Tell me a", temperature=1.0, seed=3),
    ask("Tell me b, please", max_tokens=4),
    ask("What?", temperature=0.7, seed=4, max_tokens=9),
    ask("Tell me a", temperature=1.0, seed=5),
]


async def collect(provider, requests):
    return [chunk async for chunk in provider.stream(requests)]


def together(model, ask_all, **room):
    """What `ask_all` comes to, given a provider."""

    async def run():
        with Worker("lm") as worker:
            return await ask_all(BatchProvider(model, worker, **room))

    return asyncio.run(run())


@pytest.mark.parametrize("rows", [1, 3, 8])
def test_each_stream_is_what_it_would_be_alone(model, rows):
    """Of one request or of several, with a row for everybody or not."""
    groups = [REQUESTS[:1], REQUESTS[1:3], REQUESTS[3:], REQUESTS[:4]]
    wanted = [[stream(model, [one]) for one in group] for group in groups]

    async def ask_all(provider):
        return await asyncio.gather(*(collect(provider, group) for group in groups))

    for chunks, singles in zip(together(model, ask_all, rows=rows), wanted, strict=True):
        for agent, single in enumerate(singles):
            mine = [chunk for chunk in chunks if chunk.agent == agent]
            assert [(c.text, c.logprob, c.end, c.tokens_in, c.tokens_out) for c in mine] == [
                (c.text, c.logprob, c.end, c.tokens_in, c.tokens_out) for c in single
            ]


def test_closing_one_stream_leaves_the_others(model):
    """Its answers are stopped, and whoever comes later finds an empty batch."""
    wanted = [stream(model, [one]) for one in REQUESTS[:1]]

    async def ask_all(provider):
        other = asyncio.create_task(collect(provider, REQUESTS[:1]))
        async with aclosing(provider.stream(REQUESTS[1:])) as chunks:
            await anext(chunks)
        found = [await other]
        await provider._shared._driver
        assert provider._shared._batch is None
        return [*found, await collect(provider, REQUESTS[:1])]

    assert together(model, ask_all) == wanted * 2


def test_a_model_that_fails(model, monkeypatch):
    """Everybody hears of it, and the next request is answered."""

    async def ask_all(provider):
        monkeypatch.setattr(BatchCache, "step", Failing().run_with_iobinding)
        tasks = [collect(provider, [one]) for one in REQUESTS]
        errors = await asyncio.gather(*tasks, return_exceptions=True)
        monkeypatch.undo()
        return errors, await collect(provider, REQUESTS)

    errors, chunks = together(model, ask_all)
    assert len(errors) == len(REQUESTS)
    assert all(isinstance(error, ModelCorrupt) for error in errors)
    assert sum(bool(chunk.end) for chunk in chunks) == len(REQUESTS)


def test_a_prompt_that_is_too_long(model):
    """One sentence, and nothing of it is begun."""

    async def ask_all(provider):
        with pytest.raises(TextError, match="too long"):
            await collect(provider, [REQUESTS[0], ask("word " * 40)])
        assert provider._shared._batch is None
        return await collect(provider, REQUESTS[:1])

    assert together(model, ask_all, capacity=60)[-1].end
