"""A linear echo canceller that leaves the wearer's words as they are.

The partitioned-block frequency-domain adaptive Kalman filter (Enzner and Vary 2006,
https://doi.org/10.1016/j.sigpro.2005.09.013; Kuech, Mabande and Enzner 2014,
https://doi.org/10.1109/ICASSP.2014.6853806): it knows how unsure it is of the room, and so learns
quickly from the assistant's voice alone and hardly at all while the wearer speaks, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.events import FRAME_SAMPLES, Float32, Int16

Complex = NDArray[np.complex128]
Float64 = NDArray[np.float64]

PARTITIONS = 20
"""Blocks of FRAME_SAMPLES: echoes of up to 0.4 s are followed."""
_DECAY = 0.2
"""How much less, as an exponent, is expected of the room a block later, before it is known."""
_STAY = 0.99
"""How much of the room is as it was, a block later: little doubt would mean slow learning, and the
blocks' spectra are not as independent of each other as the filter takes them to be."""
_NOISE = 1e3
"""Power a bin that is there in any case."""


_TEACHES = 1e4
"""Power a bin from which what is played teaches the filter something."""
_SPREAD = 1e-3
"""The same, of the mean of all bins: an earcon's median is below 2e-4 of its mean, that of speech
above 2e-2."""
_WORDS = slice(12, 120)
"""Bins of 300 Hz to 3 kHz."""
_CHANGED = 0.02
"""Part of the room's power that is in doubt when it is recalled."""
_RECALLED = 150
"""Blocks that what is recalled counts for."""


class KalmanEcho:
    """Blocks of FRAME_SAMPLES of the microphone and of what was played, in order."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        bins = FRAME_SAMPLES + 1
        self._played: Complex = np.zeros((partitions, bins), np.complex128)
        """Spectra of the last blocks played, the newest first."""
        self._room: Complex = np.zeros((partitions, bins), np.complex128)
        late = np.exp(-_DECAY * np.arange(partitions))
        self._unsure: Float64 = np.repeat(late[:, np.newaxis], bins, axis=1)
        self._near: Float64 = np.full(bins, _NOISE)
        """Power of what is no echo."""
        self._last: Float64 = np.zeros(FRAME_SAMPLES)
        self._taught = np.zeros(_WORDS.stop - _WORDS.start, np.int64)
        """Blocks in which there was something to learn from, by frequency."""
        self.speech = False
        """What was played last was speech, or as broad: no earcon."""

    @property
    def taught(self) -> int:
        """Blocks of speech, or as much, that it has learnt from."""
        return int(np.median(self._taught))

    @property
    def response(self) -> Float32:
        """(partitions * FRAME_SAMPLES,) what comes back of a single sample, as it is known."""
        blocks: Float32 = np.fft.irfft(self._room, axis=1)[:, :FRAME_SAMPLES].astype(np.float32)
        return blocks.reshape(-1)

    @property
    def unsure(self) -> Float32:
        """(partitions, FRAME_SAMPLES + 1) how much of it is in doubt, by frequency."""
        return self._unsure.astype(np.float32)

    def recall(self, response: Float32, unsure: Float32) -> None:
        """Know what was known at another time; a little of it may have changed since."""
        blocks = response.astype(np.float64).reshape(len(self._room), FRAME_SAMPLES)
        self._room = np.fft.rfft(blocks, 2 * FRAME_SAMPLES, axis=1)
        self._unsure = unsure + _CHANGED * np.abs(self._room) ** 2
        self._taught += _RECALLED

    def step(self, microphone: Int16, played: Int16) -> tuple[Float64, Float64]:
        """(FRAME_SAMPLES,) the microphone without the echo, and (FRAME_SAMPLES + 1,) the power
        that the filter believes to have left of the echo, by frequency."""
        size = FRAME_SAMPLES
        block = played.astype(np.float64)
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._last, block]))
        self._last = block
        whole = self._played[0]
        # As through Hann's window: an earcon's few frequencies do not leak into the others.
        windowed = 0.5 * whole[1:-1] - 0.25 * (whole[:-2] + whole[2:])
        taught = np.abs(windowed[_WORDS]) ** 2
        excited = taught > max(_TEACHES, _SPREAD * float(taught.mean()))
        self._taught += excited
        self.speech = bool(excited.mean() > 0.5)
        echo = np.fft.irfft((self._played * self._room).sum(axis=0))[size:]
        left: Float64 = microphone.astype(np.float64) - echo
        spectrum = np.fft.rfft(np.concatenate([np.zeros(size), left]))
        power = np.abs(spectrum) ** 2
        doubt = 0.5 * (np.abs(self._played) ** 2 * self._unsure).sum(axis=0)
        self._near = 0.5 * self._near + 0.5 * power
        gain = self._unsure * np.conj(self._played) / (doubt + 2 * self._near + _NOISE)
        change = np.fft.irfft(gain * spectrum, axis=1)
        change[:, size:] = 0  # An impulse response of one block each.
        self._room += np.fft.rfft(change, axis=1)
        known = np.maximum(1 - 0.5 * np.real(gain * self._played), 0)
        self._unsure *= known
        if block.any():
            self._unsure *= _STAY**2
            self._unsure += (1 - _STAY**2) * np.abs(self._room) ** 2 + 1e-12
        return left, doubt
