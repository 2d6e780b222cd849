"""Understands what refers to the answer before: "no, I meant seven", "and tomorrow?".

What is said has to be nothing but a value that the intent before has a place for; everything else
is a question of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from edge.errors import SkillError
from edge.reason.arithmetic import is_sum
from edge.reason.dates import find_when, whole_when
from edge.reason.durations import durations
from edge.reason.grammar import Match, bare
from edge.reason.instead import instead
from edge.reason.skill import Value
from edge.reason.words import whole_number

FRESH = timedelta(minutes=5)
"""For so long the answer before is what "that" means."""

How = Literal["corrected", "followed up", "taken back"]
Fits = Callable[[str], Match | None]

_CORRECTION = re.compile(
    r"^(?:(?:no|nope|sorry|oops|wait|actually|hang on|hold on|rather|i mean|i meant|i said|make it"
    r"|make that|change (?:it|that) to|set (?:it|that) (?:to|for)|it should be|that should be"
    r"|better)\b[\s,]*)+(?:(?:to|for|at|on|in)\s+)?(.+?)(?:\s+(?:instead|rather|i mean|i meant))?$",
    re.IGNORECASE,
)
_NOT = re.compile(r"^(?:no[\s,]+)?not (?:at |for |on )?\S.*?,?\s+(?:but )?(\S.*)$", re.IGNORECASE)
_FURTHER = re.compile(
    r"^(?:(?:and|what about|how about|and what about|and how about|what of)\b[\s,]*)+"
    r"(?:(?:for|in|on|at)\s+)?(.+)$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"^(?:(?:and|also) )*(?:add|put|include) ((?!.* (?:to|on|in|into|onto) ).+)$"
    r"|^(?:and|also) (?:also )?(?!(?:what|how|you|me|i|he|she|we|they)\b)"
    r"((?!.* (?:to|on|in) ).+?) (?:too|as well)$",
    re.IGNORECASE,
)
"""So after a list was spoken of."""
_MORE = re.compile(
    r"^(?:(?:and|also) )*(?:add|put|include) (.+?)(?: (?:to|on) (?:it|that|there)(?: list)?| too"
    r"| as well)$",
    re.IGNORECASE,
)
_NO = r"(?:(?:no|nope|actually|oops|sorry|wait|hang on|hold on)\b[\s,]*)"
_STOP = rf"{_NO}+(?:stop|don't|do not|cancel)(?: (?:that|it|do (?:that|it)|stop))*"
STOP = re.compile(rf"^{_STOP}$", re.IGNORECASE)
""" "No, stop": what is being done, was done or asked is not wanted."""
BACK = re.compile(
    rf"^(?:{_STOP}|{_NO}*(?:undo(?: that| it| this)?"
    r"|take (?:that|it) back|call (?:that|it) off"
    r"|(?:cancel|delete|remove|undo|scrap|scratch|drop|get rid of|never mind) (?:that|it|this)"
    r"(?: (?:one|again|timer|alarm|reminder|item|note|last one))?))$",
    re.IGNORECASE,
)
"""Says that what was done, or asked, is not wanted."""
_ALL_OF_THEM = re.compile(
    r"(?:cancel|delete|remove|undo|turn off|stop|drop|scrap) (?:both|them|these|those|all of them)"
    r"(?: of (?:them|these|those)| both| all)?",
    re.IGNORECASE,
)
"""So right after several were set: those, and none that were there before."""
UNDO = re.compile(
    r"^(?:(?:no|actually|oops|sorry|wait)\b[\s,]*)*(?:undo(?: that| it| this)?"
    r"|take (?:that|it) back|(?:cancel|scratch) (?:that|it)|call (?:that|it) off)$",
    re.IGNORECASE,
)
"""Says so where nothing else can be meant."""
_CANCEL = re.compile(
    r"^(?:(?:cancel|stop|delete|remove|turn off) (?:that|it|this)(?: (?:one|timer|alarm|reminder))?"
    r"|turn (?:that|it|this) off)$",
    re.IGNORECASE,
)
_ONE_MORE = re.compile(
    r"^(?:(?:and|also|then) )*(?:(?:set|make|add|remind me|wake me) )?"
    r"(?:another(?: (?:one|alarm|reminder))?|one(?: more)?|again|once more)"
    r" ((?:for|at|on|in|to|tomorrow|tonight|every|next) ?.*)$"
    r"|^(?:and|also)(?: also)? ((?:at|on|in) .+)$",
    re.IGNORECASE,
)
"""So after an alarm or a reminder was set."""
_HOLD = re.compile(
    r"^(?:(pause|hold|freeze)|resume|unpause|continue) (?:it|that|this)(?: (?:one|timer))?$",
    re.IGNORECASE,
)
"""So after a timer was spoken of."""
_ASKING = frozenset({"weather.forecast"})
"""Intents that only ask, and are not pure as somebody else is asked."""
_SET = ("timer", "alarm", "reminder")
_TIME_ALONE = re.compile(
    r"^(?:at|on|in the|in|by|this|next|every|tomorrow|tonight)\b.*$", re.IGNORECASE
)
"""So right after an alarm or a reminder was set, for which it is the right time."""
_ANEW = ("alarm.set", "reminder.set", "reminder.tell")
"""Intents of which one more may be asked for by its time alone."""
_MADE = (*_ANEW, "alarm.at", "alarm.before", "reminder.tell_at", "timer.set")
"""Intents that set something new."""
_WORDS = {"list.add": "items", "reminder.set": "what", "reminder.tell": "what", "note.add": "text"}
"""Slots of words that are corrected where the wearer says that it is a correction."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was answered last by a skill."""

    match: Match
    text: str
    """The question."""
    at: datetime
    undo: Callable[[], None] | None
    """Takes back what was done; None: nothing was."""
    alike: bool = True
    """It was one thing, or several of a kind; what was done of several kinds is only taken back."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What goes on from what was answered last."""

    how: How
    match: Match
    """The intent to do now."""
    text: str
    """The question that it is for."""


