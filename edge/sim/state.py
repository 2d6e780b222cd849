"""What the simulated device is set to, and what it is doing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from edge.errors import SimulatorError
from edge.remind.budget import Habits
from edge.sim.display import DEFAULT, PROFILES

if TYPE_CHECKING:
    from datetime import datetime

    from edge.loop import Loop
    from edge.sim.microphone import PageMicrophone
    from edge.sim.room import Room
    from edge.sim.speaker import PageSpeaker
    from edge.sim.wall import MovableClock
    from edge.trust.consent import Consent
    from edge.trust.gate import Gate

Ring = Literal[
    "asleep", "listening", "hearing", "thinking", "contemplating", "speaking", "muted", "offline"
]

_GENERAL: Final = "general"
"""The topic of questions whose consent is shown."""
_QUIET: Final = ("auto", "on", "off")


@dataclass(slots=True)
class Device:
    """Its switches and its ring."""

    loop: Loop
    microphone: PageMicrophone
    speaker: PageSpeaker
    room: Room
    wall: MovableClock
    gate: Gate | None
    """None: nothing can leave at all."""
    profile: str = DEFAULT
    quiet_hours: str = "auto"
    hearing: bool = False
    """Somebody speaks, or what they said is being understood."""
    contemplating: bool = False
    _network: bool = True
    """Where there is no gate."""
    _habits: Habits = field(init=False)

    def __post_init__(self) -> None:
        self._habits = self.loop.scheduler.habits

    @property
    def network(self) -> bool:
        return self._network if self.gate is None else self.gate.network

    @property
    def battery(self) -> int:
        """Percent."""
        percent = self.loop.power.percent
        return 100 if percent is None else percent

    @property
    def muted(self) -> bool:
        return self.microphone.state == "muted"

    def ring(self) -> Ring:
        """What it is doing."""
        answers = self.loop.assistant.answers
        given = answers.given
        if given is not None and not given.turn.playout.held:
            # Between what is said of a contemplation it is quiet for long.
            if answers.sounding and (self.speaker.sounding or not self.contemplating):
                return "speaking"
            return "contemplating" if self.contemplating else "thinking"
        if self.muted:
            return "muted"
        if self.hearing:
            return "hearing"
        if not self.network:
            return "offline"
        attention = self.loop.attention
        return "asleep" if attention is not None and attention.asleep() else "listening"

    def state(self) -> dict[str, Any]:
        """All of it, as in docs/simulator.md."""
        import math

        from edge.volume import LOUDER

        now = self.wall.now()
        gain = self.loop.volume.gain
        return {
            "ring": self.ring(),
            "muted": self.muted,
            "microphone": self.microphone.source,
            "network": self.network,
            "cloud": self.cloud(),
            "battery": self.battery,
            "noise": self.room.level,
            "quiet_hours": self.quiet_hours,
            "quiet": self.loop.scheduler.habits.quiet(now),
            "now": now.isoformat(timespec="milliseconds"),
            "shift_s": self.wall.shift,
            "profile": self.profile,
            "volume": round(math.log(gain, LOUDER)),
            "wake": self.loop.wake,
            "ringing": self.loop.scheduler.ringing,
        }

    def cloud(self) -> Consent | None:
        """What is wished for general questions."""
        return None if self.gate is None else self.gate.wishes.standing("", _GENERAL)

    def switch(self, name: str, value: Any) -> None:
        """Set one switch. Raises SimulatorError for what there is not."""
        match name, value:
            case "network", bool():
                self._network = value
                if self.gate is not None:
                    self.gate.network = value
            case "cloud", "never" | "ask" | "always":
                if self.gate is None:
                    raise SimulatorError("This assistant knows of no cloud.")
                self.gate.wishes.wish(cast("Consent", value), topic=_GENERAL)
            case "battery", int() if 0 <= value <= 100 and not isinstance(value, bool):
                self.loop.power.tell(value)
            case "noise", int() | float() if 0 <= value <= 1 and not isinstance(value, bool):
                self.room.level = float(value)
            case "quiet_hours", str() if value in _QUIET:
                self._quiet(value)
            case "profile", str() if value in PROFILES:
                self.profile = value
            case _:
                raise SimulatorError(f"The switch {name!r} cannot be {value!r}.")

    def set_clock(self, *, shift_s: Any = None, add_s: Any = None, to: Any = None) -> None:
        """Move the wall clock. Raises SimulatorError for what is no time."""
        if add_s is not None:
            self.wall.add(_seconds(add_s, least=0))
        elif shift_s is not None:
            self.wall.put(_seconds(shift_s))
        else:
            moment = _moment(to, self.wall.now())
            self.wall.put(
                _seconds(moment.timestamp() - self.wall.now().timestamp()) + self.wall.shift
            )
        self.loop.scheduler.changed()

    def _quiet(self, value: str) -> None:
        from datetime import time

        self.quiet_hours = value
        habits = self._habits
        if value != "auto":
            until = time.max if value == "on" else time.min
            habits = Habits(time.min, until, habits.daily_cap, habits.suggestions)
        self.loop.scheduler.habits = habits
        self.loop.scheduler.changed()


def _seconds(value: Any, least: float = -4e8) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 4e8:
        raise SimulatorError(f"{value!r} is no number of seconds that the clock can be moved by.")
    return float(value)


def _moment(value: Any, now: datetime) -> datetime:
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise SimulatorError(f"{value!r} is no time as 2026-03-01T07:30 is.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
