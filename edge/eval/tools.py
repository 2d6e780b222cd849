"""`edge eval tools`: does the on-device model make the right call, and none where none fits?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import BenchError
from edge.eval.calls import Task, is_right
from edge.reason.lm.calls import Call, Model, Proposal, propose
from edge.reason.lm.grounding import grounded, related

_ODDS = 0.25
"""What the odds count for beside the words; between 0.25 and 1 it makes little difference."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a model proposed for a task."""

    task: str
    proposal: Proposal
    seconds: float

    def line(self) -> str:
        """As a line of the file of results."""
        call = self.proposal.call
        return json.dumps(
            {
                "id": self.task,
                "odds": round(self.proposal.odds, 4),
                "tool": call.tool if call else None,
                "arguments": call.arguments if call else None,
                "seconds": round(self.seconds, 3),
            },
            ensure_ascii=False,
        )


def run(
    model: Callable[[], Model],
    tasks: Iterable[Task],
    results: Path,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Made]:
    """Ask the model for each task that `results` does not have yet, and write it there.

    `model` is called only where something is to be asked.
    """
    done = read_results(results)
    with results.open("a", encoding="utf-8") as file:
        for task in tasks:
            made = done.get(task.id)
            if made is None:
                asked, began = model(), clock()
                made = Made(task.id, propose(asked, task.tools, task.request), clock() - began)
                file.write(made.line() + "\n")
                file.flush()
            yield made


def read_results(results: Path) -> dict[str, Made]:
    """What an earlier run wrote. Raises BenchError for a file that is not such."""
    if not results.is_file():
        return {}
    done: dict[str, Made] = {}
    lines = results.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            call = Call(row["tool"], row["arguments"]) if row["tool"] else None
            made = Made(row["id"], Proposal(row["odds"], call), row["seconds"])
        except (ValueError, KeyError, TypeError):
            raise BenchError(f"{results}, line {number}, is no result of this command.") from None
        done[made.task] = made
    return done


def table(tasks: Sequence[Task], made: Sequence[Made]) -> dict[str, Any]:
    """The figures of one model.

    The score from which a tool is called is chosen on every other task of a kind so that most
    decisions are right, and judged on the rest, and the other way round.
    """
    pairs = list(zip(tasks, made, strict=True))
    kinds = [[pair for pair in pairs if (pair[0].expected is None) == none] for none in (0, 1)]
    halves = tuple([pair for kind in kinds for pair in kind[begin::2]] for begin in (0, 1))
    chosen = [
        (task, one, one.proposal.call if score(task, one) >= limit else None)
        for judged, fitted in (halves, halves[::-1])
        for limit in (_limit(fitted),)
        for task, one in judged
    ]
    fitting = [row for row in chosen if row[0].expected is not None]
    others = [row for row in chosen if row[0].expected is None]
    times = sorted(one.seconds for one in made)
    return {
        "tasks": len(fitting),
        "irrelevant": len(others),
        "call_right": _share(is_right(one.proposal.call, task) for task, one, _ in fitting),
        "grounded_right": _share(_is_right_grounded(task, one) for task, one, _ in fitting),
        "grounded_declined": _share(_is_right_grounded(task, one) for task, one, _ in others),
        "decided_right": _share(is_right(call, task) for task, _, call in fitting),
        "decided_declined": _share(call is None for _, _, call in others),
        "both_right": _share(_both(task, call) for task, _, call in fitting),
        "both_declined": _share(_both(task, call) for task, _, call in others),
        "odds_auc": _auc(
            [one.proposal.odds for _, one, _ in fitting],
            [one.proposal.odds for _, one, _ in others],
        ),
        "score_auc": _auc(
            [score(task, one) for task, one, _ in fitting],
            [score(task, one) for task, one, _ in others],
        ),
        "seconds_p50": times[len(times) // 2] if times else None,
    }


def score(task: Task, made: Made) -> float:
    """How far a tool of the task seems to be what is requested: its name, and the model's odds."""
    name = max(related(tool.name, task.request) for tool in task.tools)
    return name + _ODDS * made.proposal.odds


def _both(task: Task, call: Call | None) -> bool:
    return is_right(grounded(call, task.tools, task.request) if call else None, task)


def _is_right_grounded(task: Task, one: Made) -> bool:
    call = one.proposal.call
    return is_right(grounded(call, task.tools, task.request) if call else None, task)


def _limit(pairs: Sequence[tuple[Task, Made]]) -> float:
    """The score that tells best, both kinds counting alike, whether a tool fits."""
    fits = [score(*pair) for pair in pairs if pair[0].expected is not None]
    none = [score(*pair) for pair in pairs if pair[0].expected is None]

    def right(limit: float) -> float:
        return (_share(o >= limit for o in fits) or 0) + (_share(o < limit for o in none) or 0)

    return max(sorted(fits + none), key=right, default=0.0)


def _auc(fits: Sequence[float], none: Sequence[float]) -> float | None:
    """How often a fitting task has higher odds than another (Mann-Whitney)."""
    wins = [(a > b) + 0.5 * (a == b) for a in fits for b in none]
    return round(sum(wins) / len(wins), 4) if wins else None


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return round(sum(values) / len(values), 4) if values else None
