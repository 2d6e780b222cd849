"""Settings: `edge.toml` and `EDGE_*`, typed; an unknown key is an error that names the nearest one.

Order, later wins: defaults, `edge.toml` in the user's configuration folder, `edge.toml` in the
working folder (or the one file named by `--config` or `EDGE_CONFIG` in place of both), and the
environment, where `[asr] engine` is `EDGE_ASR_ENGINE`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.errors import ConfigError

NOT_SETTINGS = frozenset(
    {"EDGE_CONFIG", "EDGE_MODELS", "EDGE_OFFLINE", "EDGE_LOG", "EDGE_REQUIRE_ALL"}
)
"""Variables that other parts read; they are not settings of a section."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Audio(_Section):
    """Live devices."""

    input: str = ""
    """Microphone's name (or a part of it) or number, as `edge devices` lists them.

    Empty: the system's default.
    """
    output: str = ""
    """Speaker's, likewise."""
    barge_in: bool = True
    """The wearer's voice stops the answer; else what is said meanwhile is answered after it."""
    echo: Literal["cancel", "none"] = "cancel"
    """cancel: the microphone hears the speaker; none: it does not (headphones)."""


class Wake(_Section):
    """What the wearer says before a question."""

    phrase: str = ""
    """A wake word of `edge wake list`, or several with commas between. Empty: none is needed."""
    threshold: float = Field(0.5, gt=0, lt=1)
    """Score from which the recogniser is asked whether it has understood the phrase, too."""
    sure: float = Field(0.9, gt=0, lt=1)
    """Score from which the sound is enough."""
    second_stage: bool = True
    """Ask the recogniser; else only a score that is `sure` counts."""
    follow_up_s: float = Field(8, ge=0, le=120)
    """Seconds after an answer in which a question needs no wake word."""
    model: str = "wake-front-end"


class Vad(_Section):
    """Voice activity detection."""

    model: str = "silero-vad"
    threshold: float = Field(0.5, gt=0, lt=1)
    """Probability from which a frame counts as speech."""


class Endpoint(_Section):
    """When an utterance begins and ends."""

    engine: Literal["auto", "smart-turn", "silence"] = "auto"
    """smart-turn listens, in a pause, whether the wearer has finished; silence only waits.

    auto: smart-turn where its model is in the store, else silence.
    """
    model: str = "smart-turn-v3.2"
    sure: float = Field(0.95, gt=0, lt=1)
    """Probability from which smart-turn's word is taken that the wearer has finished."""
    unfinished_ms: int = Field(1500, ge=200, le=10000)
    """Milliseconds of silence that end an utterance which smart-turn takes for unfinished."""

    start_ms: int = Field(100, ge=20, le=2000)
    """Milliseconds of speech before it counts as begun."""
    silence_ms: int = Field(700, ge=100, le=5000)
    """Milliseconds of silence after which it counts as ended, without smart-turn."""
    preroll_ms: int = Field(500, ge=0, le=2000)
    """Milliseconds kept from before the beginning, so that no first word is clipped."""
    longest_s: float = Field(60, gt=1, le=600)
    """Seconds after which an utterance is ended whatever is heard."""


class Asr(_Section):
    """Speech recognition."""

    engine: Literal["moonshine", "vosk"] = "moonshine"
    model: str = ""
    """Name of a model of the store, or a folder; empty: the engine's default."""
    threads: int = Field(2, ge=1, le=16)


class Lm(_Section):
    """The language model."""

    model: str = "qwen2.5-coder-0.5b"
    """Name of a model of the store, or a folder with an exported one."""
    threads: int = Field(2, ge=1, le=16)
    max_tokens: int = Field(160, ge=1, le=4096)
    """Longest answer, in tokens."""
    temperature: float = Field(0.0, ge=0, le=2)
    """0 is greedy."""
    history: int = Field(4, ge=0, le=50)
    """Earlier exchanges that the model sees."""
    system_prompt: str = (
        "You are Edge, a friendly voice assistant. Answer in one or two short, plain sentences, "
        "as in these examples.\n"
        "User: What is the capital of Spain?\n"
        "Edge: The capital of Spain is Madrid.\n"
        "User: What is 8 plus 5?\n"
        "Edge: 8 plus 5 is 13.\n"
        "User: What is the opposite of big?\n"
        "Edge: The opposite of big is small.\n"
        "User: Tell me a joke.\n"
        "Edge: Why did the scarecrow win a prize? He was outstanding in his field.\n"
        "User: How are you?\n"
        "Edge: I'm fine, thank you.\n"
        "User: What can you do?\n"
        "Edge: I can answer questions.\n"
        "User: What is the weather like?\n"
        "Edge: I can't see the weather from here.\n"
        "User: What's the weather today?\n"
        "Edge: I can't see the weather from here.\n"
        "User: What time is it?\n"
        "Edge: I have no clock, so I can't tell the time.\n"
        "User: Turn on the bedroom lamp.\n"
        "Edge: Sorry, I can't turn on the bedroom lamp.\n"
        "User: Turn off the radio.\n"
        "Edge: Sorry, I can't turn off the radio.\n"
        "User: Call my brother.\n"
        "Edge: Sorry, I can't call anyone.\n"
        "User: Set a timer for an hour.\n"
        "Edge: Sorry, I can't set a timer."
    )
    """How to answer. A small model follows examples better than rules; without them it claims to
    have done what it cannot do.

    The beginning of every prompt: it is computed once, and so costs no time a question.
    """


