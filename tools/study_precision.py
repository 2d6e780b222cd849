"""Compare precisions of a model: size, speed, likeness to llama.cpp, and answers that are right.

tools/study_precision.py NAME DATA CACHE [--llama-python PYTHON] [--seconds N] [--plot FILE]
    [--only PRECISION,...]

NAME is a model of the store, DATA a folder with gsm8k.jsonl, ifeval.jsonl and arc-easy.jsonl, and
CACHE a folder for the exports and for what has been measured so far: a run that was broken off
goes on where it was. With --seconds it breaks off by itself.

- KL: mean divergence of the next token's distribution from llama.cpp's on the GGUF file, in nats,
  over 2,048 positions of arithmetic stories and of instructions; taken in by chunks, as prompts
  are, and one by one, as answers are (with keys and values in 8 bit).
- right: share of 500 questions of ARC-Easy of whose answers the right one is the likeliest by
  letter: its log-probability after the question, over its length in characters.
- tokens/s: single tokens after 128 others, and a prompt of 128; medians, with llama.cpp in turns.
"""

import hashlib
import json
import re
import statistics
import sys
import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path

import numpy as np

from edge.bench import llama_child
from edge.bench.child import Child
from edge.bench.machine import describe
from edge.models.store import Store
from edge.reason.lm import description, export, grids, moments, preview
from edge.reason.lm.description import Grid
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.gguf_source import GgufSource

LLAMA = "llama.cpp"
ALONE = "default, by weights alone"
"""As if nothing were known of what the weights are multiplied by."""
WHOLE = "default, head of whole rows"
"""As if it were not known through which directions the head may be seen."""
EIGHT = "default, attention in 8 bits"
ATTENTION = ("qkv", "output")
QUESTIONS, SEGMENTS, LENGTH, CONTEXT = 500, 8, 256, 1024
ROUNDS, STEPS, PROMPT = 7, 12, 128
CHILDREN = Path(llama_child.__file__).parent


def variants(architecture, known):
    """Precisions by name; `known`: where its moments are, or None."""
    seen = preview.read(known) if known else None
    rank = seen.rank if seen else None
    whole = grids.default(architecture, informed=bool(known))
    default = grids.default(architecture, informed=bool(known), rank=rank)
    eight = grids.uniform(8, architecture)
    narrow = dict.fromkeys(("gate_up", "down"), Grid(bits=4, block=32))
    made = {"default": default, "8 bit": eight, "feed-forward 4 in 32": {**eight, **narrow}}
    if known:
        made[ALONE] = whole
    if rank:
        made[WHOLE] = whole
    if all(default[name].bits == 4 for name in ATTENTION):
        made[EIGHT] = {**default, **{name: eight[name] for name in ATTENTION}}
    return made


