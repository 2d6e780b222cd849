"""Answers that join a batch in progress, on tiny models with random weights and on a real one."""

import pytest

from edge.errors import ModelCorrupt, TextError
from edge.reason.lm.batch import BatchCache
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from tests.reason.lm.test_batch import GREEDY, MIXED, alone, assert_nearly, grids, summary
from tests.reason.lm.test_engine import PROMPT, Failing

ROOM = 200
PROMPTS = [PROMPT, PROMPT[60:130], [*PROMPT[:40], 7, 9, 11], PROMPT, PROMPT[:41]]


def expected(model, prompts=PROMPTS, options=MIXED):
    """What the model gives alone."""
    found = [alone(model, p, [o])[0] for p, o in zip(prompts, options, strict=True)]
    model.forget()
    return found


def play(model, batch, comings, *, cancel=None):
    """Each answer's summary by its place in `comings`: (prompt, options, the step before which it
    comes); `cancel` says which one is cancelled before which step."""
    rows = {place: [] for place in range(len(comings))}
    step = 0
    while batch or any(when >= step for *_, when in comings):
        for place, (prompt, options, when) in enumerate(comings):
            if when == step:
                batch.submit(place, model.answer(prompt, options, ROOM))
            if cancel == (place, step):
                batch.cancel(place)
        for place, one in batch.step().items():
            rows[place].append(one)
        step += 1
    return [summary(steps) if steps and steps[-1].end else None for steps in rows.values()]


def comings(*when):
    return list(zip(PROMPTS, MIXED, when, strict=True))


@pytest.mark.parametrize("in_turns", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 5])
def test_whoever_joins_has_the_answer_that_it_would_have_alone(model, rows, in_turns):
    """Whenever it comes, in whatever company, and however long it waits for a row."""
    wanted = expected(model)
    batch = model.open_batch(rows, ROOM, in_turns=in_turns)
    assert play(model, batch, comings(0, 2, 4, 5, 9)) == wanted
    # The rows are free again.
    assert play(model, batch, comings(0, 0, 0, 0, 0)) == wanted


def test_no_more_rows_than_there_may_be(model, monkeypatch):
    """Whoever waits has one as soon as another has ended."""
    sizes = []
    step = BatchCache.step
    monkeypatch.setattr(
        BatchCache, "step", lambda self, *ids: sizes.append(len(ids[0])) or step(self, *ids)
    )
    play(model, model.open_batch(2, ROOM), comings(0, 0, 0, 0, 0))
    assert max(sizes) == 2
    assert sizes.count(2) > len(sizes) // 2


@pytest.mark.parametrize("step", range(1, 9))
@pytest.mark.parametrize("place", [0, 2])
def test_one_is_cancelled(model, place, step):
    """At any step, also while its prompt is taken in: the others do not notice."""
    wanted = expected(model)
    wanted[place] = None
    batch = model.open_batch(3, ROOM)
    assert play(model, batch, comings(0, 0, 1, 3, 4), cancel=(place, step)) == wanted


def test_cancelling_what_has_ended(model):
    """Nothing happens."""
    batch = model.open_batch(2, ROOM)
    play(model, batch, [(PROMPT, GREEDY, 0)])
    batch.cancel(0)
    assert batch.step() == {}
    assert not batch


def test_those_that_decode_do_not_wait_for_a_whole_prompt(model):
    """In turns: a token of theirs after each chunk of another's prompt."""
    batch = model.open_batch(2, ROOM, in_turns=True)
    batch.submit(0, model.answer(PROMPT[:20], GREEDY))
    batch.step()
    batch.submit(1, model.answer(PROMPT[20:], GREEDY))
    keys = [sorted(batch.step()) for _ in range(7)]
    assert keys == [[0], [], [0], [], [0], [1], [0, 1]]


def test_the_room_of_a_row(model):
    """A prompt that does not fit is refused; an answer ends where its row does."""
    with pytest.raises(TextError, match="can take 99"):
        model.answer(PROMPT, GREEDY, 100)
    batch = model.open_batch(2, len(PROMPT) + 5)
    batch.submit(0, model.answer(PROMPT, GREEDY, len(PROMPT) + 5))
    steps = []
    while batch:
        steps += batch.step().values()
    assert steps[-1].end == "context"
    assert sum(step.choice is not None for step in steps) == 5


def test_each_has_its_own_deadline(folder):
    """One ends at it, and the other goes on."""
    now = iter(range(100))
    model = LanguageModel(folder, threads=1, clock=lambda: next(now))
    batch = model.open_batch(2, ROOM)
    batch.submit(0, model.answer(PROMPT[:20], GREEDY), deadline=4)
    batch.submit(1, model.answer(PROMPT[:20], GREEDY))
    rows = {0: [], 1: []}
    while batch:
        for key, step in batch.step().items():
            rows[key].append(step)
    assert (rows[0][-1].end, len(rows[0])) == ("deadline", 5)
    assert (rows[1][-1].end, len(rows[1])) == ("tokens", 12)


