"""The agents' answers as they grow, from a provider's chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.reason.contemplate.aggregate import Proposal
from edge.reason.contemplate.candidates import Candidate, candidate, counted
from edge.reason.contemplate.checks import corrected
from edge.reason.contemplate.provider import Chunk, End


@dataclass(slots=True)
class Agent:
    """One agent's answer so far."""

    place: int
    strategy: str
    counts: bool = False
    """It is asked how many there are of something."""
    amount: bool = True
    """There is something to work out (`candidates.has_amounts`)."""
    question: str = ""
    text: str = ""
    pieces: int = 0
    end: End = ""
    error: str = ""
    _logprobs: list[float] = field(default_factory=list)
    _final: tuple[Proposal | None] | None = None
    """What it says, once it has ended: looked at again with every other agent's end."""

    def take(self, chunk: Chunk) -> None:
        """Add the next piece."""
        self.text += chunk.text
        self.pieces += bool(chunk.text)
        if chunk.logprob is not None:
            self._logprobs.append(chunk.logprob)
        self.end = chunk.end
        self.error = chunk.error

    def proposal(self) -> Proposal | None:
        """What it says; None as long as that is nothing, and where it failed."""
        if self._final is not None:
            return self._final[0]
        found = self._proposal()
        if self.end:
            self._final = (found,)
        return found

    def _proposal(self) -> Proposal | None:
        if not self.text:
            return None
        # Of an unfinished text only whole lines count: "Answer: 1" may become 12.
        text = self.text if self.end else self.text.rpartition("\n")[0]
        found = self._candidate(text)
        if self.end and self.amount:
            # Nobody could help whoever wrote it elsewhere; what it set up may be right.
            right = corrected(text, self.question)
            if right != text and (better := self._candidate(right)).key != found.key:
                text, found = right, better
        if self.end == "failed" or not found.key:
            return None
        if not self.end and not found.marked:
            # The last sentence of an unfinished text is not its answer.
            return None
        mean = sum(self._logprobs) / len(self._logprobs) if self._logprobs else None
        return Proposal(self.place, self.strategy, text, found, self.end == "stop", mean)

    def _candidate(self, text: str) -> Candidate:
        found = candidate(text, amount=self.amount)
        return counted(found) if self.counts else found


def proposals(agents: Sequence[Agent]) -> list[Proposal]:
    """What those say who say something."""
    return [found for agent in agents if (found := agent.proposal())]
