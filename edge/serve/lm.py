"""The on-device model behind the server's seam: one batch at a time."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import aclosing
from functools import lru_cache

from edge.errors import ConstraintUnfinished
from edge.reason.contemplate.checks import insertion
from edge.reason.lm.answer import Step
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.grammar import Constraint, Grammar
from edge.reason.lm.sampling import Sampling
from edge.serve.jobs import Job, Piece, Token, Wish
from edge.worker import Worker

_FORMS = 32
"""Forms that are kept ready; making one again takes some milliseconds."""


class LmEngine:
    """Answers with a model on its worker, all of a call in one batch."""

    parallel = 1

    def __init__(self, model: LanguageModel, worker: Worker, name: str) -> None:
        self.name = name
        self._model = model
        self._worker = worker
        self._constraint = lru_cache(_FORMS)(self._make_constraint)

    async def prepare(self, wishes: Sequence[Wish], seconds: float) -> Job:
        """Raises TextError or ConstraintError."""
        return await self._worker.run(self._prepare, tuple(wishes), seconds)

    async def stream(self, jobs: Sequence[Job]) -> AsyncIterator[tuple[int, Piece]]:
        """Pieces of all answers, with the place of their job."""
        async with aclosing(self._worker.iterate(lambda: self._steps(jobs))) as steps:
            async for step in steps:
                for pair in step:
                    yield pair

    def _prepare(self, wishes: tuple[Wish, ...], seconds: float) -> Job:
        prompts = []
        for wish in wishes:
            ids = tuple(self._model.encode_chat(wish.messages))
            # What cannot be answered is said before it waits for its turn.
            self._model.check(ids)
            self._sampling(wish)
            prompts.append(ids)
        return Job(wishes, tuple(prompts), seconds)

    def _steps(self, jobs: Sequence[Job]) -> Generator[list[tuple[int, Piece]], None, None]:
        rows = [
            (job, answer) for job in range(len(jobs)) for answer in range(len(jobs[job].wishes))
        ]
        prompts = [jobs[job].prompts[answer] for job, answer in rows]
        options = [self._sampling(jobs[job].wishes[answer]) for job, answer in rows]
        deadline = time.monotonic() + min(job.seconds for job in jobs)
        for steps in self._batch(prompts, options, deadline):
            yield [(rows[row][0], self._piece(rows[row][1], step)) for row, step in steps.items()]

    def _batch(
        self, prompts: list[tuple[int, ...]], options: list[Sampling], deadline: float
    ) -> Generator[dict[int, Step], None, None]:
        if len(options) > 1:
            yield from self._model.generate_each(prompts, options, deadline=deadline)
            return
        try:
            # Its keys and values stay in the cache: the conversation's next question is quicker.
            for step in self._model.generate_steps(prompts[0], options[0], deadline=deadline):
                yield {0: step}
        except ConstraintUnfinished:
            # Said by the last step, too: the answer is shorter than its form.
            return

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
