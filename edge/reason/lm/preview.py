"""A head that looks through a few directions of its inputs: see docs/moments.md.

Which of 150,000 tokens are likely can be told from fewer directions than a hidden state has. With C
the mean of x x' over ordinary text and C = L L', the R directions that lose least of W x on average
are the first singular vectors V of W L: W x is about (W L V) (V' L^-1) x. The likeliest tokens so
found are then judged by their whole rows (SVD-softmax: Shim et al. 2017,
https://papers.nips.cc/paper/7130-svd-softmax-fast-softmax-approximation-on-large-vocabulary-neural-networks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32
from edge.reason.lm.moments import PREVIEW
from edge.reason.lm.quantise import Quantised, quantise

_HALVES = ("within", "across")


@dataclass(frozen=True, slots=True)
class Preview:
    """Two matrices of 8 bit, each (R, K) of the R directions of K inputs.

    Kept with the program rather than found by the exporter: singular vectors differ in their last
    bits from processor to processor, and an export has one checksum.
    """

    within: Quantised
    """What an input has of each direction."""
    across: Quantised
    """What of a row of weights goes with it."""

    @property
    def rank(self) -> int:
        """How many directions."""
        return len(self.within.scales)

    def rows(self, weights: Float32) -> Float32:
        """(N, R) The rows of `weights`, (N, K), for inputs seen through the directions.

        The same to the bit everywhere: sums of products of levels are whole numbers below 2^24.
        """
        blocks = self.across.scales.shape[1]
        block = weights.shape[1] // blocks
        rounded = quantise(weights, 8, block)
        ours, theirs = levels(rounded), levels(self.across)
        total = np.zeros((len(weights), self.rank), np.float32)
        for at in range(blocks):
            part = ours[:, at] @ theirs[:, at].T
            part *= rounded.scales[:, at, None]
            part *= self.across.scales[:, at]
            total += part
        return total


def make(weights: Float32, mean: NDArray[np.float64], rank: int, block: int) -> Preview:
    """The best `rank` directions for (N, K) `weights` and inputs with (K, K) `mean` of x x'."""
    root = np.linalg.cholesky(mean)
    square = (weights.T @ weights).astype(np.float64)
    values, vectors = np.linalg.eigh(root.T @ square @ root)
    values, vectors = values[::-1][:rank], vectors[:, ::-1][:, :rank]
    # Half of what a direction counts on either side: a block of 4 bit weights has one scale.
    balance = (values / values[0]) ** 0.25
    within = np.linalg.solve(root.T, vectors) * balance
    across = root @ vectors / balance
    return Preview(*(quantise(half.T.astype(np.float32), 8, block) for half in (within, across)))


def arrays(preview: Preview) -> Mapping[str, NDArray[np.generic]]:
    """What `read` needs, for `moments.write`."""
    return {
        f"{half}_{name}": getattr(getattr(preview, half), name)
        for half in _HALVES
        for name in ("values", "scales")
    }


def read(file: Path) -> Preview | None:
    """The preview in a file of `moments.write`; None where there is none."""
    with np.load(file, allow_pickle=False) as content:
        if f"{PREVIEW}.within_values" not in content.files:
            return None
        halves = [
            Quantised(
                content[f"{PREVIEW}.{half}_values"], content[f"{PREVIEW}.{half}_scales"], None
            )
            for half in _HALVES
        ]
    return Preview(*halves)


def levels(rounded: Quantised) -> Float32:
    """(N, B, W) Of 8 bit, counted from their zero point."""
    return rounded.values.astype(np.float32) - np.float32(128)
