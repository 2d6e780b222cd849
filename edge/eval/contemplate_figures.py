"""What the traces of `edge eval contemplate` come to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from edge.eval.contemplate_traces import Chain, Trace
from edge.reason.contemplate.aggregate import CUT, WRONG_SUM
from edge.reason.contemplate.strategies import FIRST

LEVELS: Final = (0.0, 0.8, 0.85, 0.9, 0.95)

AGENTS: Final = 5
"""Chains of a vote, and of a first round."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A variant that is not run, but follows from the chains of another one."""

    source: str
    score: Callable[[Trace], float]
    """How right it is, 0 to 1."""
    tokens: Callable[[Trace], float]
    """That it takes."""


def table(
    traces: Sequence[Trace], order: Sequence[str], baseline: str = "greedy"
) -> list[dict[str, Any]]:
    """For each model, set and variant: accuracy, tokens, time, and the gain over `baseline`.

    All on the questions that both have answered; the intervals are 95 %, by a bootstrap over
    questions (paired for the gain). Times are compared where both were run in one sitting;
    the processor's time, `cpu_baseline`, everywhere: it depends little on what else ran.
    `chain_right` is the mean over single chains, and `any_right` what a perfect choice among them
    would reach.
    """
    rows = []
    for model, set_ in sorted({(t.model, t.set) for t in traces}):
        mine = [t for t in traces if (t.model, t.set) == (model, set_)]
        base = {t.id: t for t in mine if t.variant == baseline}
        for variant in order:
            derived = DERIVED.get(variant)
            source = derived.source if derived else variant
            found = {t.id: t for t in mine if t.variant == source}
            shared = sorted(found.keys() & base.keys())
            if not shared:
                continue
            pairs = [(found[id_], base[id_]) for id_ in shared]
            row = _row(pairs, derived.score if derived else _right)
            if derived:
                # What it would have taken is not known.
                tokens = round(sum(derived.tokens(t) for t, _ in pairs) / len(pairs), 1)
                row |= {"tokens": tokens, "seconds": None, "times_baseline": None,
                        "cpu_baseline": None, "timed": 0, "worked": 0}  # fmt: skip
            rows.append({"model": model, "set": set_, "variant": variant, **row})
    return rows


def sureness(
    traces: Sequence[Trace], variant: str = "greedy-sums", levels: Sequence[float] = LEVELS
) -> list[dict[str, Any]]:
    """Of single chains that are at least so sure (`glance.Glance.sure`): their share of all, and
    how many of them are right."""
    rows = []
    for model, set_ in sorted({(t.model, t.set) for t in traces}):
        mine = [t for t in traces if (t.model, t.set, t.variant) == (model, set_, variant)]
        for level in levels:
            sure = [t for t in mine if math.exp(t.chains[0].logprob) >= level]
            if sure:
                rows.append(
                    {
                        "model": model,
                        "set": set_,
                        "sure": level,
                        "questions": len(mine),
                        "share": round(len(sure) / len(mine), 3),
                        "right": _mean([t.right for t in sure]),
                        "interval": _interval([float(t.right) for t in sure]),
                    }
                )
    return rows


def unity(traces: Sequence[Trace], variant: str = "council") -> list[dict[str, Any]]:
    """How often a council is right where all that answered agree, where most do, and where not
    even that (by the weight of their votes)."""
    rows = []
    for model, set_ in sorted({(t.model, t.set) for t in traces}):
        mine = [t for t in traces if (t.model, t.set, t.variant) == (model, set_, variant)]
        for name, low, high in (("all", 0.999, 2.0), ("most", 0.5, 0.999), ("fewer", 0.0, 0.5)):
            some = [t for t in mine if low < t.agreement <= high]
            if some:
                right = [float(t.right) for t in some]
                rows.append(
                    {
                        "model": model,
                        "set": set_,
                        "agree": name,
                        "questions": len(some),
                        "right": _mean(right),
                        "interval": _interval(right),
                    }
                )
    return rows


