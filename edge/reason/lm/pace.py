"""How many tokens of a prompt are taken in at once."""

from __future__ import annotations

from typing import Final

CHUNK: Final = 64
LONG: Final = 128
"""Where that is quick: a twentieth sooner than by 64."""
_WAIT = 0.5
"""Seconds that a cancelled answer, and others made beside it, can be kept waiting for a chunk."""


class Pace:
    """Chunks of CHUNK tokens, and of LONG ones where the machine takes these in soon enough."""

    size: int = CHUNK
    """Of the next chunk."""

    def took(self, tokens: int, seconds: float) -> None:
        """Learn how long a chunk has taken; a short one says too little."""
        if tokens >= CHUNK:
            self.size = LONG if seconds / tokens * LONG <= _WAIT else CHUNK
