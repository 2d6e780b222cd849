"""Answers over several processes: what happens when one of them dies."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.errors import TextError
from edge.reason.lm.chat import Message
from edge.serve.fixed import FixedEngine
from edge.serve.fleet import Decoder, Remote
from edge.serve.jobs import Interrupted, Wish
from tests.conftest import needed

WISHES = [Wish((Message("user", "Hello"),), seed=seed) for seed in (1, 2)]


class Dead(Exception):
    """What a cluster raises for a replica that has died."""


class Wrapped(Exception):
    """What a cluster raises for an error on the other side."""

    def __init__(self, cause):
        super().__init__("far away")
        self.cause = cause


class Handle:
    """A deployment whose replicas die after so many pieces each; None: not at all."""

    def __init__(self, *lives, words=4, other=None):
        self.lives = list(lives)
        self.engines = [FixedEngine(words=words) for _ in lives]
        self.other = other
        self.asked = 0
        self.cancelled = 0
        self.prepare = self
        self.stream = self

    def options(self, *, stream):
        assert stream
        return self

    def remote(self, first, seconds=None):
        if seconds is not None:
            return self._prepare(first, seconds)
        place = self.asked
        self.asked += 1
        return Answers(self, self._stream(place, first))

    async def _prepare(self, wishes, seconds):
        try:
            return await Decoder(FixedEngine).prepare(wishes, seconds)
        except TextError as error:
            raise Wrapped(error) from error

    async def _stream(self, place, jobs):
        if place and self.other is not None:
            jobs = [self.other]
        count = 0
        async for pair in Decoder(lambda: self.engines[place]).stream(jobs):
            if count == self.lives[place]:
                raise Dead
            count += 1
            yield pair


class Answers:
    """A stream of the cluster's: it can be cancelled."""

    def __init__(self, handle, items):
        self._handle = handle
        self._items = items

    def __aiter__(self):
        return self._items

    def cancel(self):
        self._handle.cancelled += 1


def passed_on(handle):
    async def run():
        remote = Remote("fixed", handle, (Dead,))
        job = await remote.prepare(WISHES, 5.0)
        found = [pair async for pair in remote.stream([job])]
        alone = [pair async for pair in FixedEngine().stream([job])]
        return found, alone

    return asyncio.run(run())


@pytest.mark.parametrize("lives", [(None,), (0, None), (3, None), (3, 5, None), (7, 2, None)])
def test_an_answer_survives_the_death_of_a_decoder(lives):
    """Each piece comes once, in order, wherever decoders die."""
    handle = Handle(*lives)
    found, alone = passed_on(handle)
    assert found == alone
    assert handle.asked == handle.cancelled == len(lives)


def test_gives_up_when_all_decoders_die():
    """After three of them the client is told, and nobody hangs."""
    with pytest.raises(Interrupted, match="stays alive"):
        passed_on(Handle(1, 1, 1))


def test_never_goes_on_with_another_answer():
    """Where the next decoder says something else than was passed on, the answer is broken off."""

    async def run():
        engine = FixedEngine()
        other = await engine.prepare([Wish((Message("user", "Hello"),), seed=9)] * 2, 5.0)
        return Handle(3, None, other=other)

    with pytest.raises(Interrupted, match="broken off"):
        passed_on(asyncio.run(run()))


def test_what_the_engine_says_arrives_as_it_was_said():
    """A prompt that is too long is the same sentence from another process."""

    async def run():
        wish = Wish((Message("user", "word " * 2000),))
        await Remote("fixed", Handle(None), (Dead,)).prepare([wish], 5.0)

    with pytest.raises(TextError, match="1000 words"):
        asyncio.run(run())


@pytest.mark.slow
def test_no_request_is_lost_when_a_replica_is_killed(tmp_path):
    """Four streams over two real replicas; one is killed in mid-stream, and all end whole."""
    needed("ray")
    script = Path(__file__).with_name("fleet_cluster.py")
    out = subprocess.run(
        [sys.executable, str(script)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
        # It reports to nobody, writes nothing at home, and a busy machine takes its time.
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
        },
    ).stdout
    # Ray's own processes write to the same output.
    found = json.loads(next(line for line in out.splitlines() if line.startswith('{"halfway"')))
    assert found == {"halfway": 2, "replicas": 2, "answers": ["whole"] * 4}
