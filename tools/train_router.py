"""Train the router's classifiers, edge/reason/data/router*.npz, and say how well they do.

    python tools/train_router.py ../shared/data/intents SLURP [--folds 5] [--errors FOLDER]
        [--router]

One is for use alone, and one with the sentence encoder (edge.reason.encoder), if that is in the
model store.

Sentences: CLINC150 (CC BY 3.0) and SLURP (CC BY 4.0) from the folders, labelled by
edge/reason/data/intents.toml: SLURP is one with its test set, dataset/slurp/test.jsonl of
https://github.com/pswietojanski/slurp, as slurp_test.jsonl. And our own phrasings in
edge/reason/data/phrases.toml. Softmax regression by L-BFGS over the features of
edge.reason.classifier, among them which templates fit;
with the encoder the nearest of these sentences have a say, too (edge.reason.neighbours).
The figures come from cross-validation: each sentence is judged by a model that has not seen it, and
the threshold is set there so that few of what is everything else is taken. With `--router` the
whole router, with its templates and slots, is judged in the same way.
"""

from __future__ import annotations

import argparse
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import softmax

from edge.eval.command import error_lines, skill_router
from edge.eval.intents import Report, judge_one
from edge.memory import Memory
from edge.models import Store
from edge.reason.classifier import ELSE, Linear, features, unsigned
from edge.reason.encoder import MODEL, Encoder
from edge.reason.grammar import Grammar
from edge.reason.mapping import Mapping
from edge.reason.neighbours import Neighbours, mixed
from edge.reason.skill import Services
from edge.reason.skills import load

DATA = Path(__file__).parents[1] / "edge" / "reason" / "data"
FALSE_TAKE = {"router": 0.0175, "router_encoder": 0.0225}
"""Of everything else, what each classifier may take in cross-validation; what is ruled out takes
some of it away, to less than the 2 % that are promised."""

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("folders", type=Path, nargs="+")
arguments.add_argument("--folds", type=int, default=5)
arguments.add_argument("--decay", type=float, default=0.03, help="weight of the squared weights")
arguments.add_argument("--own", type=float, default=0.6, help="weight of our own phrasings")
arguments.add_argument("--errors", type=Path, help="write the sentences that go wrong there")
arguments.add_argument("--out", type=Path, default=DATA, help="folder of the models")
arguments.add_argument("--only", choices=("alone", "encoder"), help="train this one")
arguments.add_argument("--router", action="store_true", help="judge the whole router, too")
options = arguments.parse_args()


mapping = Mapping()
examples = [one for folder in options.folders for one in mapping.examples(folder)]
phrases = tomllib.loads((DATA / "phrases.toml").read_text(encoding="utf-8"))
texts = [example.text for example in examples]
targets = [example.target or ELSE for example in examples]
own = [(text, name) for name, lines in phrases.items() for text in lines]
texts += [text for text, _ in own]
targets += [name for _, name in own]
weight = np.array([1.0] * len(examples) + [options.own] * len(own), np.float32)

with tempfile.TemporaryDirectory() as folder, Memory(Path(folder) / "memory.db") as memory:
    grammar = Grammar(load(Services({Memory: memory})))
    now = datetime.now(UTC)
    fits = [[(m.name, m.score) for m in grammar.match(text, now)] for text in texts]
print(f"{len(examples)} sentences, {len(own)} phrasings of our own")

names = sorted(set(targets))
labels = np.array([names.index(target) for target in targets])
found = [features(text, fit_) for text, fit_ in zip(texts, fits, strict=True)]
rarity = softmax.rarity_of(found)
rows = softmax.matrix(found, rarity)
skills = sorted({name.partition(".")[0] for name in names})
skill_of = np.array([skills.index(name.partition(".")[0]) for name in names])

fold = np.random.default_rng(0).integers(options.folds, size=len(examples))
own_rows = np.arange(len(examples), len(texts))
truth = skill_of[labels[: len(examples)]]
none = skills.index(ELSE)
outside = truth == none


def fitted(used, vectors):
    """Weights and bias from the texts at the places `used`."""
    return softmax.fit(
        rows[used], vectors[used], labels[used], len(names), weight[used], decay=options.decay
    )


