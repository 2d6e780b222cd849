"""The loudness of speech that comes piece by piece: `level` without knowing the end."""

from __future__ import annotations

from typing import Final

import numpy as np

from edge.events import Float32, Int16
from edge.speak.level import LOUDNESS, PEAK

_LARGEST_GAIN: Final = 4.0
_SILENT: Final = 0.01
"""Of the voice's usual loudness."""
_LEAD: Final = 0.02
_FADE: Final = 0.005


def loudness(sound: Float32, rate: int) -> float:
    """The root mean square of what sounds in (n,) `sound`; 0 where nothing does."""
    window = max(1, rate // 50)
    power = np.convolve(sound * sound, np.full(window, 1 / window, np.float32), "same")
    loudest = float(power.max(initial=0.0))
    if loudest < 1e-8:
        return 0.0
    return float(np.sqrt(power[power > loudest * _SILENT**2].mean()))


class Leveller:
    """Brings one sentence to the common loudness, between 20 ms and a given pause of silence.

    A sentence has the loudness that the voice usually has in it, so that the voice's own emphasis
    stays; what is too loud is compressed.
    """

    def __init__(self, rate: int, usual: float, pause: float) -> None:
        """`usual`: the voice's loudness. `pause`: seconds of silence after the sentence."""
        self._rate = rate
        self._gain = min(LOUDNESS / usual, _LARGEST_GAIN) if usual else 1.0
        self._silent = usual * _SILENT
        self._pause = pause
        self._begun = False
        self._kept: Float32 = np.zeros(0, np.float32)
        """Silence that is heard if more sound follows."""

    def push(self, piece: Float32, *, last: bool) -> Int16:
        """What of (n,) `piece` is to be heard now, and at the end the pause."""
        sound: Float32 = np.concatenate([self._kept, np.nan_to_num(piece)])
        window = max(1, self._rate // 50)
        power = np.convolve(sound * sound, np.full(window, 1 / window, np.float32), "same")
        sounding = np.flatnonzero(power > self._silent**2)
        if not len(sounding):
            # Of silence before the first sound only its lead is ever needed.
            self._kept = sound if self._begun else sound[-round(_LEAD * self._rate) :]
            return self._silence() if last and self._begun else np.zeros(0, np.int16)
        begin = 0
        fade = round(_FADE * self._rate)
        if not self._begun:
            begin = max(0, int(sounding[0]) - round(_LEAD * self._rate))
        end = int(sounding[-1]) + 1
        heard = self._bounded(sound[begin:end] * np.float32(self._gain))
        if not self._begun:
            self._begun = True
            ramp = min(fade, len(heard))
            heard[:ramp] *= np.linspace(0, 1, ramp, endpoint=False, dtype=np.float32)
        if last:
            ramp = min(fade, len(heard))
            heard[len(heard) - ramp :] *= np.linspace(1, 0, ramp, dtype=np.float32)
        self._kept = sound[end:]
        samples = np.round(heard * 32767).astype(np.int16)
        return np.concatenate([samples, self._silence()]) if last else samples

    def _silence(self) -> Int16:
        return np.zeros(round(self._pause * self._rate), np.int16)

    def _bounded(self, sound: Float32) -> Float32:
        """No sample beyond PEAK; from three quarters of it on, less than as loud as it was."""
        knee = 0.75 * PEAK
        over = np.abs(sound) > knee
        room = PEAK - knee
        sound[over] = np.sign(sound[over]) * (
            knee + room * np.tanh((np.abs(sound[over]) - knee) / room)
        )
        return sound
