"""Being told to do something at a time, and asking when what is set will be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from edge.reason.skill import Intent, Slot
from edge.reason.skills.reminder_moves import is_event
from edge.reason.skills.reminder_phrases import REMINDERS

TELL = replace(
    REMINDERS[0],
    name="tell",
    sentences=(
        "(tell|alert|notify|ping|nudge|buzz|poke) me {when} (to|that i have to|that i need to"
        "|that it's time to) {what}",
        "(let me know|give me a (nudge|shout|ping|buzz)) {when} (to|that i have to) {what}",
        "{when} (tell|alert|notify|ping|nudge|buzz|poke) me (to|that i have to|that i need to)"
        " {what}",
        "{when} let me know (to|that i have to) {what}",
        "(ping|nudge|buzz|poke) me {when} (about|of) {what}",
    ),
    slots={"what": REMINDERS[0].slots["what"], "when": Slot("when")},
)
"""To be told to do something, at a time that is said: no question about anything."""
_ONCE = re.compile(
    r"\b(?:(?:after|before|during) (?:work|school|class|church|practice|training|bed|bedtime"
    r"|breakfast|lunch|dinner|supper|(?:the|my|our) (?:\w+ )?(?:meeting|lesson|class|game|match"
    r"|show|movie|shift|call|party|trip|appointment)|(?:i|we) \w+)"
    r"|(?:when|once|as soon as) (?:i|we|i'm|we're|i've|we've) \w+"
    r"|on (?:my|the|our) way (?:home|back|out|to|there))\b",
    re.IGNORECASE,
)
TELL_ONCE = replace(
    TELL,
    name="tell_once",
    sentences=(
        "(tell|ping|nudge|buzz|poke) me (to|that i have to|that i need to) {what}",
        "let me know (to|that i have to) {what}",
    ),
    slots={"what": Slot(fits=lambda words: _ONCE.search(words) is not None), "when": Slot("when")},
)
"""To be told to do something after work, or when one is home: at what time is asked."""
_THEN = re.compile(r"(?:in|at|after|tomorrow at|later)\b", re.IGNORECASE)


def _is_matter(words: str) -> bool:
    """What one may be told to do, once that is asked for."""
    return len(words.split()) <= 12 and _QUESTION.match(words) is None


_QUESTION = re.compile(r"(?:what|who|when|where|why|how|which|is|are|do|does|did|can)\b", re.I)
TELL_AT = Intent(
    "tell_at",
    ("(tell|alert|notify|ping|nudge|buzz|poke) me {when}", "let me know {when}"),
    {
        "when": Slot("when", fits=lambda words: _THEN.match(words) is not None),
        "what": Slot(ask="What should I remind you of?", fits=_is_matter),
    },
)
"""A time to be told at, and not yet what."""


AHEAD = replace(
    TELL,
    name="ahead",
    sentences=(
        "(set|create|make|add|give me|send me|i need|i want) [up] [a|an]"
        " (reminder|alert|notification|warning|heads up) [for me]"
        " {lead} (before|prior to|ahead of) [the|my|our] {what}",
        "(alert|notify|warn|ping|nudge) me {lead} (before|prior to|ahead of) [the|my|our] {what}",
        "let me know {lead} (before|prior to|ahead of) [the|my|our] {what}",
    ),
    slots={**TELL.slots, "lead": Slot("lead")},
)
"""To be told so long before something."""
BLOCK = replace(
    TELL,
    name="block",
    sentences=(
        "(block|block off|block out|set aside|keep|reserve) {when} [free|open|clear] for {what}",
    ),
    slots={"what": Slot(), "when": Slot("when")},
)
"""Time that is to be kept for something."""
BLOCK_LENGTH = replace(
    BLOCK,
    name="block_length",
    sentences=(
        "(block|block off|block out|set aside) {length} [on my calendar] [{when}]",
        "(block|block off|block out|set aside) {length} for {what}",
    ),
    slots={**BLOCK.slots, "length": Slot("duration")},
)
"""So much of it."""
HAVE = Intent(
    "have",
    (
        "(is there|are there|have i got|do i have|did i set|have i set|did i make|did you set)"
        " [a|an|any|my] (reminder|reminders|alert) [set|set up] (for|about|to) [the|my] {what}",
    ),
    {"what": REMINDERS[1].slots["what"], "when": Slot("when")},
    pure=True,
)
"""Whether one is reminded of something."""


def when_is(known: Callable[[str], bool]) -> Intent:
    """`known` says whether something of these words is set: then it need not be an event."""
    return Intent(
        "when",
        (
            "(when is|when's|what time is|what day is) [the|my|our] {what} [again]",
            "how (long|much time) [is it|is there|do i have] (until|till|before) [the|my|our]"
            " {what}",
            "(when|what time) (do|should|must) i [need to|have to|want to] {what}",
            "(when|what time) (am i|are we) [supposed to|meant to|going to|due to] {what}",
            "(when|what time) (do|will|did) you [have to|want to|going to] remind me (to|about|of)"
            " {what}",
        ),
        {"what": Slot(fits=known)},
        pure=True,
    )


def either(known: Callable[[str], bool]) -> Intent:
    """Which of two times something is at, which is no time that was said; `known` as above."""
    return Intent(
        "either",
        (
            "(is|are) [the|my|our] {what} (at|on) {times}",
            "(do i have|have i got|is there) [a|an|any|the|my] {what} (at|on) {times}",
        ),
        {
            "what": Slot(fits=lambda words: is_event(words) or known(words)),
            "times": Slot(fits=lambda words: _EITHER.search(words) is not None),
        },
        pure=True,
    )


_EITHER = re.compile(r"\w or (?:at |on )?\w", re.IGNORECASE)
