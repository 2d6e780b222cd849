"""Voice activity: Silero VAD (MIT) on ONNX Runtime, about 0.15 ms for 32 ms of sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame, Float32, Int16
from edge.onnx import open_session, require_io

WINDOW = 512
"""Samples the model takes at once (32 ms)."""
CONTEXT = 64
"""Samples of the window before, which the model wants to see again."""
SILENT = 8
"""Samples no louder than this (-72 dB) hold no speech, and need no model to say so."""


def silent(frame: AudioFrame) -> bool:
    """Nothing but digital silence, or nearly."""
    return int(np.abs(frame.samples.astype(np.int32)).max(initial=0)) <= SILENT


class SileroVad:
    """A `Detector` for speech. Frames may have any length; the model sees whole windows."""

    def __init__(self, model: Path) -> None:
        """`model`: the 16 kHz ONNX file. Raises ModelMissing or ModelCorrupt."""
        self._session = open_session(model, threads=1)
        require_io(
            self._session, model, inputs=("input", "state", "sr"), outputs=("output", "stateN")
        )
        self._rate = np.array(SAMPLE_RATE, np.int64)
        self._heard: Int16
        self._state: Float32
        self._latest: float
        self.reset()

    def score(self, frame: AudioFrame) -> float:
        """Probability of speech in the latest whole window, 0 to 1."""
        self._heard = np.concatenate([self._heard, frame.samples])
        at = CONTEXT
        while at + WINDOW <= len(self._heard):
            self._step(self._heard[at - CONTEXT : at + WINDOW])
            at += WINDOW
        self._heard = self._heard[at - CONTEXT :]
        return self._latest

    def reset(self) -> None:
        """Forget everything heard."""
        self._heard = np.zeros(CONTEXT, np.int16)
        self._state = np.zeros((2, 1, 128), np.float32)
        self._latest = 0.0

    def _step(self, window: Int16) -> None:
        sound = (window.astype(np.float32) / 32768.0)[np.newaxis]  # (1, CONTEXT + WINDOW)
        output, self._state = self._session.run(
            ["output", "stateN"], {"input": sound, "state": self._state, "sr": self._rate}
        )
        self._latest = float(output[0, 0])
