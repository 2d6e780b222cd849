"""Voice to voice in the browser, beside `edge run` on files: the same questions, in turns.

    python tools/measure_browser.py [--rounds 2] [--keep FOLDER] [--chromium /usr/bin/chromium]

Both hear one recording at real pace: Chromium as its fake microphone, before `edge sim`, and
`edge run --mic`. Each wait is from the last sample of speech to the first audible sample of the
answer. In the browser both are caught in the page, on one clock; what the browser then takes to
bring its sound to the device is given beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.sim.page.listening import Caught

sys.path.insert(0, str(Path(__file__).parents[1]))
RATE = 48_000
QUESTIONS = (
    # Neither sees this one: what is loaded at the first question is no matter here.
    "What time is it?",
    "What is the capital of France?",
    "What is fifteen percent of eighty?",
    "How many legs does a spider have?",
    "What day is it today?",
    "Who wrote Romeo and Juliet?",
    "How much is twelve times eleven?",
    "What is the opposite of difficult?",
    "What is seven plus eight?",
    "How many continents are there?",
    "What time is it in Tokyo?",
    "What is the currency of Japan?",
    "Flip a coin.",
)
BEFORE_S, AFTER_S = 4.0, 4.0
"""Seconds of near-silence before the first question, and after each. An answer that is longer is
interrupted by the next question."""


@dataclass(frozen=True, slots=True)
class Script:
    """What is asked."""

    file: Path
    samples: np.ndarray
    """(n,) int16 at 16 000 a second."""
    begins: list[int]
    """Of each question, in these samples."""
    ends: list[int]
    """Just past the last sample of each question's speech."""


def written(folder: Path) -> Script:
    """The recording, in the voice of the settings."""
    import soundfile
    import soxr

    from edge.app import App
    from edge.bench.turn import synthesised
    from edge.config import load
    from edge.events import SAMPLE_RATE
    from edge.models import Store

    with App(load(), Store(offline=True)) as app:
        questions = asyncio.run(synthesised(app, QUESTIONS))
    pieces = [np.zeros(round(BEFORE_S * SAMPLE_RATE), np.int16)]
    begins, ends = [], []
    for question in questions:
        begins.append(sum(map(len, pieces)))
        ends.append(begins[-1] + question.end)
        pieces += [question.samples, np.zeros(round(AFTER_S * SAMPLE_RATE), np.int16)]
    samples = np.concatenate(pieces)
    # Digital silence is not what a microphone hears.
    noise = np.random.default_rng(1).integers(-12, 13, len(samples))
    samples = np.clip(samples + noise, -32768, 32767).astype(np.int16)
    file = folder / "questions.wav"
    soundfile.write(file, soxr.resample(samples, SAMPLE_RATE, RATE), RATE, subtype="PCM_16")
    return Script(file, samples, begins, ends)


def environment(folder: Path) -> dict[str, str]:
    return {"EDGE_MEMORY_PATH": str(folder / "memory.sqlite"), "EDGE_OFFLINE": "1"}


def by_files(script: Script, folder: Path) -> list[float | None]:
    """Seconds of each wait, of `edge run` on files."""
    from edge.bench.turn import first_sound, read
    from edge.events import SAMPLE_RATE

    speaker = folder / "speaker.wav"
    command = [sys.executable, "-m", "edge", "run", "--mic", script.file, "--speaker", speaker]
    trace = ["--trace", folder / "trace.jsonl"]
    environ = {**os.environ, **environment(folder)}
    subprocess.run([*command, *trace], env=environ, check=True, stdout=subprocess.DEVNULL)
    heard = read(speaker).samples
    waits = []
    for end, until in zip(script.ends, [*script.begins[1:], len(heard)], strict=True):
        first = first_sound(heard[:until], end)
        waits.append(None if first is None else (first - end) / SAMPLE_RATE)
    return waits


