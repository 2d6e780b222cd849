"""What a live microphone delivers, and whether it is what it promised: pure, fed with times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from edge.events import SAMPLE_RATE, Float32, Int16

USUAL_RATES: Final = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)

_FAR_OFF: Final = 0.1
"""Share by which the pace may differ from the rate: clocks differ by far less, and a machine that
is busy for a moment makes up for it."""

_WINDOW: Final = 2.0
"""Seconds over which the pace is measured."""

_LEVEL_CUTOFF: Final = 0.05
"""How much of a new block's mean goes into the level that is taken for the device's zero."""


class PaceWatch:
    """How many samples a second really come."""

    def __init__(self, rate: int) -> None:
        """`rate`: what was promised."""
        self.rate = rate
        self._began: float | None = None
        self._samples = 0
        self._odd = 0

    def push(self, samples: int, now: float) -> int | None:
        """`samples` more came at `now` (s); the rate at which they really come, if it is another.

        Two windows in a row must agree, so that a hiccup is none. The answer is the usual rate
        that is next to what was measured, where one is near.
        """
        if self._began is None:
            # What waited in the device before the first delivery says nothing about the pace.
            self._began = now
            return None
        self._samples += samples
        seconds = now - self._began
        if seconds < _WINDOW:
            return None
        measured = self._samples / seconds
        self._began, self._samples = now, 0
        if abs(measured / self.rate - 1) <= _FAR_OFF or not measured:
            self._odd = 0
            return None
        self._odd += 1
        if self._odd < 2:
            return None
        self._odd = 0
        return _usual(measured)


def _usual(measured: float) -> int:
    near = min(USUAL_RATES, key=lambda rate: abs(rate - measured))
    return near if abs(near / measured - 1) < 0.05 else round(measured)


class Conditioner:
    """Blocks as a device delivers them, to mono at `SAMPLE_RATE` around zero."""

    def __init__(self, rate: int, channels: int) -> None:
        """`rate`, `channels`: the device's."""
        self._channels = channels
        self._zero: float | None = None
        """The level that is silence: cheap converters are off by a constant."""
        self._resampler: Any = None
        if rate != SAMPLE_RATE:
            import soxr

            self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16")

    def convert(self, data: bytes) -> Int16:
        """(n,) samples of interleaved 16 bit `data`; with another rate, a few come later."""
        samples = np.frombuffer(data, np.int16)
        if self._channels > 1:
            mixed = samples.reshape(-1, self._channels).mean(axis=1)
            samples = mixed.astype(np.int16)
        samples = self._centred(samples)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples)
        return samples

    def _centred(self, samples: Int16) -> Int16:
        if not len(samples):
            return samples
        mean = float(samples.mean())
        before = mean if self._zero is None else self._zero
        self._zero = before + _LEVEL_CUTOFF * (mean - before)
        if abs(before) < 1 and abs(self._zero) < 1:
            return samples
        slope: Float32 = np.linspace(before, self._zero, len(samples), dtype=np.float32)
        centred: Int16 = np.clip(samples - slope, -32768, 32767).astype(np.int16)
        return centred


class Quality:
    """Notices a microphone that says nothing at all, and one that is far too loud."""

    SILENT_AFTER: Final = 5.0
    """Seconds of nothing but zeros. A real room is never that quiet."""
    CLIPPED: Final = 0.01
    """Share of samples at the limit, over a second, from which speech suffers."""

    def __init__(self) -> None:
        self._zeros = 0
        self._said_silent = False
        self._said_clipping = False
        self._seen = self._limits = 0

    def push(self, samples: Int16) -> str | None:
        """ "silent" or "clipping" once each time it begins, for (n,) samples at `SAMPLE_RATE`."""
        if not len(samples):
            return None
        low, high = int(samples.min()), int(samples.max())
        if low == high == 0:
            self._zeros += len(samples)
            if self._zeros >= self.SILENT_AFTER * SAMPLE_RATE and not self._said_silent:
                self._said_silent = True
                return "silent"
            return None
        self._zeros, self._said_silent = 0, False
        self._seen += len(samples)
        if high >= 32700 or low <= -32700:
            self._limits += int(np.count_nonzero(np.abs(samples.astype(np.int32)) >= 32700))
        if self._seen < SAMPLE_RATE:
            return None
        clipping = self._limits > self.CLIPPED * self._seen
        self._seen = self._limits = 0
        news = "clipping" if clipping and not self._said_clipping else None
        self._said_clipping = clipping
        return news


class Alertness:
    """Whether something is going on in the room that must be heard without delay."""

    LASTS: Final = 3.0
    """Seconds for which it is after the last loud sound."""
    LOUDER: Final = 4.0
    """How many times louder than the room's own noise, at its peaks, counts as loud."""
    LEAST: Final = 30.0
    """What is to be added to that, in steps of 16 bit."""

    def __init__(self) -> None:
        self._floor: float | None = None
        self._pushed_at = 0.0
        self._loud_at = 0.0

    def push(self, samples: Int16, now: float) -> bool:
        """After (n,) samples that came at `now` (s)."""
        peak = float(max(samples.max(initial=0), -int(samples.min(initial=0))))
        if self._floor is None:
            self._floor, self._pushed_at, self._loud_at = peak, now, now
        # It follows the quietest moments: down at once, up over some seconds.
        passed, self._pushed_at = now - self._pushed_at, now
        self._floor = min(peak, self._floor * (1 + 0.1 * passed) + 20 * passed)
        if peak > self.LOUDER * self._floor + self.LEAST:
            self._loud_at = now
        return now - self._loud_at < self.LASTS


class Sleep:
    """Notices that the machine was asleep: the time of day went on and the program did not."""

    LEAST: Final = 5.0
    """Seconds from which it is a sleep; a clock that is set right makes smaller steps."""

    def __init__(self, wall: Callable[[], float]) -> None:
        """`wall`: the time of day in seconds."""
        self._wall = wall
        self._seen: tuple[float, float] | None = None

    def forget(self) -> None:
        """The next call is the first one."""
        self._seen = None

    def seconds(self, now: float) -> float:
        """How long the machine has slept since the last call, or 0. `now`: the loop's time."""
        wall = self._wall()
        before, self._seen = self._seen, (wall, now)
        if before is None:
            return 0.0
        # Some systems stop the loop's time in a sleep, and others do not; between two calls
        # hardly any time passes.
        passed = max(wall - before[0], now - before[1])
        return passed if passed > self.LEAST else 0.0
