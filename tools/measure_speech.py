"""How well each voice is understood, how fast it speaks, and how soon it starts.

    python tools/measure_speech.py [--threads 2] [--sentences]

Speaks twenty sentences with each engine, has Moonshine write them down, and counts the words that
differ. Needs both models in the store.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import time
from pathlib import Path

import jiwer
import numpy as np
import soxr

from edge.hear.asr_moonshine import MoonshineRecognizer
from edge.models import Store
from edge.speak.plain import plain_text
from edge.speak.tts_piper import PiperVoice
from edge.speak.tts_pyttsx3 import Pyttsx3Voice
from edge.stages import Synthesizer
from edge.worker import Worker

SENTENCES = [
    "The capital of France is Paris.",
    "Your timer is set for ten minutes.",
    "It will be sunny today, with a high of twenty five degrees.",
    "Mr. Jones met Dr. Smith in the garden.",
    "Have you already taken your medicine this morning?",
    "Add milk, bread and two pounds of apples to the shopping list.",
    "Water boils at one hundred degrees at sea level.",
    "I am sorry, I did not understand that.",
    "The meeting with Sarah starts at half past three.",
    "A resting heart rate between sixty and one hundred is normal.",
    "Turn left at the next corner, and then walk straight ahead.",
    "The longest river in the world is the Nile.",
    "Please speak a little louder.",
    "There are three messages from your brother.",
    "Fold the paper in half, then open it again.",
    "Well done! That is the right answer.",
    "The train to London leaves from platform nine.",
    "Most birds can fly, but penguins cannot.",
    "You walked eight thousand steps yesterday.",
    "Good night, and sleep well.",
]
ONE_WORD = "Yes."
FORTY = "It is a quarter past ten in the evening."


SPELT = {"10": "ten", "25": "twenty five", "60": "sixty", "100": "one hundred", "9": "nine"}
ALIKE = {"doctor": "dr", "mister": "mr", "today": "to day"}


def words(text: str) -> str:
    """Without case, punctuation and the choice between digits and number words."""
    plain = re.sub(r"[^a-z0-9 ]", "", text.lower().replace("-", " "))
    return " ".join((SPELT | ALIKE).get(word, word) for word in plain.split())


async def spoken(voice: Synthesizer, text: str) -> tuple[np.ndarray, int, float, float]:
    """Samples, rate, seconds to the first frame and to the last."""
    began = time.perf_counter()
    first = 0.0
    parts, rate = [], 0
    async for frame in voice.speak(text):
        first = first or time.perf_counter() - began
        parts.append(frame.samples)
        rate = frame.rate
    return np.concatenate(parts), rate, first, time.perf_counter() - began


async def measure(name: str, voice: Synthesizer, ear: MoonshineRecognizer, show: bool) -> None:
    await spoken(voice, "Warm up.")
    heard, took, length = [], 0.0, 0.0
    for sentence in SENTENCES:
        samples, rate, _, seconds = await spoken(voice, plain_text(sentence))
        took += seconds
        length += len(samples) / rate
        heard.append(words(ear.transcribe(soxr.resample(samples, rate, 16_000))))
        if show and heard[-1] != words(sentence):
            print(f"    {sentence!r} heard as {heard[-1]!r}")
    counted = jiwer.process_words([words(sentence) for sentence in SENTENCES], heard)
    wrong = counted.substitutions + counted.deletions + counted.insertions
    total = counted.hits + counted.substitutions + counted.deletions
    starts = {
        text: statistics.median([(await spoken(voice, text))[2] for _ in range(9)])
        for text in (ONE_WORD, FORTY)
    }
    print(
        f"{name}: {wrong} of {total} words wrong; {took / length:.3f} of real time; first sound "
        f"after {starts[ONE_WORD]:.3f} s (one word), {starts[FORTY]:.3f} s "
        f"({len(FORTY)} characters)"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sentences", action="store_true", help="show what was misheard")
    arguments = parser.parse_args()
    store = Store(offline=True)
    folder: Path = store.path("piper-en-us-joe-medium")
    ear = MoonshineRecognizer.open(store.path("moonshine-tiny-en"))
    with Worker("tts") as worker:
        voice = PiperVoice(folder, worker, threads=arguments.threads)
        await measure(f"piper, {arguments.threads} threads", voice, ear, arguments.sentences)
    with Pyttsx3Voice() as other:
        await measure("pyttsx3", other, ear, arguments.sentences)


if __name__ == "__main__":
    asyncio.run(main())
