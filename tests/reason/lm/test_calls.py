"""Calls of tools in a form, and whether what they hold was said."""

from __future__ import annotations

import pytest

from edge.errors import ConstraintError
from edge.reason.lm.calls import Tool, schema
from edge.reason.lm.grammar import json_schema
from edge.reason.lm.grounding import related, ungrounded


def test_schema():
    """The form of a call names the tool and has its parameters, with the types of JSON."""
    parameters = {
        "type": "dict",
        "properties": {
            "numbers": {"type": "array", "items": {"type": "float"}, "description": "x"},
            "order": {"type": "string", "enum": ["up", "down"]},
            "point": {"type": "tuple", "items": {"type": "integer"}},
        },
        "required": ["numbers"],
    }
    one = schema([Tool("sort", "Sorts.", parameters)])
    arguments = one["properties"]["arguments"]
    assert one["properties"]["name"] == {"const": "sort"}
    assert arguments["required"] == ["numbers"]
    assert arguments["properties"]["numbers"]["items"] == {"type": "number"}
    assert arguments["properties"]["order"] == {"enum": ["up", "down"]}
    assert arguments["properties"]["point"]["type"] == "array"
    assert json_schema(one).kind == "JSON schema"
    two = schema([Tool("a", ""), Tool("b", "")])
    assert [call["properties"]["name"]["const"] for call in two["anyOf"]] == ["a", "b"]


def test_unknown_type():
    """A parameter of a type that JSON does not have is told in one sentence."""
    with pytest.raises(ConstraintError, match="'set'"):
        schema([Tool("a", "", {"properties": {"b": {"type": "set"}}})])


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (5, True),
        (12, True),
        (0.06, True),
        (200000, True),
        (200, False),
        (-3, True),
        (7, False),
        ("New York", True),
        ("new york, ny", True),
        ("boston", False),
        ([5, 12], True),
        ([5, 7], False),
        ({"a": 5}, True),
        ([], False),
        (True, False),
        (None, False),
    ],
)
def test_grounded(value, held):
    """Numbers, also in words, as a percentage and without a sign; most telling words of a text."""
    said = "drive 5 miles from New York with twelve friends at 6 percent for $200,000, minus 3"
    assert (ungrounded({"x": value}, said) == []) is held


def test_related():
    """A tool's name shares telling words with the request; "calculate" tells nothing."""
    assert related("calculate_triangle_area", "the area of this triangle") == 1
    assert related("getTriangleArea", "an area code") == 0.5
    assert related("create_polygon", "calculate the sine of 45") == 0
    assert related("get", "get it") == 0
