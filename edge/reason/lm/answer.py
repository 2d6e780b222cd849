"""One answer in the making: from the logits of each step to tokens, text and an end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np

from edge.errors import ConstraintError
from edge.events import Float32
from edge.reason.lm.cache import Ids
from edge.reason.lm.description import Description
from edge.reason.lm.sampling import Choice, Chooser, Sampling
from edge.reason.lm.text_stream import TextStream
from edge.reason.lm.tokenizer import Tokenizer

End = Literal["mark", "stop", "form", "tokens", "context", "deadline", "error"]
"""Why an answer ended: the model's own mark, a stop string, the form that it must have is
complete, `max_tokens`, the context is full, the deadline has passed, the form was missed."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of the engine brought."""

    text: str = ""
    """What has become certain of the answer; may be empty."""
    choice: Choice | None = None
    """The token made, with its log-probability; None where a chunk of the prompt was taken in,
    where code inserted the token, and where the answer ends without one."""
    end: End | None = None
    """Set on an answer's last step."""
    error: ConstraintError | None = None
    """Why the answer does not have the form that it must have."""


class Answer:
    """The state of one sequence beside its keys and values."""

    def __init__(
        self,
        prompt: Sequence[int],
        options: Sampling,
        described: Description,
        tokenizer: Tokenizer,
        context: int,
    ) -> None:
        self.ids = list(prompt)
        """The prompt, and the answer so far."""
        self.begin = len(prompt)
        """Where the answer begins."""
        self._inserted: list[int] = []
        """What code has written and is still to be taken in, backwards."""
        self._insert = options.insert
        self._text = b""
        self.room = min(options.max_tokens, context - self.begin)
        """Tokens that the answer may have."""
        self._full: End = "tokens" if self.room == options.max_tokens else "context"
        self._chooser = Chooser(options, described.unused_ids)
        self._stream = TextStream(options.stop)
        self._ends = described.end_ids
        # Rows of a batch are filled up with ids that are never chosen.
        self._rough = described.precision["head"].rank is not None and bool(described.unused_ids)
        self._tokenizer = tokenizer

    def take(self, logits: Float32) -> Step:
        """The next token, chosen by `logits` (vocabulary,), which is written to."""
        if self._inserted:
            return self._add(self._inserted.pop(), None)
        try:
            choice = self._chooser.choose(logits, self.ids[self.begin :])
        except ConstraintError as error:
            return Step(self._stream.finish(), None, "error", error)
        if choice.token in self._ends:
            return Step(self._stream.finish(), choice, "mark")
        if choice.final:
            self.ids.append(choice.token)
            text = self._stream.push(self._tokenizer.token_bytes(choice.token))
            return Step(text + self._stream.finish(), choice, "form")
        return self._add(choice.token, choice)

    def few(self) -> Ids:
        """The tokens that the form lets follow, where they are few and the head is too rough to
        compare what is unlikely; else none.
        """
        if self._rough and not self._inserted:
            # What is wrong with the form `take` will find, too, and say.
            with suppress(ConstraintError):
                return self._chooser.few()
        return np.zeros(0, np.int64)

    def _add(self, token: int, choice: Choice | None) -> Step:
        self.ids.append(token)
        new = self._tokenizer.token_bytes(token)
        text = self._stream.push(new)
        if self._stream.stopped:
            return Step(text, choice, "stop")
        if self._insert and not self._inserted:
            self._text += new
            more = self._insert(self._text.decode(errors="ignore"))
            self._inserted = self._tokenizer.encode(more)[::-1] if more else []
        if len(self.ids) - self.begin < self.room:
            return Step(text, choice)
        return self._cut(self._full, text, choice)

    def late(self) -> Step:
        """The end of an answer whose deadline has passed."""
        return self._cut("deadline")

    def _cut(self, end: End, text: str = "", choice: Choice | None = None) -> Step:
        text += self._stream.finish()
        try:
            self._chooser.finish()
        except ConstraintError as error:
            return Step(text, choice, end, error)
        return Step(text, choice, end)
