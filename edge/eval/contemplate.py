"""`edge eval contemplate`: does thinking with several agents pay?

Each variant answers the same questions with the same model; what came of it is kept as a line in a
file of traces, so that a run goes on where the last one ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from edge.aio import closing
from edge.errors import BenchError, ContemplationError
from edge.eval.contemplate_sets import Question
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.candidates import candidate, key
from edge.reason.contemplate.council import Council, Verdict
from edge.reason.contemplate.provider import Chunk, Provider, Request
from edge.reason.contemplate.strategies import STRAIGHT, STRATEGIES, Strategy
from edge.reason.lm.chat import Message

MAX_TOKENS: Final = 200
"""Of one chain."""
SEED: Final = 7
_AGAIN = "Check that again, step by step, and give your answer."


@dataclass(frozen=True, slots=True)
class Trace:
    """What one variant made of one question."""

    set: str
    id: str
    variant: str
    model: str
    gold: str
    said: str
    """The answer's key."""
    right: bool
    seconds: float
    tokens: int
    """Made by all agents together."""
    agreement: float
    chains: list[str]
    """Every text as it was made, also of agents that were stopped."""


class Recorder:
    """A provider that keeps what another one makes."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.name = provider.name
        self.chains: list[str] = []

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The other one's chunks."""
        first = len(self.chains)
        self.chains += [""] * len(requests)
        async with closing(self._provider.stream(requests)) as chunks:
            async for chunk in chunks:
                self.chains[first + chunk.agent] += chunk.text
                yield chunk


@dataclass(frozen=True, slots=True)
class _Made:
    said: str
    tokens: int
    agreement: float = 1.0


Variant = Callable[[Question, Provider], Awaitable[_Made]]


async def _alone(question: Question, provider: Provider, strategy: Strategy) -> _Made:
    request = strategy.request(question.text, seed=SEED, max_tokens=MAX_TOKENS)
    text, tokens = await _chain(provider, request)
    return _Made(candidate(text).key, tokens)


async def _chain(provider: Provider, request: Request) -> tuple[str, int]:
    text, tokens = "", 0
    async with closing(provider.stream([request])) as chunks:
        async for chunk in chunks:
            text += chunk.text
            tokens += chunk.tokens_out
    return text, tokens


async def _long(question: Question, provider: Provider) -> _Made:
    """Goes over its own answer until it has used as many tokens as five of its first."""
    request = STRAIGHT.request(question.text, seed=SEED, max_tokens=MAX_TOKENS)
    text, tokens = await _chain(provider, request)
    said, wanted = candidate(text).key, 5 * tokens
    while tokens < wanted:
        more = (Message("assistant", text), Message("user", _AGAIN))
        request = replace(request, messages=request.messages + more)
        text, made = await _chain(provider, request)
        tokens += max(made, 1)
        said = candidate(text).key or said
    return _Made(said, tokens)


def _council(strategies: Sequence[Strategy], *, quorum: int = 3, refine: bool = False) -> Variant:
    async def run(question: Question, provider: Provider) -> _Made:
        budget = Budget(seconds=3600, max_tokens=MAX_TOKENS)
        council = Council(strategies, quorum=quorum, refine=refine, budget=budget)
        made = _Made("", 0)
        try:
            async with closing(council.run(question.text, provider, seed=SEED)) as events:
                async for event in events:
                    if isinstance(event, Verdict):
                        made = _Made(key(event.answer), event.cost.tokens_out, event.agreement)
        except ContemplationError:
            return made
        return made

    return run


_PLAIN = replace(STRAIGHT, calculate=False)
_SAMPLED = replace(_PLAIN, temperature=0.7)

VARIANTS: Final[dict[str, Variant]] = {
    "greedy": lambda question, provider: _alone(question, provider, _PLAIN),
    "greedy-sums": lambda question, provider: _alone(question, provider, STRAIGHT),
    "sampled": lambda question, provider: _alone(question, provider, _SAMPLED),
    "vote": _council([replace(_SAMPLED, name=f"sample {n}") for n in range(5)], quorum=5),
    "council": _council(STRATEGIES),
    "council-plain": _council([replace(one, calculate=False) for one in STRATEGIES]),
    "refine": _council(STRATEGIES, refine=True),
    "long": _long,
}
"""By name: how a question is answered.

greedy, sampled: one chain; greedy-sums: one, its sums worked out by code; vote: five drawn alike,
no early end, no code; council: the default; council-plain: without code; refine: the default with
a second round; long: one chain that checks itself until it has used five chains' tokens.
"""


