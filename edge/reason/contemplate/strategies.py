"""How each agent sets about a question.

Agents that think alike err alike: unlike ways of working give unlike mistakes, and right answers
meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from edge.reason.contemplate.candidates import has_amounts
from edge.reason.contemplate.provider import Request
from edge.reason.lm.chat import Message

_PARTS: Final = "Take it apart into small steps."
_SUMS: Final = "Write it as calculations."
_BACKWARDS: Final = "Then check by working backwards."
_MATTERS: Final = "Name what matters most."
_DOUBT: Final = "Leave out what is not asked for."

_SYSTEM: Final = 'You solve problems in a few short steps and end with "Answer:".'
_EXAMPLES: Final = (
    (
        "Ann has 3 boxes of 8 pens and loses 5 pens. How many pens are left?",
        "Pens at first: 3 * 8 = 24. Pens left: 24 - 5 = 19.\nAnswer: 19",
    ),
    (
        f"A shirt of $40 is 25% off. What do two of them cost?\n\n{_PARTS}",
        "The discount is 40 * 25% = 10 dollars. One shirt costs 40 - 10 = 30 dollars. Two shirts "
        "cost 2 * 30 = 60 dollars.\nAnswer: 60",
    ),
    (
        "Which melts first in the sun?\nA) a stone B) an ice cube C) an iron nail D) a glass",
        "Ice melts at 0 degrees, and the others only in great heat.\nAnswer: B",
    ),
    (
        f"Tom is 4 years older than Eva, who is 9. How old are they together?\n\n{_SUMS}",
        "9 + 4 = 13\n13 + 9 = 22\nAnswer: 22",
    ),
    (
        "There were 50 cars. Some left, and 5 are red. Now there are 20 cars. How many left?"
        f"\n\n{_DOUBT}",
        "The color does not matter. 50 - 20 = 30 cars left.\nAnswer: 30",
    ),
    (
        f"A bus takes 2 hours for 90 km. How far does it get in 6 hours?\n\n{_BACKWARDS}",
        "In one hour it gets 90 / 2 = 45 km. In 6 hours it gets 6 * 45 = 270 km. Check: 270 / 6 = "
        "45, and 2 * 45 = 90, which is right.\nAnswer: 270",
    ),
)
BEGINNING: Final = (
    Message("system", _SYSTEM),
    *(
        message
        for question, answer in _EXAMPLES
        for message in (Message("user", question), Message("assistant", answer))
    ),
)
"""Of every agent's conversation. A small model follows examples better than rules; there is one for
each strategy, and as all agents begin with all of them, they are taken in once.
"""


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to set about a question."""

    name: str
    instruction: str
    """Follows the question. Short: on the device each word costs all agents a step."""
    temperature: float
    in_words: str = ""
    """The instruction where there is nothing to work out; empty: the same."""
    calculate: bool = True
    """The sums that it writes are worked out by code where the provider can."""

    def request(
        self, question: str, *, seed: int, max_tokens: int, context: Sequence[Message] = ()
    ) -> Request:
        """What an agent with this strategy is asked; `context` is what was said before."""
        instruction = self.instruction
        if self.in_words and not has_amounts(question):
            instruction = self.in_words
        asked = f"{question}\n\n{instruction}" if instruction else question
        return Request(
            (*BEGINNING, *context, Message("user", asked)),
            temperature=self.temperature,
            top_p=0.95,
            seed=seed,
            max_tokens=max_tokens,
            calculate=self.calculate,
        )


STRAIGHT: Final = Strategy("straight", "", 0.0)
DECOMPOSE: Final = Strategy("decompose", _PARTS, 0.5)
TOOLS: Final = Strategy("tools", _SUMS, 0.5, _MATTERS)
BACKWARDS: Final = Strategy("backwards", _BACKWARDS, 0.5)
DOUBT: Final = Strategy("doubt", _DOUBT, 0.5)

STRATEGIES: Final = (STRAIGHT, DOUBT, TOOLS, DECOMPOSE, BACKWARDS)
"""The council's, in the order in which agents are added: those that came to more right answers,
with fewer tokens, come first.
"""
FIRST: Final = 3
"""So many of them are asked first, where all share one machine."""


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
        messages=(*first.messages[:-1], Message("user", asked)),
        temperature=max(first.temperature, 0.3),
    )
