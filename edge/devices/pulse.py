"""Where PulseAudio (or PipeWire in its place) takes the microphone's sound from.

It moves a stream to another source when a device goes, and tells nobody who records. Left with
nothing better it takes the speaker's own sound: then the assistant would hear itself.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

_AGAIN: Final = 10.0
"""Seconds until a server that is not there is asked for again."""
_SETTLES: Final = 0.05
"""Seconds in which one change follows another."""
_SLOW: Final = 2.0
"""Seconds after which the server is not waited for."""


@dataclass(frozen=True, slots=True)
class Source:
    """What this process records from."""

    name: str
    own: bool
    """It is what the default speaker plays."""


async def watch(tell: Callable[[Source], None]) -> None:
    """Call `tell` with what this process records from, now and whenever that may have changed.

    For ever; at no cost while nothing changes. Where there is no PulseAudio, nothing happens.
    """
    if sys.platform != "linux" or shutil.which("pactl") is None:
        return
    while True:
        # A process that prints a line a change, and sleeps otherwise.
        process = await _start("subscribe")
        try:
            if process.stdout is not None:
                await _follow(process.stdout, tell)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await asyncio.sleep(_AGAIN)


async def _follow(lines: asyncio.StreamReader, tell: Callable[[Source], None]) -> None:
    await _look(tell)
    while line := await lines.readline():
        # Of sources, of what is recorded from them, and of defaults ("server").
        if b" on source" in line or b" on server" in line:
            await asyncio.sleep(_SETTLES)
            await _look(tell)


async def _look(tell: Callable[[Source], None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_SLOW):
            outputs = await _ask("list", "source-outputs")
            sources = await _ask("list", "short", "sources")
            sink = await _ask("get-default-sink")
            found = source_of(os.getpid(), outputs, sources, sink)
            if found is not None:
                tell(found)


def source_of(process: int, outputs: str, sources: str, sink: str) -> Source | None:
    """The source that `process` records from, out of what pactl prints; None where there is none.

    `outputs`: `list source-outputs`; `sources`: `list short sources`; `sink`: `get-default-sink`.
    """
    names = dict(line.split("\t")[:2] for line in sources.splitlines() if "\t" in line)
    for block in outputs.split("Source Output #"):
        if f'application.process.id = "{process}"' in block:
            number = re.search(r"^\s*Source: (\d+)", block, re.MULTILINE)
            name = names.get(number[1]) if number else None
            if name is not None:
                return Source(name, own=name == f"{sink.strip()}.monitor")
    return None


async def _ask(*command: str) -> str:
    process = await _start(*command)
    try:
        out, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return out.decode("utf-8", "replace")


async def _start(*command: str) -> Process:
    # In the language that is parsed.
    environ = {**os.environ, "LC_ALL": "C"}
    return await asyncio.create_subprocess_exec(
        "pactl", *command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=environ
    )
