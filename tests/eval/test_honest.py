"""How many of the answers without a hedge are right."""

from __future__ import annotations

import json

import pytest

from edge.errors import BenchError
from edge.eval.honest import Graded, is_right, read_traces, table
from edge.reason.lm.confidence import MODEL


def _row(kind, text, gold, options=()):
    return {"kind": kind, "gold": gold, "options": options, "greedy": {"text": text}}


@pytest.mark.parametrize(
    ("row", "right"),
    [
        (_row("number", "That is 1,200.", ["1200"]), True),
        (_row("text", "It is the Seine.", ["seine"]), True),
        (_row("text", "It is Lyon.", ["Paris"]), False),
        (_row("choice", "the red one", ["red one"], ["red one", "blue one"]), True),
        (_row("choice", "one", ["red one"], ["red one", "blue one"]), False),
    ],
)
def test_is_right(row, right):
    """Numbers are compared, and the words of a choice or of a text looked for."""
    assert is_right(row) is right


def test_table():
    """Coverage and accuracy are of the second half; the threshold is chosen on the first."""
    fit = [Graded("a", "fit", 0.9, True)] * 10 + [Graded("a", "fit", 0.3, False)] * 10
    test = [Graded("a", "test", 0.95, True), Graded("a", "test", 0.91, False)]
    test += [Graded("b", "test", 0.5, False)] * 2
    figures = table([*fit, *test], 0.4)
    assert (figures["answers"], figures["right"]) == (4, 0.25)
    assert (figures["coverage"], figures["unhedged_right"]) == (1.0, 0.25)
    assert figures["below_for_wanted"] == 0.9
    assert (figures["coverage_for_wanted"], figures["unhedged_right_for_wanted"]) == (0.5, 0.5)
    assert figures["sets"]["b"] == {
        "answers": 2,
        "right": 0.0,
        "coverage": 1.0,
        "unhedged_right": 0.0,
    }


def test_no_threshold():
    """Where nothing makes enough answers right, everything would have to be hedged."""
    figures = table([Graded("a", half, 0.5, False) for half in ("fit", "test") * 10], 0.6)
    assert figures["below_for_wanted"] is None
    assert (figures["coverage"], figures["coverage_for_wanted"]) == (0, 0)
    assert figures["unhedged_right"] is None


def test_read(tmp_path):
    """A trace gets the confidence of today; what is none is told with its line."""
    file = tmp_path / "traces.jsonl"
    greedy = {"text": "Paris", "logprobs": [-0.1, -0.2], "margins": [2.0, 3.0]}
    row = {"set": "x", "half": "test", "kind": "text", "question": "Who?", "gold": ["Paris"]}
    row["greedy"] = greedy
    file.write_text(json.dumps(row))
    [one] = read_traces(file, MODEL)
    assert one.right
    assert 0 < one.sure < 1
    with pytest.raises(BenchError, match=r"line 1: .*calibrated"):
        read_traces(file, "another")
    file.write_text("{}\n")
    with pytest.raises(BenchError, match="line 1"):
        read_traces(file, MODEL)
    with pytest.raises(BenchError, match="cannot be read"):
        read_traces(tmp_path / "none", MODEL)
