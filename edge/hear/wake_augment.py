"""One recording in many rooms: other voices' pace and pitch, noise, echoes, distance, context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.events import SAMPLE_RATE, Float32, Int16
from edge.hear.wake_front import STEP
from edge.hear.wake_head import SPAN

FULL_SCALE = 32767.0
_LEAD = (SPAN + 10) * STEP
"""Samples before the phrase that a head can look at."""
_TRAIL = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What recordings are mixed with."""

    noise: Sequence[Int16] = ()
    """Background sounds, each (n,)."""
    speech: Sequence[Int16] = ()
    """Speech that does not hold the phrase, to come before and after it, each (n,)."""
    rooms: Sequence[Float32] = ()
    """Impulse responses, each (n,)."""


def varied(
    phrase: Int16, around: Surroundings, rng: np.random.Generator, *, mild: bool = False
) -> tuple[Int16, int]:
    """`phrase`, (n,), cut to what is spoken, somewhere else; with the sample at which it ends.

    The result begins and ends with what a head may hear before and after the phrase. `mild` leaves
    voice, room and noise as they are.
    """
    sound = phrase.astype(np.float32)
    if not mild:
        sound = faster(sound, rng.uniform(0.88, 1.14))
        sound = tilted(sound, rng.uniform(-4, 4))
    lead = int(_LEAD + rng.integers(0, STEP))
    result = np.zeros(lead + len(sound) + _TRAIL, np.float32)
    result[lead : lead + len(sound)] = sound
    level = loudness(sound)
    if around.speech and rng.random() < 0.3:
        gap = int(rng.uniform(0.1, 0.8) * SAMPLE_RATE)
        _put(
            result[: lead - gap], _some(around.speech, rng), level * rng.uniform(0.4, 1.2), end=True
        )
    if around.speech and rng.random() < 0.5:
        gap = int(rng.uniform(0.02, 0.5) * SAMPLE_RATE)
        _put(result[lead + len(sound) + gap :], _some(around.speech, rng), level, end=False)
    if not mild:
        if rng.random() < 0.4:
            result = echoing(result, room(around.rooms, rng))
        if rng.random() < 0.75:
            result = noisy(
                result, background(around.noise, len(result), rng), level, rng.uniform(2, 28)
            )
    result *= rng.uniform(0.02, 0.9) * FULL_SCALE / max(1.0, float(np.abs(result).max()))
    result += rng.normal(size=len(result)).astype(np.float32) * rng.uniform(0.3, 8)
    return to_int16(result), lead + len(sound)


def elsewhere(sound: Int16, around: Surroundings, rng: np.random.Generator) -> Int16:
    """`sound`, (n,), that holds no phrase, in another room, with noise and of another level."""
    result = sound.astype(np.float32)
    result = faster(result, rng.uniform(0.88, 1.14))
    result = tilted(result, rng.uniform(-4, 4))
    if rng.random() < 0.4:
        result = echoing(result, room(around.rooms, rng))
    if rng.random() < 0.75:
        noise = background(around.noise, len(result), rng)
        result = noisy(result, noise, loudness(result), rng.uniform(2, 28))
    result *= rng.uniform(0.02, 0.9) * FULL_SCALE / max(1.0, float(np.abs(result).max()))
    result += rng.normal(size=len(result)).astype(np.float32) * rng.uniform(0.3, 8)
    return to_int16(result)


def faster(sound: Float32, factor: float) -> Float32:
    """`sound`, (n,), `factor` times as fast and as high."""
    places = np.arange(0, len(sound) - 1, factor)
    result: Float32 = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
    return result


def tilted(sound: Float32, decibels: float) -> Float32:
    """`sound`, (n,), with treble (4 kHz) louder than bass (250 Hz) by about `decibels`."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    octaves = np.log2(np.clip(hertz, 62.5, 8000) / 1000)
    return np.fft.irfft(spectrum * 10 ** (decibels / 4 * octaves / 20), len(sound)).astype(
        np.float32
    )


def loudness(sound: Float32) -> float:
    """The root of the mean square of `sound`, (n,), where it is not quiet."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    if not len(frames):
        return 1.0
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    loud = power[power >= power.max() / 100]  # within 20 dB of the loudest
    return max(1.0, float(np.sqrt(loud.mean())))


def noisy(sound: Float32, noise: Float32, level: float, decibels: float) -> Float32:
    """`sound` of loudness `level` with `noise`, both (n,), that much quieter."""
    strength = float(np.sqrt((noise.astype(np.float64) ** 2).mean()))
    if strength < 1e-6:
        return sound
    return sound + noise * np.float32(level / strength * 10 ** (-decibels / 20))


def background(noises: Sequence[Int16], length: int, rng: np.random.Generator) -> Float32:
    """(length,) Some noise: one of `noises`, or made up with a spectrum of some slope."""
    if noises and rng.random() < 0.7:
        noise = _some(noises, rng).astype(np.float32)
        if len(noise) < length:
            noise = np.tile(noise, -(-length // len(noise)))
        at = int(rng.integers(0, len(noise) - length + 1))
        return np.asarray(noise[at : at + length], np.float32)
    white = rng.normal(size=length).astype(np.float32)
    return tilted(white, rng.uniform(-12, 3) * 2)


def room(rooms: Sequence[Float32], rng: np.random.Generator) -> Float32:
    """An impulse response: one of `rooms`, or made up, dying away by 60 dB in 0.1 to 0.7 s."""
    if rooms and rng.random() < 0.3:
        return np.asarray(_some(rooms, rng), np.float32)
    seconds = rng.uniform(0.1, 0.7)
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.normal(size=len(time)) * np.exp(-6.9 * time / seconds)
    tail /= np.sqrt((tail**2).sum())
    response = (tail * rng.uniform(0.2, 1.0)).astype(np.float32)
    response[0] = 1.0
    return response


def echoing(sound: Float32, response: Float32) -> Float32:
    """(n,) `sound`, (n,), in a room; not delayed, since `response` begins with its loudest."""
    response = response[int(np.abs(response).argmax()) :]
    size = 1 << (len(sound) + len(response)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[: len(sound)]
    return (wet * (loudness(sound) / loudness(wet.astype(np.float32)))).astype(np.float32)


def to_int16(sound: Float32) -> Int16:
    """16 bit samples of (n,) floats of the same scale; what is too loud is clipped."""
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def _some(choices: Sequence[Any], rng: np.random.Generator) -> Any:
    return choices[int(rng.integers(0, len(choices)))]


def _put(place: Float32, speech: Int16, level: float, *, end: bool) -> None:
    """Add a piece of `speech` to `place`: up to its end, or from its beginning on."""
    if not len(place) or not len(speech):
        return
    at = max(0, len(speech) - len(place)) // 2
    piece = speech[at : at + len(place)].astype(np.float32)
    piece *= np.float32(level / loudness(piece))
    if end:
        place[len(place) - len(piece) :] += piece
    else:
        place[: len(piece)] += piece
