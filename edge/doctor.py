"""`edge doctor`: what works on this machine, what does not, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click

from edge.errors import EdgeError, ModelMissing

Status = Literal["ok", "warn", "fail"]

_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    status: Status
    """ok; warn: a part is missing that the loop can do without; fail: the loop cannot run."""
    found: str
    advice: str = ""
    """What to do about it; empty where nothing needs doing."""


def examine(config_file: Path | None = None) -> list[Finding]:
    """Look at everything that the loop needs."""
    checks: list[Callable[[], Iterator[Finding]]] = [_machine, _runtime, _sound, _espeak, _vosk]
    findings = [finding for check in checks for finding in check()]
    findings += _settings_and_models(config_file)
    return findings


def show(findings: list[Finding], *, as_json: bool) -> None:
    """Print the findings."""
    if as_json:
        from edge.commands import print_json

        print_json([asdict(finding) for finding in findings])
        return
    for finding in findings:
        mark, colour = _MARKS[finding.status]
        click.echo(f"{click.style(mark, fg=colour)}  {finding.what}: {finding.found}")
        if finding.advice:
            click.echo(f"      -> {finding.advice}")


def _machine() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} {platform.machine()}, {cores} core(s)"
    yield Finding("machine", "ok", f"{system}, Python {platform.python_version()}")
    memory = _memory()
    if memory is not None:
        enough = memory >= 1.5
        yield Finding(
            "memory",
            "ok" if enough else "warn",
            f"{memory:.1f} GB free",
            "" if enough else "Set [lm] model = 'smollm2-135m', which needs less.",
        )


def _memory() -> float | None:
    """Free memory in GB, where the system tells."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) / 1e6
    except OSError:
        pass
    return None


def _runtime() -> Iterator[Finding]:
    try:
        import onnxruntime
    except ImportError as error:
        yield Finding("ONNX Runtime", "fail", str(error), "Reinstall the package onnxruntime.")
    else:
        yield Finding("ONNX Runtime", "ok", str(onnxruntime.__version__))


def _sound() -> Iterator[Finding]:
    from edge.devices import devices, find, portaudio

    try:
        portaudio()
        found = devices()
    except EdgeError as error:
        yield Finding("live sound", "warn", "PortAudio is missing", str(error))
        return
    yield Finding("live sound", "ok", f"PortAudio, {len(found)} device(s)")
    for direction, what in (("input", "microphone"), ("output", "speaker")):
        try:
            device = find("", direction)  # type: ignore[arg-type]
        except EdgeError as error:
            yield Finding(what, "warn", "none", str(error))
        else:
            yield Finding(what, "ok", f"{device.name} ({device.rate} Hz)")


def _espeak() -> Iterator[Finding]:
    from edge.speak.phonemes import Phonemizer

    try:
        Phonemizer("en-us")
    except EdgeError as error:
        yield Finding("espeak-ng", "fail", "missing", str(error))
    else:
        yield Finding("espeak-ng", "ok", "loaded")


def _vosk() -> Iterator[Finding]:
    try:
        version = importlib.metadata.version("vosk")
    except importlib.metadata.PackageNotFoundError:
        yield Finding("Vosk", "ok", "not installed (optional; `pip install 'edge[vosk]'`)")
    else:
        yield Finding("Vosk", "ok", version)


def _settings_and_models(config_file: Path | None) -> Iterator[Finding]:
    from edge.app import App
    from edge.config import load
    from edge.models import Store

    try:
        config = load(config_file)
    except EdgeError as error:
        yield Finding("settings", "fail", str(error), "Correct it, or remove it for the default.")
        return
    yield Finding("settings", "ok", "valid")
    store = Store(offline=True)
    for name in App(config, store).models():
        try:
            yield Finding(f"model {name}", "ok", str(store.path(name)))
        except EdgeError as error:
            missing = isinstance(error, ModelMissing)
            found = "not in the store" if missing else "not usable"
            yield Finding(f"model {name}", "warn", found, str(error))
    yield _room(store.root)


def _room(root: Path) -> Finding:
    existing = next(p for p in (root, *root.parents) if p.exists())
    free = shutil.disk_usage(existing).free / 1e9
    writable = os.access(existing, os.W_OK)
    found = f"{root}, {free:.1f} GB free" + ("" if writable else ", read-only")
    if free < 2 and writable:
        return Finding("model store", "warn", found, "The default models need 2 GB while building.")
    return Finding("model store", "ok", found)