def test_other_work_between_two_steps(model):
    """The model can be used for something else meanwhile, while a prompt is taken in, too."""
    wanted = expected(model)
    batch = model.open_batch(5, ROOM)
    for place, (prompt, options) in enumerate(zip(PROMPTS, MIXED, strict=True)):
        batch.submit(place, model.answer(prompt, options))
    rows = {place: [] for place in range(5)}
    while batch:
        for place, step in batch.step().items():
            rows[place].append(step)
        for _ in model.generate(PROMPT[30:80], Sampling(max_tokens=2)):
            pass
    assert [summary(steps) for steps in rows.values()] == wanted


def test_a_step_that_fails(model, monkeypatch):
    """One sentence; another batch can be used at once."""
    wanted = expected(model)
    batch = model.open_batch(3, ROOM)
    batch.submit(0, model.answer(PROMPT, GREEDY))
    monkeypatch.setattr(BatchCache, "step", Failing().run_with_iobinding)
    assert [batch.step() for _ in range(2)] == [{}, {}]
    assert list(batch.step()) == [0]
    with pytest.raises(ModelCorrupt, match="it broke"):
        batch.step()
    monkeypatch.undo()
    batch = model.open_batch(3, ROOM)
    assert play(model, batch, comings(0, 0, 0, 0, 0)) == wanted


def test_prompts_are_kept_for_those_who_take_turns(folder, monkeypatch):
    """What one conversation left is there when it goes on, and the answers are the same."""
    turns = [PROMPT[:60], PROMPT[60:], PROMPT[:100], [*PROMPT[60:], 5, 6], PROMPT[:60]]
    options = [Sampling(max_tokens=4)] * len(turns)
    plain = LanguageModel(folder, threads=1)
    wanted = [alone(plain, ids, [one])[0] for ids, one in zip(turns, options, strict=True)]
    model = LanguageModel(folder, threads=1, keep=200)
    counts = []
    append = model._cache.append
    monkeypatch.setattr(
        model._cache, "append", lambda ids, *what: counts.append(len(ids)) or append(ids, *what)
    )
    assert [alone(model, ids, [one])[0] for ids, one in zip(turns, options, strict=True)] == wanted
    fresh = len(PROMPT) + 40 + 2
    # The last of them is the beginning of the third, of which its last id is computed again.
    assert fresh <= sum(counts) <= fresh + 2 * len(turns)


def test_what_is_kept_is_bounded(folder):
    """Those not used for longest go first."""
    model = LanguageModel(folder, threads=1, keep=100)
    for begin in range(0, 120, 30):
        model.prefill(PROMPT[begin : begin + 30])
    kept = model._kept
    assert [ids[0] for ids in kept._parts] == [PROMPT[begin] for begin in (0, 30, 60)]
    # Of a longer prompt that begins like a kept one only the longer one is.
    model.prefill(PROMPT[:40])
    model.prefill(PROMPT[100:130])
    assert [len(ids) for ids in kept._parts] == [30, 30, 40]
    assert kept._tokens <= 100
    assert sum(part.shape[2] for part in kept._parts.values()) == kept._tokens


@pytest.mark.model
def test_a_real_model(model_folder):
    """Eight answers of the real model that come one after the other, in four rows, are those that
    it gives alone.

    To the last bit where the runtime's products are the same for one row and for two; else a
    greedy token may be another one only where two are about as likely.
    """
    model = LanguageModel(model_folder("smollm2-135m"))
    tales = ("a fox in the snow", "a ship", "two sisters", "the oldest clock in the town")
    prompts = [model.encode(f"Once upon a time there was a tale of {t}. It") for t in tales] * 2
    options = [
        Sampling(max_tokens=12 + 3 * place, temperature=0.8 * (place > 3), seed=place)
        for place in range(8)
    ]
    wanted = expected(model, prompts, options)
    several = [(p, o, 3 * place) for place, (p, o) in enumerate(zip(prompts, options, strict=True))]
    for in_turns in (False, True):
        found = play(model, model.open_batch(4, ROOM, in_turns=in_turns), several)
        assert len({text for text, *_ in found}) == 8
        if all(grid.block <= (64 if grid.bits == 8 else 32) for grid in grids(model)):
            assert found == wanted
            continue
        for place, (ours, theirs) in enumerate(zip(found, wanted, strict=True)):
            # The first token is chosen by the same logits.
            assert ours[2][0] == theirs[2][0]
            if place <= 3:
                assert_nearly(ours[2], theirs[2])
