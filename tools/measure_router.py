"""Measure how long an instant answer takes in text: the router and the skill together.

    python tools/measure_router.py ../shared/data/intents [--sentences 300]

Each sentence that one of our skills serves is asked once; an empty memory that lasts for the run
takes what the skills keep. Prints milliseconds, by the clock and of the processor: the second is
what can be compared on a machine with other work. So does it of the sentence encoder alone, and of
the decision about a request that rambles on for some hundred words.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import time
from pathlib import Path

import numpy as np

from edge.app import App
from edge.bench.machine import resident_mb
from edge.config import load
from edge.eval.command import skill_router
from edge.events import Ask
from edge.models import Store
from edge.reason.encoder import MODEL, Encoder
from edge.reason.mapping import Mapping

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("folder", type=Path)
arguments.add_argument("--sentences", type=int, default=300)
options = arguments.parse_args()

served = [one.text for one in Mapping().examples(options.folder) if one.target]
texts = served[:: max(1, len(served) // options.sentences)]


def show(what, milliseconds):
    times = sorted(milliseconds)
    shown = (
        f"{name} {times[round(share * (len(times) - 1))]:.1f} ms"
        for name, share in (("p50", 0.5), ("p95", 0.95), ("longest", 1.0))
    )
    print(f"{what}: {', '.join(shown)}, of {len(times)}")


def encoder_alone():
    folder = Store().path(MODEL)
    before = resident_mb()
    encoder = Encoder(folder)
    encoder.encode("a first sentence")
    held, times = resident_mb() - before, []
    for text in texts:
        began = time.perf_counter()
        encoder.encode(text)
        times.append(1000 * (time.perf_counter() - began))
    show(f"the encoder alone ({held:.0f} MB with the runtime)", times)


async def ask(router, text):
    began, worked = time.perf_counter(), time.process_time()
    async for _ in router.reply(Ask(text)):
        pass
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


async def everything():
    with App(load(), Store()) as app, skill_router(app.classifier()) as router:
        # Each is decided about long before it is asked, so that nothing is known of it any more.
        taken = [text for text in texts if router.decide(Ask(text)).match is not None]
        gc.collect()
        gc.freeze()  # as in a session
        return [await ask(router, text) for text in taken]


WORDS = (
    "the meeting with bob at five and then we went to the store to buy milk eggs one hundred"
    " and two pounds of bread on monday remind me to call mom in ten minutes list alarm"
    " timer weather"
)


def rambling():
    """Decisions about longer and longer requests, each of which names several times."""
    random = np.random.default_rng(0)
    with skill_router() as router:
        for count in (100, 300, 1000):
            text = " ".join(random.choice(WORDS.split(), count))
            began = time.perf_counter()
            router.decide(Ask(text))
            print(f"a request of {count} words: decided after {time.perf_counter() - began:.2f} s")
        for unit in ("a", "9", "a1", " "):
            for count in (1000, 8000):
                text = f"set a timer for {(unit * count)[:count]}"
                began = time.process_time()
                router.decide(Ask(text))
                spent = time.process_time() - began
                print(f"{unit!r} repeated to {count} letters: {spent:.3f} s of the processor")


encoder_alone()
taken = asyncio.run(everything())
for place, what in enumerate(("by the clock", "of the processor")):
    show(what, [one[place] for one in taken])
rambling()
