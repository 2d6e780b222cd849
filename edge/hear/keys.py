"""A key of the terminal, for push-to-talk."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


def in_foreground(stream: TextIO | None = None) -> bool:
    """Whether somebody can press a key: a terminal, of which this is the program in front.

    A program in the background that reads from its terminal is stopped by the system.
    """
    lines = sys.stdin if stream is None else stream
    try:
        if lines is None or not lines.isatty():
            return False
        owner = getattr(os, "tcgetpgrp", None)
        return owner is None or owner(lines.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def on_enter(pressed: Callable[[], None], stream: TextIO | None = None) -> None:
    """Call `pressed` in the running loop for each line of `stream` (standard input).

    A thread waits for the lines, as no system's event loop can wait for all kinds of terminals; it
    ends with the stream or the program.
    """
    loop = asyncio.get_running_loop()
    lines = sys.stdin if stream is None else stream

    def wait() -> None:
        # The loop is closed only while the program ends.
        with suppress(RuntimeError, ValueError):
            for _ in lines:
                loop.call_soon_threadsafe(pressed)

    threading.Thread(target=wait, name="edge-keys", daemon=True).start()
