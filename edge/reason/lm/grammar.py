"""Answers of a given form: a JSON schema, a regular expression, or a list of choices.

The form is kept by llguidance (https://github.com/guidance-ai/llguidance): before each token it
says which ones can be the next, and the logits of all others are masked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.errors import ConstraintError, ConstraintUnfinished
from edge.events import Float32
from edge.reason.lm.cache import Ids

if TYPE_CHECKING:
    import llguidance

_IN_STRINGS = r'[^"\\\x00-\x1F\x7F]+'
"""The tokens that may stand in any JSON string are looked up at once rather than one by one."""

_PLACE = re.compile(r"^at \d+\(\d+\): ")
"""Of a complaint, in a notation that nobody has written."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """A form, of no model yet."""

    kind: str
    """What it was given as, for the sentence that says what is wrong with it."""
    source: str
    """In the notation of llguidance."""


def json_schema(schema: Mapping[str, Any]) -> Grammar:
    """JSON that a schema allows, on one line, with a space after each comma and colon.

    Properties come in the schema's order. Keywords that could not be kept to are an error.
    """
    from llguidance import LLMatcher

    try:
        text = json.dumps(dict(schema), allow_nan=False, ensure_ascii=False)
        json.loads(text, parse_int=_exact)
    except (TypeError, ValueError) as error:
        raise ConstraintError(f"The JSON schema cannot be read ({error}).") from None
    _check(text)
    # Free white space would let a model that has lost its way fill the answer with it, and
    # \u escapes could be halves of characters.
    source = LLMatcher.grammar_from_json_schema(
        text,
        overrides={
            "whitespace_flexible": False,
            "item_separator": ", ",
            "key_separator": ": ",
            "json_allowed_escapes": '"\\bfnrt',
        },
    )
    return Grammar("JSON schema", source)


def regex(pattern: str) -> Grammar:
    r"""Text that a regular expression matches as a whole.

    The syntax is that of Rust (https://docs.rs/regex/latest/regex/#syntax), which is Python's
    without looking around and referring back; \d and \w are those of the latest Unicode. An
    answer ends where nothing more can follow, or where the model ends it.
    """
    from llguidance import LLMatcher

    _check(pattern)
    return Grammar("regular expression", LLMatcher.grammar_from_regex(pattern))


def choice(texts: Collection[str]) -> Grammar:
    """Exactly one of `texts`."""
    if not texts or "" in texts:
        raise ConstraintError("The list of choices is empty, or one of them is.")
    # Whatever may be a sign of the notation is written as a number.
    literal = ("".join(c if c.isalnum() else rf"\x{{{ord(c):x}}}" for c in text) for text in texts)
    return Grammar("list of choices", regex("|".join(literal)).source)


def _exact(digits: str) -> int:
    """llguidance computes with double precision, and would ask for another number."""
    value = int(digits)
    if abs(value) > 2**53:
        raise ValueError(f"{digits} is larger than can be kept to")
    return value


def _check(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        place = error.start
        raise ConstraintError(f"The form has half a character at place {place}.") from None


class TokenTable:
    """A model's tokens, in the form in which masks are computed; some megabytes."""

    def __init__(
        self,
        texts: Sequence[bytes],
        ends: Sequence[int],
        special: Sequence[int],
        encode: Callable[[str], list[int]],
    ) -> None:
        from llguidance import LLTokenizer, TokenizerWrapper

        source = _Source(texts, ends[0], special, encode)
        self.size = len(texts)
        self.tokens = LLTokenizer(
            TokenizerWrapper(source), eos_token=list(ends), slices=[_IN_STRINGS]
        )


class _Source:
    """What llguidance asks a tokenizer for."""

    bos_token_id = None

    def __init__(
        self,
        tokens: Sequence[bytes],
        eos_token_id: int,
        special_token_ids: Sequence[int],
        encode: Callable[[str], list[int]],
    ) -> None:
        self.tokens = tokens
        self.eos_token_id = eos_token_id
        self.special_token_ids = special_token_ids
        self._encode = encode

    def __call__(self, text: str) -> list[int]:
        return self._encode(text)


class Constraint:
    """A grammar on the tokens of a model; for any number of answers.

    Raises ConstraintError where it is not well-formed, or no text can have the form.
    """

    def __init__(self, grammar: Grammar, table: TokenTable) -> None:
        from llguidance import LLMatcher

        self._grammar = grammar
        self._table = table
        self._fresh = LLMatcher(table.tokens, grammar.source, log_level=0)
        # That nothing can have the form may show only when the first token is looked for.
        first = self.matcher()
        first.mask(np.zeros(table.size, np.float32))

    def matcher(self) -> Matcher:
        """At the beginning of an answer."""
        return Matcher(self._fresh.deep_copy(), self._grammar.kind, self._table.size)


class Matcher:
    """Follows one answer."""

    def __init__(self, matcher: llguidance.LLMatcher, kind: str, size: int) -> None:
        self._matcher = matcher
        self._kind = kind
        self._taken = 0
        self._allowed = np.zeros(-(-size // 32), np.uint32)
        self._bias = np.empty((self._allowed.nbytes, 8), np.float32)
        self._computed = False
        self._check()

    def mask(self, logits: Float32) -> None:
        """Make -inf of the logits of all tokens that cannot be the next.

        The ends of an answer can be, where the answer has the form.
        """
        self._compute()
        # Looked up a byte at a time: much faster than going through the bits.
        np.take(_biases(), self._allowed.view(np.uint8), axis=0, out=self._bias, mode="clip")
        logits += self._bias.reshape(-1)[: len(logits)]

    def few(self, most: int) -> Ids:
        """All tokens that can be the next, if they are no more than `most`; else none."""
        self._compute()
        if np.bitwise_count(self._allowed).sum() > most:
            return np.zeros(0, np.int64)
        return np.flatnonzero(np.unpackbits(self._allowed.view(np.uint8), bitorder="little"))

    def take(self, token: int) -> bool:
        """Go on by `token`, which the mask allowed; whether only an end can follow."""
        self._computed = False
        self._matcher.consume_token(token)
        self._check()
        self._taken += 1
        return bool(self._matcher.is_stopped())

    def finish(self) -> None:
        """There is no room for more: raises ConstraintUnfinished where more was needed."""
        if not self._matcher.is_accepting():
            raise ConstraintUnfinished(
                f"The answer ended after {self._taken} tokens, before it had the form that its "
                f"{self._kind} asks for."
            )

    def _compute(self) -> None:
        if not self._computed:
            self._matcher.unsafe_compute_mask_ptr(self._allowed.ctypes.data, self._allowed.nbytes)
            self._check()
            self._computed = True

    def _check(self) -> None:
        if self._matcher.is_error():
            raise ConstraintError(f"The {self._kind} cannot be used ({self._reason()}).")

    def _reason(self) -> str:
        """llguidance's complaint, which may be many lines with all it knew, as a few words."""
        lines = [line.strip() for line in self._matcher.get_error().splitlines() if line.strip()]
        if lines[0].startswith("NoExtension"):
            return "no text can have this form"
        words = next((line for line in lines if line.startswith("error: ")), lines[0])
        return _PLACE.sub("", words.removeprefix("error: ")).rstrip(".:")


@cache
def _biases() -> Float32:
    """(256, 8) For each byte of a mask, what to add to the logits of its eight tokens."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
    return np.where(bits, 0, -np.inf).astype(np.float32)
