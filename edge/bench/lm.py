"""The language model, side by side with llama.cpp on the same weights.

Both engines live in processes of their own and take turns at each measurement, so that whatever
else the machine does meets both; a figure is the median of the turns. Tokens are random: what a
transformer costs does not depend on what it reads.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import to_builtins

from edge import __version__
from edge.bench import machine
from edge.bench.child import Child
from edge.errors import BenchError, ModelMissing
from edge.reason.lm import description
from edge.reason.lm.description import Description

CONTEXTS: Final = (64, 512, 1500)
"""Tokens in the cache before decoding."""
PROMPTS: Final = (32, 128, 512)
"""Tokens of a prompt."""
ROUNDS: Final = 7
STEPS: Final = 16
"""Tokens decoded in a turn."""
ROWS: Final = 5
"""Sequences in the batch."""
BATCH_STEPS: Final = 64
QUESTION: Final = 12
PREFIX: Final = 200
"""Tokens of a system prompt."""
CONTEXT: Final = 2048
GENERATED: Final = 200
"""Tokens that a process has made when its memory is read."""

EDGE: Final = "edge"
LLAMA: Final = "llama.cpp"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    name: str
    """The model's, for the report."""
    folder: Path
    """The exported model."""
    gguf: Path
    """The file that it was made from."""
    llama_python: str = sys.executable
    """The Python that has llama-cpp-python."""
    threads: int = 2
    rounds: int = ROUNDS


def measure(plan: Plan, tell: Tell = lambda _: None) -> dict[str, Any]:
    """All figures, as the object that `--json` prints.

    Raises BenchError where an engine cannot run, and ModelMissing or ModelCorrupt.
    """
    described = description.read(plan.folder)
    if not plan.gguf.is_file():
        raise ModelMissing(
            f"There is no {plan.gguf}, which llama.cpp is to run: `edge models pull` fetches it."
        )
    with _children(plan) as fresh:
        memory = _Bench(plan, described, fresh, tell).memory()
    with _children(plan) as children:
        return _Bench(plan, described, children, tell).run(memory)


@contextmanager
def _children(plan: Plan) -> Iterator[dict[str, Child]]:
    """A process of each engine."""
    here = Path(__file__).parent
    with (
        Child(EDGE, sys.executable, here / "edge_child.py") as edge,
        Child(LLAMA, plan.llama_python, here / "llama_child.py") as llama,
    ):
        yield {EDGE: edge, LLAMA: llama}


