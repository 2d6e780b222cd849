"""The on-device model behind the server, and the command, with a small real model."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import openai
import pytest

from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.serve.jobs import Wish
from edge.serve.lm import LmEngine
from edge.trust import guard
from edge.worker import Worker
from tests.serve.serving import serving

pytestmark = pytest.mark.model

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "maxLength": 20}},
    "required": ["city"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def engine(model_folder):
    model = LanguageModel(model_folder("smollm2-135m"), threads=2)
    with Worker("lm") as worker:
        yield LmEngine(model, worker, "smollm2-135m")
    model.close()


def asking(engine, requests):
    """The answers of the real client to several requests at once."""

    async def run():
        async with (
            serving(engine) as running,
            openai.AsyncOpenAI(
                base_url=f"http://127.0.0.1:{running.port}/v1", api_key="none", max_retries=0
            ) as client,
        ):
            made = [client.chat.completions.create(model="smollm2-135m", **r) for r in requests]
            return await asyncio.gather(*made)

    return asyncio.run(run())


def said(text, **more):
    return {"messages": [{"role": "user", "content": text}], "max_tokens": 12, **more}


def test_a_seed_gives_the_same_answer_alone_and_with_others(engine):
    """The same request is answered the same, to the log-probabilities, whoever else asks."""
    one = said("Tell me of the sea.", temperature=1.0, top_p=0.9, seed=5, logprobs=True)
    (alone,) = asking(engine, [one])
    several = asking(engine, [said("Count to three."), one, {**one, "seed": 6}, one])
    assert several[1].choices[0] == several[3].choices[0] == alone.choices[0]
    assert several[2].choices[0].message.content != alone.choices[0].message.content
    logprobs = alone.choices[0].logprobs.content
    assert len(logprobs) == alone.usage.completion_tokens == 12
    assert b"".join(bytes(token.bytes) for token in logprobs).decode() == (
        alone.choices[0].message.content
    )
    assert all(token.logprob <= 0 for token in logprobs)
    assert alone.choices[0].finish_reason == "length"


def test_whoever_comes_while_another_is_answered_joins(engine):
    """The second is through before the first; both begin as they would alone (how exact the rest
    is depends on the precision: tests/reason/lm/test_continuous.py).
    """
    wishes = [
        Wish((Message("user", "Tell me of the sea."),), max_tokens=30),
        Wish((Message("user", "Count to three."),), max_tokens=4),
    ]

    async def answer(wish, told, name, first=None):
        job = await engine.prepare([wish], 60)
        async for _, piece in engine.stream([job]):
            told.append((name, piece))
            if first is not None:
                first.set()

    async def run():
        alone, together, begun = [], [], asyncio.Event()
        for name, wish in enumerate(wishes):
            await answer(wish, alone, name)
        long = asyncio.create_task(answer(wishes[0], together, 0, begun))
        await begun.wait()
        await answer(wishes[1], together, 1)
        assert not long.done()
        await long
        return alone, together

    alone, together = asyncio.run(run())
    for name in range(2):
        mine = [[piece for who, piece in told if who == name] for told in (alone, together)]
        assert mine[0][0] == mine[1][0]
        assert [pieces[-1].end != "" for pieces in mine] == [True, True]


def test_keeps_to_stops_and_schemas(engine):
    """A stop string ends an answer before it; a schema holds it to its form."""
    form = {"type": "json_schema", "json_schema": {"name": "city", "schema": SCHEMA}}
    free, formed, short = asking(
        engine,
        [
            said("Say hello.", stop=["Hello", "hello"]),
            said("Which city is the capital of France?", response_format=form, max_tokens=40),
            said("Which city is the capital of France?", response_format=form, max_tokens=2),
        ],
    )
    assert "hello" not in free.choices[0].message.content.lower()
    assert list(json.loads(formed.choices[0].message.content)) == ["city"]
    assert formed.choices[0].finish_reason == "stop"
    assert short.choices[0].finish_reason == "length"


def test_a_schema_that_cannot_be_kept_to_is_the_clients_mistake(engine):
    """So is a prompt longer than the context."""
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nothing"}}}
    with pytest.raises(openai.BadRequestError, match="schema"):
        asking(engine, [said("Hello", response_format=form)])
    with pytest.raises(openai.BadRequestError, match="too long"):
        asking(engine, [said("word " * 5000)])


@contextmanager
def command(*arguments, **environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "edge", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_the_command_answers_until_it_is_told_to_end(model_folder):
    """`edge serve` says where it is, answers with its token, and ends in order on SIGTERM."""
    model_folder("smollm2-135m")
    token = "a-token-that-is-long-enough"
    with command(
        "--model", "smollm2-135m", "--json-log", "--offline", EDGE_SERVE_TOKEN=token
    ) as process:
        port = int(re.search(r"127\.0\.0\.1:(\d+)/v1", process.stdout.readline())[1])

        with (
            guard.allowed("127.0.0.1", port),
            openai.OpenAI(
                base_url=f"http://127.0.0.1:{port}/v1", api_key=token, max_retries=0
            ) as client,
        ):
            stream = client.chat.completions.create(
                model="smollm2-135m",
                messages=[{"role": "user", "content": "Count to ten."}],
                max_tokens=20,
                temperature=0,
                stream=True,
            )
            chunks = []
            for chunk in stream:
                if not chunks:
                    # In the middle of an answer.
                    process.send_signal(signal.SIGTERM)
                chunks.append(chunk)
        out, err = process.communicate(timeout=20)
    assert chunks[-1].choices[0].finish_reason in ("stop", "length")
    assert process.returncode == 0, err
    assert [json.loads(line)["status"] for line in err.splitlines()] == [200]
    assert token not in out + err


@pytest.mark.slow
def test_the_command_says_what_is_wrong_before_it_loads_a_model():
    """Another address without a token is one sentence and status 2."""
    with command("--host", "0.0.0.0", EDGE_SERVE_TOKEN="") as process:
        _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert err == (
        "edge: Listening on 0.0.0.0 needs tokens: set [serve] tokens or EDGE_SERVE_TOKEN.\n"
    )
