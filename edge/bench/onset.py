"""Where in a clean recording somebody begins to speak: what waits are measured from."""

from __future__ import annotations

import numpy as np

from edge.events import AudioFrame, Int16
from edge.hear.vad import WINDOW
from edge.stages import Detector

_BLOCK = 160
_LOUD = 0.05
"""Of the recording's loudest 10 ms: what is louder, next to speech, is part of it."""
_SPEECH = 0.5
"""Score of the detector that is speech."""


def speech_begin(samples: Int16, detector: Detector) -> int | None:
    """First sample of the speech in `samples`, (n,) at 16 kHz without noise; None: there is none.

    The detector says where there is speech, to 32 ms; the loudness says where that begins, to 10.
    So breath and clicks before it do not count, and a soft first sound does.
    """
    detector.reset()
    scores = [
        detector.score(AudioFrame(samples[at : at + WINDOW], at))
        for at in range(0, len(samples) - WINDOW + 1, WINDOW)
    ]
    speech = np.flatnonzero(np.array(scores) >= _SPEECH)
    if not len(speech):
        return None
    blocks = samples[: len(samples) // _BLOCK * _BLOCK].astype(np.float64).reshape(-1, _BLOCK)
    power = np.sqrt(np.mean(blocks**2, axis=1))
    loud = power > _LOUD * power.max()
    block = int(speech[0]) * WINDOW // _BLOCK
    while block < len(loud) - 1 and not loud[block]:
        block += 1
    while block > 0 and loud[block - 1]:
        block -= 1
    return block * _BLOCK
