"""What a council adds to its slowest agent: tools/measure_council.py [--rounds N]

Five agents whose answers take a fixed time each (100 pieces at even distances, 0.3 to 0.5 s), made
by tasks that put their pieces into one queue. Printed is how much later than the slowest agent the
verdict comes, without an early end; and how much later than the third of three that agree, with it.
"""

import argparse
import asyncio
import statistics
import time

from edge.aio import cancelled
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.happenings import Verdict
from edge.reason.contemplate.provider import Chunk

PIECES = 100
SECONDS = (0.3, 0.35, 0.4, 0.45, 0.5)


class Fixed:
    """An upstream of fixed time."""

    name = "fixed"

    def __init__(self, answers):
        self.answers = answers
        self.ends = []

    async def stream(self, requests):
        queue = asyncio.Queue()
        begin = asyncio.get_running_loop().time()
        self.ends = [begin + seconds for seconds in SECONDS]

        async def one(agent):
            words = ["word "] * (PIECES - 1) + [f"\nAnswer: {self.answers[agent]}"]
            for n, word in enumerate(words, 1):
                at = begin + SECONDS[agent] * n / PIECES
                await asyncio.sleep(at - asyncio.get_running_loop().time())
                end = "stop" if n == PIECES else ""
                await queue.put(Chunk(agent, word, -0.1, end, tokens_out=PIECES if end else 0))

        # No TaskGroup: it would turn the closing of the generator into an error of its own.
        tasks = [asyncio.ensure_future(one(agent)) for agent in range(len(requests))]
        try:
            ended = 0
            while ended < len(requests):
                chunk = await queue.get()
                ended += bool(chunk.end)
                yield chunk
        finally:
            for task in tasks:
                await cancelled(task)


async def late(answers, quorum, place):
    """Milliseconds from the end of the agent in `place` to the verdict."""
    provider = Fixed(answers)
    async for event in Council(quorum=quorum).run("How many?", provider):
        if isinstance(event, Verdict):
            return (time.monotonic() - provider.ends[place]) * 1000
    raise AssertionError


async def main(rounds):
    for what, answers, quorum, place in (
        ("slowest of five, all different", "12345", 3, 4),
        ("third of three that agree", "77712", 3, 2),
    ):
        found = [await late(answers, quorum, place) for _ in range(rounds)]
        print(f"{what}: median {statistics.median(found):.1f} ms, most {max(found):.1f} ms"
              f" ({rounds} rounds)")  # fmt: skip


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--rounds", type=int, default=20)
asyncio.run(main(parser.parse_args().rounds))
