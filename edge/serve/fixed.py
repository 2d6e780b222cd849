"""An engine that answers in a fixed time: what remains of a request's time is the server's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

from edge.errors import TextError
from edge.serve.jobs import Job, Piece, Token, Wish


class FixedEngine:
    """Answers `words` words, one every `seconds` / `words`, to whatever is asked."""

    name = "fixed"
    joins = False

    def __init__(self, seconds: float = 0.0, words: int = 4, *, parallel: int = 1) -> None:
        self.parallel = parallel
        self.open = 0
        """Batches being answered now."""
        self.batches: list[int] = []
        """Jobs in each batch so far."""
        self.go = asyncio.Event()
        """Unset, no answer begins."""
        self.go.set()
        self._wait = seconds / words
        self._words = words

    async def prepare(self, wishes: Sequence[Wish], seconds: float) -> Job:
        """A word counts as a token. Raises TextError for more than 1,000 words."""
        prompts = []
        for wish in wishes:
            prompt = sum((_words(message.content) for message in wish.messages), ())
            if len(prompt) > 1000:
                raise TextError("The prompt is too long: the engine can take 1000 words.")
            prompts.append(prompt)
        return Job(tuple(wishes), tuple(prompts), seconds)

    async def stream(self, jobs: Sequence[Job]) -> AsyncIterator[tuple[int, Piece]]:
        """All answers at the same pace."""
        self.batches.append(len(jobs))
        self.open += 1
        try:
            await self.go.wait()
            loop = asyncio.get_running_loop()
            began = loop.time()
            for word in range(self._words):
                # By the clock: what others take of the loop's time does not add up.
                await asyncio.sleep(began + (word + 1) * self._wait - loop.time())
                for place, job in enumerate(jobs):
                    for answer, wish in enumerate(job.wishes):
                        last = min(self._words, wish.max_tokens)
                        if word < last:
                            text = f"{wish.seed}.{word} "
                            token = Token(text.encode(), -0.5)
                            whole = "stop" if last == self._words else "length"
                            end = whole if word == last - 1 else ""
                            yield place, Piece(answer, text, token, end)  # type: ignore[arg-type]
        finally:
            self.open -= 1


@lru_cache(1000)
def _words(text: str) -> tuple[int, ...]:
    """A text's words as ids. Kept: this engine's own work must not pass for the server's."""
    return tuple(map(hash, text.split()))
