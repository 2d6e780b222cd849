"""What goes on from a reminder or an alarm that was spoken of: "move it to one", "the eight
o'clock one"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from edge.reason.skill import Value

_MOVED = re.compile(
    r"(?:move|change|shift|reschedule|postpone|push|delay|put off|put) (?:it|that|this)(?: one)?"
    r"(?: back| off| forward)? ?(?P<rest>(?:to|by|until|till|for) .+)",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?P<ask>(?:cancel|delete|remove|stop|turn off|drop|move|change|push|reschedule) (?:the|my)"
    r" .+) one\b(?P<rest>.*)",
    re.IGNORECASE,
)
_LINK = re.compile(r"^(?:at|for|on|in) ", re.IGNORECASE)
_BEFORE = ("what", "event")


def then(noun: str) -> Callable[[str, Mapping[str, Value]], str]:
    """What makes whole questions of words that go on; `noun`: reminder or alarm."""

    def whole(text: str, slots: Mapping[str, Value]) -> str:
        moved, one = _MOVED.fullmatch(text), _ONE.fullmatch(text)
        if moved is not None:
            named = [slots[name].said for name in _BEFORE if name in slots]
            if noun == "alarm":
                at = _LINK.sub("", slots["when"].said) if "when" in slots else ""
                which = f" from {at}" if at and moved["rest"].startswith("to ") else ""
                return f"move the alarm{which} {moved['rest']}"
            return f"move {named[0]} {moved['rest']}" if named else ""
        return f"{one['ask']} {noun}{one['rest']}" if one is not None else ""

    return whole
