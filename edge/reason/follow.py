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
from edge.reason.dates import find_when, without
from edge.reason.durations import durations
from edge.reason.grammar import Match, bare
from edge.reason.reading import read
from edge.reason.skill import Value
from edge.reason.when import When
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
BACK = re.compile(
    r"^(?:(?:no|actually|oops|sorry|wait)\b[\s,]*)*(?:undo(?: that| it| this)?"
    r"|take (?:that|it) back"
    r"|(?:cancel|delete|remove|undo|scrap|drop|get rid of|never mind) (?:that|it|this)"
    r"(?: (?:one|again|timer|alarm|reminder|item|note|last one))?)$",
    re.IGNORECASE,
)
"""Says that what was done, or asked, is not wanted."""
UNDO = re.compile(
    r"^(?:(?:no|actually|oops|sorry|wait)\b[\s,]*)*(?:undo(?: that| it| this)?"
    r"|take (?:that|it) back|cancel (?:that|it))$",
    re.IGNORECASE,
)
"""Says so where nothing else can be meant."""
_CANCEL = re.compile(
    r"^(?:cancel|stop|delete|remove|turn off) (?:that|it|this)(?: (?:one|timer|alarm|reminder))?$",
    re.IGNORECASE,
)
_HOLD = re.compile(
    r"^(?:(pause|hold|freeze)|resume|unpause|continue) (?:it|that|this)(?: (?:one|timer))?$",
    re.IGNORECASE,
)
"""So after a timer was spoken of."""
_ASKING = frozenset({"weather.forecast"})
"""Intents that only ask, and are not pure as somebody else is asked."""
_WORDS = {"list.add": "items", "reminder.set": "what", "note.add": "text"}
"""Slots of words that are corrected where the wearer says that it is a correction."""
_LEFT_OVER = frozenset({"", "in", "at", "for", "on", "and", "the"})


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
    then = done.match.intent.then
    asked = then(bare(text), done.match.slots) if then is not None and done.alike else ""
    match = fits(asked) if asked else None
    if match is not None:
        return Followed("followed up", match, asked)
    found = _follow(done, text, now)
    return Followed(*found, done.text) if found is not None else None


def _follow(done: Done, text: str, now: datetime) -> tuple[How, Match] | None:
    plain = bare(text)
    if done.undo is not None and BACK.match(plain):
        return "taken back", done.match
    if not done.alike:
        return None
    cancelled = _CANCEL.match(plain) and _cancelled(done.match)
    if cancelled:
        return "followed up", cancelled
    hold = _HOLD.match(plain)
    held = _held(done.match, "pause" if hold[1] else "resume") if hold else None
    if held is not None:
        return "followed up", held
    if done.match.skill.name == "list":
        added = _added(done.match, text)
        if added is not None:
            return "followed up", added
    for pattern, how in _WAYS:
        found = pattern.match(plain)
        if found is None or (how == "corrected" and done.undo is None and not _asks(done)):
            continue
        if how == "followed up" and not _asks(done):
            continue
        clock = re.search(r"\bat \S+(?: \S+)?$", plain, re.IGNORECASE) is not None
        match = _with(done.match, found[1], now, lengths=not clock)
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


def _added(match: Match, text: str) -> Match | None:
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
    slots = {"items": Value(said, said)}
    if "list" in match.slots:
        slots["list"] = match.slots["list"]
    return Match(match.skill, intent, slots, match.score, match.how)


def _reworded(match: Match, plain: str, said: str) -> Match | None:
    """ "No, I meant bread" after "add eggs"."""
    name = _WORDS.get(match.name)
    meant = re.search(r"\bi (?:mean|meant|said)\b", plain, re.IGNORECASE)
    if name not in match.slots or not meant or len(said.split()) > 5:
        return None
    return replace(match, slots={**match.slots, name: Value(said, said)}, problem="")


def _with(match: Match, said: str, now: datetime, *, lengths: bool) -> Match | None:
    """The intent with what `said` names in place of what was said before; None where `said` is
    anything but that."""
    try:
        said = said.strip(" ,.!?")
        found = (_lengths(match, said, now) if lengths else {}) or _values(match, said, now)
    except SkillError as error:
        return replace(match, problem=str(error))
    if not found:
        return None
    # A yes was for that one question: what needs one asks again.
    kinds = {name: slot.kind for name, slot in match.intent.slots.items()}
    slots = {name: value for name, value in match.slots.items() if kinds[name] != "yes_no"}
    for name, value in found.items():
        before = slots.get(name)
        if before is not None and isinstance(before.value, When) and isinstance(value.value, When):
            value = Value(value.said, merged(before.value, value.value))
        slots[name] = value
    return replace(match, slots=slots, problem="")


def _values(match: Match, said: str, now: datetime) -> dict[str, Value]:
    """The slots that all of `said` fills: a time, a place, both; empty where words are left."""
    # What was said before is what is corrected: "move it to seven" has no time that it had.
    slots = sorted(match.intent.slots.items(), key=lambda item: item[0] not in match.slots)
    for name, slot in slots:
        if slot.kind in ("text", "yes_no", "place"):
            continue
        value = read(slot, said, now)
        if value is not None:
            return {name: Value(said, value)}
    found: dict[str, Value] = {}
    for name, slot in slots:
        if slot.kind == "when":
            when = find_when(said, now)
            if when is not None:
                found[name] = Value(when.said(said), when.value)
                said = without(said, when.spans)
                break
    said = re.sub(r"^(?:in|at|for|near) ", "", said)
    for name, slot in slots:
        if slot.kind == "place" and name not in found and said.lower() not in _LEFT_OVER:
            try:
                value = read(slot, said, now)
            except SkillError:
                return {}
            if value is not None:
                found[name] = Value(said, value)
                said = ""
    return found if said.lower() in _LEFT_OVER else {}


def _lengths(match: Match, said: str, now: datetime) -> dict[str, Value]:
    """ "Ten" after "five minutes" is ten minutes; "fifteen minutes" after "in ten minutes" is in
    fifteen minutes."""
    for name, value in match.slots.items():
        after = isinstance(value.value, When) and value.value.after is not None
        if not after and not isinstance(value.value, timedelta):
            continue
        named = value.said.split()[-1]
        for words in (said, f"{said} {named}"):
            again = read(match.intent.slots[name], f"in {words}" if after else words, now)
            if again is not None:
                return {name: Value(words, again)}
    return {}


def merged(before: When, now: When) -> When:
    """What was said first, with what is said now in its place: "tomorrow at nine", "no, at ten"."""
    if now.after is not None or now.interval is not None or before.after is not None:
        return now
    day = before
    if now.day is not None or now.repeats:
        day = now
    clock = now if now.time is not None or now.part else before
    loose = clock.loose
    time = clock.time
    if time is not None and loose and now.time is not None and before.time is not None:
        # "At seven" after "at six in the evening" is in the evening, too.
        if not before.loose and before.time.hour >= 12 and time.hour < 12:
            time = time.replace(hour=time.hour + 12)
        loose = before.loose
    return When(
        day=day.day, until=day.until, every=day.every, month_day=day.month_day, yearly=day.yearly,
        interval=day.interval, time=time, loose=loose, until_time=clock.until_time, part=clock.part,
    )  # fmt: skip
