"""How each agent sets about a question.

Agents that think alike err alike: unlike ways of working give unlike mistakes, and right answers
meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from edge.reason.contemplate.provider import Request
from edge.reason.lm.chat import Message

SYSTEM: Final = (
    "You solve problems in a few short steps, as in these examples.\n"
    "User: Ann has 3 boxes of 8 pens. She loses 5 pens and buys 2 books. How many pens are left?\n"
    "You: Pens at first: 3 * 8 = 24. Pens left: 24 - 5 = 19.\n"
    "Answer: 19\n"
    "User: A shirt of $40 is 25% off. What do two of them cost?\n"
    "You: One costs 40 * 75% = 30 dollars. Two cost 2 * 30 = 60 dollars.\n"
    "Answer: 60\n"
    "User: Which melts first in the sun, A) a stone or B) an ice cube?\n"
    "You: Ice melts at 0 degrees, and a stone only in great heat.\n"
    "Answer: B"
)
"""A small model follows examples better than rules. The beginning of every agent's prompt: it is
computed once."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to set about a question."""

    name: str
    instruction: str
    """Follows the question. Short: on the device each word costs all agents a step."""
    temperature: float
    calculate: bool = True
    """The sums that it writes are worked out by code where the provider can."""

    def request(self, question: str, *, seed: int, max_tokens: int) -> Request:
        """What an agent with this strategy is asked."""
        asked = f"{question}\n\n{self.instruction}" if self.instruction else question
        return Request(
            (Message("system", SYSTEM), Message("user", asked)),
            temperature=self.temperature,
            top_p=0.95,
            seed=seed,
            max_tokens=max_tokens,
            calculate=self.calculate,
        )


STRAIGHT: Final = Strategy("straight", "", 0.0)
DECOMPOSE: Final = Strategy("decompose", "Take it apart into small steps.", 0.5)
TOOLS: Final = Strategy("tools", "Write it as calculations.", 0.5)
BACKWARDS: Final = Strategy("backwards", "Then check by working backwards.", 0.5)
DOUBT: Final = Strategy("doubt", "Leave out what is not asked for.", 0.5)

STRATEGIES: Final = (STRAIGHT, DECOMPOSE, TOOLS, BACKWARDS, DOUBT)
"""The council's, in the order in which agents are added."""


def refining(question: str, candidates: Sequence[str], first: Request) -> Request:
    """The second round: the others' candidates, without names and without order of merit.

    The same words for all agents: on the device they are taken in once.
    """
    listed = "; ".join(sorted(candidates))
    asked = (
        f"{question}\n\nSeveral people answered: {listed}. At most one is right. "
        "Work it out again, with care."
    )
    return replace(
        first,
        messages=(first.messages[0], Message("user", asked)),
        temperature=max(first.temperature, 0.3),
    )


def synthesis(question: str, texts: Sequence[str], *, seed: int, max_tokens: int) -> Request:
    """One answer out of several."""
    drafts = "\n".join(f"Draft: {text.strip()}" for text in texts)
    return Request(
        (
            Message("system", "You write one short, plain answer, to be spoken aloud."),
            Message(
                "user",
                f"Question: {question}\n\n{drafts}\n\nKeep what most drafts agree on, leave out "
                "what is doubtful, and answer the question in two or three sentences.",
            ),
        ),
        seed=seed,
        max_tokens=max_tokens,
    )
