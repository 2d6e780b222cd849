"""Louder, quieter, mute: where something can change the volume."""

from __future__ import annotations

import asyncio
import math
import re
from datetime import timedelta
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.reason.skills.beside import OTHER_KNOBS, OTHER_SOUNDS, beside
from edge.reason.skills.groceries import NOT_BOUGHT
from edge.reason.when import When
from edge.reason.words import whole_number
from edge.remind import spoken
from edge.remind.moments import settle
from edge.remind.scheduler import Scheduler
from edge.volume import LOUDER, QUIETEST, Volume


def _amount(words: str) -> Decimal | None:
    """How much louder: "two", "twenty percent"."""
    return whole_number(re.sub(r"\s*(?:%|per ?cent)$", "", words))


_STEPS = {"steps": Slot(fits=lambda words: _amount(words) is not None)}
_THE = "[the|your|my] [speaker|speaker's|sound|audio|music|voice] (volume|sound|audio|speaker)"

_NAMED = {
    "minimum": 1, "lowest": 1, "quietest": 1, "low": 2, "medium": 5, "middle": 5, "half": 5,
    "high": 8, "maximum": 10, "max": 10, "full": 10, "highest": 10, "loudest": 10,
}  # fmt: skip
"""Marks on the knob that have a name."""

_DOWN = r"\b(?:down|lower|quieter|softer|decrease|reduce)\b"
_UP = r"\b(?:up|louder|higher|increase|raise|boost)\b"
_FOR_SO_LONG = "[for|until|till] [the next] [{length}] [{when}]"
_ASKED = r"^(?:what|what's|how loud|how high|where|which)\b"
_BY = "[by] {steps} [levels|steps|notches|points]"
_IT_IS = "[(it's|it is|you're|you are|that's|that is|the (volume|sound|music) is)] [(far|way|much)]"
_QUIET = r"\b(?:quiet|silent mode)(?: mode)?(?: on)? (?:for|until|till|while)\b"
"""Who wants quiet until a time still wants to hear what was asked for."""
_OTHERS = (
    r"^(?!.*\b(?:volume|louder|turn it up|speak up)\b)i (?:can't|cannot|can not)(?: \w+)? hear "
    r"(?!you|it\b|any|that\b|what you|(?:the|your) (?:sound|audio|voice|speaker|music))"
)
"""What the wearer cannot hear is not the assistant's."""
_SAID_TO = (
    r"\b(?:talk|speak|say|say anything|a word) (?:to|with|about) (?!me\b|us\b)"
    r"|\b(?:clear|dismiss|delete|read|show)\b.*\bnotifications?\b"
    r"|\bin (?:the|my|our) [\w ]*(?:room|kitchen|hall|garage|office|car|bath|garden|house)\b"
)
"""What is said to others, and what speaks elsewhere."""
_LATER = re.compile(r"^(?!.*\b(?:for|until|till)\b).*\b(?:at|in|after|from) ", re.IGNORECASE)
"""What is to begin then, and not to end."""
_TO_LEVEL = (
    r"|\bto (?:level |number |volume )?"
    r"(?:\d+|zero|one|two|three|four|five|six|seven|eight|nine|ten|low|high|max(?:imum)?|min(?:imum)?)\b"
)
"""Where a level is named it is set, and not one step taken."""

_NO_SOUND = rf"^(?!.*\b(?:silence|quiet|volume)\b){NOT_BOUGHT}"
"""What one is out of, or needs, that is neither loud nor quiet."""

