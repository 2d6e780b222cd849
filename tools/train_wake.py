"""Trains the project's wake words, the same on every run.

    python tools/train_wake.py jarvis computer [--work FOLDER] [--variants 10]

Recordings of the phrases are in DATA/wake/<phrase>, negatives are all other recordings of DATA:
speech, orders, the other phrases, noise, and some sentences of the assistant's own voice.

Everything is dealt into five folds: recordings by themselves, speech by its speaker. What belongs
to a fold is mixed only with noise and speech of the same fold, and the head of a fold has heard
nothing of it. So the scores in WORK/scores-<phrase>-<fold>.npz are all of unheard sound;
tools/measure_wake.py makes the figures of them. The head that ships is trained in the same way on
all five folds, and written to edge/wake. What is in WORK already is not made again.
"""

import argparse
import asyncio
import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from edge.events import SAMPLE_RATE
from edge.hear.files import read_blocks
from edge.hear.vad import SileroVad
from edge.hear.wake_augment import (
    Surroundings,
    background,
    elsewhere,
    loudness,
    noisy,
    to_int16,
    varied,
)
from edge.hear.wake_enrol import EARLY, LATE, spoken
from edge.hear.wake_front import STEP, WIDTH, FrontEnd
from edge.hear.wake_head import HEADS, SPAN, Head, save, slug
from edge.hear.wake_train import Examples, calibrated, fit
from edge.models import Store
from edge.speak.tts_piper import PiperVoice
from edge.worker import Worker

FOLDS = 5
BEFORE = 7
"""Steps before the phrase's end that teach nothing: neither phrase nor its absence."""
LIKELY, SURE = 2.0, 6.0
"""Logits that become the scores 0.5 and 0.9: read off the scores of unheard sound."""
PHRASES = ("jarvis", "computer", "alexa", "view_glass", "smart_mirror")
ALIKE = """
    service harvest Travis Charles garbage jargon nervous carve Davis Harris purpose marvellous
    Java jars jealous journalist Jarrod chart charming Darwin jaw jasmine Jersey Germans giant
    dervish compute commuter computing commute composer competitor committed completer
    computation compete computes commuters confuser compared compiler compactor container
    commuted compost contributor
""".split()  # noqa: SIM905  # a list would take a line a word
"""Words that are partly like the phrases."""

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("phrases", nargs="+")
arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
arguments.add_argument("--work", type=Path, default=Path("/tmp/edge-wake"))
arguments.add_argument("--variants", type=int, default=4)
arguments.add_argument("--spoken", type=int, default=250, help="sentences to synthesise")
arguments.add_argument("--processes", type=int, default=2)
arguments.add_argument("--no-folds", action="store_true", help="only the head that ships")


def read(path):
    return np.concatenate([block.samples for block in read_blocks(path, STEP)])


def fold(path):
    """By speaker where the name gives one (LibriSpeech: speaker-chapter-sentence), else by name."""
    name = path.stem.split("-")[0] if "librispeech" in str(path) else path.stem
    return hashlib.sha256(name.encode()).digest()[0] % FOLDS


def negatives(data, phrase=None):
    """All recordings that do not hold `phrase`."""
    folders = [*(data / "speech").iterdir(), *(data / "commands").iterdir(), data / "noise"]
    folders += [folder for folder in (data / "wake").iterdir() if folder.name != phrase]
    return sorted(path for folder in folders if folder.is_dir() for path in folder.glob("*.flac"))


