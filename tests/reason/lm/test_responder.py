import asyncio
import logging
from itertools import pairwise

import numpy as np
import pytest

from edge.errors import TextError
from edge.events import Ask, Exchange
from edge.reason.lm.answer import Step
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.responder import HINT_CHUNK, LmResponder, understood
from edge.reason.lm.snapshot import Snapshots
from edge.worker import Worker

SYSTEM = "hello"


@pytest.fixture
def worker():
    worker = Worker("lm")
    yield worker
    worker.close()


def responder(model, worker, max_tokens=8, snapshots=None, system=SYSTEM):
    return LmResponder(
        model,
        worker,
        system_prompt=system,
        max_tokens=max_tokens,
        temperature=0.0,
        snapshots=snapshots,
    )


async def collect(pieces):
    return [piece async for piece in pieces]


@pytest.fixture
def prompts(model, monkeypatch):
    """The texts of the prompts that the model is given."""
    seen = []
    generate = model.generate_steps

    def spy(prompt, options):
        seen.append(model.decode(prompt))
        return generate(prompt, options)

    monkeypatch.setattr(model, "generate_steps", spy)
    return seen


def test_an_answer_in_circles_is_ended(model, worker, monkeypatch):
    """After it has said the same for the second time."""
    line = "A gentle breeze goes over the sea.\n"
    made = []

    def steps(prompt, options):
        for piece in [line[:9], line[9:]] * 20:
            made.append(piece)
            yield Step(piece)

    monkeypatch.setattr(model, "generate_steps", steps)
    said = asyncio.run(collect(responder(model, worker).reply(Ask("a poem"))))
    assert "".join(said) == 2 * line
    assert len(made) == 4


def test_answers(model, worker):
    """The pieces make the model's answer, and none is empty."""
    reply = responder(model, worker)
    pieces = asyncio.run(collect(reply.reply(Ask("won"))))
    assert pieces
    assert all(pieces)
    expected = "".join(model.generate(reply._prompt(Ask("won")), reply._options))
    assert "".join(pieces) == expected


def test_prompt(model, worker, prompts):
    """System prompt, history in order, question."""
    history = (Exchange("one?", "ONE"), Exchange("two?", "TWO"))
    asyncio.run(collect(responder(model, worker).reply(Ask("three?", history))))
    assert prompts == [
        "system\nhello\nuser\none?\nassistant\nONE\n"
        "user\ntwo?\nassistant\nTWO\nuser\nthree?\nassistant\n"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("What is the capital of Japan?", ["A. B.", "whole"]),
        ("No, I mean Italy.", ["A. B.", "whole", "The capital of"]),
        ("And who lives there?", ["A. B.", "whole", "The capital of"]),
    ],
)
def test_of_answers_that_were_cut_off_whole_sentences_count(text, told):
    """Else the model imitates them. The last one counts where the question leans on it."""
    history = (
        Exchange("one?", "A. B. And then", cut_off=True),
        Exchange("two?", "Because it's a", cut_off=True),
        Exchange("three?", "whole"),
        Exchange("four?", "The capital of", cut_off=True),
    )
    assert [exchange.answer for exchange in understood(history, text)] == told


def test_the_oldest_exchanges_are_dropped(model, worker, prompts):
    """What does not fit goes, oldest first; the system prompt and the question stay."""
    history = tuple(Exchange(f"question {n}", "x" * 60) for n in range(5))
    asyncio.run(collect(responder(model, worker).reply(Ask("last?", history))))
    [prompt] = prompts
    assert prompt.startswith("system\nhello\nuser\nquestion 3")
    assert prompt.endswith("last?\nassistant\n")


def test_a_question_longer_than_the_context(model, worker):
    """Dropping all history does not help: it is refused."""
    with pytest.raises(TextError, match="too long"):
        asyncio.run(collect(responder(model, worker).reply(Ask("x" * 300))))


def test_closing_stops_the_work(model, worker):
    """After the first piece no more steps are made, and the next question is answered."""

    async def run():
        reply = responder(model, worker, max_tokens=200)
        pieces = reply.reply(Ask("won"))
        await anext(pieces)
        await pieces.aclose()
        # The worker takes this after the generator's close.
        length = await worker.run(lambda: len(model._cache.ids))
        assert length < len(reply._prompt(Ask("won"))) + 20
        return await collect(responder(model, worker).reply(Ask("in")))

    assert asyncio.run(run())


