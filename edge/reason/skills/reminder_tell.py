"""Being told to do something at a time, and asking when what is set will be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from edge.reason.skill import Intent, Slot
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


def when_is(known: Callable[[str], bool]) -> Intent:
    """`known` says whether something of these words is set: then it need not be an event."""
    return Intent(
        "when",
        (
            "(when is|when's|what time is|what day is) [the|my|our] {what} [again]",
            "how (long|much time) [is it|is there|do i have] (until|till|before) [the|my|our]"
            " {what}",
        ),
        {"what": Slot(fits=known)},
        pure=True,
    )
