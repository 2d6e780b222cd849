"""Block quantisation in the layout of ONNX Runtime's MatMulNBits.

A row is cut into blocks; a weight is `(q - zero_point) * scale`. Layouts (N rows, B blocks of
W weights): `q` (N, B, W * bits / 8) low nibble first, `scale` (N, B), `zero_point` of 4 bit packed
in pairs (N, ceil(B / 2)), of 8 bit implied as 128.

Where it is known what the columns are multiplied by (`Moments`), what matters is not how far a
weight is off but how far a product will be. Then the columns are rounded one after the other, and
each makes up for what those before it have missed: the order of GPTQ (Frantar et al. 2022,
https://arxiv.org/abs/2210.17323), whose K x K matrix is here a diagonal and a few factors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32
from edge.reason.lm.moments import Moments

BLOCK = 32
"""The least number of weights that share a scale."""
BLOCKS = (128, 64, 32)
"""The numbers that the exporter chooses from. The more share a scale, the less there is to read."""

_SHRINK = (1.0, 0.96, 0.92, 0.88, 0.84, 0.78)
"""Parts of a block's range that are tried: clipping an outlier makes all the others finer."""
_LEVELS = 15.0
_DAMPING = 0.02
"""Part of the mean square that each column gets on top: one that was hardly ever used may be used
yet, and must not be the place where all errors are put."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Quantised:
    """Rows of a matrix."""

    values: Bytes
    """(N, B, W * bits / 8)"""
    scales: Float32
    """(N, B)"""
    zero_points: Bytes | None
    """(N, ceil(B / 2)), or None where it is 128 throughout."""


class Feedback:
    """How the error of a column is made up for by those behind it; the same for all rows.

    With errors e of the columns so far, p = sum of e_i f_i over their factors f, and
    M_j = 1 + sum of f_i f_i' / o_i over the columns i >= j, the least that can be lost by the rest
    takes the weight at j less g_j' p, where g_j = M_j^-1 f_j / o_j.
    """

    def __init__(self, moments: Moments) -> None:
        factors = moments.factors.astype(np.float64)
        own = moments.own.astype(np.float64)
        own += max(_DAMPING * (own + np.square(factors).sum(axis=1)).mean(), 1e-20)
        gains = np.empty_like(factors)
        inverse = np.eye(factors.shape[1])
        for place in reversed(range(len(own))):
            through = np.einsum("ij,j->i", inverse, factors[place])
            through_all = own[place] + (factors[place] * through).sum()
            gains[place] = through / through_all
            inverse -= np.outer(through, through) / through_all
        self.own: Float32 = own.astype(np.float32)
        """(K,)"""
        self.factors: Float32 = factors.astype(np.float32)
        """(K, R)"""
        self.gains: Float32 = gains.astype(np.float32)
        """(K, R)"""


def quantise(
    weights: Float32, bits: int, block: int = BLOCK, feedback: Feedback | None = None
) -> Quantised:
    """(N, K) rows as 4 or 8 bit blocks; K is a multiple of `block`.

    8 bit lose too little for `feedback` to matter.
    """
    if bits == 8:
        return _eight(weights, block)
    return _with_feedback(weights, block, feedback) if feedback else _four(weights, block)


def dequantise(quantised: Quantised) -> Float32:
    """(N, K) The weights that the blocks stand for."""
    values, scales = quantised.values, quantised.scales
    rows, blocks = scales.shape
    if quantised.zero_points is None:
        q = values.astype(np.float32) - 128.0
    else:
        q = _unpack(values).astype(np.float32)
        q -= _unpack(quantised.zero_points)[:, :blocks, None]
    product: Float32 = (q * scales[:, :, None]).reshape(rows, -1)
    return product


def _eight(weights: Float32, block: int) -> Quantised:
    blocks = weights.reshape(len(weights), -1, block)
    # The largest value becomes 127: blocks that were 8 bit in this way come through unchanged.
    scales = np.abs(blocks).max(axis=2) / np.float32(127.0)
    inverse = np.divide(1.0, scales, out=np.zeros_like(scales), where=scales > 0)
    q = np.rint(blocks * inverse[:, :, None]) + 128.0
    return Quantised(q.astype(np.uint8), scales, None)


def _four(weights: Float32, block: int) -> Quantised:
    rows = len(weights)
    # As many lines as columns for arithmetic along the long axis.
    lines = np.ascontiguousarray(weights.reshape(-1, block).T)  # (W, M)
    levels, scale, zero = _search(lines)
    columns = levels.T.reshape(rows, -1, block)
    points = zero.astype(np.uint8).reshape(rows, -1)
    return Quantised(_pack(columns.astype(np.uint8)), scale.reshape(rows, -1), _pack(_even(points)))


def _with_feedback(weights: Float32, block: int, feedback: Feedback) -> Quantised:
    rows, columns = weights.shape
    lines = np.ascontiguousarray(weights.T)  # (K, N)
    levels = np.empty((columns, rows), np.uint8)
    scales = np.empty((columns // block, rows), np.float32)
    points = np.empty((columns // block, rows), np.uint8)
    missed = np.zeros((feedback.factors.shape[1], rows), np.float32)
    for number, start in enumerate(range(0, columns, block)):
        places = slice(start, start + block)
        # The scale is chosen by what is known when the block begins.
        wanted = lines[places] - _missing(feedback.gains[places], missed)
        _, scale, zero = _search(wanted, feedback.own[places])
        scales[number], points[number] = scale, zero
        for place in range(start, start + block):
            wanted = lines[place] - _missing(feedback.gains[place], missed)
            centred = _levels(wanted, scale, zero)
            levels[place] = centred + zero
            missed += np.multiply.outer(feedback.factors[place], centred * scale - lines[place])
    values = np.ascontiguousarray(levels.T).reshape(rows, -1, block)
    even = _even(np.ascontiguousarray(points.T))
    return Quantised(_pack(values), np.ascontiguousarray(scales.T), _pack(even))


def _missing(gains: Float32, missed: Float32) -> Float32:
    """(..., N) What `gains`, (..., R), make up for.

    Not by `@`: a BLAS adds up in another order on each processor, and the file has a checksum.
    """
    product: Float32 = np.einsum("...r,rn->...n", gains, missed)
    return product


def _search(lines: Float32, importance: Float32 | None = None) -> tuple[Float32, Float32, Float32]:
    """Levels (W, M), scales (M,) and zero points (M,) of least squared error among those tried.

    Each column is a block; `importance`, (W,), is what a squared error in that row counts.

    For given levels the best scale is a quotient of two sums; with it, the error that remains is
    what the levels' direction does not explain. So each candidate costs two sums.
    """
    low = np.minimum(lines.min(axis=0), 0.0)
    high = np.maximum(lines.max(axis=0), 0.0)
    span = high - low
    span[span == 0] = 1.0
    blocks = lines.shape[1]
    best = np.full(blocks, -1.0, np.float32)
    scale = np.zeros(blocks, np.float32)
    zero = np.zeros(blocks, np.float32)
    exact = -low / span * np.float32(_LEVELS)
    weighted = lines if importance is None else lines * importance[:, None]
    steps = [(span * np.float32(part / _LEVELS), np.floor(exact) + up)
             for part in _SHRINK for up in (0.0, 1.0)]  # fmt: skip
    for step, point in steps:
        point = np.minimum(point, np.float32(_LEVELS)).astype(np.float32)
        explained, fitted = _fit(weighted, _levels(lines, step, point), importance)
        better = explained > best
        best[better] = explained[better]
        scale[better] = fitted[better]
        zero[better] = point[better]
    for _ in range(2):
        # The scale found moves some weights to the next level, and then fits them better still.
        explained, fitted = _fit(weighted, _levels(lines, scale, zero), importance)
        better = explained > best
        best[better] = explained[better]
        scale[better] = fitted[better]
    centred = _levels(lines, scale, zero)
    return centred + zero, scale, zero


def _levels(lines: Float32, step: Float32, zero: Float32) -> Float32:
    """(W, M) or (M,) The nearest levels, counted from the zero point."""
    inverse = np.divide(1.0, step, out=np.zeros_like(step), where=step != 0)
    centred: Float32 = lines * inverse
    np.rint(centred, out=centred)
    np.maximum(centred, -zero, out=centred)
    np.minimum(centred, np.float32(_LEVELS) - zero, out=centred)
    return centred


def _fit(
    weighted: Float32, centred: Float32, importance: Float32 | None
) -> tuple[Float32, Float32]:
    """(M,) Squared length explained by the levels, and (M,) the scale that does it."""
    across = np.einsum("ij,ij->j", weighted, centred)
    if importance is None:
        along = np.einsum("ij,ij->j", centred, centred)
    else:
        along = np.einsum("i,ij,ij->j", importance, centred, centred)
    fitted = np.divide(across, along, out=np.zeros_like(across), where=along > 0)
    return across * fitted, fitted


def _even(points: Bytes) -> Bytes:
    return np.pad(points, ((0, 0), (0, points.shape[1] % 2)))


def _pack(nibbles: Bytes) -> Bytes:
    packed: Bytes = nibbles[..., 1::2] << np.uint8(4)
    packed |= nibbles[..., 0::2]
    return packed


def _unpack(packed: Bytes) -> Bytes:
    return np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:-1], -1)
