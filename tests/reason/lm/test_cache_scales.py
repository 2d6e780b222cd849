"""Keys and values in 8 bit, against the floats that they stand for."""

import numpy as np
import pytest

from edge.reason.lm import description

IDS = np.random.default_rng(1).integers(0, 268, 100).tolist()


def steps(model, ids, begin):
    """(len(ids) - begin, vocabulary) The logits after each id from `begin` on, taken in singly."""
    rows = []
    for end in range(begin, len(ids)):
        *_, logits = model._feed(ids[: end + 1], begin)
        rows.append(logits.copy())
    return np.stack(rows)


def test_nearly_the_same_model(model):
    """One token at a time the model says nearly what it says of the text as a whole."""
    ours, theirs = steps(model, IDS, 50), model.logits(IDS, 50)
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.98
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.75


def test_levels_stand_for_what_was_computed(model, folder):
    """A level times its channel's scale is the key or value; there is room for larger ones."""
    model.prefill(IDS)
    scales = np.load(folder / description.SCALES)
    values, levels = model.state(len(IDS)), model._cache.levels(len(IDS))[:, 0]
    # Tokens at random have larger keys than words, and are cut here and there.
    whole = np.abs(levels.astype(int)) < 127
    assert whole.mean() > 0.99
    errors = np.abs(levels * scales[:, :, None] - values)
    assert (errors <= 0.501 * scales[:, :, None])[whole].all()
    assert scales.max() > 1.5 * scales.min(), "channels differ, and so do their scales"


def test_what_was_an_answer_is_taken_in_again(model):
    """A prompt that goes on with an earlier answer is read as if it had always been a prompt."""
    answer = steps(model, IDS[:60], 50)
    assert len(answer) == 10
    assert (len(model._cache.ids), model._cache.whole) == (60, 50)
    prompt = IDS[:80]
    model.prefill(prompt)
    after = model.state(80)
    model.forget()
    model.prefill(prompt)
    assert np.array_equal(model.state(80), after)


def test_an_answer_is_no_beginning_of_a_prompt(model):
    """What was taken in one by one cannot be kept as a prompt's beginning."""
    steps(model, IDS[:60], 50)
    with pytest.raises(ValueError, match="only 50 are of a prompt"):
        model.state(60)
