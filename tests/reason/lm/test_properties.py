"""Whatever was done before, a prompt gets the answer that a fresh model gives."""

import gc

import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import TextError
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.settings import Config
from tests.reason.lm.test_engine import PROMPT

PROMPTS = [
    PROMPT[:70],
    PROMPT[:66],
    PROMPT[:33],
    PROMPT[:65],
    PROMPT[:64],
    [*PROMPT[:30], 9, 9, 9],
    [1],
    PROMPT[-5:],
]
OPTIONS = [Sampling(max_tokens=6), Sampling(max_tokens=9, temperature=1.0, seed=7)]


def run(generator, steps):
    """Take some steps, then close."""
    for _, _ in zip(range(steps), generator, strict=False):
        pass
    generator.close()


def judge(model, prompt, steps):
    model.logits(prompt)


def answer(model, prompt, steps):
    run(model.generate(prompt, OPTIONS[1]), steps)


def answer_together(model, prompt, steps):
    run(model.generate_batch(prompt, OPTIONS), steps)


def hint(model, prompt, steps):
    run(model.take_in(prompt, chunk=16), steps)


def restore(model, prompt, steps):
    model.prefill(prompt)
    state = model.state(len(prompt) // 2)
    model.forget()
    model.restore(prompt[: len(prompt) // 2], state)


def refuse(model, prompt, steps):
    for wrong in ([], prompt * 300, [*prompt, 10**6], [-1]):
        with pytest.raises(TextError):
            model.generate(wrong)
    for wrong in ([], prompt * 300):
        with pytest.raises(TextError, match="cannot be judged"):
            model.logits(wrong)
    with pytest.raises(TextError, match="half a character"):
        model.encode("\ud800")


WORK = st.sampled_from([judge, answer, answer_together, hint, restore, refuse])


def results(model, prompt):
    """Tokens with their probabilities, alone."""
    return [
        [step.choice for step in model.generate_steps(prompt, options) if step.choice]
        for options in OPTIONS
    ]


@pytest.fixture(scope="module")
def expected(folder):
    """What a model gives that has done nothing else."""
    found = []
    for prompt in PROMPTS:
        model = LanguageModel(folder, threads=1)
        found.append(results(model, prompt))
        model.close()
    return found


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(WORK, st.sampled_from(PROMPTS), st.integers(0, 9)), max_size=5),
    st.integers(0, len(PROMPTS) - 1),
)
def test_history_does_not_matter(model, expected, work, place):
    """To the last bit: answers, batches, hints, restores, refusals, stopped anywhere."""
    for what, prompt, steps in work:
        what(model, prompt, steps)
    assert results(model, PROMPTS[place]) == expected[place]
    choices = [[], []]
    for steps in model.generate_batch(PROMPTS[place], OPTIONS):
        for row, step in steps.items():
            choices[row] += [step.choice] if step.choice else []
    assert choices == expected[place]


@given(chunk=st.integers(2, 140), length=st.integers(1, 150))
@settings(deadline=None, max_examples=40)
def test_chunks_do_not_matter(shared_model, chunk, length):
    """The logits after a prompt are the same, however it was taken in."""
    model, prompt = shared_model, PROMPT[:length]
    model.forget()
    *_, whole = model._feed(prompt, length)
    whole = whole.copy()
    model.forget()
    run(model.take_in(prompt, chunk=chunk), 100)
    assert model._cache.ids == prompt
    *_, parts = model._feed(prompt, length)
    assert np.array_equal(whole, parts)
    assert np.array_equal(whole, model.logits(prompt)[-1])


def test_no_growth(model):
    """A hundred answers and batches, and the process holds no more than before."""

    def work():
        for seed in range(50):
            options = Sampling(max_tokens=4, temperature=1.0, seed=seed)
            for _ in model.generate(PROMPT[:100], options):
                pass
            for _ in model.generate_batch(PROMPT[:100], [options] * 3):
                pass

    work()
    gc.collect()
    before = psutil.Process().memory_info().rss
    work()
    gc.collect()
    # One lost row of a batch's keys and values a round would be 5 MB.
    assert psutil.Process().memory_info().rss - before < 2e6


@pytest.fixture(scope="module")
def real(model_folder):
    model = LanguageModel(model_folder("smollm2-135m"))
    yield model
    model.close()


@pytest.fixture(scope="module")
def question(real):
    system = Message("system", Config().lm.system_prompt)
    return real.encode_chat([system, Message("user", "Name three animals of the forest.")])


@pytest.mark.model
def test_real_prefix_restored_or_not(real, question):
    """The same logits, after the prefix was computed, restored, or never there."""
    prefix = question[:-12]
    real.forget()
    *_, cold = real._feed(question, len(question))
    cold = cold.copy()
    real.forget()
    run(real.take_in(prefix), 100)
    state = real.state(len(prefix))
    *_, warm = real._feed(question, len(question))
    warm = warm.copy()
    real.forget()
    real.restore(prefix, state)
    *_, restored = real._feed(question, len(question))
    assert np.abs(cold - restored).max() < 1e-3
    assert np.abs(warm - restored).max() < 1e-3


@pytest.mark.model
@pytest.mark.parametrize("length", [1, 2, 40, 64, 65, 129])
def test_real_rewind(real, question, length):
    """Back to any place of a prompt, and the same answer again."""
    for options in OPTIONS:
        first = [step.choice for step in real.generate_steps(question, options)]
        list(real.generate([*question[:length], 100, 200, 300], options))
        again = [step.choice for step in real.generate_steps(question, options)]
        assert [one for one in again if one] == [one for one in first if one]


@pytest.mark.model
@pytest.mark.parametrize("step", range(0, 12, 2))
def test_real_interruption(real, question, step):
    """Stopped after any step, alone or in a batch, it answers as before."""
    options = Sampling(max_tokens=6, temperature=0.7, seed=3)
    real.forget()
    expected = list(real.generate(question[-30:], options))
    real.forget()
    run(real.generate(question, options), step)
    assert list(real.generate(question[-30:], options)) == expected
    run(real.generate_batch(question, [options] * 3), step)
    assert list(real.generate(question[-30:], options)) == expected