def speak(data, work, count):
    """Sentences spoken by the assistant's own voice: it is not to wake itself.

    Orders and questions of DATA/intents, and words that sound somewhat like the phrases.
    """
    target = work / "spoken"
    target.mkdir(parents=True, exist_ok=True)
    lines = (data / "intents" / "clinc150.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    texts = sorted({row["text"] for row in rows})
    texts = [text for text in texts if not {"jarvis", "computer"} & set(text.lower().split())]
    np.random.default_rng(1).shuffle(texts)
    frames = ("{}", "I said {} and left")
    alike = [frame.format(word) for word in ALIKE for frame in frames]
    texts = [*alike, *texts][:count]
    files = [target / f"{number:04}.flac" for number in range(len(texts))]
    if all(file.exists() for file in files):
        return target

    async def sound(voice, text):
        return [frame async for frame in voice.speak(text)]

    with Worker("tts") as worker:
        for text, file in zip(texts, files, strict=True):
            if int(file.stem) % 50 == 0:
                # Another pace every fifty sentences.
                speed = 0.8 + 0.1 * (int(file.stem) // 50 % 5)
                voice = PiperVoice(Store().path("piper-en-us-joe-medium"), worker, speed=speed)
            if file.exists():
                continue
            spoken = asyncio.run(sound(voice, text))
            samples = np.concatenate([frame.samples for frame in spoken])
            resampled = soxr.resample(samples, spoken[0].rate, SAMPLE_RATE)
            soundfile.write(file, resampled, SAMPLE_RATE)
    return target


def surroundings(data, number):
    """What the recordings of fold `number` are mixed with."""
    chosen = [p for p in negatives(data) if fold(p) == number and "wake/" not in str(p)]
    return Surroundings(
        noise=[read(p) for p in chosen if "noise" in p.parts],
        speech=[read(p) for p in chosen if "noise" not in p.parts],
        rooms=[read(p).astype(np.float32) for p in sorted((data / "rir").glob("*.flac"))],
    )


def clips(path, around, variants, vad):
    """(samples, sample at which the phrase ends or None, kind) of a recording and its variations.

    `vad` finds the phrase; None for recordings without one.
    """
    rng = np.random.default_rng(list(path.stem.encode()))
    samples = read(path)
    if vad is None:
        yield samples, None, "plain"
        for _ in range(max(1, variants // 3)):
            yield elsewhere(samples, around, rng), None, "varied"
        return
    begin, end = spoken(samples, vad)
    if not end:
        begin, end = 0, len(samples)
    # As recorded, with a second of near silence after it: what an attentive device would hear.
    quiet = rng.normal(size=SAMPLE_RATE) * 4
    whole = np.concatenate([samples.astype(np.float32), quiet])
    yield to_int16(whole), end, "plain"
    level = loudness(samples[begin:end].astype(np.float32))
    noise = background(around.noise, len(whole), rng)
    yield to_int16(noisy(whole, noise, level, 10)), end, "10 dB"
    for _ in range(variants):
        sound, place = varied(samples[begin:end], around, rng)
        yield sound, place, "varied"
    sound, place = varied(samples[begin:end], around, rng, mild=True)
    yield sound, place, "mild"


def detector():
    return SileroVad(Store().path("silero-vad") / "silero_vad_16k_op15.onnx")


def features(job):
    """Embeddings of the recordings of one folder and fold, as they are and varied."""
    data, folder, number, variants, target = job
    if target.exists():
        return target
    front = FrontEnd(Store().path("wake-front-end"))
    around = surroundings(data, number)
    vad = detector() if folder.parent.name == "wake" else None
    sequences, ends, kinds, names = [], [], [], []
    for path in sorted(p for p in folder.glob("*.flac") if fold(p) == number):
        for samples, end, kind in clips(path, around, variants, vad):
            sequences.append(front.embeddings(np.pad(samples, (0, -len(samples) % STEP))))
            ends.append(-1 if end is None else end / STEP)
            kinds.append(kind)
            names.append(path.stem)
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        target,
        embeddings=np.concatenate([*sequences, np.zeros((0, WIDTH))]).astype(np.float16),
        lengths=np.array([len(s) for s in sequences], np.int64),
        ends=np.array(ends, np.float64),
        kinds=np.array(kinds, dtype=str),
        names=np.array(names, dtype=str),
        fold=number,
    )
    return target


def load_features(target, silence):
    """The sequences of a file of features, each (n, 96), preceded by silence; ends in steps."""
    with np.load(target) as file:
        lengths, rows = file["lengths"], file["embeddings"].astype(np.float32)
        parts = np.split(rows, np.cumsum(lengths)[:-1]) if len(lengths) else []
        lead = np.repeat(silence, SPAN - 1, axis=0)
        return [
            (np.concatenate([lead, part]), end, kind, name)
            for part, end, kind, name in zip(
                parts, file["ends"], file["kinds"], file["names"], strict=True
            )
        ]


def examples(sequences, positive):
    """Windows of the sequences: those just after the phrase, or those that have none in them."""
    starts, offset = [], 0
    for rows, end, kind, _ in sequences:
        # Window i ends with step i: its last embedding is that of samples up to (i + 1) * STEP.
        count = len(rows) - SPAN + 1
        steps = np.arange(count) + 1
        if end < 0:
            keep = np.ones(count, bool) if not positive else np.zeros(count, bool)
        elif positive:
            keep = (steps >= end + EARLY) & (steps < end + LATE) & (kind != "10 dB")
        else:
            # Not "mild" and the like after the phrase: there it may still be told.
            keep = steps < end - BEFORE
        starts.append(offset + np.flatnonzero(keep))
        offset += len(rows)
    rows = np.concatenate([s[0] for s in sequences])
    return Examples(rows, np.concatenate(starts).astype(np.int64))


@lru_cache(maxsize=1)
def all_sequences(targets):
    """What is in the files of features, by folder and fold."""
    front = FrontEnd(Store().path("wake-front-end"))
    silence = front.embeddings(np.zeros(STEP, np.int16))
    found = {}
    for target in targets:
        folder, number = target.stem.rsplit("-", 1)
        found[folder, int(number)] = load_features(target, silence)
    return found


def train(phrase, targets, leave_out, seed):
    """The layers of a head that has not heard fold `leave_out`."""
    sequences = all_sequences(targets)
    chosen = {name: s for name, s in sequences.items() if name[1] != leave_out}
    yes = [s for (folder, _), group in chosen.items() if folder == phrase for s in group]
    no = [s for (folder, _), group in chosen.items() if folder != phrase for s in group]
    no = [(rows, -1, kind, name) for rows, _, kind, name in no]
    own = [s for s in yes if s[2] == "varied"]
    return fit(examples(yes, True), examples(no + own, False), seed)


def main():
    options = arguments.parse_args()
    folders = [
        f
        for part in ("wake", "speech", "commands")
        for f in sorted((options.data / part).iterdir())
        if f.is_dir()
    ]
    folders.append(options.data / "noise")
    folders.append(speak(options.data, options.work, options.spoken))
    jobs = [
        (options.data, folder, n, options.variants, options.work / f"{folder.name}-{n}.npz")
        for n in range(FOLDS)
        for folder in folders
    ]
    with ProcessPoolExecutor(options.processes) as pool:
        targets = tuple(pool.map(features, jobs))
        save_background(all_sequences(targets))
        for phrase in options.phrases:
            ship = pool.submit(train, phrase, targets, None, 0)
            scored = [
                pool.submit(score, phrase, targets, n, options.work / f"scores-{phrase}-{n}.npz")
                for n in range(0 if options.no_folds else FOLDS)
            ]
            if scored:
                report(phrase, [row for job in scored for row in load_scores(job.result())])
            layers = calibrated(ship.result(), LIKELY, SURE)
            save(Head(phrase, layers), HEADS / f"{slug(phrase)}.npz")


def save_background(sequences):
    """What wearers' own wake words are told from: pieces of eight seconds, of folds 0 and 1."""
    rng = np.random.default_rng(2)
    rows = [
        row
        for (folder, number), group in sequences.items()
        if number < 2 and folder not in PHRASES
        for row, *_ in group
    ]
    pieces = []
    while sum(map(len, pieces)) < 5000:
        row = rows[int(rng.integers(len(rows)))][SPAN - 1 :]
        if len(row) >= SPAN:
            at = int(rng.integers(0, max(1, len(row) - 100)))
            pieces.append(row[at : at + 100])
    pieces = [piece for piece in pieces if len(piece) >= SPAN]
    all_rows = np.concatenate(pieces)
    low, high = np.percentile(all_rows, [0.05, 99.95], axis=0)
    scale = ((high - low) / 255).astype(np.float32)
    shift = ((high + low) / 2).astype(np.float32)
    target = HEADS / "background" / "speech.npz"
    target.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        target,
        rows=np.clip(np.rint((all_rows - shift) / scale), -127, 127).astype(np.int8),
        scale=scale,
        shift=shift,
        lengths=np.array([len(piece) for piece in pieces]),
    )


def score(phrase, targets, number, target):
    """Logits of all recordings of a fold, by the head that has not heard it, into a file."""
    if target.exists():
        return target
    head = Head(phrase, train(phrase, targets, number, number))
    rows = []
    for (folder, fold_number), group in all_sequences(targets).items():
        if fold_number == number:
            for embeddings, end, kind, name in group:
                windows = np.lib.stride_tricks.sliding_window_view(embeddings, SPAN, axis=0)
                logits = head.logits(np.ascontiguousarray(windows.transpose(0, 2, 1)))
                rows.append((folder, name, kind, end, logits.astype(np.float16)))
    np.savez(
        target,
        folder=np.array([r[0] for r in rows]),
        name=np.array([r[1] for r in rows]),
        kind=np.array([r[2] for r in rows]),
        end=np.array([r[3] for r in rows]),
        length=np.array([len(r[4]) for r in rows]),
        logits=np.concatenate([r[4] for r in rows]),
    )
    return target


def load_scores(target):
    """(folder, name, kind, end in steps or -1, logits) of each recording in a file of scores."""
    with np.load(target) as file:
        logits = np.split(file["logits"].astype(np.float32), np.cumsum(file["length"])[:-1])
        kept = (file[key].tolist() for key in ("folder", "name", "kind", "end"))
        return list(zip(*kept, logits, strict=True))


def report(phrase, rows):
    """Some figures of the scores of unheard sound; tools/measure_wake.py has more."""
    negative = [r for r in rows if r[0] != phrase]
    hours = sum(len(r[4]) for r in negative) * STEP / SAMPLE_RATE / 3600
    for cut in range(-1, 11):
        missed = {
            kind: [r[4].max() < cut for r in rows if r[0] == phrase and r[2] == kind]
            for kind in ("plain", "10 dB")
        }
        shares = ", ".join(f"{kind} {100 * np.mean(m):.1f} %" for kind, m in missed.items())
        false = sum(wakes(r[4], cut) for r in negative)
        print(f"{phrase}, logit {cut}: missed {shares}; {false} false in {hours:.2f} h", flush=True)


def wakes(logits, cut):
    """How often a detector that rests for two seconds after each wake would wake."""
    count, rest = 0, 0
    for step in np.flatnonzero(logits >= cut):
        if step >= rest:
            count, rest = count + 1, step + 25
    return count


if __name__ == "__main__":
    main()
