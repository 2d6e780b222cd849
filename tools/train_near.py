"""Trains the network that hears the wearer under the assistant's own voice.

    python tools/train_near.py DATA [--scenes 1500] [--seed 0] [--write]

Scenes are mixed from recordings of DATA: a voice is played into a room (recorded or made up; the
speaker may distort, and the room may change), there is noise, and in two of three somebody speaks
up, 0 to 15 dB below the echo. The canceller hears them, and the network learns to tell the first
0.4 s of a voice from everything before. Whoever speaks in a fifth of the scenes, and a room of the
recorded ones, are heard in no other: the figures are of those. --write keeps the weights, trained
on all scenes.
"""

import argparse
import asyncio
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from edge.app import App
from edge.bench.onset import speech_begin
from edge.bench.turn import synthesised
from edge.events import FRAME_SAMPLES, SAMPLE_RATE
from edge.hear.files import read_blocks
from edge.hear.kalman import KalmanEcho
from edge.hear.near import WEIGHTS, Features
from edge.models import Store
from edge.settings import Config
from tests.room import response

BLOCKS_S = SAMPLE_RATE // FRAME_SAMPLES
VOICE = round(0.4 * BLOCKS_S)
"""Blocks of a voice's beginning that are learnt from: later, it has been heard or not."""
FIRST = round(0.5 * BLOCKS_S)
"""Blocks of sound before anything is learnt from."""
HIDDEN = 48
LEVELS = (5, 0, -5, -10, -15)
"""dB of a voice against the echo."""
SOUNDS = []
"""What scenes are made of: voices, (wearer, where it begins), rooms, noises."""
LINES = (
    "The kettle is boiling, and the bread will be ready in about five minutes.",
    "There are three things on your list for today: milk, apples, and a birthday card.",
    "A rainbow forms when sunlight is bent and reflected inside of drops of rain.",
    "Your next train leaves at a quarter past nine, from platform four.",
    "Seventeen and twenty five make forty two. Would you like to hear how?",
    "It is sunny in Lisbon, with a high of twenty six degrees and a light wind from the west.",
    "I have set a timer for ten minutes. You will hear it ring in the kitchen.",
    "The bridge was opened in nineteen thirty two, and it is still the longest of its kind.",
    "You slept seven hours and ten minutes, which is about as much as usual.",
    "To poach an egg, bring the water to a simmer, stir it, and let the egg slide into the middle.",
)


@dataclass
class Scene:
    """What a network sees of a scene, block by block."""

    features: np.ndarray  # (blocks, Features.SIZE)
    voice: int | None  # the block in which somebody begins to speak
    level: int  # of the voice against the echo, dB
    held_out: bool


@lru_cache(maxsize=400)
def sound(path):
    return np.concatenate([frame.samples for frame in read_blocks(path)])


def made_up(rng):
    """A room's impulse response: what comes straight, some reflections, and a decaying rest."""
    size = SAMPLE_RATE // 2
    decay = rng.uniform(0.15, 0.8)
    rest = rng.normal(0, 1, size) * 10 ** (-3 * np.arange(size) / SAMPLE_RATE / decay)
    rest /= np.sqrt(np.sum(rest**2))
    straight = np.zeros(size)
    straight[0] = 1
    for at in rng.integers(5, 800, rng.integers(0, 8)):
        straight[at] += rng.normal(0, 0.3)
    straight = np.convolve(straight, rng.normal(0, 0.2, 8) + np.eye(1, 8)[0])[:size]
    straight /= np.sqrt(np.sum(straight**2))
    both = straight * 10 ** (rng.uniform(-5, 15) / 20) + rest
    return both / np.sqrt(np.sum(both**2))


def loudness(samples):
    return np.sqrt(np.mean(samples.astype(float) ** 2)) + 1e-9


def background(rng, noises, size):
    """The room's hiss, and in half of the rooms some noise, steady or sudden."""
    total = rng.normal(0, rng.choice([1, 8, 20]), size)
    if rng.random() < 0.5:
        noise = np.roll(sound(noises[rng.integers(len(noises))]), rng.integers(1 << 20))
        noise = np.resize(noise, size).astype(float)
        noise *= 10 ** rng.uniform(1, 2.4) / loudness(noise)
        if rng.random() < 0.3:
            noise[: rng.integers(size)] = 0
        total += noise
    return total


