"""Sound on the WebSocket: a header of 16 bytes and mono 16 bit samples (docs/simulator.md)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.errors import SimulatorError
from edge.events import Int16

MICROPHONE: Final = 1
SPEAKER: Final = 2
MOST: Final = 8192
"""Samples in a message."""

_HEADER: Final = struct.Struct("<BBHIQ")
BYTES: Final = _HEADER.size + 2 * MOST
"""Of the longest message."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One message."""

    kind: int
    epoch: int
    position: int
    """Of the first sample."""
    samples: Int16
    """(n,)"""


def pack(sound: Sound) -> bytes:
    """The message's bytes."""
    header = _HEADER.pack(sound.kind, 0, sound.epoch & 0xFFFF, 0, sound.position)
    return header + sound.samples.astype("<i2").tobytes()


def unpack(data: bytes) -> Sound:
    """What `data` says. Raises SimulatorError where it is no such message."""
    if len(data) < _HEADER.size or len(data) > BYTES or len(data) % 2:
        raise SimulatorError(f"A message of {len(data)} bytes is no sound.")
    kind, _, epoch, _, position = _HEADER.unpack_from(data)
    if kind not in (MICROPHONE, SPEAKER):
        raise SimulatorError(f"There is no kind {kind} of sound.")
    samples = np.frombuffer(data, "<i2", offset=_HEADER.size).astype(np.int16)
    return Sound(kind, epoch, position, samples)
