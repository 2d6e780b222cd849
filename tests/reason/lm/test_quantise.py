import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.reason.lm import moments
from edge.reason.lm.quantise import BLOCK, Feedback, dequantise, quantise


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


def correlated(columns, seed=0):
    """(samples, columns) Inputs with a few directions in common, and moments that describe them."""
    random = np.random.default_rng(seed)
    factors = random.standard_normal((columns, 4)) * random.lognormal(0, 0.5, (columns, 1))
    spread = random.lognormal(0, 0.7, columns)
    seen = random.standard_normal((4000, 4)) @ factors.T
    seen += random.standard_normal((4000, columns)) * spread
    square = np.square(spread) + np.square(factors).sum(axis=1)
    return seen, moments.keep(square.astype(np.float32), factors.astype(np.float32))


@pytest.mark.parametrize("block", [32, 64])
def test_feedback_spares_the_products(block):
    """Knowing the inputs, products are nearer than by the weights alone, though weights are not."""
    inputs, known = correlated(256)
    weights = np.random.default_rng(1).standard_normal((48, 256)).astype(np.float32)

    def errors(feedback):
        off = dequantise(quantise(weights, 4, block, feedback)) - weights
        return np.square(inputs @ off.T).mean(), np.square(off).mean()

    (product, weight), (product_alone, weight_alone) = errors(Feedback(known)), errors(None)
    assert product < 0.6 * product_alone
    assert weight > weight_alone


def test_feedback_is_the_best_that_the_rest_can_do():
    """What it asks of a column is what least squares over the columns behind gives."""
    _, known = correlated(12)
    feedback = Feedback(known)
    factors = feedback.factors.astype(np.float64)
    matrix = np.diag(feedback.own.astype(np.float64)) + factors @ factors.T
    errors = np.random.default_rng(2).standard_normal(5)
    rest = -np.linalg.solve(matrix[5:, 5:], matrix[5:, :5] @ errors)
    missed = factors[:5].T @ errors
    np.testing.assert_allclose(-feedback.gains[5] @ missed, rest[0], rtol=1e-4)


def test_rows_do_not_depend_on_each_other():
    """Slices of a matrix give what the whole gives, and again the same."""
    _, known = correlated(128)
    weights = np.random.default_rng(3).standard_normal((10, 128)).astype(np.float32)
    whole = dequantise(quantise(weights, 4, 32, Feedback(known)))
    parts = [dequantise(quantise(part, 4, 32, Feedback(known))) for part in np.split(weights, 2)]
    # A rounding that was a tie may go the other way: sums of another length are added up otherwise.
    assert np.isclose(whole, np.concatenate(parts), atol=1e-5).mean() > 0.99


def test_inputs_that_are_never_used():
    """Zeros among weights and inputs are no divisions by zero."""
    known = moments.keep(np.zeros(64, np.float32), np.zeros((64, 2), np.float32))
    weights = np.random.default_rng(4).standard_normal((4, 64)).astype(np.float32)
    for rows in (weights, np.zeros_like(weights)):
        found = dequantise(quantise(rows, 4, 32, Feedback(known)))
        assert np.isfinite(found).all()
        assert np.abs(found - rows).max() < 0.5
