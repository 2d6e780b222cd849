"""Measure what goes into a model's products, for a better quantisation: see docs/moments.md.

tools/measure_moments.py NAME DATA WORK [--tokens N] [--classes head,...] [--rank R]

NAME is a model of the store, DATA a folder with the question sets of ../shared/data/qa, and WORK a
folder for an export in 8 bit, which takes part in nothing else. The model reads questions, stories
and instructions, and its own answers to some of them; of each product's inputs the mean of x x' is
kept as a diagonal and R factors, for all classes that have 4 bits by default or those that are
named; for the head of a large model, the directions that it may be seen through. Writes
edge/reason/lm/data/moments/SOURCE.npz, in which classes that are not named stay as they are. The
same command gives the same text; the sums differ in their last bits from processor to processor.
"""

import json
import re
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from random import Random

import numpy as np
import onnx
from scipy.sparse.linalg import eigsh

from edge.config import Config
from edge.models.store import Store
from edge.onnx import open_session
from edge.reason.lm import description, export, grids, moments, preview
from edge.reason.lm.attention import FLOATS, LEVELS, cache_names
from edge.reason.lm.cache import KvCache
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.gguf_source import GgufSource
from edge.reason.lm.sampling import Sampling

HEAD_RANK, DOWN_RANK, LONG_RANK = 64, 16, 8
"""Factors of what goes into a head of whole rows, into down, and into a down whose rows have more
than LONG weights, of which a file would otherwise have to say too much."""
LONG = 8000
DIRECTIONS = {576: 320, 896: 384, 1536: 512}
"""Of a head, by the length of its rows; the others are seen whole."""
CHUNK, LONGEST, ANSWER, AT_ONCE = 64, 256, 40, 1024
SPARED = 100
"""Rows at the beginning of the files that tools/study_precision.py judges by."""
GRAPH = "inputs.onnx"


