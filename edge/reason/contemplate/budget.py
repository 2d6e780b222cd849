"""What a contemplation has cost, and what it may."""

from __future__ import annotations

from dataclasses import dataclass

from edge.reason.contemplate.provider import Chunk


@dataclass(frozen=True, slots=True)
class Budget:
    """What one question may cost."""

    seconds: float = 60.0
    """After that the council answers with what it has."""
    max_tokens: int = 320
    """Of one answer of one agent."""


@dataclass(slots=True)
class Cost:
    """What one question has cost so far."""

    tokens_in: int = 0
    """Of the requests, each counted whole, also where they share their beginning."""
    tokens_out: int = 0
    money: float = 0.0
    """In the currency of the settings, as far as the provider said."""
    seconds: float = 0.0

    def add(self, chunk: Chunk) -> None:
        """Count what an answer's last chunk says."""
        self.tokens_in += chunk.tokens_in
        self.tokens_out += chunk.tokens_out
        self.money += chunk.money
