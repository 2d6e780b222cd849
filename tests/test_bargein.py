"""The wearer speaks while the assistant does: interruptions, asides, commands, announcements."""

import asyncio

import numpy as np
import pytest

from edge.controls import Control, backchannel, control, echo
from edge.volume import LOUDER
from tests.test_assistant import SILENCE, SPEECH, Loop

LONG = "This answer is so long that somebody speaks while it is being said " * 3
SHORT_SPEECH = [1000] * 15


def interrupted(tmp_path, questions, answers, **options):
    """A question, and something said a second into its answer."""
    loudness = SPEECH + SILENCE * 2 + SHORT_SPEECH
    return Loop(tmp_path, loudness, questions, answers, barge_in=True, **options)


def sound(loop):
    import soundfile

    return soundfile.read(loop.path, dtype="int16")[0]


def test_the_wearers_voice_stops_the_answer(tmp_path):
    """Silence within 200 ms of the first sample; the new question is answered, the old one cut."""
    loop = interrupted(tmp_path, ["one", "two"], [LONG, "Short."])
    first, second = loop.run()
    assert (first.exchange.question, first.interrupted) == ("one", True)
    assert (second.exchange.question, second.interrupted) == ("two", False)
    samples = sound(loop)
    begin = 3 * 16_000
    assert samples[begin - 1600 : begin].any()
    assert not samples[begin + 3200 : begin + 8000].any()


def test_history_keeps_what_was_heard(tmp_path):
    """Of an answer that was cut off, the next question knows the words that were spoken."""
    loop = interrupted(tmp_path, ["one", "two"], [LONG, "Short."])
    first, _ = loop.run()
    heard = first.exchange.answer
    assert 0 < len(heard) < len(LONG)
    assert LONG.startswith(heard)
    # 10 ms a character, from half a second after the question until the interruption.
    assert len(heard) == pytest.approx(160, abs=15)
    assert loop.responder.asked[1].history[-1].answer == heard


@pytest.mark.parametrize("aside", ["", "uh-huh", "Okay, right.", "somebody speaks while it"])
def test_an_aside_does_not_end_the_answer(tmp_path, aside):
    """A cough, agreement, or the assistant's own words: it falls silent, and goes on."""
    loop = interrupted(tmp_path, ["one", aside], [LONG])
    (result,) = loop.run()
    assert not result.interrupted
    assert result.exchange.answer == LONG.strip()
    names = [row["event"] for row in loop.events if row["event"] in ("held", "resumed")]
    assert names == ["held", "resumed"]
    played = np.count_nonzero(sound(loop)) / 160
    assert len(LONG) <= played <= len(LONG) + 150  # What was cut is said again.


def test_agreement_is_an_answer_where_something_was_asked():
    """ "Yes" to a question is no aside."""
    assert backchannel("Yes.", "The timer is set.")
    assert not backchannel("Yes.", "Shall I set it for tomorrow?")
    assert backchannel("uh-huh", "Shall I set it for tomorrow?")
    assert not backchannel("yes but what about Sunday", "It is open.")


def test_the_model_waits_while_the_wearer_speaks(tmp_path):
    """Two cores: while the answer is held, nothing is asked of the responder."""
    loop = interrupted(tmp_path, ["one", "stop"], [])
    asked = []

    async def reply(ask):
        yield "Here it begins. "
        for _ in range(3):
            asked.append(loop.assistant.answers.given.turn.playout.held)
            yield "And so on. "

    loop.responder.reply = reply
    loop.assistant.timeline.watch(
        lambda event, fields: event == "transcript" and loop.assistant.answers.hold(0)
    )
    loop.run()
    assert not any(asked)


def test_talking_over_the_answer_three_times(tmp_path):
    """Each question cuts the answer before it; the last is spoken to its end."""
    gap = SILENCE * 2 + SHORT_SPEECH
    loop = Loop(
        tmp_path, SPEECH + gap * 3, ["a", "b", "c", "d"], [LONG, LONG, LONG, "Done."], barge_in=True
    )
    results = loop.run()
    assert [r.interrupted for r in results] == [True, True, True, False]
    assert results[-1].exchange.answer == "Done."


