"""How each agent sets about a question.

Agents that think alike err alike: unlike ways of working give unlike mistakes, and right answers
meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from edge.reason.contemplate.provider import Request
from edge.reason.lm.chat import Message

SYSTEM: Final = (
    "You solve problems. Think step by step, in a few short sentences. "
    'End with a line "Answer:" and the answer alone.'
)


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
DECOMPOSE: Final = Strategy("decompose", "First list the parts of the problem.", 0.5)
TOOLS: Final = Strategy("tools", 'Write every calculation as "3 * 4 =".', 0.5)
BACKWARDS: Final = Strategy("backwards", "Check the result by working backwards.", 0.5)
DOUBT: Final = Strategy("doubt", "Which of the facts matter, and which do not?", 0.5)

STRATEGIES: Final = (STRAIGHT, DECOMPOSE, TOOLS, BACKWARDS, DOUBT)
"""The council's, in the order in which agents are added."""
