"""What it costs to listen while nobody talks to the assistant: processor time and memory.

`edge run` runs in a process of its own on a virtual sound card, whose microphone hears, one after
the other: digital silence, a quiet room, and a room in which people talk to each other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np

from edge.bench import machine
from edge.bench.card import VirtualCard
from edge.errors import BenchError
from edge.events import SAMPLE_RATE, Float32

Phase = Literal["zeros", "quiet", "speech"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)

TARGETS: Final[dict[Phase, float]] = {"zeros": 3.0, "quiet": 3.0, "speech": 6.0}
"""Percent of one core that each may take."""

_NOISE: Final = 10 ** (-60 / 20)
"""The quiet room's own noise, of full scale."""
_VOICES: Final = 10 ** (-30 / 20)
"""Speech from across the room, of full scale."""
_STEP: Final = 5.0
"""Seconds between two looks."""
_SETTLED: Final = 15.0
"""Percent of one core below which start-up is over."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    minutes: float = 5.0
    """For each phase."""
    phases: tuple[Phase, ...] = PHASES
    room: Path | None = None
    """A folder of recordings for the phase `speech`."""
    wake: str = "jarvis"
    """The wake word that is listened for."""


def measure(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Run all phases. Raises BenchError where the machine or the plan does not allow it."""
    if "speech" in plan.phases and (plan.room is None or not _recordings(plan.room)):
        raise BenchError(f"There are no recordings in {plan.room}: give a folder with --room.")
    results: dict[str, Any] = {}
    for phase in plan.phases:
        tell(f"{phase}: starting")
        results[phase] = _phase(plan, phase, tell)
    return {"machine": machine.describe(), "minutes": plan.minutes, "phases": results}


def _phase(plan: Plan, phase: Phase, tell: Tell) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="edge-idle-") as name, VirtualCard() as card:
        folder = Path(name)
        sound = None
        if phase != "zeros":
            sound = folder / "room.wav"
            _write_room(sound, _recordings(plan.room) if phase == "speech" and plan.room else [])
        trace = folder / "trace.jsonl"
        with _edge_run(card, trace, plan.wake) as process, _playing(card, sound):
            _settle(process)
            tell(f"{phase}: measuring for {plan.minutes:g} min")
            began = time.monotonic()
            before = _usage(process)
            memory: list[tuple[float, float]] = []
            while (passed := time.monotonic() - began) < plan.minutes * 60:
                memory.append((passed / 60, _resident(process)))
                time.sleep(min(_STEP, max(0.05, plan.minutes * 60 - passed)))
            after = _usage(process)
            seconds = time.monotonic() - began
        events = [json.loads(line)["event"] for line in trace.read_text("utf-8").splitlines()]
    half = memory[len(memory) // 2 :]
    return {
        "cpu_percent": round((after.cpu - before.cpu) / seconds * 100, 2),
        "target_percent": TARGETS[phase],
        "wakeups_per_s": round((after.switches - before.switches) / seconds, 1),
        "rss_mb": round(half[-1][1], 1),
        "rss_mb_per_min": round(_slope(half), 3),
        "threads": after.threads,
        "utterances": events.count("speech_started"),
        "turns": events.count("turn_done"),
        "seconds": round(seconds, 1),
    }


@contextmanager
def _edge_run(card: VirtualCard, trace: Path, wake: str) -> Iterator[subprocess.Popen[str]]:
    from edge.models import Store

    environ = {
        **os.environ,
        # Where models and what was computed once lie; the card has a home of its own.
        "EDGE_MODELS": str(Store(offline=True).root),
        "XDG_CACHE_HOME": str(Path.home() / ".cache"),
        "EDGE_WAKE_PHRASE": wake,
        **card.environ,
    }
    log = trace.with_suffix(".log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "edge", "run", "--offline", "--trace", str(trace)],
            cwd=trace.parent,
            env=environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            yield process
            if process.poll() is not None:
                words = log.read_text("utf-8", "replace").strip().splitlines() or ["nothing"]
                raise BenchError(f"`edge run` ended by itself; its last words: {words[-1][:200]}")
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _playing(card: VirtualCard, sound: Path | None) -> Iterator[None]:
    """`sound` again and again, by a process that needs no looking after."""
    if sound is None:
        yield
        return
    player = subprocess.Popen(
        [sys.executable, "-c", _AGAIN, str(sound)], env={**os.environ, **card.environ}
    )
    try:
        yield
    finally:
        player.terminate()
        player.wait()


_AGAIN = """
import signal, subprocess, sys
now = None
def end(*_):
    if now is not None:
        now.kill()
    sys.exit()
signal.signal(signal.SIGTERM, end)
while True:
    now = subprocess.Popen(["paplay", "--device=glasses_mic", sys.argv[1]])
    if now.wait():
        sys.exit(1)
"""


def _settle(process: subprocess.Popen[str]) -> None:
    """Wait until start-up is over: models are loaded and what can be computed once is."""
    until = time.monotonic() + 120
    before = 0.0
    while time.monotonic() < until:
        time.sleep(3)
        cpu = _usage(process).cpu
        if before and (cpu - before) / 3 * 100 < _SETTLED:
            return
        before = cpu


@dataclass(frozen=True, slots=True)
class _Usage:
    cpu: float
    """Seconds of processor time so far, of all threads."""
    switches: int
    """How often a thread has waited for something and was woken."""
    threads: int


def _usage(process: subprocess.Popen[str]) -> _Usage:
    """What `process` has used; all zeros once it has ended."""
    folder = Path(f"/proc/{process.pid}")
    try:
        # The name of the program stands in brackets, and may hold blanks.
        fields = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        switches = 0
        for task in (folder / "task").iterdir():
            status = (task / "status").read_text("ascii", "replace")
            switches += int(status.split("voluntary_ctxt_switches:")[1].split()[0])
    except FileNotFoundError:
        return _Usage(0.0, 0, 0)
    ticks = int(fields[11]) + int(fields[12])
    return _Usage(ticks / os.sysconf("SC_CLK_TCK"), switches, int(fields[17]))


def _resident(process: subprocess.Popen[str]) -> float:
    """MB of 10^6 bytes in RAM."""
    try:
        pages = int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1])
    except (FileNotFoundError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _slope(points: list[tuple[float, float]]) -> float:
    """Least squares through (minute, MB): MB a minute."""
    if len(points) < 2:
        return 0.0
    minutes, sizes = np.array(points).T
    return float(np.polyfit(minutes, sizes, 1)[0])


def _recordings(folder: Path) -> list[Path]:
    kinds = (".flac", ".wav", ".ogg")
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in kinds)


