"""How long an utterance's end is waited for, and how often it comes too early.

    python tools/measure_endpoint.py FOLDER... [--plot docs/endpoint.svg]

Every recording of the folders is heard in virtual time, followed by three seconds of silence, with
plain silence, with smart-turn as the judge, and with the words that were understood besides. Too
early is an end after which speech still comes.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from edge.app import App
from edge.clock import SampleClock
from edge.errors import AudioFileError
from edge.events import (
    FRAME_SAMPLES,
    SAMPLE_RATE,
    AudioFrame,
    SpeechEnded,
    SpeechStarted,
    Transcript,
)
from edge.fakes import ScriptedRecognizer
from edge.hear.files import read_blocks
from edge.hear.listen import Listener
from edge.hear.turn_end import TurnEnd
from edge.models import Store
from edge.settings import Config, Endpoint, Memory
from edge.worker import Worker

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folders", nargs="+", type=Path)
parser.add_argument("--plot", type=Path)
arguments = parser.parse_args()
ANSWERS, TEXTS = {}, {}
"""What the judge and the recogniser have said, by the sound's bytes."""


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


class Remembering:
    """A judge that does not work the same out twice: the rows differ in what they make of it."""

    def __init__(self, judge):
        self._judge = judge

    def finished(self, samples):
        key = samples.tobytes()
        if key not in ANSWERS:
            ANSWERS[key] = self._judge.finished(samples)
        return ANSWERS[key]


class Reading:
    """A recogniser that understands pauses, and the same sound once."""

    def __init__(self, recognizer):
        self._recognizer = recognizer
        self.reset()

    def accept(self, frame):
        self._frames.append(frame)

    def draft(self):
        sound = np.concatenate([frame.samples for frame in self._frames])
        key = sound.tobytes()
        if key not in TEXTS:
            TEXTS[key] = self._recognizer.transcribe(sound)
        return Transcript(TEXTS[key], self._frames[0].start, self._frames[-1].end, 0.0)

    def finish(self):
        draft = self.draft()
        self.reset()
        return draft

    def reset(self):
        self._frames = []


async def utterances(app, path, judge, ears, answerable, worker, asr):
    """(start, end, noticed) of each utterance, in samples."""
    clock = SampleClock()
    turn_end = None
    if judge:
        turn_end = TurnEnd(judge, worker, sure=app.config.endpoint.sure, hold=clock.hold)
    listener = Listener(
        app.detector(),
        app.endpointer(judged=judge is not None),
        ears or ScriptedRecognizer([]),
        asr,
        preroll_ms=500,
        turn_end=turn_end,
        hold=clock.hold,
    )
    if ears:
        listener.answerable = answerable
    started, found = 0, []
    async for event in listener.events(stream(path, clock)):
        if isinstance(event, SpeechStarted):
            started = event.at
        elif isinstance(event, SpeechEnded):
            found.append((started, event.at, event.noticed))
    return found


def measure(settings, paths, *, words, folder):
    app = App(Config(endpoint=settings, memory=Memory(path=str(folder / "m"))), Store(offline=True))
    judge = app.turn_judge()
    early, waits = 0, []
    with app, Worker("endpoint") as worker, Worker("asr") as asr:
        answerable = app.responder(late=True).answerable if words else None
        for path in paths:
            judged = Remembering(judge) if judge else None
            ears = Reading(app.recognizer()) if words else None
            found = asyncio.run(utterances(app, path, judged, ears, answerable, worker, asr))
            if not found:
                continue
            early += len(found) > 1
            waits.append((found[-1][2] - found[-1][1]) / SAMPLE_RATE)
    p50, p95 = np.percentile(waits, [50, 95])
    return 100 * early / len(waits), p50, p95, max(waits), len(waits)


def readable(path):
    try:
        next(read_blocks(path))
    except (AudioFileError, soundfile.LibsndfileError):
        return False
    return True


paths = [p for folder in arguments.folders for p in sorted(folder.rglob("*.flac")) if readable(p)]
shipped = Endpoint().sure
sures = sorted({0.6, 0.8, 0.9, shipped, 0.97, 0.99})
judged = {sure: Endpoint(engine="smart-turn", sure=sure) for sure in sures}
rows = [
    *((f"silence {ms} ms", Endpoint(engine="silence", silence_ms=ms), False)
      for ms in (100, 200, 300, 500, 700)),
    *((f"smart-turn, sure {sure:g}", settings, False) for sure, settings in judged.items()),
    *((f"and the words, sure {sure:g}", settings, True) for sure, settings in judged.items()),
]  # fmt: skip
results = {}
with tempfile.TemporaryDirectory() as folder:
    for name, settings, words in rows:
        results[name] = measure(settings, paths, words=words, folder=Path(folder))
        cut, p50, p95, longest, count = results[name]
        print(
            f"{name:24} {cut:5.1f} % too early, wait {p50:.2f} s "
            f"(p95 {p95:.2f} s, longest {longest:.2f} s), n {count}",
            flush=True,
        )

if arguments.plot:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, sharey=True, figsize=(8, 3.2))
    for axis, place, title in ((axes[0], 1, "median"), (axes[1], 2, "95 %")):
        for kind in ("silence", "smart-turn", "and the words"):
            points = [v for k, v in results.items() if k.startswith(kind)]
            axis.plot([p[place] for p in points], [p[0] for p in points], "o-", label=kind)
        ours = results[f"and the words, sure {shipped:g}"]
        axis.plot(ours[place], ours[0], "ks", fillstyle="none", markersize=11, label="as it ships")
        axis.axhline(5, color="0.7", linewidth=0.8)
        axis.set_xlabel(f"wait after the last word, {title} (s)")
    axes[0].set_ylabel("ended too early (%)")
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(arguments.plot, metadata={"Date": None})
