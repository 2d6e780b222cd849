"""A room: what the speaker plays comes back into the microphone, in virtual time."""

from __future__ import annotations

import asyncio

import numpy as np

from edge.events import FRAME_SAMPLES, AudioFrame


class RoomMicrophone:
    """A microphone that hears a wearer, and the speaker through a room, then goes on in silence.

    `wearer` is (n,) int16; `response` is the room's impulse response, whose gain is that of the
    speaker in the microphone; `noise` is the loudness of the hiss under everything. With `keep`,
    what was heard and played is kept.
    """

    def __init__(self, wearer, clock, sink, response, *, noise=8, seconds=None, keep=True):
        self.ended_at = None
        self.heard = []
        self.played = []
        self._keep = keep
        self._wearer = np.asarray(wearer, np.int16)
        self._clock = clock
        self._response = np.asarray(response, np.float64)
        self._tail = np.zeros(len(self._response) - 1 + FRAME_SAMPLES)
        self._size = 1 << (len(self._response) + FRAME_SAMPLES).bit_length()
        self._spectrum = np.fft.rfft(self._response, self._size)
        self._rng = np.random.default_rng(0)
        self._noise = noise
        self._length = len(self._wearer) if seconds is None else round(seconds * 16_000)
        sink.on_played(self._on_played)
        self._now = np.zeros(0, np.int16)

    def say(self, samples):
        """The wearer speaks, from now on."""
        begin = self._clock.now
        until = begin + len(samples)
        grown = np.zeros(max(len(self._wearer), until), np.int16)
        grown[: len(self._wearer)] = self._wearer
        grown[begin:until] = samples
        self._wearer = grown
        self._length = max(self._length, until)
        self.ended_at = None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return None

    async def __aiter__(self):
        position = 0
        while True:
            if self.ended_at is None and position >= self._length:
                self.ended_at = position
            for _ in range(12):
                await asyncio.sleep(0)
            await self._clock.released()
            self._clock.advance(FRAME_SAMPLES)
            near = np.zeros(FRAME_SAMPLES)
            part = self._wearer[position : position + FRAME_SAMPLES]
            near[: len(part)] += part
            near += self._rng.normal(0, self._noise, FRAME_SAMPLES) if self._noise else 0
            near += self._echo()
            samples = np.clip(np.rint(near), -32768, 32767).astype(np.int16)
            if self._keep:
                self.heard.append(samples)
            yield AudioFrame(samples, position)
            position += FRAME_SAMPLES

    def _on_played(self, samples, at, rate):
        assert rate == 16_000
        self._now = samples
        if self._keep:
            self.played.append(samples)

    def _echo(self):
        if not self._now.any() and not self._tail.any():
            return np.zeros(FRAME_SAMPLES)
        sound = np.fft.irfft(np.fft.rfft(self._now, self._size) * self._spectrum, self._size)
        self._tail[:FRAME_SAMPLES] = 0
        self._tail = np.roll(self._tail, -FRAME_SAMPLES)
        self._tail += sound[: len(self._tail)]
        return self._tail[:FRAME_SAMPLES].copy()


def response(path=None, *, delay_ms=20, gain=0.3, seconds=0.3):
    """A room's impulse response: a recorded one, or one made up; its power is `gain` squared."""
    if path is None:
        rng = np.random.default_rng(7)
        size = round(seconds * 16_000)
        sound = rng.normal(0, 1, size) * np.exp(-np.arange(size) / (0.05 * 16_000))
        sound[0] = 3.0
    else:
        import soundfile

        sound, _ = soundfile.read(path)
        sound = sound[int(np.argmax(np.abs(sound))) :][: round(seconds * 16_000)]
    sound = sound / np.sqrt(np.sum(sound**2)) * gain
    return np.concatenate([np.zeros(delay_ms * 16), sound])


def learnt(voice, response, *, noise=8):
    """The EchoPath that a session knows after it has spoken `voice`, (n,) int16, in a room."""
    from edge.hear.echo import EchoCanceller

    echo = EchoCanceller()
    heard = np.convolve(voice.astype(float), response)[: len(voice)]
    heard += np.random.default_rng(0).normal(0, noise, len(voice))
    heard = np.clip(np.rint(heard), -32768, 32767).astype(np.int16)
    for at in range(0, len(voice) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        echo.played(voice[at : at + FRAME_SAMPLES], at, 16_000)
        echo.clean(AudioFrame(heard[at : at + FRAME_SAMPLES], at))
    return echo.path
