import asyncio
import io
import json

import numpy as np
import pytest

from edge.assistant import Assistant
from edge.clock import SampleClock
from edge.errors import DeviceError
from edge.fakes import (
    FakeMicrophone,
    LoudnessDetector,
    ScriptedRecognizer,
    ScriptedResponder,
    ToneSynthesizer,
)
from edge.hear.endpoint import SilenceEndpointer
from edge.hear.listen import Listener
from edge.speak.speaker import FileSpeaker
from edge.timeline import Timeline
from edge.worker import Worker

SPEECH, SILENCE = [1000] * 50, [0] * 50  # A second each.


class Loop:
    """The assistant on fakes, a real listener and a real file as its speaker."""

    def __init__(self, tmp_path, loudness, questions, answers, **options):
        self.clock = SampleClock()
        self.trace = io.StringIO()
        self.responder = ScriptedResponder(answers)
        self.recognizer = ScriptedRecognizer(questions)
        self.voice = ToneSynthesizer()
        self.path = tmp_path / "speaker.wav"
        self.worker = Worker("asr")
        endpointer = SilenceEndpointer(threshold=0.5, start_ms=100, silence_ms=500, longest_s=30)
        self.assistant = Assistant(
            microphone=FakeMicrophone(loudness, self.clock),
            ears=Listener(
                LoudnessDetector(),
                endpointer,
                self.recognizer,
                self.worker,
                preroll_ms=200,
                hold=self.clock.hold,
            ),
            responder=self.responder,
            synthesizer=self.voice,
            sink=FileSpeaker(self.path, self.clock),
            clock=self.clock,
            timeline=Timeline(self.clock, self.trace),
            **options,
        )

    def run(self, turns=None):
        with self.worker:
            return asyncio.run(asyncio.wait_for(self.assistant.run(turns), 20))

    @property
    def events(self):
        return [json.loads(line) for line in self.trace.getvalue().splitlines()]

    def times(self, event):
        return [row["t"] for row in self.events if row["event"] == event]


def test_one_question_is_answered_aloud(tmp_path):
    """A question in the recording leads to its answer in the speaker's file, and the run ends."""
    loop = Loop(tmp_path, SILENCE + SPEECH, ["what is up"], ["The sky is up."])
    (result,) = loop.run()
    assert result.exchange.question == "what is up"
    assert result.exchange.answer == "The sky is up."
    assert loop.voice.spoken == ["The sky is up."]
    order = [row["event"] for row in loop.events if row["event"] != "speech_paused"]
    assert order == [
        "speech_started",
        "partial",
        "speech_ended",
        "transcript",
        "sentence",
        "reply_text",
        "audio_started",
        "audio_ended",
        "turn_done",
    ]
    assert loop.times("speech_started") == [pytest.approx(1.0, abs=0.05)]
    assert loop.times("speech_ended") == [pytest.approx(2.0, abs=0.05)]


def test_trace_and_speaker_file_agree(tmp_path):
    """`audio_started` and `audio_ended` are where the sound lies in the speaker's file."""
    import soundfile

    loop = Loop(tmp_path, SPEECH, ["hello"], ["Good morning to you."])
    loop.run()
    samples, rate = soundfile.read(loop.path, dtype="int16")
    heard = np.flatnonzero(samples)
    assert loop.times("audio_started") == [pytest.approx(heard[0] / rate, abs=0.001)]
    assert loop.times("audio_ended") == [pytest.approx((heard[-1] + 1) / rate, abs=0.001)]


def test_virtual_time_gives_the_same_trace_every_time(tmp_path):
    """Thinking takes no time on the clock: two runs differ only in what was really timed."""

    def trace():
        loop = Loop(tmp_path, SPEECH + SILENCE + SPEECH, ["one", "two"], ["First.", "Second."])
        loop.run()
        return [{k: v for k, v in row.items() if k != "stages"} for row in loop.events]

    assert trace() == trace()


def test_question_asked_during_an_answer_is_answered_after_it(tmp_path):
    """Nothing said is lost while the assistant speaks."""
    long = "This answer is so long that the next question comes while it is being spoken " * 5
    loop = Loop(tmp_path, SPEECH + SILENCE + SPEECH, ["one", "two"], [long, "Short."])
    results = loop.run()
    assert [r.exchange.question for r in results] == ["one", "two"]
    ended, started = loop.times("audio_ended"), loop.times("audio_started")
    assert loop.times("speech_started")[1] < ended[0] <= started[1]


