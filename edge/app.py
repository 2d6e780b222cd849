"""The composition root: the only place that names engines.

Everything heavy is imported inside the functions that need it, so that `edge --help` is quick.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing, nullcontext
from dataclasses import fields
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self

import platformdirs

from edge.clock import SampleClock
from edge.errors import ModelError
from edge.power import Power
from edge.settings import Config
from edge.wall import SystemClock, WallClock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.hear.attention import Attention
    from edge.hear.listen import Listener
    from edge.hear.wake import WakeDetector, WakeRule
    from edge.hear.wake_front import FrontEnd
    from edge.memory import Memory
    from edge.models import Store
    from edge.reason.classifier import Linear
    from edge.reason.contemplate.responder import Contemplation, Thoughts
    from edge.reason.encoder import Encoder
    from edge.reason.hedge import Hedge
    from edge.reason.lm.engine import LanguageModel
    from edge.reason.lm.responder import LmResponder
    from edge.reason.reach import Reach
    from edge.reason.router import Router, Trace
    from edge.remind.scheduler import Scheduler
    from edge.serve.app import Service
    from edge.serve.limits import Tokens
    from edge.serve.lm import LmEngine
    from edge.settings import Serve
    from edge.stages import Detector, Endpointer, Recognizer, Synthesizer, TurnJudge
    from edge.trust.gate import Gate
    from edge.worker import Worker

log = logging.getLogger(__name__)

LEDGER = "ledger.jsonl"
"""Beside the memory's file."""


