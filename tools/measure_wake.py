"""How often a wake word is missed, and how often somebody wakes it who did not mean to.

    python tools/measure_wake.py jarvis computer [--work FOLDER] [--plot docs/wake.svg]
    python tools/measure_wake.py --cost
    python tools/measure_wake.py --own alexa view_glass smart_mirror

The first reads the scores that tools/train_wake.py has left in FOLDER, each from a head that had
not heard the recording, and asks the recogniser about everything that may be a call. The second
measures what listening costs. The third enrols phrases from five recordings each, as a wearer
would, and tries them on the other recordings and on all else.
"""

import argparse
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
import train_wake as training

from edge.app import App
from edge.events import SAMPLE_RATE, AudioFrame
from edge.hear.transcribe import FRAME, transcribe
from edge.hear.wake import WakeDetector, WakeRule
from edge.hear.wake_enrol import LONGEST, SHORTEST, enrol, spoken
from edge.hear.wake_front import STEP
from edge.hear.wake_head import SPAN
from edge.hear.wake_heads import find
from edge.models import Store
from edge.settings import Config

RULE = WakeRule()

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("phrases", nargs="*")
arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
arguments.add_argument("--work", type=Path, default=Path("/tmp/edge-wake"))
arguments.add_argument("--variants", type=int, default=4, help="as given to train_wake")
arguments.add_argument("--plot", type=Path)
arguments.add_argument("--cost", action="store_true", help="milliseconds of 80 ms")
arguments.add_argument("--own", nargs="+", default=[], metavar="PHRASE")
arguments.add_argument("--tries", type=int, default=2, help="choices of five recordings")


def score(logits, likely, sure):
    """What a head that is calibrated so makes of the logits."""
    return 1 / (1 + np.exp(-np.clip((logits - likely) * np.log(9) / (sure - likely), -60, 60)))


def events(scores, threshold):
    """(step, highest score soon after) of each wake: two seconds of rest follow each."""
    found, rest = [], 0
    for step in np.flatnonzero(scores >= threshold):
        if step >= rest:
            found.append((int(step), float(scores[step : step + 5].max())))
            rest = step + 25
    return found


class Ears:
    """Says what the recogniser makes of a recording, or of a part of it."""

    def __init__(self, data, work, variants):
        app = App(Config(), Store(offline=True))
        self.vad, self.recognizer = app.detector(), app.recognizer()
        self.data, self.work, self.variants = data, work, variants
        self._around = {}
        self._paths = {}

    def clip(self, folder, name, kind, number):
        """The samples of a recording, or of its variation `number` of that kind, made again."""
        if (folder, name) not in self._paths:
            root = self.work / "spoken" if folder == "spoken" else None
            root = root or next(p for p in self.data.rglob(folder) if p.is_dir())
            self._paths |= {(folder, path.stem): path for path in root.glob("*.flac")}
        path = self._paths[folder, name]
        fold = training.fold(path)
        if fold not in self._around:
            self._around[fold] = training.surroundings(self.data, fold)
        vad = self.vad if path.parent.parent.name == "wake" else None
        made = training.clips(path, self._around[fold], self.variants, vad)
        these = (samples for samples, _, k in made if k == kind)
        return next(islice(these, number, None))

    def heard(self, samples):
        """The text of the samples."""
        frames = [
            AudioFrame(samples[at : at + FRAME], at) for at in range(0, len(samples) - FRAME, FRAME)
        ]
        return " ".join(part.text for part in transcribe(frames, self.vad, self.recognizer))


def measured(phrase, options):
    """Misses and false wakes of one phrase, by threshold, with and without the second stage."""
    files = sorted(options.work.glob(f"scores-{phrase}-?.npz"))
    rows = [row for file in files for row in training.load_scores(file)]
    head = find(phrase)
    ears = Ears(options.data, options.work, options.variants)
    calls, others, hours, seen = [], [], {}, {}
    for folder, name, kind, _, logit in rows:
        scores = score(logit, training.LIKELY, training.SURE)
        number = seen[folder, name, kind] = seen.get((folder, name, kind), -1) + 1
        if folder == phrase:
            if kind in ("plain", "10 dB"):
                text = ears.heard(ears.clip(folder, name, kind, number))
                known = RULE.question(text, head, 0.0) is not None
                calls.append((kind, float(scores.max()), known, text, name))
            continue
        group = "as recorded" if kind == "plain" or folder in training.PHRASES else "varied"
        if folder in training.PHRASES and kind != "plain":
            group = "varied"
        hours[group] = hours.get(group, 0) + len(logit) * STEP / SAMPLE_RATE / 3600
        # Scores from 0.1 on: the curve goes on below the threshold.
        for step, top in events(scores, 0.1):
            samples = ears.clip(folder, name, kind, number)
            end = (step + 1) * STEP
            text = ears.heard(samples[max(0, end - 2 * SAMPLE_RATE) : end + SAMPLE_RATE])
            known = RULE.question(text, head, 0.0) is not None
            others.append((group, top, known, text, f"{folder}/{name}"))
    return calls, others, hours


