"""A page's speaker as the assistant's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE, Int16
from edge.sim.tape import Tape
from edge.sim.wire import MOST, SPEAKER, Sound
from edge.speak.playback import Converter, Playback

RATE: Final = 24_000
"""Samples a second that a page is sent."""
LEAD: Final = SAMPLE_RATE * 3 // 10
"""Samples of the clock by which sound is sent before it is due."""
_LONGEST: Final = SAMPLE_RATE
"""Samples of the clock: no page is believed to play later than that."""


@dataclass(slots=True)
class _Run:
    """Sound sent without a gap."""

    position: int
    """Of its first sample in the epoch."""
    due: int
    """When that is due, in samples at `RATE`."""


class PageSpeaker(Playback):
    """Sends sound to pages as the clock goes on, a little ahead; with no page it goes on unheard.

    How much was heard is what the page reported last and the time since then; before its first
    report, the time since the sound was due.
    """

    def __init__(
        self,
        clock: SampleClock,
        send: Callable[[Sound], None],
        tell: Callable[..., None],
    ) -> None:
        """`send`: to every page; `tell(type, **fields)`: `flush` and `playback`."""
        super().__init__(clock)
        self.tape = Tape(RATE)
        """What was played lately."""
        self.epoch = 0
        self.changed: Callable[[], None] = lambda: None
        """Called when it begins to sound, and when it falls silent."""
        self._send = send
        self._tell = tell
        self._converter = Converter(RATE)
        self._queue: deque[Int16] = deque()
        self._sent = 0
        """Samples of the epoch."""
        self._run = _Run(0, 0)
        self._sounding = False
        """Something was sent whose end has not been heard."""
        self._answer: int | None = None
        """Position in the epoch at which the answer began."""
        self._reported: tuple[int, int] | None = None
        """What a page has played of the epoch, and when, in samples at `RATE`."""
        self._latency = 0
        """How much later than due a page plays, in samples at `RATE`."""
        self._flushed: tuple[int, int] | None = None
        """The epoch that was cut, and the samples of it that were thought to have been heard."""
        clock.on_advance(self._render)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    def flush(self) -> int:
        """Silence at once; how many samples were heard since the last silence."""
        heard = 0
        position = self._position()
        if self._answer is not None:
            heard = max(0, position - self._answer) * SAMPLE_RATE // RATE
        super().flush()
        self._flushed = (self.epoch, position)
        self.epoch = (self.epoch + 1) & 0xFFFF
        self._sent, self._reported, self._answer = 0, None, None
        self._run = _Run(0, self._now)
        self._tell("flush", epoch=self.epoch)
        self._quiet()
        return heard

    def reported(self, epoch: int, position: int) -> None:
        """A page says that it has played so many samples of `epoch`."""
        if epoch != self.epoch or position > self._sent:
            return
        self._reported = position, self._now
        if self._run.position < position < self._sent:
            late = self._now - self._run.due - (position - self._run.position)
            late = min(max(0, late), _LONGEST * RATE // SAMPLE_RATE)
            self._latency += round(0.3 * (late - self._latency))

    def reported_flush(self, epoch: int, position: int) -> None:
        """A page says how much of a flushed epoch it had played, for the next estimate."""
        if self._flushed is not None and epoch == self._flushed[0]:
            off = self._flushed[1] - position
            self._flushed = None
            self._latency = min(max(0, self._latency + off // 2), RATE)

    def nobody(self) -> None:
        """No page plays any more: sound goes on unheard, without any latency."""
        self._latency, self._reported = 0, None

    @property
    def sounding(self) -> bool:
        """Whether something was sent whose end has not been heard."""
        return self._sounding

    @property
    def _now(self) -> int:
        return self._clock.now * RATE // SAMPLE_RATE

    def _position(self) -> int:
        """Samples of the epoch that have been heard."""
        if self._reported is not None:
            position, at = self._reported
            guess = position + self._now - at
        else:
            guess = self._run.position + self._now - self._latency - self._run.due
        return min(max(0, guess), self._sent)

    def _push(self, samples: Int16) -> None:
        if len(samples):
            self._queue.append(samples)
            if not self._sounding:
                # The first sound of an answer waits for no tick of the clock.
                self._render(0)

    def _idle(self) -> bool:
        return not self._queue and self._answer is None

    def _discard(self) -> None:
        self._queue.clear()

    def _render(self, moved: int) -> None:
        """The clock has moved: send what is due by now and a little more."""
        now = self._now
        if self._queue or self._overlay:
            due = self._run.due + self._sent - self._run.position
            if due < now:
                due = now
                self._run = _Run(self._sent, now)
            self._emit(now + LEAD * RATE // SAMPLE_RATE - due, due)
        if not self._queue and not self._overlay and self._sounding:
            over = self._run.due + self._sent - self._run.position + self._latency
            if now >= over:
                if not self._open_end and self._answer is not None:
                    self._answer = None
                    self._heard.end(over * SAMPLE_RATE // RATE)
                self._quiet()
        elif not self._sounding and not self._open_end and self._answer is not None:
            # The last sound had been heard before the end was known.
            self._answer = None
            self._heard.end(self._clock.now)

    def _emit(self, count: int, due: int) -> None:
        """Send at most `count` samples, the first of which is due at `due`."""
        pieces, filled = [], 0
        while self._queue and filled < count:
            chunk = self._queue.popleft()
            take = min(len(chunk), count - filled)
            pieces.append(chunk[:take])
            filled += take
            if take < len(chunk):
                self._queue.appendleft(chunk[take:])
        out = np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
        if self._overlay and count > 0:
            out = np.pad(out, (0, count - filled))
            self._overlay.mix(out)
        if not len(out):
            return
        at = (due + self._latency) * SAMPLE_RATE // RATE
        if not self._sounding:
            self._sounding = True
            self._tell("playback", epoch=self.epoch, sounding=True)
            self.changed()
        if filled and self._answer is None:
            self._answer = self._sent
            self._heard.start(at)
        for begin in range(0, len(out), MOST):
            part = out[begin : begin + MOST]
            self._send(Sound(SPEAKER, self.epoch, self._sent, part))
            self._sent += len(part)
        self.tape.write(out, due * SAMPLE_RATE // RATE)
        for listener in self._played:
            listener(out, at, RATE)

    def _quiet(self) -> None:
        if self._sounding:
            self._sounding = False
            self._tell("playback", epoch=self.epoch, sounding=False)
            self.changed()
