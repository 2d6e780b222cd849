"""Whether somebody speaks beside the assistant, heard under the assistant's own voice.

A small network looks at what the linear canceller has left (`edge.hear.kalman`), band by band,
against what the canceller takes for echo, what it doubts, and the room's own noise. Its weights
come with the program; tools/train_near.py makes them.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.events import FRAME_SAMPLES, SAMPLE_RATE, Float32, Int16

Float64 = NDArray[np.float64]

WEIGHTS = Path(__file__).with_name("near_voice.npz")

BANDS = 24
"""Equally wide to the ear, from 100 Hz to 7.6 kHz."""
CONTEXT = 4
"""Blocks (80 ms) that are looked at."""
LEARNING = 150
"""Blocks of sound (3 s) from which the canceller counts as knowing the room."""
_LEAST = 1e2
"""Power of a band below which nothing is."""
_FADE = 0.8
"""What is left of an echo's power a block (20 ms) later: reverberation of 0.3 s and less."""
_USUAL = 0.02
"""How much of a block goes into what is usual."""
_LAG = 8
"""Blocks (160 ms) that are not yet part of what is usual: a voice is not to hide itself."""


def _edges() -> NDArray[np.intp]:
    """(BANDS,) first bin of each band, of the spectrum of two blocks."""
    bins = np.arange(FRAME_SAMPLES + 1)
    mel = 2595 * np.log10(1 + bins * (SAMPLE_RATE / 2 / FRAME_SAMPLES) / 700)
    low, high = 2595 * np.log10(1 + np.array([100.0, 7600.0]) / 700)
    wanted = np.linspace(low, high, BANDS + 1)[:-1]
    return np.round(np.interp(wanted, mel, bins)).astype(np.intp)


_EDGES = _edges()
_LAST = round(7600 / (SAMPLE_RATE / 2) * FRAME_SAMPLES)
_WINDOW = np.hanning(2 * FRAME_SAMPLES + 1)[:-1]


def _levels(power: Float64) -> Float64:
    """(BANDS,) dB of the spectrum `power`, (FRAME_SAMPLES + 1,)."""
    bands = np.add.reduceat(power[:_LAST], _EDGES)
    return 10 * np.log10(bands + _LEAST)


class Features:
    """What the network sees of each block."""

    SIZE = BANDS * (3 * CONTEXT + 2) + 1

    def __init__(self) -> None:
        self._left: Float64 = np.zeros(FRAME_SAMPLES)
        self._echo: Float64 = np.zeros(FRAME_SAMPLES)
        self._reverberant: Float64 = np.zeros(FRAME_SAMPLES + 1)
        self._floor: Float64 | None = None
        """(BANDS,) dB of the room's own noise: down soon, up slowly."""
        self._blocks: deque[Float64] = deque(maxlen=CONTEXT)
        self._late: deque[Float64] = deque()
        self._usual: Float64 | None = None
        """(2 * BANDS,) how the rest usually is against the doubt and the echo."""
        self._known = 0

    def room(self, samples: Int16) -> None:
        """(FRAME_SAMPLES,) that the microphone hears while nothing is played."""
        self._settle(_levels(np.abs(np.fft.rfft(samples * _WINDOW[::2], 2 * FRAME_SAMPLES)) ** 2))

    @property
    def usual(self) -> Float32:
        """(2 * BANDS,) how the rest usually is against the doubt and the echo."""
        return np.zeros(2 * BANDS, np.float32) if self._usual is None else self._usual.astype("f4")

    def recall(self, usual: Float32) -> None:
        """Know what was usual at another time, with a canceller that knows the room."""
        self._usual = usual.astype(np.float64)
        self._late.clear()
        self._known = LEARNING

    def push(self, left: Float64, echo: Float64, doubt: Float64, *, sounding: bool) -> Float32:
        """(SIZE,) numbers about a block of which `left`, (FRAME_SAMPLES,), is left without `echo`;
        `doubt`, (FRAME_SAMPLES + 1,), is the power of the echo that may be in what is left.

        `sounding`: something is being played.
        """
        rest = _levels(self._power(self._left, left))
        heard = self._power(self._echo, echo)
        self._left, self._echo = left, echo
        self._reverberant = np.maximum(heard, _FADE * self._reverberant)
        self._known += sounding
        floor = self._settle(rest)
        over_doubt = rest - np.maximum(_levels(doubt), floor)
        over_echo = rest - np.maximum(_levels(heard), floor)
        over_late = rest - np.maximum(_levels(self._reverberant), floor)
        self._blocks.appendleft(
            np.concatenate(
                [
                    np.clip(over_doubt, -20, 30),
                    np.clip(over_late, -30, 30),
                    np.clip(rest - floor, -5, 40),
                ]
            )
        )
        while len(self._blocks) < CONTEXT:
            self._blocks.append(self._blocks[-1])
        usual = self._learnt(np.concatenate([over_doubt, over_echo]))
        known = min(self._known / LEARNING, 1.0)
        return (np.concatenate([*self._blocks, usual, [10 * known]]) / 10).astype(np.float32)

    @staticmethod
    def _power(before: Float64, now: Float64) -> Float64:
        power: Float64 = np.abs(np.fft.rfft(np.concatenate([before, now]) * _WINDOW)) ** 2
        return power

    def _settle(self, levels: Float64) -> Float64:
        if self._floor is None:
            self._floor = levels
        rate = np.where(levels < self._floor, 0.1, 0.004)
        self._floor = self._floor + rate * (levels - self._floor)
        return self._floor

    def _learnt(self, now: Float64) -> Float64:
        self._late.append(now)
        if self._usual is None:
            self._usual = now
        if len(self._late) > _LAG:
            self._usual = self._usual + _USUAL * (self._late.popleft() - self._usual)
        return self._usual


