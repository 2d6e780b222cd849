"""The on-device model as a provider: all answers in one batched decode, also in flight mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import aclosing

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
        options = [_sampling(one) for one in requests]
        made = [0] * len(requests)
        steps = self._worker.iterate(lambda: self._steps(prompts, options))
        async with aclosing(steps):
            async for step in steps:
                for agent, one in step.items():
                    counted = one.choice is not None or bool(one.text)
                    made[agent] += counted
                    end: End = _ENDS.get(one.end, "length") if one.end else ""
                    if not (one.text or end or one.choice):
                        continue
                    yield Chunk(
                        agent,
                        one.text,
                        one.choice.logprob if one.choice else None,
                        end,
                        tokens_in=len(prompts[agent]) if end else 0,
                        tokens_out=made[agent] if end else 0,
                    )
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


def _sampling(request: Request) -> Sampling:
    return Sampling(
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=request.seed,
        insert=insertion if request.calculate else None,
    )
