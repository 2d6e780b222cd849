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
from edge.events import SAMPLE_RATE, Int16
from edge.speak.playback import Converter, Playback
from edge.speak.recording import Recording

log = logging.getLogger(__name__)


class FileSpeaker(Playback):
    """A recording of the speaker; its sample n is the same moment as the microphone's sample n."""

    def __init__(self, path: Path, clock: SampleClock, *, rate: int = SAMPLE_RATE) -> None:
        super().__init__(clock)
        self.path = path
        self._rate = rate
        self._file: Recording | None = None
        self._converter = Converter(rate)
        self._queue: deque[Int16] = deque()
        self._written = 0
        clock.on_advance(self._render)

    async def __aenter__(self) -> Self:
        self._file = Recording(self.path, self._rate)
        return self

    async def __aexit__(self, *exc: object) -> None:
        # However the session ended, what was heard is kept.
        if self._file is not None:
            self._file.close()
            self._file = None

    def _push(self, samples: Int16) -> None:
        if len(samples):
            self._queue.append(samples)

    def _idle(self) -> bool:
        return not self._queue

    def _discard(self) -> None:
        self._queue.clear()

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


class Speaker(Playback):
    """A live speaker."""

    def __init__(self, device: Device, clock: SampleClock) -> None:
        super().__init__(clock)
        self.device = device
        self._chunks: deque[bytes] = deque()
        self._generation = 0
        self._pushed = False
        """There is sound whose end the callback has not told yet."""
        self._stream: Any = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._rate, self._channels = _settings(self.device)
        self._converter = Converter(self._rate)
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
        self._stream.abort()
        self._stream.close()

    def _push(self, samples: Int16) -> None:
        if len(samples):
            self._pushed = True
            self._chunks.append(np.repeat(samples, self._channels).tobytes())

    def _idle(self) -> bool:
        return not self._pushed

    def _discard(self) -> None:
        self._chunks.clear()
        self._generation += 1
        self._pushed = False

    def _on_start(self) -> None:
        self._heard.start(self._clock.now + self._latency)

    def _on_end(self) -> None:
        # The device still plays what it was given last.
        asyncio.get_running_loop().call_later(self._latency / SAMPLE_RATE, self._ended)

    def _ended(self) -> None:
        self._pushed = False
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
