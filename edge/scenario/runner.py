"""Plays a scenario through the whole product in virtual time."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from zoneinfo import ZoneInfo

from edge.app import App
from edge.clock import SampleClock
from edge.config import configured
from edge.errors import ScenarioError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.transcribe import transcribe
from edge.loop import assemble
from edge.scenario.devices import SceneMicrophone, SceneSpeaker
from edge.scenario.director import Director, Moment
from edge.scenario.format import Before, Scenario
from edge.scenario.lines import Lines
from edge.settings import Config
from edge.timeline import Timeline
from edge.wall import VirtualClock

if TYPE_CHECKING:
    from edge.memory import Memory
    from edge.models import Store
    from edge.reason.hedge import Hedge
    from edge.reason.lm.engine import LanguageModel
    from edge.reason.lm.responder import LmResponder
    from edge.scenario.real import RealMicrophone, RealSpeaker, SoundServer
    from edge.stages import Recognizer, Synthesizer, TurnJudge
    from edge.worker import Worker

T = TypeVar("T")


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


class Engines:
    """Loads what is slow to load once, for any number of scenarios."""

    def __init__(self, store: Store, config: Config | None = None) -> None:
        """`config`: the settings that a scenario's own are laid over."""
        self.store = store
        self.config = config or Config()
        self.stack = ExitStack()
        self.made: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stack.close()

    def play(
        self, path: Path, scenario: Scenario, trace: Path | None = None, *, real: bool = False
    ) -> Played:
        """Play it with a memory of its own. `trace`: where the trace is written, too; `real`: at
        real pace, with the devices of `edge.scenario.real`.

        Raises ScenarioError, ConfigError.
        """
        base = self.config.model_dump(mode="json")
        for section, values in scenario.settings.items():
            base[section] = {**base.get(section, {}), **values}
        config = configured(base, str(path))
        with tempfile.TemporaryDirectory(prefix="edge-scenario-") as folder:
            memory = config.memory.model_copy(update={"path": f"{folder}/memory.sqlite"})
            config = config.model_copy(update={"memory": memory})
            place = _server(scenario) if real else nullcontext()
            with _SceneApp(config, self, chance=real) as app, place as server:
                played = asyncio.run(_play(app, path, scenario, server, Path(folder)))
        if trace is not None:
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in played.rows)
            try:
                trace.write_text(lines, encoding="utf-8")
            except OSError as error:
                raise ScenarioError(f"{trace} cannot be written: {error.strerror}.") from None
        return played


class _SceneApp(App):
    """Shares engines with the scenarios before it."""

    def __init__(self, config: Config, engines: Engines, *, chance: bool) -> None:
        """`chance`: whether the voice draws noise, and partial results wait for their cost."""
        super().__init__(config, engines.store)
        self._engines = engines
        self._chance = chance

    def recognizer(self) -> Recognizer:
        recognizer = self._once("asr", super().recognizer)
        if hasattr(recognizer, "clock"):
            # How often it tells what is understood so far depends on what that costs.
            recognizer.clock = time.perf_counter if self._chance else _standing
        return recognizer

    def turn_judge(self) -> TurnJudge | None:
        return self._once("endpoint", super().turn_judge)

    def synthesizer(self) -> Synthesizer:
        voice = self._once("tts", super().synthesizer)
        if hasattr(voice, "speed"):
            # A scenario before it may have asked for another pace.
            voice.speed = self.config.tts.speed
        if hasattr(voice, "steady"):
            # The same scenario is to give the same trace.
            voice.steady = not self._chance
        return voice

    def hedge(self) -> Hedge | None:
        return self._once("lm hedge", super().hedge)

    def model_responder(self, hedge: Hedge | None = None) -> LmResponder:
        make = super().model_responder
        self.language = self._once("lm", lambda: make(hedge))
        return self.language

    def _language_model(self, name: str = "") -> tuple[LanguageModel, Worker]:
        make = super()._language_model
        return self._once(f"lm model {name}", lambda: make(name))

    def _once(self, name: str, make: Callable[[], T]) -> T:
        settings = getattr(self.config, name.split()[0]).model_dump_json()
        key = (name, settings)
        if key not in self._engines.made:
            mine, self._open = self._open, self._engines.stack
            try:
                self._engines.made[key] = make()
            finally:
                self._open = mine
        made: T = self._engines.made[key]
        return made


