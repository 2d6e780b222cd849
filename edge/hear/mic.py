"""The microphone: a live one through PortAudio, or a recording in its place.

Both own the sample clock: each frame they deliver moves it on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np

from edge.clock import SampleClock
from edge.devices import Device, opened, portaudio
from edge.errors import DeviceError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.files import read_blocks

log = logging.getLogger(__name__)

Pace = Literal["real", "fast"]

_SETTLE = 12
"""Turns of the event loop between two frames in virtual time: whoever was woken by a frame runs
before the next one comes."""

_LOST_AFTER = 2.0
"""Seconds without a buffer from PortAudio after which the microphone counts as lost."""


class FileMicrophone:
    """A recording as microphone; after its end the microphone goes on as silence."""

    def __init__(self, path: Path, clock: SampleClock, *, pace: Pace = "real") -> None:
        self.path = path
        self.ended_at: int | None = None
        """Sample at which the recording ended, once it has."""
        self._clock = clock
        self._pace = pace
        self._blocks: Iterator[AudioFrame] = iter(())
        self._first: list[AudioFrame] = []

    async def __aenter__(self) -> Self:
        self._blocks = read_blocks(self.path)
        # The first block is read now, so that what is not a recording is refused before anything
        # else starts.
        self._first = [next(self._blocks)]
        return self

    async def __aexit__(self, *exc: object) -> None:
        close = getattr(self._blocks, "close", None)
        if close is not None:
            close()

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        if self._pace == "fast":
            return self._virtual()
        return _queued(self._paced())

    async def _virtual(self) -> AsyncIterator[AudioFrame]:
        for frame in self._frames():
            for _ in range(_SETTLE):
                await asyncio.sleep(0)
            await self._clock.released()
            self._clock.advance(len(frame.samples))
            yield frame

    async def _paced(self) -> AsyncIterator[AudioFrame]:
        loop = asyncio.get_running_loop()
        began = loop.time() - self._clock.seconds
        for frame in self._frames():
            # A frame is delivered when its last sample would have been recorded.
            await asyncio.sleep(began + frame.end / SAMPLE_RATE - loop.time())
            self._clock.advance(len(frame.samples))
            yield frame

    def _frames(self) -> Iterator[AudioFrame]:
        position = 0
        for frames in (self._first, self._blocks):
            for frame in frames:
                yield AudioFrame(frame.samples, position)
                position = position + len(frame.samples)
        self.ended_at = position
        silence = np.zeros(FRAME_SAMPLES, np.int16)
        while True:
            yield AudioFrame(silence, position)
            position += FRAME_SAMPLES


class Microphone:
    """A live microphone."""

    ended_at: int | None = None
    """Never: a live microphone has no end."""

    def __init__(self, device: Device, clock: SampleClock) -> None:
        self.device = device
        self.dropped = 0
        """Buffers lost because nobody took them in time."""
        self._clock = clock
        self._buffers: deque[bytes] = deque(maxlen=500)
        self._arrived = asyncio.Event()
        self._stream: Any = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        rate, channels = _settings(self.device)
        self._rate, self._channels = rate, channels

        def callback(data: Any, frames: int, time: Any, status: Any) -> None:
            # PortAudio's thread: copy, hand over, return. Appending to a deque is atomic, and a
            # full one drops its oldest buffer by itself.
            if len(self._buffers) == self._buffers.maxlen:
                self.dropped += 1
            self._buffers.append(bytes(data))
            # The loop is closed only while the program ends.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._arrived.set)

        self._stream = opened(
            portaudio().RawInputStream,
            "microphone",
            self.device,
            samplerate=rate,
            channels=channels,
            dtype="int16",
            blocksize=rate // 50,
            callback=callback,
        )
        log.info("microphone %s open at %d Hz, %d channel(s)", self.device.name, rate, channels)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._stream.close()
        if self.dropped:
            log.warning("the microphone lost %d buffers: nobody took them in time", self.dropped)

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return _queued(self._live())

    async def _live(self) -> AsyncIterator[AudioFrame]:
        import soxr

        resampler = None
        if self._rate != SAMPLE_RATE:
            resampler = soxr.ResampleStream(self._rate, SAMPLE_RATE, 1, dtype="int16")
        position = 0
        rest: Int16 = np.zeros(0, np.int16)
        while True:
            try:
                async with asyncio.timeout(_LOST_AFTER):
                    await self._arrived.wait()
            except TimeoutError:
                raise DeviceError(
                    f"The microphone {self.device.name!r} stopped delivering sound."
                ) from None
            self._arrived.clear()
            while self._buffers:
                samples = np.frombuffer(self._buffers.popleft(), np.int16)
                if self._channels > 1:
                    mixed = samples.reshape(-1, self._channels).mean(axis=1)
                    samples = mixed.astype(np.int16)
                if resampler is not None:
                    samples = resampler.resample_chunk(samples)
                rest = np.concatenate([rest, samples])
                while len(rest) >= FRAME_SAMPLES:
                    frame = AudioFrame(rest[:FRAME_SAMPLES].copy(), position)
                    rest = rest[FRAME_SAMPLES:]
                    position += FRAME_SAMPLES
                    self._clock.advance(FRAME_SAMPLES)
                    yield frame


def _settings(device: Device) -> tuple[int, int]:
    """The rate and channels to open a microphone with: 16 kHz mono where it will."""
    sounddevice = portaudio()
    wanted = [(SAMPLE_RATE, 1), (device.rate, 1), (device.rate, min(2, device.inputs))]
    for rate, channels in wanted:
        try:
            sounddevice.check_input_settings(
                device=device.index, channels=channels, dtype="int16", samplerate=rate
            )
        except (sounddevice.PortAudioError, ValueError):
            continue
        return rate, channels
    return device.rate, device.inputs


async def _queued(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
    """`frames`, taken by a task of their own: the clock runs on while a listener is busy."""
    queue: asyncio.Queue[AudioFrame | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async for frame in frames:
                queue.put_nowait(frame)
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(pump())
    try:
        while (frame := await queue.get()) is not None:
            yield frame
        await task  # Raises what ended the microphone.
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, DeviceError):
            await task
