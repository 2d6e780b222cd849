"""A conversation in the form that the model was taught, as ids.

The template is rendered with a placeholder for each content, and the markers are then looked for
in the template's own words only. What somebody said stays text, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NoReturn

from edge.errors import ModelCorrupt

if TYPE_CHECKING:
    import jinja2

# Private-use characters, which no template has: \ue000, the content's number, \ue001.
_PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Message:
    """What one side said."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatTemplate:
    """Turns messages into ids.

    Raises ModelCorrupt where the template is not Jinja2 or fails on an ordinary conversation.
    """

    def __init__(
        self, template: str, special: Mapping[str, int], encode: Callable[[str], list[int]]
    ) -> None:
        self._source = template
        self._special = special
        self._encode = encode
        markers = sorted(special, key=len, reverse=True)
        # Without markers a pattern that matches nothing; an empty one would match everywhere.
        self._markers = re.compile("|".join(map(re.escape, markers)) or r"(?!)")

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The conversation, open for the assistant's answer."""
        ids: list[int] = []
        text: list[str] = []
        for piece in self._pieces(messages):
            if isinstance(piece, int):
                # All text between two markers is split as one: a line end of the template and
                # one of the content may be a single token.
                ids += self._encode("".join(text))
                ids.append(piece)
                text.clear()
            else:
                text.append(piece)
        return ids + self._encode("".join(text))

    def _pieces(self, messages: Sequence[Message]) -> list[int | str]:
        """Text, and ids of markers."""
        pieces: list[int | str] = []
        rendered = self._render(messages)
        # With one group in the pattern, split alternates template and number.
        for place, part in enumerate(_PLACEHOLDER.split(rendered)):
            if place % 2:
                pieces.append(messages[int(part)].content)
                continue
            start = 0
            for marker in self._markers.finditer(part):
                pieces += [part[start : marker.start()], self._special[marker.group()]]
                start = marker.end()
            pieces.append(part[start:])
        return pieces

    def _render(self, messages: Sequence[Message]) -> str:
        import jinja2

        try:
            return self._template.render(
                messages=[
                    {"role": message.role, "content": f"\ue000{place}\ue001"}
                    for place, message in enumerate(messages)
                ],
                add_generation_prompt=True,
                raise_exception=_refuse,
            )
        except (jinja2.TemplateError, TypeError) as error:
            raise ModelCorrupt(f"The model's chat template fails: {error}.") from None

    @cached_property
    def _template(self) -> jinja2.Template:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        # A template comes with the model; it must not reach into the program.
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        return environment.from_string(self._source)


def _refuse(reason: str) -> NoReturn:
    import jinja2

    raise jinja2.TemplateError(reason)
