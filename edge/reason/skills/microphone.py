"""Switching the microphone off by voice; only a key, a touch or the time switches it on again."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge.hear.mute import Mute
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.reason.skills.beside import LISTENED_TO, OTHER_SOUNDS, beside
from edge.reason.when import When
from edge.remind import spoken
from edge.remind.moments import settle

LONGEST = timedelta(days=1)
"""For longer it is switched off without a time."""

_MICROPHONE = "[the|your|my] (microphone|mic|mike|microphones)"
_UNTIL = "[for|until|till] [{length}] [{when}]"

INTENTS = (
    Intent(
        "mute",
        (
            f"(mute|switch off|turn off|shut off|disable|close|deactivate) {_MICROPHONE} {_UNTIL}",
            f"(switch|turn|shut) {_MICROPHONE} off {_UNTIL}",
            f"{_MICROPHONE} off {_UNTIL}",
            f"(stop listening|don't listen|do not listen|quit listening) [to me|to us|in] {_UNTIL}",
            f"(go deaf|be deaf|close your ears|cover your ears) {_UNTIL}",
            f"(privacy mode|turn on privacy mode|privacy please) [on] {_UNTIL}",
        ),
        {"length": Slot("duration"), "when": Slot("when")},
    ),
    Intent(
        "unmute",
        (
            f"(unmute|switch on|turn on|enable|open|activate) {_MICROPHONE}",
            f"(switch|turn) {_MICROPHONE} [back] on",
        ),
        pure=True,
    ),
    Intent(
        "state",
        (
            f"is {_MICROPHONE} (on|off|muted|open)",
            "are you (listening|recording) [to me|right now]",
        ),
        pure=True,
    ),
)


class Microphone:
    """Where the session has a live microphone."""

    name = "microphone"
    about = "stop listening"
    intents = beside(INTENTS, OTHER_SOUNDS, LISTENED_TO, only=("mute", "unmute"))

    def __init__(self, services: Services) -> None:
        self._mute = services.find(Mute)

    async def handle(self, request: Request) -> Answer:
        if self._mute is None:
            return Answer("There is no live microphone here that I could switch.")
        if request.intent != "mute":
            # Whoever is heard says so.
            return Answer("The microphone is on. To switch it off, say: stop listening.")
        seconds = _seconds(request)
        self._mute.on(seconds, by="voice")
        until = "until you press the key"
        if seconds is not None:
            until = f"for {spoken.length(seconds)}, or {until}"
        return Answer(f"The microphone is off {until}.", Card("Microphone off", (until,), "mute"))


def _seconds(request: Request) -> float | None:
    length = request.get("length", timedelta)
    when = request.get("when", When)
    if length is None and when is not None:
        until: datetime = settle(request, "when", "Until when?").at
        length = until - request.now
    if length is None:
        return None
    if not timedelta(seconds=1) <= length <= LONGEST:
        raise Missing("length", "For how long? A day at most.")
    return length.total_seconds()
