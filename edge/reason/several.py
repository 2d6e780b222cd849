"""Takes apart a question that is several: "alarms for 8 am and 8 pm".

Each part is read as a question of its own, so that nothing has to know how to do two things at
once. Where a question does not come apart cleanly it is left whole, and asked back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.dates import find_when, links, read_at, without
from edge.reason.durations import durations, unit
from edge.reason.moment import DAYS, LINKS, NOTHING, Moment, texts
from edge.reason.places import find_place
from edge.reason.words import Word, whole_number, words

MOST = 6
"""Parts; more are not set in one breath."""
_JOINS = ("and", ",", "then")
_KINDS = {"after": "time", "time": "time", "part": "part"}
_AFTER = LINKS | {"", "today", "tomorrow", "tonight", "every", "next", "please", "to", *DAYS}


@dataclass(slots=True)
class _Group:
    """Words of a moment that belong together."""

    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Characters of the text, by the kind of what they say: day, time, part."""


_MONTHLY = re.compile(
    r"\b(\w*(?:first|second|third|th|\dst|\dnd|\drd)) and "
    r"((?:the )?(?:\w+[ -])?\w+ of (?:each|every) month)\b",
    re.IGNORECASE,
)
"""Days of every month, which the first of them does not say."""


def each_time(text: str, now: datetime) -> list[str]:
    """`text` once for each of the times that it names, with that one alone; empty for one time.

    A day, a part of the day or a repetition that one of them lacks is taken from the others:
    "tomorrow at eight and at nine" are both tomorrow.
    """
    text = _MONTHLY.sub(r"\1 of each month and \2", text)
    text = _again(text)
    if not any(word.text in _JOINS for word in _with_commas(text)):
        return []
    try:
        text, groups = _groups(text, now)
    except SkillError:
        return []
    if not 2 <= len(groups) <= MOST:
        return []
    every = [span for group in groups for span in group.spans.values()]
    found = []
    for group in groups:
        kept = dict(group.spans)
        for other in groups:
            kept = {**other.spans, **kept} if "after" not in kept else kept
        gone = sorted(span for span in every if span not in kept.values())
        found.append(_joined(without(text, tuple(gone))))
    return found


_ONE_EACH = re.compile(
    r"\b(?:two |three |2 |3 )?((?:alarms|reminders)|and|,),? one (?:for|at) ", re.IGNORECASE
)
"""Set two alarms, one for six and one for seven."""
_AGAIN = re.compile(
    r"\b(and|then) (?:(?:then|again|once more|also|another(?: one)?) )+(?=(?:at|in|on)\b)",
    re.IGNORECASE,
)
_IN_TOO = re.compile(
    r"(\bin (?:[\w-]+ ){0,2}?(seconds?|minutes?|hours?|days?|weeks?)\b.*?\band (?:[\w' ]+ )?in"
    r" ([\w-]+))"
    r"(?= to | about |[.?!]*$)",
    re.IGNORECASE,
)

_IN_BOTH = re.compile(r"\bin ([\w-]+) and ([\w-]+) (minutes|hours|days|weeks)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:at|for) ([a-z]+|\d\d?)\b(?=.*\band (?:at )?(?:half|quarter|a quarter) past[.?!]*$)",
    re.IGNORECASE,
)


_PAST_IT = r"(?::\d\d| (?:fifteen|thirty|forty[- ]five))?"
_BOTH_HALVES = re.compile(
    rf"\b(?<!between )(?<![:.])(?P<one>\d\d?|[a-z]+)(?P<past>{_PAST_IT})"
    rf"(?P<joint>(?:, and|,| and) (?:at |for )?)"
    rf"(?P<other>\d\d?|[a-z]+)(?P<after>{_PAST_IT})"
    r"(?P<half> ?[ap]\.? ?m\b\.?)",
    re.IGNORECASE,
)
_OTHER_HALF = str.maketrans("apAP", "paPA")


