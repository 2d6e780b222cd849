"""The language model as the stage that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import aclosing

from edge.events import Ask
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.worker import Worker


class LmResponder:
    """Answers with a language model, one token an await (`edge.stages.Responder`)."""

    def __init__(
        self,
        model: LanguageModel,
        worker: Worker,
        *,
        system_prompt: str,
        max_tokens: int,
        temperature: float,
    ) -> None:
        self._model = model
        self._worker = worker
        self._system = Message("system", system_prompt)
        self._options = Sampling(max_tokens=max_tokens, temperature=temperature)

    async def warm(self) -> None:
        """Take the system prompt in, so that the first answer comes as soon as the later ones."""
        await self._worker.run(self._prefill)

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """The answer, piece by piece. Closing the iterator stops the work.

        Raises TextError for a question longer than the context.
        """
        async with aclosing(self._worker.iterate(lambda: self._generate(ask))) as pieces:
            async for piece in pieces:
                # An empty piece is a step without text; it only gave the loop a turn.
                if piece:
                    yield piece

    def _generate(self, ask: Ask) -> Generator[str, None, None]:
        return self._model.generate(self._prompt(ask), self._options)

    def _prompt(self, ask: Ask) -> list[int]:
        """The ids of the conversation; the oldest exchanges are dropped where it is too long."""
        history = list(ask.history)
        while True:
            messages = [self._system]
            for exchange in history:
                messages.append(Message("user", exchange.question))
                messages.append(Message("assistant", exchange.answer))
            prompt = self._model.encode_chat([*messages, Message("user", ask.text)])
            if not history or len(prompt) + self._options.max_tokens <= self._model.context:
                return prompt
            del history[0]

    def _prefill(self) -> None:
        # What two different questions have in common is what comes before them.
        one, other = (
            self._model.encode_chat([self._system, Message("user", text)]) for text in ("a", "1")
        )
        shared = next((n for n, pair in enumerate(zip(one, other, strict=False))
                       if pair[0] != pair[1]), 0)  # fmt: skip
        if shared:
            self._model.prefill(one[:shared])
