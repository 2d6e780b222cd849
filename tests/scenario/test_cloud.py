"""The scenario's service: a real server, asked through the gate, in virtual time."""

import asyncio
from datetime import UTC, datetime

import pytest

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE
from edge.reason.contemplate.provider import Request
from edge.reason.contemplate.service import Breaker, Service
from edge.reason.lm.chat import Message
from edge.scenario.cloud import SceneCloud
from edge.scenario.format import Cloud
from edge.trust.consent import Wishes
from edge.trust.gate import Gate, Plan
from edge.trust.ledger import Ledger
from edge.wall import VirtualClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUESTION = "How many legs do three spiders have?"


@pytest.fixture
def gate(tmp_path):
    return Gate(Wishes("always"), Ledger(tmp_path / "ledger.jsonl", lambda: NOON), lambda: NOON)


def asked(gate, settings, agents, *, until=None):
    """The answers of so many agents in order, and the sample of the clock at the end.

    `until`: leave after so many chunks.
    """

    async def run():
        clock = SampleClock()
        wall = VirtualClock(NOON, clock)

        async def microphone():
            while True:
                for _ in range(12):
                    await asyncio.sleep(0)
                await clock.released()
                clock.advance(320)

        async with SceneCloud(settings) as cloud:
            cloud.keep(clock, wall)
            service = Service(**cloud.service)
            permit = await gate.permit(Plan(service.name, "general", QUESTION))
            provider = cloud.provider(service, gate, permit, Breaker(lambda: 0.0))
            said, count = {}, 0
            with clock.hold():
                frames = asyncio.create_task(microphone())
                requests = [
                    Request((Message("user", f"{QUESTION} {agent}"),), seed=0, max_tokens=20)
                    for agent in range(agents)
                ]
                stream = provider.stream(requests)
                async for chunk in stream:
                    said[chunk.agent] = said.get(chunk.agent, "") + (chunk.error or chunk.text)
                    count += 1
                    if count == until:
                        break
                await stream.aclose()
                for _ in range(20):
                    await asyncio.sleep(0)
                now = clock.now
                # Nobody waits any more: time stands still again.
                for _ in range(20):
                    await asyncio.sleep(0)
                assert clock.now == now
            frames.cancel()
            return [said[agent] for agent in sorted(said)], now

    return asyncio.run(run())


def test_all_agents_are_answered_after_the_time_it_takes(gate):
    """Each its own answer, one soon after the other, and no more time passes."""
    settings = Cloud(answers=["24", "25"], seconds=3)
    answers, now = asked(gate, settings, 3)
    assert answers == ["24", "25", "24"]
    assert now == 3.2 * SAMPLE_RATE
    assert [row.kind for row in gate.ledger.entries()].count("sent") == 3


def test_whoever_leaves_early_lets_no_time_pass(gate):
    """The others of a council that has made up its mind are waited for by nobody."""
    _, now = asked(gate, Cloud(answers="24", seconds=3), 3, until=1)
    assert now == 3 * SAMPLE_RATE
