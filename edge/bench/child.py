"""A process that is measured. It reads one JSON request a line, and writes one answer a line."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.errors import BenchError


class Child:
    """`python script`, waiting for requests.

    Raises BenchError, in one sentence, where the process says that it cannot, or dies.
    """

    def __init__(self, name: str, python: str, script: Path) -> None:
        self.name = name
        # What a library prints must neither fill a pipe that nobody reads nor be lost.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._process = subprocess.Popen(
                [python, str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                encoding="utf-8",
            )
        except OSError as error:
            self._said.close()
            raise BenchError(f"{python} cannot be started ({error.strerror}).") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        if process.stdin:
            # It may have gone, and what it was to read with it.
            with suppress(OSError):
                process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
        self._said.close()

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """The answer to a request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            raise BenchError(self._death())
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise BenchError(str(answer["error"]))
        return answer

    def seconds(self, do: str, **request: Any) -> float:
        """How long what is asked for took."""
        return float(self.ask(do, **request)["seconds"])

    def _death(self) -> str:
        status = self._process.wait()
        if status < 0:
            try:
                how = signal.Signals(-status).name
            except ValueError:
                how = f"signal {-status}"
        else:
            how = f"status {status}"
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        last = f"; its last words: {lines[-1].strip()[:160]}" if lines and status >= 0 else ""
        return f"The process of {self.name} died with {how}{last}."