def _halved(match: re.Match[str]) -> str:
    """ "7 and 8 am" with the half of the day at both: of "11 and 1 pm", which are said in their
    order, the first is in the half before."""
    one, other = whole_number(match["one"]), whole_number(match["other"])
    if one is None or other is None or not (1 <= one <= 12 and 1 <= other <= 12):
        return match[0]
    begins, ends = (one % 12, _past(match["past"])), (other % 12, _past(match["after"]))
    half = match["half"] if begins < ends else match["half"].translate(_OTHER_HALF)
    first = f"{match['one']}{match['past']}{half}"
    return f"{first}{match['joint']}{match['other']}{match['after']}{match['half']}"


def _past(said: str) -> Decimal:
    """Minutes past the hour."""
    return whole_number(said.strip(" :")) or Decimal(0)


def _again(text: str) -> str:
    """ "In ten minutes and again in twenty" as "in ten minutes and in twenty minutes"."""
    for _ in range(MOST):
        text = _BOTH_HALVES.sub(_halved, text)
    text = _AGAIN.sub(r"\1 ", _ONE_EACH.sub(r"\1 for ", text))
    hour, both = _PAST.search(text), _IN_BOTH.search(text)
    if hour is not None and whole_number(hour[1]) is not None:
        # "At six and at half past".
        text = f"{text.rstrip(' .?!')} {hour[1]}"
    if both is not None and all(whole_number(one) is not None for one in both.groups()[:2]):
        text = _IN_BOTH.sub(r"in \1 \3 and in \2 \3", text)
    too = _IN_TOO.search(text)
    if too is None or whole_number(too[3]) is None:
        return text
    return f"{text[: too.end()]} {too[2]}{text[too.end() :]}"


_REMIND = re.compile(
    r"^(?P<ask>.*?\b(?:remind|tell|alert|notify) me) (?P<rest>.+?)[\s.?!]*$", re.IGNORECASE
)
_LINK = re.compile(r"(?:to|about|of|that) ", re.IGNORECASE)


def each_matter(text: str, now: datetime) -> list[str]:
    """A question for a reminder for each thing that has a time of its own ("to call the dentist at
    ten and pick up the kids at three"), or for each of the times of one; empty for one."""
    asked = _REMIND.match(_again(text))
    pieces = _matters(asked["rest"], now) if asked is not None else []
    if asked is None or not 2 <= len(pieces) <= MOST:
        return each_time(text, now)
    link = _LINK.match(pieces[0])
    day = _day(pieces[0], now)
    found = []
    for piece in pieces:
        when = find_when(piece, now)
        if link is not None and not _LINK.match(piece) and when and when.spans[0][0]:
            piece = f"{link[0]}{piece}"
        if day and when and when.value.after is None and not _day(piece, now):
            piece = f"{piece} {day}"
        found.append(f"{asked['ask']} {piece}")
    return found


def _matters(rest: str, now: datetime) -> list[str]:
    """The parts of `rest` that each have a time and a matter; empty where one has not."""
    try:
        pieces: list[str] = []
        first = find_when(re.split(r",? and |, ", rest)[0], now)
        before = first is not None and first.spans[0][0] == 0
        timeless = ""
        for piece in re.split(r",? and (?:then |also )*|, ", rest):
            if find_when(piece, now) is None:
                # "To buy milk and eggs at five"; "at five to buy milk and eggs".
                if before and pieces:
                    pieces[-1] = f"{pieces[-1]} and {piece}"
                else:
                    timeless += f"{piece} and "
                continue
            pieces.append(f"{timeless}{piece}")
            timeless = ""
        found = [(piece, find_when(piece, now)) for piece in pieces]
    except SkillError:
        return []
    matters = [
        _LINK.sub("", without(piece, when.spans)).strip(" ,.") for piece, when in found if when
    ]
    return pieces if all(matters) and not timeless else []


