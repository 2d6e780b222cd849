"""`edge eval contemplate`: does thinking with several agents pay?

Each variant answers the same questions with the same model; what came of it is kept as a line in a
file of traces, so that a run goes on where the last one ended.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from edge.aio import closing
from edge.errors import ContemplationError
from edge.eval.contemplate_sets import Question
from edge.eval.contemplate_traces import Trace, append, chain, read
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.candidates import candidate, key
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.happenings import Verdict
from edge.reason.contemplate.provider import Chunk, Provider, Request
from edge.reason.contemplate.strategies import FIRST, STRAIGHT, STRATEGIES, Strategy
from edge.reason.lm.chat import Message

MAX_TOKENS: Final = 256
"""Of one chain."""
SEED: Final = 7
_AGAIN = "Check that again, step by step, and give your answer."
_DEFINITE = re.compile(r"-?[\d.]+|choice .")
"""What takes an answer back without being called one; "I apologize, but ..." does not."""


class Recorder:
    """A provider that keeps what another one makes, and how long that took.

    What it was asked before it plays again, with the seconds of then: variants that begin alike
    need not be computed twice. For one question.
    """

    def __init__(
        self,
        provider: Provider,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        self.name = provider.name
        self.chains: list[list[Chunk]] = []
        """Of the variant in progress."""
        self.seconds = 0.0
        """That the variant's chunks took."""
        self.cpu = 0.0
        """That the processor worked for them."""
        self._provider = provider
        self._clock = clock
        self._cpu = cpu
        self._known: dict[tuple[Request, ...], list[tuple[Chunk, float, float]]] = {}

    def begin(self) -> None:
        """The next variant."""
        self.chains, self.seconds, self.cpu = [], 0.0, 0.0

    async def stream(self, requests: Sequence[Request]) -> AsyncIterator[Chunk]:
        """The other one's chunks."""
        made = self._known.setdefault(tuple(requests), [])
        known, first = list(made), len(self.chains)
        self.chains += [[] for _ in requests]
        for chunk, seconds, cpu in known:
            self._keep(first, chunk, seconds, cpu)
            yield chunk
        if sum(bool(chunk.end) for chunk, _, _ in known) == len(requests):
            return
        if known:
            # It was stopped there: to go on it has to begin again.
            raise RuntimeError("a batch that was stopped cannot be played to its end")
        at, worked = self._now()
        async with closing(self._provider.stream(requests)) as chunks:
            async for chunk in chunks:
                now, cpu = self._now()
                made.append((chunk, now - at, cpu - worked))
                self._keep(first, *made[-1])
                yield chunk
                at, worked = self._now()

    def _now(self) -> tuple[float, float]:
        return self._clock(), self._cpu()

    def _keep(self, first: int, chunk: Chunk, seconds: float, cpu: float) -> None:
        self.chains[first + chunk.agent].append(chunk)
        self.seconds += seconds
        self.cpu += cpu


@dataclass(frozen=True, slots=True)
class _Made:
    said: str
    tokens: int
    agreement: float = 1.0


Variant = Callable[[Question, Provider], Awaitable[_Made]]


async def _alone(question: Question, provider: Provider, strategy: Strategy) -> _Made:
    request = strategy.request(question.text, seed=SEED, max_tokens=MAX_TOKENS)
    text, tokens = await _chain(provider, request)
    return _Made(candidate(text).key, tokens)


async def _chain(provider: Provider, request: Request) -> tuple[str, int]:
    text, tokens = "", 0
    async with closing(provider.stream([request])) as chunks:
        async for chunk in chunks:
            text += chunk.text
            tokens += chunk.tokens_out
    return text, tokens


