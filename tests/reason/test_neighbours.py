import numpy as np
import pytest

from edge.reason.classifier import BUCKETS, Linear
from edge.reason.neighbours import SHARE, Neighbours


def made(points, intents, counts=None, classes=2):
    """Points in a plane whose axes are those of the vectors."""
    counts = np.ones(len(points)) if counts is None else np.array(counts)
    return {
        "names": np.array([f"pet.{n}" for n in range(classes)]),
        "near_centre": np.zeros(2, np.float16),
        "near_axes": np.eye(2, dtype=np.float16),
        "near_points": np.array(points, np.int8),
        "near_intents": np.array(intents, np.uint8),
        "near_counts": counts.astype(np.float16),
    }


def test_the_nearest_is_heard_best():
    """Of two intents that with the nearer sentence is the likelier; both together make 1."""
    near = Neighbours.read(made([[100, 0], [0, 100]], [0, 1]))
    (chances,) = near.chances(np.array([[0.9, 0.3]], np.float32))
    assert chances[0] > 0.9
    assert chances.sum() == pytest.approx(1)


def test_a_sentence_speaks_as_loud_as_it_counts():
    """As near as each other, one that counts thrice has three quarters of the say."""
    near = Neighbours.read(made([[100, 0], [100, 0]], [0, 1], [3, 1]))
    (chances,) = near.chances(np.array([[1, 0]], np.float32))
    assert chances == pytest.approx([0.75, 0.25])


def test_a_model_without_them_has_none():
    """The one that works without an encoder."""
    assert Neighbours.read({"names": np.array(["pet.cat"])}) is None


class Plane:
    """An encoder with two numbers."""

    def begin(self, text):
        pass

    def encode(self, text):
        return np.array([1.0, 0.0], np.float32)


def test_they_have_their_share_beside_the_words():
    """Where the words say nothing, the neighbour decides within its share."""
    weights = np.zeros((BUCKETS, 2), np.int8)
    ones, zeros = np.ones(BUCKETS, np.float32), np.zeros(2, np.float32)
    near = Neighbours.read(made([[100, 0], [0, 100]], [0, 1]))
    dense = np.zeros((2, 2), np.float32)
    names = ["pet.cat", "pet.dog"]
    model = Linear(names, weights, ones, np.ones(2, np.float32), zeros, 0.5, Plane(), dense, near)
    ranked = dict(model.rank("my feline"))
    assert ranked["pet.cat"] == pytest.approx((1 - SHARE) / 2 + SHARE, abs=1e-3)
    assert sum(ranked.values()) == pytest.approx(1)