def _day(text: str, now: datetime) -> str:
    """The words in `text` for a day; empty where there are none."""
    _, groups = _groups(text, now)
    spans = [group.spans["day"] for group in groups if "day" in group.spans]
    return text[spans[0][0] : spans[0][1]] if spans else ""


def _joined(text: str) -> str:
    """`text` without an "and" that joins nothing any more."""
    text = re.sub(r"\band\b(?=\s*(?:$|at\b|on\b|for\b|in\b|to\b|\d))", " ", text.replace(",", " "))
    return " ".join(re.sub(r"\band\s*[.?!]*$", "", text).split())


def _groups(text: str, now: datetime) -> tuple[str, list[_Group]]:
    """The moments in `text`, and it with an "at" before a bare number that is one: "at seven
    and nine"."""
    parts = _with_commas(text)
    groups: list[_Group] = []
    at = 0
    while at < len(parts):
        joined = at > 0 and parts[at - 1].text in _JOINS
        length, kinds = _piece(parts, at, now)
        if not length and joined and groups and "time" in groups[-1].spans:
            length, kinds = _piece([*parts[:at], Word("at", 0, 0), *parts[at:]], at + 1, now)
            if length and texts(parts, at + length, 1)[0] in _AFTER:
                start = parts[at].start
                return _groups(f"{text[:start]}at {text[start:]}", now)
            length = 0
        if not length:
            at += 1
            continue
        first = at
        while first and links(parts, first):
            first -= 1
        begins = {word.text for word in parts[first:at]} & set(_JOINS) or joined
        if not groups or (begins and kinds & set(groups[-1].spans)):
            groups.append(_Group())
        elif kinds & set(groups[-1].spans):
            # Two times that nothing joins are a contradiction.
            return text, []
        # Its own words begin behind the "and".
        while parts[first].text in _JOINS:
            first += 1
        for kind in kinds:
            groups[-1].spans[kind] = (parts[first].start, parts[at + length - 1].end)
        at += length
    return text, groups


def _with_commas(text: str) -> list[Word]:
    """The words of `text`, with its commas."""
    found = words(text)
    commas = [m.start() for m in re.finditer(r",(?!\d)", text)]
    found += [Word(",", place, place + 1) for place in commas]
    return sorted(found, key=lambda word: word.start)


def _piece(parts: list[Word], at: int, now: datetime) -> tuple[int, set[str]]:
    """How many words from `at` say something of a moment, and what kinds of thing."""
    draft = Moment(now)
    length = read_at(draft, parts, at)
    fields = ("day", "until", "time", "after", "every", "month_day", "yearly", "interval", "part")
    said = {n for n in fields if getattr(draft.when, n) != getattr(NOTHING, n)}
    return (length, {_KINDS.get(name, "day") for name in said}) if length else (0, set())


_PLACES = re.compile(
    r"^(?P<start>.*?)\b(?P<link>in|at|for) (?P<one>[\w. ']+?)(?:,? and | versus | vs )"
    r"(?:in |at |for )?(?P<other>[\w. ']+?)(?P<end>(?: right now| now| today| tomorrow)?[?.!]*)$",
    re.IGNORECASE,
)


def each_place(text: str, _now: datetime) -> list[str]:
    """`text` once for each of two places that it names: "the time in Paris and in Rome"; empty
    where it does not."""
    match = _PLACES.match(text)
    if match is None or find_place(text[match.start("one") :].rstrip(" ?.!")) is not None:
        # "Trinidad and Tobago" is one.
        return []
    named = [match["one"], match["other"]]
    if any(find_place(place) is None for place in named):
        return []
    return [f"{match['start']}{match['link']} {place}{match['end']}" for place in named]


_VERB = re.compile(r"^\W*(?:\w+ )??(set|start|create|make|begin|add|run|put on)\b", re.IGNORECASE)
_ONE = re.compile(r"^(?:and |then |also )*(?:set |start )?(?:another(?: one| timer)?|one)\b ?"
                  r"(?:for|of|at)? ?", re.IGNORECASE)  # fmt: skip


