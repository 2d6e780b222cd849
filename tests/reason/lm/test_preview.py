import numpy as np

from edge.reason.lm import moments, preview
from edge.reason.lm.quantise import dequantise, quantise

ROWS, COLUMNS, BLOCK = 500, 128, 32


def matrix(rows, columns, seed):
    return np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)


def mean(inputs):
    return (inputs.T @ inputs).astype(np.float64) / len(inputs) + 1e-3 * np.eye(COLUMNS)


def error(seen, weights, inputs):
    """Of the products as they are seen, relative to their size."""
    through = seen.rows(weights) @ (dequantise(seen.within) @ inputs.T)
    exact = weights @ inputs.T
    return np.linalg.norm(through - exact) / np.linalg.norm(exact)


def test_as_many_directions_as_inputs_lose_nothing():
    """But what 8 bits lose."""
    weights, inputs = matrix(ROWS, COLUMNS, 0), matrix(1000, COLUMNS, 1)
    seen = preview.make(weights, mean(inputs), COLUMNS, BLOCK)
    assert seen.rank == COLUMNS
    assert error(seen, weights, inputs) < 0.03


def test_the_directions_are_those_of_the_inputs():
    """Of inputs with few directions hardly anything is lost; of others, most."""
    weights, few = matrix(ROWS, COLUMNS, 0), matrix(20, COLUMNS, 1)
    inputs = matrix(1000, 20, 2) @ few
    seen = preview.make(weights, mean(inputs), 32, BLOCK)
    assert error(seen, weights, matrix(100, 20, 3) @ few) < 0.03
    assert error(seen, weights, matrix(100, COLUMNS, 4)) > 0.5


def test_rows_are_whole_numbers_until_they_are_scaled():
    """So that they are the same on every processor, however many are asked for at once."""
    weights, inputs = 9 * matrix(ROWS, COLUMNS, 0), matrix(1000, COLUMNS, 1)
    seen = preview.make(weights, mean(inputs), 64, BLOCK)
    rounded = quantise(weights, 8, BLOCK)
    ours, theirs = (preview.levels(one).astype(np.int64) for one in (rounded, seen.across))
    expected = np.zeros((ROWS, 64), np.float32)
    for at in range(COLUMNS // BLOCK):
        sums = (ours[:, at] @ theirs[:, at].T).astype(np.float32)
        expected += sums * rounded.scales[:, at, None] * seen.across.scales[:, at]
    np.testing.assert_array_equal(seen.rows(weights), expected)
    np.testing.assert_array_equal(seen.rows(weights[7:9]), expected[7:9])


def test_reads_what_was_written(tmp_path):
    """Beside the moments, which do not notice it."""
    seen = preview.make(matrix(ROWS, COLUMNS, 0), np.eye(COLUMNS), 32, BLOCK)
    moments.write(tmp_path / "with.npz", {}, preview.arrays(seen))
    moments.write(tmp_path / "without.npz", {})
    assert moments.read(tmp_path / "with.npz") == {}
    assert preview.read(tmp_path / "without.npz") is None
    found = preview.read(tmp_path / "with.npz")
    for half in ("within", "across"):
        one, other = getattr(found, half), getattr(seen, half)
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.scales, other.scales)


def test_shipped():
    """All three models have one, of fewer directions than inputs and nothing but numbers."""
    shipped = [preview.read(file) for file in moments.FOLDER.glob("*.npz")]
    known = {seen.within.values[0].size: seen for seen in shipped if seen is not None}
    assert {inputs: seen.rank for inputs, seen in known.items()} == {576: 320, 896: 384, 1536: 512}
    for inputs, seen in known.items():
        for half in (seen.within, seen.across):
            assert half.values[0].size == inputs
            assert np.isfinite(half.scales).all()
            assert (half.scales > 0).all()