class Network:
    """Two small layers and a logit, in numpy: a call into a runtime would cost more."""

    def __init__(self, layers: list[tuple[Float32, Float32]]) -> None:
        """`layers`: weights (inputs, outputs) and bias (outputs,) of each."""
        self.layers = layers

    def logit(self, features: Float32) -> float:
        """How much speaks for a voice; 0: as much as against it."""
        x = features
        for weights, bias in self.layers[:-1]:
            x = np.maximum(x @ weights + bias, 0)
        weights, bias = self.layers[-1]
        return float((x @ weights + bias)[0])


@cache
def network() -> Network:
    """The one that comes with the program."""
    with np.load(WEIGHTS, allow_pickle=False) as file:
        count = len(file.files) // 2
        return Network(
            [
                (file[f"weights{n}"].astype(np.float32), file[f"bias{n}"].astype(np.float32))
                for n in range(count)
            ]
        )


class NearVoice:
    """Whether there is a voice, block by block."""

    THRESHOLD = 4.0
    """Logit of a voice."""
    LIKELY = 0.0
    """Logit from which there may be one."""
    RECENTLY = 25
    """Blocks (0.5 s) for which there still may."""
    HANGOVER = 30
    """Blocks (0.6 s) for which it goes on after the last one."""
    FIRST = 50
    """Blocks of speech that the canceller must have learnt from (`KalmanEcho.taught`), since the
    echo moved if it did: before, nothing is taken for a voice."""
    DISTRUST = 2.0
    """Taken off the logit when what was taken for a voice was none: twice as much each time, since
    while the answer stands still the canceller does not learn what it has lost."""
    MOST = 30.0
    """More is not taken off."""
    FORGIVING = 0.9986
    """What is left of that a block later: half of it after 10 s of sound."""

    def __init__(self) -> None:
        self._features = Features()
        self._network = network()
        self._open = 0
        self._likely = 0
        self._distrust = 0.0

    @property
    def likely(self) -> bool:
        """Whether there may be a voice, or was a moment ago."""
        return self._likely > 0

    def room(self, samples: Int16) -> None:
        """(FRAME_SAMPLES,) that the microphone hears while nothing is played."""
        self._features.room(samples)

    @property
    def usual(self) -> Float32:
        """See `Features.usual`."""
        return self._features.usual

    def recall(self, usual: Float32) -> None:
        """See `Features.recall`."""
        self._features.recall(usual)

    def mistaken(self) -> None:
        """What was taken for a voice was none: for a while, more is asked for."""
        self._distrust = min(2 * self._distrust + self.DISTRUST, self.MOST)
        self._likely = 0
        self._open = 0

    def lost(self) -> None:
        """The echo has moved: what was taken for a voice counts no more."""
        self._likely = 0
        self._open = 0

    def push(
        self, left: Float64, echo: Float64, doubt: Float64, *, sounding: bool, taught: int
    ) -> bool:
        """See `Features.push` and `FIRST`."""
        logit = self._network.logit(self._features.push(left, echo, doubt, sounding=sounding))
        self._distrust *= self.FORGIVING
        logit -= self._distrust
        self._likely = self.RECENTLY if logit > self.LIKELY else max(0, self._likely - 1)
        if taught > self.FIRST and logit > self.THRESHOLD:
            self._open = self.HANGOVER
        elif self._open:
            self._open -= 1
        return self._open > 0
