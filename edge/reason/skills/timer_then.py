"""What goes on from a timer that was spoken of: "pause", "and another one for the toast"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from edge.reason.dates import without
from edge.reason.durations import durations
from edge.reason.skill import Value
from edge.reason.words import whole_number

_IT = r"(?:(?:it|that|this)(?: one| timer)?)"
_STATED = (
    (rf"(?:pause|freeze)(?: {_IT})?|hold {_IT}|put {_IT} on (?:hold|pause)", "pause {the} timer"),
    (
        rf"(?:resume|unpause|continue|carry on|go on)(?: (?:with )?{_IT})?|(?:let|start) {_IT}"
        r"(?: (?:go|run|going|running))? (?:on|again)",
        "resume {the} timer",
    ),
    (
        r"how long (?:has it been|has it|it's been|did it) ?(?:running|run|on|going)?(?: so far)?",
        "how long has {the} timer been running",
    ),
    (
        rf"(?:(?:when|how soon) (?:is|will) {_IT}(?: be)?|is {_IT}) (?:done|ready|over|finished)"
        rf"(?: yet)?|how(?: long|'s| is| much longer| much)(?: {_IT})? (?:doing|coming along|left"
        r"|got|to go|going to take)",
        "how long is left on {the} timer",
    ),
    (
        rf"(?:call|name) {_IT} (?!off$)(.+)|rename {_IT} (?:to |as )?(.+)",
        "rename {the} timer to {name}",
    ),
    (
        rf"(?:re(?:start|set) {_IT}|start {_IT} (?:over|again|from the (?:start|beginning))"
        r"|start over)",
        "reset {the} timer",
    ),
    (
        rf"(?:is {_IT} )?(?:almost|nearly|about) (?:done|ready|over|finished)",
        "how long is left on {the} timer",
    ),
    (r"keep going|go on|carry on|continue", "resume {the} timer"),
    (rf"(?:end|kill) {_IT}", "cancel {the} timer"),
    (
        r"(?:cancel|stop|end|delete|kill) the"
        r" (shorter|longer|shortest|longest|first|second|third|last) one",
        "cancel the {name} timer",
    ),
)
_COUNT = re.compile(
    r"(?:(?:and|add|give (?:it|me)|make (?:it|that)|just) )*(?:another )?(?P<more>[\w-]+) more"
    r"(?: (?:to|on) it)?"
    r"|(?:take|knock|shave) (?:off (?P<less>[\w-]+)|(?P<off>[\w-]+) off)"
    r"|add (?P<plus>[\w-]+)(?: to it)?",
    re.IGNORECASE,
)
"""A number of what the timer was set in: "five more"."""
_WAYS = tuple((re.compile(said, re.IGNORECASE), asked) for said, asked in _STATED)
_ANOTHER = re.compile(
    r"(?:(?:and|also|then|now) )*(?:(?:set|start|make|add) )?(?:another(?: one)?|one(?: more)?"
    r"|an? (?:second|third) one)(?: timer)?(?: (?P<rest>(?:for|of|at|called|named) .+))?",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:and|also) (?:then )?(?P<rest>.+)", re.IGNORECASE)
_BARE = re.compile(r"([\w-]+) (for (?:the |my )?[\w' ]+)", re.IGNORECASE)
_SMALL = re.compile(r"\b(?:for|of|at|on|in|the|my|called|named|an?)\b", re.IGNORECASE)


def then(text: str, slots: Mapping[str, Value], *, own: bool = True) -> str:
    """The whole question that `text` is after one for a timer with these slots; else empty.

    `own`: the length is the timer's, and not how much longer it is to be.
    """
    which = _WHICH if own else _WHICH[:-1]
    known = next((slots[name].said for name in which if name in slots), "")
    the = f"the {_SMALL.sub('', known)}".strip()
    for pattern, asked in _WAYS:
        found = pattern.fullmatch(text)
        if found is not None:
            return asked.format(the=the, name=next(filter(None, found.groups()), ""))
    unit = slots["length"].said.split()[-1] if "length" in slots else ""
    count = _COUNT.fullmatch(text)
    number = next(filter(None, count.groups()), "") if count is not None else ""
    if count is not None and (unit or count["more"]) and whole_number(number) is not None:
        length = f"{number} {unit or 'minutes'}"
        return (
            f"take {length} off {the} timer"
            if count["less"] or count["off"]
            else f"add {length} to {the} timer"
        )
    if another := _ANOTHER.fullmatch(text):
        return _another(another["rest"] or "", unit) or "set a timer"
    more = _AND.fullmatch(text)
    if more is None:
        return ""
    bare = _BARE.fullmatch(more["rest"])
    if bare is not None and unit and whole_number(bare[1]) is not None:
        # "And 20 for the chicken."
        return _another(f"{bare[1]} {unit} {bare[2]}", "", named=True)
    return _another(more["rest"], "", named=True)


_WHICH = ("which", "running", "name", "length")
"""Slots that tell a timer from others, the clearest first."""


def _another(rest: str, unit: str, *, named: bool = False) -> str:
    """A question for a timer for what `rest` names; `unit`: of a bare number."""
    if whole_number(_SMALL.sub("", rest)) is not None and unit:
        rest = f"{rest} {unit}"
    lengths = durations(rest)
    if len(lengths) != 1:
        return ""
    name = " ".join(_SMALL.sub("", without(rest, lengths[0].spans)).split())
    if (named and not name) or len(name.split()) > 3:
        return ""
    length = lengths[0].said(rest).removeprefix("for ")
    return f"set a {name} timer for {length}".replace("  ", " ")
