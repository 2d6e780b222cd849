"""What every speaker does with sound: bring it to one rate, and tell when it was heard."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from edge.clock import SampleClock
from edge.events import AudioFrame, Int16


class Converter:
    """Frames of any rate to one rate, without a seam between the frames of one stretch of sound."""

    def __init__(self, rate: int) -> None:
        """`rate`: the one to come to, in samples a second."""
        self.rate = self._to = rate
        self._from = 0
        self._resampler: Any = None

    def convert(self, frame: AudioFrame) -> Int16:
        if frame.rate == self._to:
            return np.concatenate([self.finish(), frame.samples])
        tail = np.zeros(0, np.int16)
        if self._resampler is None or self._from != frame.rate:
            import soxr

            tail = self.finish()
            self._resampler = soxr.ResampleStream(frame.rate, self._to, 1, dtype="int16")
            self._from = frame.rate
        return np.concatenate([tail, self._resampler.resample_chunk(frame.samples)])

    def finish(self) -> Int16:
        """What the filter still holds back."""
        if self._resampler is None:
            return np.zeros(0, np.int16)
        tail: Int16 = self._resampler.resample_chunk(np.zeros(0, np.int16), last=True)
        self._resampler = None
        return tail

    def drop(self) -> None:
        self._resampler = None


class Heard:
    """When sound began and ended, told to whoever waits for it. Lives on the event loop."""

    def __init__(self) -> None:
        self._started: asyncio.Future[int] | None = None
        self._ended: asyncio.Future[int] | None = None

    def expect(self) -> None:
        """Something was queued."""
        loop = asyncio.get_running_loop()
        if self._started is None:
            self._started = loop.create_future()
        if self._ended is None or self._ended.done():
            self._ended = loop.create_future()

    def start(self, at: int) -> None:
        if self._started is not None and not self._started.done():
            self._started.set_result(at)

    def since(self, now: int) -> int:
        """Samples heard so far of the sound that is being heard."""
        if self._started is None or not self._started.done():
            return 0
        return max(0, now - self._started.result())

    def end(self, at: int) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(at)

    async def started(self) -> int:
        self.expect()
        assert self._started is not None
        return await asyncio.shield(self._started)

    async def ended(self, now: int) -> int:
        if self._ended is None:
            return now
        at = await asyncio.shield(self._ended)
        self.forget()
        return at

    def forget(self) -> None:
        """The next sound is a new one."""
        self._started = self._ended = None

    def stop(self, now: int) -> int:
        """The sound is cut off; how many samples of it were heard."""
        heard = self.since(now)
        self.end(now)
        self.forget()
        return heard


class Overlay:
    """Short sounds on top of whatever is heard. One thread pushes, and one mixes."""

    def __init__(self) -> None:
        self._waiting: deque[Int16] = deque()
        self._rest: Int16 = np.zeros(0, np.int16)

    def __bool__(self) -> bool:
        return bool(self._waiting) or len(self._rest) > 0

    def push(self, samples: Int16) -> None:
        """(n,) samples to be heard after those before."""
        self._waiting.append(samples)

    def mix(self, out: Int16) -> None:
        """Add the next (n,) samples to `out` (n,)."""
        while self._waiting and len(self._rest) < len(out):
            self._rest = np.concatenate([self._rest, self._waiting.popleft()])
        now, self._rest = self._rest[: len(out)], self._rest[len(out) :]
        mixed = out[: len(now)].astype(np.int32) + now
        out[: len(now)] = np.clip(mixed, -32768, 32767)


Played = Callable[[Int16, int, int], None]
"""Told of each (n,) samples played, the sample clock's time at which they are heard, and their
samples a second."""


class Playback(ABC):
    """The common half of the speakers: an `AudioSink` but for where its sound goes."""

    def __init__(self, clock: SampleClock) -> None:
        self._clock = clock
        self._heard = Heard()
        self._overlay = Overlay()
        self._played: list[Played] = []
        self._converter: Converter
        self._open_end = False
        """More sound is to come: running dry is a gap and not the end."""

    async def play(self, frame: AudioFrame) -> None:
        """Queue a frame of any rate to be heard after those queued before."""
        self._heard.expect()
        self._open_end = True
        self._push(self._converter.convert(frame))

    async def started(self) -> int:
        """Wait for the next sound to begin; its first sample on the sample clock."""
        return await self._heard.started()

    async def drain(self) -> int:
        """Wait until all that was queued has been heard; the sample just past its last one."""
        self._push(self._converter.finish())
        self._open_end = False
        if self._idle():
            self._heard.end(self._clock.now)
        return await self._heard.ended(self._clock.now)

    def flush(self) -> int:
        """Silence at once; how many samples were heard since the last silence."""
        self._converter.drop()
        self._open_end = False
        self._discard()
        return self._heard.stop(self._clock.now)

    def chime(self, frame: AudioFrame) -> None:
        """Mix a short sound into whatever is heard, at once; the answer is not the longer."""
        samples = frame.samples
        if frame.rate != self._converter.rate and len(samples):
            import soxr

            samples = soxr.resample(samples, frame.rate, self._converter.rate)
        self._overlay.push(samples)

    def on_played(self, listener: Played) -> None:
        """Call `listener` in the event loop with whatever the wearer is about to hear."""
        self._played.append(listener)

    @abstractmethod
    def _push(self, samples: Int16) -> None:
        """Queue (n,) samples at the converter's rate; n may be 0."""

    @abstractmethod
    def _idle(self) -> bool:
        """Nothing is queued, and nothing will say that it has ended."""

    @abstractmethod
    def _discard(self) -> None:
        """Forget what is queued."""
