"""A microphone and a speaker in virtual time that can be pulled out, switched off and drowned out.

They stand behind the same Protocols as real ones, and tell of the same changes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Literal, Self

import numpy as np

from edge.clock import SampleClock
from edge.devices.ports import DeviceChange, Listener, State
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Float32, Int16
from edge.speak.speaker import ClockSpeaker

_SETTLE: Final = 12
"""Turns of the event loop between two frames: whoever was woken by a frame runs before the next."""
_ECHO_DELAY: Final = SAMPLE_RATE * 4 // 100
"""Samples from the speaker to the microphone."""
_ECHO_TAIL: Final = SAMPLE_RATE // 8
"""Samples for which the room goes on sounding."""
_ECHO_GAIN: Final = 0.3

Noise = Literal["white", "pink", "hum", "off"]


class SceneMicrophone:
    """Hears what it is given (`hear`), the room's noise, and the room's echo of the speaker.

    `tick` is called before each frame; the number of samples that it gives are skipped, as if
    nobody had listened for so long.
    """

    def __init__(self, clock: SampleClock, tick: Callable[[], int]) -> None:
        self.ended_at: int | None = None
        self.plugged = True
        self.skipped = 0
        """Samples that were skipped in all."""
        self._clock = clock
        self._tick = tick
        self._muted = False
        self._lines: deque[Int16] = deque()
        self._noise: Float32 | None = None
        self._echo: Echo | None = None
        self._listeners: list[Listener] = []
        self._position = clock.now

    @property
    def state(self) -> Literal["open", "lost", "muted"]:
        """See `edge.hear.mic.Microphone`."""
        if self._muted:
            return "muted"
        return "open" if self.plugged else "lost"

    @property
    def busy(self) -> bool:
        """Whether what it was given is not over."""
        return bool(self._lines)

    def on_change(self, listener: Listener) -> None:
        """Call `listener` whenever something happens to the device."""
        self._listeners.append(listener)

    def mute(self) -> None:
        """The wearer wants it off."""
        if not self._muted:
            self._muted = True
            self._tell("muted")

    def unmute(self) -> None:
        """The wearer wants it on."""
        if self._muted:
            self._muted = False
            self._tell("unmuted")

    def plug(self, plugged: bool) -> None:
        """It is pulled out, or comes back."""
        if plugged != self.plugged:
            self.plugged = plugged
            self._tell("back" if plugged else "lost", "" if plugged else "it is gone")

    def hear(self, samples: Int16) -> None:
        """(n,) samples are said from now on, after what is being said already."""
        self._lines.append(samples)

    def surround(self, noise: Noise, level: float) -> None:
        """The room sounds so from now on, at `level` decibels below full scale."""
        self._noise = None if noise == "off" else made_noise(noise, level)

    def follow(self, before: SceneMicrophone) -> None:
        """It is the same device in the same room, opened anew."""
        self.plugged, self.skipped, self._noise = before.plugged, before.skipped, before._noise

    def echo(self, speaker: SceneSpeaker) -> None:
        """It is in the same room as `speaker`."""
        self._echo = Echo()
        speaker.on_played(self._echo.played)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        while True:
            for _ in range(_SETTLE):
                await asyncio.sleep(0)
            await self._clock.released()
            skip = self._tick() // FRAME_SAMPLES * FRAME_SAMPLES
            if skip > 0:
                self._position += skip
                self.skipped += skip
                self._clock.advance(skip)
                continue
            start = self._position
            samples = self._frame(start)
            self._position += FRAME_SAMPLES
            self._clock.advance(FRAME_SAMPLES)
            yield AudioFrame(samples, start)

    def _frame(self, start: int) -> Int16:
        """What there is to hear in the next frame; it passes whether or not it is recorded."""
        sound: Float32 = np.zeros(FRAME_SAMPLES, np.float32)
        filled = 0
        while self._lines and filled < FRAME_SAMPLES:
            line = self._lines.popleft()
            take = line[: FRAME_SAMPLES - filled]
            sound[filled : filled + len(take)] = take
            filled += len(take)
            if len(take) < len(line):
                self._lines.appendleft(line[len(take) :])
        if self._noise is not None:
            places = np.arange(start, start + FRAME_SAMPLES) % len(self._noise)
            sound += self._noise[places]
        if self._echo is not None:
            sound += self._echo.take()
        if self.state != "open":
            return np.zeros(FRAME_SAMPLES, np.int16)
        return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)

    def _tell(self, state: State, why: str = "") -> None:
        change = DeviceChange("microphone", state, "scenario", why)
        for listener in self._listeners:
            listener(change)


class Echo:
    """What a small room makes of the speaker: later, quieter, and smeared."""

    def __init__(self) -> None:
        fading = np.exp(-np.arange(_ECHO_TAIL) / (_ECHO_TAIL / 6)).astype(np.float32)
        room = np.random.default_rng(7).standard_normal(_ECHO_TAIL).astype(np.float32) * fading
        room *= 0.5 / np.sqrt(np.sum(room**2))
        room[0] = 1.0
        self._room = room * np.float32(_ECHO_GAIN)
        self._kept: Float32 = np.zeros(_ECHO_DELAY + _ECHO_TAIL - 1, np.float32)
        """The last samples that were played, up to now."""

    def played(self, samples: Int16, at: int, rate: int) -> None:
        """(n,) samples were played. `rate` is SAMPLE_RATE, as the speaker's is."""
        self._kept = np.concatenate([self._kept, samples[-len(self._kept) :]])[-len(self._kept) :]

    def take(self) -> Float32:
        """(FRAME_SAMPLES,) what comes back in the frame that is about to be played."""
        # From the delay before its first sample to the delay before its last.
        end = len(self._kept) - _ECHO_DELAY + FRAME_SAMPLES
        heard = self._kept[end - FRAME_SAMPLES - _ECHO_TAIL + 1 : end]
        if not heard.any():
            return np.zeros(FRAME_SAMPLES, np.float32)
        return np.convolve(heard, self._room, "valid").astype(np.float32)