def test_cancelling_stops_the_work(model, worker):
    """A cancelled turn leaves the worker free."""

    async def run():
        reply = responder(model, worker, max_tokens=200)
        task = asyncio.create_task(collect(reply.reply(Ask("won"))))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await worker.run(lambda: None)
        return await collect(responder(model, worker).reply(Ask("in")))

    assert asyncio.run(run())


def test_warm(model, worker, monkeypatch):
    """What all questions have in common is in the cache before the first."""
    reply = responder(model, worker)
    asyncio.run(reply.warm())
    held = list(model._cache.ids)
    assert model.decode(held).startswith("system\nhello\nuser\n")
    assert reply._prompt(Ask("in"))[: len(held)] == held


def test_an_answer_may_be_longer_than_the_context(model, worker, prompts):
    """A limit that no answer reaches does not cost the history its room."""
    history = (Exchange("one?", "ONE"),)
    asyncio.run(collect(responder(model, worker, 1000).reply(Ask("two?", history))))
    assert "ONE" in prompts[0]


@pytest.fixture
def chunks(model, monkeypatch):
    """How many tokens each run of the model takes in."""
    seen = []
    append = model._cache.append

    def spy(ids, *what):
        seen.append(len(ids))
        return append(ids, *what)

    monkeypatch.setattr(model._cache, "append", spy)
    return seen


LONG = "w" * 100


def test_warm_from_a_snapshot(model, worker, chunks, tmp_path):
    """The second start computes nothing, and answers to the last bit like the first."""
    reply = responder(model, worker, snapshots=Snapshots(tmp_path), system=LONG)
    prompt = reply._prompt(Ask("won"))
    model.forget()
    cold = model.logits(prompt)[-1].copy()
    model.forget()
    chunks.clear()
    asyncio.run(reply.warm())
    assert sum(chunks) > 100
    model.forget()
    chunks.clear()
    asyncio.run(responder(model, worker, snapshots=Snapshots(tmp_path), system=LONG).warm())
    assert chunks == []
    assert len(model._cache.ids) > 100
    *_, restored = model._feed(prompt, len(prompt))
    assert sum(chunks) < 30
    assert np.array_equal(restored, cold)


@pytest.mark.parametrize("damage", ["cut", "shape"])
def test_warm_from_a_damaged_snapshot(model, worker, chunks, tmp_path, caplog, damage):
    """It is computed anew, said in the log, and kept again."""
    reply = responder(model, worker, snapshots=Snapshots(tmp_path), system=LONG)
    asyncio.run(reply.warm())
    [path] = tmp_path.iterdir()
    whole = path.read_bytes()
    changed = whole[:-4] if damage == "cut" else whole.replace(b"[4, 2, ", b"[2, 4, ", 1)
    assert changed != whole
    path.write_bytes(changed)
    for taken in (True, False):
        model.forget()
        chunks.clear()
        asyncio.run(reply.warm())
        assert bool(chunks) is taken
    assert "is not used" in caplog.text
    assert path.read_bytes() == whole


def test_a_snapshot_of_another_model(model, folder, worker, chunks, tmp_path):
    """The identity of a model is that of its files."""
    snapshots = Snapshots(tmp_path)
    asyncio.run(responder(model, worker, snapshots=snapshots, system=LONG).warm())
    again = LanguageModel(folder, threads=1)
    assert again.identity == model.identity
    model.__dict__["identity"] = "another"
    try:
        model.forget()
        chunks.clear()
        asyncio.run(responder(model, worker, snapshots=snapshots, system=LONG).warm())
        assert chunks
    finally:
        del model.identity
    assert len(list(tmp_path.iterdir())) == 2


def test_a_hint_leaves_only_the_rest(model, worker, chunks):
    """After the last word only the last few tokens are left to be taken in."""
    reply = responder(model, worker)

    async def run():
        said = "hello won in hello won in hello won"
        for words in range(1, 8):
            await reply.hint(Ask(" ".join(said.split(" ")[:words])))
        assert max(chunks) <= HINT_CHUNK
        chunks.clear()
        return "".join(await collect(reply.reply(Ask(said))))

    hinted = asyncio.run(run())
    tail = model.encode(" won\n\nassistant\n")
    assert chunks[0] <= len(tail) + 4
    model.forget()
    assert hinted == "".join(
        asyncio.run(collect(reply.reply(Ask("hello won in hello won in hello won"))))
    )