INTENTS = (
    Intent(
        "up",
        (
            f"(turn|put|bring|crank) up {_THE} [a (bit|little)]",
            f"(turn|put|bring|crank) {_THE} up [a (bit|little)]",
            "turn it up",
            f"(increase|raise|boost|pump up|turn up) {_THE} [a (bit|little)]",
            "(i|we) (need|want) [some|a (bit|little)] more volume [please]",
            "(louder|speak up|volume up|talk louder|speak louder|be louder|a (bit|little) louder)",
            "(make it|can you be|can you speak) [a (bit|little)] louder",
            f"(turn|put|bring|crank) (up {_THE}|{_THE} up) {_BY}",
            f"(increase|raise|boost|turn up) {_THE} {_BY}",
            f"{_IT_IS} too (quiet|soft|low) [for me]",
            f"{_IT_IS} not loud enough [for me]",
            "i (can't|cannot|can not) [really|quite] hear (you|it|anything)",
        ),
        _STEPS,
        unless=rf"^(?!.*{_UP}).*{_DOWN}{_TO_LEVEL}|{_ASKED}|{_OTHERS}",
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
            f"(turn|put|bring) (down {_THE}|{_THE} down) {_BY}",
            f"(decrease|lower|reduce|turn down) {_THE} {_BY}",
            f"{_IT_IS} too loud [for me]",
        ),
        _STEPS,
        unless=rf"^(?!.*{_DOWN}).*{_UP}{_TO_LEVEL}|{_ASKED}",
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
            "[set] [to|at] {named} volume",
            "volume [at|to] [the] {named}",
            "(set|change|adjust|modify) [the|my|your] [default] (volume|sound|audio)"
            " [setting|settings|level|levels]",
        ),
        {"level": Slot("number"), "named": Slot(choices=tuple(_NAMED))},
        unless=r"\balarms?\b",
    ),
    Intent(
        "level",
        (
            "(what's|what is) [the|your|my] [current] (volume|sound|speaker) [level|setting] [set]"
            " [to|at] [right now]",
            "how (loud|high) (is|are) (it|you|the volume|the sound|your volume) [set] [right now]",
            "(what|which) [volume] level (is the volume|are you) [at|on]",
        ),
        pure=True,
    ),
    Intent(
        "mute",
        (
            "mute [the|your|all] [volume|sound|sounds|audio|speaker|speakers|yourself]"
            f" {_FOR_SO_LONG}",
            f"(turn|switch) off {_THE} {_FOR_SO_LONG}",
            f"(turn|switch) {_THE} off {_FOR_SO_LONG}",
            f"(go silent|be silent|silent mode [on]) {_FOR_SO_LONG}",
            "[please] [(you can|can you|could you)] (be|keep|stay|go) (quiet|silent|still)"
            " [please]",
            "(set|turn on|switch on|activate) [the] (silent|mute|quiet) mode",
            f"[set|turn on|switch on|activate] [the] mute mode [on] {_FOR_SO_LONG}",
            "(don't|do not) (talk|speak|say anything|make (a|any) (sound|noise|sounds))"
            f" {_FOR_SO_LONG}",
            "(i|we) (need|want) [some|a bit of|a little] silence [please|now]",
        ),
        {"length": Slot("duration"), "when": Slot("when")},
        unless=f"{_QUIET}|{_ASKED}|{_SAID_TO}",
    ),
    Intent(
        "unmute",
        (
            "unmute [the|your] [volume|sound|audio|speaker|speakers|yourself]"
            " [(in|after)] [{length}] [{when}]",
            "(sound on|turn the (sound|audio|speaker|speakers) [back] on)",
            "turn [back] on (the|your) (sound|audio|speaker|speakers|voice)",
            "turn (sound|audio) back on",
        ),
        {"length": Slot("duration"), "when": Slot("when")},
    ),
)


class Volumes:
    """Eleven marks on the knob, 0 to 10, each one step of `edge.volume.Volume`; mute is beneath."""

    name = "volume"
    about = "change the volume"
    intents = beside(INTENTS, OTHER_KNOBS, OTHER_SOUNDS, _NO_SOUND)

    def __init__(self, services: Services) -> None:
        self._volume = services.find(Volume)
        self._services = services
        self._before = 1.0
        """The gain before it was mute."""
        self._later: asyncio.Task[None] | None = None
        """Makes it heard again."""

    async def handle(self, request: Request) -> Answer:
        volume = self._volume
        if volume is None:
            return Answer("I can't change the volume here.")
        before = _mark(volume)
        if request.intent == "level":
            return Answer(f"The volume is at {before} of 10." if before else "I am muted.")
        length = _length(request)
        if request.intent == "mute" and length is not None and _LATER.match(request.text):
            raise SkillError("I can be muted right away only, and for so long.")
        if self._later is not None:
            self._later.cancel()
            self._later = None
        match request.intent:
            case "up" | "down":
                steps = _steps(request)
                up = request.intent == "up"
                if volume.gain or up:
                    # Who is muted begins at the lowest.
                    volume.gain = volume.gain or QUIETEST
                    volume.step(steps if up else -steps)
                if _mark(volume) == before:
                    end = "loudest" if up else "quietest"
                    return Answer(f"That is the {end} I can be.")
            case "mute":
                return self._mute(length, volume)
            case "unmute":
                if length is not None and not volume.gain:
                    return self._mute(length, volume)
                volume.gain = volume.gain or 1.0
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

    def _mute(self, length: timedelta | None, volume: Volume) -> Answer:
        """Be silent, for so long or for good."""
        self._before = volume.gain or self._before
        scheduler = self._services.find(Scheduler)
        volume.gain = 0.0
        if length is None or scheduler is None:
            return Answer("Muted.", _card("muted"))
        wait = scheduler.wall.wait

        async def later() -> None:
            await wait(length.total_seconds())
            volume.gain = self._before
            self._later = None

        self._later = asyncio.create_task(later())
        told = spoken.length(length.total_seconds())
        return Answer(f"Muted for {told}.", _card(f"muted for {told}"))


def _steps(request: Request) -> int:
    """By how many marks; ten percent are one."""
    said = _amount(request.get("steps", str) or "one") or Decimal(1)
    if said >= 10 or re.search(r"%|per ?cent", request.text):
        said = said / 10
    return max(1, round(min(said, Decimal(10))))


def _length(request: Request) -> timedelta | None:
    """For how long it is to be mute; None: for good."""
    length = request.get("length", timedelta)
    if length is None and request.get("when", When) is not None:
        length = settle(request, "when", "Until when?").at - request.now
    if length is not None and not timedelta(seconds=1) <= length <= _LONGEST:
        raise Missing("length", "For how long? A day at most.")
    return length


_LONGEST = timedelta(days=1)
_MIDDLE = 6
"""The mark at which sound is played as it is."""


def _mark(volume: Volume) -> int:
    if volume.gain <= 0:
        return 0
    return round(_MIDDLE + math.log(volume.gain, LOUDER))


def _card(text: str) -> Card:
    return Card("Volume", (text,), "volume")
