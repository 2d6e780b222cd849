"""What happens to the devices, told to the wearer: earcons, and lines in the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from edge.clock import SampleClock
from edge.devices.ports import DeviceChange, Listener, State
from edge.events import SAMPLE_RATE, AudioFrame
from edge.speak.earcons import Name, earcon, ring
from edge.timeline import Timeline

_APART: Final = SAMPLE_RATE
"""Samples within which the same earcon is not played again: both devices come back at once."""

_EARCONS: Final[dict[State, Name]] = {
    "lost": "error",
    "back": "back",
    "moved": "back",
    "muted": "mute",
    "unmuted": "unmute",
}


class Changing(Protocol):
    """A live device."""

    def on_change(self, listener: Listener) -> None: ...


class Chiming(Protocol):
    """A speaker that plays short sounds on top of whatever is heard."""

    def chime(self, frame: AudioFrame) -> None: ...


class Signals:
    """Listens to devices; plays an earcon and writes a line for each change."""

    def __init__(self, sink: Chiming, timeline: Timeline, clock: SampleClock) -> None:
        self._sink = sink
        self._timeline = timeline
        self._clock = clock
        self._played: dict[Name, int] = {}

    def attend(self, *devices: object) -> None:
        """Tell what happens to those of `devices` that are live."""
        for device in devices:
            on_change: Callable[[Listener], None] | None = getattr(device, "on_change", None)
            if on_change is not None:
                on_change(self.changed)

    def changed(self, change: DeviceChange) -> None:
        """One change."""
        self._timeline.emit(
            "device", what=change.what, state=change.state, device=change.device, why=change.why
        )
        name = _EARCONS.get(change.state)
        # A speaker that is gone cannot say so.
        if name is not None and (change.what, change.state) != ("speaker", "lost"):
            self.play(name)

    def ring(self) -> None:
        """Ring once, as an alarm does."""
        self._sink.chime(ring())

    def play(self, name: Name) -> None:
        """Play the earcon, unless it was just played."""
        before = self._played.get(name)
        if before is None or self._clock.now - before >= _APART:
            self._played[name] = self._clock.now
            self._sink.chime(earcon(name))


def prepare_when_needed(sink: object, timeline: Timeline) -> None:
    """Let a live speaker open its device as soon as there is something to answer."""
    prepare: Callable[[], None] | None = getattr(sink, "prepare", None)
    if prepare is None:
        return

    def watch(event: str, fields: dict[str, Any]) -> None:
        if event in ("speculation_started", "transcript", "wake"):
            prepare()

    timeline.watch(watch)
