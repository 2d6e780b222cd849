"""Compares what came of a scenario with what was expected of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from edge.events import SAMPLE_RATE
from edge.scenario.devices import between
from edge.scenario.format import Expect, Happening, Scenario
from edge.scenario.runner import Played


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation, and whether it was met."""

    step: int
    """From 1; 0: the whole scenario."""
    what: str
    """The expectation."""
    ok: bool
    found: str
    """What was there instead, or the value that was measured."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What happened between two moments."""

    step: int
    rows: Sequence[dict[str, Any]]
    first: int
    """Index of the moment at its beginning."""
    last: int

    def texts(self, event: str, key: str) -> list[str]:
        return [str(row[key]) for row in self.rows if row["event"] == event]


def judge(scenario: Scenario, played: Played, *, real: bool = False) -> list[Finding]:
    """Every expectation, in the order of the steps. `real`: it was played at real pace."""
    found = []
    marks = [i for i, row in enumerate(played.rows) if row["event"] == "step"]
    marks.append(len(played.rows))
    for number, step in enumerate(scenario.step):
        rows = played.rows[marks[number] : marks[number + 1]]
        stretch = _Stretch(number + 1, rows, number, number + 1)
        if number in played.missed:
            found.append(Finding(number + 1, "during", False, "no answer could be heard"))
        found += _judged(step.expect, stretch, scenario, played, real)
    whole = _Stretch(0, played.rows, 0, len(scenario.step))
    return found + list(_judged(scenario.expect, whole, scenario, played, real))


def _judged(
    expect: Expect, stretch: _Stretch, scenario: Scenario, played: Played, real: bool
) -> Iterator[Finding]:
    def finding(what: str, ok: bool, found: str) -> Finding:
        return Finding(stretch.step, what, ok, found)

    rows = stretch.rows
    understood = " / ".join(stretch.texts("transcript", "text"))
    for one in expect.understood:
        yield finding(f"understood {one}", _has(one, understood), understood)
    said = " ".join(stretch.texts("sentence", "text"))
    if expect.heard and (expect.said or expect.not_said):
        said = _sound(stretch, played)
    how = "heard" if expect.heard else "said"
    for one in expect.said:
        yield finding(f"{how} {one}", _has(one, said), said)
    for one in expect.not_said:
        yield finding(f"not {how} {one}", not _has(one, said), said)
    if expect.silent:
        yield finding("silent", not said, said)
    if expect.route:
        last = _routed(rows)
        fits = last == expect.route or last.partition(".")[0] == expect.route
        yield finding(f"route {expect.route}", fits, last)
    cards = [f"{row['title']}: {'; '.join(row['lines'])}" for row in rows if row["event"] == "card"]
    for one in expect.shown:
        yield finding(f"shown {one}", _has(one, " / ".join(cards)), " / ".join(cards))
    for happening in expect.did:
        count = sum(happening.fits(row) for row in rows)
        ok = count == happening.times if happening.times is not None else count > 0
        yield finding(f"did {_named(happening)}", ok, _times(count))
    for happening in expect.did_not:
        count = sum(happening.fits(row) for row in rows)
        yield finding(f"did not {_named(happening)}", not count, _times(count))
    memory = played.moments[stretch.last].memory
    for one in expect.remembered:
        yield finding(f"remembered {one}", _has(one, memory), _kept(one, memory))
    for one in expect.forgotten:
        yield finding(f"forgotten {one}", not _has(one, memory), _kept(one, memory))
    yield from _times_of_day(expect, stretch, scenario, finding)
    yield from _measured(expect, stretch, played, finding, real)


def _routed(rows: Sequence[dict[str, Any]]) -> str:
    """Who answered last; what was prepared for a question that was none does not count."""
    routes = ["nobody"]
    drafted = 1
    for row in rows:
        if row["event"] == "route":
            routes.append(str(row["to"]))
        elif row["event"] == "speculation_started":
            drafted = len(routes)
        elif row["event"] == "speculation_dropped" and row["reason"] == "no question":
            # The assistant's own voice, or somebody who coughed.
            del routes[drafted:]
    return routes[-1]


_Make = Callable[[str, bool, str], Finding]


def _times_of_day(
    expect: Expect, stretch: _Stretch, scenario: Scenario, finding: _Make
) -> Iterator[Finding]:
    if expect.between is None:
        return
    first, last = expect.between
    begun = [
        scenario.begins + timedelta(seconds=row["at"])
        for row in stretch.rows
        if row["event"] == "audio_started"
    ]
    ok = bool(begun) and all(first <= one.time() <= last for one in begun)
    found = ", ".join(f"{one:%H:%M:%S}" for one in begun) or "nothing was said"
    yield finding(f"between {first} and {last}", ok, found)


def _measured(
    expect: Expect, stretch: _Stretch, played: Played, finding: _Make, real: bool
) -> Iterator[Finding]:
    turns = [row["stages"] for row in stretch.rows if row["event"] == "turn_done" and row["turn"]]
    if expect.within is not None:
        slowest = max((stages["voice_to_voice"] for stages in turns), default=None)
        met = slowest is not None and slowest <= expect.within
        found = "nobody answered" if slowest is None else f"{slowest:.2f} s"
        if not real:
            # Thinking takes no time in virtual time.
            met, found = slowest is not None, f"{found} in virtual time, not judged"
        yield finding(f"within {expect.within} s", met, found)
    if expect.endpoint is not None:
        longest = max((stages["endpoint"] for stages in turns), default=None)
        met = longest is not None and longest <= expect.endpoint
        found = "nobody answered" if longest is None else f"{longest:.2f} s"
        yield finding(f"endpoint {expect.endpoint} s", met, found)
    before, after = played.moments[stretch.first], played.moments[stretch.last]
    if expect.cpu is not None:
        listened = max(1, after.listened - before.listened) / SAMPLE_RATE
        share = (after.processor - before.processor) / listened
        found = f"{share:.3f} cores while {listened:.0f} s were listened to"
        yield finding(f"cpu {expect.cpu}", share <= expect.cpu, found)
    if expect.grown_mb is not None:
        grown = (after.resident - before.resident) / 1e6
        yield finding(f"grown {expect.grown_mb} MB", grown <= expect.grown_mb, f"{grown:.1f} MB")


def _sound(stretch: _Stretch, played: Played) -> str:
    """What the recogniser makes of all that was heard from the speaker."""
    texts = []
    begin = None
    for row in stretch.rows:
        if row["event"] == "audio_started":
            begin = row["at"]
        elif row["event"] == "audio_ended" and begin is not None:
            margin = SAMPLE_RATE // 2
            first, last = round(begin * SAMPLE_RATE), round(row["at"] * SAMPLE_RATE)
            texts.append(played.transcribe(between(played.heard, first - margin, last + margin)))
            begin = None
    return " ".join(texts)


def _has(expression: str, text: str) -> bool:
    return re.search(expression, text, re.IGNORECASE) is not None


def _kept(expression: str, memory: str) -> str:
    return "in the memory" if _has(expression, memory) else "not in the memory"


def _named(happening: Happening) -> str:
    fields = [f"{key}={value}" for key, value in (happening.model_extra or {}).items()]
    times = [] if happening.times is None else [f"{happening.times} times"]
    return " ".join([happening.event, *fields, *times])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
