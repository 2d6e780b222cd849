"""The simulated device: the assistant between a page's devices, and what can be done to it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from edge import __version__
from edge.errors import SimulatorError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, Int16
from edge.remind.shifts import JUMP
from edge.sim.display import PROFILES, View, png
from edge.sim.hub import Client, Hub, dumped
from edge.sim.logs import LogTail
from edge.sim.shown import Shown
from edge.sim.speaker import LEAD, RATE
from edge.sim.state import Device
from edge.sim.turns import TurnRecord, Turns

if TYPE_CHECKING:
    from edge.loop import Loop
    from edge.sim.microphone import PageMicrophone
    from edge.sim.speaker import PageSpeaker

log = logging.getLogger(__name__)

PROTOCOL: Final = 1
MEASURE_S: Final = 2.0
"""Seconds between two measurements, and two looks at what no event tells."""
_LONGEST_TEXT: Final = 1000

GESTURES: Final = (
    "tap",
    "long_press",
    "swipe_up",
    "swipe_down",
    "swipe_forward",
    "swipe_back",
)


@dataclass(slots=True)
class Simulator:
    """Owns the session. All methods belong to the event loop's thread."""

    loop: Loop
    device: Device
    microphone: PageMicrophone
    speaker: PageSpeaker
    hub: Hub
    turns: Turns
    logs: LogTail = field(default_factory=LogTail)
    tokens_per_second: Callable[[], float | None] = lambda: None
    echo: str = "browser"
    """Who cancels it: see the settings."""
    shown: Shown = field(init=False)
    _shown: dict[str, Any] = field(default_factory=dict)
    """The state that pages know."""
    _waiting: list[tuple[str, asyncio.Future[TurnRecord]]] = field(default_factory=list)
    """Who waits for the turn of a question."""
    _group: asyncio.TaskGroup | None = None
    _began: float = field(default_factory=time.monotonic)
    _cpu: tuple[float, float] = (0.0, 0.0)
    """Time, and processor time used by then."""

    def __post_init__(self) -> None:
        self.shown = Shown(self.hub)
        self.speaker.changed = self.show
        self.loop.timeline.watch(self._happened)
        self.loop.forgetting.append(self._forget)

    async def run(self) -> None:
        """Until cancelled."""
        events = asyncio.get_running_loop()
        self.logs.tell = lambda line: _soon(events, self.hub, line)
        logging.getLogger().addHandler(self.logs)
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._measure())
                await self.loop.run()
        finally:
            self._group = None
            logging.getLogger().removeHandler(self.logs)

    # Pages.

    def snapshot(self, client: Client) -> str:
        """All that a page that has just come must know."""
        profiles = {name: asdict(one) if one else None for name, one in PROFILES.items()}
        return dumped(
            "snapshot",
            protocol=PROTOCOL,
            version=__version__,
            client=client.number,
            role=self.hub.role(client),
            state=self.device.state(),
            card=self.shown.card,
            captions=list(self.shown.captions),
            turns=[record.summary() for record in self.turns],
            profiles=profiles,
            speaker={"rate": RATE, "lead_s": LEAD / SAMPLE_RATE, "epoch": self.speaker.epoch},
            microphone={"rate": SAMPLE_RATE, "frame": FRAME_SAMPLES, "echo": self.echo},
        )

    def claim(self, client: Client, *, want: bool, take: bool) -> None:
        """A page asks for the microphone, or gives it back."""
        self.hub.claim(client, want=want, take=take)
        self._roles(fresh=want and self.hub.holder is client)

    def left(self, client: Client) -> None:
        """A page has gone."""
        had = self.hub.holder is client
        self.hub.leave(client)
        if not self.hub.clients:
            self.speaker.nobody()
        self._roles(fresh=had)

    def _roles(self, *, fresh: bool) -> None:
        """`fresh`: whoever has the microphone now begins anew."""
        if self.hub.holder is None:
            self.microphone.detach()
        elif fresh:
            self.microphone.attach()
        self.hub.tell_roles()
        self.show()

    # What can be done to it.

    async def say(self, text: Any) -> asyncio.Future[TurnRecord]:
        """As if the wearer had said `text`; its turn, once it is over."""
        said = " ".join(text.split()) if isinstance(text, str) else ""
        if not said or len(said) > _LONGEST_TEXT:
            raise SimulatorError(f"Say something of 1 to {_LONGEST_TEXT} characters.")
        if self._group is None or self.loop.assistant.answers.session is None:
            raise SimulatorError("The assistant is not there yet.")
        turn: asyncio.Future[TurnRecord] = asyncio.get_running_loop().create_future()
        self._waiting.append((said, turn))
        # Whoever types may go away: the question is asked nevertheless.
        await asyncio.shield(self._group.create_task(self.loop.assistant.hear_text(said)))
        return turn

    def touch(self, gesture: Any) -> None:
        """The touch pad."""
        if gesture not in GESTURES:
            raise SimulatorError(f"There is no gesture {gesture!r}; {', '.join(GESTURES)} are.")
        self.loop.timeline.emit("touch", gesture=gesture)
        match gesture:
            case "tap":
                self._tap()
            case "long_press":
                self.mute(not self.device.muted, by="touch")
            case "swipe_up" | "swipe_down":
                self.loop.volume.step(1 if gesture == "swipe_up" else -1)
            case _:
                self.shown.show(None)
        self.show()

    def _tap(self) -> None:
        """Stop what speaks or rings; else listen."""
        loop = self.loop
        loud = loop.scheduler.ringing or loop.assistant.answers.given is not None
        loop.scheduler.heard()
        if loud:
            loop.assistant.be_silent()
        elif self.device.muted:
            self.mute(False, by="touch")
        elif loop.attention is not None:
            loop.attention.press()
            loop.signals.play("listening")

    def mute(self, muted: Any, *, by: str = "switch") -> None:
        """The mute switch."""
        if not isinstance(muted, bool):
            raise SimulatorError(f"muted is true or false, not {muted!r}.")
        if self.loop.mute is None:
            raise SimulatorError("This microphone cannot be muted.")
        if muted and not self.device.muted:
            self.loop.mute.on(by=by)
        elif not muted:
            self.loop.mute.off(by=by)
        self.show()

    async def switch(self, name: Any, value: Any) -> None:
        """One of the switches."""
        if name == "noise" and value:
            await asyncio.to_thread(self.device.room.prepare)
        self.device.switch(str(name), value)
        self.loop.timeline.emit("switch", name=name, value=value)
        self.show()

    def set_clock(self, message: dict[str, Any]) -> None:
        """Move the wall clock: see the protocol."""
        wall = self.device.wall
        before = wall.now().timestamp() - wall.steady()
        self.device.set_clock(
            shift_s=message.get("shift_s"), add_s=message.get("add_s"), to=message.get("set")
        )
        jump = wall.now().timestamp() - wall.steady() - before
        if abs(jump) > JUMP:
            # As the scheduler does: a timer takes as long as it was set for.
            self.shown.move_timers(jump)
        self.loop.timeline.emit("clock", shift_s=self.device.wall.shift)
        self.show()

    def play(self, samples: Int16) -> float:
        """Play (n,) samples at `SAMPLE_RATE` in the room; their length in seconds."""
        if self.device.muted:
            raise SimulatorError("The microphone is off, so nothing can be played into it.")
        self.device.room.play(samples)
        self.show()
        return round(len(samples) / SAMPLE_RATE, 3)

    def stop_playing(self) -> None:
        """No recording is played any more."""
        self.device.room.stop()
        self.show()

    async def replay(self, record: TurnRecord) -> None:
        """Ask the question of a turn again."""
        if len(record.asked):
            self.play(record.asked)
        else:
            await self.say(record.question)

    # What there is to see.

    def display(self, name: str) -> bytes | None:
        """The framebuffer of the profile (empty: the chosen one) as a PNG; None: no display."""
        name = name or self.device.profile
        if name not in PROFILES:
            raise SimulatorError(f"There is no display {name!r}; {', '.join(PROFILES)} are.")
        profile = PROFILES[name]
        if profile is None:
            return None
        asked, answer = self.shown.latest()
        view = View(
            ring=self.device.ring(),
            now=self.device.wall.now(),
            battery=self.device.battery,
            muted=self.device.muted,
            asked=asked,
            answer=answer,
            card=self.shown.card,
        )
        return png(view, profile)

    def metrics(self) -> dict[str, Any]:
        """What it costs."""
        from edge.bench.machine import resident_mb

        now, used = time.monotonic(), time.process_time()
        before, used_before = self._cpu
        if now - before > MEASURE_S / 2:
            self._cpu = now, used
        share = (used - used_before) / (now - before) if before and now > before else 0.0
        pace = self.tokens_per_second()
        return {
            "memory_mb": round(resident_mb(), 1),
            "cpu": round(share, 3),
            "tokens_per_second": round(pace, 1) if pace else None,
            "uptime_s": round(now - self._began, 1),
            "dropped": self.microphone.dropped,
            "filled": self.microphone.filled,
        }

    def show(self) -> None:
        """Tell pages the state, if it has changed."""
        state = self.device.state()
        # The time alone is no news: pages have a clock.
        if {**state, "now": ""} != self._shown:
            self._shown = {**state, "now": ""}
            self.hub.tell("state", **state)

    async def _measure(self) -> None:
        while True:
            if self.hub.clients:
                self.hub.tell("metrics", **self.metrics())
            self.show()
            await asyncio.sleep(MEASURE_S)

    def _happened(self, name: str, fields: dict[str, Any]) -> None:
        """Watches the timeline."""
        now = self.device.wall.now()
        t = round(self.loop.assistant.clock.seconds, 6)
        event = {**fields, "event": name, "t": t, "wall": now.isoformat(timespec="milliseconds")}
        self.hub.tell("event", **event)
        self._notice(name, fields)
        record = self.turns.add(event, now)
        if record is not None:
            self.hub.tell("turn", **record.summary())
            self._answered(record)
        # What an event tells of is often done only after it.
        asyncio.get_running_loop().call_soon(self.show)

    def _notice(self, name: str, fields: dict[str, Any]) -> None:
        device = self.device
        match name:
            case "speech_started":
                device.hearing = True
            case "transcript":
                device.hearing = False
            case "turn_done":
                device.contemplating = False
            case "contemplation":
                device.contemplating = fields["phase"] != "verdict"
        self.shown.notice(name, fields)

    def _answered(self, record: TurnRecord) -> None:
        for entry in self._waiting[:]:
            said, turn = entry
            if turn.done():
                self._waiting.remove(entry)
            elif record.question == said:
                turn.set_result(record)
                self._waiting.remove(entry)
                break

    def _forget(self) -> None:
        self.turns.forget()
        self.logs.lines.clear()
        self.shown.forget()


def _soon(events: asyncio.AbstractEventLoop, hub: Hub, line: dict[str, Any]) -> None:
    """From whatever thread has logged."""
    try:
        events.call_soon_threadsafe(lambda: hub.tell("log", **line))
    except RuntimeError:
        # The loop is closed only while the program ends.
        return
