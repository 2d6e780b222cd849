"""The microphone: a live one through PortAudio, or a recording in its place.

Both own the sample clock: each frame they deliver moves it on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, Self

import numpy as np

from edge.aio import cancelled
from edge.clock import SampleClock
from edge.devices import Device, opened, portaudio
from edge.devices.keeper import Keeper
from edge.devices.ports import PORTS, Listener, Ports
from edge.devices.pulse import Source, watch
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.delivery import Alertness, Conditioner, PaceWatch, Quality, Sleep
from edge.hear.files import read_blocks

log = logging.getLogger(__name__)

Pace = Literal["real", "fast"]

_SETTLE = 12
"""Turns of the event loop between two frames in virtual time: whoever was woken by a frame runs
before the next one comes."""

_TICK: Final = 0.25
"""Seconds between two looks after a microphone that says nothing by itself."""
_AWAY_TICK: Final = 0.08
"""The same while silence stands in for it."""
_STALLED: Final = 1.5
"""Seconds without sound after which an open microphone counts as lost."""
_NEVER_CAME: Final = 3.5
"""The same before the first sound: some sound servers take 2 s to begin."""
_MOST_SILENCE: Final = 2.0
"""Seconds of silence that are made up for at once."""
_RELAXED: Final = 4
"""Buffers handed over together in a quiet room: 80 ms."""


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
        return queued(self._paced())

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
    """A live microphone.

    While it is away or muted it goes on as silence at real pace: the clock never stands still, and
    an utterance that was cut off ends.
    """

    ended_at: int | None = None
    """Never: a live microphone has no end."""

    def __init__(
        self,
        device: Device,
        clock: SampleClock,
        *,
        ports: Ports = PORTS,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`wall`: the time of day in seconds, which goes on while the machine sleeps."""
        self.dropped = 0
        """Buffers lost because nobody took them in time."""
        self._clock = clock
        self._ports = ports
        self._wall = wall
        self._arrived = asyncio.Event()
        self._keeper = Keeper("microphone", device, self._make, ports, self._arrived.set)
        self._muted: asyncio.Task[None] | None = None
        self._own_rate = False
        """Open it at its own rate: at another one it delivered something else."""
        self._quality = Quality()
        self._alert = Alertness()
        self.unhurried: Callable[[], bool] = lambda: False
        """Whether what is heard may come a little later, whoever speaks."""
        self._source: Source | None = None
        """Where the system takes the sound from, if it tells."""
        self._displaced = False
        """It takes the speaker's own sound, since the microphone is gone."""
        self._watching: asyncio.Task[None] | None = None
        self._moment = 0.0
        """The event loop's time at which the last sound came."""

    @property
    def device(self) -> Device:
        return self._keeper.device

    @property
    def state(self) -> Literal["open", "lost", "muted"]:
        """open: sound is recorded; muted: the stream is closed, and none can be."""
        if self._muted is not None:
            return "muted"
        return "lost" if self._keeper.lost or self._displaced else "open"

    def on_change(self, listener: Listener) -> None:
        """Call `listener` in the event loop whenever something happens to the device."""
        self._keeper.on_change(listener)

    def mute(self) -> None:
        """Close the stream; what was recorded and not heard yet is forgotten."""
        if self._muted is None:
            self._muted = asyncio.create_task(self._mute())

    def unmute(self) -> None:
        """Open the stream again."""
        if self._muted is not None:
            self._muted = None
            self._keeper.want()
            self._keeper.tell("unmuted")

    @property
    def _away(self) -> bool:
        """Silence has to stand in for it."""
        stream = self._keeper.stream
        return stream is None or (self._keeper.lost and not stream.delivered)

    async def _mute(self) -> None:
        await self._keeper.release()
        self._keeper.tell("muted")

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._keeper.enter()
        self._watching = asyncio.create_task(watch(self._taken_from))
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._watching is not None:
            await cancelled(self._watching)
        if self._muted is not None:
            await self._muted
        await self._keeper.leave()
        if self.dropped:
            log.warning("the microphone lost %d buffers: nobody took them in time", self.dropped)

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return queued(self._live())

    async def _live(self) -> AsyncIterator[AudioFrame]:
        position = self._clock.now
        rest: Int16 = np.zeros(0, np.int16)
        sleep = Sleep(self._wall)
        heard_at = self._loop.time()
        """When the last sample, or silence in its place, was recorded."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_AWAY_TICK if self._away else _TICK):
                    await self._arrived.wait()
            self._arrived.clear()
            now = self._loop.time()
            samples = self._taken(now)
            self._tend(now, sleep.seconds(now))
            if len(samples):
                heard_at = now
            elif self._away:
                # After a sleep nobody wants hours of silence.
                heard_at = max(heard_at, now - _MOST_SILENCE)
                frames = int((now - heard_at) * SAMPLE_RATE) // FRAME_SAMPLES
                heard_at += frames * FRAME_SAMPLES / SAMPLE_RATE
                samples = np.zeros(frames * FRAME_SAMPLES, np.int16)
                self._moment = now
            rest = np.concatenate([rest, samples])
            if len(samples):
                self._clock.delivered(position + len(rest), self._moment)
            whole = len(rest) // FRAME_SAMPLES * FRAME_SAMPLES
            for at in range(0, whole, FRAME_SAMPLES):
                frame = AudioFrame(rest[at : at + FRAME_SAMPLES], position)
                position += FRAME_SAMPLES
                self._clock.advance(FRAME_SAMPLES)
                yield frame
            rest = rest[whole:]

    def _taken(self, now: float) -> Int16:
        """(n,) samples that have come since the last time."""
        stream = self._keeper.stream
        if stream is None or not stream.buffers:
            return np.zeros(0, np.int16)
        data, self._moment = stream.take()
        stream.latest, stream.delivered = now, True
        self._keeper.delivers()
        rate = stream.pace.push(len(data) // (2 * stream.channels), now)
        samples = stream.conditioner.convert(data)
        if self._displaced:
            samples = np.zeros_like(samples)
        if rate is not None:
            self._at_another_rate(stream, rate)
        news = self._quality.push(samples)
        if news == "silent":
            self._keeper.tell(
                "silent", "nothing but zeros comes from it, as if it were switched off"
            )
        elif news == "clipping":
            self._keeper.tell("clipping", "sound is cut at its peaks, turn it down")
        # In a quiet room, or where only a wake word is waited for, the loop is woken less often.
        alert = self._alert.push(samples, now) and not self.unhurried()
        alert = alert or self._ports.others_busy(self._keeper)
        stream.every = 1 if alert else _RELAXED
        return samples

    def _taken_from(self, source: Source) -> None:
        """The system says where the sound comes from."""
        before, self._source = self._source, source
        if before is None or before == source:
            return
        if source.own and not before.own:
            self._displaced = True
            self._keeper.tell("lost", "the system gives the speaker's own sound in its place")
        elif self._displaced and not source.own:
            self._displaced = False
            self._keeper.tell("back")
        elif not source.own:
            self._keeper.tell("moved", f"it is {source.name}")

    def _at_another_rate(self, stream: _Stream, rate: int) -> None:
        why = f"{rate} samples a second come, and not {stream.pace.rate}"
        if not self._own_rate:
            self._own_rate = True
            self._keeper.lose(why)
        else:
            # It was opened anew already: then that is how it is.
            stream.conditioner = Conditioner(rate, stream.channels)
            stream.pace = PaceWatch(rate)
            self._keeper.tell("rate", why)

    def _tend(self, now: float, slept: float) -> None:
        stream = self._keeper.stream
        if stream is not None:
            if slept:
                self._keeper.lose(f"the machine slept for {slept:.0f} s")
            elif stream.finished:
                self._keeper.lose("it is gone")
            elif now - stream.latest > (_STALLED if stream.delivered else _NEVER_CAME):
                self._keeper.lose("no sound comes from it")
        self._keeper.tend(now)

    def _make(self, device: Device) -> _Stream:
        rate, channels = _settings(device, own_rate=self._own_rate)
        stream = _Stream(rate, channels, self._loop.time())
        tell, moment = self._arrived.set, self._loop.time

        def callback(data: Any, frames: int, time: Any, status: Any) -> None:
            # PortAudio's thread: copy, hand over, return. Appending to a deque is atomic, and a
            # full one drops its oldest buffer by itself.
            buffers = stream.buffers
            if len(buffers) == buffers.maxlen:
                self.dropped += 1
            buffers.append((bytes(data), moment()))
            if len(buffers) >= stream.every:
                # The loop is closed only while the program ends.
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(tell)

        def finished() -> None:
            stream.finished = True
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(tell)

        stream.stream = opened(
            portaudio().RawInputStream,
            "microphone",
            device,
            samplerate=rate,
            channels=channels,
            dtype="int16",
            blocksize=rate // 50,
            callback=callback,
            finished_callback=finished,
        )
        log.info("microphone %s open at %d Hz, %d channel(s)", device.name, rate, channels)
        return stream


class _Stream:
    """An open stream of the microphone."""

    def __init__(self, rate: int, channels: int, now: float) -> None:
        self.channels = channels
        self.buffers: deque[tuple[bytes, float]] = deque(maxlen=500)
        """What has come, and the event loop's time at which it did."""
        self.conditioner = Conditioner(rate, channels)
        self.pace = PaceWatch(rate)
        self.every = 1
        """Buffers that wait before the event loop is woken."""
        self.latest = now
        """When sound came last."""
        self.delivered = False
        self.finished = False
        """PortAudio has given it up."""
        self.stream: Any = None

    def take(self) -> tuple[bytes, float]:
        """All that has come since the last time, and when the last of it did."""
        taken, moment = [], 0.0
        while self.buffers:
            data, moment = self.buffers.popleft()
            taken.append(data)
        return b"".join(taken), moment

    def close(self) -> None:
        self.stream.close()


def _settings(device: Device, *, own_rate: bool) -> tuple[int, int]:
    """The rate and channels to open a microphone with: 16 kHz mono where it will."""
    sounddevice = portaudio()
    wanted = [(device.rate, 1), (device.rate, min(2, device.inputs))]
    if not own_rate:
        wanted.insert(0, (SAMPLE_RATE, 1))
    for rate, channels in wanted:
        try:
            sounddevice.check_input_settings(
                device=device.index, channels=channels, dtype="int16", samplerate=rate
            )
        except (sounddevice.PortAudioError, ValueError):
            continue
        return rate, channels
    return device.rate, device.inputs


async def queued(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
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
        await cancelled(task)
