"""Speech synthesis with pyttsx3: the system's own voices, or espeak-ng. It is always there.

pyttsx3 is not safe for threads, espeak-ng's state is global (and `phonemes` uses it too), and
macOS wants speech on the main thread: so it runs in a process of its own, which renders one
sentence after the other into a file and is killed when somebody interrupts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import tempfile
import weakref
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from edge.errors import ModelError
from edge.events import AudioFrame, Float32, Int16
from edge.speak.level import frames, level, pause_after
from edge.worker import Worker

log = logging.getLogger(__name__)

WORDS_A_MINUTE: Final = 170
"""Pace at speed 1; faster is hard to follow with espeak-ng's voice."""

_CHILD = Path(__file__).with_name("pyttsx3_child.py")
_TIMEOUT_SECONDS = 30.0


class Pyttsx3Voice:
    """A Synthesizer with pyttsx3's default voice. Start-up happens at the first sentence."""

    def __init__(
        self,
        *,
        speed: float = 1.0,
        command: tuple[str, ...] = (sys.executable, "-P", str(_CHILD)),
        timeout: float = _TIMEOUT_SECONDS,
    ) -> None:
        """`speed` 2 is twice as fast; `command` starts the rendering process.

        A sentence that takes longer than `timeout` seconds is an error.
        """
        self._words_a_minute = round(WORDS_A_MINUTE * speed)
        self._command = command
        self._timeout = timeout
        self._worker = Worker("pyttsx3")
        self._child: _Child | None = None
        self._position = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process. It also ends with the program."""
        self._stop()
        self._worker.close()

    async def speak(self, sentence: str) -> AsyncIterator[AudioFrame]:
        """Frames of 100 ms at the engine's rate, then the pause that belongs after the sentence.

        Raises ModelError where pyttsx3 cannot speak on this machine.
        """
        text = "".join(character if character.isprintable() else " " for character in sentence)
        if not any(character.isalnum() for character in text):
            log.debug("Nothing to say in %r", sentence)
            return
        try:
            async with asyncio.timeout(self._timeout):
                samples, rate = await self._worker.run(self._render, text)
        except TimeoutError:
            self._stop()
            raise ModelError(
                f"pyttsx3 has not spoken {sentence[:40]!r} within {self._timeout:g} seconds."
            ) from None
        except BaseException:
            self._stop()  # cancelled, or broken: the next sentence starts afresh
            raise
        start = self._position
        self._position += len(samples)
        for frame in frames(samples, start, rate):
            yield frame

    def _render(self, text: str) -> tuple[Int16, int]:
        if self._child is None:
            self._child = _Child(self._command)
        sound, rate = self._child.render(text, self._words_a_minute)
        return level(sound, rate, pause_after(text)), rate

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.stop()


class _Child:
    """The rendering process and its folder; `render` blocks."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="edge-speech-")
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        except OSError as error:
            self._folder.cleanup()
            raise ModelError(f"pyttsx3 cannot be started: {error}.") from error
        self.stop = weakref.finalize(self, _end, self._process, self._folder)
        self._greeted = False

    def render(self, text: str, words_a_minute: int) -> tuple[Float32, int]:
        """The sound (n,) of `text` in [-1, 1], and its samples a second."""
        import soundfile

        path = Path(self._folder.name) / (
            "speech.aiff" if sys.platform == "darwin" else "speech.wav"
        )
        if not self._greeted:
            self._answer()
            self._greeted = True
        request = {"text": text, "path": str(path), "rate": words_a_minute}
        assert self._process.stdin is not None
        with suppress(OSError):  # the missing answer tells
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        self._answer()
        try:
            sound, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
        except (OSError, RuntimeError) as error:
            raise ModelError(f"pyttsx3 has written no sound: {error}.") from error
        path.unlink(missing_ok=True)
        mono: Float32 = np.asarray(sound, np.float32).mean(axis=1)
        return mono, int(rate)

    def _answer(self) -> None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        reply: dict[str, Any] = {"error": "its process has ended"}
        if line:
            reply = json.loads(line)
        if "error" in reply:
            raise ModelError(
                f"pyttsx3 cannot speak here ({reply['error']}); it needs espeak-ng: "
                "install it with `pip install espeakng-loader`, or from the system "
                "(`apt install espeak-ng`)."
            )


def _end(process: subprocess.Popen[str], folder: tempfile.TemporaryDirectory[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError, ValueError):
                pipe.close()
    folder.cleanup()