def test_a_hint_that_was_wrong(model, worker):
    """It changes nothing in the answer."""
    reply = responder(model, worker)

    async def run():
        await reply.hint(Ask("what was that word in all of this"))
        return await collect(reply.reply(Ask("hello won in")))

    hinted = asyncio.run(run())
    model.forget()
    assert hinted == asyncio.run(collect(reply.reply(Ask("hello won in"))))


def test_a_hint_that_is_known(model, worker, chunks):
    """What is in the cache already is neither computed nor forgotten."""
    reply = responder(model, worker)

    async def run():
        await collect(reply.reply(Ask("hello won in")))
        held = list(model._cache.ids)
        chunks.clear()
        await reply.hint(Ask("hello won"))
        assert model._cache.ids == held

    asyncio.run(run())
    assert chunks == []


def test_a_hint_takes_the_history_in(model, worker):
    """While the first word is spoken, what went before is prepared."""
    reply = responder(model, worker)
    ask = Ask("hel", (Exchange("one?", "ONE"),))
    asyncio.run(reply.hint(ask))
    assert model.decode(model._cache.ids).endswith("assistant\nONE\nuser\n")


@pytest.mark.parametrize("newer", ["hint", "reply"])
def test_a_newer_text_comes_first(model, worker, chunks, monkeypatch, newer):
    """The work for an older hint ends with the chunk in progress."""
    reply = responder(model, worker)
    history = tuple(Exchange("x" * 20, "y" * 20) for _ in range(4))
    old, new = Ask("a b", history), Ask("hello won")

    async def run():
        begun, loop = asyncio.Event(), asyncio.get_running_loop()
        append = model._cache.append

        def tell(ids, *what):
            loop.call_soon_threadsafe(begun.set)
            return append(ids, *what)

        monkeypatch.setattr(model._cache, "append", tell)
        first = asyncio.create_task(reply.hint(old))
        await begun.wait()
        if newer == "hint":
            await reply.hint(new)
        else:
            await anext(reply.reply(new))
        assert first.done()
        return first

    asyncio.run(run())
    # Of the 160 tokens of the history, at most what was in progress: steps may be a step ahead.
    assert sum(chunks[:-2]) <= 5 * HINT_CHUNK
    certain = reply._certain(new) if newer == "hint" else reply._prompt(new)
    assert model._cache.ids[: len(certain)] == certain


def test_a_hint_during_an_answer(model, worker, chunks):
    """It is not taken in: it would undo the answer's work."""
    reply = responder(model, worker)

    async def run():
        pieces = reply.reply(Ask("hello"))
        await anext(pieces)
        chunks.clear()
        await reply.hint(Ask("something else altogether"))
        assert chunks == []
        await pieces.aclose()
        await reply.hint(Ask("something else altogether"))
        assert chunks

    asyncio.run(run())


@pytest.mark.parametrize("text", ["x" * 400 + " y", "\ud800 half", "", " "])
def test_a_hint_never_raises(model, worker, caplog, text):
    """Too long, half a character, nothing: that is said when it is asked."""
    caplog.set_level(logging.INFO)
    reply = responder(model, worker)
    asyncio.run(reply.hint(Ask(text)))
    assert ("half a character" in caplog.text) == ("\ud800" in text)
    assert asyncio.run(collect(reply.reply(Ask("hello"))))


def test_half_a_character(model, worker):
    """A question that is no text is one sentence, and the next is answered."""
    reply = responder(model, worker)
    with pytest.raises(TextError, match="half a character"):
        asyncio.run(collect(reply.reply(Ask("ab\udc80"))))
    assert asyncio.run(collect(reply.reply(Ask("hello"))))


@pytest.mark.model
@pytest.mark.parametrize("name", ["smollm2-135m", "qwen2.5-coder-0.5b"])
def test_growing_text(model_folder, worker, name):
    """What is certain after some words stays so, whatever signs and numbers come."""
    model = LanguageModel(model_folder(name))
    reply = responder(model, worker)
    for text in (
        "What's the capital of France, and how many people live there?",
        "Set a timer for 25 minutes and 30 seconds. Then call Ann-Marie O'Neil!",
        "Wie weit ist es nach Köln? 3,5 km oder mehr... (ungefähr)",
    ):
        words = text.split(" ")
        prompts = [reply._prompt(Ask(text))]
        prompts += [
            reply._certain(Ask(" ".join(words[:count]))) for count in range(len(words), 0, -1)
        ]
        for longer, shorter in pairwise(prompts):
            assert longer[: len(shorter)] == shorter
        # All words but the last, and the system prompt, are in what is certain.
        assert model.decode(prompts[1]).rstrip().endswith(" ".join(words[:-1]))
