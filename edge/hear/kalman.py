"""A linear echo canceller that leaves the wearer's words as they are.

The partitioned-block frequency-domain adaptive Kalman filter (Enzner and Vary 2006,
https://doi.org/10.1016/j.sigpro.2005.09.013; Kuech, Mabande and Enzner 2014,
https://doi.org/10.1109/ICASSP.2014.6853806): it knows how unsure it is of the room, and so learns
quickly from the assistant's voice alone and hardly at all while the wearer speaks, too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.events import FRAME_SAMPLES, Int16

Complex = NDArray[np.complex128]
Float64 = NDArray[np.float64]

PARTITIONS = 20
"""Blocks of FRAME_SAMPLES: echoes of up to 0.4 s are followed."""
_STAY = 0.9995
"""How much of the room is as it was, a block later."""
_NOISE = 1e3
"""Power a bin that is there in any case."""


class KalmanEcho:
    """Blocks of FRAME_SAMPLES of the microphone and of what was played, in order."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        bins = FRAME_SAMPLES + 1
        self._played: Complex = np.zeros((partitions, bins), np.complex128)
        """Spectra of the last blocks played, the newest first."""
        self._room: Complex = np.zeros((partitions, bins), np.complex128)
        self._unsure: Float64 = np.ones((partitions, bins))
        self._near: Float64 = np.full(bins, _NOISE)
        """Power of what is no echo."""
        self._last: Float64 = np.zeros(FRAME_SAMPLES)

    def step(self, microphone: Int16, played: Int16) -> tuple[Float64, float]:
        """(n,) the microphone without the echo, and how much louder, in dB, it is than what the
        filter believes to have left of the echo: above 0, somebody else is heard."""
        size = FRAME_SAMPLES
        block = played.astype(np.float64)
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._last, block]))
        self._last = block
        echo = np.fft.irfft((self._played * self._room).sum(axis=0))[size:]
        left: Float64 = microphone.astype(np.float64) - echo
        spectrum = np.fft.rfft(np.concatenate([np.zeros(size), left]))
        power = np.abs(spectrum) ** 2
        doubt = 0.5 * (np.abs(self._played) ** 2 * self._unsure).sum(axis=0)
        self._near = 0.5 * self._near + 0.5 * power
        gain = self._unsure * np.conj(self._played) / (doubt + 2 * self._near + _NOISE)
        change = np.fft.irfft(gain * spectrum, axis=1)
        change[:, size:] = 0  # An impulse response of one block each.
        self._room = _STAY * (self._room + np.fft.rfft(change, axis=1))
        known = np.maximum(1 - 0.5 * np.real(gain * self._played), 0)
        self._unsure = _STAY**2 * known * self._unsure
        self._unsure += (1 - _STAY**2) * np.abs(self._room) ** 2 + 1e-12
        return left, float(10 * np.log10((power.sum() + 1) / (doubt.sum() + _NOISE)))


class NearVoice:
    """Whether somebody speaks beside the assistant, from how loud the rest is (`KalmanEcho.step`).

    What is usual in this room is learnt while nobody does. With headphones there is no echo, and
    the filter has no doubt: there, what counts is that it is louder than the room.
    """

    RISE = 8.0
    """dB above what is usual."""
    LEAST = 4.0
    """dB above the filter's own doubt."""
    BLOCKS = 2
    """As many in a row."""
    HANGOVER = 30
    """Blocks (0.6 s) for which it goes on after the last one."""
    ABOVE = 8.0
    """dB above the room's own noise, where no echo is heard."""
    HEARD = -10.0
    """dB above the room's own noise from which an echo is."""
    LEARN = 75
    """Blocks (1.5 s) before anything is taken for a voice."""

    def __init__(self) -> None:
        self._usual = 0.0
        self._floor = 0.0
        """Level of the room, in dB: down soon, up slowly."""
        self._blocks = 0
        self._loud = 0
        self._open = 0

    def push(self, ratio: float, level: float, echo: float) -> bool:
        """A block with `ratio` dB, in which the rest has `level` dB and the echo was `echo` dB;
        whether there is a voice."""
        self._blocks += 1
        if self._blocks == 1:
            self._floor = level
        up = 0.05 if self._blocks <= self.LEARN else 0.004
        self._floor += (0.1 if level < self._floor else up) * (level - self._floor)
        if self._blocks <= self.LEARN:
            self._usual += (ratio - self._usual) / self._blocks
            return False
        apart = ratio > max(self._usual + self.RISE, self.LEAST)
        alone = echo < self._floor + self.HEARD
        if apart and (not alone or level > self._floor + self.ABOVE):
            self._loud += 1
        else:
            self._loud = 0
            if not (self._open or apart):
                # Up at once: what this room has done before, it does again.
                self._usual += (0.3 if ratio > self._usual else 0.02) * (ratio - self._usual)
        if self._loud >= self.BLOCKS:
            self._open = self.HANGOVER
        elif self._open:
            self._open -= 1
        return self._open > 0
