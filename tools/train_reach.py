"""Train what tells requests that are out of reach, edge/reason/data/reach.npz, and say how well.

    python tools/train_reach.py ../shared/data/intents ../shared/data/qa [--errors FILE]

A request that no skill serves may be for a model, for hands, or for what nobody here can see
(`edge.reason.reach`). Sentences: CLINC150 (CC BY 3.0) and SLURP (CC BY 4.0), by the intents that
edge/reason/data/reach.toml names, and the phrasings there; questions that a model may try, half of
each set: NQ-open, BoolQ, ARC, OpenBookQA, SVAMP, GSM8K, IFEval. The figures come from
cross-validation in five parts, and for the other half of the questions from the model that is kept;
so do those for tools/reach_requests.toml, written beforehand, and tools/everyday_questions.tsv.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path

import numpy as np
import softmax

from edge.models import Store
from edge.reason.beyond import beyond
from edge.reason.classifier import ELSE, Linear, features, unsigned
from edge.reason.encoder import MODEL, Encoder
from edge.reason.mapping import Mapping
from edge.reason.reach import Reach

TOOLS = Path(__file__).parent
DATA = TOOLS.parent / "edge" / "reason" / "data"
NAMES = (ELSE, "deed", "unseen")
"""Classes; the first is what a model may try."""
KINDS = {"answer": 0, "deed": 1, "unseen": 2}
SETS = ("nq_open", "boolq", "arc-easy", "arc-challenge", "openbookqa", "svamp", "gsm8k", "ifeval")
MOST = 300
"""Questions of a set."""
LEVELS = (0.7, 0.8, 0.85, 0.9)
THRESHOLD = 0.85
FOLDS = 5

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("intents", type=Path)
arguments.add_argument("questions", type=Path)
arguments.add_argument("--errors", type=Path, help="write the sentences that go wrong there")
arguments.add_argument("--out", type=Path, default=DATA / "reach.npz")
options = arguments.parse_args()


def asked(item: dict) -> str:
    """The question of one line of a set, without the answers to choose from."""
    if "instruction" in item:
        text = item["instruction"]
        return (text.partition("question: ")[2] or text).partition("\n\n")[0]
    if "Body" in item:
        return f"{item['Body'].rstrip('.')}. {item['Question']}"
    return item.get("question") or item["prompt"]


def questions(name: str) -> list[str]:
    lines = (options.questions / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [asked(json.loads(line)) for line in lines][:MOST]


known = tomllib.loads((DATA / "reach.toml").read_text(encoding="utf-8"))
own = known.pop("own")
kind_of = {
    (collection, intent): kind
    for collection, kinds in known.items()
    for kind, intents in kinds.items()
    for intent in intents
}
texts, kinds, sources, weights = [], [], [], []
kept_back: dict[str, list[str]] = {}


def learn(text: str, kind: str, source: str, weight: float = 1.0) -> None:
    texts.append(text)
    kinds.append(KINDS[kind])
    sources.append(source)
    weights.append(weight)


for one in Mapping().examples(options.intents):
    if not one.target and (kind := kind_of.get((one.collection, one.label))):
        learn(one.text, kind, "collections")
for kind, lines in own.items():
    for line in lines:
        learn(line, kind, "own")
for name in SETS:
    found = questions(name)
    kept_back[name] = found[1::2]
    for text in found[::2]:
        learn(text, "answer", "questions", 0.5)

labels, source_of = np.array(kinds), np.array(sources)
weight = np.array(weights, np.float32)
encoder = Encoder(Store().path(MODEL))
found_features = [features(text) for text in texts]
rarity = softmax.rarity_of(found_features)
rows = softmax.matrix(found_features, rarity)
vectors = np.array([encoder.encode(unsigned(text)) for text in texts], np.float32)


def fitted(used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return softmax.fit(
        rows[used],
        vectors[used],
        labels[used],
        len(NAMES),
        weight[used],
        decay=0.03,
        dense_decay=0.1,
    )


fold = np.random.default_rng(1).integers(FOLDS, size=len(texts))
out = np.zeros(len(texts))
for number in range(FOLDS):
    held = fold == number
    out[held] = 1 - softmax.judged(rows[held], vectors[held], *fitted(np.flatnonzero(~held)))[:, 0]
table, bias = fitted(np.arange(len(texts)))
back = {
    name: 1
    - softmax.judged(
        softmax.matrix([features(text) for text in found], rarity),
        np.array([encoder.encode(unsigned(text)) for text in found], np.float32),
        table,
        bias,
    )[:, 0]
    for name, found in kept_back.items()
}

print(f"{len(texts)} texts; declined, by a model that has not seen them")
for level in LEVELS:
    shares = ", ".join(
        f"{source} {kind} {(out[chosen] > level).mean():.3f} of {chosen.sum()}"
        for source in ("collections", "own", "questions")
        for kind, label in KINDS.items()
        if (chosen := (source_of == source) & (labels == label)).any()
    )
    others = ", ".join(f"{name} {(share > level).mean():.3f}" for name, share in back.items())
    print(f"  from {level}: {shares}; {others}")
if options.errors:
    wrong = np.flatnonzero((out > THRESHOLD) != (labels > 0))
    lines = [f"{NAMES[labels[n]]} {out[n]:.2f}: {texts[n]}\n" for n in wrong]
    lines += [
        f"{name} {share:.2f}: {text}\n"
        for name, found in kept_back.items()
        for text, share in zip(found, back[name], strict=True)
        if share > THRESHOLD
    ]
    options.errors.write_text("".join(lines), encoding="utf-8")
softmax.write(options.out, softmax.packed(NAMES, rarity, table, bias, THRESHOLD))

# With what is decided around it, as the router asks.
reach = Reach(Linear.open(options.out, encoder=encoder))
beforehand = tomllib.loads((TOOLS / "reach_requests.toml").read_text(encoding="utf-8"))
everyday = (TOOLS / "everyday_questions.tsv").read_text(encoding="utf-8").splitlines()
beforehand["everyday"] = [line.split("\t")[0] for line in everyday]
for name, asked_for in beforehand.items():
    declined = sum(bool(beyond(text) or reach.declined(text)) for text in asked_for)
    print(f"  {name}: {declined} of {len(asked_for)} declined")