def near_of(used, vectors):
    """The texts at the places `used` as neighbours; nothing where there are no vectors."""
    if not vectors.shape[1]:
        return {}
    return softmax.neighbours(vectors[used], labels[used], weight[used], names)


def cross_validated(vectors):
    """Each sentence's likeliest skill with its probability, by a model that has not seen it; and
    the models."""
    together = np.zeros((len(examples), len(skills)))
    models = []
    for number in range(options.folds):
        held = np.flatnonzero(fold == number)
        used = np.concatenate([np.flatnonzero(fold != number), own_rows])
        table, bias = fitted(used, vectors)
        near = near_of(used, vectors)
        models.append((table, bias, near))
        chances = softmax.judged(rows[held], vectors[held], table, bias)
        if near:
            chances = mixed(chances, Neighbours.read(near).chances(vectors[held]))
        # A skill's probability is its intents' together.
        for column, skill in enumerate(skill_of):
            together[held, skill] += chances[:, column]
    best = np.where(np.arange(len(skills)) == none, -1, together)
    return best.argmax(axis=1), best.max(axis=1), models


def tell(chosen, score, share):
    """What comes of it where that share of everything else is taken; the threshold for it."""
    limit = np.sort(score[outside])[::-1][int(share * outside.sum())]
    right = (chosen == truth) & (score > limit) & ~outside
    by = [
        right[[e.collection == c for e in examples]].sum()
        / max(1, sum(e.collection == c and bool(e.target) for e in examples))
        for c in ("clinc150", "slurp")
    ]
    print(
        f"  false take {share:.1%}: threshold {limit:.3f},"
        f" in scope {right.sum() / (~outside).sum():.3f}"
        f" (CLINC150 {by[0]:.3f}, SLURP {by[1]:.3f})"
    )
    return limit


def judge_router(name, models, threshold, encoder):
    """Tell what the whole router does with each sentence, with a model that has not seen it."""
    report = Report()
    for number, (table, bias, near) in enumerate(models):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fold.npz"
            np.savez(path, **softmax.packed(names, rarity, table, bias, threshold) | near)
            model = Linear.open(path, encoder=encoder)
        with skill_router(model) as router:
            report.judged += [
                judge_one(router, examples[n], mapping) for n in np.flatnonzero(fold == number)
            ]
    figures = report.table()
    keys = ("in_scope_accuracy", "in_scope_accuracy_slurp", "false_take", "slot_accuracy")
    print("  the whole router:", ", ".join(f"{key} {figures[key]}" for key in keys))
    if options.errors:
        (options.errors / f"{name}_whole.txt").write_text(
            "".join(error_lines(report)), encoding="utf-8"
        )


def write(name, vectors, encoder=None):
    """Judge a model over the features and the `vectors`, (sentences, any), and write it."""
    print(f"{name}:", flush=True)
    chosen, score, models = cross_validated(vectors)
    for share in (0.005, 0.01, 0.02, 0.03):
        tell(chosen, score, share)
    threshold = tell(chosen, score, FALSE_TAKE[name])
    if options.errors:
        wrong = np.where(outside, score > threshold, (chosen != truth) | (score <= threshold))
        lines = [
            f"{skills[truth[n]]} -> {skills[chosen[n]]} {score[n]:.3f}: {examples[n].text}\n"
            for n in np.flatnonzero(wrong)
        ]
        (options.errors / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
    if options.router:
        judge_router(name, models, threshold, encoder)
    everything = np.arange(len(texts))
    table, bias = fitted(everything, vectors)
    arrays = softmax.packed(names, rarity, table, bias, threshold)
    softmax.write(options.out / f"{name}.npz", arrays | near_of(everything, vectors))


if options.only != "encoder":
    write("router", np.zeros((len(texts), 0), np.float32))
if options.only != "alone":
    encoder = Encoder(Store().path(MODEL))
    vectors = np.array([encoder.encode(unsigned(text)) for text in texts], np.float32)
    write("router_encoder", vectors, encoder)
