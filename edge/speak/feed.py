"""What is to be heard next: filled in the event loop, emptied by PortAudio's thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from edge.events import Int16
from edge.speak.playback import Overlay


class Feed:
    """A queue of sound between two threads, without a lock.

    `popleft` is atomic; what is left of a chunk stays with whoever takes, and is dropped when
    `discard` has begun a new generation.
    """

    def __init__(self, overlay: Overlay, open_end: Callable[[], bool]) -> None:
        """`overlay`: mixed into whatever is taken. `open_end`: whether more is to come, so that
        running dry is a gap and not the end."""
        self.taker: object = None
        """Whose turn it is to take: a stream that is given up may ask once more."""
        self._overlay = overlay
        self._open_end = open_end
        self._chunks: deque[Int16] = deque()
        self._generation = self._taken = 0
        self._rest: Int16 = np.zeros(0, np.int16)
        self._sounding = False

    def push(self, samples: Int16) -> None:
        """Queue (n,) samples."""
        self._chunks.append(samples)

    def discard(self) -> None:
        """Forget what is queued."""
        self._chunks.clear()
        self._generation += 1

    def take(self, count: int) -> tuple[Int16, bool, bool]:
        """The next (count,) samples, silence where there are none; whether sound began, or ended.

        It ends with the first silence after it.
        """
        if self._taken != self._generation:
            self._taken, self._rest, self._sounding = self._generation, self._rest[:0], False
        out = np.zeros(count, np.int16)
        filled = 0
        while filled < count:
            if not len(self._rest):
                try:
                    self._rest = self._chunks.popleft()
                except IndexError:
                    break
            piece = self._rest[: count - filled]
            self._rest = self._rest[len(piece) :]
            out[filled : filled + len(piece)] = piece
            filled += len(piece)
        began = filled > 0 and not self._sounding
        ended = count > filled == 0 and self._sounding and not self._open_end()
        self._sounding = (self._sounding or began) and not ended
        if self._overlay:
            self._overlay.mix(out)
        return out, began, ended

    def resample(self, from_rate: int, to_rate: int) -> None:
        """What is queued, for a taker with another rate. While there is none."""
        import soxr

        pieces = [self._rest, *self._chunks]
        self._rest = self._rest[:0]
        self._chunks.clear()
        samples = np.concatenate(pieces)
        if len(samples):
            self._chunks.append(soxr.resample(samples, from_rate, to_rate))