class SceneSpeaker(ClockSpeaker):
    """Keeps what the wearer hears; while it is unplugged, the sound goes on unheard."""

    def __init__(self, clock: SampleClock) -> None:
        super().__init__(clock)
        self.plugged = True
        self.heard: list[tuple[int, Int16]] = []
        """Stretches of sound, each with the sample at which it begins."""
        self._listeners: list[Listener] = []

    @property
    def quiet(self) -> bool:
        """Nothing is being played, nor is about to be."""
        return not self._queue and not self._overlay

    def on_change(self, listener: Listener) -> None:
        """Call `listener` whenever something happens to the device."""
        self._listeners.append(listener)

    def plug(self, plugged: bool) -> None:
        """It is pulled out, or comes back."""
        if plugged != self.plugged:
            self.plugged = plugged
            why = "" if plugged else "it is gone"
            change = DeviceChange("speaker", "back" if plugged else "lost", "scenario", why)
            for listener in self._listeners:
                listener(change)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    def _write(self, out: Int16) -> None:
        if not self.plugged:
            out[:] = 0
        elif out.any():
            self.heard.append((self._written, out.copy()))


def between(heard: Sequence[tuple[int, Int16]], begin: int, end: int) -> Int16:
    """(end - begin,) what was heard between two samples, in stretches with their beginnings."""
    out = np.zeros(max(0, end - begin), np.int16)
    for start, samples in heard:
        first, last = max(start, begin), min(start + len(samples), end)
        if first < last:
            out[first - begin : last - begin] = samples[first - start : last - start]
    return out


def made_noise(kind: Noise, level: float) -> Float32:
    """(n,) ten seconds of noise, the same each time, that can be repeated without a click."""
    count = 10 * SAMPLE_RATE
    if kind == "hum":
        time = np.arange(count) / SAMPLE_RATE
        wave = np.sum([np.sin(2 * np.pi * 50 * n * time) / n for n in range(1, 6)], axis=0)
    else:
        spectrum = np.fft.rfft(np.random.default_rng(11).standard_normal(count))
        if kind == "pink":
            spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
            spectrum[0] = 0
        wave = np.fft.irfft(spectrum, count)
    loud = float(np.sqrt(np.mean(np.square(wave))))
    scaled: Float32 = (wave / loud * 32768 * 10 ** (level / 20)).astype(np.float32)
    return scaled
