"""How the time and the date are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from edge.reason.feasts import is_feast
from edge.reason.places import find_place
from edge.reason.several import each_place
from edge.reason.skill import Intent, Offer, Slot, Value

_PLACE = {"place": Slot("place")}
_DAY = {"day": Slot("when")}
_LENGTH = re.compile(r"(?:in )?(?:an?|one|each|every) \w+$", re.IGNORECASE)
"""How long something is, and no day: "how many days are there in a week"."""

_SUN = (
    r"\b(?:what time|when) (?:is|was|does|will|do) (?:the )?(?:sun ?(?:rise|set|down)?"
    r"|dawn|dusk|it (?:get|be|become) (?:dark|light|bright))\b"
)
"""When something is, and no time of a place called so."""
_STILL = "(still|already|yet|now|right now|almost|nearly|past|after|before)"
_PART = (
    "morning|afternoon|evening|night|night time|nighttime|daytime|day time|noon|midday|midnight"
    "|lunchtime|lunch time|dinnertime|dinner time|suppertime|supper time|breakfast time|teatime"
    "|tea time|bedtime|bed time|am or pm|day or night"
)

INTENTS = (
    Intent(
        "time",
        (
            "(what time is it|what's the time|what is the time|what is the current time"
            "|what's the current time|tell me the time|show me the time|the time|current time"
            "|do you know what time it is|do you have the time|give me the time|give me time|time"
            "|tell me what time it is|time check)"
            " [right now|now|today] [(in|at|for) {place}]",
            "what time is it [right|right now|now|currently] in {place}",
            "what is the (current|local) time in {place} [right now|now]",
            "(what's|what is) the time [right now|now] in {place} [right now|now]",
            "(what is|what's|tell me|give me) [the] [current] {place} time",
            "(what is|what's) the time for [the] {place} [time zone]",
            "what time is it in the {place} (time zone|timezone)",
            "[the] [current] {place} time [now|right now]",
            "(show|show me|check|say|tell|tell me|give me|get|get me|read|what is|what's|i need"
            "|have|i want) [the] [exact|correct|actual|precise|current|local|right|present] time",
            "what [is] [the] [current] (time|hour) (is it|now|in|at) {place}",
            "what time of [the] day is it [now] [in {place}]",
            f"(is it|isn't it|is it not) [{_STILL}] [the] ({_PART}) [{_STILL}] [in {{place}}]",
        ),
        _PLACE,
        pure=True,
        several=each_place,
        unless=rf"{_SUN}|^translate\b|\bdaylight sav",
        offer=Offer(
            "time_in_place",
            "What time it is now in a city",
            {"place": "the city"},
            cue=r"\b(time|early|late|now|o'clock|awake|asleep|morning|evening|night|open|call)\b",
        ),
    ),
    Intent(
        "date",
        (
            "(what's|what is|tell me|give me) (the|today's|todays) (date|day) [today]",
            "what (day|date) is [it] [today|now]",
            "(what's|what is) today",
            "(what day of the week|what day|which day) (is|was|will be|does|falls) [it] {day}"
            " [fall on|be]",
            "what day of the week does {day} fall on",
            "{day} (lands|falls|is) on (what|which) day [of the week]",
            "{day} is (what|which) day [of the week]",
            "where does {day} (fall|land)",
            "when is {day}",
            "(what|when) (is|will be) the date [of|on] {day}",
            "(what's|what is) {day} date",
            "what will the date be {day}",
            "(what's|what is|tell me) the (day|date) [of|for|on] {day}",
            "[the] [current] date [and time] [please]",
            "today's date",
            "(what|which) (month|year) (is it|is this|are we in|is it now)",
            "what day are we [on] [today]",
            "[what is|what's|tell me|give me] [the] current (day|month|year|day and date)",
            "what day of the (week|month) is it [today]",
            "is [it|today] {day} [today|yet|already]",
        ),
        _DAY,
        pure=True,
        unless=r"\bsun ?(?:rise|set)\b|\b(?:sun|moon)\b|\bwhat(?:'s| is) on\b"
        r"|^what time (?:is|does) it\b(?! in\b)"
        r"|^is (?:it|today|tomorrow|this|\w+day) an? [\w ]*holiday\b"
        r"|\b(?:movies?|films?)\b",
        offer=Offer(
            "weekday_and_date",
            "Which day of the week and which date a day is",
            {"day": "the day, as it was said"},
            cue=r"\b(weekends?|weekdays?|workdays?|which day|what day|date"
            r"|(mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
        ),
    ),
    Intent(
        "until",
        (
            "how (many (days|weeks|months|hours|minutes)|long)"
            " [is it|are left|are there|is left|left] (until|till|to|before|for) {day}",
            "how many (days|weeks|months|hours|minutes) (until|till) {day}",
            "how (much time|long) (do i have|have i|is there) [left] (until|till|before) {day}",
            "how far away is {day}",
            "how many days (are|are there) {day}",
            "(days|weeks|months|hours) [left|remaining|to go] (until|till|to|before) {day}",
            "how many days does {day} have",
            "how many (days|weeks|months) (are|is) (left|remaining) in {day}",
        ),
        {"day": Slot("when", ask="Until which day?", fits=lambda words: not _LENGTH.match(words))},
        pure=True,
        cue=r"^(?:(?:the|number of|how many) )*(?:days|weeks) (?:left )?(?:until|till|to go)\b",
        offer=Offer(
            "days_until",
            "How many days there are from today until a day",
            {"day": "the day, as it was said"},
            cue=r"\b(how (many|long|soon|far)|days?|weeks?|until|till|left|enough time|in time)\b",
        ),
    ),
    Intent(
        "zone",
        (
            "(what|which) (time zone|timezone) is {place} [in]",
            "(what|which) (time zone|timezone) (am i|are we|is this) [in] [now]",
            "(what's|what is|tell me) [the] (time zone|timezone) (in|of|for) {place}",
            "(what's|what is|tell me) {place} (time zone|timezone)",
            "in (which|what) (time zone|timezone) is {place}",
        ),
        _PLACE,
        pure=True,
    ),
    Intent(
        "convert",
        (
            "(if|when) (it's|it is) {when} (in {place}|here) what time is it in {other}",
            "(it's|it is) {when} (in {place}|here) what time is it in {other}",
            "(what is the time|what time is it) in {other} (when|if) [the time in] {place}"
            " is {when}",
            "(what is the time|what time is it) in {other} (when|if) it's {when} in {place}",
            "(what is the time|what time is it) in {other} (when|if) it is {when} in {place}",
            "(what is the time|what time is it) in {other} (when|if) (it's|it is) {when} here",
            "what time will it be in {other} (when|if) (it's|it is) {when} [here|in {place}]",
            "convert {when} {place} [time] to {other} [time]",
            "convert {when} [here|local time|my time|our time] to {other} [time]",
            "convert {place} time to {other} [time]",
            "(convert|change|translate|switch) [the|this] [current|local] time [zone]"
            " (from|in) {place} [time] (to|into) {other} [time]",
            "(convert|change|translate) {when} [in|from] {place} [time] (to|into|in) {other}"
            " [time]",
            "(convert|change|translate) (the|this|my|our|the current|my current|the local|current)"
            " time (to|into) {other} [time|time zone]",
        ),
        {
            "when": Slot("when"),
            "place": Slot("place"),
            "other": Slot("place"),
        },
        pure=True,
        cue=r"\b(?:convert|change)\b.* (?:to|into) (?:the )?"
        r"(?:gmt|utc|[ecmp][sd]t|ist|jst|cet|bst|eastern|pacific|central|mountain"
        r"|(?:g\.? m\.?|[ecmp]\.? [sd]\.?) t\.?)(?: |$)",
    ),
    Intent(
        "here",
        (
            "(if|when) (it's|it is) {when} in {place} what time is it [(here|for me|for us)]",
            "(what time is it|what's the time|what is the time) [here|for me|for us] (if|when)"
            " (it's|it is) {when} in {place}",
            "(what is|what's) {when} {place} time [here|for me|for us]",
            "(what is|what's) (my|our|the) [local] time (when|if) (it's|it is) {when} in {place}",
            "(when|if) (it's|it is) {when} in {place} (what's|what is) (my|our|the) [local] time",
            "(convert|change|translate) {when} [in|from] {place} [time] (to|into) (my|our|local)"
            " [local] time [zone]",
        ),
        {"when": Slot("when"), "place": Slot("place")},
        pure=True,
    ),
)


_FROM_HERE = "(here|me|us|my location|my place|where i am|my city|my time)"

DIFFERENCE = Intent(
    "difference",
    (
        "[what is|what's|tell me] [the] (time difference|difference in time) (between|from)"
        " {place} (and|to) {other}",
        "[what is|what's|tell me] [the] (time difference|difference in time)"
        f" ((between|from) {_FROM_HERE} (and|to)|to|with|in) {{other}}",
        "(how many hours|how much time) (difference|of difference|distance|of distance)"
        " [is|is there|are there] (between|from) {place} (and|to) {other}",
        "(how many hours|how much time) (difference|of difference|distance|of distance)"
        f" [is|is there|are there] (between|from) {_FROM_HERE} (and|to) {{other}}",
        "how many hours (ahead|behind|away) [of (me|us|here)] is {other}",
        "how (far|many hours) (ahead|behind) [of {place}] is {other}",
        "how (far|many hours) is {other} (ahead|behind) [of (me|us|here|{place})]",
    ),
    {"other": Slot("place", ask="Between here and where?"), "place": Slot("place")},
    pure=True,
)

_EVENTS = frozenset(
    {"bath", "date", "derby", "novena", "rugby", "sale", "summit", "temple", "union", "wedding"}
)
"""Places, too, but sooner something that is at a time."""

PLACE = Intent(
    "place",
    ("what time is {named} [at] [now|right now|currently]", "what time {named} is [at] [now]"),
    {
        "named": Slot(
            fits=lambda words: (
                words.lower().removeprefix("the ") not in _EVENTS and find_place(words) is not None
            )
        )
    },
    pure=True,
    unless=_SUN,
)
"""Without "it", of what is known to be a place: "what time is Tokyo", but not "... church"."""

_SOON = re.compile(r"\b(?:in|from now|after|later)\b", re.IGNORECASE)

BETWEEN = Intent(
    "between",
    (
        "how (many (days|weeks)|long) [is it|are there|is there|are|is] (between|from) {first}"
        " (and|to|until|till) {second}",
        "[what is|what's] [the] number of (days|weeks) (between|from) {first} (and|to|until)"
        " {second}",
    ),
    {"first": Slot("when", ask="From which day?"), "second": Slot("when", ask="To which day?")},
    pure=True,
)

SINCE = Intent(
    "since",
    (
        "how (many (days|weeks|months)|long) ago (was|is) {day}",
        "how (many (days|weeks|months)|long) [is it|has it been] since {day}",
    ),
    {"day": Slot("when", ask="Since which day?")},
    pure=True,
)

THERE = Intent(
    "there",
    (
        "what (day|date) is it [right now|now|today] in {place} [right now|now|today]",
        "[what is|what's|tell me|give me] [the] [current] (day|date) [right now|now|today] in"
        " {place} [right now|now|today]",
    ),
    {"place": Slot("place", ask="Where?")},
    pure=True,
)

AGO = Intent(
    "ago",
    ("what time was it {length} ago", "(what's|what is|what was) the time {length} ago"),
    {"length": Slot("duration", ask="How long ago?")},
    pure=True,
)

SOON = Intent(
    "soon",
    (
        "what time (will it be|is it|will that be) {when}",
        "(what's|what is|what will) [be] the time [be] {when}",
        "what (was|is) the time {when}",
    ),
    {"when": Slot("when", ask="When?", fits=lambda words: bool(_SOON.search(words)))},
    pure=True,
)

FEAST = Intent(
    "feast",
    ("(when|what day) (is|was) {day}", "(when's|what's the date of) {day}"),
    {"day": Slot("when", ask="Which day?", fits=is_feast)},
    pure=True,
)

NEAR = Intent(
    "near",
    (
        "(is it|is) [nearly|almost] {day} (soon|any time soon|coming up|coming up soon)",
        "(how soon|how near|how close) is {day}",
        "is it (nearly|almost) {day} [yet]",
    ),
    {"day": Slot("when", ask="Which day?", fits=is_feast)},
    pure=True,
)

WEEK = Intent(
    "week",
    (
        "(what|which) week [number] is (it|this) [now|of the year]",
        "(what is|what's) the [current] week number",
        "(what|which) (calendar week|week of the year) (is it|is this|are we in) [now]",
    ),
    pure=True,
)

LEAP = Intent(
    "leap",
    ("(is|was|will) {year} [be] a leap year", "is (it|this|this year) a leap year [now]"),
    {"year": Slot("number")},
    pure=True,
)

CHANGE = Intent(
    "change",
    (
        "when (do|does|will) (the clocks|the clock|daylight saving|daylight savings|summer time"
        "|daylight saving time|daylight savings time|winter time) (change|go back|go forward|start"
        "|begin|end|stop)",
        "when (do|will|should) (we|i) (change|turn back|set back|put back|turn forward) the clocks"
        " [back|forward]",
        "when is the next (clock change|time change)",
    ),
    pure=True,
)


_THEN = re.compile(r"\b(?:then|that day|that date)$", re.IGNORECASE)


def until_then(text: str, slots: Mapping[str, Value]) -> str:
    """The whole question that goes on from one for a day: "how many days until then"."""
    day = slots["day"].said if "day" in slots else ""
    return _THEN.sub(day, text) if day and _THEN.search(text) else ""


def own_day(told: Callable[[str], object]) -> Intent:
    """`told` says which day the wearer told for these words, if any."""
    return Intent(
        "own_day",
        (
            "how (many (days|weeks)|long) [is it|are left|are there] (until|till|to|before)"
            " [my|our] {what}",
            "(is it|is) [my|our] {what} (soon|any time soon|coming up|coming up soon)",
        ),
        {"what": Slot(fits=lambda words: told(words) is not None)},
        pure=True,
    )
