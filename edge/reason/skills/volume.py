"""Louder, quieter, mute: where something can change the volume."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Protocol, runtime_checkable

from edge.reason.skill import Answer, Card, Intent, Request, Services, Slot

_LEVEL = {"level": Slot("number")}
_THE = "[the|your|my] [speaker|speaker's|sound|audio|music|voice] (volume|sound|audio|speaker)"

INTENTS = (
    Intent(
        "up",
        (
            f"(turn|put|bring|crank) up {_THE} [a (bit|little)]",
            f"(turn|put|bring|crank) {_THE} up [a (bit|little)]",
            "turn it up",
            f"(increase|raise|boost|pump up|turn up) {_THE} [a (bit|little)]",
            "(louder|speak up|volume up|talk louder|speak louder|be louder|a (bit|little) louder)",
            "(make it|can you be|can you speak) [a (bit|little)] louder",
        ),
    ),
    Intent(
        "down",
        (
            f"(turn|put|bring) down {_THE} [a (bit|little)]",
            f"(turn|put|bring) {_THE} down [a (bit|little)]",
            "turn it down",
            f"(decrease|lower|reduce|soften|turn down) {_THE} [a (bit|little)]",
            "(quieter|softer|volume down|talk quieter|speak quieter|a (bit|little) quieter)",
            "(make it|can you be|can you speak|speak) [a (bit|little)] (quieter|softer)",
        ),
    ),
    Intent(
        "set",
        (
            f"(set|put|turn|change|keep|adjust) {_THE} [setting] (to|at|on)"
            " [level|number] {level} [percent]",
            "volume [level|number|to] {level} [percent]",
            "(turn|set) to volume {level}",
        ),
        {"level": Slot("number", ask="How loud, from 0 to 10?")},
    ),
    Intent(
        "mute",
        (
            "mute [the|your] [volume|sound|audio|speaker|speakers|yourself]",
            f"(turn|switch) off {_THE}",
            f"(turn|switch) {_THE} off",
            "unmute",
        ),
    ),
)


@runtime_checkable
class Volume(Protocol):
    """What can change how loud the assistant speaks."""

    level: float
    """0 is silent, 1 the loudest."""


class Volumes:
    """Steps of a tenth, as a knob with ten marks."""

    name = "volume"
    about = "change the volume"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._volume = services.find(Volume)  # type: ignore[type-abstract]

    async def handle(self, request: Request) -> Answer:
        volume = self._volume
        if volume is None:
            return Answer("I can't change the volume here.")
        before = volume.level
        match request.intent:
            case "up":
                wanted = before + 0.1
            case "down":
                wanted = before - 0.1
            case "mute":
                wanted = 0.7 if "unmute" in request.text.lower() else 0.0
            case _:
                level = request.need("level", Decimal)
                hundred = level > 10 or re.search(r"%|per ?cent", request.text) is not None
                wanted = float(level) / (100 if hundred else 10)
        volume.level = round(min(1.0, max(0.0, wanted)), 2)
        shown = round(volume.level * 10)
        if volume.level == before and request.intent in ("up", "down"):
            end = "loudest" if request.intent == "up" else "quietest"
            return Answer(f"That is the {end} I can be.")
        return Answer(f"Volume {shown}.", Card("Volume", (f"{shown} of 10",), "volume"))
