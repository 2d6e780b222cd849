"""What goes on from a reminder or an alarm that was spoken of: "move it to one", "the eight
o'clock one"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from edge.reason.skill import Value

_MOVED = re.compile(
    r"(?:move|change|shift|reschedule|postpone|push|delay|put off|put|bring|pull)"
    r" (?:it|that|this)(?: one)?"
    r"(?P<way> back| off| forward| up)? ?(?P<rest>(?:to|by|until|till|for) .+"
    r"|[\w ]*\b(?:minutes?|hours?|days?|weeks?))",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?P<ask>(?:cancel|delete|remove|stop|turn off|drop|move|change|push|reschedule) (?:the|my)"
    r" .+) one\b(?P<rest>.*)",
    re.IGNORECASE,
)
_SOONER = re.compile(
    r"(?:make|set|move|push) (?:it|that|this) (?P<length>.+) (?P<way>earlier|later|sooner)",
    re.IGNORECASE,
)
_SKIPPED = re.compile(r"skip (?:it|that|this)(?: one)?(?P<rest>.*)", re.IGNORECASE)
_OFF = re.compile(
    r"(?:turn (?:it|that|this) off|turn off (?:it|that|this))"
    r"(?P<rest> (?:tomorrow|today|tonight|this|next|on|for) ?.*)?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:cancel|delete|remove|turn off|stop|drop) (?:both|all|them|these|those)"
    r"(?: of (?:them|those|these)| both| all)?",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:to|by|until|till|for) ", re.IGNORECASE)
_LINK = re.compile(r"^(?:at|for|on|in) ", re.IGNORECASE)
_BEFORE = ("what", "event")


def then(noun: str) -> Callable[[str, Mapping[str, Value]], str]:
    """What makes whole questions of words that go on; `noun`: reminder or alarm."""

    def whole(text: str, slots: Mapping[str, Value]) -> str:
        moved, one = _MOVED.fullmatch(text), _ONE.fullmatch(text)
        named = next((slots[name].said for name in _BEFORE if name in slots), "")
        if sooner := _SOONER.fullmatch(text):
            which = noun if noun == "alarm" else named
            return f"make the {which} {sooner['length']} {sooner['way']}" if which else ""
        if moved is not None and not _PREPOSITION.match(moved["rest"]):
            which = noun if noun == "alarm" else named
            way = moved["way"] or " back"
            if way in (" forward", " up"):
                return f"make the {which} {moved['rest']} earlier" if which else ""
            return f"move the {which} back by {moved['rest']}" if which else ""
        if moved is not None:
            before = [slots[name].said for name in _BEFORE if name in slots]
            if noun == "alarm":
                at = _LINK.sub("", slots["when"].said) if "when" in slots else ""
                which = f" from {at}" if at and moved["rest"].startswith("to ") else ""
                return f"move the alarm{which} {moved['rest']}"
            return f"move {before[0]} {moved['rest']}" if before else ""
        said = slots["when"].said if "when" in slots else ""
        if skipped := _SKIPPED.fullmatch(text):
            which = f"{named} reminder" if noun == "reminder" else noun
            return f"skip the {which}{skipped['rest']}" if named or noun == "alarm" else ""
        if _ALL.fullmatch(text):
            # No others than those that were asked for.
            which = slots["name"].said if "name" in slots else named
            return f"cancel all {which} {noun}s {said}" if which or said else f"cancel all {noun}s"
        off = _OFF.fullmatch(text) if noun == "alarm" else None
        if off is not None and off["rest"]:
            return f"skip the alarm{off['rest']}"
        if off is not None and "length" in slots:
            return "cancel the alarm"
        if off is not None and said:
            return f"cancel the alarm at {_LINK.sub('', said)}"
        return f"{one['ask']} {noun}{one['rest']}" if one is not None else ""

    return whole
