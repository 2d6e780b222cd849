"""When an utterance begins and ends: a pure state machine over the detector's scores."""

from __future__ import annotations

from edge.events import (
    SAMPLE_RATE,
    AudioFrame,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
)

PAUSE_MS = 20
"""Milliseconds of silence that are reported as a pause: from there on an answer is prepared, so
the sooner the better, but each pause costs a recognition."""
Edge = SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded

HYSTERESIS = 0.15
"""Speech that has begun goes on down to this much below the threshold."""


class SilenceEndpointer:
    """An `Endpointer` that waits for silence.

    Positions are those of the frames on the sample clock, so the size of the frames matters only
    by the rounding to one of them. It holds no sound and looks at no clock.
    """

    def __init__(
        self,
        *,
        threshold: float = 0.5,
        start_ms: int = 100,
        silence_ms: int = 700,
        longest_s: float = 60,
        pause_ms: int = PAUSE_MS,
    ) -> None:
        self._threshold = threshold
        self._keep = max(threshold - HYSTERESIS, threshold / 2)
        self._start = _samples(start_ms)
        self._pause = _samples(pause_ms)
        self._silence = _samples(silence_ms)
        self._longest = round(longest_s * SAMPLE_RATE)
        self.reset()

    def reset(self) -> None:
        """Back to silence."""
        self._onset: int | None = None
        """Where the speech began that may become, or is, an utterance."""
        self._speaking = False
        self._quiet: int | None = None
        """Where the silence began, while speaking."""
        self._paused = False
        self._finished = False

    @property
    def paused(self) -> int | None:
        """Where the silence began in an utterance that is not over; None while there is speech."""
        return self._quiet

    def finish(self) -> None:
        """Somebody knows that the turn is over: end it with the next silent frame."""
        self._finished = self._quiet is not None

    def push(self, score: float, frame: AudioFrame) -> list[Edge]:
        """The edges that this frame brings, in order; mostly none."""
        if self._speaking:
            return self._go_on(score >= self._keep, frame)
        if score < (self._threshold if self._onset is None else self._keep):
            self._onset = None
            return []
        if self._onset is None:
            self._onset = frame.start
        if frame.end - self._onset < self._start:
            return []
        self._speaking = True
        return [SpeechStarted(self._onset)]

    def _go_on(self, speech: bool, frame: AudioFrame) -> list[Edge]:
        edges: list[Edge] = []
        if speech:
            if self._paused:
                edges.append(SpeechResumed(frame.start))
            self._quiet = None
            self._paused = self._finished = False
        elif self._quiet is None:
            self._quiet = frame.start
        silence = 0 if self._quiet is None else frame.end - self._quiet
        if silence >= self._pause and not self._paused and self._quiet is not None:
            self._paused = True
            edges.append(SpeechPaused(self._quiet))
        assert self._onset is not None
        if self._finished or silence >= self._silence or frame.end - self._onset >= self._longest:
            at = frame.end if self._quiet is None else self._quiet
            edges.append(SpeechEnded(at, frame.end))
            self.reset()
        return edges


def _samples(ms: float) -> int:
    return round(ms * SAMPLE_RATE / 1000)
