"""What a server answers, and the seam to the engine that does it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from edge.errors import EdgeError
from edge.reason.lm.chat import Message
from edge.reason.lm.grammar import Grammar


class Interrupted(EdgeError):
    """Whoever was answering has gone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One answer that is wanted."""

    messages: tuple[Message, ...]
    """The conversation so far."""
    max_tokens: int = 160
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    form: Grammar | None = None
    """The form that the answer must have."""
    calculate: bool = False
    """Code may work out the sums in it (`edge.reason.contemplate.checks`)."""
    repeatable: bool = False
    """The same request has to give the same answer, whatever else is being answered."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an answer."""

    content: bytes
    logprob: float
    """Natural logarithm of its probability."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one step brought to one answer."""

    answer: int
    """Its wish's place in the job."""
    text: str = ""
    token: Token | None = None
    end: Literal["", "stop", "length"] = ""
    """Set on an answer's last piece."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request, ready to be decoded."""

    wishes: tuple[Wish, ...]
    prompts: tuple[tuple[int, ...], ...]
    """Of each wish, as the engine's ids."""
    seconds: float = 120.0
    """Longest time from the first step on; what there is then is the answer."""

    @property
    def alone(self) -> bool:
        """It shares a batch with no other: that can change the last bits of probabilities."""
        return any(wish.repeatable for wish in self.wishes)

    @property
    def tokens_in(self) -> int:
        """Of all different prompts together."""
        return sum(len(prompt) for prompt in set(self.prompts))


class Engine(Protocol):
    """Whoever decodes."""

    @property
    def name(self) -> str:
        """The model's."""

    @property
    def parallel(self) -> int:
        """Batches that may be decoded at once."""

    @property
    def joins(self) -> bool:
        """Instead: there is one batch, and whatever is asked goes on in it at once."""

    async def prepare(self, wishes: Sequence[Wish], seconds: float) -> Job:
        """Raises TextError or ConstraintError where a wish cannot be answered at all."""

    def stream(self, jobs: Sequence[Job]) -> AsyncIterator[tuple[int, Piece]]:
        """The pieces of all jobs' answers as they come, with the job's place.

        Closing the iterator stops the work. Raises ModelError where the model fails.
        """
