"""A conversation with skills over a real memory, in time that is set by hand."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.events import Ask
from edge.memory import Memory
from edge.reason.router import Router
from edge.reason.skill import Services
from edge.remind.scheduler import Scheduler
from edge.wall import SetClock


class NoModel:
    """Stands where the language model is; says that it was asked."""

    async def warm(self):
        pass

    async def hint(self, ask):
        pass

    async def reply(self, ask):
        yield "<model>"


class Talk:
    """Call it with what the wearer says; it returns what is answered.

    It is Monday, 2 March 2026, noon in Paris.
    """

    def __init__(self, path, kinds, parts=None):
        self.wall = SetClock(datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Paris")))
        self.memory = Memory(path)
        self.scheduler = Scheduler(self.memory, self.wall)
        self.scheduler.look()
        given = {Memory: self.memory, Scheduler: self.scheduler, **(parts or {})}
        self.cards = []
        self.router = Router(
            [kind(Services(given)) for kind in kinds],
            {"instant": NoModel()},
            now=self.wall.now,
            trace=self._trace,
        )

    def __call__(self, text):
        async def answer():
            return "".join([piece async for piece in self.router.reply(Ask(text))])

        return asyncio.run(answer()).strip()

    def goes(self, dialogue):
        """Each line of `dialogue` says something, and what is answered: "said | answer"."""
        for line in dialogue.strip().splitlines():
            said, _, answer = line.strip().partition(" | ")
            answered = self(said)
            assert answered == answer, (said, answered)

    def wait(self, seconds):
        """Time passes; what is announced meanwhile, a look a second before and one at its end."""
        said = []
        for step in (max(0, seconds - 1), min(1, seconds)):
            self.wall.go(step)
            for announcement in self.scheduler.look():
                said.append(announcement.text)
                self.scheduler.told(announcement)
        return said

    def _trace(self, event, **fields):
        if event == "card":
            self.cards.append(fields)
