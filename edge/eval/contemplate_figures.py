"""What the traces of `edge eval contemplate` come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from edge.eval.contemplate_traces import Trace

DERIVED: Final[dict[str, str]] = {"sampled": "vote"}
"""Variants that are not run: `sampled` is one of the five chains of `vote`, on average."""


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
            source = DERIVED.get(variant, variant)
            found = {t.id: t for t in mine if t.variant == source}
            shared = sorted(found.keys() & base.keys())
            if not shared:
                continue
            pairs = [(found[id_], base[id_]) for id_ in shared]
            row = _row(pairs, _chains_right if variant in DERIVED else _right)
            if variant in DERIVED:
                # One of five: its tokens are known, its seconds are not.
                row |= {"tokens": round(row["tokens"] / 5, 1), "seconds": None,
                        "times_baseline": None, "cpu_baseline": None, "timed": 0}  # fmt: skip
            rows.append({"model": model, "set": set_, "variant": variant, **row})
    return rows


def _row(pairs: Sequence[tuple[Trace, Trace]], score: Callable[[Trace], float]) -> dict[str, Any]:
    ours, base = [one for one, _ in pairs], [other for _, other in pairs]
    scores = [score(t) for t in ours]
    gains = [score(one) - other.right for one, other in pairs]
    timed = [(one.seconds, other.seconds) for one, other in pairs if one.sitting == other.sitting]
    spent, needed = (sum(side) for side in zip(*timed, strict=True)) if timed else (0.0, 0.0)
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
        "cpu_baseline": round(sum(t.cpu for t in ours) / max(sum(t.cpu for t in base), 1e-9), 2),
        "chain_right": _mean([_chains_right(t) for t in ours]),
        "any_right": _mean([_chains_right(t) > 0 for t in ours]),
        "tokens_baseline": round(sum(t.tokens for t in base) / len(base), 1),
    }


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
