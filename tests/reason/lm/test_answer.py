import math

import pytest

from edge.errors import ConstraintUnfinished
from edge.reason.lm import answer as answers
from edge.reason.lm import grammar
from edge.reason.lm.answer import Step
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Choice, Sampling
from tests.reason.lm.test_engine import PROMPT


@pytest.fixture
def saying(model, monkeypatch):
    """A function that has the model say given ids, and returns the answer's steps."""

    def say(ids, **options):
        said = iter(ids)
        monkeypatch.setattr(
            answers.Chooser, "choose", lambda self, logits, made: Choice(next(said), -1.0, 0.5)
        )
        return list(model.generate_steps(PROMPT[:70], Sampling(**options)))

    return say


def test_steps(saying, model):
    """A chunk of the prompt is a step without a token; each token comes with its probability."""
    ids = model.encode("hello won")
    steps = saying(ids, max_tokens=len(ids))
    assert steps[0] == Step()
    assert [step.choice for step in steps[1:]] == [Choice(id_, -1.0, 0.5) for id_ in ids]
    assert "".join(step.text for step in steps) == "hello won"


def test_the_mark_has_a_probability(saying, model):
    """The model's own end is a token, too, but no text."""
    end = model.description.end_ids[0]
    last = saying([*model.encode("hello"), end])[-1]
    assert last == Step("", Choice(end, -1.0, 0.5), "mark")


def test_what_was_held_back_comes_with_the_end(saying, model):
    """The beginning of a stop string is text where the string does not go on."""
    ids = [*model.encode("hello"), model.description.end_ids[0]]
    steps = saying(ids, stop=("lot",))
    assert "".join(step.text for step in steps) == "hello"
    assert steps[-1].text


@pytest.mark.parametrize(
    ("options", "end"),
    [({"max_tokens": 3}, "tokens"), ({"stop": ("lo",)}, "stop"), ({"max_tokens": 300}, "context")],
)
def test_ends(saying, model, options, end):
    """Only the last step says why the answer ended."""
    steps = saying(model.encode("hello won") * 80, **options)
    assert [step.end for step in steps[:-1]] == [None] * (len(steps) - 1)
    assert steps[-1].end == end


def test_probabilities_are_those_of_the_judgement(model):
    """The logarithm of each token's probability, as the model judges the whole text."""
    # The mark at the end and unused ids cannot be judged here: a few tokens, greedy.
    steps = list(model.generate_steps(PROMPT, Sampling(max_tokens=4)))
    choices = [step.choice for step in steps if step.choice]
    logits = model.logits([*PROMPT, *(choice.token for choice in choices)])
    logits[:, list(model.description.unused_ids)] = -math.inf
    for place, choice in enumerate(choices):
        row = logits[len(PROMPT) - 1 + place].astype(float)
        expected = (
            row[choice.token] - row.max() - math.log(sum(math.exp(x - row.max()) for x in row))
        )
        # One row and many are added up in another order.
        assert choice.logprob == pytest.approx(expected, abs=0.3)
        assert choice.logprob <= 0


@pytest.fixture
def ticking(folder):
    """A model whose clock goes on by one each time it is looked at."""
    now = iter(range(1000))
    model = LanguageModel(folder, threads=1, clock=lambda: next(now))
    yield model
    model.close()


@pytest.mark.parametrize("deadline", range(6))
def test_deadline(ticking, model, deadline):
    """The step that is begun after it is only the end; what was made before stays."""
    steps = list(ticking.generate_steps(PROMPT, Sampling(max_tokens=9), deadline=deadline))
    assert len(steps) == deadline + 1
    assert steps[-1] == Step(steps[-1].text, None, "deadline")
    whole = "".join(model.generate(PROMPT, Sampling(max_tokens=9)))
    assert whole.startswith("".join(step.text for step in steps))
    assert "".join(ticking.generate(PROMPT, Sampling(max_tokens=9))) == whole


def test_a_deadline_before_the_form_is_complete(ticking):
    """Cut off, the answer does not have the form that was asked for, and says so."""
    form = ticking.constraint(grammar.regex("[a-z]{20}"))
    steps = ticking.generate_steps(PROMPT, Sampling(constraint=form), deadline=6)
    with pytest.raises(ConstraintUnfinished):
        list(steps)
    assert list(ticking.generate(PROMPT, Sampling(max_tokens=3)))