_TIMERS = re.compile(r"\b(?:two|three|four|five|six|\d) timers\b|\btimers\b", re.IGNORECASE)
_LIKE = re.compile(
    r"\b(?:another(?: one| timer)?|one|timer) (?:for|of) ([\w-]+)"
    r"(?= (?:called|named)\b|,? and |[.?!]*$)",
    re.IGNORECASE,
)


def each_length(text: str, _now: datetime) -> list[str]:
    """A question for a timer for each length of time in `text`; empty for one.

    Names stay with their lengths: "a pasta timer for eight minutes and an egg timer for six".
    """
    text = _spread(text)
    found = durations(text)
    if len(found) == 1 and (like := _LIKE.search(text)) and whole_number(like[1]) is not None:
        # "Five minutes and another one for ten".
        text = f"{text[: like.end(1)]} {found[0].said(text).split()[-1]}{text[like.end(1) :]}"
        text = text.rstrip(" .?!")
        found = durations(text)
    verb = _VERB.search(text)
    if verb is None or not 2 <= len(found) <= MOST:
        return []
    inside = [span for length in found for span in length.spans]
    cuts = [
        m
        for m in re.finditer(r",? and |, ", text)
        if not any(a < m.start() and m.end() <= b for a, b in inside)
    ]
    pieces, start = [], 0
    for cut in cuts:
        pieces.append(text[start : cut.start()])
        start = cut.end()
    pieces.append(text[start:])
    pieces = _with_lengths(pieces) if len(pieces) > len(found) + 1 else pieces
    if len(pieces) == len(found) + 1 and _TIMERS.search(pieces[0]) and not durations(pieces[0]):
        # "Set two timers, one for five minutes and one for ten."
        pieces[:2] = [f"{pieces[0]} {pieces[1]}"]
    if len(pieces) != len(found) or any(len(durations(piece)) != 1 for piece in pieces):
        return []
    first = _TIMERS.sub("a timer", pieces[0])
    first = re.sub(r"\bone for\b|\bone of\b", "for", first)
    asked = [" ".join(first.split())]
    for piece in pieces[1:]:
        own = _ONE.sub("", piece).strip(" .?!")
        named = re.search(r"\btimer\b", own, re.IGNORECASE)
        asked.append(f"{verb[1]} {own}" if named else f"{verb[1]} a timer for {_of(own)}")
    return asked


def _with_lengths(pieces: list[str]) -> list[str]:
    """Each of what has no length of its own with the length that follows it: "a timer for the
    laundry, forty minutes"."""
    joined: list[str] = []
    for piece in pieces:
        named = _FOR_WHAT.fullmatch(joined[-1]) if joined and not durations(joined[-1]) else None
        if named is not None:
            joined[-1] = f"{named['start']}{named['name']} timer for {_of(piece)}"
        else:
            joined.append(piece)
    return joined


_FOR_WHAT = re.compile(
    r"(?P<start>.*?(?:\ban? |\banother |\bone )?)(?:timer |one )?for (?:the |my )?"
    r"(?P<name>[\w' ]+)",
    re.IGNORECASE,
)


def _of(own: str) -> str:
    return re.sub(r"^(?:for|of|at) ", "", own)


def _spread(text: str) -> str:
    """ "5, 10 and 15 minutes" with the unit after each number."""
    parts = _with_commas(text)
    out, at = text, len(parts) - 1
    named = ""
    while at >= 0:
        word = parts[at]
        following = texts(parts, at + 1, 1)[0]
        if word.number is not None and unit(following) is not None:
            named = following
        elif named and word.number is not None and not word.ordinal and unit(following) is None:
            joint = "" if following in _JOINS else ","
            out = f"{out[: word.end]} {named}{joint}{out[word.end :]}"
        elif named and word.text not in _JOINS and unit(word.text) is None:
            named = ""
        at -= 1
    return out
