"""What the wearer says to an announcement: "why now?", "snooze", "stop telling me that"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from edge.errors import StorageError
from edge.memory.told import Telling
from edge.reason.skill import Answer, Intent, Missing, Request, Services, Slot
from edge.reason.when import When
from edge.remind import spoken, wishes
from edge.remind.moments import settle
from edge.remind.scheduler import Scheduler

SNOOZE = timedelta(minutes=10)
QUIET = timedelta(hours=2)
"""How long "do not disturb" lasts where nothing else is said."""


_MODE = (
    "[(turn on|enable|switch on|activate|start|set|go into|go to)] [the] (quiet|silent|do not"
    " disturb) mode [on]"
)
_EVENT = re.compile(r"(?:i|i'm|we|we're|my|the|our)\b", re.IGNORECASE)
"""What ends at a moment that nobody knows: "until I am home"."""


def _intents(told: Callable[[], bool], about: Callable[[str], bool]) -> tuple[Intent, ...]:
    """`told` says whether something was announced lately: then a bare "why" is about that; `about`
    whether anything ever was about these words."""
    return (
        Intent(
            "why",
            (
                "{short}",
                "why (now|this|that) [now]",
                "why (did you|do you|are you) (say|tell me|telling me|remind me|reminding me"
                " of|saying"
                "|ring|ringing|beep|interrupt me|disturb me|mention) [about] [that|this|it|now]"
                " [now]",
                "(what|why) was that (about|for)",
                "why are you (talking|speaking) [to me] [now]",
            ),
            {"short": Slot(fits=lambda words: told() and words.lower() == "why")},
            pure=True,
        ),
        Intent(
            "what",
            (
                "what (was|is) that (sound|chime|beep|ping|noise|for)",
                "why did you (beep|chime|ping|make a sound)",
                "{short}",
                "(what did you want|what did you want to tell me|do you have something to tell me)",
            ),
            {"short": Slot(fits=lambda words: told() and words.lower() in _WHAT)},
            pure=True,
        ),
        Intent(
            "snooze",
            (
                "{short}",
                "snooze [that|it|the alarm|the reminder] [for] [{length}]",
                "(remind me later|tell me later|ask me later)",
                "(remind|tell|wake|ask) me [that|about it|about that|of it|of that] again"
                " [in|after] [{length}]",
                "(give me|just) {length} more",
                "{length} more",
            ),
            {
                "length": Slot("duration"),
                "short": Slot(fits=lambda words: told() and words.lower() in _NOT_NOW),
            },
        ),
        Intent(
            "never",
            (
                "(stop|quit) (telling|reminding|bothering|nagging|suggesting) [me] [of|about|with]"
                " [that|this|it|those]",
                "(stop|quit) (telling|reminding|bothering|nagging) me [about|of] {topic}",
                "(don't|do not|never) (tell|remind|bother|nag) me [about|of] {topic}"
                " [again|any more|anymore]",
                "(don't|do not|never) (tell|remind|bother|suggest|say|nag) [me] [of|about|with]"
                " (that|this|it) [again|any more|anymore]",
                "(i don't want to|i do not want to) (hear|know) [about] (that|this|it)"
                " [again|anymore|any more]",
                "(no more of that|stop that|stop those suggestions)",
            ),
            {"topic": Slot(fits=about)},
        ),
        Intent(
            "quiet",
            (
                "(do not|don't) disturb [me] [for|until|till] [{length}] [{when}]",
                "(be quiet|stay quiet|keep quiet|quiet) (for|until|till) [{length}] [{when}]",
                "(leave me alone|leave me in peace|no interruptions|don't interrupt me"
                "|do not interrupt me|don't bother me) [for|until|till] [{length}] [{when}]",
                "(turn on|enable|switch on|activate|start) [the] do not disturb [mode]"
                " [for|until|till] [{length}] [{when}]",
                f"{_MODE} (for|until|till|during) [the next] [{{length}}] [{{when}}]",
                f"{_MODE} (until|till|while) {{event}}",
                "(do not|don't) disturb me (until|till|while) {event}",
                "(be quiet|stay quiet|keep quiet|quiet) (until|till|while) {event}",
                "(leave me alone|no interruptions|don't interrupt me|do not interrupt me"
                "|don't bother me) (until|till|while) {event}",
                "(give me|i need|i want) [some] (peace and quiet|quiet|silence)"
                " [for|until|till] [{length}] [{when}]",
            ),
            {
                "length": Slot("duration"),
                "when": Slot("when"),
                "event": Slot(fits=lambda words: _EVENT.match(words) is not None),
            },
            # Who asks about it does not wish it.
            unless=r"^(?:when|why|what|who|how|which|where|will|do you|did|are|is)\b",
        ),
        Intent(
            "loud",
            (
                "you (can|may) (disturb me|interrupt me|talk|speak) [again|now]",
                "(turn off|disable|switch off|deactivate|end|stop) [the] do not disturb [mode]",
            ),
        ),
    )


_WHAT = ("what is it", "what's up", "what do you want", "yes", "go on", "go ahead", "tell me")
_NOT_NOW = ("not now", "later", "maybe later", "not yet")


class Interruptions:
    """About the latest announcement, and what it teaches for the next ones."""

    name = "interruptions"
    about = ""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._intents = _intents(self._told, self._about)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def _told(self) -> bool:
        scheduler = self._services.find(Scheduler)
        try:
            return scheduler is not None and wishes.latest(scheduler) is not None
        except StorageError:
            return False

    def _about(self, words: str) -> bool:
        scheduler = self._services.find(Scheduler)
        try:
            return scheduler is not None and scheduler.memory.told.about(words) is not None
        except StorageError:
            return False

    async def handle(self, request: Request) -> Answer:
        scheduler = self._services.need(Scheduler)
        match request.intent:
            case "quiet":
                return _quiet(request, scheduler)
            case "loud":
                wishes.leave_alone(scheduler, None)
                return Answer("Okay, I'll speak up again.")
        topic = request.get("topic", str)
        telling = (
            scheduler.memory.told.about(topic) if topic is not None else wishes.latest(scheduler)
        )
        if telling is None:
            return Answer("I haven't told you anything unasked.")
        match request.intent:
            case "why":
                return Answer(telling.why)
            case "what":
                return Answer(telling.text)
            case "snooze":
                return _snooze(request, scheduler, telling)
            case _:
                if wishes.never_again(scheduler, telling):
                    return Answer(f"Okay, no more of that {telling.kind}.")
                return Answer(f"Okay, I won't suggest that again: {telling.topic}.")


def _snooze(request: Request, scheduler: Scheduler, telling: Telling) -> Answer:
    length = request.get("length", timedelta) or SNOOZE
    if not timedelta(seconds=1) <= length <= timedelta(days=7):
        raise Missing("length", "For how long?")
    wishes.snooze(scheduler, telling, length.total_seconds())
    return Answer(f"Okay, again in {spoken.length(length.total_seconds())}.")


def _quiet(request: Request, scheduler: Scheduler) -> Answer:
    now = request.now
    length = request.get("length", timedelta)
    if length is None and request.get("when", When) is not None:
        until = settle(request, "when", "Until when?").at
    else:
        moment = now.timestamp() + (length or QUIET).total_seconds()
        until = datetime.fromtimestamp(moment, now.tzinfo)
    wishes.leave_alone(scheduler, until)
    speech = f"Only what you asked for until {spoken.moment(until, now).removeprefix('at ')}"
    if "event" in request.slots and length is None:
        return Answer(f"{speech}, or until you say that I can speak.")
    return Answer(f"{speech}.")