async def _long(question: Question, provider: Provider) -> _Made:
    """Goes over its own answer until it has used as many tokens as five of its first."""
    request = _PLAIN.request(question.text, seed=SEED, max_tokens=MAX_TOKENS)
    text, tokens = await _chain(provider, request)
    said, wanted = candidate(text).key, 5 * tokens
    while tokens < wanted:
        more = (Message("assistant", text), Message("user", _AGAIN))
        request = replace(request, messages=request.messages + more)
        text, made = await _chain(provider, request)
        tokens += max(made, 1)
        found = candidate(text)
        if found.marked or _DEFINITE.fullmatch(found.key) or not said:
            said = found.key
    return _Made(said, tokens)


def _council(
    strategies: Sequence[Strategy], *, quorum: int = 3, first: int = 0, refine: bool = False
) -> Variant:
    async def run(question: Question, provider: Provider) -> _Made:
        # However long a run is stopped or starved: chains cut off in mid-word would count as wrong.
        budget = Budget(seconds=math.inf, max_tokens=MAX_TOKENS)
        council = Council(strategies, quorum=quorum, first=first, refine=refine, budget=budget)
        made = _Made("", 0)
        try:
            async with closing(council.run(question.text, provider, seed=SEED)) as events:
                async for event in events:
                    if isinstance(event, Verdict):
                        made = _Made(key(event.answer), event.cost.tokens_out, event.agreement)
        except ContemplationError:
            return made
        return made

    return run


_PLAIN: Final = replace(STRAIGHT, calculate=False)
_SAMPLED: Final = replace(_PLAIN, temperature=0.7)

VARIANTS: Final[dict[str, Variant]] = {
    "greedy": lambda question, provider: _alone(question, provider, _PLAIN),
    "greedy-sums": lambda question, provider: _alone(question, provider, STRAIGHT),
    "vote": _council([replace(_SAMPLED, name=f"sample {n}") for n in range(5)], quorum=5),
    "council": _council(STRATEGIES, first=FIRST),
    "three-refine": _council(STRATEGIES[:FIRST], quorum=2, refine=True),
    "refine": _council(STRATEGIES, quorum=5, refine=True),
    "long": _long,
}
"""By name: how a question is answered.

greedy: one chain; greedy-sums: one, its sums worked out by code; vote: five drawn alike, no early
end, no code (one of them, on average, is `sampled`); council: three, and two more where they come
to no majority; three-refine: three, and a second round of them where they disagree; refine: the
five strategies to their end, and a second round where they disagree;
long: one chain that checks itself until it has used five chains' tokens.
"""
ORDER: Final = (
    "greedy", "greedy-sums", "sampled", "vote", "vote-sure", "three", "three-refine",
    "council", "unlike", "unlike-sure", "refine", "long",
)  # fmt: skip
"""In which they are shown; those that are no `VARIANTS` follow from the chains of others."""


async def run(
    questions: Iterable[Question],
    variants: Sequence[str],
    provider: Provider,
    file: Path,
    *,
    reset: Callable[[], Awaitable[None]] | None = None,
    until: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> AsyncIterator[Trace]:
    """Answer what `file` has no trace of yet; all variants of a question before the next one.

    `reset` comes before each variant, so that none finds the work of another one done. No question
    is begun after `until` on the `clock`; `wall` gives sittings their numbers.
    """
    done = {(t.set, t.id, t.variant) for t in read(file)}
    for question in questions:
        if until is not None and clock() >= until:
            return
        recorder, sitting = Recorder(provider, clock), int(wall())
        for variant in variants:
            if (question.set, question.id, variant) in done:
                continue
            recorder.begin()
            if reset is not None:
                await reset()
            trace = await answer(question, variant, recorder, sitting)
            append(file, trace)
            yield trace


async def answer(question: Question, variant: str, recorder: Recorder, sitting: int) -> Trace:
    """What a variant makes of a question, with what `recorder` keeps of it."""
    made = await VARIANTS[variant](question, recorder)
    return Trace(
        question.set, question.id, variant, made.said[:24], made.said == question.gold,
        round(recorder.seconds, 2), round(recorder.cpu, 2), made.tokens,
        round(made.agreement, 3), sitting,
        tuple(chain(chunks, question.gold) for chunks in recorder.chains),
    )  # fmt: skip