def by_browser(script: Script, folder: Path, chromium: str) -> tuple[list[float | None], float]:
    """Seconds of each wait, in the page; and the latency of its speaker as the browser says."""
    from playwright.sync_api import sync_playwright

    from tests.sim.page.listening import caught, listen_in
    from tests.sim.page.product import SIM, running

    switches = [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={script.file}%noloop",
    ]
    simulator = running(*SIM, **environment(folder))
    with simulator as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=switches)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        listen_in(page)
        page.goto(address)
        page.locator("#state", has_text="Offline").wait_for(timeout=60_000)
        page.click("#microphone")
        page.wait_for_timeout(1000 * len(script.samples) / 16_000 + 1000)
        asked, said = (caught(page, name) for name in ("microphone", "speaker"))
        turns = page.request.get(f"{address}api/turns").json()
        (folder / "turns.json").write_text(json.dumps(turns, indent=1))
        browser.close()
    np.savez(folder / "caught.npz", asked=asked.samples, said=said.samples)
    if not asked.samples.any() or not said.samples.any():
        sys.exit("The page heard nothing, or said nothing.")
    return waits_in(script, asked, said), said.latency


def waits_in(script: Script, asked: Caught, said: Caught) -> list[float | None]:
    """Seconds of each wait, from what the page's two nodes have heard."""
    from edge.bench.turn import first_sound

    waits = []
    ends = [*script.begins[1:], len(script.samples)]
    for begin, end, until in zip(script.begins, script.ends, ends, strict=True):
        place = found(script.samples[begin:end], asked, begin)
        spoken = asked.when(place + (end - begin) * asked.rate // 16_000)
        last = said.position(spoken + (until - end) / 16_000)
        first = first_sound(said.samples[:last], said.position(spoken))
        waits.append(None if first is None else said.when(first) - spoken)
    return waits


def found(question: np.ndarray, asked: Caught, about: int) -> int:
    """Where (n,) `question` begins in what the microphone's node has heard.

    `about`: where it is in the recording; the node began to listen at most 3 s after that began.
    """
    import soxr
    from scipy.signal import correlate

    wanted = soxr.resample(question.astype(np.float32), 16_000, asked.rate)
    from_ = max(0, round((about / 16_000 - 3) * asked.rate))
    there = asked.samples[from_ : from_ + len(wanted) + 4 * asked.rate].astype(np.float32)
    likeness = correlate(there, wanted, mode="valid", method="fft")
    return from_ + int(np.argmax(likeness))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for what was recorded")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        # Chromium takes no relative path for a microphone.
        folder = (given.keep or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        script = written(folder)
        files, browsers, latencies = [], [], []
        for n in range(given.rounds):
            for name in ("files", "browser"):
                (folder / f"{name}-{n}").mkdir(exist_ok=True)
            files.append(by_files(script, folder / f"files-{n}"))
            waits, latency = by_browser(script, folder / f"browser-{n}", given.chromium)
            browsers.append(waits)
            latencies.append(latency)
    report(files, browsers, latencies)


def report(
    files: list[list[float | None]], browsers: list[list[float | None]], latencies: list[float]
) -> None:
    """Each question's medians, and those of all, in seconds."""
    rows = []
    for at, question in enumerate(QUESTIONS[1:], 1):
        pair = [
            np.median([row[at] for row in rounds if row[at] is not None] or [np.nan])
            for rounds in (files, browsers)
        ]
        rows.append(pair)
        print(f"{question:40} files {pair[0]:.3f}  browser {pair[1]:.3f}")
    both = np.array(rows)
    both = both[~np.isnan(both).any(axis=1)]
    medians = np.median(both, axis=0)
    print(f"{len(both)} questions, {len(files)} rounds, medians:")
    print(f"edge run on files  {medians[0]:.3f} s")
    print(f"in the page        {medians[1]:.3f} s, {1000 * (medians[1] - medians[0]):+.0f} ms")
    apart = 1000 * np.median(both[:, 1] - both[:, 0])
    print(f"question by question the page is {apart:+.0f} ms (median of the differences)")
    print(f"and its sound leaves the device {1000 * np.median(latencies):.0f} ms later")


if __name__ == "__main__":
    main()