def test_first_sentence_is_spoken_while_the_rest_is_being_thought(tmp_path):
    """The voice has the first sentence before the model has written the last."""
    loop = Loop(tmp_path, SPEECH, ["hello"], [])
    spoken_by_then = []

    async def reply(ask):
        for piece in ("It is a fine day. ", "The sun ", "shines. ", "Birds ", "sing."):
            await asyncio.sleep(0)
            spoken_by_then.append(list(loop.voice.spoken))
            yield piece

    loop.responder.reply = reply
    (result,) = loop.run()
    assert result.exchange.answer == "It is a fine day. The sun shines. Birds sing."
    assert spoken_by_then[-1][0] == "It is a fine day."


def test_model_waits_while_the_voice_works(tmp_path):
    """Two cores: no piece is asked of the model while a sentence is being turned into sound."""
    loop = Loop(tmp_path, SPEECH, ["hello"], ["One is here. Two is here. Three is here. Four."])
    busy = []
    speak, reply = loop.voice.speak, loop.responder.reply
    working = 0

    async def watched_speak(sentence):
        nonlocal working
        working += 1
        async for frame in speak(sentence):
            yield frame
        working -= 1

    async def watched_reply(ask):
        async for piece in reply(ask):
            busy.append(working)
            yield piece

    loop.voice.speak, loop.responder.reply = watched_speak, watched_reply
    loop.run()
    assert len(loop.voice.spoken) == 4
    assert busy.count(0) >= len(busy) - 4  # A step that had begun is finished.


def test_whoever_works_beside_the_answer_is_told_when_the_voice_works(tmp_path):
    """The question's `free` is set while no sentence is being turned into sound, and then not."""
    loop = Loop(tmp_path, SPEECH, ["hello"], ["One is here. Two is here."])
    speak, reply = loop.voice.speak, loop.responder.reply
    asks, seen = [], []

    async def watched_speak(sentence):
        async for frame in speak(sentence):
            seen.append(asks[0].free.is_set())
            yield frame

    async def watched_reply(ask):
        asks.append(ask)
        seen.append(ask.free.is_set())
        async for piece in reply(ask):
            yield piece

    loop.voice.speak, loop.responder.reply = watched_speak, watched_reply
    loop.run()
    assert seen[0]
    assert len(seen) > 2
    assert not any(seen[1:])
    assert asks[0].free.is_set()


def test_stops_after_the_turns_asked_for(tmp_path):
    """`turns` answers are spoken to the end, and no more."""
    loudness = (SPEECH + SILENCE) * 3
    loop = Loop(tmp_path, loudness, ["one", "two", "three"], ["First.", "Second.", "Third."])
    assert len(loop.run(turns=2)) == 2
    assert len(loop.times("turn_done")) == 2


def test_history_goes_with_the_question(tmp_path):
    """Each question is asked with the exchanges before it, as many as the limit says."""
    loudness = (SPEECH + SILENCE) * 4
    loop = Loop(
        tmp_path, loudness, list("abcd"), ["One.", "Two.", "Three.", "Four."], history_limit=2
    )
    loop.run()
    seen = [[e.question for e in ask.history] for ask in loop.responder.asked]
    assert seen == [[], ["a"], ["a", "b"], ["b", "c"]]


def test_noise_without_words_is_no_turn(tmp_path):
    """An utterance in which nothing was recognised gets no answer, and the run still ends."""
    loop = Loop(tmp_path, SPEECH, [""], [])
    assert loop.run() == []
    assert loop.responder.asked == []


def test_answer_that_cannot_be_spoken_ends_its_turn(tmp_path):
    """An empty answer makes no sound and does not hang the loop."""
    loop = Loop(tmp_path, SPEECH, ["hello"], [""])
    (result,) = loop.run()
    assert result.exchange.answer == ""
    assert loop.times("audio_started") == []


def test_live_assistant_does_not_hear_itself(tmp_path):
    """With `hears_itself` the microphone is silence to the ears while the answer is spoken."""
    echo = SPEECH + [0] * 26 + [1000] * 20  # What the microphone picks up of the answer.
    loop = Loop(tmp_path, echo, ["one", "echo"], ["x" * 120, "no"], hears_itself=True)
    results = loop.run()
    assert [r.exchange.question for r in results] == ["one"]


def test_failing_responder_ends_the_run_and_leaves_whole_files(tmp_path):
    """An error inside a turn reaches the caller; the speaker's file is complete."""
    loop = Loop(tmp_path, SPEECH, ["hello"], [])

    async def fail(ask):
        raise DeviceError("The model has gone.")
        yield

    loop.responder.reply = fail
    with pytest.raises(BaseExceptionGroup) as caught:
        loop.run()
    assert caught.group_contains(DeviceError, match="has gone")
    assert loop.path.exists()


