"""From a microphone's frames to what was said: detector, endpointer and recogniser together."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import nullcontext

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
from edge.hear.turn_end import TurnEnd
from edge.hear.utterance import Hold, Utterance, cancelled
from edge.hear.vad import silent
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
    ) -> None:
        """`turn_end` ends an utterance before the endpointer's silence is over.

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
        latest = 0
        try:
            async for frame in source:
                latest = frame.end
                recent.append(frame)
                while recent[0].end <= frame.end - self._preroll - NOTICE:
                    recent.popleft()
                if utterance is not None:
                    news = utterance.take(frame)
                    if news is not None:
                        yield news
                    self._judge(frame)
                quiet = utterance is None and silent(frame)
                score = 0.0 if quiet else self._detector.score(frame)
                for edge in self._endpointer.push(score, frame):
                    if isinstance(edge, SpeechStarted):
                        begin = max(edge.at - self._preroll, floor)
                        utterance = Utterance(self._recognizer, self._worker, edge.at, self._hold)
                        if self._turn_end is not None:
                            self._turn_end.begin()
                        for earlier in recent:
                            if earlier.end > begin:
                                part = _from(earlier, begin)
                                utterance.take(part)
                                if self._turn_end is not None:
                                    self._turn_end.hear(part)
                        yield edge
                    elif isinstance(edge, SpeechPaused):
                        if utterance is not None:
                            utterance.draft()
                        yield edge
                    elif isinstance(edge, SpeechResumed):
                        if utterance is not None:
                            utterance.resume()
                        yield edge
                    elif utterance is not None:
                        ended, utterance, floor = utterance, None, edge.at
                        transcript = ended.finish(edge)
                        try:
                            with self._hold():
                                yield edge
                                heard = await transcript
                            yield heard
                        finally:
                            await cancelled(transcript)
                            await ended.drop()
            if utterance is not None:
                edge = SpeechEnded(latest, latest)
                self._endpointer.reset()
                yield edge
                yield await utterance.finish(edge)
        finally:
            if utterance is not None:
                utterance.hurry()
                await utterance.drop()
            if self._turn_end is not None:
                await self._turn_end.drop()

    def _judge(self, frame: AudioFrame) -> None:
        """Let whoever judges the end of turns hear `frame`, and end the utterance if it is over."""
        if self._turn_end is not None:
            self._turn_end.hear(frame)
            if self._turn_end.complete(self._endpointer.paused, frame.end):
                self._endpointer.finish()


def _from(frame: AudioFrame, begin: int) -> AudioFrame:
    """`frame` without what comes before `begin`."""
    if frame.start >= begin:
        return frame
    return AudioFrame(frame.samples[begin - frame.start :], begin, frame.rate)
