"""What is measured, in which unit, and the published limits: data, each limit with its source."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """A published value from which an answer says more."""

    text: str
    source: str
    """Author or organisation, title, and year where there is one."""
    url: str = ""
    """Its DOI; empty: it is known by its title alone."""
    above: float | None = None
    """It applies to values over this one,"""
    below: float | None = None
    """or under this one."""
    advice: str = ""

    def applies(self, value: float) -> bool:
        """Whether `value` is beyond the limit."""
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that is measured."""

    key: str
    name: str
    unit: str
    total: bool
    """A day's value is the sum of its readings; otherwise their mean."""
    low: float
    """Values below this one are mistakes of whoever measured,"""
    high: float
    """and so are those above this one."""
    limit: tuple[Limit, ...] = ()

    def possible(self, value: float) -> bool:
        """Whether a living person may have this value."""
        return self.low <= value <= self.high

    def beyond(self, value: float) -> Limit | None:
        """The first limit that `value` is beyond."""
        return next((limit for limit in self.limit if limit.applies(value)), None)


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that call for help."""

    name: str
    patterns: tuple[str, ...]
    source: str
    """Organisation and title of the page."""
    answer: str = (
        "That can be an emergency. I can't judge it: please call emergency services now,"
        " or have somebody near you call."
    )


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by their key."""
    found = {}
    for key, value in _read("metrics.toml").items():
        limits = tuple(Limit(**limit) for limit in value.pop("limit", ()))
        found[key] = Metric(key=key, limit=limits, **value)
    return found


@cache
def signs() -> tuple[Sign, ...]:
    """All urgent signs."""
    rows = _read("urgent.toml")["sign"]
    return tuple(Sign(**{**row, "patterns": tuple(row["patterns"])}) for row in rows)


def urgent(text: str) -> Sign | None:
    """The sign in what somebody says that calls for help; None where there is none."""
    plain = text.lower().replace("\u2019", "'")
    for sign in signs():
        if any(re.search(pattern, plain) for pattern in sign.patterns):
            return sign
    return None


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("edge.health") / name).read_text("utf-8"))
