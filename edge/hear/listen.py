"""From a microphone's frames to what was said: detector, endpointer and recogniser together."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace

from edge.aio import cancelled
from edge.events import (
    SAMPLE_RATE,
    AudioFrame,
    Draft,
    Partial,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcript,
)
from edge.hear.attention import REACH, Attention
from edge.hear.turn_end import TurnEnd
from edge.hear.utterance import Hold, Utterance
from edge.hear.vad import silent
from edge.hear.wording import question, unfinished
from edge.stages import Detector, Endpointer, Recognizer
from edge.worker import Worker

Heard = SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded | Partial | Draft | Transcript

NOTICE = 3 * SAMPLE_RATE
"""Samples kept beyond the pre-roll: an utterance is noticed no later than this after it begins."""


class Listener:
    """Cuts utterances out of a stream and has them recognised on the worker's thread.

    The detector and the endpointer run in the event loop. Frames are handed to the worker in
    order and never waited for, except at the end of an utterance: then no frame is taken from the
    source until the transcript is there.
    """

    def __init__(
        self,
        detector: Detector,
        endpointer: Endpointer,
        recognizer: Recognizer,
        worker: Worker,
        *,
        preroll_ms: int,
        turn_end: TurnEnd | None = None,
        hold: Hold = nullcontext,
        attention: Attention | None = None,
    ) -> None:
        """`turn_end` ends an utterance before the endpointer's silence is over. What is said
        while `attention` is asleep is not recognised, and gives no events.

        `hold` is entered while the recogniser works: virtual time is to stand still then, so
        that partial results and transcripts come at the same sample on any machine.
        """
        self._detector = detector
        self._endpointer = endpointer
        self._recognizer = recognizer
        self._worker = worker
        self._preroll = preroll_ms * SAMPLE_RATE // 1000
        self._turn_end = turn_end
        self._hold = hold
        self._attention = attention
        self.revised: Callable[[AudioFrame], AudioFrame] = lambda frame: frame
        """What is known better, by now, about a frame that was heard a moment ago."""
        self.answerable: Callable[[str], bool] = lambda text: False
        """Whether a text lacks nothing, though it is no whole question: a skill can answer it."""
        self._dangling = False
        """What is understood so far stops before a word that has to come."""
        self._whole = False
        """It could be answered as it is."""

    async def events(self, source: AsyncIterable[AudioFrame]) -> AsyncIterator[Heard]:
        """What is heard in `source`, until it ends.

        Each utterance gives one SpeechStarted, pauses and partial results, one SpeechEnded and one
        Transcript. An utterance that the end of the source cuts off ends there. In a pause a
        Draft tells what the Transcript will be unless speech goes on (SpeechResumed).
        """
        self._detector.reset()
        self._endpointer.reset()
        # Before any frame: an earlier stream may have been left in the middle of an utterance.
        await self._worker.run(self._recognizer.reset)
        recent: deque[AudioFrame] = deque()
        """The last frames, for the pre-roll."""
        floor = 0
        """Where the utterance before ended: its words are not heard twice."""
        utterance: Utterance | None = None
        unheard: int | None = None
        """Where an utterance began that nobody listens to."""
        latest = 0
        self._weigh("")
        try:
            async for frame in source:
                latest = frame.end
                recent.append(frame)
                while recent[0].end <= frame.end - self._preroll - NOTICE:
                    recent.popleft()
                if utterance is not None:
                    news = self._meant(utterance.take(frame))
                    if news is not None:
                        self._weigh(news.transcript.text if isinstance(news, Draft) else "")
                        yield news
                    self._judge(frame)
                quiet = utterance is None and silent(frame)
                score = 0.0 if quiet else self._detector.score(frame)
                if self._called(frame, score) and unheard is not None:
                    begin = max(unheard, frame.end - REACH)
                    unheard = None
                    utterance = self._begin(begin, max(begin - self._preroll, floor), recent)
                    yield SpeechStarted(begin)
                for edge in self._endpointer.push(score, frame):
                    if isinstance(edge, SpeechStarted):
                        if self._attention is not None and not self._attention.awake():
                            unheard = edge.at
                            continue
                        if self._attention is not None:
                            self._attention.begin(called=False)
                        begin = max(edge.at - self._preroll, floor)
                        utterance = self._begin(edge.at, begin, recent)
                        yield edge
                    elif utterance is None:
                        if isinstance(edge, SpeechEnded):
                            unheard = None
                    elif isinstance(edge, SpeechPaused):
                        utterance.draft()
                        yield edge
                    elif isinstance(edge, SpeechResumed):
                        self._weigh("")
                        utterance.resume()
                        yield edge
                    else:
                        ended, utterance, floor = utterance, None, edge.at
                        self._weigh("")
                        transcript = ended.finish(edge)
                        try:
                            with self._hold():
                                yield edge
                                heard = await transcript
                            yield self._asked(heard)
                        finally:
                            await cancelled(transcript)
                            await ended.drop()
            if utterance is not None:
                edge = SpeechEnded(latest, latest)
                self._endpointer.reset()
                yield edge
                yield self._asked(await utterance.finish(edge))
        finally:
            if utterance is not None:
                utterance.hurry()
                await utterance.drop()
            if self._turn_end is not None:
                await self._turn_end.drop()

    def _begin(self, at: int, begin: int, recent: Iterable[AudioFrame]) -> Utterance:
        """An utterance that began at `at`; what is in `recent` from `begin` on belongs to it."""
        utterance = Utterance(self._recognizer, self._worker, at, self._hold)
        if self._turn_end is not None:
            self._turn_end.begin()
        for earlier in recent:
            if earlier.end > begin:
                part = _from(self.revised(earlier), begin)
                utterance.take(part)
                if self._turn_end is not None:
                    self._turn_end.hear(part)
        return utterance

    def _called(self, frame: AudioFrame, score: float) -> bool:
        """Whether the assistant has just been called."""
        if self._attention is None or not self._attention.hear(frame, score):
            return False
        self._attention.begin(called=True)
        return True

    def _meant(self, news: Partial | Draft | None) -> Partial | Draft | None:
        """`news` without the phrase that the assistant was called by; None without the phrase."""
        if self._attention is None or news is None:
            return news
        if isinstance(news, Partial):
            text = self._attention.question(news.text)
            return Partial(text) if text else None
        text = self._attention.question(news.transcript.text)
        return Draft(replace(news.transcript, text=text)) if text else None

    def _asked(self, transcript: Transcript) -> Transcript:
        if self._attention is None:
            return transcript
        return replace(transcript, text=self._attention.end(transcript.text))

    def _weigh(self, text: str) -> None:
        """What the words understood in this pause say; empty: they are not known."""
        self._dangling = unfinished(text)
        self._whole = not self._dangling and (question(text) or self.answerable(text))

    def _judge(self, frame: AudioFrame) -> None:
        """Let whoever judges the end of turns hear `frame`, and end the utterance if it is over.

        Who says "remind me to" and stops has not finished, in whatever tone.
        """
        if self._turn_end is None:
            return
        self._turn_end.hear(frame)
        over = self._turn_end.complete(self._endpointer.paused, frame.end, whole=self._whole)
        if over and not self._dangling:
            self._endpointer.finish()


def _from(frame: AudioFrame, begin: int) -> AudioFrame:
    """`frame` without what comes before `begin`."""
    if frame.start >= begin:
        return frame
    return AudioFrame(frame.samples[begin - frame.start :], begin, frame.rate)