def _write_room(path: Path, recordings: list[Path], longest: float = 300.0) -> None:
    """A quiet room as a WAV file; with `recordings`, with people who talk a second apart."""
    from edge.hear.files import read_blocks
    from edge.speak.recording import write_audio

    random = np.random.default_rng(0)
    pieces: list[Float32] = []
    length = 0
    # One after the other from all over the folder, so that many people are heard.
    for index in random.permutation(len(recordings)):
        blocks = [frame.samples for frame in read_blocks(recordings[index])]
        voice: Float32 = (np.concatenate(blocks) / 32768).astype(np.float32)
        loudness = float(np.sqrt(np.mean(voice**2))) or 1.0
        pieces.append((voice * (_VOICES / loudness)).astype(np.float32))
        pieces.append(np.zeros(SAMPLE_RATE, np.float32))
        length += len(voice) + SAMPLE_RATE
        if length > longest * SAMPLE_RATE:
            break
    if not pieces:
        pieces = [np.zeros(60 * SAMPLE_RATE, np.float32)]
    room = np.concatenate(pieces)
    room = room + random.normal(0, _NOISE, len(room)).astype(np.float32)
    write_audio(path, (np.clip(room, -1, 1) * 32767).astype(np.int16), SAMPLE_RATE)


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [f"{'phase':8} {'% of a core':>11} {'target':>7} {'wake-ups/s':>10} {'MB':>7}"]
    lines[0] += f" {'MB/min':>7} {'utterances':>10} {'turns':>6}"
    for phase, found in result["phases"].items():
        lines.append(
            f"{phase:8} {found['cpu_percent']:11.2f} {found['target_percent']:7.1f} "
            f"{found['wakeups_per_s']:10.0f} {found['rss_mb']:7.0f} {found['rss_mb_per_min']:7.2f}"
            f" {found['utterances']:10d} {found['turns']:6d}"
        )
    return "\n".join(lines)
