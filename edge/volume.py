"""How loud and how fast the assistant speaks, as the wearer asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from edge.events import AudioFrame

LOUDER = 1.5
"""One step, 3.5 dB."""
QUIETEST, LOUDEST = LOUDER**-6, LOUDER**4
_KNEE = 0.7
"""Of full scale: what is louder is compressed, so that nothing is clipped."""

FASTER = 1.15
SLOWEST, FASTEST = 0.5, 2.0


@runtime_checkable
class Paced(Protocol):
    """A voice whose pace can be changed; it holds from the next sentence on."""

    speed: float
    """1 is the voice's own; 2 is twice as fast."""


@dataclass(slots=True)
class Volume:
    """A factor on every sample that is played."""

    gain: float = 1.0

    def step(self, steps: int) -> None:
        """So many steps up, or down."""
        self.gain = min(max(self.gain * LOUDER**steps, QUIETEST), LOUDEST)

    def apply(self, frame: AudioFrame) -> AudioFrame:
        """`frame` as loud as wished."""
        if self.gain == 1.0:
            return frame
        sound = frame.samples.astype(np.float32) * (self.gain / 32768)
        loud = np.abs(sound) - _KNEE
        over = loud > 0
        room = 1 - _KNEE
        sound[over] = np.sign(sound[over]) * (_KNEE + room * np.tanh(loud[over] / room))
        return AudioFrame(np.rint(sound * 32767).astype(np.int16), frame.start, frame.rate)


def step_pace(voice: object, steps: int) -> bool:
    """Let `voice` speak faster or slower; whether it can."""
    if not isinstance(voice, Paced):
        return False
    voice.speed = min(max(voice.speed * FASTER**steps, SLOWEST), FASTEST)
    return True
