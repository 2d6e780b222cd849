"""What a council adds to its slowest agent: tools/measure_council.py [--rounds N]

Five agents whose answers take a fixed time each (100 pieces at even distances, 0.3 to 0.5 s), made
by tasks that put their pieces into one queue. Printed is how much later than the slowest agent the
verdict comes, without an early end; and how much later than the third of three that agree, with it.

With --http the agents are asked the way a wearer's are: through the gate, with the ledger on the
disk, at a server in another process whose answers take half a second (20 pieces).
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from edge.aio import cancelled
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.happenings import Verdict
from edge.reason.contemplate.openai import OpenAiProvider
from edge.reason.contemplate.provider import Chunk
from edge.reason.contemplate.service import Service
from edge.trust.consent import Wishes
from edge.trust.gate import Gate, Limits, Plan
from edge.trust.ledger import Ledger

PIECES = 100
SECONDS = (0.3, 0.35, 0.4, 0.45, 0.5)
HTTP_S = 0.5


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


async def through_the_gate(port, rounds):
    """Milliseconds that councils of one session take beyond their agents' half a second."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        now = lambda: datetime.now(UTC)  # noqa: E731
        ledger = Ledger(Path(folder) / "ledger.jsonl", now)
        gate = Gate(Wishes("always"), ledger, now, Limits(tokens_a_day=10**9))
        service = Service("box", f"http://127.0.0.1:{port}/v1", "fixed")
        for _ in range(rounds + 1):
            begin = time.monotonic()
            permit = await gate.permit(Plan("box", "general", "How many?"))
            provider = OpenAiProvider(service, gate, permit)
            async for event in Council(quorum=5, first=0).run(
                "How many pens are in 6 boxes?", provider
            ):
                if isinstance(event, Verdict):
                    found.append((time.monotonic() - begin - HTTP_S) * 1000)
    # The first one loads what all of them use.
    return found[1:]


def http(rounds):
    command = [sys.executable, str(Path(__file__).with_name("measure_serve.py")), "--serve"]
    command += ["--seconds", str(HTTP_S), "--pieces", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int(server.stdout.readline().rsplit(":", 1)[1].split("/")[0])
            found = asyncio.run(through_the_gate(port, rounds))
        finally:
            server.terminate()
    print(f"through the gate: median {statistics.median(found):.1f} ms, most {max(found):.1f} ms"
          f" ({rounds} rounds)")  # fmt: skip


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
parser.add_argument("--http", action="store_true")
options = parser.parse_args()
if options.http:
    http(options.rounds)
else:
    asyncio.run(main(options.rounds))