def _server(scenario: Scenario) -> SoundServer:
    from edge.scenario.real import SoundServer

    if scenario.room.echo:
        raise ScenarioError("There is no room with an echo with --real.")
    return SoundServer()


async def _play(
    app: App, path: Path, scenario: Scenario, server: SoundServer | None, folder: Path
) -> Played:
    clock = SampleClock()
    begins = scenario.begins.replace(tzinfo=ZoneInfo(scenario.zone))
    wall = VirtualClock(begins, clock)
    app.wall = wall
    _remember(app.memory(), scenario.before, begins)
    lines = Lines(app.synthesizer(), f"{app.config.tts.voice} {app.config.tts.speed}")
    sounds = [
        await lines.sound(step, path.parent) if step.say or step.play else None
        for step in scenario.step
    ]
    out = io.StringIO()
    timeline = Timeline(clock, out)
    director: Director | None = None

    def tick() -> int:
        return director.tick() if director is not None else 0

    microphone: SceneMicrophone | RealMicrophone
    speaker: SceneSpeaker | RealSpeaker
    if server is None:
        microphone, speaker = SceneMicrophone(clock, tick), SceneSpeaker(clock)
        if scenario.room.echo:
            microphone.echo(speaker)
    else:
        from edge.scenario.real import RealMicrophone, RealSpeaker

        microphone = RealMicrophone(clock, tick, server, folder)
        speaker = RealSpeaker(clock)
    loop = assemble(
        app,
        microphone,
        speaker,
        clock,
        timeline,
        hears_speaker=scenario.room.echo,
        ptt=scenario.ptt,
    )
    gate = app.gate()
    director = Director(
        scenario.step,
        sounds,
        microphone,
        speaker,
        clock,
        wall,
        loop,
        gate,
        lambda: _text(app.memory()),
        lead=0 if server is None else 4 * SAMPLE_RATE,
    )
    timeline.watch(director.watch)
    director.start()
    await loop.run()
    if len(director.moments) <= len(scenario.step):
        raise ScenarioError(f"{path}: it did not come to its end in an hour of listening.")
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    detector, recognizer = app.detector(), app.recognizer()

    def understood(samples: Int16) -> str:
        frames = (
            AudioFrame(samples[at : at + FRAME_SAMPLES], at)
            for at in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
        )
        return " ".join(part.text for part in transcribe(frames, detector, recognizer))

    return Played(rows, director.moments, director.missed, speaker.heard, understood)


def _standing() -> float:
    """A clock on which everything takes no time."""
    return 0.0


def _text(memory: Memory) -> str:
    """All that is remembered, as text; without what the device keeps for itself."""
    tables = memory.export()
    tables.pop("state", None)
    return json.dumps(tables, ensure_ascii=False)


def _remember(memory: Memory, before: Before, now: datetime) -> None:
    from edge.health.metrics import metrics
    from edge.health.readings import Reading, Readings
    from edge.shopping.purchases import Purchases

    known = metrics()
    readings = []
    for metric, values in before.readings.items():
        if metric not in known:
            raise ScenarioError(f"There is no metric {metric}; known are {', '.join(known)}.")
        for ago, value in enumerate(reversed(values)):
            day: date = now.date() - timedelta(days=ago)
            at = datetime(day.year, day.month, day.day, 6, tzinfo=now.tzinfo).timestamp()
            readings.append(Reading(metric, day, at, at, value, "scenario"))
    Readings(memory).add(readings)
    for thing, days in before.bought.items():
        for ago in sorted(days, reverse=True):
            Purchases(memory).add([thing], at=(now - timedelta(days=ago)).timestamp())
    for fact in before.facts:
        memory.facts.add(fact, said=fact, origin="scenario", at=now.timestamp())
