"""Plays a scenario through the whole product in virtual time."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from edge.aio import cancelled
from edge.clock import SampleClock
from edge.config import configured
from edge.errors import ScenarioError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.transcribe import transcribe
from edge.loop import assemble
from edge.scenario.before import remember, text
from edge.scenario.cloud import SceneCloud
from edge.scenario.devices import SceneMicrophone, SceneSpeaker
from edge.scenario.director import Director, Moment
from edge.scenario.engines import Engines, SceneApp
from edge.scenario.format import Scenario
from edge.scenario.lines import Lines
from edge.settings import Config
from edge.timeline import Timeline
from edge.wall import VirtualClock

if TYPE_CHECKING:
    from edge.scenario.real import RealMicrophone, RealSpeaker, SoundServer

_LEAD = 4 * SAMPLE_RATE
"""Samples that real devices take to begin."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario."""

    rows: list[dict[str, Any]]
    """The trace."""
    moments: list[Moment]
    """At the beginning of each step, and at the end."""
    missed: list[int]
    """Steps, from 0, that were to interrupt an answer which did not come."""
    heard: list[tuple[int, Int16]]
    """Stretches of sound from the speaker, each with the sample at which it begins."""
    transcribe: Callable[[Int16], str]
    """What the recogniser makes of (n,) samples."""


def play(
    engines: Engines,
    path: Path,
    scenario: Scenario,
    trace: Path | None = None,
    *,
    real: bool = False,
) -> Played:
    """Play it with a memory of its own. `trace`: where the trace is written, too; `real`: at real
    pace, with the devices of `edge.scenario.real`.

    Raises ScenarioError, ConfigError.
    """
    cloud = SceneCloud(scenario.cloud) if scenario.cloud is not None else None
    base = engines.config.model_dump(mode="json")
    for section, values in scenario.settings.items():
        base[section] = {**base.get(section, {}), **values}
    if cloud is not None:
        base["contemplate"]["services"] = [*base["contemplate"]["services"], cloud.service]
    config = configured(base, str(path))
    with tempfile.TemporaryDirectory(prefix="edge-scenario-") as folder:
        memory = config.memory.model_copy(update={"path": f"{folder}/memory.sqlite"})
        config = config.model_copy(update={"memory": memory})
        place = _server(scenario) if real else nullcontext()
        with place as server:
            scene = _Scene(engines, config, path, scenario, Path(folder), server, cloud)
            played = asyncio.run(scene.play())
    if trace is not None:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in played.rows)
        try:
            trace.write_text(lines, encoding="utf-8")
        except OSError as error:
            raise ScenarioError(f"{trace} cannot be written: {error.strerror}.") from None
    return played


def _server(scenario: Scenario) -> SoundServer:
    from edge.scenario.real import SoundServer

    if any("speaker" in (step.unplug, step.plug) for step in scenario.step):
        raise ScenarioError(
            "The speaker cannot be unplugged with --real: the sound server would give its sound to"
            " the microphone."
        )
    return SoundServer(echo=scenario.room.echo)


