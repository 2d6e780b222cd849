"""How what one is reminded of is moved to another time, where it is there and where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable

from edge.reason.skill import Intent, Slot
from edge.reason.skills.reminder_words import BY_OTHERS, EVENT, OCCASION
from edge.reason.words import whole_number


def move(known: Callable[[str], bool]) -> Intent:
    """`known` says whether something of these words is set: nothing else can be moved."""
    return Intent(
        "move",
        (
            "(move|reschedule|shift|postpone|push|push back|bring forward|change) [the|my|our]"
            " {what} [reminder] [back|forward|up|on] (to|until|till|for|from) [{when}]",
            "(move|reschedule|shift|postpone) [the|my|our] {what} [reminder]",
            "(move|shift|postpone|delay|push|push back|put off) [the|my|our] {what} [reminder]"
            " [back] (by|for) {length}",
            "(move|shift|postpone|delay|push|push back) [the|my|our] {what} [reminder]"
            " [back|forward|up] {length}",
            "(set|make|move|push|change) [the|my|our] {what} [reminder] [by]"
            " (later|earlier|sooner)",
            "(bring|move|pull) (forward|up) [the|my|our] {what} [reminder] [by]",
            "bring [the|my|our] {what} [reminder] (forward|up) [by] {length}",
        ),
        {
            "what": Slot(fits=known),
            "when": Slot("when"),
            "length": Slot("duration"),
        },
        unless=BY_OTHERS,
    )


_OTHERS = re.compile(
    r"(?:it|that|this|them|these|those)$|.*\b(?:alarms?|timers?|lists?|notes?|wake up call)$",
    re.IGNORECASE,
)
"""What is moved, and is no reminder."""


def move_none(known: Callable[[str], bool]) -> Intent:
    """What is to be moved and is not there, which has to be said; `known` as of `move`."""
    return Intent(
        "move_none",
        (
            "(move|reschedule|shift|postpone|push|push back|bring forward) [the|my|our] {what}"
            " [reminder] [back|forward|up] (to|until|till|from) {when}",
            "(move|shift|postpone|delay|push|push back|put off) [the|my|our] {event} [reminder]"
            " [back|forward|up] [by|for] {length}",
        ),
        {
            "what": Slot(fits=lambda words: not _OTHERS.match(words) and not known(words)),
            "event": Slot(fits=lambda words: is_event(words) and not known(words)),
            # "Move the slider to five" is of no time.
            "when": Slot("when", fits=lambda words: whole_number(words) is None),
            "length": Slot("duration"),
        },
        unless=BY_OTHERS,
    )


def is_event(words: str) -> bool:
    """Whether this may be on a calendar: of anything else nobody says that it is on none."""
    return any(slot.fits is not None and slot.fits(words) for slot in (EVENT, OCCASION))
