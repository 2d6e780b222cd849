"""What happened and when: the trace, one JSON object a line, on the sample clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TextIO

from edge.clock import SampleClock
from edge.events import SAMPLE_RATE

Watcher = Callable[[str, dict[str, Any]], None]


class Timeline:
    """Tells each event to the trace file and to whoever watches.

    `t` never runs backwards: an event that is noticed late (speech has ended when the silence after
    it has lasted) is dated back to where it happened, but not to before the event told last. Its
    exact place is in `at`.
    """

    def __init__(self, clock: SampleClock, file: TextIO | None = None) -> None:
        self._clock = clock
        self._file = file
        self._watchers: list[Watcher] = []
        self._last = 0

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher(event, fields)` for each event."""
        self._watchers.append(watcher)

    def emit(self, event: str, at: int | None = None, **fields: Any) -> None:
        """Tell that `event` happened at sample `at` of the clock (or now)."""
        sample = self._clock.now if at is None else at
        self._last = max(self._last, sample)
        if at is not None:
            fields = {"at": seconds(at), **fields}
        if self._file is not None:
            line = {"t": seconds(self._last), "event": event, **fields}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
        for watcher in self._watchers:
            watcher(event, fields)


def seconds(samples: int) -> float:
    """Samples of the sample clock in seconds, to the microsecond."""
    return round(samples / SAMPLE_RATE, 6)
