"""Speech recognition with Moonshine: one utterance of any length, with partial results."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame, Float32, Int16, Partial, Transcript
from edge.hear.moonshine import Interrupted, Moonshine

LONGEST = 25 * SAMPLE_RATE
"""Samples recognised at once; the model was trained on no more than half a minute."""
CUT_AFTER = 15 * SAMPLE_RATE
"""Longer sound is cut in the quietest place between here and LONGEST."""
QUIET = SAMPLE_RATE // 5
"""Samples over which quiet is measured."""

PARTIAL_FIRST = SAMPLE_RATE
"""Samples before the first partial result: of a pre-roll and half a word, the model makes "You"."""
PARTIAL_EVERY = SAMPLE_RATE // 2
"""At least this many new samples between two partial results."""
PARTIAL_GROWTH = 4
"""And at least one part in this many of the sound that is recognised again."""
PARTIAL_SHARE = 0.15
"""And so many that a slow machine spends no more than this share of the time on them."""

WIDTH = 4
"""Texts that the search follows at once; partial results follow one."""
PAD = SAMPLE_RATE // 2
"""Samples of silence put on either side: cut too tightly, the model invents a first word."""


class Network(Protocol):
    """What is asked of `Moonshine`."""

    def text(self, sound: Float32, *, width: int = 1) -> str: ...
    def interrupt(self) -> None: ...
    def allow(self) -> None: ...


class MoonshineRecognizer:
    """A `Recognizer`. Everything runs on one thread, `hurry` aside."""

    def __init__(self, network: Network, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._network = network
        self.clock = clock
        self._hurried = threading.Event()
        self._frames: list[Int16]
        self._buffered: int
        self._texts: list[str]
        """What is understood of the sound that was cut off as too long."""
        self._start: int | None
        self._end: int
        self._next: int
        """Buffered samples from which the next partial result is made."""
        self._forget()

    @classmethod
    def open(cls, folder: Path, *, threads: int = 2) -> MoonshineRecognizer:
        """With the model in `folder`. Raises ModelMissing or ModelCorrupt."""
        return cls(Moonshine(folder, threads=threads))

    def accept(self, frame: AudioFrame) -> Partial | None:
        """Take a frame; now and then, what is understood so far.

        Partial results are spaced so that they take less than PARTIAL_SHARE of the time.
        """
        if self._start is None:
            self._start = frame.start
        self._end = frame.end
        self._frames.append(frame.samples)
        self._buffered += len(frame.samples)
        while self._buffered >= LONGEST:
            head, tail = cut(self._sound())
            self._texts.append(self._recognise(head))
            self._frames, self._buffered = [tail], len(tail)
            self._next = len(tail) + PARTIAL_EVERY
        if self._buffered < self._next or self._hurried.is_set():
            return None
        return self._partial()

    def finish(self) -> Transcript:
        """The text of all frames since the last `finish` or `reset`."""
        began = self.clock()
        self._allow()
        text = _join([*self._texts, self._recognise(self._sound())])
        transcript = Transcript(text, self._start or 0, self._end, self.clock() - began)
        self._forget()
        return transcript

    def draft(self) -> Transcript | None:
        """What `finish` would give now; the utterance goes on. None where `hurry` cut it short."""
        began = self.clock()
        self._allow()
        sound = self._sound()
        try:
            last = self._network.text(padded(sound), width=WIDTH) if sound.any() else ""
        except Interrupted:
            return None
        finally:
            self._allow()
        text = _join([*self._texts, last])
        return Transcript(text, self._start or 0, self._end, self.clock() - began)

    def reset(self) -> None:
        """Drop the utterance in progress."""
        self._allow()
        self._forget()

    def hurry(self) -> None:
        """From any thread: cut a partial result short, and make no more for this utterance."""
        self._hurried.set()
        self._network.interrupt()

    def transcribe(self, samples: Int16) -> str:
        """The words in `samples`, (n,) at SAMPLE_RATE; any length."""
        texts = []
        while len(samples) >= LONGEST:
            head, samples = cut(samples)
            texts.append(self._recognise(head))
        return _join([*texts, self._recognise(samples)])

    def _partial(self) -> Partial | None:
        began = self.clock()
        try:
            text = self._network.text(padded(self._sound()))
        except Interrupted:
            return None
        cost = self.clock() - began
        self._next = self._buffered + max(
            PARTIAL_EVERY,
            self._buffered // PARTIAL_GROWTH,
            round(cost / PARTIAL_SHARE * SAMPLE_RATE),
        )
        return Partial(_join([*self._texts, text]))

    def _recognise(self, samples: Int16) -> str:
        if not samples.any():
            return ""
        while True:
            try:
                return self._network.text(padded(samples), width=WIDTH)
            except Interrupted:  # meant for a partial result; this work has to be done anyhow
                self._network.allow()

    def _sound(self) -> Int16:
        if len(self._frames) != 1:
            self._frames = [np.concatenate([np.zeros(0, np.int16), *self._frames])]
        return self._frames[0]

    def _allow(self) -> None:
        self._hurried.clear()
        self._network.allow()

    def _forget(self) -> None:
        self._frames = []
        self._buffered = 0
        self._texts = []
        self._start = None
        self._end = 0
        self._next = PARTIAL_FIRST


def cut(samples: Int16) -> tuple[Int16, Int16]:
    """`samples`, longer than LONGEST or just as long, in two, in a quiet place of the first."""
    power = np.cumsum(samples[CUT_AFTER - QUIET : LONGEST].astype(np.float64) ** 2)
    at = CUT_AFTER - QUIET // 2 + int(np.argmin(power[QUIET:] - power[:-QUIET]))
    return samples[:at], samples[at:]


def padded(samples: Int16) -> Float32:
    """(PAD + n + PAD,) in [-1, 1]."""
    sound = np.zeros(len(samples) + 2 * PAD, np.float32)
    sound[PAD : PAD + len(samples)] = samples / np.float32(32768)
    return sound


def _join(texts: list[str]) -> str:
    return " ".join(text for text in texts if text)
