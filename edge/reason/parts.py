"""Takes a question apart that is several: "set a timer for two minutes and add milk to my list"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from edge.reason.beyond import beyond
from edge.reason.grammar import Match, bare
from edge.reason.words import whole_number
from edge.remind.spoken import you

_JOINT = re.compile(r"(?:,? and then|,? and also|,? and|,? then|,) ", re.IGNORECASE)
"""Where another question may begin."""
_DOES = (
    r"turn|switch|dim|brighten|play|pause|skip|call|phone|ring|text|email|message|send|order|book"
    r"|reserve|buy|open|close|lock|unlock|start|navigate|drive|show|find|search|look up|google"
    r"|translate|take|post|tweet|record|invite|read|write|print|download|install|pay|transfer|cook"
    r"|make|brew|preheat|vacuum|sing|tell me (?:a|about)|give me (?:a|some)|explain"
    r"|recommend|what(?:'s|'re)?|who(?:'s)?|how(?:'s)?|why|when(?:'s)?|where(?:'s)?|which"
)
_OURS = (
    r"calendars?|lists?|reminders?|notes?|timers?|alarms?|schedules?|agenda|events?|meetings?"
    r"|appointments?"
)
_ASKS = re.compile(
    rf"(?:{_DOES}) (?!(?:it|that|this|them|sure)\b)(?!.*\b(?:{_OURS})\b).",
    re.IGNORECASE,
)
"""What is a request by its first words, and not about what skills keep: such a one may only be
worded in another way, or say more of what is asked beside it."""

_VERB = re.compile(
    r"(cancel|stop|delete|remove|clear|end|kill|pause|resume|turn off|set|start|create|make|add"
    r"|show me|read me|tell me|give me|what are|what's|what is) ",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"(?:an?|the|my|all|both|another)\b(?: (?!and\b|then\b)[\w'-]+){0,4}?"
    r" (?:timers?|alarms?|reminders?|countdowns?)\b",
    re.IGNORECASE,
)
"""What skills keep, named without saying what is to be done with it."""
_NUMBERS = re.compile(r"[\d.,% ]+(?:and [\d.,% ]+)*[.?!]*")
"""No question: the rest of "the average of 54, 23 and 43"."""
_SCALE = re.compile(r"\b(?:hundred|thousand|million|billion)$", re.IGNORECASE)
_NOT_THAT = "I can't do that."
"""What is not clear beside what was done."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question is made of."""

    whole: tuple[tuple[Match, str], ...] = ()
    """Questions by themselves, each with its own words."""
    left_out: tuple[str, ...] = ()
    """Words of others, which no skill serves."""


class Alone(Protocol):
    """Finds the intent that all of a part is for; None where there is none."""

    def __call__(self, part: str, *, after: str) -> Match | None:
        """`after`: what follows the part, with what joins them."""


def apart(text: str, alone: Alone, foreign: Callable[[str], bool] = lambda part: False) -> Parts:
    """The parts of `text`; none where it is one, or cannot be taken apart cleanly.

    `foreign` says whether a part is a request that is somebody else's.
    """
    for joint in _JOINT.finditer(text):
        before, rest = text[: joint.start()], text[joint.end() :]
        if _in_number(before, rest) or _NUMBERS.fullmatch(rest):
            continue
        first = alone(before, after=text[joint.start() :])
        if first is None and not foreign(before):
            continue
        rest = _with_verb(before, rest)
        others = apart(rest, alone, foreign)
        if not others.whole:
            other = alone(rest, after="")
            if other is not None:
                others = Parts(((other, rest),))
            elif first is not None and foreign(rest):
                others = Parts((), (rest,))
            else:
                continue
        if first is None:
            return Parts(others.whole, (before, *others.left_out))
        # "Pardon, I didn't hear you" asks for one thing.
        if not any(_same(first, match) for match, _ in others.whole):
            return Parts(((first, before), *others.whole), others.left_out)
    return Parts()


def _in_number(before: str, rest: str) -> bool:
    """Whether the "and" between them is one of "a hundred and five"."""
    first = rest.split()[0].split("-")[0] if rest.split() else ""
    return bool(_SCALE.search(before)) and whole_number(first) is not None


def _with_verb(before: str, rest: str) -> str:
    """`rest` with what is to be done, where that is only said before: "cancel the timer and the
    reminder"."""
    verb = _VERB.match(bare(before))
    return f"{verb[1]} {rest}" if verb is not None and _KEPT.match(rest) else rest


def is_request(part: str) -> bool:
    """Whether `part` asks for something, by its first words."""
    plain = bare(part)
    return len(plain.split()) > 1 and (_ASKS.match(plain) is not None or bool(beyond(part)))


def is_addition(part: str) -> bool:
    """Whether `part` asks for something to be added, without saying to what."""
    return re.match(r"(?:add|put) \w", bare(part), re.IGNORECASE) is not None


def left_out(part: str) -> str:
    """What to say of a part that no skill serves."""
    said = beyond(part).removeprefix("Sorry, ")
    return (
        said
        if said and len(said) > len(_NOT_THAT)
        else f"I left this out: {you(part.strip(' .!?'))}."
    )


def may_leave_out(text: str) -> bool:
    """Whether `text` may have parts of which one is a request that no skill serves, or that no
    template fits."""
    pieces = _JOINT.split(text)
    return len(pieces) > 1 and any(is_request(one) or is_addition(one) for one in pieces)


def _same(one: Match, other: Match) -> bool:
    return one.name == other.name and one.slots == other.slots
