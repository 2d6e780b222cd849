"""What else the simulated microphone hears: noise of a room, and recordings played in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from edge.events import SAMPLE_RATE, Float32, Int16

LOUDEST: Final = 0.1
"""Root mean square of the noise at level 1, of full scale: a loud café beside speech at 0.1."""
_LENGTH: Final = 20 * SAMPLE_RATE
"""Samples of noise that are made; then it begins again."""


def made_noise(seed: int = 7) -> Float32:
    """(n,) samples of a room full of people, without any recording; RMS 1, and without a seam.

    Pink noise for the room, and voices that nobody understands: noise through the formants of a
    vowel, loud and soft at the pace of syllables, eight of them at once.
    """
    random = np.random.default_rng(seed)
    sound = _unit(_shaped(random, lambda f: 1 / np.sqrt(np.maximum(f, 40.0)))) * 0.5
    time = np.arange(_LENGTH) / SAMPLE_RATE
    for _ in range(8):
        formants = random.uniform((300, 900, 2200), (800, 2000, 3000))
        widths = np.array((120.0, 180.0, 260.0))

        def vowel(
            f: np.ndarray, formants: np.ndarray = formants, widths: np.ndarray = widths
        ) -> np.ndarray:
            peaks = np.exp(-(((f[:, None] - formants) / widths) ** 2) / 2)
            return np.asarray(peaks @ np.array((1.0, 0.5, 0.25)))

        # Whole periods in the length, so that the end joins the beginning.
        syllables = round(random.uniform(3, 6) * _LENGTH / SAMPLE_RATE)
        phrases = round(random.uniform(0.2, 0.5) * _LENGTH / SAMPLE_RATE)
        period = 2 * np.pi * time * SAMPLE_RATE / _LENGTH
        loud = (1 + np.sin(syllables * period + random.uniform(0, 6))) ** 2
        loud *= np.clip(0.6 + np.sin(phrases * period + random.uniform(0, 6)), 0, 1)
        sound += _unit(_shaped(random, vowel) * loud) * 0.35
    return _unit(sound).astype(np.float32)


def _shaped(random: np.random.Generator, gain: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    spectrum = np.fft.rfft(random.standard_normal(_LENGTH))
    shaped = np.fft.irfft(spectrum * gain(np.fft.rfftfreq(_LENGTH, 1 / SAMPLE_RATE)), _LENGTH)
    return np.asarray(shaped)


def _unit(sound: np.ndarray) -> np.ndarray:
    return np.asarray(sound / max(1e-9, float(np.sqrt(np.mean(sound**2)))))


def read_noise(path: Path) -> Float32:
    """(n,) samples of a recording, RMS 1, to be repeated. Raises AudioFileError."""
    from edge.hear.files import read_blocks

    samples = np.concatenate([block.samples for block in read_blocks(path)])
    return _unit(samples.astype(np.float64)).astype(np.float32)


class Room:
    """Adds noise and recordings to a stretch of the microphone. Belongs to the event loop."""

    def __init__(self, noise: Callable[[], Float32] = made_noise) -> None:
        """`noise`: makes (n,) samples with RMS 1, once they are wanted."""
        self.level = 0.0
        """0 (no noise) to 1."""
        self._make = noise
        self._noise: Float32 | None = None
        self._playing: list[Int16] = []

    @property
    def playing(self) -> bool:
        """Whether a recording is."""
        return bool(self._playing)

    def prepare(self) -> None:
        """Make the noise; it takes a moment, on any thread."""
        if self._noise is None:
            self._noise = self._make()

    def play(self, samples: Int16) -> None:
        """Play (n,) samples at `SAMPLE_RATE` from now on."""
        self._playing.append(samples)

    def stop(self) -> None:
        """Play no recording any more."""
        self._playing.clear()

    def mix(self, samples: Int16, start: int) -> Int16:
        """(n,) `samples`, of which the first is sample `start`, with what else is heard."""
        if not self._playing and (self.level == 0 or self._noise is None):
            return samples
        mixed = samples.astype(np.float32)
        if self.level and self._noise is not None:
            places = np.arange(start, start + len(samples)) % len(self._noise)
            mixed += self._noise[places] * (32767 * LOUDEST * self.level**2)
        rest = []
        for recording in self._playing:
            now = recording[: len(mixed)]
            mixed[: len(now)] += now
            if len(recording) > len(now):
                rest.append(recording[len(now) :])
        self._playing = rest
        return np.clip(np.rint(mixed), -32768, 32767).astype(np.int16)
