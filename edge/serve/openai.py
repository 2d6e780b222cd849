"""Requests and answers in the form of OpenAI's chat completions.

https://platform.openai.com/docs/api-reference/chat. What is not honoured is refused by name.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.errors import EdgeError
from edge.reason.lm.chat import Message
from edge.reason.lm.grammar import Grammar, json_schema
from edge.serve.jobs import Job, Piece, Token, Wish

_STATES = 2**63
"""Seeds are taken modulo this."""
_ROLES: dict[str, Literal["system", "user", "assistant"]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
}


class BadRequest(EdgeError):
    """A request that cannot be honoured; `parameter` is the one to blame."""

    def __init__(self, sentence: str, parameter: str | None = None, status: int = 400) -> None:
        super().__init__(sentence)
        self.parameter = parameter
        self.status = status


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class TextPart(_Model):
    """A part of a message."""

    type: Literal["text"]
    text: str


class ChatMessage(_Model):
    """What one side said. Fields that are always null come back from clients that repeat ours."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]
    refusal: None = None
    tool_calls: None = None
    function_call: None = None
    annotations: None = None
    audio: None = None

    def message(self) -> Message:
        """For the engine."""
        content = self.content
        if not isinstance(content, str):
            content = "".join(part.text for part in content)
        return Message(_ROLES[self.role], content)


class SchemaFormat(_Model):
    """The schema of an answer."""

    name: str = ""
    description: str | None = None
    schema_: dict[str, Any] = Field(alias="schema")
    strict: bool | None = None


class ResponseFormat(_Model):
    """The form of an answer."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: SchemaFormat | None = None

    def grammar(self) -> Grammar | None:
        """Raises ConstraintError where the schema cannot be kept to."""
        if self.type == "text":
            return None
        if self.type == "json_object":
            return json_schema({"type": "object"})
        if self.json_schema is None:
            raise BadRequest("response_format has no json_schema.", "response_format")
        return json_schema(self.json_schema.schema_)


class StreamOptions(_Model):
    """What a stream has besides the answer."""

    include_usage: bool = False


class ChatRequest(_Model):
    """What can be honoured."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1, max_length=1000)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    n: int | None = Field(None, ge=1)
    seed: int | None = None
    stop: str | list[str] | None = Field(None, min_length=1, max_length=16)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    logprobs: bool | None = False
    top_logprobs: Literal[0] | None = None
    response_format: ResponseFormat | None = None
    frequency_penalty: Literal[0] | None = None
    presence_penalty: Literal[0] | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for."""

    max_tokens: int = 1024
    answers: int = 8
    default_tokens: int = 160
    default_temperature: float = 0.0


def parse(body: bytes, model: str) -> ChatRequest:
    """The request in `body`, for the model served here. Raises BadRequest."""
    try:
        request = ChatRequest.model_validate_json(body)
    except ValidationError as error:
        raise complaint(error) from None
    if request.model != model:
        raise BadRequest(f"There is no model {request.model!r} here, but {model!r}.", "model", 404)
    return request


def complaint(error: ValidationError) -> BadRequest:
    """The first thing that is wrong with a request, without what the client had said."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return BadRequest("The body is not JSON.")
    if first["type"] == "extra_forbidden":
        return BadRequest(f"{where} is not supported here.", where)
    if first["type"] == "literal_error" and where.endswith(("_penalty", "top_logprobs")):
        return BadRequest(f"{where} is not supported here, except for 0.", where)
    return BadRequest(f"{where or 'The body'} is wrong: {first['msg']}.", where or None)