def texts(data, model):
    """Ids, and how many of them at the beginning are the same in all."""
    system = Message("system", Config().lm.system_prompt)
    same = len(model.encode_chat([system, Message("user", "")])) - 8
    names = ("gsm8k", "ifeval", "boolq", "openbookqa", "svamp", "nq_open", "arc-challenge")
    rows = {}
    for name in names:
        lines = (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[SPARED:]
        rows[name] = [json.loads(line) for line in lines]
        Random(0).shuffle(rows[name])
    for story, order, claim, fact, sum_, search, choice in zip(*rows.values(), strict=False):
        worked = re.sub("<<.*?>>", "", story["answer"])
        asked, *answers = re.split(r"\s*Answer\d: ", between(choice["instruction"]))
        right = answers[int(choice["answer"][-1]) - 1] if choice["answer"][-1].isdigit() else ""
        for text in (
            f"{story['question']}\n{worked}\n\n{order['prompt']}",
            f"Question: {asked.strip()}\nAnswer: {right}",
            between(claim["instruction"]),
        ):
            yield model.encode(text)[:LONGEST], 0
        for question in (
            f"{sum_['Body'].rstrip('.')}. {sum_['Question']}",
            f"{search['question'].capitalize()}?",
            f"{between(fact['instruction']).partition('Answer1')[0].strip()}?",
        ):
            prompt = model.encode_chat([system, Message("user", question)])
            answer = "".join(model.generate(prompt, Sampling(max_tokens=ANSWER)))
            yield prompt + model.encode(answer), same


def between(instruction):
    """The question without what frames it."""
    return instruction.partition("question: ")[2].partition("\n\nAnswer format")[0].strip()


def with_inputs(folder, kinds):
    """Add a graph that gives the inputs of such products, too; their names by the weights'."""
    graph = onnx.load(folder / description.GRAPH, load_external_data=False)
    products = [node for node in graph.graph.node if node.op_type == "MatMulNBits"]
    products = [node for node in products if node.input[1].rpartition(".")[2] in kinds]
    sources = {node.input[1]: node.input[0] for node in products}
    for name in sorted({*sources.values()}):
        kind = onnx.TensorProto.FLOAT
        graph.graph.output.append(onnx.helper.make_tensor_value_info(name, kind, None))
    (folder / GRAPH).write_bytes(graph.SerializeToString(deterministic=True))
    return sources


def measure(folder, read, kinds):
    """(K, K) means of x x' for each weight's name of such classes."""
    a = description.read(folder).architecture
    sources = with_inputs(folder, kinds)
    session = open_session(folder / GRAPH, threads=2)
    cache = KvCache(session, a, 2 * LONGEST, np.ones((2 * a.layers, a.kv_heads, a.head_size)))
    inputs = sorted({*sources.values()})
    held = [f"present_{name}" for kind in (FLOATS, LEVELS) for name in cache_names(a.layers, kind)]
    sums, waiting, total, first = {}, defaultdict(list), 0, True

    def add():
        for name, parts in waiting.items():
            x = np.concatenate(parts)
            sums[name] = sums.get(name, 0) + x.T @ x
        waiting.clear()

    # What all conversations begin with stays in the cache, and counts once.
    for ids, same in sorted(read, key=lambda one: -one[1]):
        known = 0 if first else same // 2 * 2
        cache.rewind(known)
        for start in range(known, len(ids), CHUNK):
            for name in inputs:
                cache._chunk.bind_output(name, "cpu")
            chunk = ids[start : start + CHUNK]
            cache.append(chunk, range(len(chunk)))
            skipped = 0 if first else max(same - start, 0)
            found = dict(zip([*held, *inputs], cache._chunk.get_outputs(), strict=False))
            for name in inputs:
                waiting[name].append(found[name].numpy().reshape(len(chunk), -1)[skipped:])
            total += max(len(chunk) - skipped, 0)
        first = first and not same
        if sum(map(len, waiting[inputs[0]])) >= AT_ONCE:
            add()
    add()
    print(f"{total} tokens")
    for matrix in sums.values():
        matrix /= total
    return {weight: sums[name] for weight, name in sources.items()}


def factorise(matrix, rank):
    """Moments whose factors explain as much as `rank` of them can of what is off the diagonal."""
    diagonal = np.diag(matrix).astype(np.float64)
    # Between covariances, in which a few channels are all, and correlations, in which they count
    # no more than any other.
    root = (diagonal + 1e-6 * diagonal.mean()) ** 0.25
    within = matrix / root[:, None] / root
    shares = np.diag(within).copy()
    own = np.zeros_like(shares)
    for _ in range(3):
        np.fill_diagonal(within, shares - own)
        values, vectors = eigsh(within, k=rank, v0=np.ones(len(root)))
        factors = vectors * np.sqrt(np.maximum(values, 0))
        own = np.maximum(shares - np.square(factors).sum(axis=1), 0.02 * shares)
    factors *= root[:, None]
    return moments.keep(diagonal.astype(np.float32), factors.astype(np.float32))


def directions(source, matrix):
    """The head's, for inputs with that mean of x x'."""
    a = source.architecture
    name = "output.weight" if source.has("output.weight") else "token_embd.weight"
    weights = np.concatenate([*source.rows(name, (a.vocabulary, a.hidden))])
    mean = matrix.astype(np.float64)
    # What was hardly ever seen may be seen yet.
    mean += 1e-3 * np.trace(mean) / len(mean) * np.eye(len(mean))
    return preview.make(weights, mean, DIRECTIONS[a.hidden], grids.within(a).block)


def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--tokens", type=int, default=8000)
    parser.add_argument("--rank", type=int, default=16, help="of all but down and head")
    parser.add_argument("--classes", help="such as head,gate_up; the others stay")
    arguments = parser.parse_args()
    gguf = next((Store(offline=True).root / arguments.name).glob("*.gguf"))
    architecture = GgufSource(gguf).architecture
    if not arguments.work.is_dir():
        export.build(gguf, arguments.work, precision=grids.uniform(8, architecture))
    model = LanguageModel(arguments.work, context=2 * LONGEST)
    read, total = [], 0
    for ids, same in texts(arguments.data, model):
        read.append((ids, same))
        total += len(ids) - same
        if total >= arguments.tokens:
            break
    model.close()
    kept = grids.default(architecture, informed=True)
    kinds = {name for name, grid in kept.items() if grid.bits == 4}
    if arguments.classes:
        kinds = {*arguments.classes.split(",")}
    path = moments.path(description.read(arguments.work).source_sha256)
    ranks = {
        "head": HEAD_RANK,
        "down": LONG_RANK if architecture.feed_forward > LONG else DOWN_RANK,
    }
    known, seen = defaultdict(list), None
    for name, matrix in measure(arguments.work, read, kinds).items():
        kind = name.rpartition(".")[2]
        if kind == "head" and architecture.hidden in DIRECTIONS:
            seen = directions(GgufSource(gguf), matrix)
        else:
            rank = ranks.get(kind, arguments.rank)
            known[kind].append(factorise(matrix, rank))
    if path.is_file():
        old = {kind: layers for kind, layers in moments.read(path).items() if kind not in kinds}
        known, seen = {**old, **known}, seen or preview.read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    moments.write(path, known, preview.arrays(seen) if seen else None)
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
