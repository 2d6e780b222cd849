"""edge.hear.listen: utterances out of a stream, with scripted stages on a real worker."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing, contextmanager
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from edge.clock import SampleClock
from edge.events import (
    AudioFrame,
    Draft,
    Partial,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcript,
)
from edge.fakes import LoudnessDetector
from edge.hear.endpoint import SilenceEndpointer
from edge.hear.listen import Listener
from edge.worker import Worker

MS = 16
FRAME = 320


class Recorder:
    """Keeps what it is given; a sample's value is its number, so nothing can be lost unseen."""

    def __init__(self, partial_after=None):
        self.frames = []
        self.utterances = []
        self.resets = 0
        self.threads = set()
        self._partial_after = partial_after

    def accept(self, frame):
        self.threads.add(threading.current_thread().name)
        self.frames.append(frame)
        if len(self.frames) == self._partial_after:
            return Partial("so far")
        return None

    def finish(self):
        frames, self.frames = self.frames, []
        self.utterances.append(frames)
        return Transcript(f"utterance {len(self.utterances)}", 1, 2, 0.5)

    def reset(self):
        self.resets += 1
        self.frames = []


async def stream(loud, *, on_frame=None):
    """Frames of 20 ms, loud or silent by turns of (ms, ms, ...), beginning with silence.

    Each loud sample's value tells its place.
    """
    at = 0
    for number, ms in enumerate(loud):
        for _ in range(ms // 20):
            value = at // FRAME + 100 if number % 2 else 0
            await asyncio.sleep(0)
            if on_frame:
                await on_frame(at)
            yield AudioFrame(np.full(FRAME, value, np.int16), at)
            at += FRAME


def listener(recognizer, worker, preroll_ms=500, answerable=None, **more):
    endpointer = SilenceEndpointer(**more.pop("endpoint", {}))
    ears = Listener(
        LoudnessDetector(), endpointer, recognizer, worker, preroll_ms=preroll_ms, **more
    )
    if answerable is not None:
        ears.answerable = answerable
    return ears


def listen(loud, recognizer, **more):
    """All that is heard."""

    async def collect():
        with Worker("asr") as worker:
            ears = listener(recognizer, worker, **more)
            return [event async for event in ears.events(stream(loud))]

    return asyncio.run(collect())


def listen_in_virtual_time(loud, recognizer, **more):
    """All that is heard where the clock waits for the recogniser."""

    async def collect():
        clock = SampleClock()

        async def settled(at):
            for _ in range(12):
                await asyncio.sleep(0)
            await clock.released()
            clock.advance(FRAME)

        with Worker("asr") as worker:
            ears = listener(recognizer, worker, hold=clock.hold, **more)
            return [event async for event in ears.events(stream(loud, on_frame=settled))]

    return asyncio.run(collect())


def span(frames):
    """First and last sample of frames that follow each other without a gap."""
    for one, other in pairwise(frames):
        assert one.end == other.start
    return frames[0].start, frames[-1].end


def test_one_utterance():
    """Edges come in order, the transcript last, with the place of the speech."""
    recognizer = Recorder()
    events = listen((1000, 1000, 1000), recognizer)
    assert events == [
        SpeechStarted(1000 * MS),
        SpeechPaused(2000 * MS),
        SpeechEnded(2000 * MS, 2700 * MS),
        Transcript("utterance 1", 1000 * MS, 2000 * MS, 0.5),
    ]


def test_the_first_word_is_not_clipped():
    """The recogniser gets the pre-roll to the sample, and everything up to the decision."""
    recognizer = Recorder()
    listen((1000, 1000, 1000), recognizer, preroll_ms=333)
    assert span(recognizer.utterances[0]) == (667 * MS, 2700 * MS)


def test_there_may_be_less_than_the_preroll():
    """Speech at the very beginning is taken from the beginning."""
    recognizer = Recorder()
    events = listen((0, 1000, 1000), recognizer)
    assert span(recognizer.utterances[0]) == (0, 1700 * MS)
    assert events[0] == SpeechStarted(0)


def test_the_preroll_reaches_back_however_long_speech_takes_to_be_noticed():
    """With a start_ms of two seconds, the whole pre-roll is still there."""
    recognizer = Recorder()
    listen((5000, 3000, 1000), recognizer, endpoint={"start_ms": 2000})
    assert recognizer.utterances[0][0].start == 4500 * MS


def test_two_utterances_share_no_words():
    """The pre-roll of the second does not reach back into the first."""
    recognizer = Recorder()
    listen((500, 600, 720, 600, 1000), recognizer, preroll_ms=2000)
    (_, first_end), (second_start, _) = map(span, recognizer.utterances)
    assert (first_end, second_start) == (1800 * MS, 1100 * MS)
    assert not any(frame.samples.any() for frame in recognizer.utterances[1][:36])


def test_an_utterance_that_is_too_long_goes_on_in_the_next():
    """Cut at longest_s, no sample is lost or heard twice."""
    recognizer = Recorder()
    listen((500, 5000, 1000), recognizer, endpoint={"longest_s": 2.0})
    spans = [span(frames) for frames in recognizer.utterances]
    assert spans == [
        (0, 2500 * MS),
        (2500 * MS, 4500 * MS),
        (4500 * MS, 6200 * MS),
    ]


def test_the_end_of_the_source_ends_the_utterance():
    """A stream that stops in the middle of a word still gives its transcript."""
    recognizer = Recorder()
    events = listen((500, 1000), recognizer)
    assert events[-2:] == [
        SpeechEnded(1500 * MS, 1500 * MS),
        Transcript("utterance 1", 500 * MS, 1500 * MS, 0.5),
    ]
    assert span(recognizer.utterances[0]) == (0, 1500 * MS)


def test_silence_gives_nothing():
    """Without speech the recogniser is only reset."""
    recognizer = Recorder()
    assert listen((5000,), recognizer) == []
    assert (recognizer.utterances, recognizer.resets) == ([], 1)


def test_partial_results_come_at_the_same_frame_in_virtual_time():
    """With the clock held while the recogniser works, a partial result has its fixed place."""

    async def run():
        clock = SampleClock()

        async def settled(at):
            for _ in range(12):
                await asyncio.sleep(0)
            await clock.released()
            clock.advance(FRAME)

        with Worker("asr") as worker:
            ears = listener(Recorder(partial_after=40), worker, hold=clock.hold)
            source = stream((500, 1000, 1000), on_frame=settled)
            return [clock.now async for event in ears.events(source) if isinstance(event, Partial)]

    places = [asyncio.run(run()) for _ in range(3)]
    # The 40th frame begins at 780 ms; its result is taken with the frame after.
    assert places == [[820 * MS]] * 3


def test_the_recogniser_runs_on_its_worker():
    """No call blocks the event loop's thread."""
    recognizer = Recorder()
    listen((500, 1000, 1000), recognizer)
    assert len(recognizer.threads) == 1
    assert recognizer.threads.pop().startswith("edge-asr")


def test_a_busy_recogniser_does_not_stop_the_frames():
    """While `accept` is stuck frames go on, and are handed over in order afterwards."""
    free = threading.Event()
    taken = []

    class Stuck(Recorder):
        def accept(self, frame):
            assert free.wait(10)
            return super().accept(frame)

    recognizer = Stuck()

    async def watch(at):
        taken.append(at)
        if at >= 1400 * MS:
            free.set()

    async def run():
        with Worker("asr") as worker:
            source = stream((500, 1000, 1000), on_frame=watch)
            return [e async for e in listener(recognizer, worker).events(source)]

    events = asyncio.run(run())
    assert isinstance(events[-1], Transcript)
    assert span(recognizer.utterances[0]) == (0, 2200 * MS)


def test_no_frame_is_taken_until_the_transcript_is_there():
    """After the end of speech the source waits, and the virtual clock is held meanwhile."""
    log = []

    class Logging(Recorder):
        def finish(self):
            log.append("finish")
            return super().finish()

    @contextmanager
    def hold():
        log.append("hold")
        yield
        log.append("free")

    async def watch(at):
        log.append(at // MS)

    async def run():
        with Worker("asr") as worker:
            ears = listener(Logging(), worker, hold=hold)
            async for event in ears.events(stream((500, 500, 1000), on_frame=watch)):
                log.append(type(event).__name__)

    asyncio.run(run())
    end = log.index("SpeechEnded")
    tail = log[end:]
    between = tail[: tail.index("Transcript")]
    assert "finish" in log[: end + tail.index("Transcript")]
    assert not any(isinstance(entry, int) for entry in between)
    assert "free" in between
    assert log.count("hold") == log.count("free")


def test_partial_results_are_hurried_at_the_end():
    """A recogniser that can be hurried is, before `finish` is asked for."""
    calls = []

    class Hurrying(Recorder):
        def hurry(self):
            calls.append("hurry")

        def finish(self):
            calls.append("finish")
            return super().finish()

    listen((500, 500, 1000), Hurrying())
    assert calls == ["hurry", "finish"]


def test_a_failing_recogniser_ends_the_listening():
    """Its error comes out of the iterator."""

    class Failing(Recorder):
        def accept(self, frame):
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        listen((500, 500, 1000), Failing())


@pytest.mark.parametrize("stop_at", [SpeechStarted, SpeechPaused, SpeechEnded, Transcript])
def test_closing_leaves_nothing_behind(stop_at):
    """Stopped at any point, no task is left, and the next stream begins anew."""
    recognizer = Recorder()

    async def run():
        with Worker("asr") as worker:
            ears = listener(recognizer, worker)
            async with aclosing(ears.events(stream((500, 1000, 1000)))) as events:
                async for event in events:
                    if isinstance(event, stop_at):
                        break
            assert asyncio.all_tasks() == {asyncio.current_task()}
            recognizer.utterances.clear()
            events = [e async for e in ears.events(stream((500, 1000, 1000)))]
        return events

    events = asyncio.run(run())
    assert [type(e) for e in events][-1] is Transcript
    assert span(recognizer.utterances[-1]) == (0, 2200 * MS)


def test_cancelling_while_the_recogniser_works():
    """A cancelled listener does not wait for the recogniser, and leaves no task behind."""
    free = threading.Event()
    begun = asyncio.Event()

    class Slow(Recorder):
        def finish(self):
            loop.call_soon_threadsafe(begun.set)
            assert free.wait(10)
            return super().finish()

    async def run():
        nonlocal loop
        loop = asyncio.get_running_loop()
        with Worker("asr") as worker:

            async def consume():
                async with aclosing(
                    listener(Slow(), worker).events(stream((500, 500, 1000)))
                ) as events:
                    async for _ in events:
                        pass

            task = asyncio.create_task(consume())
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}
            free.set()

    loop = None
    asyncio.run(run())


class Drafts(Recorder):
    """Says in a pause what it would say at the end."""

    def __init__(self):
        super().__init__()
        self.drafts = 0

    def draft(self):
        self.drafts += 1
        return Transcript(f"draft {self.drafts}", 1, 2, 0.25)


def test_a_pause_tells_what_was_said_so_far():
    """The draft comes in the pause, and is the transcript where nothing but silence follows."""
    recognizer = Drafts()
    events = listen_in_virtual_time((1000, 1000, 1000), recognizer)
    kinds = [type(event) for event in events]
    assert kinds == [SpeechStarted, SpeechPaused, Draft, SpeechEnded, Transcript]
    assert events[2].transcript.text == events[4].text == "draft 1"
    assert events[4] == Transcript("draft 1", 1000 * MS, 2000 * MS, 0.0)
    assert recognizer.utterances == []  # Nothing was recognised a second time.


def test_speech_after_a_pause_makes_the_draft_void():
    """Each pause has a draft of its own, of all that was said, and no sample is lost between."""
    heard = []

    class Keeping(Drafts):
        def draft(self):
            heard.append(span(self.frames))
            return super().draft()

    events = listen_in_virtual_time((1000, 1000, 400, 1000, 1000), Keeping())
    kinds = [type(event) for event in events]
    assert kinds == [
        *(SpeechStarted, SpeechPaused, Draft, SpeechResumed),
        *(SpeechPaused, Draft, SpeechEnded, Transcript),
    ]
    assert events[-1].text == "draft 2"
    assert heard == [(500 * MS, 2020 * MS), (500 * MS, 3420 * MS)]


def test_speech_that_goes_on_at_once_has_no_draft():
    """A draft whose pause is over before the recogniser was free is not made."""
    free = threading.Event()
    recognizer = Drafts()
    accept = recognizer.accept

    def stuck(frame):
        assert free.wait(10)
        return accept(frame)

    recognizer.accept = stuck

    async def watch(at):
        if at >= 2400 * MS:
            free.set()

    async def run():
        with Worker("asr") as worker:
            source = stream((500, 1000, 200, 1000, 1000), on_frame=watch)
            return [e async for e in listener(recognizer, worker).events(source)]

    events = asyncio.run(run())
    assert recognizer.drafts == 1
    assert events[-1].text == "draft 1"


class Hasty:
    """A judge of the turn's end that takes every pause for it."""

    def begin(self):
        pass

    def hear(self, frame):
        pass

    def complete(self, pause, now, *, whole):
        return pause is not None and now - pause >= 200 * MS

    async def drop(self):
        pass


@pytest.mark.parametrize(("said", "waited"), [("Turn it on.", 200), ("Remind me to.", 700)])
def test_who_stops_before_a_word_that_has_to_come_has_not_finished(said, waited):
    """Then only silence ends the turn, whatever the judge of the sound thinks."""

    class Saying(Drafts):
        def draft(self):
            return replace(super().draft(), text=said)

    events = listen_in_virtual_time(
        (1000, 1000, 1000), Saying(), turn_end=Hasty(), endpoint={"silence_ms": 700}
    )
    (end,) = [event for event in events if isinstance(event, SpeechEnded)]
    assert end.noticed - end.at == waited * MS


@pytest.mark.parametrize(
    ("said", "whole"), [("What is up?", True), ("Flip a coin.", True), ("And then.", False)]
)
def test_the_judge_is_told_whether_the_words_are_whole(said, whole):
    """A whole question, and what somebody can answer as it is."""

    class Saying(Drafts):
        def draft(self):
            return replace(super().draft(), text=said)

    told = []

    class Patient(Hasty):
        def complete(self, pause, now, *, whole):
            if pause is not None and now - pause >= 200 * MS:
                told.append(whole)
            return False

    listen_in_virtual_time(
        (1000, 1000, 1000),
        Saying(),
        turn_end=Patient(),
        answerable=lambda text: text == "Flip a coin.",
    )
    assert told
    assert set(told) == {whole}
