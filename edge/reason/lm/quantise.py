"""Block quantisation in the layout of ONNX Runtime's MatMulNBits.

A row is cut into blocks; a weight is `(q - zero_point) * scale`. Layouts (N rows, B blocks of
W weights): `q` (N, B, W * bits / 8) low nibble first, `scale` (N, B), `zero_point` of 4 bit packed
in pairs (N, ceil(B / 2)), of 8 bit implied as 128.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32

BLOCK = 32
"""The least number of weights that share a scale."""
BLOCKS = (128, 64, 32)
"""The numbers that the exporter chooses from. The more share a scale, the less there is to read."""

_SHRINK = (1.0, 0.96, 0.92, 0.88, 0.84, 0.78)
"""Parts of a block's range that are tried: clipping an outlier makes all the others finer."""
_LEVELS = 15.0

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


def quantise(weights: Float32, bits: int, block: int = BLOCK) -> Quantised:
    """(N, K) rows as 4 or 8 bit blocks; K is a multiple of `block`."""
    return _four(weights, block) if bits == 4 else _eight(weights, block)


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


def _search(lines: Float32) -> tuple[Float32, Float32, Float32]:
    """Levels (W, M), scales (M,) and zero points (M,) of least squared error among those tried.

    Each column is a block.

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
    steps = [(span * np.float32(part / _LEVELS), np.floor(exact) + up)
             for part in _SHRINK for up in (0.0, 1.0)]  # fmt: skip
    for step, point in steps:
        point = np.minimum(point, np.float32(_LEVELS)).astype(np.float32)
        explained, fitted = _fit(lines, _levels(lines, step, point))
        better = explained > best
        best[better] = explained[better]
        scale[better] = fitted[better]
        zero[better] = point[better]
    for _ in range(2):
        # The scale found moves some weights to the next level, and then fits them better still.
        explained, fitted = _fit(lines, _levels(lines, scale, zero))
        better = explained > best
        best[better] = explained[better]
        scale[better] = fitted[better]
    centred = _levels(lines, scale, zero)
    return centred + zero, scale, zero


def _levels(lines: Float32, step: Float32, zero: Float32) -> Float32:
    """(W, M) The nearest levels, counted from the zero point."""
    inverse = np.divide(1.0, step, out=np.zeros_like(step), where=step != 0)
    centred: Float32 = lines * inverse
    np.rint(centred, out=centred)
    np.maximum(centred, -zero, out=centred)
    np.minimum(centred, np.float32(_LEVELS) - zero, out=centred)
    return centred


def _fit(lines: Float32, centred: Float32) -> tuple[Float32, Float32]:
    """(M,) Squared length explained by the levels, and (M,) the scale that does it."""
    across = np.einsum("ij,ij->j", lines, centred)
    along = np.einsum("ij,ij->j", centred, centred)
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
