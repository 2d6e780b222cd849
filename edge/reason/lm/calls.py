"""Which tool answers a request, and with which arguments: asked of the language model in a form.

A small model almost always calls something, and fills in what nobody said. So it is asked twice:
whether a tool does what is wanted, as the odds of "Yes" against "No" (Kadavath et al. 2022,
https://arxiv.org/abs/2207.05221), and, in the form of the tool's schema, for the call; and what
the call holds is looked for in the request (`edge.reason.lm.grounding`).
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from edge.errors import ConstraintError
from edge.events import Float32
from edge.reason.lm.answer import Step
from edge.reason.lm.cache import Ids
from edge.reason.lm.chat import Message
from edge.reason.lm.grammar import Constraint, Grammar, json_schema
from edge.reason.lm.sampling import Sampling

LONGEST = 160
"""Tokens that a call may have."""

_SYSTEM = "You decide which function serves a request, and with which arguments."
_FITS = "Does one of these functions do what is requested? Answer Yes or No."
_CALL = (
    "Write the call as JSON. Take the arguments from the request; leave out what it does not say."
)
_KINDS = {
    "dict": "object",
    "object": "object",
    "float": "number",
    "number": "number",
    "integer": "integer",
    "string": "string",
    "boolean": "boolean",
    "array": "array",
    "tuple": "array",
}


class Model(Protocol):
    """What is needed of `edge.reason.lm.engine.LanguageModel`."""

    def encode(self, text: str) -> list[int]: ...
    def encode_chat(self, messages: Sequence[Message]) -> list[int]: ...
    def constraint(self, grammar: Grammar) -> Constraint: ...
    def logits(
        self, ids: Sequence[int], begin: int = 0, *, judged: Ids | None = None
    ) -> Float32: ...
    def generate_steps(
        self, prompt: Sequence[int], options: Sampling | None = None
    ) -> Generator[Step, None, None]: ...


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that can be called."""

    name: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """JSON schema of an object; the types `dict`, `float` and `tuple` of Python are understood."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool with its arguments."""

    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the model would do."""

    odds: float
    """Natural logarithm of the odds that a tool does what is requested."""
    call: Call | None
    """None where the call did not come to its end."""


def propose(model: Model, tools: Sequence[Tool], request: str) -> Proposal:
    """What the model would call for `request`. Synchronous: on the model's worker.

    Raises ConstraintError for parameters that are no JSON schema, and TextError for tools that
    leave no room in the context.
    """
    *_, made = proposing(model, tools, request)
    assert made is not None
    return made


def opening(model: Model, tools: Sequence[Tool], request: str) -> list[int]:
    """The ids that both questions of `propose` begin with, and more: to be taken in beforehand."""
    return model.encode_chat(_messages(tools, request, _FITS))


def proposing(
    model: Model, tools: Sequence[Tool], request: str
) -> Generator[Proposal | None, None, None]:
    """The same step by step, so that it can be broken off: None, and the proposal at last."""
    odds = _odds(model, opening(model, tools, request))
    yield None
    form = model.constraint(json_schema(schema(tools)))
    options = Sampling(max_tokens=LONGEST, constraint=form)
    prompt = model.encode_chat(_messages(tools, request, _CALL))
    text = ""
    try:
        for step in model.generate_steps(prompt, options):
            if step.error is not None:
                yield Proposal(odds, None)
                return
            text += step.text
            yield None
    except ConstraintError:
        yield Proposal(odds, None)
        return
    made = json.loads(text)
    yield Proposal(odds, Call(made["name"], made["arguments"]))


def schema(tools: Sequence[Tool]) -> dict[str, Any]:
    """The JSON schema of a call of one of `tools`."""
    calls = [
        {
            "type": "object",
            "properties": {
                "name": {"const": tool.name},
                "arguments": _plain({"type": "object", **tool.parameters}),
            },
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }
        for tool in tools
    ]
    return calls[0] if len(calls) == 1 else {"anyOf": calls}


def _plain(part: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter's schema with what decides its form, and nothing else."""
    kind = _KINDS.get(str(part.get("type", "")))
    if kind is None:
        raise ConstraintError(f"A tool has a parameter of the unknown type {part.get('type')!r}.")
    if kind == "string" and part.get("enum"):
        return {"enum": list(part["enum"])}
    made: dict[str, Any] = {"type": kind}
    if kind == "object":
        inner = part.get("properties") or {}
        made["properties"] = {name: _plain(one) for name, one in inner.items()}
        made["required"] = [name for name in part.get("required", ()) if name in inner]
        if inner:
            made["additionalProperties"] = False
    elif kind == "array":
        made["items"] = _plain(part.get("items") or {"type": "string"})
        # A model that has lost its way would go on for ever.
        made["maxItems"] = 12
    elif kind == "string":
        made["maxLength"] = 120
    return made


def _messages(tools: Sequence[Tool], request: str, wanted: str) -> list[Message]:
    described = "\n".join(
        json.dumps(
            {"name": one.name, "description": one.description, "parameters": one.parameters},
            ensure_ascii=False,
        )
        for one in tools
    )
    # What differs between the two questions comes last, so that the rest is taken in once.
    text = f"Functions:\n{described}\n\nRequest: {request}\n\n{wanted}"
    return [Message("system", _SYSTEM), Message("user", text)]


def _odds(model: Model, prompt: Sequence[int]) -> float:
    """How much likelier the answer "Yes" is than "No", as a natural logarithm."""
    yes, no = (model.encode(answer)[0] for answer in ("Yes", "No"))
    logits = model.logits(prompt, len(prompt) - 1, judged=np.array([[yes, no]]))[0]
    return float(logits[yes] - logits[no])
