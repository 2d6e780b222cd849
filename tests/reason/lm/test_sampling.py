import numpy as np
import pytest

from edge.reason.lm.sampling import Chooser, Sampling


def draw(options, logits, times, answer=(), unused=()):
    chooser = Chooser(options, unused)
    return [chooser.choose(np.array(logits, np.float32), answer).token for _ in range(times)]


def test_greedy():
    """Temperature 0 takes the most likely token, of equals the first."""
    assert draw(Sampling(), [0, 3, 1, 3], 3) == [1, 1, 1]


def choose(options, logits, answer=(), unused=()):
    return Chooser(options, unused).choose(np.array(logits, np.float32), answer)


def test_log_probabilities_are_the_models_own():
    """Whatever temperature, penalty and nucleus do to the choice; unused rows do not count."""
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    logits = [*np.log(weights), 20.0]
    tempered = Sampling(temperature=3.0, top_p=0.9, repetition_penalty=4.0, seed=0)
    for options in (Sampling(), Sampling(temperature=1.0, seed=3), tempered):
        choice = choose(options, logits, answer=[0], unused=[4])
        assert choice.logprob == pytest.approx(np.log(weights[choice.token]), abs=1e-6)
        assert choice.margin == pytest.approx(np.log(0.5 / 0.3), abs=1e-6)
        assert not choice.final


def test_log_probability_of_a_rare_token():
    """Too rare for its probability to be a number of single precision."""
    choice = choose(Sampling(repetition_penalty=1e6), [200.0, -1.0], answer=[0, 1])
    assert choice.token == 0
    masked = Sampling(constraint=OnlyThe(1))
    assert choose(masked, [200.0, 0.0]).logprob == pytest.approx(-200.0)


def test_a_constraint_has_the_last_word():
    """It is applied after all else, hears what was chosen, and says when it is complete."""
    constraint = OnlyThe(2)
    options = Sampling(temperature=2.0, seed=0, constraint=constraint)
    choice = choose(options, [5.0, 4.0, -3.0])
    assert choice.token == 2
    assert choice.final
    assert constraint.taken == [2]


class OnlyThe:
    """A constraint that allows one token, and its own matcher."""

    def __init__(self, token):
        self.token = token
        self.taken = []

    def matcher(self):
        return self

    def mask(self, logits):
        kept = logits[self.token]
        logits[:] = -np.inf
        logits[self.token] = kept

    def take(self, token):
        self.taken.append(token)
        return True


def test_drawing_near_the_end_of_the_scale():
    """The largest number that can be drawn leads to a token with a probability."""
    chooser = Chooser(Sampling(temperature=1.0), ())
    chooser._random = Largest()
    logits = np.full(3000, -np.inf, np.float32)
    logits[[5, 1500]] = 0
    assert chooser.choose(logits, []).token == 1500


class Largest:
    """A generator that always gives the largest number below 1."""

    def random(self):
        return np.nextafter(1.0, 0.0)


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
