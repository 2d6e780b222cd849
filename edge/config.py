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
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ValidationError

from edge.errors import ConfigError
from edge.settings import Config

NOT_SETTINGS = frozenset(
    {
        "EDGE_CONFIG",
        "EDGE_MODELS",
        "EDGE_OFFLINE",
        "EDGE_LOG",
        "EDGE_REQUIRE_ALL",
        "EDGE_SERVE_TOKEN",
    }
)
"""Variables that other parts read; they are not settings of a section."""


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


def configured(sections: Mapping[str, Any], origin: str) -> Config:
    """The settings in `sections`, as edge.toml has them; `origin` names where they come from.

    Raises ConfigError.
    """
    values: dict[str, Any] = {}
    _merge(values, dict(sections), origin)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{origin}: {_sentence(error)}") from None


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
