"""Softmax regression over hashed features and vectors, for the scripts that train classifiers.

Fitted by L-BFGS; what is fitted is kept as `edge.reason.classifier.Linear` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from edge.reason.classifier import BUCKETS

AXES = 96
"""Numbers of a training sentence that are kept for its neighbours; all 384 do no better."""


def rarity_of(found: Sequence[np.ndarray]) -> np.ndarray:
    """(BUCKETS,) How much each feature counts, by how few of the texts have it."""
    often = np.bincount(np.concatenate(found), minlength=BUCKETS)
    return np.sqrt(np.log((len(found) + 1) / (often + 1)) + 1e-3).astype(np.float16)


def matrix(found: Sequence[np.ndarray], rarity: np.ndarray) -> csr_matrix:
    """Sparse rows of length 1: (texts, BUCKETS). `found`: the features of each text."""
    rarity = rarity.astype(np.float32)
    offsets = np.cumsum([0, *map(len, found)])
    shares = [rarity[row] / np.linalg.norm(rarity[row]) for row in found]
    parts = (np.concatenate(shares), np.concatenate(found), offsets)
    return csr_matrix(parts, shape=(len(found), BUCKETS), dtype=np.float32)


def fit(
    rows: csr_matrix,
    vectors: np.ndarray,
    labels: np.ndarray,
    count: int,
    weight: np.ndarray,
    *,
    decay: float,
    dense_decay: float | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (BUCKETS + width, count) and bias (count,).

    `rows`, (texts, BUCKETS), and `vectors`, (texts, width), are what is known of each text,
    `labels` which of the `count` classes it is, and `weight` how much it counts. `decay` weighs the
    squared weights of features, `dense_decay` (the same by default) those of vectors.
    """
    wanted = np.eye(count, dtype=np.float32)[labels]
    columns, across = rows.T.tocsr(), np.ascontiguousarray(vectors.T)
    width = vectors.shape[1]
    dense = decay if dense_decay is None else dense_decay
    decays = np.repeat([decay, dense], [BUCKETS, width]).astype(np.float32)[:, None]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(BUCKETS + width + 1, count).astype(np.float32)
        chances = judged(rows, vectors, table[:-1], table[-1])
        likely = np.log(np.maximum((chances * wanted).sum(axis=1), 1e-9))
        error = (chances - wanted) * weight[:, None]
        slope = np.vstack([columns @ error, across @ error, error.sum(axis=0)])
        slope[:-1] += decays * table[:-1]
        value = -(weight * likely).sum() + (decays * table[:-1] ** 2).sum() / 2
        return float(value), slope.ravel().astype(np.float64)

    start = np.zeros((BUCKETS + width + 1) * count)
    ways = {"maxiter": 60, "maxcor": 5}
    table = minimize(loss, start, jac=True, method="L-BFGS-B", options=ways).x
    table = table.reshape(BUCKETS + width + 1, count).astype(np.float32)
    return table[:-1], table[-1]


def judged(
    rows: csr_matrix, vectors: np.ndarray, table: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """Probabilities (texts, count)."""
    logits = rows @ table[:BUCKETS] + vectors @ table[BUCKETS:] + bias
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


def neighbours(
    vectors: np.ndarray, labels: np.ndarray, weight: np.ndarray, names: Sequence[str]
) -> dict[str, np.ndarray]:
    """The texts as `edge.reason.neighbours` reads them: `vectors`, (texts, width), on the AXES
    along which they differ most."""
    centre = vectors.mean(axis=0)
    apart = (vectors - centre).astype(np.float64)
    axes = np.linalg.eigh(apart.T @ apart)[1][:, -AXES:]
    points = apart @ axes
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return {
        "names": np.array(names),
        "near_centre": centre.astype(np.float16),
        "near_axes": axes.astype(np.float16),
        "near_points": np.round(points / np.abs(points).max() * 127).astype(np.int8),
        "near_intents": labels.astype(np.uint8),
        "near_counts": weight.astype(np.float16),
    }


def packed(
    names: Sequence[str],
    rarity: np.ndarray,
    table: np.ndarray,
    bias: np.ndarray,
    threshold: float,
) -> dict[str, np.ndarray]:
    """The model's arrays as they are kept: weights of one byte."""
    sparse = table[:BUCKETS]
    scale = np.abs(sparse).max(axis=0) / 127
    arrays = {
        "names": np.array(names),
        "weights": np.round(sparse / scale).astype(np.int8),
        "rarity": rarity,
        "scale": scale.astype(np.float32),
        "bias": bias.astype(np.float32),
        "threshold": np.float32(threshold),
    }
    if len(table) > BUCKETS:
        arrays["dense"] = table[BUCKETS:].astype(np.float16)
    return arrays


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Keep the model, and say where."""
    np.savez_compressed(path, **arrays)
    print(f"  {path}: {path.stat().st_size} bytes, {len(arrays['names'])} classes")
