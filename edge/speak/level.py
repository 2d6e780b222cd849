"""How loud speech is, and the silence around it: the same for every engine and sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from edge.events import AudioFrame, Float32, Int16

LOUDNESS: Final = 0.1
"""Root mean square of the sounding part, of full scale (-20 dBFS)."""

PEAK: Final = 0.9
"""No sample beyond this, of full scale: resampling may add a little on top."""

FRAME_SECONDS: Final = 0.1

_LARGEST_GAIN = 4.0
_SILENT = 0.01  # of the loudest 20 ms
_LEAD_SECONDS = 0.02
_FADE_SECONDS = 0.005
_SENTENCE_PAUSE, _CLAUSE_PAUSE = 0.25, 0.12


def pause_after(text: str) -> float:
    """Seconds of silence that belong after a sentence, or after a clause that goes on."""
    goes_on = text.rstrip("\"'”’) ").endswith((",", ";", ":", "—"))  # noqa: RUF001 - a quote
    return _CLAUSE_PAUSE if goes_on else _SENTENCE_PAUSE


def level(sound: Float32, rate: int, pause: float) -> Int16:
    """`sound` (n,) in [-1, 1] at the common loudness, between 20 ms and `pause` s of silence.

    Its own silence at the ends is cut, and the ends are faded, so that nothing clicks. Empty where
    there was nothing to hear.
    """
    if not len(sound):
        return np.zeros(0, np.int16)
    window = max(1, rate // 50)
    sound = np.nan_to_num(sound)
    power = np.convolve(sound * sound, np.full(window, 1 / window, np.float32), "same")
    loudest = float(power.max(initial=0.0))
    if loudest < 1e-8:
        return np.zeros(0, np.int16)
    sounding = np.flatnonzero(power > loudest * _SILENT**2)
    loudness = float(np.sqrt(power[sounding].mean()))
    kept = sound[max(0, sounding[0] - round(_LEAD_SECONDS * rate)) : sounding[-1] + 1]
    peak = float(np.abs(kept).max())
    kept = kept * min(LOUDNESS / loudness, _LARGEST_GAIN, PEAK / peak)
    fade = min(round(_FADE_SECONDS * rate), len(kept) // 2)
    if fade:
        ramp = np.linspace(0, 1, fade, endpoint=False, dtype=np.float32)
        kept[:fade] *= ramp
        kept[-fade:] *= ramp[::-1]
    silence = np.zeros(round(pause * rate), np.float32)
    return np.round(np.concatenate([kept, silence]) * 32767).astype(np.int16)


def frames(samples: Int16, start: int, rate: int) -> Iterator[AudioFrame]:
    """`samples` in frames of `FRAME_SECONDS`, the last one shorter, counting from `start`."""
    step = round(FRAME_SECONDS * rate)
    for at in range(0, len(samples), step):
        yield AudioFrame(samples[at : at + step], start + at, rate)