def follow(done: Done | None, text: str, now: datetime, fits: Fits) -> Followed | None:
    """How `text` refers to what was done last; None: it does not. `fits`: what a question is for
    by a template."""
    if done is None or not timedelta() <= now - done.at <= FRESH:
        return None
    plain = bare(text)
    if done.undo is not None and done.match.name in _MADE and _ALL_OF_THEM.fullmatch(plain):
        return Followed("taken back", done.match, done.text)
    then = done.match.intent.then
    asked = then(plain, done.match.slots) if then is not None and done.alike else ""
    match = fits(asked) if asked else None
    if match is not None:
        return Followed("followed up", match, asked)
    found = _follow(done, text, now)
    return Followed(*found, done.text) if found is not None else None


def _follow(done: Done, text: str, now: datetime) -> tuple[How, Match] | None:
    plain = bare(text)
    off = done.match.skill.name in _SET and _CANCEL.match(plain) is not None
    if done.undo is not None and (BACK.match(plain) or off):
        return "taken back", done.match
    if not done.alike:
        return None
    more = _ONE_MORE.match(plain) if done.match.name in _ANEW else None
    if more is not None and (
        match := instead(done.match, _at(more[1] or more[2]), now, lengths=False)
    ):
        return "followed up", replace(match, slots=_unnamed(match.slots))
    cancelled = _CANCEL.match(plain) and _cancelled(done.match)
    if cancelled:
        return "followed up", cancelled
    hold = _HOLD.match(plain)
    held = _held(done.match, "pause" if hold[1] else "resume") if hold else None
    if held is not None:
        return "followed up", held
    if done.match.skill.name == "list":
        added = _added(done.match, text, now)
        if added is not None:
            return "followed up", added
    half = _HALF.fullmatch(plain) if done.match.name in _ANEW else None
    if half is not None:
        plain = "in the morning" if half[1].lower() == "a" else "in the evening"
    if done.match.name in _ANEW and done.undo is not None and _is_time(plain, now):
        if _ALSO.match(text.strip()):
            match = instead(done.match, plain, now, lengths=False)
            if match is not None and not match.problem:
                return "followed up", replace(match, slots=_unnamed(match.slots))
        match = instead(done.match, plain, now, lengths=False)
        if match is not None and not match.problem:
            return "corrected", match
    lengthened = _with_more(done, text, now)
    if lengthened is not None:
        return "corrected", lengthened
    for pattern, how in _WAYS:
        found = pattern.match(plain)
        if found is None or (how == "corrected" and done.undo is None and not _asks(done)):
            continue
        if how == "followed up" and not _asks(done):
            continue
        clock = re.search(r"\bat \S+(?: \S+)?$", plain, re.IGNORECASE) is not None
        match = instead(done.match, found[1], now, lengths=not clock)
        if match is None and how == "corrected":
            match = _reworded(done.match, plain, found[1])
        if match is not None:
            return how, match
    return None


_WAYS: tuple[tuple[re.Pattern[str], How], ...] = (
    (_CORRECTION, "corrected"),
    (_NOT, "corrected"),
    (_FURTHER, "followed up"),
)


def _is_time(plain: str, now: datetime) -> bool:
    """Whether this is nothing but a time: "in the morning", "seven thirty"."""
    if _TIME_ALONE.match(plain):
        return True
    try:
        when = whole_when(plain, now)
    except SkillError:
        return False
    return when is not None and when.time is not None


