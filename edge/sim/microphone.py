"""A page's microphone as the assistant's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final, Literal, Self

import numpy as np

from edge.clock import SampleClock
from edge.devices.ports import DeviceChange, Listener, State
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.mic import queued
from edge.sim.room import Room
from edge.sim.tape import Tape

log = logging.getLogger(__name__)

_TICK: Final = 0.08
"""Seconds between two looks while silence stands in for a page."""
_BUSY_TICK: Final = 0.02
"""The same while something is to be heard in the room."""
_STALLED: Final = 0.4
"""Seconds without sound after which silence stands in for it; and how far ahead of real time the
sound of a page may come."""
_LOST: Final = 1.5
"""Seconds of such silence after which the wearer is told."""
_LATE: Final = 0.25
"""Seconds between two looks from which it was this program that was busy: what has arrived
meanwhile waits in the socket, and is given as long again to come."""
_FOLLOW: Final = 0.002
"""How much of its difference from the machine's clock a page's clock is forgiven a message."""
_MOST: Final = 2 * SAMPLE_RATE
"""Samples that wait at most."""


class PageMicrophone:
    """An `AudioSource` whose sound arrives by `push`, from one page at a time.

    The clock goes on at real pace whatever the page does: silence stands in where no page has the
    microphone, where its sound stalls and for what was lost on the way; sound that comes too late
    is thrown away. A page's clock is never quite the machine's: small differences are followed.
    """

    ended_at: int | None = None
    """Never."""

    def __init__(
        self, clock: SampleClock, room: Room, *, now: Callable[[], float] | None = None
    ) -> None:
        """`now`: the steady time in seconds; None: the event loop's."""
        self.dropped = 0
        """Samples that came too late."""
        self.filled = 0
        """Samples of silence in place of lost ones."""
        self.tape = Tape(SAMPLE_RATE)
        """What was heard lately."""
        self._clock = clock
        self._room = room
        self._time = now
        self._arrived = asyncio.Event()
        self._waiting: list[Int16] = []
        self._expected: int | None = None
        """Position of the page's next sample."""
        self._attached = False
        self._muted = False
        self._stalled = False
        """Silence stands in for a page's sound."""
        self._missing = 0
        """Samples for which it has."""
        self._lost = False
        """That was told."""
        self._came = False
        """Sound has come since the page has the microphone: it takes a moment to open it."""
        self._listeners: list[Listener] = []
        self._began: float | None = None
        """When sample 0 was, by the steady time."""
        self._looked = 0.0
        """When it was looked last for sound."""
        self._patient_until = 0.0
        """Until then nothing is missing."""
        self._taken = 0
        """Samples given, and those that make no frame yet."""

    @property
    def state(self) -> Literal["open", "lost", "muted"]:
        """lost: no page has the microphone, or its sound stalls."""
        if self._muted:
            return "muted"
        return "open" if self._attached and not self._lost else "lost"

    @property
    def source(self) -> Literal["none", "browser", "stalled", "file"]:
        """Where the sound comes from."""
        if self._room.playing and not self._muted:
            return "file"
        if not self._attached:
            return "none"
        return "stalled" if self._stalled else "browser"

    def on_change(self, listener: Listener) -> None:
        """Call `listener` when it is muted, lost or back."""
        self._listeners.append(listener)

    def mute(self) -> None:
        """From now on nothing that arrives is kept; what waits is forgotten."""
        if not self._muted:
            self._muted = True
            self._waiting.clear()
            self._room.stop()
            self._tell("muted")

    def unmute(self) -> None:
        """Listen again."""
        if self._muted:
            self._muted = self._came = False
            self._expected = None
            self._tell("unmuted")

    def attach(self) -> None:
        """A page has the microphone from now on."""
        self._attached, self._expected = True, None
        self._stalled = self._came = self._lost = False
        self._arrived.set()

    def detach(self) -> None:
        """No page has it any more."""
        self._attached = False
        self._waiting.clear()
        self._arrived.set()

    def push(self, samples: Int16, position: int) -> None:
        """(n,) samples have come, the first of which is the page's sample `position`."""
        if self._muted or not self._attached:
            return
        self._came = True
        self._stalled, self._missing = False, 0
        if self._lost:
            self._lost = False
            self._tell("back")
        if self._expected is not None and position < self._expected:
            # Said twice.
            samples = samples[self._expected - position :]
            position = self._expected
        gap = 0 if self._expected is None else position - self._expected
        self._expected = position + len(samples)
        if gap:
            # At most what is missing by the machine's clock, too: silence may have been given.
            missing = self._due() - self._taken - sum(map(len, self._waiting)) - len(samples)
            gap = max(0, min(gap, missing))
            self.filled += gap
            self._waiting.append(np.zeros(gap, np.int16))
        self._waiting.append(samples)
        while sum(map(len, self._waiting)) > _MOST:
            self.dropped += len(self._waiting.pop(0))
        self._arrived.set()

    async def __aenter__(self) -> Self:
        if self._time is None:
            self._time = asyncio.get_running_loop().time
        self._began = self._time()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.detach()

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return queued(self._frames())

    async def _frames(self) -> AsyncIterator[AudioFrame]:
        position = 0
        rest: Int16 = np.zeros(0, np.int16)
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BUSY_TICK if self._room.playing else _TICK):
                    await self._arrived.wait()
            self._arrived.clear()
            rest = np.concatenate([rest, self._take()])
            whole = len(rest) // FRAME_SAMPLES * FRAME_SAMPLES
            for at in range(0, whole, FRAME_SAMPLES):
                samples = rest[at : at + FRAME_SAMPLES]
                if not self._muted:
                    samples = self._room.mix(samples, position)
                self.tape.write(samples, position)
                frame = AudioFrame(samples, position)
                position += FRAME_SAMPLES
                self._clock.advance(FRAME_SAMPLES)
                yield frame
            rest = rest[whole:]

    def _take(self) -> Int16:
        """(n,) samples that are due: those of the page, or silence in their place."""
        due = self._due()
        now = 0.0 if self._time is None else self._time()
        if now - self._looked > _LATE:
            self._patient_until = now + _LATE
        self._looked = now
        if self._waiting:
            samples = np.concatenate(self._waiting)
            self._waiting.clear()
            ahead = self._taken + len(samples) - due
            late = ahead - round(_STALLED * SAMPLE_RATE)
            if late > 0:
                # Silence was given in its place already.
                late = min(late, len(samples))
                self.dropped += late
                samples = samples[late:]
            elif self._began is not None:
                self._began -= _FOLLOW * ahead / SAMPLE_RATE
        else:
            behind = due - self._taken
            live = self._attached and self._came and not self._muted
            early = behind < _STALLED * SAMPLE_RATE or now < self._patient_until
            if live and not self._stalled and early:
                return np.zeros(0, np.int16)
            if live:
                self._stalled = True
                self._missing += behind
                self.filled += behind
                if not self._lost and self._missing > _LOST * SAMPLE_RATE:
                    self._lost = True
                    self._tell("lost", "no sound comes from the page")
            # After the machine slept nobody wants hours of silence.
            if behind > _MOST and self._began is not None:
                self._began += (behind - _MOST) / SAMPLE_RATE
                behind = _MOST
            samples = np.zeros(max(0, behind), np.int16)
        self._taken += len(samples)
        return samples

    def _due(self) -> int:
        """Samples that should have come by now."""
        if self._time is None or self._began is None:
            return 0
        return round((self._time() - self._began) * SAMPLE_RATE)

    def _tell(self, state: State, why: str = "") -> None:
        if state == "lost":
            log.warning("the page's microphone is lost: %s", why)
        for listener in self._listeners:
            listener(DeviceChange("microphone", state, "page", why))
