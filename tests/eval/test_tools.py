"""Judging calls of tools."""

from __future__ import annotations

import json

import pytest

from edge.errors import BenchError
from edge.eval.calls import Task, is_right, read_tasks
from edge.eval.tools import Made, read_results, run, table
from edge.eval.tools_command import tools
from edge.reason.lm.calls import Call, Proposal, Tool
from edge.reason.lm.grounding import grounded

TOOL = Tool(
    "triangle_area",
    "The area of a triangle.",
    {
        "type": "dict",
        "properties": {
            "base": {"type": "float"},
            "height": {"type": "integer"},
            "unit": {"type": "string"},
            "exact": {"type": "boolean"},
        },
        "required": ["base", "height"],
    },
)
ASKED = "the area of a triangle with a base of ten and a height of 5"
EXPECTED = {
    "triangle_area": {"base": [10.0], "height": [5], "unit": ["cm", ""], "exact": [True, ""]}
}
FITS = Task("fits", ASKED, (TOOL,), EXPECTED)
NONE = Task("none", "who painted the mona lisa", (TOOL,), None)


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        ({"base": 10, "height": 5}, True),
        ({"base": 10, "height": 5, "unit": "C.M."}, True),
        ({"base": 10, "height": 6}, False),
        ({"base": 10}, False),
        ({"base": 10, "height": 5, "colour": "red"}, False),
        ({"base": 10, "height": 5, "exact": 1}, False),
    ],
)
def test_is_right(arguments, right):
    """Every argument has one of its right values, and only those that may be left out are."""
    assert is_right(Call("triangle_area", arguments), FITS) is right


def test_another_tool_or_none():
    """The tool must be the right one; where none fits, only declining is right."""
    assert not is_right(Call("circle_area", {"base": 10, "height": 5}), FITS)
    assert not is_right(None, FITS)
    assert is_right(None, NONE)
    assert not is_right(Call("triangle_area", {}), NONE)


def test_lists_and_objects():
    """Lists are right in their order; in an object each value has a list of right ones."""
    task = Task("x", "", (), {"f": {"a": [[1, 2]], "b": [{"c": ["x", ""], "d": [3]}]}})
    assert is_right(Call("f", {"a": [1, 2.0], "b": {"d": 3}}), task)
    assert not is_right(Call("f", {"a": [2, 1], "b": {"d": 3}}), task)
    assert not is_right(Call("f", {"a": [1, 2], "b": {"c": "x"}}), task)


def test_grounded():
    """What was not said is left out; without something required there is no call."""
    call = Call("triangle_area", {"base": 10, "height": 5, "unit": "cm", "exact": False})
    kept = grounded(call, FITS.tools, FITS.request)
    assert kept == Call("triangle_area", {"base": 10, "height": 5})
    assert (
        grounded(Call("triangle_area", {"base": 10, "height": 7}), FITS.tools, FITS.request) is None
    )


def test_table():
    """Odds that tell the kinds apart make every decision right; a call of nothing is wrong."""
    right = Proposal(2.0, Call("triangle_area", {"base": 10, "height": 5}))
    wrong = Proposal(-2.0, Call("triangle_area", {"base": 10, "height": 5}))
    made = [Made("", right, 1.0), Made("", wrong, 3.0)] * 2
    figures = table([FITS, NONE] * 2, made)
    assert (figures["tasks"], figures["irrelevant"]) == (2, 2)
    assert figures["call_right"] == figures["decided_right"] == figures["decided_declined"] == 1
    assert figures["grounded_declined"] == 1
    assert figures["odds_auc"] == 1
    assert figures["seconds_p50"] == 3


class _Model:
    """Says what a test wants, and counts how often it is asked."""

    def __init__(self):
        self.asked = 0


def test_resumed(tmp_path, monkeypatch):
    """A task that has a result is not asked again; what is kept is what was made."""
    results, model = tmp_path / "results.jsonl", _Model()

    def propose(model, tools, request):
        model.asked += 1
        return Proposal(0.5, Call("triangle_area", {"base": 10, "height": 5}))

    monkeypatch.setattr("edge.eval.tools.propose", propose)
    ticks = iter(range(100))
    first = list(run(lambda: model, [FITS], results, lambda: next(ticks)))
    both = list(run(lambda: model, [FITS, NONE], results, lambda: next(ticks)))
    assert model.asked == 2
    assert both[0] == first[0] == read_results(results)["fits"]
    assert first[0].seconds == 1


def test_bad_files(tmp_path):
    """A folder without tasks, an answer that lacks, and a damaged result are told in a sentence."""
    with pytest.raises(BenchError, match="cannot be read"):
        read_tasks(tmp_path)
    (tmp_path / "bfcl_simple_answers.jsonl").write_text("")
    row = {"id": "a", "question": [[{"content": "x"}]], "function": [{"name": "f"}]}
    (tmp_path / "bfcl_simple.jsonl").write_text(json.dumps(row))
    with pytest.raises(BenchError, match="lacks the answer"):
        read_tasks(tmp_path)
    results = tmp_path / "results.jsonl"
    results.write_text('{"id": "a"}\n')
    with pytest.raises(BenchError, match="line 1"):
        read_results(results)


@pytest.mark.model
@pytest.mark.data
def test_real(data, model_folder, capsys):
    """The smallest model makes most of the simplest calls, in the form that is asked for."""
    model_folder("smollm2-135m")
    tools(data / "tools", "smollm2-135m", 4, None, as_json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures["tasks"] == figures["irrelevant"] == 4
    assert figures["call_right"] >= 0.5