def questions(data, model):
    """Questions of ARC-Easy as ids, with ids and lengths of the answers, and the right one."""
    rows = []
    for line in (data / "arc-easy.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["instruction"].partition("question:")[2].partition("Answer format")[0]
        question, *answers = (part.strip() for part in re.split(r"Answer\d+:", text))
        prompt = model.encode(f"Question: {question}\nAnswer:")
        offered = [model.encode(f" {answer}") for answer in answers]
        rows.append((prompt, offered, list(map(len, answers)), int(row["answer"][-1]) - 1))
    return rows[:QUESTIONS]


def texts(data, model):
    """(SEGMENTS, LENGTH) ids of ordinary text."""
    stories, orders = (
        [json.loads(line) for line in (data / name).read_text(encoding="utf-8").splitlines()]
        for name in ("gsm8k.jsonl", "ifeval.jsonl")
    )
    text = "\n\n".join(
        "\n".join((one["question"], re.sub("<<.*?>>", "", one["answer"]), "", two["prompt"]))
        for one, two in zip(stories, orders, strict=False)
    )
    ids = model.encode(text)
    return [ids[at * LENGTH : (at + 1) * LENGTH] for at in range(SEGMENTS)]


def log_softmax(logits):
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def divergence(logits, segments, cache):
    """Mean KL from what llama.cpp's process left in `cache`, and how often the likeliest agrees.

    `logits` gives (tokens, vocabulary) of a segment.
    """
    kl, same = [], []
    for at, ids in enumerate(segments):
        theirs = log_softmax(np.load(cache / f"llama-{at}.npy"))
        ours = log_softmax(logits(ids))
        kl.append((np.exp(theirs) * (theirs - ours)).sum(axis=-1))
        same.append(theirs.argmax(axis=-1) == ours.argmax(axis=-1))
    return float(np.concatenate(kl).mean()), float(np.concatenate(same).mean())


def one_by_one(model, ids):
    """The logits of a text of which all but the first id is taken in as an answer is."""
    return np.stack([model.prefill(ids[:end], begin=1).copy() for end in range(1, len(ids) + 1)])


def answer(rows, likelihoods, given, study):
    """Add to `given` the places of the likeliest answers, until all or until time is up."""
    for prompt, offered, lengths, _ in rows[len(given) :]:
        given.append(int(np.argmax(np.divide(likelihoods(prompt, offered), lengths))))
        if len(given) % 25 == 0:
            study.keep()


def likelihoods(model, prompt, answers):
    """Log-probability of each of `answers` after `prompt`."""
    found = []
    for ids in answers:
        judged = np.array(ids)[:, None]
        rows = log_softmax(model.logits(prompt + ids[:-1], len(prompt) - 1, judged=judged))
        found.append(rows[np.arange(len(ids)), ids].sum())
    return found


def share_right(rows, given):
    return sum(one == right for one, (*_, right) in zip(given, rows, strict=True)) / len(rows)


def speeds(children):
    """Medians of tokens/s of decoding and of a prompt, for each process in turns."""
    ids = np.random.default_rng(0).integers(500, 40_000, PROMPT).tolist()
    taken = {name: ([], []) for name in children}
    for turn in range(ROUNDS + 1):
        for name, child in children.items():
            prompt = child.seconds("prefill", ids=ids)
            decode = child.seconds("decode", ids=ids, steps=STEPS)
            if turn:
                taken[name][0].append(decode / STEPS)
                taken[name][1].append(prompt / PROMPT)
    return {name: [1 / statistics.median(row) for row in rows] for name, rows in taken.items()}


class Study:
    """What is known so far, kept in a file."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.note = arguments.cache / "results.json"
        self.results = json.loads(self.note.read_text()) if self.note.is_file() else {}
        self.end = time.monotonic() + arguments.seconds

    def keep(self):
        """Write it down, and stop here if time is up."""
        self.note.write_text(json.dumps(self.results, indent=1))
        if time.monotonic() > self.end:
            sys.exit("Time is up: the same command goes on from here.")

    def run(self):
        cache = self.arguments.cache
        gguf = next((Store(offline=True).root / self.arguments.name).glob("*.gguf"))
        with gguf.open("rb") as file:
            known = moments.find(hashlib.file_digest(file, "sha256").hexdigest())
        made = variants(GgufSource(gguf).architecture, known)
        if self.arguments.only:
            made = {name: made[name] for name in self.arguments.only.split(",")}
        folders = {name: cache / name.replace(" ", "-") for name in made}
        for name, precision in made.items():
            if not folders[name].is_dir():
                export.build(gguf, folders[name], precision=precision, informed=name != ALONE)
            size = (folders[name] / description.DATA).stat().st_size
            self.results.setdefault(name, {})["mb"] = round(size / 1e6)
            self.keep()
        self.results.setdefault(LLAMA, {})["mb"] = round(gguf.stat().st_size / 1e6)
        model = LanguageModel(next(iter(folders.values())), context=CONTEXT)
        segments = texts(self.arguments.data, model)
        rows = questions(self.arguments.data, model)
        model.close()
        self.ask_llama(gguf, segments, rows)
        for name, folder in folders.items():
            self.ask_edge(self.results[name], folder, segments, rows)
        for name, folder in folders.items():
            if "decode" not in self.results[name]:
                self.race(name, folder, gguf)

    def ask_llama(self, gguf, segments, rows):
        row, cache = self.results[LLAMA], self.arguments.cache
        given = row.setdefault("given", [])
        missing = [at for at in range(SEGMENTS) if not (cache / f"llama-{at}.npy").is_file()]
        if not missing and len(given) == len(rows):
            return
        with Child(LLAMA, self.arguments.llama_python, CHILDREN / "llama_child.py") as child:
            child.ask("open", path=str(gguf), threads=2, context=CONTEXT)
            for at in missing:
                child.ask("logits", ids=segments[at], to=str(cache / f"llama-{at}.npy"))
                self.keep()

            def judge(prompt, answers):
                return child.ask("likelihoods", prompt=prompt, answers=answers)["likelihoods"]

            answer(rows, judge, given, self)
        row["right"] = share_right(rows, given)
        self.keep()

    def ask_edge(self, row, folder, segments, rows):
        given = row.setdefault("given", [])
        if {"kl", "kl_singly"} <= row.keys() and len(given) == len(rows):
            return
        model = LanguageModel(folder, context=CONTEXT)
        if "kl" not in row:
            row["kl"], row["same"] = divergence(model.logits, segments, self.arguments.cache)
            self.keep()
        if "kl_singly" not in row:
            singly = partial(one_by_one, model)
            row["kl_singly"], _ = divergence(singly, segments, self.arguments.cache)
            self.keep()

        answer(rows, partial(likelihoods, model), given, self)
        row["right"] = share_right(rows, given)
        model.close()
        self.keep()

    def race(self, name, folder, gguf):
        python = self.arguments.llama_python
        with (
            Child(name, sys.executable, CHILDREN / "edge_child.py") as edge,
            Child(LLAMA, python, CHILDREN / "llama_child.py") as llama,
        ):
            edge.ask("open", path=str(folder), threads=2, context=CONTEXT)
            llama.ask("open", path=str(gguf), threads=2, context=CONTEXT)
            taken = speeds({name: edge, LLAMA: llama})
        (decode, prompt), (their_decode, their_prompt) = taken[name], taken[LLAMA]
        self.results[name].update(
            decode=decode, prompt=prompt,
            decode_ratio=decode / their_decode, prompt_ratio=prompt / their_prompt,
        )  # fmt: skip
        self.keep()


def table(results):
    lines = [
        "| precision | MB | decode | prompt | KL | one by one | same first choice | ARC-Easy |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, row in results.items():
        cells = [
            f"{row['mb']}",
            f"{row['decode_ratio']:.2f} x" if "decode_ratio" in row else "1",
            f"{row['prompt_ratio']:.2f} x" if "prompt_ratio" in row else "1",
            f"{row['kl']:.4f}" if "kl" in row else "0",
            f"{row['kl_singly']:.4f}" if "kl_singly" in row else "",
            f"{row['same']:.1%}" if "same" in row else "",
            f"{row['right']:.1%}" if "right" in row else "",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def plot(results, name, file):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    for axis, what, title in (
        (axes[0], "kl", "mean KL from llama.cpp, nats"),
        (axes[1], "right", "ARC-Easy, share right"),
    ):
        for label, row in results.items():
            if what not in row or ("decode_ratio" not in row and label != LLAMA):
                continue
            axis.scatter(row.get("decode_ratio", 1), row[what], s=row["mb"] / 3)
            axis.annotate(
                label, (row.get("decode_ratio", 1), row[what]), fontsize=8,
                xytext=(6, 6), textcoords="offset points",
            )  # fmt: skip
        axis.set_xlabel("decode, times llama.cpp")
        axis.set_ylabel(title)
        axis.margins(0.25)
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{name}: precisions (area: size). {describe()['processor']}", fontsize=8)
    figure.savefig(file, dpi=150)


def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--llama-python", default=sys.executable)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--only", help="such as default; the others are not made")
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    study = Study(arguments)
    study.run()
    results = study.results
    print(table(results))
    if arguments.plot:
        plot(results, arguments.name, arguments.plot)


main()
