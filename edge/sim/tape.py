"""The last minutes of a stream of sound, so that a turn can be kept with its sound."""

from __future__ import annotations

from typing import Final

import numpy as np

from edge.events import SAMPLE_RATE, Int16

KEPT: Final = 90
"""Seconds."""


class Tape:
    """A ring of samples at `rate`, found by the sample clock."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._samples = np.zeros(KEPT * rate, np.int16)
        self._until = 0

    def write(self, samples: Int16, at: int) -> None:
        """(n,) `samples`, heard from sample `at` of the clock on; not before those written last."""
        begin = max(at * self.rate // SAMPLE_RATE, self._until)
        if begin > self._until:
            gap = min(begin - self._until, len(self._samples))
            self._put(begin - gap, np.zeros(gap, np.int16))
        self._put(begin, samples)
        self._until = begin + len(samples)

    def read(self, begin: int, end: int) -> Int16:
        """(n,) samples from `begin` to `end` of the clock, as far as they are kept."""
        first = max(begin * self.rate // SAMPLE_RATE, self._until - len(self._samples), 0)
        last = min(end * self.rate // SAMPLE_RATE, self._until)
        places = np.arange(first, max(first, last)) % len(self._samples)
        return self._samples[places]

    def erase(self) -> None:
        """Nothing is kept."""
        self._samples[:] = 0

    def _put(self, at: int, samples: Int16) -> None:
        self._samples[np.arange(at, at + len(samples)) % len(self._samples)] = samples