async def run(
    questions: Iterable[Question],
    variants: Sequence[str],
    provider: Provider,
    model: str,
    file: Path,
    *,
    reset: Callable[[], Awaitable[None]] | None = None,
    until: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Trace]:
    """Answer what `file` has no trace of yet; all variants of a question before the next one.

    `reset` comes before each variant, so that none finds the work of another one done. No question
    is begun after `until` on the `clock`.
    """
    done = {(t.set, t.id, t.variant, t.model) for t in read_traces(file)}
    for question in questions:
        if until is not None and clock() >= until:
            return
        for variant in variants:
            if (question.set, question.id, variant, model) in done:
                continue
            recorder = Recorder(provider)
            if reset is not None:
                await reset()
            begin = clock()
            made = await VARIANTS[variant](question, recorder)
            trace = Trace(
                question.set, question.id, variant, model, question.gold, made.said,
                made.said == question.gold, round(clock() - begin, 3), made.tokens,
                round(made.agreement, 4), recorder.chains,
            )  # fmt: skip
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(asdict(trace)) + "\n")
            yield trace


def read_traces(file: Path) -> list[Trace]:
    """The traces in `file`; none where there is no such file. Raises BenchError for another one."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BenchError(f"{file} cannot be read: {error.strerror}.") from None
    traces = []
    for number, line in enumerate(lines, 1):
        try:
            traces.append(Trace(**json.loads(line)))
        except (TypeError, ValueError):
            raise BenchError(f"{file}, line {number}, is no trace.") from None
    return traces


def table(traces: Sequence[Trace], baseline: str = "greedy") -> list[dict[str, Any]]:
    """For each model, set and variant: accuracy, tokens, time, and the gain over `baseline`.

    All on the questions that both have answered; the intervals are 95 %, by a bootstrap over
    questions (paired for the gain). `chain_right` is the mean over single chains, and `any_right`
    what a perfect choice among them would reach.
    """
    rows = []
    order = list(VARIANTS)
    groups = sorted({(t.model, t.set) for t in traces})
    for model, set_ in groups:
        mine = [t for t in traces if (t.model, t.set) == (model, set_)]
        by = {v: {t.id: t for t in mine if t.variant == v} for v in order}
        for variant in order:
            shared = sorted(by[variant].keys() & by[baseline].keys())
            if not shared:
                continue
            ours = [by[variant][i] for i in shared]
            base = [by[baseline][i] for i in shared]
            rows.append(
                {
                    "model": model,
                    "set": set_,
                    "variant": variant,
                    "questions": len(shared),
                    "right": _mean([t.right for t in ours]),
                    "interval": _interval([float(t.right) for t in ours]),
                    "gain": _mean([a.right - b.right for a, b in zip(ours, base, strict=True)]),
                    "gain_interval": _interval(
                        [float(a.right) - b.right for a, b in zip(ours, base, strict=True)]
                    ),
                    "tokens": round(sum(t.tokens for t in ours) / len(ours), 1),
                    "seconds": round(sum(t.seconds for t in ours) / len(ours), 2),
                    "times_baseline": round(
                        sum(t.seconds for t in ours) / max(sum(t.seconds for t in base), 1e-9), 2
                    ),
                    "chain_right": _mean([_chains_right(t) for t in ours]),
                    "any_right": _mean([_chains_right(t) > 0 for t in ours]),
                }
            )
    return rows


def _chains_right(trace: Trace) -> float:
    """The share of its chains that come to the right answer, also of those that were stopped."""
    return _mean([candidate(chain).key == trace.gold for chain in trace.chains])


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _interval(values: Sequence[float], draws: int = 10_000) -> tuple[float, float]:
    import numpy as np

    random = np.random.default_rng(0)
    found = np.array(values)
    means = found[random.integers(0, len(found), (draws, len(found)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)
