"""How long an utterance's end is waited for, and how often it comes too early.

    python tools/measure_endpoint.py FOLDER... [--plot docs/endpoint.svg]

Every recording of the folders is heard in virtual time, followed by three seconds of silence, with
plain silence and with smart-turn as the judge. Too early is an end after which speech still comes.
"""

import argparse
import asyncio
from pathlib import Path

import numpy as np
import soundfile

from edge.app import App
from edge.clock import SampleClock
from edge.errors import AudioFileError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, SpeechEnded, SpeechStarted
from edge.fakes import ScriptedRecognizer
from edge.hear.files import read_blocks
from edge.hear.listen import Listener
from edge.hear.turn_end import TurnEnd
from edge.models import Store
from edge.settings import Config, Endpoint
from edge.worker import Worker

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folders", nargs="+", type=Path)
parser.add_argument("--plot", type=Path)
arguments = parser.parse_args()


async def stream(path, clock):
    """The recording and the silence after it, in virtual time: the judge answers at once."""
    async for frame in _stream(path):
        for _ in range(4):
            await asyncio.sleep(0)
        await clock.released()
        yield frame


async def _stream(path):
    position = 0
    for frame in read_blocks(path):
        # Digital silence is not what a microphone hears; a little noise is put under everything.
        noise = np.random.default_rng(position).integers(-12, 13, len(frame.samples))
        samples = np.clip(frame.samples + noise, -32768, 32767).astype(np.int16)
        yield AudioFrame(samples, position)
        position += len(samples)
    for _ in range(3 * SAMPLE_RATE // FRAME_SAMPLES):
        noise = np.random.default_rng(position).integers(-12, 13, FRAME_SAMPLES)
        yield AudioFrame(noise.astype(np.int16), position)
        position += FRAME_SAMPLES


async def utterances(app, path, judge, worker, asr):
    """(start, end, noticed) of each utterance, in samples."""
    clock = SampleClock()
    turn_end = None
    if judge:
        turn_end = TurnEnd(judge, worker, sure=app.config.endpoint.sure, hold=clock.hold)
    listener = Listener(
        app.detector(),
        app.endpointer(judged=judge is not None),
        ScriptedRecognizer([]),
        asr,
        preroll_ms=500,
        turn_end=turn_end,
        hold=clock.hold,
    )
    started, found = 0, []
    async for event in listener.events(stream(path, clock)):
        if isinstance(event, SpeechStarted):
            started = event.at
        elif isinstance(event, SpeechEnded):
            found.append((started, event.at, event.noticed))
    return found


def measure(settings, paths):
    app = App(Config(endpoint=settings), Store(offline=True))
    judge = app.turn_judge()
    early, waits = 0, []
    with Worker("endpoint") as worker, Worker("asr") as asr:
        for path in paths:
            found = asyncio.run(utterances(app, path, judge, worker, asr))
            if not found:
                continue
            early += len(found) > 1
            waits.append((found[-1][2] - found[-1][1]) / SAMPLE_RATE)
    p50, p95 = np.percentile(waits, [50, 95])
    return 100 * early / len(waits), p50, p95, len(waits)


def readable(path):
    try:
        next(read_blocks(path))
    except (AudioFileError, soundfile.LibsndfileError):
        return False
    return True


paths = [p for folder in arguments.folders for p in sorted(folder.rglob("*.flac")) if readable(p)]
shipped = Endpoint().sure
rows = [
    *((f"silence {ms} ms", Endpoint(engine="silence", silence_ms=ms))
      for ms in (100, 200, 300, 500, 700)),
    *((f"smart-turn, sure {sure:g}", Endpoint(engine="smart-turn", sure=sure))
      for sure in sorted({0.6, 0.8, 0.9, shipped, 0.97, 0.99})),
]  # fmt: skip
results = {}
for name, settings in rows:
    results[name] = cut, p50, p95, count = measure(settings, paths)
    print(f"{name:22} {cut:5.1f} % too early, wait {p50:.2f} s (p95 {p95:.2f} s), n {count}")

if arguments.plot:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, sharey=True, figsize=(8, 3.2))
    for axis, place, title in ((axes[0], 1, "median"), (axes[1], 2, "95 %")):
        for kind in ("silence", "smart-turn"):
            points = [v for k, v in results.items() if k.startswith(kind)]
            axis.plot([p[place] for p in points], [p[0] for p in points], "o-", label=kind)
        ours = results[f"smart-turn, sure {shipped:g}"]
        axis.plot(ours[place], ours[0], "ks", fillstyle="none", markersize=11, label="as it ships")
        axis.axhline(5, color="0.7", linewidth=0.8)
        axis.set_xlabel(f"wait after the last word, {title} (s)")
    axes[0].set_ylabel("ended too early (%)")
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(arguments.plot, metadata={"Date": None})
