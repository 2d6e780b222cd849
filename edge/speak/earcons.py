"""Short sounds that say without words what the assistant does. Made here, from no file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame, Float32
from edge.speak.level import LOUDNESS, PEAK

Name = Literal["listening", "thinking", "error", "mute", "unmute", "back"]

NAMES: Final[tuple[Name, ...]] = get_args(Name)

LONGEST: Final = 0.2
"""Seconds: no earcon is longer."""

RING: Final = 1.1
"""Seconds of a ring."""


@dataclass(frozen=True, slots=True)
class _Tone:
    """A struck note: overtones that fade sooner than it does."""

    hertz: float
    start: float
    """Seconds after the beginning of the earcon."""
    seconds: float
    weight: float = 1.0


# Rising: go ahead, or good news. Falling: something stopped. One note: nothing asked of you.
# All notes are of one chord (C major with its sixth), so that any two go together.
_E4, _C5, _E5 = 329.63, 523.25, 659.26
_G5, _A5, _C6, _E6 = 783.99, 880.0, 1046.5, 1318.51

_A6 = 1760.0

_SCORE: Final[dict[Name, tuple[_Tone, ...]]] = {
    "listening": (_Tone(_G5, 0.0, 0.10), _Tone(_C6, 0.06, 0.12)),
    "thinking": (_Tone(_A5, 0.0, 0.09, 0.8),),
    "error": (_Tone(_E5, 0.0, 0.10), _Tone(_E4, 0.08, 0.12)),
    "mute": (_Tone(_C6, 0.0, 0.09), _Tone(_C5, 0.07, 0.11)),
    "unmute": (_Tone(_C5, 0.0, 0.09), _Tone(_C6, 0.07, 0.11)),
    "back": (_Tone(_C5, 0.0, 0.08), _Tone(_G5, 0.05, 0.08), _Tone(_E6, 0.10, 0.10)),
}

_OVERTONES: Final = ((1, 1.0), (2, 0.25), (3, 0.08))
_ATTACK = 0.006
_RELEASE = 0.015


@cache
def earcon(name: Name) -> AudioFrame:
    """The sound called `name`: mono at `SAMPLE_RATE`, at most 200 ms, as loud as speech is.

    The same object each time: do not write into it.
    """
    return _played(_SCORE[name], LONGEST)


@cache
def ring() -> AudioFrame:
    """What an alarm and a timer sound like, once: two times three notes that rise, in 1.1 s.

    As loud as speech, and quiet for most of a pause of some seconds between two of them, so that
    somebody who says "stop" is heard.
    """
    notes = [
        _Tone(hertz, group * 0.55 + at * 0.12, 0.16)
        for group in range(2)
        for at, hertz in enumerate((_C6, _E6, _A6))
    ]
    return _played(tuple(notes), RING)


def _played(tones: tuple[_Tone, ...], seconds: float) -> AudioFrame:
    """The notes together, at most so long."""
    total = round(seconds * SAMPLE_RATE)
    sound: Float32 = np.zeros(total, np.float32)
    last = 0
    for tone in tones:
        begin = round(tone.start * SAMPLE_RATE)
        note = _note(tone)[: total - begin]
        sound[begin : begin + len(note)] += note
        last = max(last, begin + len(note))
    sound = sound[:last]
    sound *= min(LOUDNESS / float(np.sqrt(np.mean(sound**2))), PEAK / float(np.abs(sound).max()))
    samples = np.round(sound * 32767).astype(np.int16)
    samples.setflags(write=False)
    return AudioFrame(samples)


def _note(tone: _Tone) -> Float32:
    time = np.arange(round(tone.seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    wave: Float32 = np.zeros(len(time), np.float32)
    for number, weight in _OVERTONES:
        fading = np.exp(-time * number * 12).astype(np.float32)
        wave += weight * fading * np.sin(2 * np.pi * number * tone.hertz * time).astype(np.float32)
    # Nothing clicks: it begins and ends at nothing.
    wave *= np.clip(time / _ATTACK, 0, 1) * np.clip((time[-1] - time) / _RELEASE, 0, 1)
    return wave * np.float32(tone.weight)
