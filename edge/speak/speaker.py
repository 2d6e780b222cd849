"""The speaker: a live one through PortAudio, or a file on the microphone's clock in its place."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from edge.clock import SampleClock
from edge.devices import Device, opened, portaudio
from edge.events import SAMPLE_RATE, AudioFrame, Int16
from edge.speak.recording import Recording

log = logging.getLogger(__name__)


class _Converter:
    """Frames of any rate to one rate, without a seam between the frames of one stretch of sound."""

    def __init__(self, rate: int) -> None:
        self._to = rate
        self._from = 0
        self._resampler: Any = None

    def convert(self, frame: AudioFrame) -> Int16:
        if frame.rate == self._to:
            return np.concatenate([self.finish(), frame.samples])
        tail = np.zeros(0, np.int16)
        if self._resampler is None or self._from != frame.rate:
            import soxr

            tail = self.finish()
            self._resampler = soxr.ResampleStream(frame.rate, self._to, 1, dtype="int16")
            self._from = frame.rate
        return np.concatenate([tail, self._resampler.resample_chunk(frame.samples)])

    def finish(self) -> Int16:
        """What the filter still holds back."""
        if self._resampler is None:
            return np.zeros(0, np.int16)
        tail: Int16 = self._resampler.resample_chunk(np.zeros(0, np.int16), last=True)
        self._resampler = None
        return tail

    def drop(self) -> None:
        self._resampler = None


class _Heard:
    """When sound began and ended, told to whoever waits for it. Lives on the event loop."""

    def __init__(self) -> None:
        self._started: asyncio.Future[int] | None = None
        self._ended: asyncio.Future[int] | None = None

    def expect(self) -> None:
        """Something was queued."""
        loop = asyncio.get_running_loop()
        if self._started is None:
            self._started = loop.create_future()
        if self._ended is None or self._ended.done():
            self._ended = loop.create_future()

    def start(self, at: int) -> None:
        if self._started is not None and not self._started.done():
            self._started.set_result(at)

    def since(self, now: int) -> int:
        """Samples heard so far of the sound that is being heard."""
        if self._started is None or not self._started.done():
            return 0
        return max(0, now - self._started.result())

    def end(self, at: int) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(at)

    async def started(self) -> int:
        self.expect()
        assert self._started is not None
        return await asyncio.shield(self._started)

    async def ended(self, now: int) -> int:
        if self._ended is None:
            return now
        at = await asyncio.shield(self._ended)
        self.forget()
        return at

    def forget(self) -> None:
        """The next sound is a new one."""
        self._started = self._ended = None

    def stop(self, now: int) -> int:
        """The sound is cut off; how many samples of it were heard."""
        heard = self.since(now)
        self.end(now)
        self.forget()
        return heard


class FileSpeaker:
    """A recording of the speaker; its sample n is the same moment as the microphone's sample n."""

    def __init__(self, path: Path, clock: SampleClock, *, rate: int = SAMPLE_RATE) -> None:
        self.path = path
        self._clock = clock
        self._rate = rate
        self._file: Recording | None = None
        self._converter = _Converter(rate)
        self._queue: deque[Int16] = deque()
        self._open_end = False
        self._written = 0
        self._heard = _Heard()
        clock.on_advance(self._render)

    async def __aenter__(self) -> Self:
        self._file = Recording(self.path, self._rate)
        return self

    async def __aexit__(self, *exc: object) -> None:
        # However the session ended, what was heard is kept.
        if self._file is not None:
            self._file.close()
            self._file = None

    async def play(self, frame: AudioFrame) -> None:
        self._heard.expect()
        self._open_end = True
        self._push(self._converter.convert(frame))

    async def started(self) -> int:
        return await self._heard.started()

    async def drain(self) -> int:
        self._push(self._converter.finish())
        self._open_end = False
        if not self._queue:
            self._heard.end(self._clock.now)
        return await self._heard.ended(self._clock.now)

    def flush(self) -> int:
        self._converter.drop()
        self._queue.clear()
        self._open_end = False
        return self._heard.stop(self._clock.now)

    def _push(self, samples: Int16) -> None:
        if len(samples):
            self._queue.append(samples)

    def _render(self, moved: int) -> None:
        """The clock has moved: write as much, sound where there is some, else silence."""
        upto = self._clock.now * self._rate // SAMPLE_RATE
        out = np.zeros(upto - self._written, np.int16)
        filled = 0
        while self._queue and filled < len(out):
            if filled == 0:
                self._heard.start(self._clock.now - moved)
            chunk = self._queue.popleft()
            take = min(len(chunk), len(out) - filled)
            out[filled : filled + take] = chunk[:take]
            filled += take
            if take < len(chunk):
                self._queue.appendleft(chunk[take:])
        if self._file is not None:
            self._file.write(out)
        if filled and not self._queue and not self._open_end:
            self._heard.end((self._written + filled) * SAMPLE_RATE // self._rate)
        self._written = upto


class Speaker:
    """A live speaker."""

    def __init__(self, device: Device, clock: SampleClock) -> None:
        self.device = device
        self._clock = clock
        self._heard = _Heard()
        self._chunks: deque[bytes] = deque()
        self._generation = 0
        self._open_end = False
        self._pushed = False
        self._stream: Any = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._rate, self._channels = _settings(self.device)
        self._converter = _Converter(self._rate)
        width = 2 * self._channels
        rest = b""
        generation = 0
        sounding = False

        def tell(call: Any) -> None:
            # The loop is closed only while the program ends.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(call)

        def callback(out: Any, frames: int, time: Any, status: Any) -> None:
            # PortAudio's thread: copy, hand over, return. `popleft` is atomic; what is left of a
            # chunk stays with this thread and is dropped when `flush` has begun a new generation.
            nonlocal rest, generation, sounding
            if generation != self._generation:
                generation, rest = self._generation, b""
            need = frames * width
            pieces = []
            while need:
                if not rest:
                    try:
                        rest = self._chunks.popleft()
                    except IndexError:
                        break
                pieces.append(rest[:need])
                rest = rest[need:]
                need -= len(pieces[-1])
            sound = b"".join(pieces)
            out[: len(sound)] = sound
            out[len(sound) :] = bytes(len(out) - len(sound))
            if sound and not sounding:
                sounding = True
                tell(self._on_start)
            elif not sound and sounding and not self._open_end:
                sounding = False
                tell(self._on_end)

        self._stream = opened(
            portaudio().RawOutputStream,
            "speaker",
            self.device,
            samplerate=self._rate,
            channels=self._channels,
            dtype="int16",
            blocksize=self._rate // 50,
            callback=callback,
        )
        self._latency = int(self._stream.latency * SAMPLE_RATE)
        log.info("speaker %s open at %d Hz", self.device.name, self._rate)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._stream.close()

    async def play(self, frame: AudioFrame) -> None:
        self._heard.expect()
        self._open_end = True
        self._push(self._converter.convert(frame))

    async def started(self) -> int:
        return await self._heard.started()

    async def drain(self) -> int:
        self._push(self._converter.finish())
        self._open_end = False
        if not self._pushed:
            self._heard.end(self._clock.now)
        at = await self._heard.ended(self._clock.now)
        self._pushed = False
        return at

    def flush(self) -> int:
        self._converter.drop()
        self._chunks.clear()
        self._generation += 1
        self._open_end = self._pushed = False
        return self._heard.stop(self._clock.now)

    def _push(self, samples: Int16) -> None:
        if len(samples):
            self._pushed = True
            self._chunks.append(np.repeat(samples, self._channels).tobytes())

    def _on_start(self) -> None:
        self._heard.start(self._clock.now + self._latency)

    def _on_end(self) -> None:
        self._heard.end(self._clock.now)


def _settings(device: Device) -> tuple[int, int]:
    """The rate and channels to open a speaker with: its own rate, mono where it will."""
    sounddevice = portaudio()
    for channels in (1, 2):
        try:
            sounddevice.check_output_settings(
                device=device.index, channels=channels, dtype="int16", samplerate=device.rate
            )
        except (sounddevice.PortAudioError, ValueError):
            continue
        return device.rate, channels
    return device.rate, device.outputs