class Memory(_Section):
    """What is remembered."""

    path: str = ""
    """The file; empty: memory.sqlite in the user's data folder."""


class Remind(_Section):
    """How much is said without being asked. What the wearer set always comes by voice."""

    quiet_from: time = time(22)
    """Local time at which suggestions become silent."""
    quiet_until: time = time(7)
    """Local time from which they may come again."""
    daily_cap: int = Field(4, ge=0, le=100)
    """Suggestions a day."""
    suggestions: Literal["off", "display", "earcon", "voice"] = "earcon"
    """The loudest way in which one may come."""


class Tts(_Section):
    """Speech synthesis."""

    engine: Literal["auto", "piper", "pyttsx3"] = "auto"
    """auto: piper where its voice is installed, else pyttsx3."""
    voice: str = "piper-en-us-joe-medium"
    """Name of a Piper voice of the store, or a folder with one."""
    speed: float = Field(1.0, ge=0.5, le=2.0)
    """1 is the voice's own pace; 2 is twice as fast."""
    threads: int = Field(2, ge=1, le=16)


class Config(_Section):
    """All settings."""

    audio: Audio = Audio()
    wake: Wake = Wake()
    vad: Vad = Vad()
    endpoint: Endpoint = Endpoint()
    asr: Asr = Asr()
    lm: Lm = Lm()
    memory: Memory = Memory()
    remind: Remind = Remind()
    tts: Tts = Tts()


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The settings from `path` (or the usual places) and `environ` (or the process's).

    Raises ConfigError for a file that is missing or not TOML, an unknown key, or a wrong value.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for file in _files(path, environ):
        _merge(values, _read(file), str(file))
    for variable, text in sorted(environ.items()):
        if variable.startswith("EDGE_") and variable not in NOT_SETTINGS:
            section, key = _split(variable)
            values.setdefault(section, {})[key] = text
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None


def _files(path: Path | None, environ: Mapping[str, str]) -> list[Path]:
    named = path or (Path(environ["EDGE_CONFIG"]) if environ.get("EDGE_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise ConfigError(f"There is no configuration file {named}.")
        return [named]
    usual = (
        platformdirs.user_config_path("edge", appauthor=False) / "edge.toml",
        Path("edge.toml"),
    )
    return [file for file in usual if file.is_file()]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from None


def _merge(values: dict[str, Any], more: dict[str, Any], origin: str) -> None:
    for section, settings in more.items():
        if section not in Config.model_fields:
            raise ConfigError(
                f"{origin}: unknown section [{section}]{_nearest(section, Config.model_fields)}."
            )
        if not isinstance(settings, dict):
            raise ConfigError(f"{origin}: {section} must be a section, [{section}].")
        known = _keys(section)
        for key in settings:
            if key not in known:
                raise ConfigError(
                    f"{origin}: unknown key {key} in [{section}]{_nearest(key, known)}."
                )
        values.setdefault(section, {}).update(settings)


def _keys(section: str) -> list[str]:
    model = Config.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return list(model.model_fields)


def _split(variable: str) -> tuple[str, str]:
    section, _, key = variable.removeprefix("EDGE_").lower().partition("_")
    if section in Config.model_fields and key in _keys(section):
        return section, key
    known = [f"EDGE_{s}_{k}".upper() for s in Config.model_fields for k in _keys(s)]
    nearest = _nearest(variable, [*known, *NOT_SETTINGS])
    raise ConfigError(f"Unknown setting {variable} in the environment{nearest}.")


def _nearest(key: str, known: Iterable[str]) -> str:
    match = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return f"; did you mean {match[0]}?" if match else f"; known are {', '.join(known)}"


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    reason = str(first["msg"])
    return f"Setting {where} cannot be {first['input']!r}: {reason[0].lower()}{reason[1:]}."
