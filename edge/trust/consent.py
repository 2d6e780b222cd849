"""Whether something may leave: never, after asking, or always; for each topic and recipient.

What the wearer says by voice is kept with everything else that is remembered, and counts before the
settings. The narrower wish counts before the wider one, and of two alike the more careful one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, cast, get_args

from edge.memory.state import State

Consent = Literal["never", "ask", "always"]

CAREFUL: Final = ("never", "ask", "always")
ANY = ""
DEFAULTS: Final[Mapping[str, Consent]] = MappingProxyType({"health": "never"})
"""By topic; the settings add to it, and have to name health to change what holds for it."""
_KEY = "consent:"


@dataclass(slots=True)
class Wishes:
    """What the wearer wants."""

    default: Consent = "ask"
    topics: Mapping[str, Consent] = field(default_factory=dict)
    """By topic, from the settings."""
    state: State | None = None
    """Where what was said by voice is kept."""

    def standing(self, recipient: str, topic: str) -> Consent:
        """What holds for a text about `topic` on its way to `recipient`."""
        both = self._said(recipient, topic)
        if both is not None:
            return both
        said = [self._said(ANY, topic), self._said(recipient, ANY)]
        by_topic = said[0] or self.topics.get(topic) or DEFAULTS.get(topic)
        # "Never send anything" counts before the settings' topics, and an exception before it.
        overall = None if any(said) else self._said(ANY, ANY)
        wishes = [wish for wish in (by_topic, said[1], overall) if wish is not None]
        # "Always ask the home box" is no permission for what shall never leave.
        return min(wishes, key=CAREFUL.index) if wishes else self.default

    def wish(self, consent: Consent, *, recipient: str = ANY, topic: str = ANY) -> None:
        """From now on. Raises StorageError."""
        if self.state is not None:
            self.state.put(_key(recipient, topic), consent)

    def _said(self, recipient: str, topic: str) -> Consent | None:
        if self.state is None:
            return None
        value = self.state.get(_key(recipient, topic))
        return cast(Consent, value) if value in get_args(Consent) else None


def _key(recipient: str, topic: str) -> str:
    return f"{_KEY}{recipient.casefold()}:{topic.casefold()}"