def test_stop_ends_the_answer_in_silence(tmp_path):
    """Nothing is said about it, and the command is no part of the conversation."""
    loop = interrupted(tmp_path, ["one", "Stop."], [LONG])
    first, second = loop.run()
    assert first.interrupted
    assert (second.exchange.answer, second.remember) == ("", False)
    assert loop.responder.asked[-1].text == "one"


def test_louder_goes_on_louder(tmp_path):
    """The answer goes on from where it was held, one step louder."""
    loop = interrupted(tmp_path, ["one", "A bit louder, please."], [LONG])
    (result,) = loop.run()
    assert not result.interrupted
    samples = sound(loop)
    levels = set(np.unique(samples[samples > 0]))
    assert 1000 in levels
    assert max(levels) == pytest.approx(1000 * LOUDER, rel=0.02)


def test_a_command_without_an_answer_is_acknowledged(tmp_path):
    """It is said in the new loudness, and stays so."""
    loop = Loop(tmp_path, SPEECH, ["quieter"], [], barge_in=True)
    (result,) = loop.run()
    assert result.exchange.answer == "Quieter."
    assert sound(loop).max() == pytest.approx(1000 / LOUDER, rel=0.02)


def test_repeat_says_the_last_answer_again(tmp_path):
    """The words, not what came between."""
    loudness = SPEECH + SILENCE * 3 + SPEECH
    loop = Loop(tmp_path, loudness, ["one", "Say that again."], ["The sky."], barge_in=True)
    _, again = loop.run()
    assert again.exchange.answer == "The sky."
    assert loop.voice.spoken == ["The sky.", "The sky."]


def test_slower_and_faster_set_the_voices_pace(tmp_path):
    """A voice that has a pace keeps the new one."""
    loop = Loop(tmp_path, SPEECH, ["speak more slowly"], [], barge_in=True)
    loop.voice.speed = 1.0
    loop.run()
    assert loop.voice.speed < 0.9


def announced(loop, text="Tea is ready.", when="turn_done"):
    """Run `loop` with an announcement made at the first event `when`; whether it was spoken."""
    spoken = []

    async def main():
        async with asyncio.TaskGroup() as group:

            async def announce():
                spoken.append(await loop.assistant.announce(text))

            def watch(event, fields):
                if event == when and not loop.__dict__.setdefault("_made", False):
                    loop._made = True
                    group.create_task(announce())

            loop.assistant.timeline.watch(watch)
            await asyncio.wait_for(loop.assistant.run(), 20)

    with loop.worker:
        asyncio.run(main())
    return spoken


def test_an_announcement_waits_until_nobody_speaks(tmp_path):
    """Made while the wearer speaks, it comes after the answer; it is no turn."""
    loop = Loop(tmp_path, SPEECH, ["one"], ["First."], barge_in=True)
    assert announced(loop, when="speech_started") == [True]
    assert loop.voice.spoken == ["First.", "Tea is ready."]
    assert [r.exchange.question for r in loop.assistant.results] == ["one"]


def test_an_announcement_that_is_cut_off_says_so(tmp_path):
    """Whoever made it knows that it was not heard to its end."""
    loudness = SPEECH + SILENCE * 2 + SPEECH
    loop = Loop(tmp_path, loudness, ["one", "stop"], ["First."], barge_in=True)
    assert announced(loop, LONG) == [False]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Stop.", Control.STOP),
        ("Okay, stop please!", Control.STOP),
        ("Never mind.", Control.STOP),
        ("Could you speak a little louder?", Control.LOUDER),
        ("Turn down the volume, please.", Control.QUIETER),
        ("Can you repeat that?", Control.REPEAT),
        ("What did you say?", Control.REPEAT),
        ("Slow down a bit.", Control.SLOWER),
        ("Speak faster", Control.FASTER),
        ("Stop the timer in five minutes", None),
        ("How do I turn up the volume on my TV?", None),
        ("", None),
        ("please", None),
    ],
)
def test_commands_are_told_from_questions(text, command):
    """A command is all that is said, but for courtesies."""
    assert control(text) is command


