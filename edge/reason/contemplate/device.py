"""The on-device model as a provider: all answers in one batched decode, also in flight mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from edge.reason.contemplate.checks import insertion
from edge.reason.contemplate.provider import Chunk, End, Request
from edge.reason.lm import answer
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.worker import Worker

_ENDS: dict[answer.End, End] = {"mark": "stop", "stop": "stop", "form": "stop"}


class DeviceProvider:
    """Answers with a model on its worker, a token of each answer a step.

    Closing the iterator stops after the step in progress. Between steps it waits while `free` is
    not set: two cores do not think and begin to speak at once.
    """

    name = "this device"

    def __init__(
        self, model: LanguageModel, worker: Worker, *, free: asyncio.Event | None = None
    ) -> None:
        self._model = model
        self._worker = worker
        self._free = free

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The answers' pieces. Raises TextError where a request is too long, and ModelCorrupt."""
        prompts = await self._worker.run(self._encode, requests)
        options = [sampling(one) for one in requests]
        counters = [Counter(agent, len(prompt)) for agent, prompt in enumerate(prompts)]
        steps = self._worker.iterate(lambda: self._steps(prompts, options))
        async with aclosing(steps):
            async for step in steps:
                for agent, one in step.items():
                    chunk = counters[agent].chunk(one)
                    if chunk is not None:
                        yield chunk
                if self._free is not None:
                    await self._free.wait()

    def _encode(self, requests: Sequence[Request]) -> list[list[int]]:
        return [self._model.encode_chat(one.messages) for one in requests]

    def _steps(
        self, prompts: list[list[int]], options: list[Sampling]
    ) -> Generator[dict[int, answer.Step], None, None]:
        if len(prompts) == 1:
            return ({0: step} for step in self._model.generate_steps(prompts[0], options[0]))
        return self._model.generate_each(prompts, options)


@dataclass(slots=True)
class Counter:
    """One answer's chunks, from the engine's steps."""

    agent: int
    tokens_in: int
    tokens_out: int = 0

    def chunk(self, step: answer.Step) -> Chunk | None:
        """None for a step that brought nothing."""
        self.tokens_out += step.choice is not None or bool(step.text)
        end: End = _ENDS.get(step.end, "length") if step.end else ""
        if not (step.text or end or step.choice):
            return None
        return Chunk(
            self.agent,
            step.text,
            step.choice.logprob if step.choice else None,
            end,
            tokens_in=self.tokens_in if end else 0,
            tokens_out=self.tokens_out if end else 0,
        )


def sampling(request: Request) -> Sampling:
    """How the engine draws what was asked for."""
    return Sampling(
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=request.seed,
        insert=insertion if request.calculate else None,
    )