_HALF = re.compile(
    r"(?:(?:no|make (?:it|that)|i (?:mean|meant|said)|actually)\b[\s,]*)*([ap])\.? ?m\.?",
    re.IGNORECASE,
)
_ALSO = re.compile(r"(?:and )?also\b|and\b", re.IGNORECASE)


def _at(said: str) -> str:
    """ "For nine" is at nine."""
    return re.sub(r"^(?:for|to) ", "at ", said) if not durations(said) else said


def _unnamed(slots: dict[str, Value]) -> dict[str, Value]:
    """Another one is called nothing yet."""
    return {name: value for name, value in slots.items() if name != "name"}


def _asks(done: Done) -> bool:
    """Whether it was a question, which may be asked again with something else."""
    return done.match.intent.pure or done.match.name in _ASKING


def _cancelled(match: Match) -> Match | None:
    """ "Cancel it", of what was asked about: "how long is left on the tea timer"."""
    if not match.intent.pure:
        return None
    intent = next((one for one in match.skill.intents if one.name == "cancel"), None)
    if intent is None:
        return None
    slots = {name: value for name, value in match.slots.items() if name in intent.slots}
    return Match(match.skill, intent, slots, match.score, match.how)


def _held(match: Match, name: str) -> Match | None:
    """ "Pause it", of what was set or asked about."""
    intent = next((one for one in match.skill.intents if one.name == name), None)
    if intent is None:
        return None
    named = [match.slots[slot].said for slot in _WHICH if slot in match.slots]
    slots = {"which": Value(named[0], named[0])} if named else {}
    return Match(match.skill, intent, slots, match.score, match.how)


_WHICH = ("which", "running", "name", "length")
"""Slots that tell a timer from others, the clearest first."""


def _added(match: Match, text: str, now: datetime) -> Match | None:
    """ "Add socks to it", "and milk too", "add bread": on the list that was spoken of."""
    # As it was said, with its commas, or else without what is politeness.
    asked = (text.strip(" .!?"), bare(text))
    more = next((m for one in asked for way in (_MORE, _ANOTHER) if (m := way.match(one))), None)
    if more is None:
        return None
    said = more[more.lastindex or 1]
    intent = next((one for one in match.skill.intents if one.name == "add"), None)
    if intent is None or (fits := intent.slots["items"].fits) is None or not fits(said):
        return None
    if durations(said) or whole_number(said) is not None or is_sum(text):
        # "Add five minutes" is for a timer, and "add five" for a sum.
        return None
    if said.lower().startswith("on ") or _has_time(said, now):
        # "Put on some jazz"; "add lunch with Ann on Friday" is for the calendar.
        return None
    slots = {"items": Value(said, said)}
    if "list" in match.slots:
        slots["list"] = match.slots["list"]
    return Match(match.skill, intent, slots, match.score, match.how)


def _has_time(said: str, now: datetime) -> bool:
    try:
        return find_when(said, now) is not None
    except SkillError:
        return True


_OTHER_SUBJECT = re.compile(
    r"\b(?:weather|forecast|temperature|time|date|day|news|timers?|alarms?|reminders?|lists?|notes?"
    r"|volume|calendar|schedule|joke|story|riddle|fact|music|song|lights?|score|capital|population"
    r"|meaning|distance|size|age|height|name of)\b",
    re.IGNORECASE,
)
_AND_MORE = re.compile(
    r"(?:and|also|and also|plus) (?:to )?((?:the|my|our|some|an?) .+?|(?<=to ).+?)[\s.!?]*",
    re.IGNORECASE,
)


def _with_more(done: Done, text: str, now: datetime) -> Match | None:
    """ "And the recycling", "and to feed the cat" after a reminder: one of both."""
    more, name = _AND_MORE.fullmatch(text.strip()), _WORDS.get(done.match.name)
    if more is None or done.match.skill.name != "reminder" or done.undo is None:
        return None
    if name not in done.match.slots or len(more[1].split()) > 6 or _has_time(more[1], now):
        return None
    if text.rstrip().endswith("?") or _OTHER_SUBJECT.search(more[1]):
        return None
    said = f"{done.match.slots[name].value} and {more[1]}"
    return replace(done.match, slots={**done.match.slots, name: Value(said, said)}, problem="")


def _reworded(match: Match, plain: str, said: str) -> Match | None:
    """ "No, I meant bread" after "add eggs"."""
    name = _WORDS.get(match.name)
    meant = re.search(r"\bi (?:mean|meant|said)\b", plain, re.IGNORECASE)
    if name not in match.slots or not meant or len(said.split()) > 5:
        return None
    return replace(match, slots={**match.slots, name: Value(said, said)}, problem="")