def test_cancelling_stops_the_answer_and_leaves_no_thread(tmp_path):
    """Cancelling in the middle of an answer closes the responder and ends every task."""
    import threading

    # The thread of the devices lasts as long as the process that once asked for them.
    before = set(threading.enumerate())
    loop = Loop(tmp_path, SPEECH, ["hello"], ["word " * 10000])

    async def main():
        task = asyncio.create_task(loop.assistant.run())
        await loop.responder.begun.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(asyncio.all_tasks())

    with loop.worker:
        assert asyncio.run(main()) == 1
    assert loop.responder.closed == 1
    assert not [t for t in set(threading.enumerate()) - before if t.name.startswith("edge-")]


def test_the_responder_hears_a_question_grow(tmp_path):
    """What is understood so far goes to the responder, with the history that it will be asked."""
    questions = ["what is up", "and what is down"]
    loop = Loop(tmp_path, (SILENCE + SPEECH) * 2, questions, ["The sky.", "The floor."])
    loop.run()
    hinted = [ask for ask in loop.responder.hinted if ask.text]
    assert [ask.text for ask in hinted] == ["what", "and"]
    assert [ask.history for ask in hinted] == [ask.history for ask in loop.responder.asked]


def test_the_responder_takes_an_exchange_in_before_the_next_question(tmp_path):
    """When an answer has been heard, the responder gets it as the history of what comes next."""
    loop = Loop(tmp_path, SPEECH + SILENCE * 2 + SPEECH, ["one", "two"], ["First.", "Second."])
    loop.run()
    (between, *_) = [ask for ask in loop.responder.hinted if not ask.text]
    assert [exchange.answer for exchange in between.history] == ["First."]


def test_preparing_does_not_outlive_the_session(tmp_path):
    """A responder that is still busy with what it has heard is stopped at the end."""
    loop = Loop(tmp_path, SILENCE + SPEECH, ["what is up"], ["The sky."])
    stopped = []

    async def hint(ask):
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(ask.text)

    loop.responder.hint = hint
    loop.run()
    assert stopped[0] == "what"


def typed(loop, *texts, patient=False):
    """What comes of these words; `patient`: each is typed when the answer before is over."""

    async def session():
        running = asyncio.create_task(loop.assistant.run(len(texts)))
        await asyncio.sleep(0)
        for text in texts:
            loop.assistant.answers.recorded.clear()
            await loop.assistant.hear_text(text)
            if patient:
                await loop.assistant.answers.recorded.wait()
        return await running

    with loop.worker:
        return asyncio.run(asyncio.wait_for(session(), 20))


def test_typed_words_are_answered_like_spoken_ones(tmp_path):
    """Text that was typed goes the way of a transcript: it is answered aloud and remembered."""
    loop = Loop(tmp_path, SILENCE * 20, [], ["It is noon.", "It is still noon."])
    results = typed(loop, "what time is it", "and now")
    assert [r.exchange.question for r in results] == ["what time is it", "and now"]
    assert loop.responder.asked[1].history[0].answer == "It is noon."
    assert {"t": 0.0, "event": "transcript", "text": "and now", "typed": True} in loop.events


def test_a_typed_stop_stops_the_answer(tmp_path):
    """A command that is typed is obeyed, as a spoken one is."""
    loop = Loop(tmp_path, SILENCE * 20, [], ["A long story that nobody wants to hear."])

    async def session():
        sounding = asyncio.Event()
        loop.assistant.timeline.watch(lambda event, _: event == "audio_started" and sounding.set())
        running = asyncio.create_task(loop.assistant.run(2))
        await asyncio.sleep(0)
        await loop.assistant.hear_text("tell me a story")
        await sounding.wait()
        await loop.assistant.hear_text("stop")
        return await running

    with loop.worker:
        results = asyncio.run(asyncio.wait_for(session(), 20))
    assert results[0].interrupted
    assert loop.times("control")


def test_cancel_that_after_the_answer_is_for_whoever_gave_it(tmp_path):
    """Only while it is being given does it stop the answer."""
    loop = Loop(tmp_path, SILENCE * 20, [], ["The timer is set.", "I took that back."])
    results = typed(loop, "set a timer", "cancel that", patient=True)
    assert [one.exchange.question for one in results] == ["set a timer", "cancel that"]
    assert not loop.times("control")


def test_two_minutes_of_talking(tmp_path):
    """Cut where an utterance is longest; each part is understood once, and the last is answered."""
    parts = ["one", "two", "three", "four"]
    answers = [f"Answer to {part}." for part in parts]
    loop = Loop(tmp_path, SPEECH * 120, parts, answers, barge_in=True)
    results = loop.run()
    heard = [row["text"] for row in loop.events if row["event"] == "transcript"]
    assert heard == parts
    assert [result.exchange.question for result in results] == parts
    assert not results[-1].interrupted
    assert loop.times("audio_started")[-1] >= 120
    ends = [row["t"] for row in loop.events if row["event"] == "speech_ended"]
    assert ends == [pytest.approx(30 * n, abs=0.5) for n in (1, 2, 3, 4)]
