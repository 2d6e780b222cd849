"""The on-device model behind the server's seam: all jobs in one batch."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

from edge.aio import closing
from edge.reason.contemplate.checks import insertion
from edge.reason.lm.answer import Answer, Step
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.grammar import Constraint, Grammar
from edge.reason.lm.sampling import Sampling
from edge.reason.lm.shared import SharedBatch
from edge.serve.jobs import Job, Piece, Token, Wish
from edge.worker import Worker

_FORMS = 32
"""Forms that are kept ready; making one again takes some milliseconds."""


class LmEngine:
    """Answers with a model on its worker, all calls in one batch that each joins when it comes."""

    parallel = 1
    joins = True

    def __init__(self, model: LanguageModel, worker: Worker, name: str, *, rows: int = 8) -> None:
        """Of more than `rows` answers some wait for others to end."""
        self.name = name
        self._model = model
        self._worker = worker
        self._shared = SharedBatch(model, worker, rows=rows, in_turns=True)
        self._constraint = lru_cache(_FORMS)(self._make_constraint)

    async def prepare(self, wishes: Sequence[Wish], seconds: float) -> Job:
        """Raises TextError or ConstraintError."""
        return await self._worker.run(self._prepare, tuple(wishes), seconds)

    async def stream(self, jobs: Sequence[Job]) -> AsyncIterator[tuple[int, Piece]]:
        """Pieces of all answers, with the place of their job."""
        pairs = [
            (job, answer) for job in range(len(jobs)) for answer in range(len(jobs[job].wishes))
        ]
        answers = await self._worker.run(self._answers, jobs)
        deadline = time.monotonic() + min(job.seconds for job in jobs)
        async with closing(self._shared.stream(answers, deadline)) as steps:
            async for place, step in steps:
                job, answer = pairs[place]
                yield job, self._piece(answer, step)

    def _prepare(self, wishes: tuple[Wish, ...], seconds: float) -> Job:
        prompts = []
        for wish in wishes:
            ids = tuple(self._model.encode_chat(wish.messages))
            # What cannot be answered is said before it waits for its turn.
            self._model.check(ids)
            self._sampling(wish)
            prompts.append(ids)
        return Job(wishes, tuple(prompts), seconds)

    def _answers(self, jobs: Sequence[Job]) -> list[Answer]:
        return [
            self._model.answer(prompt, self._sampling(wish))
            for job in jobs
            for prompt, wish in zip(job.prompts, job.wishes, strict=True)
        ]

    def _piece(self, answer: int, step: Step) -> Piece:
        token = None
        if step.choice is not None and step.end != "mark":
            content = self._model.token_bytes(step.choice.token)
            token = Token(content, step.choice.logprob)
        if step.end is None:
            return Piece(answer, step.text, token)
        whole = step.end in ("mark", "stop", "form")
        return Piece(answer, step.text, token, "stop" if whole else "length")

    def _sampling(self, wish: Wish) -> Sampling:
        return Sampling(
            max_tokens=wish.max_tokens,
            temperature=wish.temperature,
            top_p=wish.top_p,
            seed=wish.seed,
            stop=wish.stop,
            constraint=self._constraint(wish.form) if wish.form else None,
            insert=insertion if wish.calculate else None,
        )

    def _make_constraint(self, form: Grammar) -> Constraint:
        return self._model.constraint(form)
