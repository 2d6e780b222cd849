"""Spares a detector the steady noise of a room in which nothing happens."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame
from edge.stages import Detector

LOUDER: Final = 1.5
"""How many times louder than the room (3.5 dB) something is heard. Speech that is not is not
understood either."""

CALM_AFTER: Final = SAMPLE_RATE
"""Samples in which nothing has happened before the detector rests."""

_UNSURE: Final = 0.1
"""Score above which it does not rest."""

_RISE: Final = 0.15
"""Share by which the room's level may rise in a second, once a noise has come to stay."""

_LEAD: Final = 4
"""Frames heard before the one that woke the detector, so that it knows how the sound began."""


class Steady:
    """A `Detector` that asks another one only while something happens.

    It depends on the sound alone: the same recording gives the same scores.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._held: deque[AudioFrame] = deque(maxlen=_LEAD)
        self._floor: float | None = None
        """Level of the room, root mean square."""
        self._calm = 0
        """Samples in which nothing happened."""
        self._latest = 0.0

    def score(self, frame: AudioFrame) -> float:
        """The detector's score, or its last one where the frame is as quiet as the room."""
        samples = frame.samples.astype(np.float32)
        level = float(np.sqrt(np.dot(samples, samples) / max(1, len(samples))))
        floor = level if self._floor is None else self._floor
        seconds = len(samples) / SAMPLE_RATE
        self._floor = floor = min(level, floor * (1 + _RISE * seconds) + seconds)
        if level > LOUDER * floor or self._latest > _UNSURE:
            self._calm = 0
        else:
            self._calm += len(samples)
        if self._calm >= CALM_AFTER:
            self._held.append(frame)
            return self._latest
        while self._held:
            self._detector.score(self._held.popleft())
        self._latest = self._detector.score(frame)
        return self._latest

    def reset(self) -> None:
        """Forget everything heard."""
        self._detector.reset()
        self._held.clear()
        self._floor, self._calm, self._latest = None, 0, 0.0
