"""The speaker: a live one through PortAudio, or a file on the microphone's clock in its place."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, Self

import numpy as np

from edge.aio import cancelled
from edge.clock import SampleClock
from edge.devices import Device, opened, portaudio
from edge.devices.keeper import Keeper
from edge.devices.ports import PORTS, Listener, Ports
from edge.events import SAMPLE_RATE, AudioFrame, Int16
from edge.hear.delivery import Sleep
from edge.speak.feed import Feed
from edge.speak.playback import Converter, Playback
from edge.speak.recording import Recording

log = logging.getLogger(__name__)

_TICK: Final = 0.25
"""Seconds between two looks after a speaker that says nothing by itself."""
_UNHEARD_TICK: Final = 0.02
"""The same while sound goes on unheard."""
_STALLED: Final = 1.0
"""Seconds after which a speaker that asks for no sound counts as lost."""
_PROVEN: Final = 6
"""Blocks after which a stream is known to play: the first ones only fill its buffer."""
_NEVER_CAME: Final = 2.5
"""Seconds that it may take until then."""
_SLOW_TO_OPEN: Final = 1.0
"""Seconds after which a speaker that is wanted and not open counts as lost."""
_EARLY: Final = SAMPLE_RATE // 10
"""Samples before the device's own estimate at which sound is told to be heard: some promise more
latency than they have, and an echo that comes before its sound cannot be cancelled."""
_KEPT_OPEN: Final = 5.0
"""Seconds for which it stays open when there is nothing more to hear."""


class ClockSpeaker(Playback):
    """Whatever is heard as the microphone's clock goes; its sample n is the microphone's n."""

    def __init__(self, clock: SampleClock, *, rate: int = SAMPLE_RATE) -> None:
        super().__init__(clock)
        self._rate = rate
        self._converter = Converter(rate)
        self._queue: deque[Int16] = deque()
        self._written = clock.now * rate // SAMPLE_RATE
        clock.on_advance(self._render)

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
        if self._overlay:
            self._overlay.mix(out)
        self._write(out)
        for listener in self._played:
            listener(out, self._clock.now - moved, self._rate)
        if filled and not self._queue and not self._open_end:
            self._heard.end((self._written + filled) * SAMPLE_RATE // self._rate)
        self._written = upto

    @abstractmethod
    def _write(self, out: Int16) -> None:
        """The next (n,) samples that are heard."""


class FileSpeaker(ClockSpeaker):
    """A recording of the speaker, as long as that of the microphone."""

    def __init__(self, path: Path, clock: SampleClock, *, rate: int = SAMPLE_RATE) -> None:
        super().__init__(clock, rate=rate)
        self.path = path
        self._file: Recording | None = None

    async def __aenter__(self) -> Self:
        self._file = Recording(self.path, self._rate)
        return self

    async def __aexit__(self, *exc: object) -> None:
        # However the session ended, what was heard is kept.
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, out: Int16) -> None:
        if self._file is not None:
            self._file.write(out)


class Speaker(Playback):
    """A live speaker.

    Its stream is open only while there is something to hear, and for a moment after that. While
    the device is away the sound goes on unheard at real pace, so that no answer waits for ever.
    """

    def __init__(
        self,
        device: Device,
        clock: SampleClock,
        *,
        ports: Ports = PORTS,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`wall`: the time of day in seconds, which goes on while the machine sleeps."""
        super().__init__(clock)
        self._feed = Feed(self._overlay, lambda: self._open_end)
        self._wake = asyncio.Event()
        self._keeper = Keeper("speaker", device, self._make, ports, self._wake.set)
        self._keeper.in_use(lambda: self._pushed)
        self._sleep = Sleep(wall)
        self._pushed = False
        """There is sound whose end has not been told yet."""
        self._pushes = 0
        self._latency = 0
        """Samples at `SAMPLE_RATE` between what the device takes and what is heard."""
        self._used_at = 0.0
        """When there was sound last."""
        self._unheard_from: float | None = None
        """When sound began to go nowhere, less what went already."""
        self._running: asyncio.Task[None] | None = None
        self._tears: list[Callable[[], None]] = []

    @property
    def device(self) -> Device:
        return self._keeper.device

    @property
    def state(self) -> Literal["open", "closed", "lost"]:
        """closed: there is nothing to hear; lost: it is away."""
        if self._keeper.lost:
            return "lost"
        return "closed" if self._keeper.stream is None else "open"

    def on_change(self, listener: Listener) -> None:
        """Call `listener` in the event loop whenever something happens to the device."""
        self._keeper.on_change(listener)

    def on_torn(self, listener: Callable[[], None]) -> None:
        """Call `listener` in the event loop whenever the device has run out of sound: what follows
        is heard later than it was told."""
        self._tears.append(listener)

    def prepare(self) -> None:
        """There will be something to hear soon: open the device."""
        self._used_at = self._loop.time()
        self._keeper.want()

    def chime(self, frame: AudioFrame) -> None:
        super().chime(frame)
        self.prepare()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._keeper.enter()
        assert self._keeper.stream is not None
        self._converter = Converter(self._keeper.stream.rate)
        self._used_at = self._loop.time()
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._running is not None:
            await cancelled(self._running)
        self._feed.taker = None
        await self._keeper.leave()

    def _push(self, samples: Int16) -> None:
        if len(samples):
            self._pushed = True
            self._pushes += 1
            self._feed.push(samples)
            self.prepare()

    def _idle(self) -> bool:
        return not self._pushed

    def _discard(self) -> None:
        self._feed.discard()
        self._pushed = False

    async def _run(self) -> None:
        while True:
            pause = self._pause()
            if pause is None:
                self._sleep.forget()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()
            now = self._loop.time()
            if self._pushed or self._overlay:
                self._used_at = now
            stream = self._keeper.stream
            if stream is not None:
                await self._look_after(stream, now)
            if self._keeper.stream is None:
                self._feed.taker = None
            self._keeper.tend(now)
            self._go_on_unheard(now)

    def _pause(self) -> float | None:
        """Seconds until something may have to be done unasked."""
        if self._unheard_from is not None or (self._keeper.lost and self._pushed):
            return _UNHEARD_TICK
        return _TICK if self._keeper.wanted else None

    async def _look_after(self, stream: _Stream, now: float) -> None:
        if stream.calls != stream.seen:
            stream.seen, stream.latest = stream.calls, now
        proven = stream.calls >= _PROVEN
        if slept := self._sleep.seconds(now):
            self._keeper.lose(f"the machine slept for {slept:.0f} s")
        elif stream.finished:
            self._keeper.lose("it is gone")
        elif now - stream.latest > (_STALLED if proven else _NEVER_CAME):
            self._keeper.lose("it takes no sound")
        elif proven or not self._keeper.lost:
            if self._feed.taker is not stream:
                self._take_over(stream)
            if proven:
                self._keeper.delivers()
            if now - self._used_at > _KEPT_OPEN:
                self._feed.taker = None
                await self._keeper.release()

    def _take_over(self, stream: _Stream) -> None:
        """From now on `stream` plays what is queued."""
        if stream.rate != self._converter.rate:
            self._feed.resample(self._converter.rate, stream.rate)
            self._converter = Converter(stream.rate)
        self._latency = int(stream.stream.latency * SAMPLE_RATE)
        self._feed.taker = stream

    def _go_on_unheard(self, now: float) -> None:
        """While the device is away: take what would have been played by now."""
        if self._feed.taker is not None or not (self._pushed or self._overlay):
            self._unheard_from = None
            return
        if self._unheard_from is None:
            self._unheard_from = now
        if not self._keeper.lost:
            if now - self._unheard_from > _SLOW_TO_OPEN:
                self._keeper.lose("it cannot be opened")
            return
        count = int((now - self._unheard_from) * self._converter.rate)
        self._unheard_from += count / self._converter.rate
        self._told(*self._feed.take(count)[1:])

    def _make(self, device: Device) -> _Stream:
        rate, channels = _settings(device)
        stream = _Stream(rate, self._loop.time())
        feed, moment = self._feed, self._loop.time

        def tell(call: Any, *arguments: Any) -> None:
            # The loop is closed only while the program ends.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *arguments)

        def callback(out: Any, frames: int, time: Any, status: Any) -> None:
            # PortAudio's thread: copy, hand over, return.
            stream.calls += 1
            if stream.calls == _PROVEN:
                tell(self._wake.set)
            if status.output_underflow and feed.taker is stream:
                tell(self._torn)
            if feed.taker is not stream:
                out[:] = bytes(len(out))
                return
            sound, began, ended = feed.take(frames)
            out[:] = (sound if channels == 1 else np.repeat(sound, channels)).tobytes()
            if began or ended:
                tell(self._told, began, ended)
            if self._played:
                tell(self._tap, sound, rate, moment())

        def finished() -> None:
            stream.finished = True
            tell(self._wake.set)

        stream.stream = opened(
            portaudio().RawOutputStream,
            "speaker",
            device,
            samplerate=rate,
            channels=channels,
            dtype="int16",
            blocksize=rate // 50,
            callback=callback,
            finished_callback=finished,
        )
        log.info("speaker %s open at %d Hz", device.name, rate)
        return stream

    def _tap(self, sound: Int16, rate: int, moment: float) -> None:
        at = self._clock.at(moment) + max(0, self._latency - _EARLY)
        for listener in self._played:
            listener(sound, at, rate)

    def _torn(self) -> None:
        """The device ran out of sound: what follows is heard later than it was told."""
        log.info("speaker ran out of sound for a moment")
        for listener in self._tears:
            listener()

    def _told(self, began: bool, ended: bool) -> None:
        """What `Feed.take` has said."""
        if began:
            self._heard.start(self._clock.now + self._latency)
        if ended:
            # The device still plays what it was given last.
            self._loop.call_later(self._latency / SAMPLE_RATE, self._ended, self._pushes)

    def _ended(self, pushes: int) -> None:
        if pushes == self._pushes:
            self._pushed = False
            self._heard.end(self._clock.now)


class _Stream:
    """An open stream of the speaker."""

    def __init__(self, rate: int, now: float) -> None:
        self.rate = rate
        self.calls = 0
        """How often the device asked for sound."""
        self.seen = 0
        """How often it had when it was last looked at."""
        self.latest = now
        """When it was last seen to have asked."""
        self.finished = False
        """PortAudio has given it up."""
        self.stream: Any = None

    def close(self) -> None:
        self.stream.abort()
        self.stream.close()


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
