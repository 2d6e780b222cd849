import string

import numpy as np
import pytest

from edge.errors import ConstraintUnfinished, ModelCorrupt, TextError
from edge.reason.lm import grammar
from edge.reason.lm.batch import BatchCache
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from tests.reason.lm.test_engine import PROMPT, Failing

GREEDY = Sampling(max_tokens=12)
LETTERS = [*string.ascii_letters]
MIXED = [
    GREEDY,
    Sampling(max_tokens=20, temperature=1.0, seed=1),
    Sampling(max_tokens=3, temperature=1.0, seed=2),
    Sampling(max_tokens=16, temperature=0.7, top_p=0.9, seed=3),
    Sampling(max_tokens=9, temperature=1.5, repetition_penalty=1.3, seed=4),
]


def alone(model, prompt, options):
    """What the model gives for each of `options`, one after the other."""
    return [summary(model.generate_steps(prompt, one)) for one in options]


def together(model, prompt, options):
    """The same from one batch."""
    rows = [[] for _ in options]
    for steps in model.generate_batch(prompt, options):
        for place, step in steps.items():
            rows[place].append(step)
    return [summary(steps) for steps in rows]


def summary(steps):
    """Text, end, and tokens with their probabilities."""
    steps = list(steps)
    choices = [step.choice for step in steps if step.choice]
    text = "".join(step.text for step in steps)
    return text, steps[-1].end, choices


@pytest.mark.parametrize("count", range(1, 6))
def test_each_answer_is_what_it_would_be_alone(model, count):
    """Greedy or drawn, short or long: the same tokens and probabilities, in any company."""
    assert together(model, PROMPT, MIXED[:count]) == alone(model, PROMPT, MIXED[:count])


def test_the_prompt_is_taken_in_once(model, monkeypatch):
    """A chunk of the prompt brings no answer further, and then each step brings all further."""
    counts = []
    append = model._cache.append
    monkeypatch.setattr(
        model._cache, "append", lambda ids, *what: counts.append(len(ids)) or append(ids, *what)
    )
    steps = list(model.generate_batch(PROMPT, [GREEDY] * 3))
    assert counts == [64, 64, 22]
    assert [len(step) for step in steps] == [0, 0] + [3] * 12


def test_the_cache_keeps_the_prompt(model):
    """Afterwards the prompt is still there for the next question."""
    list(model.generate_batch(PROMPT, MIXED))
    assert model._cache.ids == PROMPT


def test_an_answer_that_has_ended_gives_its_row_up(model, monkeypatch):
    """Steps become smaller, down to the last answer."""
    sizes = []
    step = BatchCache.step
    monkeypatch.setattr(
        BatchCache, "step", lambda self, *ids: sizes.append(len(ids[0])) or step(self, *ids)
    )
    list(model.generate_batch(PROMPT, [Sampling(max_tokens=n) for n in (1, 4, 2, 4)]))
    assert sizes == [3, 2, 2]


@pytest.mark.parametrize("step", range(8))
def test_stopping_at_any_step(model, step):
    """Wherever a batch is stopped, the next answers are as if it had not been."""
    expected = alone(model, PROMPT[:70], MIXED)
    model.forget()
    steps = model.generate_batch(PROMPT, MIXED)
    for _ in range(step):
        next(steps)
    steps.close()
    assert together(model, PROMPT[:70], MIXED) == expected


def test_no_answers(model):
    """A batch of none is over at once."""
    assert list(model.generate_batch(PROMPT, [])) == []


def test_a_prompt_that_cannot_be_answered(model):
    """It is refused at the call."""
    with pytest.raises(TextError, match="nothing to answer"):
        model.generate_batch([], MIXED)
    with pytest.raises(TextError, match="too long"):
        model.generate_batch([1] * 300, MIXED)


