import numpy as np
import pytest

from edge.models.manifest import manifests
from edge.reason.lm import moments

SHIPPED = sorted(moments.FOLDER.glob("*.npz"))
MOST = {"smollm2-135m": 0.8e6, "qwen2.5-coder-0.5b": 4.2e6, "qwen2.5-coder-1.5b": 4.2e6}
"""Bytes."""


def made(layers=2, columns=64, rank=4):
    random = np.random.default_rng(0)
    factors = random.standard_normal((layers, columns, rank)).astype(np.float32)
    square = np.square(factors).sum(axis=2) + random.random((layers, columns), np.float32)
    return [moments.keep(*layer) for layer in zip(square, factors, strict=True)]


def test_reads_what_it_wrote(tmp_path):
    """By class and layer, to the last bit."""
    known = {"down": made(), "head": made(1, 32, 8)}
    moments.write(tmp_path / "a.npz", known)
    found = moments.read(tmp_path / "a.npz")
    assert found.keys() == known.keys()
    for kind, layers in known.items():
        assert len(found[kind]) == len(layers)
        for one, other in zip(found[kind], layers, strict=True):
            np.testing.assert_array_equal(one.factors, other.factors)
            np.testing.assert_array_equal(one.own, other.own)


def test_rounding_keeps_the_mean_squares():
    """What the rounded factors do not explain is each input's own."""
    (one,) = made(1)
    square = one.own + np.square(one.factors).sum(axis=1)
    np.testing.assert_allclose(square, np.square(one.spread.astype(np.float32)), rtol=0.2)


def test_an_input_that_is_always_zero():
    """It has nothing of its own, and no factor."""
    one = moments.keep(np.zeros(4, np.float32), np.zeros((4, 2), np.float32))
    assert not one.own.any()
    assert not one.factors.any()


def test_nothing_is_known_of_another_file():
    """Most GGUF files."""
    assert moments.find("0" * 64) is None


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped(file):
    """Small, and of a model that edge knows."""
    (model,) = (
        model
        for model in manifests().values()
        if any(one.sha256.startswith(file.stem) for one in model.files)
    )
    assert file.stat().st_size < MOST[model.name]
    known = moments.read(file)
    assert all(np.isfinite(one.own).all() for layers in known.values() for one in layers)
    assert all((one.own > 0).all() for layers in known.values() for one in layers)
