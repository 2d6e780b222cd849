"""Has the wearer finished, or only paused? smart-turn v3.2 (BSD-2-Clause) on ONNX Runtime.

The model hears the last eight seconds as Whisper does: 80 mel bands on Slaney's scale, a frame
every 10 ms, logarithmic. The numbers are those of Whisper's feature extractor (Radford et al.,
2022, https://arxiv.org/abs/2212.04356) and of `librosa.filters.mel`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.events import SAMPLE_RATE, Float32, Int16
from edge.onnx import open_session, require_io

HEARD = 8 * SAMPLE_RATE
"""Samples that the model takes; shorter sound is preceded by silence."""

_WINDOW, _HOP, _BANDS = 400, 160, 80
_FLOOR = 1e-10
_RANGE = 8.0
"""Decades below the loudest that are told apart."""


class SmartTurn:
    """Judges the end of a turn by how the speech sounds. About 70 ms on one thread."""

    def __init__(self, model: Path) -> None:
        """`model`: the ONNX file. Raises ModelMissing or ModelCorrupt."""
        self._session: Any = open_session(model, threads=1)
        require_io(self._session, model, inputs=("input_features",), outputs=("logits",))

    def finished(self, samples: Int16) -> float:
        """The probability that a turn that sounds like `samples`, (n,), is complete."""
        logits = self._session.run(None, {"input_features": features(samples)[None]})[0]
        # The graph ends in a sigmoid, whatever its output is called.
        return float(logits[0, 0])


def features(samples: Int16) -> Float32:
    """(80, 800) The log-mel spectrogram of the last eight seconds of `samples`."""
    sound = np.zeros(HEARD, np.float32)
    last = samples[-HEARD:]
    sound[HEARD - len(last) :] = last.astype(np.float32) / 32768
    sound = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
    around = np.pad(sound.astype(np.float64), _WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(around, _WINDOW)[::_HOP][:-1]
    power = np.abs(np.fft.rfft(windows * _HANN)) ** 2  # (800, 201)
    decades = np.log10(np.maximum(power @ _MEL, _FLOOR)).T  # (80, 800)
    decades = np.maximum(decades, decades.max() - _RANGE)
    result: Float32 = ((decades + 4) / 4).astype(np.float32)
    return result


def _mel_bands() -> NDArray[np.float64]:
    """(201, 80) Triangles of equal area, evenly spread on Slaney's mel scale from 0 to 8 kHz."""
    # Linear up to 1 kHz (3 mels a 200 Hz), then 27 mels for each factor of 6.4.
    step = 27 / np.log(6.4)
    top = 15 + step * np.log(SAMPLE_RATE / 2 / 1000)
    mels = np.linspace(0, top, _BANDS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) / step))
    bins = np.linspace(0, SAMPLE_RATE / 2, _WINDOW // 2 + 1)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    bands: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return bands


_HANN = np.hanning(_WINDOW + 1)[:-1]
_MEL = _mel_bands()
