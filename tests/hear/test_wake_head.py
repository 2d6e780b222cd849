"""edge.hear.wake_head and wake_heads: heads as files, and how they are found."""

import itertools
import json

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelMissing
from edge.hear.wake_front import WIDTH
from edge.hear.wake_head import HEADS, SPAN, Head, Layer, load, save, slug
from edge.hear.wake_heads import find, forget, known
from tests.hear.make_wake import head


@pytest.fixture
def two_layers():
    rng = np.random.default_rng(0)
    sizes = (SPAN * WIDTH, 8, 1)
    layers = [
        Layer(
            rng.normal(size=shape).astype(np.float32) * 0.05,
            rng.normal(size=shape[1]).astype(np.float32),
        )
        for shape in itertools.pairwise(sizes)
    ]
    return Head("View Glass", tuple(layers), ("Bloss.", "You glass."))


def some_windows(count=50):
    return np.random.default_rng(1).normal(size=(count, SPAN, WIDTH)).astype(np.float32)


def test_scores_are_what_the_layers_say(two_layers):
    """Layer after layer, what is below nothing is cut off in between, and a logistic at the end."""
    x = some_windows(1)[0].reshape(-1)
    first, last = two_layers.layers
    hidden = [max(0.0, float(x @ first.weights[:, n] + first.bias[n])) for n in range(8)]
    logit = float(np.dot(hidden, last.weights[:, 0]) + last.bias[0])
    assert two_layers.logits(some_windows(1))[0] == pytest.approx(logit, abs=1e-4)
    assert two_layers.scores(some_windows(1))[0] == pytest.approx(
        1 / (1 + np.exp(-logit)), abs=1e-5
    )


def test_scores_of_what_is_far_out_stay_numbers():
    """No logit overflows."""
    extreme = np.array([[[1e6]], [[-1e6]]], np.float32) * np.ones((1, SPAN, WIDTH), np.float32)
    assert head().scores(extreme) == pytest.approx([1, 0], abs=1e-6)


def test_file_gives_the_head_back(two_layers, tmp_path):
    """Phrase, variants and scores survive; weights keep three digits."""
    path = tmp_path / "deep" / "view_glass.npz"
    save(two_layers, path)
    again = load(path)
    assert (again.phrase, again.heard_as) == ("View Glass", ("Bloss.", "You glass."))
    assert again.scores(some_windows()) == pytest.approx(
        two_layers.scores(some_windows()), abs=0.01
    )
    assert [file.name for file in path.parent.iterdir()] == ["view_glass.npz"]


def broken(tmp_path):
    path = tmp_path / "x.npz"
    yield path, b"no archive"
    yield path, b""
    save(head(), path)
    whole = path.read_bytes()
    yield path, whole[: len(whole) // 2]


def test_damaged_files_are_refused_by_name(tmp_path):
    """Not an archive, empty, cut off: one sentence with the path."""
    for path, content in broken(tmp_path):
        path.write_bytes(content)
        with pytest.raises(ModelCorrupt, match=r"x\.npz is damaged"):
            load(path)


def test_layers_that_do_not_fit_are_refused(tmp_path):
    """A head for other embeddings would fail in the middle of listening."""
    about = json.dumps({"phrase": "x", "heard_as": []})
    np.savez(tmp_path / "x.npz", about=about, weights0=np.zeros((9, 1)), bias0=np.zeros(1))
    with pytest.raises(ModelCorrupt):
        load(tmp_path / "x.npz")
    np.savez(tmp_path / "y.npz", about=about)
    with pytest.raises(ModelCorrupt):
        load(tmp_path / "y.npz")


def test_pickles_are_not_opened(tmp_path):
    """A file that would run code when it is read is damaged."""
    np.savez(tmp_path / "x.npz", about=np.array([{"phrase": "x"}], dtype=object))
    with pytest.raises(ModelCorrupt):
        load(tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Jarvis", "jarvis"),
        (" Hey,  Jarvis! ", "hey_jarvis"),
        ("../etc", "etc"),
        ("Ol\u00e1", "ol\u00e1"),
    ],
)
def test_file_names_hold_letters_and_digits_only(phrase, name):
    """No phrase names a file elsewhere."""
    assert slug(phrase) == name


def test_project_has_heads_for_its_phrases(tmp_path):
    """jarvis and computer are there, whole, and small enough for git."""
    assert {"jarvis", "computer"} <= set(known(tmp_path))
    for phrase in ("jarvis", "computer"):
        assert find(phrase, tmp_path).phrase == phrase
        assert (HEADS / f"{phrase}.npz").stat().st_size < 400_000


def test_the_wearers_own_come_first_and_can_be_forgotten(tmp_path):
    """A phrase of one's own takes the place of the project's until it is deleted."""
    save(head("Computer!"), tmp_path / "computer.npz")
    save(head("view glass"), tmp_path / "view_glass.npz")
    assert find("computer", tmp_path).phrase == "Computer!"
    assert find("View Glass", tmp_path).phrase == "view glass"
    forget("computer", tmp_path)
    assert find("computer", tmp_path).phrase == "computer"
    with pytest.raises(ModelMissing, match="of your own"):
        forget("computer", tmp_path)


def test_unknown_phrase_names_the_nearest(tmp_path):
    """A misspelt phrase is told from one that is not there at all."""
    with pytest.raises(ModelMissing, match="did you mean jarvis"):
        find("jarvs", tmp_path)
    with pytest.raises(ModelMissing, match="known are computer, jarvis"):
        find("bananas", tmp_path)
