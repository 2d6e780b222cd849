"""The product's parts as a scenario uses them: slow ones are loaded once for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self, TypeVar

from edge.app import App
from edge.settings import Config

if TYPE_CHECKING:
    from edge.models import Store
    from edge.reason.contemplate.responder import Contemplation, Thoughts
    from edge.reason.hedge import Hedge
    from edge.reason.lm.engine import LanguageModel
    from edge.reason.lm.responder import LmResponder
    from edge.reason.router import Trace
    from edge.scenario.cloud import SceneCloud
    from edge.stages import Recognizer, Synthesizer, TurnJudge
    from edge.worker import Worker

T = TypeVar("T")


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


class SceneApp(App):
    """Shares engines with the scenarios before it."""

    def __init__(
        self, config: Config, engines: Engines, cloud: SceneCloud | None, *, chance: bool
    ) -> None:
        """`chance`: whether the voice draws noise, and partial results wait for their cost."""
        super().__init__(config, engines.store)
        self._engines = engines
        self._cloud = cloud
        self._chance = chance

    def contemplation(
        self, thoughts: Thoughts, trace: Trace | None = None, *, agents: int | None = None
    ) -> Contemplation:
        made = super().contemplation(thoughts, trace, agents=agents)
        if self._cloud is not None:
            made.remote = self._cloud.provider
        return made

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


def _standing() -> float:
    """A clock on which everything takes no time."""
    return 0.0
