"""What a session has learnt of the way from the speaker to the microphone, for the next one.

A pair of glasses is the same room every day. So what the linear canceller knows is kept, and taken
up again as soon as the first words of the next session show that it still fits: perhaps a little
sooner or later, since devices do not open with the same delay each time. In the same way the echo
is found again that has moved within a session, because the speaker ran out of sound.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Self

import numpy as np

from edge.events import FRAME_SAMPLES, SAMPLE_RATE, Float32, Int16
from edge.hear.kalman import PARTITIONS
from edge.hear.near import BANDS

log = logging.getLogger(__name__)

SHIFT = SAMPLE_RATE // 10
"""Samples by which the delay may have changed."""
_EXPLAINED = 0.25
"""Part of what the microphone hears that may be left for a path to count as the right one: 6 dB. A
wrong one adds an echo, and leaves more than there was."""
_SHAPES = ((PARTITIONS * FRAME_SAMPLES,), (PARTITIONS, FRAME_SAMPLES + 1), (2 * BANDS,))
_EMPHASIS = 0.95
"""Speech has most of its power in low notes, which place it badly."""


@dataclass(frozen=True, slots=True)
class EchoPath:
    """One device pair's echo, as `edge.hear.kalman` and `edge.hear.near` know it."""

    response: Float32
    """(n,) what comes back of a single sample."""
    unsure: Float32
    """(partitions, bins) how much of it is in doubt."""
    usual: Float32
    """How what the canceller leaves usually is, for `edge.hear.near`."""

    @classmethod
    def load(cls, file: Path) -> Self | None:
        """The one that was saved; None where there is none, or none that can be read."""
        try:
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
                path = cls(*(stored[field.name].astype(np.float32) for field in fields(cls)))
        except FileNotFoundError:
            return None
        except Exception as error:  # A damaged archive raises whatever it likes.
            log.warning("What was known of the echo cannot be read from %s (%s).", file, error)
            return None
        finite = all(np.isfinite(getattr(path, field.name)).all() for field in fields(cls))
        shapes = (path.response.shape, path.unsure.shape, path.usual.shape)
        return path if finite and shapes == _SHAPES else None

    def save(self, file: Path) -> None:
        """Keep it; what cannot be written is not kept, and the log says so."""
        partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as out:
                np.savez(out, **{field.name: getattr(self, field.name) for field in fields(self)})
            partial.replace(file)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            log.warning("What is known of the echo cannot be kept in %s (%s).", file, error)

    def placed(self, microphone: Int16, played: Int16) -> Self | None:
        """This path with the delay that it has now, or None where it explains too little of what
        the microphone heard: `microphone` and `played`, (n,) each, from the first sound on."""
        heard = microphone.astype(np.float64)
        size = 1 << (2 * len(heard) + len(self.response)).bit_length()
        echo = np.fft.irfft(
            np.fft.rfft(played.astype(np.float64), size) * np.fft.rfft(self.response, size), size
        )
        sharp, heard_sharp = (one[1:] - _EMPHASIS * one[:-1] for one in (echo, heard))
        cross = np.fft.irfft(
            np.fft.rfft(heard_sharp, size) * np.conj(np.fft.rfft(sharp[: len(heard)], size)), size
        )
        lags = np.arange(-SHIFT, SHIFT + 1)
        lag = int(lags[np.argmax(cross[lags])])
        moved = np.zeros_like(echo[: len(heard)])
        if lag >= 0:
            moved[lag:] = echo[: len(heard) - lag]
        else:
            moved[:lag] = echo[-lag : len(heard)]
        left = np.sum((heard - moved) ** 2) / (np.sum(heard**2) + 1e-9)
        log.debug("The echo as it was, %d samples later, leaves %.2f of what is heard.", lag, left)
        if left > _EXPLAINED:
            return None
        response = np.zeros_like(self.response)
        if lag >= 0:
            response[lag:] = self.response[: len(response) - lag]
        else:
            response[:lag] = self.response[-lag:]
        return replace(self, response=response)


def file_for(folder: Path, devices: Iterable[str]) -> Path:
    """Where in `folder` the path between `devices` is kept; their names are not in it."""
    key = hashlib.sha256("\n".join(devices).encode()).hexdigest()
    return folder / f"{key[:24]}.npz"
