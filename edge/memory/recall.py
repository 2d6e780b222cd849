"""Puts what the wearer told of themselves before the questions it bears on."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace

from edge.aio import closing
from edge.errors import StorageError
from edge.events import Ask
from edge.memory.memory import Memory
from edge.stages import Responder

log = logging.getLogger(__name__)

MOST = 3
"""Facts before a question; more confuse a small model."""
LONGEST = 200
"""Characters of a fact that the model sees."""


class Recall:
    """A `edge.stages.Responder` that lets another one know the facts that share a question's words.

    They go into the question, not among the instructions: what somebody had noted stays something
    that was said.
    """

    def __init__(self, memory: Memory, responder: Responder) -> None:
        self._memory = memory
        self._responder = responder

    async def warm(self) -> None:
        """See `Responder`."""
        await self._responder.warm()

    async def hint(self, ask: Ask) -> None:
        """See `Responder`."""
        await self._responder.hint(self._informed(ask))

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """See `Responder`."""
        async with closing(self._responder.reply(self._informed(ask))) as pieces:
            async for piece in pieces:
                yield piece

    def _informed(self, ask: Ask) -> Ask:
        try:
            facts = self._memory.facts.about(ask.text, MOST)
        except StorageError as error:
            log.warning("The memory cannot be read for a question: %s", error)
            return ask
        if not facts:
            return ask
        # The oldest first: of two that contradict each other the later one counts.
        facts.sort(key=lambda fact: fact.told_at)
        told = " ".join(f"I told you: {quoted(fact.text)}" for fact in facts)
        return replace(ask, text=f"{told} {ask.text}")


def quoted(text: str) -> str:
    """`text` on one line, in quotes that it cannot close, and not too long."""
    plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    plain = re.sub(r"\s+", " ", plain.replace('"', "'")).strip()
    if len(plain) > LONGEST:
        plain = plain[:LONGEST].rsplit(" ", 1)[0] + " ..."
    return f'"{plain}".'
