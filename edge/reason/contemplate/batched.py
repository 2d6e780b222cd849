"""The on-device model as a provider for many at once: whoever asks joins the batch in progress."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence

from edge.reason.contemplate.device import Counter, sampling
from edge.reason.contemplate.provider import Chunk, Request
from edge.reason.lm.answer import Step
from edge.reason.lm.engine import LanguageModel
from edge.worker import Worker

_Queue = asyncio.Queue[tuple[int, Step] | Exception]


class BatchProvider:
    """Answers with a model on its worker, a token of every answer of every stream a step.

    For work that waits, as a scoreboard's: a step for all takes longer than one for few.
    """

    name = "this device"

    def __init__(
        self, model: LanguageModel, worker: Worker, *, rows: int = 32, capacity: int = 2560
    ) -> None:
        """At most `rows` answers at once, each of at most `capacity` tokens with its prompt; the
        others wait.
        """
        self._model = model
        self._worker = worker
        self._capacity = capacity
        self._batch = model.open_batch(rows, capacity)
        self._keys = itertools.count()
        self._streams: dict[int, tuple[_Queue, int]] = {}
        """By the keys of answers in progress: who waits for it, and its place there."""
        self._driver: asyncio.Task[None] | None = None

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The answers' pieces. Raises TextError where a request is too long, and ModelCorrupt."""
        prompts = await self._worker.run(self._encode, requests)
        answers = [
            self._model.answer(prompt, sampling(request), self._capacity)
            for prompt, request in zip(prompts, requests, strict=True)
        ]
        queue: _Queue = asyncio.Queue()
        keys = [next(self._keys) for _ in requests]
        for place, (key, answer) in enumerate(zip(keys, answers, strict=True)):
            self._streams[key] = queue, place
            self._batch.submit(key, answer)
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        counters = [Counter(agent, len(prompt)) for agent, prompt in enumerate(prompts)]
        left = len(requests)
        try:
            while left:
                item = await queue.get()
                if isinstance(item, Exception):
                    raise item
                place, step = item
                left -= step.end is not None
                chunk = counters[place].chunk(step)
                if chunk is not None:
                    yield chunk
        finally:
            for key in keys:
                if self._streams.pop(key, None):
                    self._batch.cancel(key)

    async def _drive(self) -> None:
        """Steps, as long as there is anything to do."""
        while self._batch:
            try:
                steps = await self._worker.run(self._batch.step)
            except Exception as error:
                self._batch.clear()
                for queue in {id(queue): queue for queue, _ in self._streams.values()}.values():
                    queue.put_nowait(error)
                self._streams.clear()
                return
            for key, step in steps.items():
                # Whoever has left is gone from the batch with the next step.
                if key in self._streams:
                    queue, place = self._streams[key]
                    queue.put_nowait((place, step))
                    if step.end is not None:
                        del self._streams[key]

    def _encode(self, requests: Sequence[Request]) -> list[list[int]]:
        return [self._model.encode_chat(one.messages) for one in requests]
