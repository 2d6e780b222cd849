"""Tokens' bytes to text that may be shown: whole characters, and nothing of a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """Holds back what is not yet certain: half a character, or what may begin a stop string."""

    def __init__(self, stops: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stops = stops
        self._held = ""
        self.stopped = False
        """A stop string was found; the text ended before it."""

    def push(self, content: bytes) -> str:
        """The text that is certain after `content`; may be empty."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(content)
        found = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if found:
            self.stopped = True
            text, self._held = self._held[: min(found)], ""
            return text
        certain = len(self._held) - self._possible_stop()
        text, self._held = self._held[:certain], self._held[certain:]
        return text

    def finish(self) -> str:
        """The rest, at the end of the answer; half a character is dropped."""
        text, self._held = self._held, ""
        return text

    def _possible_stop(self) -> int:
        """Length of the longest end of the held text that begins a stop string."""
        longest = max((len(stop) - 1 for stop in self._stops), default=0)
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
