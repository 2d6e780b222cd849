import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.reason.lm.quantise import BLOCK, dequantise, quantise


def error(weights, bits):
    return np.linalg.norm(dequantise(quantise(weights, bits)) - weights)


def min_max(weights):
    """The plain way: a block's smallest value is 0, its largest 15."""
    blocks = weights.reshape(-1, BLOCK)
    low = np.minimum(blocks.min(axis=1, keepdims=True), 0)
    scale = (np.maximum(blocks.max(axis=1, keepdims=True), 0) - low) / 15
    zero = np.rint(-low / scale)
    levels = np.clip(np.rint(blocks / scale) + zero, 0, 15)
    return ((levels - zero) * scale).reshape(weights.shape)


def test_four_bits_beat_the_plain_way():
    """The search leaves less squared error than scaling by smallest and largest value."""
    weights = np.random.default_rng(0).standard_normal((64, 256)).astype(np.float32)
    assert error(weights, 4) < 0.97 * np.linalg.norm(min_max(weights) - weights)


@given(st.integers(0, 2**32), st.floats(-3, 3), st.sampled_from([1, 3, 4]))
@settings(max_examples=50, deadline=None)
def test_never_worse_than_the_plain_way(seed, shift, blocks):
    """Whatever the blocks look like, even with all weights on one side of zero."""
    random = np.random.default_rng(seed)
    weights = (random.standard_t(3, (4, blocks * BLOCK)) + shift).astype(np.float32)
    assert error(weights, 4) <= 1.001 * np.linalg.norm(min_max(weights) - weights)


def test_what_is_on_the_grid_comes_through():
    """Weights that are four-bit already are not changed."""
    random = np.random.default_rng(0)
    levels = random.integers(0, 16, (8, 3, BLOCK))
    levels[..., 0], levels[..., 1] = 0, 15
    zero = random.integers(0, 16, (8, 3, 1))
    weights = ((levels - zero) * 0.01).reshape(8, -1).astype(np.float32)
    np.testing.assert_allclose(dequantise(quantise(weights, 4)), weights, atol=1e-6)


def test_eight_bits_of_a_source_come_through():
    """A Q8_0 block, whose largest level is 127, keeps its levels."""
    levels = np.random.default_rng(0).integers(-127, 128, (4, 2 * BLOCK)).astype(np.float32)
    levels[:, ::BLOCK] = 127
    np.testing.assert_allclose(dequantise(quantise(levels * 0.003, 8)), levels * 0.003, rtol=1e-6)


@pytest.mark.parametrize("bits", [4, 8])
def test_zeros_stay_zeros(bits):
    """A block of zeros has no scale, and is no division by zero."""
    assert not dequantise(quantise(np.zeros((2, 64), np.float32), bits)).any()


def test_layout():
    """Low nibble first; the zero points of two blocks in a byte, an odd row padded."""
    weights = np.tile(np.arange(BLOCK, dtype=np.float32) % 16 - 3, (2, 3))
    made = quantise(weights, 4)
    assert made.values.shape == (2, 3, 16)
    assert made.scales.shape == (2, 3)
    assert made.values[0, 0, :3].tolist() == [0x10, 0x32, 0x54]
    assert made.zero_points.tolist() == [[0x33, 0x03]] * 2
