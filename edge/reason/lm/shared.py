"""A batch that many coroutines share: the event loop's side of `continuous`."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence

from edge.reason.lm.answer import Answer, Step
from edge.reason.lm.continuous import ContinuousBatch
from edge.reason.lm.engine import LanguageModel
from edge.worker import Worker

_Queue = asyncio.Queue[tuple[int, Step] | Exception]


class SharedBatch:
    """Answers of a model on its worker, a token of every answer of every stream a step.

    For one event loop. While there is nothing to answer it holds no memory and makes no step.
    """

    def __init__(
        self,
        model: LanguageModel,
        worker: Worker,
        *,
        rows: int,
        capacity: int | None = None,
        in_turns: bool = False,
    ) -> None:
        """At most `rows` answers at once, the others wait; each of at most `capacity` tokens with
        its prompt (the whole context). For `in_turns` see ContinuousBatch.
        """
        self.capacity = model.context if capacity is None else capacity
        self._model = model
        self._worker = worker
        self._rows = rows
        self._in_turns = in_turns
        self._keys = itertools.count()
        self._streams: dict[int, tuple[_Queue, int]] = {}
        """By the keys of answers in progress: who waits for it, and its place there."""
        self._batch: ContinuousBatch | None = None
        """While there is anything in it."""
        self._driver: asyncio.Task[None] | None = None

    async def stream(
        self, answers: Sequence[Answer], deadline: float | None = None
    ) -> AsyncIterator[tuple[int, Step]]:
        """The steps of `answers` (`LanguageModel.answer`) as they come, with their places.

        Closing it stops them after the step in progress. Those that have not ended at `deadline`,
        on the model's clock, end there. Raises ModelCorrupt.
        """
        if self._batch is None:
            self._batch = self._model.open_batch(self._rows, self.capacity, in_turns=self._in_turns)
            self._driver = asyncio.create_task(self._drive(self._batch))
        queue: _Queue = asyncio.Queue()
        keys = [next(self._keys) for _ in answers]
        for place, (key, answer) in enumerate(zip(keys, answers, strict=True)):
            self._streams[key] = queue, place
            self._batch.submit(key, answer, deadline)
        left = len(answers)
        try:
            while left:
                item = await queue.get()
                if isinstance(item, Exception):
                    raise item
                left -= item[1].end is not None
                yield item
        finally:
            for key in keys:
                if self._streams.pop(key, None) and self._batch is not None:
                    self._batch.cancel(key)

    async def _drive(self, batch: ContinuousBatch) -> None:
        """Steps, as long as there is anything to do."""
        try:
            while batch:
                for key, step in (await self._worker.run(batch.step)).items():
                    # Who has left is gone from the batch with the next step.
                    if key in self._streams:
                        queue, place = self._streams[key]
                        queue.put_nowait((place, step))
                        if step.end is not None:
                            del self._streams[key]
        except Exception as error:
            for queue in {id(queue): queue for queue, _ in self._streams.values()}.values():
                queue.put_nowait(error)
            self._streams.clear()
        finally:
            self._batch = None
