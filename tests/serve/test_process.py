"""The server in a process of its own, its signals, and its refusals as OpenAI's client has them."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import httpx
import openai
import pytest

from edge.serve.fixed import FixedEngine
from tests.serve.serving import question, serving

TOKEN = "a-token-that-is-long-enough"
SERVER = """
from edge.serve.app import Service
from edge.serve.fixed import FixedEngine
from edge.serve.limits import Tokens
from edge.serve.server import run
from edge.settings import Serve
service = Service(FixedEngine({seconds}, 20), Serve(port=0, drain_s={drain}), Tokens({{}}))
run(service, json_log=True)
"""


@contextmanager
def process(own_client, seconds=1.0, drain=30):
    """A server whose answers take so long, and a client of it."""
    code = SERVER.format(seconds=seconds, drain=drain)
    running = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        port = int(re.search(r":(\d+)/v1", running.stdout.readline())[1])
        with own_client("127.0.0.1", port):
            yield (
                running,
                openai.OpenAI(
                    base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0
                ),
            )
    finally:
        running.kill()
        running.communicate()


def stream(client):
    return iter(client.chat.completions.create(**question(stream=True, seed=1)))


def until_it_is_heard(client):
    """Wait until the server says that it ends: of two signals that come at once it would hear
    one."""
    health = str(client.base_url.copy_with(path="/healthz"))
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(health, trust_env=False).status_code == 503:
                return
        except httpx.TransportError:  # Nothing listens any more.
            return
        time.sleep(0.02)  # Another process is at work.
    pytest.fail("it goes on as if nothing had been said")


def told(chunk):
    return chunk.choices[0].delta.content or ""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_told_to_end_in_mid_answer(own_client):
    """The answer goes on to its end, whoever is new is refused, and the exit status is 0."""
    with process(own_client) as (running, client):
        chunks = stream(client)
        said = told(next(chunks)) + told(next(chunks))
        running.send_signal(signal.SIGTERM)
        rest = list(chunks)
        said += "".join(map(told, rest))
        assert said == "".join(f"1.{word} " for word in range(20))
        assert rest[-1].choices[0].finish_reason == "stop"
        # The connection is the one that was kept; nothing new listens.
        with pytest.raises((openai.APIConnectionError, openai.InternalServerError)):
            client.chat.completions.create(**question())
        _, log = running.communicate(timeout=20)
        assert running.returncode == 0
        assert "Traceback" not in log
        assert '"status": 200' in log


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
@pytest.mark.parametrize(("signals", "drain"), [(2, 30), (1, 1)])
def test_it_does_not_wait_for_ever(own_client, signals, drain):
    """A second signal ends it at once, and the first one after its time: the client is told."""
    with process(own_client, seconds=60, drain=drain) as (running, client):
        chunks = stream(client)
        next(chunks)
        began = time.monotonic()
        for _ in range(signals):
            running.send_signal(signal.SIGTERM)
            until_it_is_heard(client)
        with pytest.raises(openai.APIError):
            list(chunks)
        running.communicate(timeout=20)
        assert time.monotonic() - began < 15


def test_what_the_client_makes_of_refusals():
    """Each is the exception that programs for OpenAI's own service know, with its sentence."""

    async def run():
        engine = FixedEngine()
        found = {}

        async def fails(other, **more):
            with pytest.raises(openai.APIStatusError) as caught:
                await other.chat.completions.create(**{**question(), **more})
            return type(caught.value), caught.value.response.headers.get("retry-after", "")

        async with serving(engine, tokens={"glasses": TOKEN}, requests_a_minute=4) as running:

            def client(key):
                url = f"http://127.0.0.1:{running.port}/v1"
                return openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0)

            async with client("wrong") as stranger, client(TOKEN) as known:
                found["stranger"] = await fails(stranger)
                found["parameter"] = await fails(known, temperature=3)
                found["model"] = await fails(known, model="other")
                running.service.queue.drain()
                found["draining"] = await fails(known)
                found["fourth"] = await fails(known)
                found["too often"] = await fails(known)
        return found

    found = asyncio.run(run())
    assert {name: kind for name, (kind, _) in found.items()} == {
        "stranger": openai.AuthenticationError,
        "parameter": openai.BadRequestError,
        "model": openai.NotFoundError,
        "draining": openai.InternalServerError,
        "fourth": openai.InternalServerError,
        "too often": openai.RateLimitError,
    }
    assert found["draining"][1] == "5"
    assert 1 <= int(found["too often"][1]) <= 15


def test_the_client_closes_its_stream():
    """What it does not want any more is not worked on."""
    engine = FixedEngine(seconds=60, words=600)

    async def run():
        async with serving(engine) as running:
            url = f"http://127.0.0.1:{running.port}/v1"
            async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as other:
                made = await other.chat.completions.create(**question(stream=True))
                await anext(aiter(made))
                await made.close()
                await running.until(lambda: not engine.open)
            return running.service.metrics.text().decode()

    assert "edge_clients_gone_total 1.0" in asyncio.run(run())


def test_the_figures_add_up():
    """Requests by route and status, tokens in and out, refusals, and first pieces."""

    async def run():
        async with serving(FixedEngine(), requests_a_minute=2) as running:
            url = f"http://127.0.0.1:{running.port}/v1"
            async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as other:
                for _ in range(2):
                    await other.chat.completions.create(**question("two words", n=2))
                with pytest.raises(openai.RateLimitError):
                    await other.chat.completions.create(**question())

            def figures():
                return set(running.service.metrics.text().decode().splitlines())

            # A request is counted once it is over, and that may be after its last byte has come.
            with suppress(TimeoutError):
                await running.until(lambda: expected <= figures())
            return expected - figures()

    expected = {
        'edge_requests_total{route="/v1/chat/completions",status="200"} 2.0',
        'edge_requests_total{route="/v1/chat/completions",status="429"} 1.0',
        'edge_tokens_total{kind="in"} 4.0',
        'edge_tokens_total{kind="out"} 16.0',
        'edge_refused_total{status="429"} 1.0',
        "edge_first_piece_seconds_count 2.0",
        "edge_waiting 0.0",
        "edge_running 0.0",
        "edge_clients_gone_total 0.0",
    }
    assert asyncio.run(run()) == set()
