"""Which of the wearer's reminders a question is about: by its words, its day, and before or after
what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from edge.errors import SkillError
from edge.memory import Memory
from edge.memory.due import Due
from edge.memory.words import stems
from edge.reason.dates import find_when, whole_when
from edge.reason.durations import spoken as length
from edge.reason.feasts import is_feast
from edge.reason.grammar import bare
from edge.reason.skill import Missing, Request, Value
from edge.reason.when import When
from edge.remind import spoken
from edge.remind.moments import PARTS, Moment, settle, within

DAY_AT = time(9)
"""When a reminder comes for which only a day was said."""
NAMES = ("event", "what", "occasion")
"""Slots that say what a reminder is about."""


_GENERAL = frozenset(
    stems(
        "events event appointments reminders reminder calendar schedule entries next last first"
        " upcoming coming still everything all rest plans anyone anybody someone somebody anywhere"
    )
)


_OF_A_DAY = re.compile(
    r"^(?:to(?:day|morrow|night)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?:'s)? "
    r"(?:(?:morning|afternoon|evening)(?:'s)? )?"
    r"| (?:on|from|at|for) .+$",
    re.IGNORECASE,
)
"""The day of "Tuesday's class" and "the class on Tuesday", which is no part of its name."""


def called(memory: Memory, words: str) -> list[Due]:
    """The reminders that have all of the telling words, with the day among them or without."""
    reminders = memory.due.open("reminder")
    for said in dict.fromkeys((words, _OF_A_DAY.sub("", words))):
        wanted = set(stems(said)) - _GENERAL
        found = [due for due in reminders if wanted and wanted <= set(stems(due.name))]
        if found:
            return found
    return []


def on_time(reminders: Sequence[Due], when: When | None, now: datetime) -> list[Due]:
    """Those of `reminders` that are at the time that `when` names."""
    return [due for due in reminders if within(when, datetime.fromtimestamp(due.at, now.tzinfo))]


_TO = re.compile(r" (?:to|until|till) ", re.IGNORECASE)


def from_to(text: str, now: datetime) -> tuple[When, Value] | None:
    """The time that something has and the one that it is to have, where both are said: "Tuesday's
    class to Thursday"; else None."""
    plain = bare(text)
    for joint in reversed(list(_TO.finditer(plain))):
        try:
            old, new = find_when(plain[: joint.start()], now), whole_when(plain[joint.end() :], now)
        except SkillError:
            continue
        if old is not None and new is not None:
            return old.value, Value(plain[joint.end() :], new)
    return None


def ahead(request: Request, memory: Memory, what: str, lead: timedelta) -> Moment:
    """So long before what is to come: at the time that was said or, without one, before what the
    wearer is reminded of already."""
    when = request.get("when", When)
    known = called(memory, what) if when is None or when == When(day=when.day) else []
    known = on_time(known, when, request.now)
    # "The dentist", and not "the dentist in an hour", which comes before it.
    known = [due for due in known if {*stems(due.name)} == {*stems(what)}] or known
    if len(known) == 1 and not known[0].rule:
        at = datetime.fromtimestamp(known[0].at, request.now.tzinfo)
    else:
        moment = settle(request, "when", "When is that?", day_at=DAY_AT)
        if moment.rule:
            raise SkillError("I can't remind you ahead of what repeats; name the time itself.")
        at = moment.at
    # In absolute time: across a change of clocks an hour stays an hour.
    early = datetime.fromtimestamp(at.timestamp() - lead.total_seconds(), request.now.tzinfo)
    if early <= request.now:
        raise Missing("when", f"{length(lead)} before that has passed. When is it?".capitalize())
    return Moment(early, early.replace(tzinfo=None).isoformat(), None)


def names_one(request: Request) -> bool:
    """Whether the question says what the reminder is about."""
    return any(set(stems(request.get(name, str) or "")) - _GENERAL for name in NAMES)


def chosen_of(reminders: Sequence[Due], request: Request) -> list[Due]:
    """Those of `reminders` that the question is about; all where it names none."""
    request = _by_feast(request)
    when = request.get("when", When)
    names = ("occasion",) if "occasion" in request.slots else NAMES
    said = " ".join(filter(None, (request.get(slot, str) for slot in names)))
    if when is not None and _WHOLE_DAY.match(bare(request.text)):
        said = ""
    wanted = set(stems(said)) - _GENERAL
    bound = bound_of(request)
    part = next((part for part in PARTS if stems(part)[0] in wanted), "")
    chosen = []
    for due in reminders:
        at = datetime.fromtimestamp(due.at, request.now.tzinfo)
        lacks = wanted - set(stems(due.name))
        # "The evening meeting" may be one called "meeting" that is in the evening.
        known = not lacks or (lacks == set(stems(part)) and within(When(part=part), at))
        if known and (bound.holds(at) if bound is not None else within(when, at)):
            chosen.append(due)
    return chosen


_WHOLE_DAY = re.compile(
    r"(?:am i|how (?:free|busy|full|booked|packed)|do i (?:have to )?work"
    r"|do i have (?:to )?(?:[\w ]+ off|the day off|work|school|class(?:es)?))\b",
    re.IGNORECASE,
)
"""Questions that all of a day answers, whatever it is called."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Before or after a time of day."""

    before: bool
    time: time
    day: date
    until: date

    def holds(self, at: datetime) -> bool:
        """Whether `at` is on the right side, and day."""
        clock = at.time()
        side = clock < self.time if self.before else clock >= self.time
        return side and self.day <= at.date() <= self.until

    def spoken(self, now: datetime) -> str:
        """Before noon today; after 5 PM tomorrow."""
        said = spoken.clock(datetime.combine(self.day, self.time, now.tzinfo))
        day = spoken.day(datetime.combine(self.day, time(), now.tzinfo), now)
        return f"{'before' if self.before else 'after'} {said} {day}"


_BESIDE_TIME = re.compile(
    r"(?:^|\b(?:today|tonight|week|weekend|tomorrow|\w+day) )(before|after) (?!the\b)",
    re.IGNORECASE,
)


def bound_of(request: Request) -> Bound | None:
    """The bound in "after five" and "on Friday before noon", of today where no day was said."""
    said, when = request.slots.get("when"), request.get("when", When)
    if said is None or when is None or when.time is None or when.until_time or when.repeats:
        return None
    link = _BESIDE_TIME.search(said.said)
    if link is None:
        return None
    day, moment = when.day or request.now.date(), when.time
    before = link[1].lower() == "before"
    # "Cancel everything after seven" is no more than the evening.
    if when.loose and (moment.hour < 7 or (request.intent == "cancel" and not before)):
        moment = moment.replace(hour=moment.hour % 12 + 12)
    return Bound(before, moment, day, when.until or day)


def _by_feast(request: Request) -> Request:
    """With "the event Easter Monday" for a name rather than a day."""
    said = request.slots.get("when")
    if said is None or not is_feast(said.said):
        return request
    called = rf"\b(?:event|appointment|entry|holiday|reminder) {re.escape(said.said)}\b"
    if not re.search(called, request.text, re.IGNORECASE):
        return request
    slots = {name: value for name, value in request.slots.items() if name != "when"}
    return replace(request, slots={**slots, "what": Value(said.said, said.said)})