class _Bench:
    def __init__(
        self, plan: Plan, described: Description, children: dict[str, Child], tell: Tell
    ) -> None:
        self._plan = plan
        self._described = described
        self._children = children
        self._tell = tell
        words = described.architecture.vocabulary
        random = np.random.default_rng(0)
        self._ids: list[int] = random.integers(words // 100, words * 4 // 5, CONTEXT).tolist()

    def memory(self) -> dict[str, float]:
        """Megabytes of processes that have made `GENERATED` tokens and nothing else."""
        self._open()
        resident = {}
        for name, child in self._children.items():
            self._tell(f"memory of {name}")
            child.ask("answer", ids=self._ids[:64], steps=GENERATED)
            resident[name] = round(child.ask("memory")["rss_mb"], 1)
        return resident

    def run(self, memory: dict[str, float]) -> dict[str, Any]:
        """The whole report; `memory` as above."""
        opened = self._open()
        prefill = {length: self._prefill(length) for length in PROMPTS}
        first = self._first()
        batch = self._batch()
        decode = {length: self._decode(length) for length in CONTEXTS}
        busy = {
            name: round(child.ask("memory")["rss_mb"], 1) for name, child in self._children.items()
        }
        weights = weight_bytes(self._plan.folder, self._described)
        self._tell("memory bandwidth")
        bandwidth = machine.read_bandwidth(weights, self._plan.threads)
        limits = {
            length: (weights + cache_bytes(self._described, length)) * rates[EDGE] / bandwidth
            for length, rates in decode.items()
        }
        data = (self._plan.folder / description.DATA).stat().st_size
        graph = (self._plan.folder / description.GRAPH).stat().st_size
        one, five = batch[EDGE]
        return {
            "model": self._plan.name,
            "decode_ratio": _worst(decode),
            "prefill_ratio": _worst(prefill),
            "batch5_ratio": _round(five / one),
            "bandwidth_fraction": _round(min(limits.values())),
            "rss_mb": memory[EDGE],
            "llama_rss_mb": memory[LLAMA],
            "busy_rss_mb": busy,
            "onnx_mb": round((data + graph) / 1e6, 1),
            "decode": {str(length): _pair(rates) for length, rates in decode.items()},
            "prefill": {str(length): _pair(rates) for length, rates in prefill.items()},
            "batch5": {
                name: {"one_s": _round(single), "five_s": _round(several),
                       "ratio": _round(several / single)}
                for name, (single, several) in batch.items()
            },
            "bandwidth": {
                "read_gb_per_s": _round(bandwidth / 1e9),
                "weight_mb_per_token": round(weights / 1e6, 1),
                "fraction": {str(length): _round(part) for length, part in limits.items()},
            },
            "first_token": {
                name: {"seconds": _round(seconds),
                       "decode_steps": _round(seconds * decode[CONTEXTS[0]][name])}
                for name, seconds in first.items()
            },
            "load": {
                name: {"seconds": _round(answer["load_s"]),
                       "to_first_token_s": _round(answer["seconds"])}
                for name, answer in opened.items()
            },
            "precision": {
                name: to_builtins(kept) for name, kept in self._described.precision.items()
            },
            "threads": self._plan.threads,
            "rounds": self._plan.rounds,
            "versions": {
                "edge": __version__,
                **{name: answer["version"] for name, answer in opened.items()},
            },
            "llama_system": opened[LLAMA].get("system", ""),
            "machine": machine.describe(),
        }  # fmt: skip

    def _open(self) -> dict[str, dict[str, Any]]:
        files = {EDGE: self._plan.folder, LLAMA: self._plan.gguf}
        answers = {}
        for name, child in self._children.items():
            self._tell(f"load {name}")
            try:
                answers[name] = child.ask(
                    "open", path=str(files[name]), threads=self._plan.threads, context=CONTEXT
                )
            except BenchError as error:
                if name == LLAMA and "SIG" in str(error):
                    raise BenchError(
                        f"{error} Builds of it with AMX crash on some machines: name a Python "
                        "with another build with --llama-python."
                    ) from None
                raise
        return answers

    def _prefill(self, length: int) -> dict[str, float]:
        """Tokens a second."""
        self._tell(f"prompt of {length} tokens")
        medians = self._turns("prefill", ids=self._ids[:length])
        return {name: length / seconds for name, seconds in medians.items()}

    def _decode(self, length: int) -> dict[str, float]:
        """Tokens a second."""
        self._tell(f"decode after {length} tokens")
        medians = self._turns("decode", ids=self._ids[:length], steps=STEPS)
        return {name: STEPS / seconds for name, seconds in medians.items()}

    def _first(self) -> dict[str, float]:
        """Seconds."""
        self._tell("first token")
        prefix, question = self._ids[:PREFIX], self._ids[PREFIX : PREFIX + QUESTION]
        return self._turns("first", prefix=prefix, question=question)

    def _batch(self) -> dict[str, tuple[float, float]]:
        """Seconds of one sequence, and of several."""
        self._tell(f"batch of {ROWS}")
        one, several = (
            self._turns("batch", ids=self._ids[:64], rows=rows, steps=BATCH_STEPS)
            for rows in (1, ROWS)
        )
        return {name: (one[name], several[name]) for name in self._children}

    def _turns(self, do: str, **request: Any) -> dict[str, float]:
        """Median of the seconds; the engines take turns, and the first turn does not count."""
        seconds: dict[str, list[float]] = {name: [] for name in self._children}
        for turn in range(self._plan.rounds + 1):
            for name, child in self._children.items():
                taken = child.seconds(do, **request)
                if turn:
                    seconds[name].append(taken)
        return {name: statistics.median(values) for name, values in seconds.items()}


def weight_bytes(folder: Path, described: Description) -> int:
    """Bytes of the weights that a token touches: all but the table of angles and the embedding.

    A tied embedding is the head, which is read from end to end, unless another finds candidates.
    """
    a = described.architecture
    data = described.files[description.DATA].bytes
    angles = a.context * a.head_size * 4
    embedding = 0
    if not a.tied or described.precision["embedding"] != described.precision["head"]:
        embedding = a.vocabulary * a.hidden * described.precision["embedding"].bits // 8
    return data - angles - embedding


def cache_bytes(described: Description, length: int) -> int:
    """Bytes of keys and values that a token touches after `length` others."""
    a = described.architecture
    return 2 * a.layers * a.kv_heads * a.head_size * 4 * length


def _pair(rates: dict[str, float]) -> dict[str, float]:
    return {
        "edge": round(rates[EDGE], 1),
        "llama": round(rates[LLAMA], 1),
        "ratio": _round(rates[EDGE] / rates[LLAMA]),
    }


def _worst(figures: dict[int, dict[str, float]]) -> float:
    """Of several lengths, the ratio of the one where edge fares worst."""
    return _round(min(rates[EDGE] / rates[LLAMA] for rates in figures.values()))


def _round(value: float) -> float:
    return float(f"{value:.3g}")
