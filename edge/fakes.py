"""Stand-ins for the seams of `edge.stages`, for tests and for trying a stage on its own.

They need no model, device or network and behave the same every time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Self

import numpy as np

from edge.clock import SampleClock
from edge.events import (
    FRAME_SAMPLES,
    SAMPLE_RATE,
    Ask,
    AudioFrame,
    Partial,
    Transcript,
)


class FakeMicrophone:
    """Frames with the given loudness each, then silence for ever, in virtual time."""

    def __init__(self, loudness: Iterable[int], clock: SampleClock) -> None:
        self.ended_at: int | None = None
        self._loudness = list(loudness)
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        position = 0
        while True:
            index = position // FRAME_SAMPLES
            if index == len(self._loudness):
                self.ended_at = position
            level = self._loudness[index] if index < len(self._loudness) else 0
            for _ in range(12):
                await asyncio.sleep(0)
            await self._clock.released()
            self._clock.advance(FRAME_SAMPLES)
            yield AudioFrame(np.full(FRAME_SAMPLES, level, np.int16), position)
            position += FRAME_SAMPLES


class LoudnessDetector:
    """Takes every frame that is not silent for what it looks for."""

    def score(self, frame: AudioFrame) -> float:
        """1.0 if any sample is not 0."""
        return float(bool(np.any(frame.samples)))

    def reset(self) -> None:
        """There is nothing to forget."""


class ScriptedRecognizer:
    """Understands the given texts, one an utterance, whatever is said."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)
        self._frames: list[AudioFrame] = []
        self.utterances: list[list[AudioFrame]] = []
        """The frames of each finished utterance."""

    def accept(self, frame: AudioFrame) -> Partial | None:
        """A partial with the first word at the first frame."""
        self._frames.append(frame)
        if len(self._frames) == 1 and self._texts:
            return Partial(self._texts[0].split(" ")[0])
        return None

    def finish(self) -> Transcript:
        """The next text of the script."""
        frames, self._frames = self._frames, []
        self.utterances.append(frames)
        text = self._texts.pop(0) if self._texts else ""
        return Transcript(text, frames[0].start, frames[-1].end, 0.0)

    def reset(self) -> None:
        """Drop the utterance in progress."""
        self._frames = []


class DraftingRecognizer(ScriptedRecognizer):
    """Says in each pause the next of `drafts`, and at the end of the utterance the last of them."""

    def __init__(self, drafts: Sequence[str]) -> None:
        super().__init__([])
        self._drafts = list(drafts)

    def accept(self, frame: AudioFrame) -> Partial | None:
        """No partial result."""
        self._frames.append(frame)
        return None

    def draft(self) -> Transcript:
        """The next text of the script."""
        text = self._drafts.pop(0) if self._drafts else ""
        return Transcript(text, self._frames[0].start, self._frames[-1].end, 0.0)


class ScriptedResponder:
    """Gives the given answers in order, word by word, and keeps what it was asked."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[Ask] = []
        self.hinted: list[Ask] = []
        self.begun = asyncio.Event()
        """Set once a question has come."""
        self.closed = 0
        """How many answers were closed, finished or not."""

    async def warm(self) -> None:
        """There is nothing to prepare."""

    async def hint(self, ask: Ask) -> None:
        """Only kept."""
        self.hinted.append(ask)

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """The next answer's words."""
        self.asked.append(ask)
        self.begun.set()
        try:
            for word in self._answers.pop(0).split(" "):
                await asyncio.sleep(0)
                yield word + " "
        finally:
            self.closed += 1


class ToneSynthesizer:
    """Speaks a sentence as a steady level: 10 ms a character, in frames of 20 ms."""

    def __init__(self, rate: int = SAMPLE_RATE, level: int = 1000) -> None:
        self._rate = rate
        self._level = level
        self.spoken: list[str] = []

    async def speak(self, sentence: str) -> AsyncIterator[AudioFrame]:
        """The sentence's sound."""
        self.spoken.append(sentence)
        total = self._rate * len(sentence) // 100
        for start in range(0, total, self._rate // 50):
            await asyncio.sleep(0)
            samples = np.full(min(self._rate // 50, total - start), self._level, np.int16)
            yield AudioFrame(samples, start, self._rate)