class App:
    """Makes the stages that the settings ask for, each once, and closes them at the end."""

    def __init__(self, config: Config, store: Store) -> None:
        self.config = config
        self.store = store
        self.wall: WallClock = SystemClock()
        """A session in virtual time puts its own here."""
        self.power = Power(config.power.low)
        """Whoever measures the battery tells it."""
        self._open = ExitStack()
        self._memory: Memory | None = None
        self._scheduler: Scheduler | None = None
        self._gate: Gate | None = None
        self._lms: dict[str, tuple[LanguageModel, Worker]] = {}
        self._loading = Lock()
        self.language: LmResponder | None = None
        """The language model, once it was made."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def models(self) -> list[str]:
        """Names of the models that the settings ask for, in the order of the loop."""
        from edge.reason.encoder import MODEL

        wanted = [self.config.wake.model] if self.config.wake.phrase.strip(" ,") else []
        wanted.append(self.config.vad.model)
        if self.config.endpoint.engine != "silence":
            wanted.append(self.config.endpoint.model)
        wanted += [self._asr_model(), MODEL, self.config.lm.model]
        if self.config.tts.engine != "pyttsx3":
            wanted.append(self.config.tts.voice)
        return wanted

    def detector(self) -> Detector:
        from edge.hear.steady import Steady
        from edge.hear.vad import SileroVad

        return Steady(SileroVad(self._model(self.config.vad.model) / "silero_vad_16k_op15.onnx"))

    def wake(self) -> WakeDetector | None:
        """What hears the wake words of the settings; None where none is needed."""
        settings = self.config.wake
        phrases = [phrase for text in settings.phrase.split(",") if (phrase := text.strip())]
        if not phrases:
            return None
        from edge.hear.wake import WakeDetector
        from edge.hear.wake_heads import find

        heads = [find(phrase) for phrase in phrases]
        cache = platformdirs.user_cache_path("edge", appauthor=False) / "wake"
        return WakeDetector(self._model(settings.model), heads, cache)

    def wake_front(self) -> FrontEnd:
        """What wake words are told by, for making new ones."""
        from edge.hear.wake_front import FrontEnd

        return FrontEnd(self._model(self.config.wake.model))

    def wake_rule(self) -> WakeRule:
        """When a score, and what was understood, count as being called."""
        from edge.hear.wake import WakeRule

        settings = self.config.wake
        return WakeRule(settings.threshold, settings.sure, settings.second_stage)

    def endpointer(self, *, judged: bool) -> Endpointer:
        """`judged`: somebody listens for the end of a turn; silence is the last resort."""
        from edge.hear.endpoint import SilenceEndpointer

        settings = self.config.endpoint
        return SilenceEndpointer(
            threshold=self.config.vad.threshold,
            start_ms=settings.start_ms,
            silence_ms=settings.unfinished_ms if judged else settings.silence_ms,
            longest_s=settings.longest_s,
        )

    def turn_judge(self) -> TurnJudge | None:
        """What hears whether the wearer has finished; None where only silence is to tell."""
        settings = self.config.endpoint
        if settings.engine == "silence":
            return None
        try:
            folder = self._model(settings.model)
        except ModelError as error:
            if settings.engine == "smart-turn":
                raise
            log.warning("%s Waiting for silence instead.", error)
            return None
        from edge.hear.smart_turn import SmartTurn

        return SmartTurn(folder / "smart-turn-v3.2-cpu.onnx")

    def recognizer(self) -> Recognizer:
        settings = self.config.asr
        folder = self._model(self._asr_model())
        if settings.engine == "vosk":
            from edge.hear.asr_vosk import VoskRecognizer

            return VoskRecognizer(folder)
        from edge.hear.asr_moonshine import MoonshineRecognizer

        return MoonshineRecognizer.open(folder, threads=settings.threads)

    def attention(self, *, key: bool = False) -> Attention | None:
        """When to listen; None: always. `key`: when a key is pressed, in place of a wake word."""
        from edge.hear.attention import Attention

        detector = None if key else self.wake()
        if detector is None and not key:
            return None
        follow_up = 0.0 if key else self.config.wake.follow_up_s
        return Attention(detector, self.wake_rule(), follow_up_s=follow_up)

    def listener(
        self, clock: SampleClock | None = None, attention: Attention | None = None
    ) -> Listener:
        """`clock`: what stands still, in virtual time, while the recogniser works."""
        from edge.hear.listen import Listener
        from edge.hear.turn_end import TurnEnd
        from edge.worker import Worker

        hold = clock.hold if clock else nullcontext
        judge, turn_end = self.turn_judge(), None
        if judge is not None:
            worker = self._open.enter_context(Worker("endpoint"))
            turn_end = TurnEnd(
                judge,
                worker,
                sure=self.config.endpoint.sure,
                unfinished_ms=self.config.endpoint.unfinished_ms,
                hold=hold,
            )
        return Listener(
            self.detector(),
            self.endpointer(judged=judge is not None),
            self.recognizer(),
            self._open.enter_context(Worker("asr")),
            preroll_ms=self.config.endpoint.preroll_ms,
            turn_end=turn_end,
            hold=hold,
            attention=attention,
        )

    def responder(
        self,
        trace: Trace | None = None,
        *,
        parts: Mapping[type, object] | None = None,
        late: bool = False,
    ) -> Router:
        """Who answers: skills, and the model behind them.

        `trace` is told each decision; `parts` are what the session lends to skills, by type (see
        `edge.reason.skill.Services`); `late`: load the model only once a question needs it.
        """
        from edge.memory.recall import Recall
        from edge.reason.contemplate.responder import Thoughts
        from edge.reason.late import Late
        from edge.reason.router import Router
        from edge.reason.skill import Services
        from edge.reason.skills import load
        from edge.reason.thinking import Thinking, proposer

        hedge = self.hedge()
        make = partial(self.model_responder, hedge)
        model = Late(make) if late else make()
        thoughts = Thoughts()
        skills = load(Services({**self.parts(), Thoughts: thoughts, **(parts or {})}))
        alone = Recall(self.memory(), self.contemplation(thoughts, agents=1))
        thinking = Thinking(skills, alone, proposer(self._language_model), self.wall.now, trace)
        return Router(
            skills,
            {
                "instant": Recall(self.memory(), model),
                "thinking": thinking,
                "contemplating": self.contemplation(thoughts, trace),
            },
            now=self.wall.now,
            classifier=self.classifier(),
            trace=trace,
            hedge=hedge,
            reach=self.reach(),
        )

    def classifier(self) -> Linear:
        """What chooses among skills; without the sentence encoder where that cannot be had."""
        from edge.reason.classifier import Linear

        return Linear.open(encoder=self._encoder)

    def reach(self) -> Reach | None:
        """What tells requests that nobody can serve from here; None without the encoder."""
        from edge.reason.reach import Reach

        if self._encoder is None:
            return None
        facts = self.memory().facts
        return Reach.open(self._encoder, lambda text: bool(facts.about(text, 1)))

    @cached_property
    def _encoder(self) -> Encoder | None:
        from edge.reason.encoder import MODEL, Encoder

        try:
            return Encoder(self._model(MODEL))
        except ModelError as error:
            log.warning("%s Skills are chosen without the sentence encoder.", error)
            return None

    def hedge(self) -> Hedge | None:
        """What says that an answer may be wrong; None where that is not wanted, or not known."""
        from edge.reason.hedge import Hedge
        from edge.reason.lm.confidence import calibrated, doubt_below

        settings = self.config.lm
        if settings.hedge_below == 0 or not calibrated(settings.model):
            return None
        below = settings.hedge_below
        return Hedge(doubt_below(settings.model) if below is None else below, settings.model)

    def memory(self) -> Memory:
        """What is remembered; one for all."""
        from edge.memory import Memory

        if self._memory is None:
            path = self.config.memory.path
            self._memory = self._open.enter_context(Memory(Path(path) if path else None))
        return self._memory

    def scheduler(self) -> Scheduler:
        """What speaks up unasked; one for all."""
        from edge.health.source import HealthSource
        from edge.remind.announcement import Source
        from edge.remind.budget import Habits
        from edge.remind.scheduler import Scheduler
        from edge.shopping.source import ShoppingSource

        if self._scheduler is None:
            habits = Habits(**self.config.remind.model_dump())
            sources: list[Source] = [HealthSource(self.memory()), ShoppingSource(self.memory())]
            self._scheduler = Scheduler(self.memory(), self.wall, habits, sources)
        return self._scheduler

    def gate(self) -> Gate:
        """The only way out; one for all."""
        from edge.trust.consent import Wishes
        from edge.trust.gate import Gate, Limits
        from edge.trust.ledger import Ledger

        if self._gate is None:
            memory, settings = self.memory(), self.config.trust
            path = Path(settings.ledger) if settings.ledger else memory.path.with_name(LEDGER)
            topics = {str(topic): consent for topic, consent in settings.topics.items()}
            limits = settings.model_dump(include={field.name for field in fields(Limits)})
            self._gate = Gate(
                Wishes(settings.consent, topics, memory.state),
                Ledger(path, self.wall.now),
                self.wall.now,
                Limits(**limits),
                known=lambda: [fact.text for fact in memory.facts.all()],
                network=not self.store.offline,
                plain=settings.plain,
            )
        return self._gate

    def parts(self) -> dict[type, object]:
        """What skills may use besides what the session lends them."""
        from edge.memory import Memory
        from edge.remind.scheduler import Scheduler
        from edge.shopping.products import Products, products_path
        from edge.trust.gate import Gate

        parts: dict[type, object] = {
            Memory: self.memory(),
            Scheduler: self.scheduler(),
            Gate: self.gate(),
        }
        if self.config.weather.service == "open-meteo":
            from edge.reason.skills.weather import WeatherProvider
            from edge.reason.weather_open_meteo import OpenMeteo

            parts[WeatherProvider] = OpenMeteo(self.gate(), self.config.weather.home)
        index = products_path(self.memory().path)
        if index.is_file():
            parts[Products] = self._open.enter_context(closing(Products(index)))
        return parts

    def contemplation(
        self, thoughts: Thoughts, trace: Trace | None = None, *, agents: int | None = None
    ) -> Contemplation:
        """Several agents at one question; one of them is thinking, and stays on the device."""
        from edge.reason.contemplate.budget import Budget
        from edge.reason.contemplate.device import DeviceProvider
        from edge.reason.contemplate.responder import Contemplation
        from edge.reason.contemplate.service import Service
        from edge.reason.contemplate.strategies import STRATEGIES

        settings = self.config.contemplate
        services = () if agents == 1 else settings.services
        return Contemplation(
            lambda free: DeviceProvider(*self._language_model(), free=free),
            self.gate(),
            [Service(**one.model_dump()) for one in services],
            STRATEGIES[: agents or settings.agents],
            quorum=settings.quorum,
            first=settings.first,
            refine=settings.refine,
            glance_above=settings.glance_above,
            budget=Budget(settings.seconds, settings.max_tokens),
            announces=agents != 1,
            thoughts=thoughts,
            trace=trace,
            clock=self.wall.steady,
            sleep=self.wall.wait,
            saving=lambda: self.power.low,
        )

    def _language_model(self, name: str = "") -> tuple[LanguageModel, Worker]:
        """The on-device model and the thread that it works on, one for all; `name`: another one."""
        from edge.reason.lm.engine import LanguageModel
        from edge.worker import Worker

        settings = self.config.lm
        wanted = name or settings.model
        # A quick answer beside a contemplation loads it on a thread of its own.
        with self._loading:
            if wanted not in self._lms:
                model = LanguageModel(self._model(wanted), threads=settings.threads)
                self._open.callback(model.close)
                self._lms[wanted] = model, self._open.enter_context(Worker("lm"))
            return self._lms[wanted]

    def model_responder(self, hedge: Hedge | None = None) -> LmResponder:
        """The language model alone."""
        from edge.reason.lm.responder import LmResponder
        from edge.reason.lm.snapshot import Snapshots

        settings = self.config.lm
        model, worker = self._language_model()
        self.language = LmResponder(
            model,
            worker,
            system_prompt=settings.system_prompt,
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            snapshots=Snapshots(platformdirs.user_cache_path("edge", appauthor=False) / "prefixes"),
            hedge=hedge,
        )
        return self.language

    def service(self, settings: Serve, tokens: Tokens, model: str | None = None) -> Service:
        """The other end: this machine's model for whoever may ask; `model`: another one."""
        from edge.serve.app import Service
        from edge.serve.openai import Limits

        lm = self.config.lm
        limits = Limits(
            settings.max_tokens,
            settings.together,
            default_tokens=min(lm.max_tokens, settings.max_tokens),
            default_temperature=lm.temperature,
        )
        return Service(self.service_engine(model or lm.model), settings, tokens, limits)

    def service_engine(self, name: str) -> LmEngine:
        """A model for others."""
        from edge.serve.lm import LmEngine

        rows = self.config.serve.together
        return LmEngine(*self._language_model(name), Path(name).name, rows=rows)

    def synthesizer(self) -> Synthesizer:
        settings = self.config.tts
        if settings.engine in ("auto", "piper"):
            try:
                folder = self._model(settings.voice)
            except ModelError as error:
                if settings.engine == "piper":
                    raise
                log.warning("%s Speaking with pyttsx3 instead.", error)
            else:
                from edge.speak.tts_piper import PiperVoice
                from edge.worker import Worker

                worker = self._open.enter_context(Worker("tts"))
                return PiperVoice(
                    folder,
                    worker,
                    speed=settings.speed,
                    threads=settings.threads,
                    cache=platformdirs.user_cache_path("edge", appauthor=False) / "voices",
                )
        from edge.speak.tts_pyttsx3 import Pyttsx3Voice

        return self._open.enter_context(Pyttsx3Voice(speed=settings.speed))

    def _asr_model(self) -> str:
        default = {"moonshine": "moonshine-tiny-en", "vosk": "vosk-small-en-us-0.15"}
        return self.config.asr.model or default[self.config.asr.engine]

    def _model(self, name: str) -> Path:
        """The model's folder, fetched first where it is not there yet and may be."""
        if self.store.offline:
            return self.store.path(name)
        return self.store.pull(name)
