"""The on-device model as a provider for many at once: whoever asks joins the batch in progress."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from edge.aio import closing
from edge.reason.contemplate.device import Counter, sampling
from edge.reason.contemplate.provider import Chunk, Request
from edge.reason.lm.answer import Answer
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.shared import SharedBatch
from edge.worker import Worker


class BatchProvider:
    """Answers with a model on its worker, a token of every answer of every stream a step.

    For work that can wait, as a scoreboard's: a step for many takes longer than one for few.
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
        self._shared = SharedBatch(model, worker, rows=rows, capacity=capacity)

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The answers' pieces. Raises TextError where a request is too long, and ModelCorrupt."""
        answers = await self._worker.run(self._answers, requests)
        counters = [Counter(agent, answer.begin) for agent, answer in enumerate(answers)]
        async with closing(self._shared.stream(answers)) as steps:
            async for agent, step in steps:
                chunk = counters[agent].chunk(step)
                if chunk is not None:
                    yield chunk

    def _answers(self, requests: Sequence[Request]) -> list[Answer]:
        return [
            self._model.answer(
                self._model.encode_chat(one.messages), sampling(one), self._shared.capacity
            )
            for one in requests
        ]
