"""The language model as the stage that answers."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import aclosing
from dataclasses import replace

from edge.errors import EdgeError
from edge.events import Ask, Exchange
from edge.reason.hedge import Hedge
from edge.reason.lm.cache import common_length
from edge.reason.lm.chat import Message
from edge.reason.lm.circles import in_circles
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.reason.lm.snapshot import Snapshots
from edge.worker import Worker

log = logging.getLogger(__name__)

HINT_CHUNK = 16
"""Tokens taken in at once while the wearer still speaks: what a recogniser or the question itself
has to wait for at most."""


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
        snapshots: Snapshots | None = None,
        hedge: Hedge | None = None,
    ) -> None:
        """`snapshots` keeps the system prompt's keys and values from one start to the next; `hedge`
        says after an answer that it may be wrong.
        """
        self._hedge = hedge
        self._model = model
        self._worker = worker
        self._system = Message("system", system_prompt)
        self._options = Sampling(max_tokens=max_tokens, temperature=temperature)
        self._snapshots = snapshots
        self._latest: object = None
        """The hint or question that came last: the work for earlier hints is given up."""
        self._answering = 0
        self.pace = 0.0
        """Tokens a second of the latest answer, without its first; 0: there was none yet."""

    async def warm(self) -> None:
        """Take the system prompt in, so that the first answer comes as soon as the later ones."""
        await self._worker.run(self._prefill)

    async def hint(self, ask: Ask) -> None:
        """Take in what is certain of a question that is still being spoken.

        Returns when that is done, or as soon as there is a newer hint or the question itself;
        those come after at most one chunk of this one. What turns out wrong costs nothing but
        the time. While an answer is being made nothing is done, as it needs the cache. It never
        raises: what is wrong with the question is said when it is asked.
        """
        if self._answering:
            return
        mine = self._latest = object()
        try:
            async with aclosing(self._worker.iterate(lambda: self._take_in(ask, mine))) as chunks:
                async for _ in chunks:
                    pass
        except EdgeError as error:
            log.info("Nothing could be prepared for the question: %s", error)

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """The answer, piece by piece. Closing the iterator stops the work.

        Raises TextError for a question longer than the context.
        """
        self._latest = ask
        self._answering += 1
        tokens, seconds, began = 0, 0.0, 0.0
        try:
            async with aclosing(self._worker.iterate(lambda: self._generate(ask))) as pieces:
                async for piece in pieces:
                    # Not the time in which whoever asked does something else.
                    if began:
                        tokens, seconds = tokens + 1, seconds + time.perf_counter() - began
                    # An empty piece is a step without text; it only gave the loop a turn.
                    if piece:
                        yield piece
                    began = time.perf_counter()
        finally:
            self._answering -= 1
            if seconds > 0:
                self.pace = tokens / seconds

    def _generate(self, ask: Ask) -> Generator[str, None, None]:
        steps, said = [], ""
        for step in self._model.generate_steps(self._prompt(ask), self._options):
            steps.append(step)
            yield step.text
            said += step.text
            if step.text and in_circles(said):
                log.info("The answer goes round in circles, and is ended: %r", said[-80:])
                return
        if self._hedge is not None:
            yield self._hedge.judge(ask, steps)

    def _take_in(self, ask: Ask, mine: object) -> Generator[None, None, None]:
        # Also before the first chunk: hints may have waited behind each other.
        if mine is not self._latest:
            return
        for _ in self._model.take_in(self._certain(ask), chunk=HINT_CHUNK):
            yield
            if mine is not self._latest:
                return

    def _certain(self, ask: Ask) -> list[int]:
        """The ids of a prompt's beginning that more words do not change.

        The last word may become another one; and the sign after a word may be a token with it.
        """
        words = ask.text.split(" ")[:-1]
        one, other = (
            self._prompt(Ask(" ".join(text), ask.history)) for text in (words, [*words, "a"])
        )
        return _shared(one, other)

    def _prompt(self, ask: Ask) -> list[int]:
        """The ids of the conversation; the oldest exchanges are dropped where it is too long.

        Room is left for an answer of the usual length, but never more than half of the context.
        """
        history = understood(ask.history, ask.text)
        room = min(self._options.max_tokens, self._model.context // 2)
        while True:
            messages = [self._system]
            for exchange in history:
                messages.append(Message("user", exchange.question))
                messages.append(Message("assistant", exchange.answer))
            prompt = self._model.encode_chat([*messages, Message("user", ask.text)])
            if not history or len(prompt) + room <= self._model.context:
                return prompt
            del history[0]

    def _prefill(self) -> None:
        # What two different questions have in common is what comes before them.
        shared = _shared(*(self._prompt(Ask(text)) for text in ("a", "1")))
        if not shared:
            return
        if self._snapshots:
            state = self._snapshots.load(self._model.identity, shared)
            if state is not None:
                try:
                    self._model.restore(shared, state)
                    return
                except ValueError as error:
                    log.warning("The snapshot of the system prompt is not used: %s.", error)
        for _ in self._model.take_in(shared):
            pass
        if self._snapshots:
            state = self._model.state(len(shared))
            self._snapshots.save(self._model.identity, shared, state)


def _shared(one: list[int], other: list[int]) -> list[int]:
    return one[: common_length(one, other)]


_SENTENCES = re.compile(r".*[.!?][\"')]*(?=\s|$)", re.DOTALL)
_LEANS = re.compile(
    r"^(?:no|and|but|or|so|sorry|wait|actually|i mean|i meant|what about|how about)\b"
    r"|\b(?:it|its|that|they|them|their|he|him|his|she|her|this|those|these|there|then)\b",
    re.IGNORECASE,
)


def understood(history: Sequence[Exchange], text: str) -> list[Exchange]:
    """What the model is told of `history` before the question `text`.

    A small model goes on as it sees: after a few answers that were cut off it gives none that is
    whole. So of those only whole sentences count, and less than one only where `text` leans on it:
    "no, I mean Italy".
    """
    told = []
    for number, exchange in enumerate(history, 1):
        if exchange.cut_off:
            whole = _SENTENCES.match(exchange.answer)
            if whole is not None:
                exchange = replace(exchange, answer=whole.group())
            elif number < len(history) or not _LEANS.search(text):
                continue
        told.append(exchange)
    return told