def accepted(top, known, threshold, sure, stage):
    if stage == "sound":
        return top >= threshold
    if stage == "both":
        return top >= threshold and known
    return top >= sure or (top >= threshold and known)


STAGES = {
    "sound": "sound alone",
    "both": "sound, and always the words",
    "rule": "sound, and the words where it is not sure",
}


def report(phrase, calls, others, hours):
    total = sum(hours.values())
    print(
        f"{phrase}: {total:.2f} h without it: "
        + ", ".join(f"{h:.2f} h {g}" for g, h in hours.items())
    )
    lines = [
        ("sound alone, score 0.5", "sound", 0.5, 0.9),
        ("sound alone, score 0.9 (second_stage = false)", "sound", 0.9, 0.9),
        ("score 0.5 and always the words", "both", 0.5, 0.9),
        ("score 0.9, or 0.5 and the words (default)", "rule", 0.5, 0.9),
    ]
    print("| | missed | missed, noise at 10 dB | false wakes as recorded | all | an hour |")
    print("| --- | --- | --- | --- | --- | --- |")
    for label, stage, threshold, sure in lines:
        cells = []
        for kind in ("plain", "10 dB"):
            these = [c for c in calls if c[0] == kind]
            missed = sum(not accepted(c[1], c[2], threshold, sure, stage) for c in these)
            cells.append(f"{missed} of {len(these)} ({100 * missed / len(these):.1f} %)")
        false = [o for o in others if accepted(o[1], o[2], threshold, sure, stage)]
        plain = sum(o[0] == "as recorded" for o in false)
        cells += [str(plain), str(len(false)), f"{len(false) / total:.2f}"]
        print(f"| {label} | " + " | ".join(cells) + " |")
    for group, top, known, text, name in sorted(others, key=lambda o: -o[1])[:6]:
        print(f"  highest: {top:.2f} {group} {name}: {text!r}{' (taken for the phrase)' * known}")
    for kind, top, known, text, name in sorted(calls, key=lambda c: c[1])[:6]:
        print(f"  lowest: {top:.2f} {kind} {name}: {text!r}{' (phrase)' * known}", flush=True)


