"""A council for others: `/v1/contemplate`, its events as they happen.

The agents' answers go through the same queue as everybody's, as one job: the council waits for its
turn like any other request, and its answers are decoded together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from edge.errors import TextError
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.happenings import (
    Agreed,
    CouncilEvent,
    Proposed,
    Refining,
    Verdict,
)
from edge.reason.contemplate.provider import Chunk, Request
from edge.reason.contemplate.strategies import FIRST, STRATEGIES
from edge.serve.jobs import Wish
from edge.serve.openai import BadRequest, Limits, complaint
from edge.serve.queue import Queue, Ticket

_LONGEST = 8000
"""Characters of a question."""
_JSON: dict[type[CouncilEvent], Callable[[Any], bytes]] = {
    kind: TypeAdapter(kind).dump_json for kind in (Proposed, Agreed, Refining, Verdict)
}


class Question(BaseModel):
    """What a council is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    question: str = Field(min_length=1, max_length=_LONGEST)
    agents: int = Field(FIRST, ge=1, le=len(STRATEGIES))
    quorum: int = Field(2, ge=1, le=len(STRATEGIES))
    """Agents that say the same and so end it."""
    first: int = Field(FIRST, ge=0, le=len(STRATEGIES))
    """So many are asked first, the others where those come to no majority; 0: all at once."""
    refine: bool = False
    """Where they disagree, each thinks again."""
    seconds: float = Field(60.0, gt=0)
    max_tokens: int = Field(320, ge=1)
    """Of one agent."""
    seed: int = Field(0, ge=0, lt=2**31)


def parse(body: bytes, limits: Limits) -> Question:
    """The question in `body`. Raises BadRequest."""
    try:
        question = Question.model_validate_json(body)
    except ValidationError as error:
        raise complaint(error) from None
    if question.agents > limits.answers:
        raise BadRequest(f"agents may be at most {limits.answers}.", "agents")
    if question.max_tokens > limits.max_tokens:
        raise BadRequest(f"max_tokens may be at most {limits.max_tokens}.", "max_tokens")
    return question


class QueueProvider:
    """Makes the agents' answers by the queue's engine. For one council."""

    def __init__(
        self,
        queue: Queue,
        client: str,
        seconds: float,
        turn: Callable[[Ticket], Any],
    ) -> None:
        """`seconds`: longest time of the answers once they have begun; `turn` waits for that."""
        self.tokens_in = 0
        self.tokens_out = 0
        self.before_waiting: Callable[[], Awaitable[None]] = _nothing
        """Called where all that has come is taken."""
        self._queue = queue
        self._client = client
        self._seconds = seconds
        self._turn = turn

    @property
    def name(self) -> str:
        """The model's."""
        return self._queue.engine.name

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The answers' pieces. Raises TextError, Refusal, and what ended the work."""
        self._queue.check(self._client)
        job = await self._queue.engine.prepare(list(map(_wish, requests)), self._seconds)
        ticket = self._queue.submit(self._client, job)
        self.tokens_in += job.tokens_in
        made = [0] * len(requests)
        try:
            await self.before_waiting()
            await self._turn(ticket)
            async with aclosing(ticket.pieces()) as arriving:  # type: ignore[type-var]
                async for pieces in arriving:
                    for piece in pieces:
                        made[piece.answer] += piece.token is not None
                        self.tokens_out += piece.token is not None
                        yield Chunk(
                            piece.answer,
                            piece.text,
                            piece.token.logprob if piece.token else None,
                            piece.end,
                            tokens_in=len(job.prompts[piece.answer]) if piece.end else 0,
                            tokens_out=made[piece.answer] if piece.end else 0,
                        )
                    await self.before_waiting()
        finally:
            ticket.close()


async def contemplate(question: Question, provider: QueueProvider) -> AsyncIterator[CouncilEvent]:
    """What the council does, ending with its verdict."""
    if not question.question.strip():
        raise TextError("There is no question.")
    council = Council(
        STRATEGIES[: question.agents],
        quorum=question.quorum,
        first=question.first,
        refine=question.refine,
        budget=Budget(question.seconds, question.max_tokens),
    )
    events = council.run(question.question, provider, seed=question.seed)
    async with aclosing(events) as happening:  # type: ignore[type-var]
        async for one in happening:
            yield one


def event(happened: CouncilEvent) -> bytes:
    """As a server-sent event."""
    kind = type(happened)
    return b"event: %b\ndata: %b\n\n" % (kind.__name__.lower().encode(), _JSON[kind](happened))


async def _nothing() -> None:
    """Nobody gathers."""


def _wish(request: Request) -> Wish:
    return Wish(
        request.messages,
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=request.seed,
        calculate=request.calculate,
        repeatable=True,
    )
