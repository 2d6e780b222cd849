"""Stories told to a running server."""

import asyncio

import numpy as np

from edge.sim.wire import MICROPHONE, Sound, pack
from tests.sim.conftest import served

LOUD = np.full(320, 1000, np.int16)
QUIET = np.zeros(320, np.int16)


def run(fakes, story, **options):
    """`story(site, fakes)` against a running server."""

    async def session():
        async with served(fakes.simulator, fakes.memory, **options) as site:
            await asyncio.wait_for(story(site, fakes), 60)

    asyncio.run(session())


async def speak(page, pattern, begin=0):
    """Send frames at real pace."""
    for number, samples in enumerate(pattern):
        await page.socket.send(pack(Sound(MICROPHONE, 0, begin + 320 * number, samples)))
        await asyncio.sleep(0.018)
    return begin + 320 * len(pattern)