def scene(number):
    """One Scene from its number and from `SOUNDS`."""
    voices, wearers, rooms, noises = SOUNDS
    rng = np.random.default_rng(number)
    held_out = number % 5 == 0
    lead = rng.integers(0, 2 * SAMPLE_RATE)
    after = round(rng.choice([0.8, 1.2, 1.6, 2.5, 4, 7]) * SAMPLE_RATE)
    size = (lead + after + round(1.2 * SAMPLE_RATE)) // FRAME_SAMPLES * FRAME_SAMPLES
    voice = np.concatenate([voices[rng.integers(len(voices))] for _ in range(3)]).astype(float)
    voice = np.roll(voice, rng.integers(len(voice)))
    voice *= 10 ** rng.uniform(2.8, 3.7) / loudness(voice)
    played = np.zeros(size)
    played[lead:] = np.resize(voice, size - lead)
    played = np.clip(np.rint(played), -32768, 32767)
    bend = rng.choice([0, 0, 0, 4, 1.5]) * np.abs(played).max()
    source = np.tanh(played / bend) * bend if bend else played
    gain = rng.choice([0, 0.02, 0.1, 0.3, 0.5, 0.8])
    delay = rng.integers(0, 200) * SAMPLE_RATE // 1000

    def through():
        if held_out:
            room = response(rooms[0])
        elif rng.random() < 0.15:
            room = response(rooms[rng.integers(1, len(rooms))])
        else:
            room = made_up(rng)
        room = room / np.sqrt(np.sum(room**2)) * gain
        echo = np.zeros(size)
        heard = np.convolve(source, room[: SAMPLE_RATE // 2])[: size - delay]
        echo[delay:] = heard
        return echo

    echo = through()
    if rng.random() < 0.1:
        change = lead + rng.integers(SAMPLE_RATE // 2, after + SAMPLE_RATE // 2)
        echo[change:] = through()[change:]
    microphone = echo + background(rng, noises, size)
    begin, level = None, 0
    if rng.random() < 0.67:
        pool = wearers[0::5] if held_out else [w for n, w in enumerate(wearers) if n % 5]
        samples, start = pool[rng.integers(len(pool))]
        begin, level = lead + after, int(rng.choice(LEVELS))
        said = samples[start : start + size - begin].astype(float)
        against = loudness(echo[lead:]) if gain > 0.05 else 10 ** rng.uniform(2, 3.2)
        microphone[begin : begin + len(said)] += said * (
            against * 10 ** (level / 20) / loudness(samples[start : start + 3 * SAMPLE_RATE])
        )
    microphone = np.clip(np.rint(microphone), -32768, 32767).astype(np.int16)
    played = played.astype(np.int16)
    canceller, features, rows = KalmanEcho(), Features(), []
    for at in range(0, size, FRAME_SAMPLES):
        heard, reference = microphone[at : at + FRAME_SAMPLES], played[at : at + FRAME_SAMPLES]
        if at + FRAME_SAMPLES <= lead:
            features.room(heard)
            continue
        left, doubt = canceller.step(heard, reference)
        sounding = bool(reference.any())
        rows.append(features.push(left, heard - left, doubt, sounding=sounding))
    first = lead // FRAME_SAMPLES
    place = None if begin is None else begin // FRAME_SAMPLES - first
    return Scene(np.array(rows), place, level, held_out)


def examples(scenes):
    """(n, SIZE) features, (n,) whether there is a voice."""
    rows, truth = [], []
    for one in scenes:
        quiet = len(one.features) if one.voice is None else one.voice - 1
        rows.append(one.features[FIRST:quiet])
        truth.append(np.zeros(len(rows[-1])))
        if one.voice is not None:
            rows.append(one.features[one.voice + 1 : one.voice + VOICE])
            truth.append(np.ones(len(rows[-1])))
    return np.concatenate(rows), np.concatenate(truth).astype(np.float32)


def fit(x, truth, seed, epochs=12, batch=256, rate=1e-3, decay=1e-4, dropout=0.1):
    """Weights and bias of three layers, by Adam; voices weigh half as much as all the rest."""
    rng = np.random.default_rng(seed)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 0.1
    x = ((x - mean) / spread).astype(np.float32)
    weight = np.where(truth > 0, 0.5 * np.mean(truth == 0) / np.mean(truth), 1).astype(np.float32)
    sizes = [x.shape[1], HIDDEN, HIDDEN // 2, 1]
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [rng.normal(0, inputs**-0.5, (inputs, outputs)), np.zeros(outputs)]
    layers = [layer.astype(np.float32) for layer in layers]
    first = [np.zeros_like(layer) for layer in layers]
    second = [np.zeros_like(layer) for layer in layers]
    steps = 0
    for epoch in range(epochs):
        now = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
        for chosen in np.array_split(rng.permutation(len(x)), len(x) // batch):
            seen = x[chosen] * (rng.random((len(chosen), x.shape[1])) > dropout) / (1 - dropout)
            seen = seen.astype(np.float32)
            one = np.maximum(seen @ layers[0] + layers[1], 0)
            two = np.maximum(one @ layers[2] + layers[3], 0)
            logit = (two @ layers[4] + layers[5])[:, 0]
            slope = (1 / (1 + np.exp(-logit)) - truth[chosen]) * weight[chosen] / len(chosen)
            slope = slope[:, np.newaxis]
            back_two = slope @ layers[4].T * (two > 0)
            back_one = back_two @ layers[2].T * (one > 0)
            pulls = [seen.T @ back_one, back_one.sum(axis=0), one.T @ back_two]
            pulls += [back_two.sum(axis=0), two.T @ slope, slope.sum(axis=0)]
            steps += 1
            for n, pull in enumerate(pulls):
                first[n] = 0.9 * first[n] + 0.1 * pull
                second[n] = 0.999 * second[n] + 0.001 * pull**2
                change = (first[n] / (1 - 0.9**steps)) / (
                    np.sqrt(second[n] / (1 - 0.999**steps)) + 1e-8
                )
                layers[n] -= (now * (change + decay * layers[n])).astype(np.float32)
    # What was done to the features is done by the first layer from now on.
    layers[1] = layers[1] - (mean / spread) @ layers[0]
    layers[0] = layers[0] / spread[:, np.newaxis]
    return [layer.astype(np.float32) for layer in layers]


def logits(layers, x):
    one = np.maximum(x @ layers[0] + layers[1], 0)
    two = np.maximum(one @ layers[2] + layers[3], 0)
    return (two @ layers[4] + layers[5])[:, 0]


def report(layers, scenes):
    """How soon a voice is heard, against how often there is none."""
    scores = [logits(layers, one.features) for one in scenes]
    columns = "  ".join(f"{level:4} dB: 50, 75, 90 %" for level in LEVELS)
    print(f"threshold  false a minute  {columns}")
    for threshold in (2, 3, 4, 5, 6, 7):
        false = blocks = 0
        waits = {level: [] for level in LEVELS}
        for one, score in zip(scenes, scores, strict=True):
            until = len(score) if one.voice is None else one.voice - 1
            blocks += max(0, until - FIRST)
            at = FIRST
            while at < until:
                if score[at] > threshold:
                    false, at = false + 1, at + BLOCKS_S
                at += 1
            if one.voice is not None:
                above = np.flatnonzero(score[one.voice :] > threshold)
                waits[one.level].append((above[0] + 1) / BLOCKS_S if len(above) else 9.99)
        parts = [np.percentile(waits[level] or [np.nan], [50, 75, 90]) for level in LEVELS]
        cells = ["".join(f"{part:7.2f}" for part in three) for three in parts]
        print(f"{threshold:9} {false / (blocks / BLOCKS_S / 60):15.2f}  " + "  ".join(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--scenes", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"to {WEIGHTS.name}")
    arguments = parser.parse_args()
    with App(Config(), Store(offline=True)) as app:
        own = [question.samples for question in asyncio.run(synthesised(app, LINES))]
        detector = app.detector()
        read = sorted((arguments.data / "speech" / "librispeech_no_text").rglob("*.flac"))
        orders = sorted((arguments.data / "commands" / "coffee_maker").rglob("*.flac"))
        wearers = []
        for path in [*read, *orders]:
            samples = sound(path)[: 6 * SAMPLE_RATE]
            if (begin := speech_begin(samples, detector)) is not None:
                wearers.append((samples, begin))
    voices = [*own, *own, *(sound(path)[: 6 * SAMPLE_RATE] for path in read)]
    rooms = sorted((arguments.data / "rir").glob("*.flac"))
    noises = sorted((arguments.data / "noise").glob("*.flac"))
    base = arguments.seed * 1_000_000
    SOUNDS.extend([voices, wearers, rooms, noises])
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("fork")) as pool:
        scenes = list(pool.map(scene, range(base, base + arguments.scenes), chunksize=8))
    x, truth = examples([one for one in scenes if not one.held_out])
    print(f"{len(scenes)} scenes; learns from {len(x)} blocks, {100 * truth.mean():.0f} % voice")
    report(fit(x, truth, arguments.seed), [one for one in scenes if one.held_out])
    if arguments.write:
        layers = fit(*examples(scenes), arguments.seed)
        names = ("weights0", "bias0", "weights1", "bias1", "weights2", "bias2")
        kinds = (np.float16, np.float32) * 3
        stored = {n: v.astype(k) for n, v, k in zip(names, layers, kinds, strict=True)}
        np.savez_compressed(WEIGHTS, **stored)


if __name__ == "__main__":
    main()