def test_a_row_that_misses_its_form(model):
    """It says so, and the others go on."""
    form = model.constraint(grammar.regex("[a-z]{20}"))
    options = [Sampling(max_tokens=4, constraint=form), GREEDY]
    [*_, (end, error)] = [
        (steps[0].end, steps[0].error)
        for steps in model.generate_batch(PROMPT, options)
        if 0 in steps
    ]
    assert end == "tokens"
    assert isinstance(error, ConstraintUnfinished)
    assert together(model, PROMPT, options)[1] == alone(model, PROMPT, [GREEDY])[0]


def test_rows_of_a_form(model):
    """Each row keeps to its own form."""
    forms = [model.constraint(grammar.regex(form)) for form in ("[a-f]{5}", "[0-9]{3}")]
    options = [
        Sampling(temperature=2.0, seed=seed, constraint=form) for seed in range(2) for form in forms
    ]
    results = together(model, PROMPT, options)
    assert [(len(text), text.isdigit()) for text, *_ in results] == [(5, False), (3, True)] * 2
    assert results == alone(model, PROMPT, options)


def test_the_context_is_full(folder):
    """All rows end where a single answer would."""
    model = LanguageModel(folder, threads=1, context=len(PROMPT) + 5)
    results = together(model, PROMPT, MIXED)
    assert [end for _, end, _ in results] == ["context", "context", "tokens", "context", "context"]
    assert results == alone(model, PROMPT, MIXED)


def test_deadline(folder):
    """No step is begun after it, and every answer says why it ended."""
    now = iter(range(100))
    model = LanguageModel(folder, threads=1, clock=lambda: next(now))
    steps = list(model.generate_batch(PROMPT, MIXED[:2], deadline=6))
    # Three chunks of the prompt at 0, 1 and 2; the steps at 3, 4 and 5.
    assert [step.end for step in steps[-1].values()] == ["deadline"] * 2
    assert len(steps) == 2 + 1 + 3 + 1


def test_a_deadline_that_has_passed(model):
    """Not even the prompt is taken in."""
    assert model._cache.ids == []
    [steps] = model.generate_batch(PROMPT, MIXED[:2], deadline=0.0)
    assert [(step.text, step.end) for step in steps.values()] == [("", "deadline")] * 2
    assert model._cache.ids == []


def test_a_run_that_fails(model, monkeypatch):
    """One sentence, and the model can be used again."""
    expected = alone(model, PROMPT, MIXED)
    model.prefill(PROMPT)
    monkeypatch.setattr(BatchCache, "step", Failing().run_with_iobinding)
    steps = model.generate_batch(PROMPT, MIXED)
    with pytest.raises(ModelCorrupt, match="it broke"):
        list(steps)
    monkeypatch.undo()
    assert together(model, PROMPT, MIXED) == expected


def test_what_a_form_leaves_is_compared_exactly(seen_folder):
    """Where the head only finds the likeliest tokens, and a form allows none of them; alone, and in
    a batch beside an answer without a form.
    """
    model = LanguageModel(seen_folder, threads=1)

    def likeliest(ids, letters, **judged):
        logits = model.logits(ids, len(ids) - 1, **judged)[0, letters]
        return letters[int(logits.argmax())]

    rough, exact, made, second = [], [], [], []
    for prompt in np.random.default_rng(3).integers(0, 250, (12, 10)).tolist():
        unlikely = np.argsort(-model.logits(prompt, len(prompt) - 1)[0])[60:].tolist()
        letters = [id_ for id_ in unlikely if model.decode([id_]) in LETTERS][:8]
        form = model.constraint(grammar.regex(f"[{model.decode(letters)}]{{2}}"))
        options = Sampling(max_tokens=3, constraint=form)
        judged = np.array([letters])
        rough.append(likeliest(prompt, letters))
        exact.append(likeliest(prompt, letters, judged=judged))
        made.append(
            [one.choice.token for one in model.generate_steps(prompt, options) if one.choice]
        )
        second.append(likeliest([*prompt, made[-1][0]], letters, judged=judged))
        steps = [step[0] for step in model.generate_batch(prompt, [options, GREEDY]) if 0 in step]
        assert [step.choice.token for step in steps] == made[-1]
    assert [first for first, _ in made] == exact
    assert exact != rough
    # Of an answer with keys and values in 8 bit: another one where two are about as likely.
    assert sum(one == other for (_, one), other in zip(made, second, strict=True)) > 9


