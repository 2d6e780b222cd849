"""What crosses the seams: frozen records, each field with its unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import asyncio

SAMPLE_RATE = 16_000
"""Samples a second of everything that is heard, and the unit of the sample clock."""

FRAME_SAMPLES = 320
"""Samples in a microphone frame: 20 ms."""

Int16 = NDArray[np.int16]
Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A short run of mono sound."""

    samples: Int16
    """(n,) PCM, 16 bit."""
    start: int = 0
    """Position of the first sample since the stream began, in samples at `rate`."""
    rate: int = SAMPLE_RATE
    """Samples a second."""

    @property
    def end(self) -> int:
        """Position just past the last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The wearer has begun to speak."""

    at: int
    """Sample at which the speech began (before it was noticed)."""


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The wearer has been silent for a moment, and may go on."""

    at: int
    """First silent sample."""


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The wearer goes on after a pause: it was not the end."""

    at: int
    """First sample of speech after the pause."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The wearer has finished."""

    at: int
    """Sample just past the last one of speech."""
    noticed: int
    """Sample at which this was decided; the difference is the wait for silence."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What has been understood so far; may still change."""

    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood of one utterance."""

    text: str
    """Empty where no words were recognised."""
    start: int
    """First sample of the utterance."""
    end: int
    """Sample just past its last one."""
    seconds: float
    """Time the recogniser took after the last sample, in seconds."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the utterance says if the wearer has finished, told while that is still uncertain.

    Comes in a pause. Either speech goes on (SpeechResumed), or SpeechEnded comes and a Transcript.
    """

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, as history keeps it."""

    question: str
    answer: str
    cut_off: bool = False
    """The wearer did not hear the answer to its end."""


def _certain() -> asyncio.Event:
    # Imported here: it brings 7 MB with it, and not every process has a loop.
    import asyncio

    event = asyncio.Event()
    event.set()
    return event


@dataclass(frozen=True, slots=True)
class Ask:
    """A question on its way to a responder."""

    text: str
    history: tuple[Exchange, ...] = field(default=())
    """Earlier exchanges, oldest first."""
    confirmed: asyncio.Event = field(default_factory=_certain, compare=False, repr=False)
    """Set once it is certain that this is the whole question. A question may be asked before, in a
    pause, so that its answer is ready if the wearer has finished: see `Responder.reply`."""
    free: asyncio.Event = field(default_factory=_certain, compare=False, repr=False)
    """Set while nothing that is more urgent needs the cores: not while the voice is made."""
    depth: Literal["", "instant", "thinking", "contemplating"] = ""
    """How deeply it is to be thought about; empty: as the router decides."""