def draw(results, path):
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(results), figsize=(5 * len(results), 4), squeeze=False)
    for axis, (phrase, (calls, others, hours)) in zip(axes[0], results.items(), strict=True):
        total = sum(hours.values())
        for kind, style in (("plain", "-"), ("10 dB", "--")):
            these = [c for c in calls if c[0] == kind]
            for colour, (stage, label) in zip(("C3", "C0", "C2"), STAGES.items(), strict=True):
                points = []
                for cut in np.linspace(-2.2, 8, 200):
                    low, high = 1 / (1 + np.exp(-cut)), 1 / (1 + np.exp(-cut - np.log(9)))
                    missed = np.mean([not accepted(c[1], c[2], low, high, stage) for c in these])
                    false = sum(accepted(o[1], o[2], low, high, stage) for o in others)
                    points.append((false / total, 100 * missed))
                name = label + (", noise at 10 dB" if kind != "plain" else "")
                axis.plot(*zip(*points, strict=True), style, color=colour, label=name)
        axis.axvline(0.3, color="0.8", zorder=0)
        axis.axhline(2, color="0.8", zorder=0)
        axis.set(
            title=f'"{phrase}", {total:.1f} h without it',
            xlabel="false wakes an hour",
            ylabel="missed, %",
            ylim=(-0.3, 12),
        )
        axis.set_xscale("symlog", linthresh=0.5)
    axes[0][0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def cost():
    """Milliseconds that the detector takes for 80 ms of sound, and when it may skip them."""
    store = Store(offline=True)
    heads = [find("jarvis"), find("computer")]
    with tempfile.TemporaryDirectory() as cache:
        detector = WakeDetector(store.path("wake-front-end"), heads, Path(cache))
    sound = (np.random.default_rng(0).normal(size=60 * SAMPLE_RATE) * 300).astype(np.int16)
    frames = [AudioFrame(sound[at : at + 320], at) for at in range(0, len(sound), 320)]
    for name, hear in (("heard", detector.score), ("skipped", detector.skip)):
        began = time.process_time()
        for frame in frames:
            hear(frame)
        spent = time.process_time() - began
        each = 1000 * spent / (len(frames) / 4)
        print(f"{name}: {each:.2f} ms of 80 ms, {spent / 60:.2%} of a core")
    began = time.process_time()
    detector.score(frames[-1])
    print(f"catching up after a pause: {1000 * (time.process_time() - began):.0f} ms")


def accepted_length(samples, vad):
    begin, end = spoken(samples, vad)
    return SHORTEST <= (end - begin) / SAMPLE_RATE <= LONGEST


def own(phrase, options):
    """Enrol from five recordings, and try on the others and on what was not used for training."""
    app = App(Config(), Store(offline=True))
    front, vad, recognizer = app.wake_front(), app.detector(), app.recognizer()
    ears = Ears(options.data, options.work, options.variants)
    silence = front.embeddings(np.zeros(STEP, np.int16))
    files = sorted((options.data / "wake" / phrase).glob("*.flac"))
    said = phrase.replace("_", " ")
    for number in range(options.tries):
        order = np.random.default_rng(number).permutation(len(files))
        # A wearer whose recording is refused makes another.
        fits = (files[i] for i in order if accepted_length(training.read(files[i]), vad))
        chosen = list(islice(fits, 5))
        head = enrol(said, [training.read(f) for f in chosen], front, vad, recognizer)
        names = {file.stem for file in chosen}
        calls, others, hours, seen = [], [], 0.0, {}
        features = set(options.work.glob("*-?.npz")) - set(options.work.glob("scores-*"))
        for target in sorted(features):
            folder, fold = target.stem.rsplit("-", 1)
            if folder != phrase and int(fold) < 2:
                continue  # the background comes from these
            for rows, _, kind, name in training.load_features(target, silence):
                order_of = seen[folder, name, kind] = seen.get((folder, name, kind), -1) + 1
                windows = np.lib.stride_tricks.sliding_window_view(rows, SPAN, axis=0)
                scores = head.scores(np.ascontiguousarray(windows.transpose(0, 2, 1)))
                if folder == phrase:
                    if kind in ("plain", "10 dB") and name not in names:
                        text = ears.heard(ears.clip(folder, str(name), str(kind), order_of))
                        known = RULE.question(text, head, 0.0) is not None
                        calls.append((str(kind), float(scores.max()), known))
                    continue
                hours += len(scores) * STEP / SAMPLE_RATE / 3600
                for step, top in events(scores, RULE.threshold):
                    end = (step + 1) * STEP
                    samples = ears.clip(folder, str(name), str(kind), order_of)
                    text = ears.heard(samples[max(0, end - 2 * SAMPLE_RATE) : end + SAMPLE_RATE])
                    others.append((top, RULE.question(text, head, 0.0) is not None))
        print(f"{said}, choice {number + 1}: {hours:.1f} h; also heard as {head.heard_as}")
        for stage, label in STAGES.items():
            for threshold in (RULE.threshold, RULE.sure):
                missed = {
                    kind: [
                        not accepted(c[1], c[2], threshold, RULE.sure, stage)
                        for c in calls
                        if c[0] == kind
                    ]
                    for kind in ("plain", "10 dB")
                }
                shares = ", ".join(f"{k} {sum(m)} of {len(m)}" for k, m in missed.items())
                false = sum(accepted(*o, threshold, RULE.sure, stage) for o in others)
                print(
                    f"  {label}, {threshold}: missed {shares}; false {false / hours:.1f} an hour",
                    flush=True,
                )


def main():
    options = arguments.parse_args()
    if options.cost:
        cost()
    results = {phrase: measured(phrase, options) for phrase in options.phrases}
    for phrase, result in results.items():
        report(phrase, *result)
    if options.plot:
        draw(results, options.plot)
    for phrase in options.own:
        own(phrase, options)


if __name__ == "__main__":
    main()
