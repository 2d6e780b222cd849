"""Measure what hearing costs the router: the same sentences as text and as speech.

    python tools/measure_router_ears.py ../shared/data/intents [--sentences 200]

Each sentence is spoken by the voice of the settings and heard by their recogniser; the router
decides on both. The classifier has been trained on these sentences, so that the figure for text is
an upper bound; the difference is what is measured. Half of the sentences are in scope.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import numpy as np
import soxr

from edge.app import App
from edge.config import load
from edge.eval.command import skill_router
from edge.events import SAMPLE_RATE, Ask, AudioFrame
from edge.models import Store
from edge.reason.mapping import Mapping

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("folder", type=Path)
arguments.add_argument("--sentences", type=int, default=200)
options = arguments.parse_args()

examples = Mapping().examples(options.folder)
chosen = []
for served in (True, False):
    some = [one for one in examples if bool(one.target) == served]
    chosen += some[:: len(some) // (options.sentences // 2)][: options.sentences // 2]


async def spoken(voice, text):
    """(n,) int16 at 16 kHz, with half a second of silence on either side."""
    frames = [frame async for frame in voice.speak(text)]
    sound = np.concatenate([frame.samples for frame in frames]).astype(np.float32)
    sound = np.clip(soxr.resample(sound, frames[0].rate, SAMPLE_RATE), -32768, 32767)
    return np.pad(sound.astype(np.int16), SAMPLE_RATE // 2)


async def main():
    right = {"text": [], "speech": []}
    false = {"text": [], "speech": []}
    with App(load(), Store(offline=True)) as app, skill_router(app.classifier()) as router:
        voice, ears = app.synthesizer(), app.recognizer()
        for example in chosen:
            ears.accept(AudioFrame(await spoken(voice, example.text)))
            heard = ears.finish().text
            for way, text in (("text", example.text), ("speech", heard)):
                match = router.decide(Ask(text)).match
                taken = match.skill.name if match else ""
                if example.target:
                    right[way].append(taken == example.skill)
                else:
                    false[way].append(bool(taken))
                if way == "speech" and taken != example.skill:
                    print(
                        f"{example.skill or 'else'} -> {taken or 'else'}: {example.text} | {heard}"
                    )
    for way in ("text", "speech"):
        print(
            f"{way}: {np.mean(right[way]):.1%} of {len(right[way])} in scope reach their skill,"
            f" {np.mean(false[way]):.1%} of {len(false[way])} others are taken"
        )


asyncio.run(main())
