"""When the assistant listens: called, spoken to after an answer, or by a key."""

import asyncio
import io
from types import SimpleNamespace

import numpy as np
import pytest

from edge.clock import SampleClock
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, SpeechStarted, Transcript
from edge.fakes import LoudnessDetector
from edge.hear.attention import PRESSED, Attention
from edge.hear.endpoint import SilenceEndpointer
from edge.hear.keys import on_enter
from edge.hear.listen import Listener
from edge.hear.wake import WakeRule
from edge.worker import Worker

HEAD = SimpleNamespace(phrase="jarvis", heard_as=())


class LoudCall:
    """Takes the loudest frames for its phrase."""

    head = HEAD

    def __init__(self, score=0.99):
        self.scored = 0
        self._score = score

    def score(self, frame):
        self.scored += 1
        return self._score if frame.samples.max() >= 5000 else 0.0

    def skip(self, frame):
        pass

    def reset(self):
        pass


class Saying:
    """A recogniser that understands what it is told to."""

    def __init__(self, *texts):
        self.texts = list(texts)
        self.heard = []
        self.frames = []

    def accept(self, frame):
        self.frames.append(frame)

    def finish(self):
        frames, self.frames = self.frames, []
        self.heard.append((frames[0].start, frames[-1].end))
        return Transcript(self.texts.pop(0), frames[0].start, frames[-1].end, 0.0)

    def reset(self):
        self.frames = []


def attention(score=0.99, follow_up_s=4.0, sure=0.95):
    one = Attention(LoudCall(score), WakeRule(0.5, sure), follow_up_s=follow_up_s)
    one.events = []
    one.emit = lambda event, at=None, **fields: one.events.append(event)
    return one


def listen(levels, recognizer, attention):
    """(events, levels of 100 ms each): what comes out of the listener."""

    async def run():
        clock = SampleClock()

        async def frames():
            for number, level in enumerate(np.repeat(levels, 5)):
                for _ in range(12):
                    await asyncio.sleep(0)
                await clock.released()
                clock.advance(FRAME_SAMPLES)
                samples = np.full(FRAME_SAMPLES, level, np.int16)
                yield AudioFrame(samples, number * FRAME_SAMPLES)

        with Worker("asr") as worker:
            ears = Listener(
                LoudnessDetector(),
                SilenceEndpointer(silence_ms=500),
                recognizer,
                worker,
                preroll_ms=200,
                hold=clock.hold,
                attention=attention,
            )
            return [event async for event in ears.events(frames())]

    return asyncio.run(run())


def texts(events):
    return [event.text for event in events if isinstance(event, Transcript)]


TALK, CALL, QUIET = [1000] * 10, [5000], [0] * 10


def test_what_is_said_to_others_is_not_recognised():
    """Asleep: no event, and the recogniser gets nothing."""
    recognizer = Saying()
    assert listen(QUIET + TALK + QUIET, recognizer, attention()) == []
    assert recognizer.heard == []


def test_a_call_wakes_and_the_phrase_is_no_part_of_the_question():
    """The utterance is heard from its beginning, the phrase is taken off, and it is told once."""
    recognizer = Saying("Jarvis, what time is it?")
    one = attention()
    events = listen(QUIET + TALK[:4] + CALL + TALK + QUIET, recognizer, one)
    assert texts(events) == ["what time is it?"]
    assert recognizer.heard[0][0] == 0.8 * SAMPLE_RATE
    assert one.events == ["wake"]


def test_the_recogniser_must_have_heard_the_phrase_too():
    """A score that is not sure, and no phrase in the words: nothing was asked."""
    one = attention(score=0.7)
    events = listen(
        QUIET + TALK[:4] + CALL + TALK + QUIET, Saying("Pass me the butter, please."), one
    )
    assert texts(events) == [""]
    assert one.events == ["wake_rejected"]


