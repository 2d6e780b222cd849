"""Two traces compared."""

import json

import pytest

from edge.errors import ScenarioError
from edge.scenario.diff import differences, read

TRACE = [
    {"t": 1.0, "event": "speech_started", "at": 1.0},
    {"t": 2.0, "event": "transcript", "text": "stop"},
    {"t": 2.0, "event": "turn_done", "turn": 1, "stages": {"asr": 0.1}},
]


def lines(before, after, **more):
    return [one.line() for one in differences(before, after, **more)]


def test_the_same_events_are_no_difference_however_long_they_took():
    """How long a stage took is no event."""
    other = [*TRACE[:2], {**TRACE[2], "stages": {"asr": 0.2}}]
    assert lines(TRACE, other) == []


def test_what_changed_came_and_went_is_told():
    """One line each, with the fields that are others."""
    other = [TRACE[0], {**TRACE[1], "text": "top"}, {"t": 2.0, "event": "held", "turn": 1}]
    assert lines(TRACE, other) == [
        '~ 2.00 transcript text: "stop" > "top"',
        "- 2.00 turn_done turn=1",
        "+ 2.00 held turn=1",
    ]


def test_what_is_later_has_moved_beyond_the_tolerance():
    """An event of the same kind with the same words, at another moment."""
    other = [{"t": 1.4, "event": "speech_started", "at": 1.4}, *TRACE[1:]]
    assert lines(TRACE, other) == ["~ 1.00 speech_started is +0.40 s away"]
    assert lines(TRACE, other, tolerance=0.5) == []


def test_a_file_that_is_no_trace_is_refused_with_its_line(tmp_path):
    """JSON lines with an event each, and nothing else."""
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(TRACE[0]) + "\n[1]\n")
    with pytest.raises(ScenarioError, match=r"t.jsonl:2: this is no event"):
        read(path)
