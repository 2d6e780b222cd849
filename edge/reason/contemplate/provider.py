"""The seam between a council and whoever makes its agents' answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from edge.reason.lm.chat import Message

End = Literal["", "stop", "length", "failed"]


@dataclass(frozen=True, slots=True)
class Request:
    """What one agent is asked."""

    messages: tuple[Message, ...]
    """The conversation, its last message the user's."""
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    max_tokens: int = 320
    calculate: bool = False
    """Sums that the agent writes may be worked out by code, where the provider can: `3 * 4 =` is
    then followed by what it comes to."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one answer."""

    agent: int
    """The place of its request."""
    text: str = ""
    logprob: float | None = None
    """Natural logarithm of the piece's probability; None where it is not known, or was not chosen
    by the model."""
    end: End = ""
    """Set on an answer's last chunk: it came to its end, ran out of tokens, or failed."""
    error: str = ""
    """With "failed": why, a sentence."""
    tokens_in: int = 0
    """With the end: tokens of the request."""
    tokens_out: int = 0
    """With the end: tokens of the answer."""
    money: float = 0.0
    """With the end: what it cost, in the currency of the settings."""


class Provider(Protocol):
    """Answers requests side by side."""

    @property
    def name(self) -> str:
        """As the wearer knows it: "this device", "home box"."""

    def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The answers' pieces as they come, each answer ending with a chunk that has `end`.

        One that fails ends with "failed", and the others go on. Closing the iterator stops all. (A
        generator that yields inside a TaskGroup cannot be closed: the group raises what closes it
        as an error of its own.)
        """
