"""Why the council said what it said: "why?"."""

from __future__ import annotations

from edge.reason.contemplate import spoken
from edge.reason.contemplate.responder import Thoughts
from edge.reason.skill import Answer, Card, Intent, Request, Services, Slot

_SHORT = ("why", "why is that", "how come", "how so", "why so", "explain", "explain that")


class Explain:
    """Tells the reasoning and the dissent of the latest contemplation."""

    name = "thoughts"
    about = ""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.intents = (
            Intent(
                "why",
                (
                    "{short}",
                    "(why do|how do) you (think so|think that|know|know that|come to that)",
                    "how did (you|they) (come to|get to|find|work out) (that|this|the) [answer]",
                    "(what|who) (did the others say|disagrees|disagreed|says something else)",
                    "how sure are you [about that]",
                ),
                {"short": Slot(fits=lambda words: self._thought() and words.lower() in _SHORT)},
                pure=True,
            ),
        )

    def _thought(self) -> bool:
        thoughts = self._services.find(Thoughts)
        return thoughts is not None and (thoughts.verdict is not None or thoughts.broken_off)

    async def handle(self, request: Request) -> Answer:
        """See `edge.reason.skill.Skill`."""
        thoughts = self._services.find(Thoughts)
        if thoughts is not None and thoughts.broken_off:
            return Answer("I was interrupted before there was an answer.")
        if thoughts is None or thoughts.verdict is None:
            return Answer("I haven't thought hard about anything yet.")
        found = thoughts.verdict
        lines = (spoken.plain(found.reasoning, 400), f"{found.agree} of {found.of} agree")
        return Answer(spoken.why(found), Card(thoughts.question, lines, "council"))
