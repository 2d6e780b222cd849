"""Whether what a model fills in was said: its arguments are looked for in the request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from edge.memory.words import stems
from edge.reason.lm.calls import Call, Tool
from edge.reason.words import words

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def ungrounded(arguments: Mapping[str, Any], request: str) -> list[str]:
    """The names of the arguments that hold something the request does not say."""
    said = _Said(request)
    return [name for name, value in arguments.items() if not said.holds(value)]


def grounded(call: Call, tools: Sequence[Tool], request: str) -> Call | None:
    """The call without what the request does not say; None where something required is missing.

    What is true or false is not looked for: nobody says "true".
    """
    parameters = next(tool.parameters for tool in tools if tool.name == call.tool)
    required = set(parameters.get("required", ()))
    flags = {name for name, value in call.arguments.items() if isinstance(value, bool)}
    absent = set(ungrounded(call.arguments, request))
    if absent & required - flags:
        return None
    kept = {n: v for n, v in call.arguments.items() if n not in absent or n in required}
    return replace(call, arguments=kept)


_GENERAL = frozenset(
    stems(
        "based calculate compute create determine find function generate get given information list"
        " number provide return search show specific total value"
    )
)
"""Words of tools' names that say little about what they are for."""


def related(tool: str, request: str) -> float:
    """The share, 0 to 1, of the telling words of a tool's name that the request has."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", tool)
    telling = set(stems(re.sub(r"[\W_]+", " ", apart))) - _GENERAL
    return len(telling & set(stems(request))) / len(telling) if telling else 0.0


class _Said:
    """The words and numbers of a request."""

    def __init__(self, request: str) -> None:
        plain = request.replace(",", " ")
        self._stems = set(stems(re.sub(r"[_*^()\[\]]", " ", plain)))
        self._letters = re.sub(r"\W+", "", request.lower())
        self._numbers = {word.number for word in words(request) if word.number is not None}
        # Also those in "5m" and "x2".
        self._numbers |= {Decimal(one.replace(",", "")) for one in _NUMBER.findall(request)}

    def holds(self, value: Any) -> bool:
        """Whether all of `value` is there; of a text, more than half of its telling words."""
        match value:
            case bool() | None:
                return False
            case int() | float():
                number = abs(Decimal(str(value)))
                # "6 percent" is 0.06 for many tools.
                return bool({number, number * 100} & self._numbers)
            case str():
                return self._holds_text(value)
            case list():
                return bool(value) and all(self.holds(one) for one in value)
            case Mapping():
                return bool(value) and all(self.holds(one) for one in value.values())
            case _:
                return False

    def _holds_text(self, text: str) -> bool:
        letters = re.sub(r"\W+", "", text.lower())
        if letters and letters in self._letters:
            return True
        telling = set(stems(re.sub(r"[_*^()\[\]]", " ", text)))
        return bool(telling) and 2 * len(telling & self._stems) > len(telling)
