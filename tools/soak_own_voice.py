"""Whether the assistant ever takes its own voice for the wearer's, over hours of speaking.

    python tools/soak_own_voice.py DATA [--hours 1] [--seed 0] [--processes 2] [--json]

Virtual time, real models: it speaks sentence after sentence into recorded rooms (louder and softer,
sooner and later, with noise in three of four) and hears itself through them. In every other session
a wake word is needed, so that both ways of listening are tried. Nobody else speaks, so anything
that is understood, any wake word and any turn is a fault: then the status is 1. A false pause (the
answer stands still for half a second, and goes on) is counted, and is no fault. Each session is
about five minutes long. Of three, one begins with a canceller that knows nothing, one with what an
earlier session knew of the same room, and one with what it knew of another.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from edge.app import App
from edge.assistant import Assistant
from edge.bench.turn import synthesised
from edge.clock import SampleClock
from edge.events import SAMPLE_RATE, AudioFrame
from edge.fakes import ScriptedResponder
from edge.hear.echo import EchoCanceller
from edge.hear.files import read_blocks
from edge.models import Store
from edge.settings import Config, Wake
from edge.speak.speaker import FileSpeaker
from edge.timeline import Timeline
from tests.room import RoomMicrophone, learnt, response

SESSION = 300.0
"""Seconds."""
SENTENCES = 60
SPOKEN = []
"""Sound of sentences, shared with the processes."""


class Spoken:
    """A voice that says one of them after the other, whatever it is asked to say."""

    def __init__(self, first):
        self._next = first

    async def speak(self, sentence):
        samples = SPOKEN[self._next % len(SPOKEN)]
        self._next += 1
        for at in range(0, len(samples), 1600):
            await asyncio.sleep(0)
            yield AudioFrame(samples[at : at + 1600], at)


def sentences(data):
    """What people ask, which is what the assistant would be most easily taken in by."""
    lines = (data / "intents" / "clinc150.jsonl").read_text("utf-8").splitlines()
    texts = sorted({json.loads(line)["text"] for line in lines})
    np.random.default_rng(0).shuffle(texts)
    return [text[0].upper() + text[1:] + "." for text in texts[:SENTENCES]]


def noise(rng, data, seconds):
    """(n,) of a room that is never quiet; nothing in one of four."""
    size = round(seconds * SAMPLE_RATE)
    paths = sorted((data / "noise").glob("*.flac"))
    sound = np.concatenate([f.samples for f in read_blocks(paths[rng.integers(len(paths))])])
    loudness = rng.choice([0, 10, 30, 100])
    sound = np.roll(np.resize(sound, size), rng.integers(size)).astype(float)
    sound *= loudness / (np.sqrt(np.mean(sound**2)) + 1e-9)
    return np.clip(sound, -32768, 32767).astype(np.int16)


def session(job):
    """Counts of one session."""
    number, data, seconds = job
    rng = np.random.default_rng(number)
    rooms = sorted((data / "rir").glob("*.flac"))
    path = rooms[rng.integers(len(rooms))]
    room = response(path, gain=rng.choice([0.1, 0.3, 0.6]), delay_ms=int(rng.integers(10, 150)))
    phrase = "jarvis, computer" if number % 2 else ""
    before = None
    if number % 3:
        other = response(rooms[(rooms.index(path) + 1) % len(rooms)], gain=0.3)
        voice = np.concatenate(SPOKEN[:12])[: 12 * SAMPLE_RATE]
        before = learnt(voice, room if number % 3 == 1 else other)
    counts = Counter(seconds=round(seconds))
    config = Config(wake=Wake(phrase=phrase))
    with App(config, Store(offline=True)) as app, tempfile.TemporaryDirectory() as folder:
        clock = SampleClock()
        timeline = Timeline(clock)
        sink = FileSpeaker(Path(folder) / "speaker.wav", clock)
        microphone = RoomMicrophone(noise(rng, data, seconds), clock, sink, room, keep=False)
        echo = EchoCanceller(before)
        sink.on_played(echo.played)
        attention = app.attention()
        assistant = Assistant(
            microphone=microphone,
            ears=app.listener(clock, attention),
            responder=ScriptedResponder(["I heard that."] * 999),
            synthesizer=Spoken(int(rng.integers(SENTENCES))),
            sink=sink,
            clock=clock,
            timeline=timeline,
            barge_in=True,
            echo=echo,
        )
        if attention is not None:
            attention.speaking = lambda: assistant.answers.given is not None
            attention.emit = timeline.emit
        faults = []

        def watch(event, fields):
            if event in ("wake", "speech_started", "held", "transcript"):
                counts[event] += 1
            if event in ("wake", "transcript") and fields.get("text", "wake"):
                faults.append((round(clock.seconds, 1), event, fields))
            if event == "turn_done":
                counts["turns" if fields["question"] else "sentences"] += 1

        timeline.watch(watch)

        over = asyncio.Event()
        pause = [0.0]
        clock.on_advance(lambda moved: clock.seconds >= pause[0] and over.set())

        async def talk():
            while clock.seconds < seconds - 10:
                await assistant.announce("Something.")
                pause[0] = clock.seconds + rng.choice([0.1, 0.5, 3.0])
                over.clear()
                await over.wait()

        async def run():
            talking = asyncio.create_task(talk())
            await assistant.run()
            await talking

        sounding = []
        sink.on_played(lambda samples, at, rate: sounding.append(np.count_nonzero(samples)))
        asyncio.run(run())
        counts["spoken_s"] = round(sum(sounding) / SAMPLE_RATE)
    return counts, faults, f"session {number}: {path.stem}, {phrase or 'no wake word'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    total = arguments.hours * 3600
    # At least two: with a wake word and without.
    sessions = max(2, round(total / SESSION))
    with App(Config(), Store(offline=True)) as app:
        spoken = asyncio.run(synthesised(app, sentences(arguments.data)))
        SPOKEN.extend(one.samples for one in spoken)
    base = arguments.seed * 1000
    jobs = [(base + n, arguments.data, total / sessions) for n in range(sessions)]
    counts = Counter()
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("fork")) as pool:
        for some, faults, name in pool.map(session, jobs):
            counts.update(some)
            print(f"{name}: {dict(some)}", *faults, sep="\n  ", file=sys.stderr, flush=True)
    names = ("seconds", "spoken_s", "sentences", "wake", "speech_started", "transcript", "turns")
    result = {name: counts[name] for name in names} | {"false_pauses": counts["held"]}
    if arguments.json:
        print(json.dumps(result))
    else:
        pauses = 60 * counts["held"] / max(1, counts["spoken_s"])
        print(
            f"{counts['seconds'] / 3600:.2f} h, {counts['spoken_s'] / 3600:.2f} h of them spoken "
            f"({counts['sentences']} sentences): {counts['wake']} wakes, {counts['turns']} turns, "
            f"{counts['speech_started']} times taken for speech; {pauses:.2f} false pauses a minute"
        )
    return 1 if counts["wake"] or counts["turns"] else 0


if __name__ == "__main__":
    sys.exit(main())