def test_asleep_only_where_a_call_is_waited_for():
    """From the call on sound is wanted at once: for the utterance, and for the question after."""
    one = attention()
    frame = AudioFrame(np.full(FRAME_SAMPLES, 6000, np.int16))
    assert one.asleep()
    assert one.hear(frame, 1.0)
    one.begin(called=True)
    assert not one.asleep()
    one.end("Jarvis.")
    assert not one.asleep()
    later = AudioFrame(np.zeros(FRAME_SAMPLES, np.int16), 5 * SAMPLE_RATE)
    one.hear(later, 0.0)
    assert one.asleep()


class RisingCall(LoudCall):
    """A score that rises for some frames after it has roused the device, and falls again."""

    def __init__(self):
        super().__init__()
        self.rising = iter(())

    def score(self, frame):
        if frame.samples.max() >= 5000:
            self.rising = iter([0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.97, 0.97, 0.4])
        return next(self.rising, 0.0)

    def reset(self):
        self.rising = iter(())


def test_the_highest_score_of_a_call_counts():
    """What rouses the device is the beginning of the rise; where the top is sure, the words that
    were understood instead of the phrase do not matter."""
    one = attention()
    one._detector = RisingCall()
    events = listen(QUIET + TALK[:4] + CALL + TALK + QUIET, Saying("Pass me the butter."), one)
    assert texts(events) == ["Pass me the butter."]
    assert one.events == ["wake"]


def test_after_the_phrase_alone_the_question_may_follow():
    """ "Jarvis." A pause, and the question without it."""
    one = attention()
    recognizer = Saying("Jarvis.", "What time is it?")
    events = listen(QUIET + TALK[:4] + CALL + QUIET + TALK + QUIET, recognizer, one)
    assert texts(events) == ["", "What time is it?"]
    assert one.events[:2] == ["wake", "listening"]


def test_after_an_answer_no_call_is_needed_for_a_while():
    """The follow-up window opens when the assistant falls silent, and closes."""
    one = attention(follow_up_s=1.5)
    speaking = [True] * 60 + [False] * 1000
    one.speaking = lambda: speaking.pop(0)
    recognizer = Saying("And tomorrow?", "never heard")
    events = listen(QUIET + [0] * 8 + TALK + QUIET * 3 + TALK + QUIET, recognizer, one)
    assert texts(events) == ["And tomorrow?"]
    assert one.events == ["listening", "asleep"]


def test_the_answer_may_be_interrupted_without_a_call():
    """Awake while the assistant speaks."""
    one = attention()
    one.speaking = lambda: True
    assert texts(listen(QUIET + TALK + QUIET, Saying("Stop."), one)) == ["Stop."]


def test_the_wake_word_is_not_listened_for_in_silence():
    """Where the voice detector hears nothing, no model runs."""
    one = attention()
    listen(QUIET * 5 + TALK + QUIET * 5, Saying(), one)
    assert one._detector.scored == pytest.approx(50 + 50, abs=3)


def test_a_key_opens_the_ear_for_one_utterance():
    """Push to talk: what comes after that one is not heard."""
    one = Attention(None, WakeRule(), follow_up_s=0.0)
    assert not one.awake()
    one.press()
    assert one.awake()
    events = listen(QUIET + TALK + QUIET + TALK + QUIET, Saying("Hello."), one)
    assert texts(events) == ["Hello."]
    assert sum(isinstance(event, SpeechStarted) for event in events) == 1


def test_a_key_that_nobody_speaks_after_is_forgotten():
    """After ten seconds the ear closes again."""
    one = Attention(None, WakeRule(), follow_up_s=0.0)
    one.press()
    one.hear(AudioFrame(np.zeros(PRESSED, np.int16), 0), 0.0)
    assert not one.awake()


def test_enter_is_a_press():
    """Each line of the terminal is one; its end is none."""

    async def run():
        pressed = []
        done = asyncio.Event()

        def press():
            pressed.append(1)
            if len(pressed) == 2:
                done.set()

        on_enter(press, io.StringIO("\n\n"))
        await asyncio.wait_for(done.wait(), 5)
        return len(pressed)

    assert asyncio.run(run()) == 2