def wishes(request: ChatRequest, limits: Limits) -> tuple[Wish, ...]:
    """The answers that a request asks for. Raises BadRequest and ConstraintError."""
    tokens = request.max_completion_tokens or request.max_tokens or limits.default_tokens
    if tokens > limits.max_tokens:
        name = "max_completion_tokens" if request.max_completion_tokens else "max_tokens"
        raise BadRequest(f"{name} may be at most {limits.max_tokens}.", name)
    count = request.n or 1
    if count > limits.answers:
        raise BadRequest(f"n may be at most {limits.answers}.", "n")
    stop = (request.stop,) if isinstance(request.stop, str) else tuple(request.stop or ())
    if "" in stop:
        raise BadRequest("stop must not be empty.", "stop")
    form = request.response_format.grammar() if request.response_format else None
    if stop and form:
        raise BadRequest("stop must not cut off an answer that has a response_format.", "stop")
    seed = secrets.randbelow(_STATES) if request.seed is None else request.seed
    messages = tuple(message.message() for message in request.messages)
    temperature = request.temperature
    return tuple(
        Wish(
            messages,
            max_tokens=tokens,
            temperature=limits.default_temperature if temperature is None else temperature,
            top_p=request.top_p or 1.0,
            seed=(seed + answer) % _STATES,
            stop=stop,
            form=form,
            repeatable=request.seed is not None,
        )
        for answer in range(count)
    )


class Completion:
    """One request's answers, as chunks of a stream or as a whole."""

    def __init__(self, request: ChatRequest, job: Job, model: str) -> None:
        self._request = request
        self._job = job
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": model,
        }
        self.made = 0
        """Tokens of all answers so far."""
        count = len(job.wishes)
        self._texts: list[list[str]] = [[] for _ in range(count)]
        self._tokens: list[list[Token]] = [[] for _ in range(count)]
        self._ends = [""] * count

    def take(self, piece: Piece) -> None:
        """Count a piece, and keep it where the answer is given as a whole."""
        self.made += piece.token is not None
        if self._request.stream:
            return
        self._texts[piece.answer].append(piece.text)
        if self._request.logprobs and piece.token:
            self._tokens[piece.answer].append(piece.token)
        self._ends[piece.answer] = piece.end or self._ends[piece.answer]

    def opening(self) -> list[dict[str, Any]]:
        """The first chunks of a stream."""
        return [
            self._chunk([_choice(answer, {"role": "assistant", "content": ""}, None, None)])
            for answer in range(len(self._job.wishes))
        ]

    def chunks(self, piece: Piece) -> list[dict[str, Any]]:
        """A piece as chunks; its end comes in one of its own."""
        made = []
        logprobs = None
        if self._request.logprobs and piece.token:
            logprobs = _logprobs([piece.token])
        if piece.text or logprobs:
            choice = _choice(piece.answer, {"content": piece.text}, logprobs, None)
            made.append(self._chunk([choice]))
        if piece.end:
            made.append(self._chunk([_choice(piece.answer, {}, None, piece.end)]))
        return made

    def closing(self) -> list[dict[str, Any]]:
        """The last chunks of a stream."""
        options = self._request.stream_options
        if options is None or not options.include_usage:
            return []
        return [{**self._chunk([]), "usage": self._usage()}]

    def whole(self) -> dict[str, Any]:
        """Once all pieces were taken."""
        choices = []
        for answer, text in enumerate(self._texts):
            choices.append(
                {
                    "index": answer,
                    "message": {"role": "assistant", "content": "".join(text), "refusal": None},
                    "logprobs": _logprobs(self._tokens[answer]) if self._request.logprobs else None,
                    "finish_reason": self._ends[answer],
                }
            )
        return {
            **self._head,
            "object": "chat.completion",
            "choices": choices,
            "usage": self._usage(),
        }

    def _chunk(self, choices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {**self._head, "object": "chat.completion.chunk", "choices": list(choices)}

    def _usage(self) -> dict[str, int]:
        taken = self._job.tokens_in
        return {
            "prompt_tokens": taken,
            "completion_tokens": self.made,
            "total_tokens": taken + self.made,
        }


def failure(sentence: str, kind: str, parameter: str | None, code: str | None) -> dict[str, Any]:
    """An error's body."""
    return {"error": {"message": sentence, "type": kind, "param": parameter, "code": code}}


def _choice(answer: int, delta: Mapping[str, str], logprobs: Any, end: Any) -> dict[str, Any]:
    return {"index": answer, "delta": dict(delta), "logprobs": logprobs, "finish_reason": end}


def _logprobs(tokens: Sequence[Token]) -> dict[str, Any]:
    content = [
        {
            "token": token.content.decode("utf-8", "replace"),
            "logprob": token.logprob,
            "bytes": list(token.content),
            "top_logprobs": [],
        }
        for token in tokens
    ]
    return {"content": content, "refusal": None}
