"""Answers prepared in a pause: kept, thrown away, and never noticed before they are certain."""

import asyncio

import pytest

from edge.errors import DeviceError
from edge.fakes import DraftingRecognizer
from tests.test_assistant import SILENCE, SPEECH, Loop

BREATH = [0] * 15
"""300 ms: a pause, but not the end."""


class Drafting(Loop):
    """The loop with a recogniser that says in each pause what it has understood."""

    def __init__(self, tmp_path, loudness, drafts, answers, **options):
        super().__init__(tmp_path, loudness, [], answers, **options)
        self.recognizer = DraftingRecognizer(drafts)
        self.assistant.ears._recognizer = self.recognizer

    def names(self, *wanted):
        return [row["event"] for row in self.events if row["event"] in wanted]


def test_an_answer_prepared_in_the_pause_is_kept(tmp_path):
    """The responder is asked once, in the pause, and the voice works before the end is certain."""
    loop = Drafting(tmp_path, SPEECH, ["what is up"], ["The sky."])
    (result,) = loop.run()
    assert (result.exchange.question, result.exchange.answer) == ("what is up", "The sky.")
    assert [ask.text for ask in loop.responder.asked] == ["what is up"]
    order = ("speech_paused", "speculation_started", "speech_ended", "speculation_kept", "sentence")
    assert loop.names(*order) == list(order)
    (started,) = loop.times("speculation_started")
    assert started == pytest.approx(1.04, abs=0.03)


def test_an_answer_to_half_a_question_is_thrown_away(tmp_path):
    """Speech goes on: nothing of the first answer is heard or told, and the whole is asked."""
    loop = Drafting(
        tmp_path,
        SPEECH + BREATH + SPEECH,
        ["what is", "what is up"],
        ["Nothing.", "The sky."],
    )
    (result,) = loop.run()
    assert (result.exchange.question, result.exchange.answer) == ("what is up", "The sky.")
    assert [ask.text for ask in loop.responder.asked] == ["what is", "what is up"]
    assert loop.responder.closed == 2
    assert [row["text"] for row in loop.events if row["event"] == "sentence"] == ["The sky."]
    assert loop.names("speculation_started", "speculation_dropped", "speculation_kept") == [
        *("speculation_started", "speculation_dropped"),
        *("speculation_started", "speculation_kept"),
    ]


def test_no_effect_before_the_question_is_certain(tmp_path):
    """What a responder does after `confirmed.wait()` happens once, for the whole question."""
    loop = Drafting(
        tmp_path, SPEECH + BREATH + SPEECH, ["a timer for one", "a timer for one hour"], []
    )
    effects = []

    async def reply(ask):
        yield "The timer is set.\n"
        await ask.confirmed.wait()
        effects.append((ask.text, loop.clock.seconds))

    loop.responder.reply = reply
    (result,) = loop.run()
    assert result.exchange.answer == "The timer is set."
    ((text, at),) = effects
    assert text == "a timer for one hour"
    assert at >= 2.3 + 0.5  # Where the speech ended, and the silence that made it certain.


def test_a_responder_may_wait_before_it_says_anything(tmp_path):
    """Virtual time goes on while somebody waits for certainty: nothing hangs."""
    loop = Drafting(tmp_path, SPEECH, ["do it"], [])

    async def reply(ask):
        await ask.confirmed.wait()
        yield "Done."

    loop.responder.reply = reply
    (result,) = loop.run()
    assert result.exchange.answer == "Done."


def test_an_error_in_what_nobody_asked_is_not_raised(tmp_path):
    """A responder that fails on half a question does not end the session."""
    loop = Drafting(tmp_path, SPEECH + BREATH + SPEECH, ["half", "whole"], ["Fine."])
    right = loop.responder.reply

    def reply(ask):
        async def fail():
            raise DeviceError("It failed.")
            yield

        return fail() if ask.text == "half" else right(ask)

    loop.responder.reply = reply
    (result,) = loop.run()
    assert result.exchange.answer == "Fine."


def test_an_error_in_what_was_asked_is_raised(tmp_path):
    """Once the question is certain, so is the error."""
    loop = Drafting(tmp_path, SPEECH, ["whole"], [])

    async def fail(ask):
        raise DeviceError("It failed.")
        yield

    loop.responder.reply = fail
    with pytest.raises(BaseExceptionGroup) as caught:
        loop.run()
    assert caught.group_contains(DeviceError, match="failed")


def test_a_pause_with_nothing_understood_prepares_nothing(tmp_path):
    """Noise is not asked about."""
    loop = Drafting(tmp_path, SPEECH, [""], [])
    assert loop.run() == []
    assert loop.responder.asked == []


def test_speculation_gives_the_same_trace_every_time(tmp_path):
    """Preparing takes no virtual time either."""

    def trace():
        loop = Drafting(
            tmp_path,
            SPEECH + BREATH + SPEECH + SILENCE * 3 + SPEECH,
            ["one", "one and two", "three"],
            ["No.", "First. And more.", "Second."],
        )
        loop.run()
        return [{k: v for k, v in row.items() if k != "stages"} for row in loop.events]

    assert trace() == trace()


def test_the_session_may_end_while_an_answer_is_prepared(tmp_path):
    """Cancelled in the pause, everything is closed."""
    loop = Drafting(tmp_path, SPEECH, ["hello"], ["word " * 1000])

    async def main():
        task = asyncio.create_task(loop.assistant.run())
        await loop.responder.begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(asyncio.all_tasks())

    with loop.worker:
        assert asyncio.run(main()) == 1
    assert loop.responder.closed == 1


@pytest.mark.parametrize(
    ("pieces", "first"),
    [
        (["The sky is blue.", " It is.", " Yes."], "The sky is blue."),
        (["It is 13.", "8 miles. ", "Yes."], "It is 13.8 miles."),
        (["Ask Prof.", " Jones now.", " Yes."], "Ask Professor Jones now."),
        (["The U.S.", " is large.", " Yes."], "The U.S. is large."),
    ],
)
def test_the_first_sentence_does_not_wait_for_the_next(tmp_path, pieces, first):
    """Where its end is plain, it is spoken before another word is there; else as a whole."""
    loop = Drafting(tmp_path, SPEECH, ["hello"], [])
    spoken = []

    async def reply(ask):
        for piece in pieces:
            yield piece
            for _ in range(3):
                await asyncio.sleep(0)
            spoken.append(list(loop.voice.spoken))

    loop.responder.reply = reply
    loop.run()
    assert loop.voice.spoken[0] == first
    assert (spoken[0] == [first]) == (first == "The sky is blue.")


def test_nothing_is_begun_for_nothing_while_power_is_saved(tmp_path):
    """The answer is the same, asked for once, after the end; not prepared for in the pause."""
    loop = Drafting(
        tmp_path,
        SPEECH + BREATH + SPEECH,
        ["what is", "what is up"],
        ["The sky."],
    )
    loop.assistant.saving = lambda: True
    (result,) = loop.run()
    assert (result.exchange.question, result.exchange.answer) == ("what is up", "The sky.")
    assert [ask.text for ask in loop.responder.asked] == ["what is up"]
    assert loop.names("speculation_started") == []
