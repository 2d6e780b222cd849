"""Louder, quieter, mute: where something can change the volume."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.volume import LOUDER, Volume

_LEVEL = {"level": Slot("number")}
_THE = "[the|your|my] [speaker|speaker's|sound|audio|music|voice] (volume|sound|audio|speaker)"

_NAMED = {
    "minimum": 1, "lowest": 1, "quietest": 1, "low": 2, "medium": 5, "middle": 5, "half": 5,
    "high": 8, "maximum": 10, "max": 10, "full": 10, "highest": 10, "loudest": 10,
}  # fmt: skip
"""Marks on the knob that have a name."""

_DOWN = r"\b(?:down|lower|quieter|softer|decrease|reduce)\b"
_UP = r"\b(?:up|louder|higher|increase|raise|boost)\b"
_TO_LEVEL = (
    r"|\bto (?:level |number |volume )?"
    r"(?:\d+|zero|one|two|three|four|five|six|seven|eight|nine|ten|low|high|max(?:imum)?|min(?:imum)?)\b"
)
"""Where a level is named it is set, and not one step taken."""

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
        unless=rf"^(?!.*{_UP}).*{_DOWN}{_TO_LEVEL}",
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
        unless=rf"^(?!.*{_DOWN}).*{_UP}{_TO_LEVEL}",
    ),
    Intent(
        "set",
        (
            f"(set|put|turn|change|keep|adjust) {_THE} [setting] (to|at|on)"
            " [level|number] {level}",
            "volume [level|number|to] {level}",
            f"(turn|bring|put|crank|pump|increase|raise|decrease|lower|reduce) [up|down] {_THE} [up"
            "|down] (to|at) [the|its] {named} [level|volume|setting]",
            "(turn|set) to volume {level}",
            f"(turn|bring|put|crank) ({_THE}|it) (up|down) to [level|number] {{level}}",
            f"(turn|bring|put|crank) (up|down) {_THE} to [level|number] {{level}}",
            f"(lower|raise|increase|decrease|reduce|drop) ({_THE}|it) to [level|number] {{level}}",
            f"(set|put|turn|change|keep|adjust) {_THE} [setting] (to|at|on) [the] {{named}}"
            " [level|volume|setting]",
        ),
        {"level": Slot("number"), "named": Slot(choices=tuple(_NAMED))},
    ),
    Intent(
        "mute",
        (
            "mute [the|your] [volume|sound|audio|speaker|speakers|yourself]",
            f"(turn|switch) off {_THE}",
            f"(turn|switch) {_THE} off",
            "(go silent|be silent|silent mode [on])",
            "[please] [(you can|can you|could you)] (be|keep|stay|go) (quiet|silent|still)"
            " [please]",
            "(set|turn on|switch on|activate) [the] (silent|mute|quiet) mode",
            "(unmute|sound on|turn the sound [back] on)",
        ),
    ),
)


class Volumes:
    """Eleven marks on the knob, 0 to 10, each one step of `edge.volume.Volume`; mute is beneath."""

    name = "volume"
    about = "change the volume"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._volume = services.find(Volume)

    async def handle(self, request: Request) -> Answer:
        volume = self._volume
        if volume is None:
            return Answer("I can't change the volume here.")
        before = _mark(volume)
        match request.intent:
            case "up" | "down":
                volume.step(1 if request.intent == "up" else -1)
                if _mark(volume) == before:
                    end = "loudest" if request.intent == "up" else "quietest"
                    return Answer(f"That is the {end} I can be.")
            case "mute" if "unmute" not in request.text.lower():
                volume.gain = 0.0
                return Answer("Muted.", _card("muted"))
            case "mute":
                volume.gain = 1.0
            case _:
                level = request.get("level", Decimal)
                if level is None:
                    named = request.get("named", str)
                    if named is None:
                        raise Missing("level", "How loud, from 0 to 10?")
                    level = Decimal(_NAMED[named])
                elif level > 10 or re.search(r"%|per ?cent", request.text):
                    level = level / 10
                if not 0 <= level <= 10:
                    raise SkillError("The volume goes from 0 to 10.")
                volume.gain = LOUDER ** (float(level) - _MIDDLE)
        mark = _mark(volume)
        return Answer(f"Volume {mark}.", _card(f"{mark} of 10"))


_MIDDLE = 6
"""The mark at which sound is played as it is."""


def _mark(volume: Volume) -> int:
    if volume.gain <= 0:
        return 0
    return round(_MIDDLE + math.log(volume.gain, LOUDER))


def _card(text: str) -> Card:
    return Card("Volume", (text,), "volume")