@pytest.mark.parametrize("text", ["Cancel that.", "never mind", "Cancel it.", "forget that"])
def test_while_nothing_is_said_it_is_about_what_was_done(text):
    """Then there is no answer to stop, and whoever did it takes it back."""
    assert control(text, speaking=True) is Control.STOP
    assert control(text, speaking=False) is None
    assert control("stop", speaking=False) is Control.STOP


def test_its_own_words_are_known():
    """Most of the words, in order: an echo. Anything else: somebody else."""
    spoken = "The capital of France is Paris, on the river Seine."
    assert echo("capital of France is Paris", spoken)
    assert not echo("what about Germany", spoken)
    assert not echo("", spoken)


class Ear:
    """A canceller that hears somebody in the given frames."""

    def __init__(self, frames):
        self.voice = False
        self.mistakes = 0
        self._frames = frames

    def revised(self, frame):
        return frame

    def mistaken(self):
        self.mistakes += 1

    def clean(self, frame):
        self.voice = frame.start // 320 in self._frames
        return frame


def test_a_sound_that_is_no_speech_is_a_short_silence(tmp_path):
    """The answer is held as soon as somebody is heard, and goes on if no words follow."""
    ear = Ear({150, 151})
    loop = Loop(tmp_path, SPEECH, ["one"], [LONG], barge_in=True, hears_itself=True, echo=ear)
    (result,) = loop.run()
    assert not result.interrupted
    assert [row["event"] for row in loop.events if row["event"] in ("held", "resumed")] == [
        "held",
        "resumed",
    ]
    assert loop.times("held")[0] == pytest.approx(3.0, abs=0.05)
    assert loop.times("resumed")[0] == pytest.approx(3.5, abs=0.1)
    assert not sound(loop)[48_640:55_000].any()
    assert ear.mistakes == 1
    # No more than the word that was cut is said again.
    assert len(LONG) <= np.count_nonzero(sound(loop)) / 160 <= len(LONG) + 50


def test_a_voice_that_goes_on_after_an_aside_does_not_stop_the_answer_again(tmp_path):
    """The canceller hears the wearer a little longer than the ears: that is no new voice."""
    loudness = SPEECH + SILENCE * 2 + SHORT_SPEECH * 2
    ear = Ear(range(148, 220))
    loop = Loop(
        tmp_path, loudness, ["one", "uh-huh"], [LONG], barge_in=True, hears_itself=True, echo=ear
    )
    (result,) = loop.run()
    assert not result.interrupted
    assert len(loop.times("held")) == 1
    assert ear.mistakes == 0


@pytest.mark.parametrize(
    ("loud", "text", "cut"),
    [
        (8, "I can.", False),
        (8, "Stop.", True),
        (40, "What about tomorrow?", True),
    ],
)
def test_what_ends_as_the_assistant_falls_silent_was_the_assistant(tmp_path, loud, text, cut):
    """A canceller that has lost the room hears words in the assistant's own: they end with it."""
    loudness = SPEECH + SILENCE * 2 + [1000] * loud
    ear = Ear(range(150, 150 + loud))
    answers = [LONG, "Done."]
    loop = Loop(
        tmp_path, loudness, ["one", text], answers, barge_in=True, hears_itself=True, echo=ear
    )
    results = loop.run()
    assert results[0].interrupted == cut
    assert ear.mistakes == (not cut)


def test_a_quick_answer_to_a_question_is_heard(tmp_path):
    """ "Yes" over the last sound of "shall I go on?" ends soon after it."""
    loop = Loop(
        tmp_path,
        SPEECH + SILENCE + [1000] * 10,
        ["one", "Yes."],
        ["Shall I think about it for longer, and then go on?", "Done."],
        barge_in=True,
        hears_itself=True,
        echo=Ear(()),
    )
    assert [result.exchange.question for result in loop.run()] == ["one", "Yes."]
