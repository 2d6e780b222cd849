import numpy as np
import pytest

from edge.reason.lm.sampling import Chooser, Sampling


def draw(options, logits, times, answer=(), unused=()):
    chooser = Chooser(options, unused)
    return [chooser.choose(np.array(logits, np.float32), answer).token for _ in range(times)]


def test_greedy():
    """Temperature 0 takes the most likely token, of equals the first."""
    assert draw(Sampling(), [0, 3, 1, 3], 3) == [1, 1, 1]


def test_unused_ids_are_never_chosen():
    """Rows that stand for no token may have any logit."""
    assert draw(Sampling(), [9, 1, 2], 1, unused=[0]) == [2]
    assert 0 not in draw(Sampling(temperature=2.0, seed=1), [9, 1, 2], 50, unused=[0])


def test_seed():
    """The same seed draws the same tokens, another one others; without one they differ."""
    logits = np.zeros(5000)
    one, same, other = (draw(Sampling(temperature=1.0, seed=s), logits, 20) for s in (1, 1, 2))
    assert one == same != other
    free = Sampling(temperature=1.0)
    assert draw(free, logits, 20) != draw(free, logits, 20)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_probabilities(temperature):
    """Tokens are drawn as often as the tempered softmax says."""
    logits = np.array([0.0, 1.0, 2.0, -1.0])
    expected = np.exp(logits / temperature)
    expected /= expected.sum()
    drawn = draw(Sampling(temperature=temperature, seed=0), logits, 4000)
    np.testing.assert_allclose(np.bincount(drawn, minlength=4) / 4000, expected, atol=0.03)


def test_top_p():
    """Only the most likely tokens that together hold top_p, at least one."""
    logits = np.log([0.5, 0.3, 0.15, 0.05])
    assert set(draw(Sampling(temperature=1.0, top_p=0.79, seed=0), logits, 300)) == {0, 1}
    assert set(draw(Sampling(temperature=1.0, top_p=0.01, seed=0), logits, 100)) == {0}
    assert set(draw(Sampling(temperature=1.0, top_p=1.0, seed=0), logits, 500)) == {0, 1, 2, 3}


def test_top_p_of_a_flat_distribution():
    """The nucleus may be larger than what is looked at first."""
    drawn = draw(Sampling(temperature=1.0, top_p=0.9, seed=0), np.zeros(10_000), 3000)
    assert len(set(drawn)) > 2000
    assert max(drawn) < 9_001


def test_repetition_penalty():
    """Tokens of the answer become less likely, with a positive and with a negative logit."""
    options = Sampling(repetition_penalty=2.0)
    assert draw(options, [3, 2, -1], 1) == [0]
    assert draw(options, [3, 2, -1], 1, answer=[0, 0]) == [1]
    assert draw(options, [-1, -1.5, -9], 1, answer=[0]) == [1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tokens": 0},
        {"temperature": -1.0},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"repetition_penalty": 0.0},
        {"stop": ("",)},
    ],
)
def test_refuses(wrong):
    """Values that mean nothing."""
    with pytest.raises(ValueError, match="must"):
        Sampling(**wrong)
