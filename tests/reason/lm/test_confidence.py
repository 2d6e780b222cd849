import math

import pytest

from edge.reason.lm import confidence as module
from edge.reason.lm.answer import Step
from edge.reason.lm.chat import Message
from edge.reason.lm.confidence import (
    Said,
    agreement,
    confidence,
    doubt_below,
    features,
    key,
    kind_of,
    said_in,
)
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Choice, Sampling


def steps(*logprobs, text="Paris"):
    """The steps of an answer whose tokens had these log-probabilities."""
    made = [Step("", Choice(1, logprob, 2.0)) for logprob in logprobs]
    return [Step(), Step(text, made[0].choice), *made[1:], Step()]


@pytest.fixture
def fitted(monkeypatch):
    """A calibration of round numbers."""
    cheap = {
        "features": ["mean_logprob"],
        "bias": 0.5,
        "weights": [2.0],
        "means": [-1.0],
        "scales": [0.5],
    }
    full = {
        "features": ["agreement"],
        "bias": -1.0,
        "weights": [3.0],
        "means": [0.0],
        "scales": [1.0],
    }
    models = {module.MODEL: {"without_samples": cheap, "with_samples": full}}
    monkeypatch.setattr(module, "_calibrations", lambda: models)  # fmt: skip


def sigmoid(value):
    return 1 / (1 + math.exp(-value))


def test_without_samples(fitted):
    """The logistic function of the standardised log-probabilities."""
    assert confidence(steps(-1.0, -2.0)) == pytest.approx(sigmoid(0.5 + 2.0 * (-1.5 + 1.0) / 0.5))


def test_with_samples(fitted):
    """With other answers, how far they agree counts; none are the same as not asked for."""
    answer = steps(-1.0, text="The answer is 7.")
    half = confidence(answer, ["7", "8"], "number")
    assert half == pytest.approx(sigmoid(-1.0 + 3.0 * 0.5))
    assert confidence(answer, ["7", "7"], "number") == pytest.approx(sigmoid(2.0))
    assert confidence(answer, []) == confidence(answer)


def test_an_empty_answer(fitted):
    """An answer of which no token is known cannot be judged; one that is only its end can."""
    with pytest.raises(ValueError, match="without a token"):
        confidence([Step()])
    assert 0 < confidence([Step("", Choice(0, -0.1, 1.0), "mark")]) < 1


def test_another_model(fitted):
    """Numbers fitted for one model are never used for another."""
    with pytest.raises(ValueError, match="nobody has not been calibrated"):
        confidence(steps(-1.0), model="nobody")


def test_doubt_below():
    """Each model that ships has its own; nobody else has one."""
    assert 0.5 < doubt_below() < 1
    assert 0.5 < doubt_below("qwen2.5-coder-1.5b") < 1
    with pytest.raises(ValueError, match="nobody has not been calibrated"):
        doubt_below("nobody")


def test_said():
    """Chunks of the prompt count for nothing; the mark at the end is a token."""
    said = said_in(
        [Step(), Step("a", Choice(5, -0.5, 1.0)), Step("", Choice(9, -0.1, 3.0), "mark")]
    )
    assert said == Said("a", (-0.5, -0.1), (1.0, 3.0))  # fmt: skip


def test_features():
    """Means, minima, the first token and the kind."""
    values = features(Said("7", (-1.0, -3.0), (0.5, 9.0)), None, "number")
    assert values["mean_logprob"] == -2.0
    assert values["min_logprob"] == -3.0
    assert values["first_logprob"] == -1.0
    assert values["first_margin"] == 0.5
    assert values["log_tokens"] == math.log(2)
    assert (values["is_number"], values["is_text"]) == (1.0, 0.0)
    assert (values["mean_logprob_number"], values["mean_logprob_text"]) == (-2.0, 0.0)
    assert (values["min_logprob_number"], values["min_logprob_text"]) == (-3.0, 0.0)
    assert "agreement" not in values


def test_an_infinite_margin_is_held_in():
    """A token without any rival, as under a constraint, does not outweigh all else."""
    assert features(Said("7", (0.0,), (math.inf,)), None, "number")["first_margin"] == 5.0


def test_consensus_of_the_samples():
    """How far the samples agree among each other; a single one with itself."""
    said = Said("B", (-1.0,), (1.0,))
    assert features(said, ["A", "A", "B"], "choice")["consensus"] == pytest.approx(1 / 3)
    assert features(said, ["A"], "choice")["consensus"] == 1.0


@pytest.mark.parametrize(
    ("answer", "kind", "wanted"),
    [
        ("26 - 14 = 12", "number", "12"),
        ("It is 1,200.50 dollars.", "number", "1200.5"),
        ("-3", "number", "-3"),
        ("A spider has eight legs.", "number", "spider has eight legs"),
        ("The Café, a  PLACE!", "text", "cafe place"),
    ],
)
def test_key(answer, kind, wanted):
    """What counts of an answer."""
    assert key(answer, kind) == wanted


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The capital of Spain is Madrid.", "Madrid is the capital of Spain.", 1.0),
        ("The capital of Spain is Madrid.", "The capital of Spain is Seville.", 0.0),
        ("The capital is old Madrid.", "It is Madrid.", 2 / 3),
        ("", "", 1.0),
        ("The capital", "of Spain", 0.0),
    ],
)
def test_agreement_of_texts(one, other, expected):
    """Words that the question already had do not count, unless there are no others."""
    question = "What is the capital of Spain?"
    assert agreement(one, other, "text", question) == pytest.approx(expected)


def test_agreement_of_choices():
    """The words of a choice stand in the question, and count all the same."""
    question = "Is it: iron; or wood?"
    assert agreement("Iron.", "It is iron.", "choice", question) == 1.0
    assert agreement("Iron.", "Wood.", "choice", question) == 0.0


def test_what_ships():
    """Both versions of the shipped calibration are complete, and prefer a sure answer."""
    unsure = steps(-4.0, -3.0, -5.0, text="Madrid")
    sure = steps(-0.01, -0.02, -0.01, text="Madrid")
    assert 0 < confidence(unsure) < confidence(sure) < 1
    agreed = confidence(sure, ["Madrid"] * 5, question="What is the capital of Spain?")
    alone = confidence(sure, ["Rome", "Oslo", "Bonn", "Bern", "Nice"])
    assert 0 < alone < agreed < 1


@pytest.mark.model
def test_real_weights(model_folder):
    """A capital that everybody knows is surer than a person whom nobody knows."""
    model = LanguageModel(model_folder(module.MODEL))

    def sure(question):
        prompt = model.encode_chat([Message("user", question)])
        answer = list(model.generate_steps(prompt, Sampling(24)))
        drawn = [""] * 3
        options = [Sampling(24, module.TEMPERATURE, seed=seed) for seed in range(3)]
        for made in model.generate_batch(prompt, options):
            for place, step in made.items():
                drawn[place] += step.text
        return confidence(answer, drawn, question=question)

    known, unknown = "What is the capital of France?", "Who was the first mayor of Ostelbach?"
    assert sure(known) > sure(unknown)
    model.close()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which is harder?\nIs it: iron; or wood?", "choice"),
        ("how many legs does a spider have", "number"),
        ("Tom has 3 pears and eats one. What is left?", "number"),
        ("who wrote hamlet", "text"),
        ("Who scored the record?", "text"),
    ],
)
def test_kind_of(question, kind):
    """By how a question is put one knows what is to be compared."""
    assert kind_of(question) == kind