def _row(pairs: Sequence[tuple[Trace, Trace]], score: Callable[[Trace], float]) -> dict[str, Any]:
    ours, base = [one for one, _ in pairs], [other for _, other in pairs]
    scores = [score(t) for t in ours]
    gains = [score(one) - other.right for one, other in pairs]
    timed = [
        (one.seconds, other.seconds)
        for one, other in pairs
        if one.sitting == other.sitting and one.seconds is not None and other.seconds is not None
    ]
    worked = [
        (one.cpu, other.cpu)
        for one, other in pairs
        if one.cpu is not None and other.cpu is not None
    ]
    spent, needed = _sums(timed)
    cpu, base_cpu = _sums(worked)
    return {
        "questions": len(pairs),
        "right": _mean(scores),
        "interval": _interval(scores),
        "gain": _mean(gains),
        "gain_interval": _interval(gains),
        "tokens": round(sum(t.tokens for t in ours) / len(ours), 1),
        "seconds": round(spent / len(timed), 2) if timed else None,
        "times_baseline": round(spent / max(needed, 1e-9), 2) if timed else None,
        "timed": len(timed),
        "cpu_baseline": round(cpu / max(base_cpu, 1e-9), 2) if worked else None,
        "worked": len(worked),
        "chain_right": _mean([_chains_right(t) for t in ours]),
        "any_right": _mean([_chains_right(t) > 0 for t in ours]),
        "tokens_baseline": round(sum(t.tokens for t in base) / len(base), 1),
    }


def _sums(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sum(one for one, _ in pairs), sum(other for _, other in pairs)


def _right(trace: Trace) -> float:
    return float(trace.right)


def _chains_right(trace: Trace) -> float:
    """The share of its chains that come to the right answer, also of those that were stopped."""
    return _mean([one.right for one in trace.chains])


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _interval(values: Sequence[float], draws: int = 10_000) -> tuple[float, float]:
    import numpy as np

    random = np.random.default_rng(0)
    found = np.array(values)
    means = found[random.integers(0, len(found), (draws, len(found)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


def _recount(chains: Sequence[Chain], weigh: Callable[[Chain], float]) -> float:
    """Whether the weightiest answer of `chains` is right; of the same weight, the first."""
    weights: dict[str, float] = {}
    for one in chains:
        if one.said:
            weights[one.said] = weights.get(one.said, 0.0) + weigh(one)
    if not weights:
        return 0.0
    best = max(weights, key=lambda said: weights[said])
    return float(next(one.right for one in chains if one.said == best))


def _three(trace: Trace) -> float:
    """What the council had come to, had it asked nobody else; where all differ, the first."""
    if len(trace.chains) <= FIRST:
        return float(trace.right)
    return _recount(trace.chains[:FIRST], _flawless)


def _flawless(one: Chain) -> float:
    """As `aggregate.Proposal` weighs it, less what is not kept."""
    return (1.0 if one.end == "stop" else CUT) * (WRONG_SUM if one.wrong else 1.0)


def _sure(one: Chain) -> float:
    """The same by the geometric mean of its tokens' probabilities (Taubenfeld et al. 2025,
    https://arxiv.org/abs/2502.06233, weigh votes by what the model thinks of them)."""
    return _flawless(one) * math.exp(one.logprob)


def _first(trace: Trace) -> float:
    """Tokens of the first round."""
    return float(sum(one.tokens for one in trace.chains[:AGENTS]))


DERIVED: Final[dict[str, Derived]] = {
    "sampled": Derived("vote", _chains_right, lambda t: _first(t) / AGENTS),
    "three": Derived("council", _three, lambda t: float(sum(c.tokens for c in t.chains[:FIRST]))),
    "vote-sure": Derived("vote", lambda t: _recount(t.chains, _sure), _first),
    "unlike": Derived("refine", lambda t: _recount(t.chains[:AGENTS], _flawless), _first),
    "unlike-sure": Derived("refine", lambda t: _recount(t.chains[:AGENTS], _sure), _first),
}
"""By name. sampled: one of the vote's chains, on average; vote-sure: its votes weighted by what the
model thought of them; three: the council without those that it asks second; unlike: the first round
of `refine`, five strategies to their end; unlike-sure: weighted, too."""
