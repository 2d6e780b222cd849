"""Lets the steps of a scenario happen, a frame at a time, and skips the time between them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE, Int16
from edge.loop import Loop
from edge.scenario.devices import SceneMicrophone, SceneSpeaker
from edge.scenario.format import Step
from edge.trust.gate import Gate
from edge.wall import VirtualClock

if TYPE_CHECKING:
    from edge.scenario.cloud import SceneCloud
    from edge.scenario.real import RealMicrophone, RealSpeaker

_IDLE: Final = 12 * SAMPLE_RATE
"""Samples of calm before time is skipped: longer than a question needs no wake word."""
_LEAD: Final = 2 * SAMPLE_RATE
"""Samples that are listened to before somebody speaks."""
_TAIL: Final = 3 * SAMPLE_RATE
"""Samples of calm after which it is over."""
_NO_ANSWER: Final = 20 * SAMPLE_RATE
"""Samples after which an answer that is to be interrupted does not come any more."""
LONGEST: Final = 3600 * SAMPLE_RATE
"""Samples that are listened to at most: something never ends."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so at the beginning of a step, or at the end of the last one."""

    sample: int
    listened: int
    """Samples that were listened to, without those that were skipped."""
    processor: float
    """Seconds of processor time of this process."""
    resident: int
    """Bytes of memory that it has; 0 where that is not known."""
    memory: str
    """What is remembered, as text."""


@dataclass(slots=True)
class Director:
    """`tick` is asked before each frame. All of it belongs to the event loop."""

    steps: Sequence[Step]
    sounds: Sequence[Int16 | None]
    """(n,) samples of each step in which somebody speaks."""
    microphone: SceneMicrophone | RealMicrophone
    speaker: SceneSpeaker | RealSpeaker
    clock: SampleClock
    wall: VirtualClock
    loop: Loop
    gate: Gate
    remembered: Callable[[], str]
    cloud: SceneCloud | None = None
    lead: int = 0
    """Samples before anything happens: a real device takes its time to begin."""
    moments: list[Moment] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)
    """Steps, from 0, that were to interrupt an answer which did not come."""
    off: float | None = None
    """Set when the assistant is to be ended: seconds until it is started again."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with `off`."""
    following: int = 0
    """Place of the next step."""
    _calm: int | None = 0
    """Sample since which nothing happens; None: something does."""
    _until: int = 0
    """Sample up to which a step lasts that only waits."""
    _sounding: int | None = None
    """Sample at which the answer began that can be heard."""
    _ready: int = 0
    """Sample before which nothing happens."""
    _target: datetime | None = None

    def watch(self, event: str, fields: dict[str, Any]) -> None:
        """An event of the trace."""
        if event == "audio_started":
            self._sounding = round(fields["at"] * SAMPLE_RATE)

    def start(self) -> None:
        """The session begins."""
        self._calm = self.clock.now
        self._ready = self.clock.now + self.lead
        self._aim()

    def tick(self) -> int:
        """Let happen what is to happen now; how many samples may be skipped."""
        now = self.clock.now
        assistant = self.loop.assistant
        if self.microphone.busy or now < self._until or not assistant.calm():
            self._calm = None
        elif self._calm is None:
            self._calm = now
        if now - self.microphone.skipped > LONGEST:
            self.microphone.ended_at = now
        if self.microphone.ended_at is not None:
            return 0
        if self.following == len(self.steps):
            if self._calm is not None and now - self._calm >= _TAIL:
                self.moments.append(self._moment())
                self.microphone.ended_at = now
            return 0
        if self.off is not None:
            return 0
        if now < self._ready:
            self._calm = now
            return 0
        if self._due(now):
            self._begin(now)
            return 0
        return self._skip(now)

    def _due(self, now: int) -> bool:
        step = self.steps[self.following]
        calm = self._calm is not None and now - self._calm
        if step.during is not None:
            if self._sounding is not None:
                return now >= self._sounding + step.during * SAMPLE_RATE
            if calm is not False and calm > _NO_ANSWER:
                self.missed.append(self.following)
                return True
            return False
        if self._target is not None:
            return self.wall.now() >= self._target
        return calm is not False and calm >= step.after * SAMPLE_RATE

    def _begin(self, now: int) -> None:
        number, step = self.following, self.steps[self.following]
        self.moments.append(self._moment())
        said = " ".join(part for part in step.say if isinstance(part, str))
        kind = step.kind
        what = said or (str(getattr(step, kind)) if kind else "")
        wall = self.wall.now().strftime("%Y-%m-%d %H:%M:%S")
        self.loop.timeline.emit("step", number=number + 1, kind=kind, what=what, wall=wall)
        self.following += 1
        self._sounding, self._calm = None, None
        sound = self.sounds[number]
        if sound is not None:
            self.microphone.hear(sound)
        if step.wait:
            self._until = now + round(step.wait * SAMPLE_RATE)
        for device, plugged in ((step.unplug, False), (step.plug, True)):
            if device == "microphone":
                self.microphone.plug(plugged)
            elif device == "speaker":
                self.speaker.plug(plugged)
        if step.noise is not None:
            self.microphone.surround(step.noise, step.level)
        if step.network is not None:
            self.gate.network = step.network == "back"
        if step.cloud is not None and self.cloud is not None:
            self.cloud.seconds = step.cloud
        if step.battery is not None:
            self.loop.power.tell(step.battery)
        if step.restart is not None:
            self.off = step.restart
            self.ended.set()
        if step.press:
            self.loop.keys.press()
        self._aim()

    def _aim(self) -> None:
        """When the next step is, if that is a time of day."""
        self._target = None
        if self.following < len(self.steps) and (at := self.steps[self.following].at) is not None:
            now = self.wall.now()
            self._target = now.replace(
                hour=at.hour, minute=at.minute, second=at.second, microsecond=0
            )
            if self._target < now:
                self._target += timedelta(days=1)

    def _skip(self, now: int) -> int:
        step = self.steps[self.following]
        idle = self._calm is not None and now - self._calm >= _IDLE and self.speaker.quiet
        if not idle or self.loop.scheduler.ringing or step.during is not None:
            return 0
        if self._target is not None:
            left = (self._target - self.wall.now()).total_seconds() * SAMPLE_RATE
        else:
            assert self._calm is not None
            left = self._calm + step.after * SAMPLE_RATE - now
        ends = [now + int(left) - _LEAD]
        if self.wall.next is not None:
            ends.append(self.wall.next)
        skip = min(ends) - now
        return skip if skip >= SAMPLE_RATE else 0

    def _moment(self) -> Moment:
        now = self.clock.now
        listened = now - self.microphone.skipped
        return Moment(now, listened, time.process_time(), resident(), self.remembered())


def resident() -> int:
    """Bytes of memory that this process has; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * 4096