@dataclass(slots=True)
class _Scene:
    """A scenario from its first step to its last, through any number of restarts."""

    engines: Engines
    config: Config
    path: Path
    scenario: Scenario
    folder: Path
    server: SoundServer | None
    """Of real devices; None: virtual time."""
    cloud: SceneCloud | None
    out: io.StringIO = field(default_factory=io.StringIO)
    heard: list[tuple[int, Int16]] = field(default_factory=list)

    async def play(self) -> Played:
        begins = self.scenario.begins.replace(tzinfo=ZoneInfo(self.scenario.zone))
        clock = SampleClock()
        sounds: list[Int16 | None] = []
        before: Director | None = None
        async with AsyncExitStack() as stack:
            if self.cloud is not None:
                await stack.enter_async_context(self.cloud)
            while True:
                chance = self.server is not None
                with SceneApp(self.config, self.engines, self.cloud, chance=chance) as app:
                    app.wall = wall = VirtualClock(begins, clock)
                    if self.cloud is not None:
                        self.cloud.keep(clock, wall)
                    if before is None:
                        remember(app.memory(), self.scenario.before, begins)
                        sounds = await self._sounds(app)
                    director = self._director(app, clock, wall, sounds, before)
                    await _until_ended(director)
                    self.heard += director.speaker.heard
                    if director.off is None:
                        return self._played(app, director)
                before = director
                clock = await self._off(director)

    async def _sounds(self, app: SceneApp) -> list[Int16 | None]:
        """What the wearer says in each step."""
        lines = Lines(app.synthesizer(), f"{app.config.tts.voice} {app.config.tts.speed}")
        return [
            await lines.sound(step, self.path.parent) if step.say or step.play else None
            for step in self.scenario.step
        ]

    def _director(
        self,
        app: SceneApp,
        clock: SampleClock,
        wall: VirtualClock,
        sounds: list[Int16 | None],
        before: Director | None,
    ) -> Director:
        """The assistant, put together, and who lets happen what is left of the steps."""
        director: Director | None = None

        def tick() -> int:
            return director.tick() if director is not None else 0

        microphone, speaker = self._devices(clock, tick, before)
        timeline = Timeline(clock, self.out)
        loop = assemble(
            app,
            microphone,
            speaker,
            clock,
            timeline,
            hears_speaker=self.scenario.room.echo,
            ptt=self.scenario.ptt,
        )
        gate = app.gate()
        # Who has a service of its own is to reach it.
        gate.network = gate.network or self.cloud is not None
        director = Director(
            self.scenario.step,
            sounds,
            microphone,
            speaker,
            clock,
            wall,
            loop,
            gate,
            lambda: text(app.memory()),
            self.cloud,
            lead=0 if self.server is None else _LEAD,
        )
        if before is not None:
            gate.network = before.gate.network
            app.power.tell(before.loop.power.percent)
            director.moments, director.missed = before.moments, before.missed
            director.following = before.following
        timeline.watch(director.watch)
        director.start()
        return director

    def _devices(
        self, clock: SampleClock, tick: Callable[[], int], before: Director | None
    ) -> tuple[SceneMicrophone | RealMicrophone, SceneSpeaker | RealSpeaker]:
        if self.server is not None:
            from edge.scenario.real import RealMicrophone, RealSpeaker

            real = RealMicrophone(clock, tick, self.server, self.folder)
            if before is not None:
                real.skipped = before.microphone.skipped
            return real, RealSpeaker(clock)
        microphone, speaker = SceneMicrophone(clock, tick), SceneSpeaker(clock)
        if before is not None:
            assert isinstance(before.microphone, SceneMicrophone)
            microphone.follow(before.microphone)
        if self.scenario.room.echo:
            microphone.echo(speaker)
        return microphone, speaker

    async def _off(self, director: Director) -> SampleClock:
        """The assistant is off; the clock of the one that follows."""
        assert director.off is not None
        if self.server is not None:
            await asyncio.sleep(director.off)
        samples = round(director.off * SAMPLE_RATE) // FRAME_SAMPLES * FRAME_SAMPLES
        director.microphone.skipped += samples
        return SampleClock(director.clock.now + samples)

    def _played(self, app: SceneApp, director: Director) -> Played:
        if len(director.moments) <= len(self.scenario.step):
            raise ScenarioError(f"{self.path}: it did not come to its end in an hour of listening.")
        rows = [json.loads(line) for line in self.out.getvalue().splitlines()]
        detector, recognizer = app.detector(), app.recognizer()

        def understood(samples: Int16) -> str:
            frames = (
                AudioFrame(samples[at : at + FRAME_SAMPLES], at)
                for at in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
            )
            return " ".join(part.text for part in transcribe(frames, detector, recognizer))

        return Played(rows, director.moments, director.missed, self.heard, understood)


async def _until_ended(director: Director) -> None:
    """Until the microphone has ended, or the director ends all."""
    running = asyncio.ensure_future(director.loop.run())
    ended = asyncio.ensure_future(director.ended.wait())
    try:
        await asyncio.wait((running, ended), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        for task in (running, ended):
            await cancelled(task)
