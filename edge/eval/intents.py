"""`edge eval intents`: does a request reach the right skill, and does the rest reach none?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.eval.slots import mistakes
from edge.events import Ask
from edge.reason.decision import Decision
from edge.reason.mapping import Example, Mapping
from edge.reason.router import Router


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence and what became of it."""

    example: Example
    taken_by: str
    """The skill that took it; empty: none."""
    reason: str
    seconds: float
    slot_mistakes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it went where it should."""
        return self.taken_by == self.example.skill


@dataclass(slots=True)
class Report:
    """All sentences, judged."""

    judged: list[Judged] = field(default_factory=list)

    def table(self) -> dict[str, Any]:
        """The figures, as JSON has them."""
        inside = [one for one in self.judged if one.example.target]
        outside = [one for one in self.judged if not one.example.target]
        slurp = [one for one in inside if one.example.collection == "slurp"]
        reached = [one for one in slurp if one.right]
        times = sorted(one.seconds for one in self.judged)
        return {
            "in_scope": len(inside),
            "in_scope_accuracy": _share(one.right for one in inside),
            "in_scope_accuracy_clinc150": _share(
                one.right for one in inside if one.example.collection == "clinc150"
            ),
            "in_scope_accuracy_slurp": _share(one.right for one in slurp),
            "everything_else": len(outside),
            "false_take": _share(bool(one.taken_by) for one in outside),
            "slot_sentences": len(slurp),
            "slot_accuracy": _share(one.right and not one.slot_mistakes for one in slurp),
            "slot_accuracy_where_reached": _share(not one.slot_mistakes for one in reached),
            "by_template": _share(one.reason == "template" for one in inside if one.taken_by),
            "decision_ms_p50": round(1000 * times[len(times) // 2], 2),
            "decision_ms_p95": round(1000 * times[int(0.95 * (len(times) - 1))], 2),
            "skills": self._skills(),
        }

    def _skills(self) -> dict[str, dict[str, Any]]:
        skills: dict[str, dict[str, Any]] = {}
        for name in sorted({one.example.skill for one in self.judged} - {""}):
            mine = [one for one in self.judged if one.example.skill == name]
            taken = [one for one in self.judged if one.taken_by == name]
            skills[name] = {
                "sentences": len(mine),
                "reached": _share(one.right for one in mine),
                "precision": _share(one.right for one in taken),
            }
        return skills

    def confusion(self) -> tuple[list[str], list[list[int]]]:
        """Names (`else` last) and counts: a row is what was meant, a column who took it."""
        names = sorted(
            {one.example.skill for one in self.judged} | {one.taken_by for one in self.judged}
        )
        names = [name for name in names if name] + ["else"]
        counts = Counter(
            (one.example.skill or "else", one.taken_by or "else") for one in self.judged
        )
        return names, [[counts[row, column] for column in names] for row in names]


def judge(router: Router, folder: Path, mapping: Mapping | None = None) -> Report:
    """Ask the router who is to answer each sentence in `folder`; nothing is done or answered.

    Raises SkillError for a folder without data.
    """
    mapping = mapping or Mapping()
    return Report([judge_one(router, one, mapping) for one in mapping.examples(folder)])


def judge_one(router: Router, example: Example, mapping: Mapping) -> Judged:
    """One sentence."""
    decision: Decision = router.decide(Ask(example.text))
    match = decision.match
    wrong: list[str] = []
    if match is not None and example.target and example.collection == "slurp":
        wrong = mistakes(example, match, mapping.slots)
    return Judged(
        example,
        match.skill.name if match else "",
        decision.reason,
        decision.seconds,
        tuple(wrong),
    )


def _share(flags: Any) -> float | None:
    values = list(flags)
    return round(sum(values) / len(values), 4) if values else None
