"""What a reminder is about, and its day where that is known by a name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from edge.errors import SkillError
from edge.memory import Memory
from edge.reason.dates import NoTime, find_when
from edge.reason.durations import spoken as length
from edge.reason.feasts import is_feast
from edge.reason.grammar import bare
from edge.reason.skill import Missing, Request, Value
from edge.reason.skills.own_days import told_day
from edge.reason.skills.reminder_words import OWN_DAY
from edge.reason.when import When
from edge.remind import spoken

LONGEST = 500
"""Characters of what a reminder is about."""


def matter(request: Request, memory: Memory) -> tuple[Request, str]:
    """What one is to be reminded of, and the question with the day that it names.

    Raises Missing, or SkillError where it cannot be set.
    """
    if _MOVED.match(bare(request.text)):
        # "Move the dentist to Friday", where there is none.
        raise SkillError("There is no such reminder.")
    what = _words(request)
    if not what or what.lower() in _NOTHING or _BLOCKED.fullmatch(what):
        raise Missing("what", "What should I remind you of?")
    if len(what) > LONGEST:
        raise SkillError("That is too long for a reminder; I can keep it as a note.")
    try:
        # "On the 31st of February": a template may have read only a part of it.
        find_when(request.text, request.now)
    except NoTime as error:
        # Which of two days it is may have been asked back.
        asked = error.spans and "when" in request.slots
        if not asked or find_when(what, request.now) is not None:
            raise
    request, what = _of_own_day(request, memory, what)
    if "when" not in request.slots and is_feast(what):
        # "Put mother's day on my calendar": it is its own day.
        day = find_when(what, request.now)
        if day is not None:
            slots = {**request.slots, "when": Value(what, day.value)}
            request = replace(request, slots=slots)
    return request, what


def _words(request: Request) -> str:
    """What it is about, without what it is asked for with."""
    what = " ".join((request.get("event", str) or request.get("what", str) or "").split())
    what = _AROUND.sub("", _EVENT_THAT.sub("", what.removeprefix("to ")))
    happens = _HAPPENS.search(bare(request.text)) if "when" not in request.slots else None
    if happens is not None:
        # Nobody sees from here when the rice is done, but it can be at a time.
        raise Missing("when", f"I can't tell when {spoken.you(happens[1])}. At what time?")
    what = re.sub(r"^(?:when|once|as soon as) (?=\w+ \w)", "", what)
    what = _CALLED_SO.sub("", what)
    lasts = request.get("length", timedelta)
    takes = re.sub(r"^(?:for )?(?:an? )?", "", request.slots["length"].said) if lasts else ""
    if what and lasts is not None and takes not in what:
        # Nothing is due at its end, but its name says how long it takes.
        told = length(lasts)
        what = f"{told} {what}" if what.startswith("with ") else f"{what}, {told}"
    said = request.slots.get("when")
    named = _OF_FEAST.match(said.said) if said is not None and not what else None
    if named is not None and is_feast(named[1]):
        # "Remind me of mother's day."
        return named[1]
    if _SWITCHED.match(what) and re.search(rf"\b{re.escape(what)} on\b", request.text):
        # "Turn the heating on tomorrow": a template took "on" for the day's.
        return f"{what} on"
    return what


_CALLED_SO = re.compile(
    r"(?<=\w) (?:reminder|alert|notification)(?= with\b|$)| to be schedul\w+(?= with\b|$)",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    {"me", "something", "an event", "event", "it", "this", "that", "anything", "of", "to", "about"}
)
_EVENT_THAT = re.compile(
    r"(?:an? |the )?(?:new )?(?:event|entry) (?:that|where|when|in which) (?:i|we) (?:will )?have"
    r" (?=\w)"
    r"|(?:an? |the )?(?:new )?(?:event|entry|notification|alarm)"
    r" (?:called|named|titled|for|about) (?=\w)"
    r"|(?:when )?it(?:'s| is) time (?:for|to) (?=\w)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r",? (?:(?:please|and|so|can you|could you) )*(?:add|put|mark|note|set) (?:it|that|this)"
    r"(?: down)?(?: (?:to|on|in|into) (?:my|the) (?:calendar|schedule|agenda|diary))?$"
    r"| (?:to|for|is)$",
    re.IGNORECASE,
)
"""What an event is asked for with, and not called."""
_HAPPENS = re.compile(
    r"^remind me (?:when|once|as soon as|whenever) (?!it(?:'s| is)\b)(.+?)(?: (?:to|about) .+)?$",
    re.IGNORECASE,
)
_SWITCHED = re.compile(r"(?:turn|switch|leave|keep) (?!(?:on|off|up|down)\b).+(?<! off)(?<! up)$")
_BLOCKED = re.compile(r"(?:block|reserve|book|hold)(?: off| out)?(?: my| the)?", re.IGNORECASE)
_OF_FEAST = re.compile(
    r"(?:of|about|[\w ]+ (?:day|week|month)s? (?:before|ahead of)) (.+)", re.IGNORECASE
)
_MOVED = re.compile(r"(?:move|reschedule|postpone|push back)\b.* (?:to|until)\b", re.IGNORECASE)


_OWN_DAY = re.compile(rf"(?: ?\b(?:on|for|by|before|of|ahead of))? ?\b({OWN_DAY})\b", re.IGNORECASE)


_TO_DO = re.compile(r"\b(?:remind me|reminder)\b.*?\b(?:to|about|of|that) (.+)$", re.IGNORECASE)


def _of_own_day(request: Request, memory: Memory, what: str) -> tuple[Request, str]:
    """With the day that the wearer told for "my birthday", as it is or so long before it, and
    what to do then without these words."""
    own = _OWN_DAY.search(request.text)
    day = told_day(memory, own[1], request.now) if own and "when" not in request.slots else None
    if own is None or day is None:
        return request, what
    slots = {name: value for name, value in request.slots.items() if name != "lead"}
    early = day - (request.get("lead", timedelta) or timedelta())
    slots["when"] = Value("", When(day=early))
    rest = _TO_DO.search(_OWN_DAY.sub("", bare(request.text)))
    return replace(request, slots=slots), rest[1] if rest else what