@pytest.mark.model
@pytest.mark.parametrize("name", ["smollm2-135m", "qwen2.5-coder-0.5b"])
def test_real_weights(model_folder, name):
    """Five answers of the real model together are those that it gives alone.

    To the last bit where the runtime's products are the same for one row and for two; else a
    greedy token may be another one only where two are about as likely.
    """
    model = LanguageModel(model_folder(name))
    prompt = model.encode("Once upon a time, in a small village by the sea, there lived")
    options = [Sampling(max_tokens=24)] + [
        Sampling(max_tokens=10 + 4 * seed, temperature=0.8, seed=seed) for seed in range(4)
    ]
    several, single = together(model, prompt, options), alone(model, prompt, options)
    assert len({text for text, *_ in several}) == 5
    if all(grid.block <= (64 if grid.bits == 8 else 32) for grid in grids(model)):
        assert several == single
        return
    for (_, _, ours), (_, _, theirs) in zip(several, single, strict=True):
        # The first token is chosen by the same logits.
        assert ours[0] == theirs[0]
    assert_nearly(several[0][2], single[0][2])


def assert_nearly(ours, theirs):
    """Greedy choices that are the same up to where two tokens are about as likely."""
    for one, other in zip(ours, theirs, strict=False):
        if one.token != other.token:
            assert min(one.margin, other.margin) < 1
            break
        assert abs(one.logprob - other.logprob) < 1


def grids(model):
    return model.description.precision.values()


def each(model, prompts, options):
    """Summaries of one batch with a prompt for each answer."""
    rows = [[] for _ in options]
    for steps in model.generate_each(prompts, options):
        for place, step in steps.items():
            rows[place].append(step)
    return [summary(steps) for steps in rows]


def test_each_prompt_has_the_answer_that_it_would_have_alone(model, monkeypatch):
    """However the prompts differ; what one shares with the one before it is not taken in again."""
    prompts = [PROMPT, [*PROMPT, 7, 9, 11], PROMPT[:41], PROMPT[60:130], PROMPT]
    expected = [alone(model, p, [o])[0] for p, o in zip(prompts, MIXED, strict=True)]
    model.forget()
    counts = []
    append = model._cache.append
    monkeypatch.setattr(
        model._cache, "append", lambda ids, *what: counts.append(len(ids)) or append(ids, *what)
    )
    assert each(model, prompts, MIXED) == expected
    # The fifth is answered with the first, and of the third only the end is computed again.
    assert sum(counts) <= len(PROMPT) + 4 + 2 + len(prompts[3])


def test_a_deadline_while_prompts_are_taken_in(folder):
    """Answers that had begun, and those that had not, end alike."""
    now = iter(range(100))
    model = LanguageModel(folder, threads=1, clock=lambda: next(now))
    prompts = [PROMPT[:40], PROMPT]
    *_, last = model.generate_each(prompts, [GREEDY] * 2, deadline=2)
    assert [step.end for step in last.values()] == ["deadline"] * 2


def test_code_writes_into_one_answer_and_not_into_another(model):
    """What is inserted is part of the text, was not chosen by the model, and is followed by it."""
    told = []

    def insert(text):
        told.append(text)
        return "12" if len(told) == 3 else ""

    written = Sampling(max_tokens=12, insert=insert)
    rows = [[], []]
    for steps in model.generate_batch(PROMPT, [GREEDY, written]):
        for place, step in steps.items():
            rows[place].append(step)
    plain, other = (summary(steps) for steps in rows)
    assert plain == alone(model, PROMPT, [GREEDY])[0]
    count = len(model.encode("12"))
    assert len(other[2]) == 12 - count
    assert [step.choice is None for step in rows[1][:6]] == [False] * 3 + [True] * count + [
        False
    ] * (3 - count)
    assert "12" in other[0]
