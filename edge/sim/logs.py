"""The latest lines of the log, for the inspector."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

_KEPT: Final = 500


class LogTail(logging.Handler):
    """Keeps the latest lines and tells each. Called from any thread."""

    def __init__(self, tell: Callable[[dict[str, Any]], None] = lambda line: None) -> None:
        """`tell` is called in the thread that logs."""
        super().__init__(logging.INFO)
        self.lines: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        if record.name.startswith(("uvicorn", "websockets", "asyncio")):
            return
        line = {
            "level": record.levelname,
            "name": record.name,
            "text": record.getMessage(),
            "at": datetime.fromtimestamp(record.created).astimezone().isoformat(),
        }
        self.lines.append(line)
        self.tell(line)
