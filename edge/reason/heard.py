"""Sets right what recognisers write for what was said, where nothing else makes sense there."""

from __future__ import annotations

import re

_HOUR = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_MINUTES = "oh|ten|fifteen|twenty|thirty|forty|fifty"
_REPAIRS = [
    (re.compile(pattern, re.IGNORECASE), right)
    for pattern, right in (
        # Who hesitates: "set a, um, timer"; but "how do you spell um", and 5 um are a length.
        (r"(?<!\d )(?<!\bspell )(?<![\w'-])(?:u+m+|u+h+m*|er+m+|hm+)(?![\w'-])[\s,.]*", ""),
        # Who stammers.
        (r"\b(the|to|for|at|of|my|me|and|an|is) (?:\1 )+(?!dos? lists?\b|dos?[.!?]*$)", r"\1 "),
        (rf"\b({_HOUR}) \1 (?=(?:second|minute|hour|day|week|month)s\b)", r"\1 "),
        (r"\b(what|how|where|when|who|that)s\b", r"\1's"),
        (r"\b(do|does|did|ca|wo|is|are|was|have|has|would|should|could)nt\b", r"\1n't"),
        (r"\bwhat time i sit\b", "what time is it"),
        (r"^what the (?=(?:time|date|day|weather|temperature|forecast)\b)", "what's the "),
        # "Seven am alarm", "alarm five pm".
        (r"\bamal arm\b", "am alarm"),
        (r"^a warm (?=[\w:]+(?: \w+)? [ap]\.? ?m\b)", "alarm "),
        (r"\bto morrow\b", "tomorrow"),
        (r"\bto[- ]?do's\b", "to-dos"),
        (r"\bto night\b", "tonight"),
        (rf"\b({_HOUR}|{_MINUTES}|\d{{1,2}}) ([ap]) m\b", r"\1 \2m"),
        (r"^race (?=(?:everything|all|the) .*\blist\b)", "erase "),
        # Who thinks: "at, let me see, seven".
        (r"[\s,]+(?:let me see|let me think|let's see|let's say|what was it)\b[\s,]*", " "),
        # Feet and inches.
        (r"\b(\d)['\u2019](\d\d?)\b[\"\u201d]?", r"\1 foot \2"),
        (r"^(?:bright|right) (?=.+ on (?:my|the|our) .*list\b)", "write "),
        # "Seven-thirty" is a time; "twenty-five" stays a number.
        (rf"\b({_HOUR})-(?=(?:{_MINUTES})\b)", r"\1 "),
        # "Add" at the beginning sounds like "at"; where something else is to be done it is "at".
        (
            r"^(?:at|ad|had) (?!.*\b(?:add|put|set|write|remove|delete|clear|remind|schedule|make"
            r"|create|move|cancel|what|is)\b)"
            r"(?=.+ (?:to|on|in) (?:my|the|our) .*(?:list|calendar|timer)\b)",
            "add ",
        ),
        (rf"\b(for|at) ({_HOUR}) of them(?=[.?!]*$)", r"\1 \2 am"),
        # Who opens the calendar to do something in it wants no more than that.
        (
            r"^((?:please |can you |could you )*)(?:open|go to|pull up|bring up|access|get into)"
            r" (?:up )?(?:my |the )?(?:calendar|schedule|agenda|reminders?)(?: app)?,?"
            r" and (?:then )?(?=(?:add|set|put|create|make|schedule|delete|remove|cancel|clear"
            r"|erase|remind|mark|move|change|tell|read|check|show)\b"
            # Of what is to be done to "it" or to all of it, the calendar is what is meant.
            r"(?! (?:it|all|everything|them|that|this)(?: (?:out|please|of (?:it|them)))*[.!?]*$))",
            r"\1",
        ),
        # What is left of a division or a day is a remainder.
        (
            r"\b((?:set|add|create|make|delete|remove|cancel|clear|show|list|have|any|my|new|pending)"
            r" (?:(?:an?|the|me|my|all|any|up) ){0,2})remainder(s?)\b"
            r"(?! (?:of|when|if|is|from|after)\b)",
            r"\1reminder\2",
        ),
        (r"\b(remind me) too (?=\w)", r"\1 to "),
        # Nobody is reminded at five "in five".
        (
            rf"\b((?:remind|tell|wake|alert|ping|nudge|buzz) me(?: up| again)? in)"
            rf" ((?:(?:twenty|thirty|forty|fifty)[ -])?(?:{_HOUR})|{_MINUTES}|\d{{1,2}})"
            r"(?= (?:to|about|that)\b|[.?!]*$)",
            r"\1 \2 minutes",
        ),
        (r"\b(set (?:a|an|another|the)) time (?=(?:for|of) .*\b(?:seconds?|minutes?|hours?)\b)",
         r"\1 timer "),
    )
]  # fmt: skip
_NUMBER = rf"(?:(?:half|quarter|a quarter) (?:past|to) )?(?:{_HOUR}|{_MINUTES}|\d+)"
_UNIT = r"(?: (?:seconds?|minutes?|hours?|days?|am|pm|percent))"
_RATHER = (
    r"(?:no|wait|hold on|hang on|sorry|oops|i mean|i meant|or rather|rather|actually"
    r"|(?:make|i'll make) (?:that|it))"
)
_CORRECTED = re.compile(
    rf"\b{_NUMBER}(?P<unit>{_UNIT})?(?:,?|\.*(?! actually)|\.\.+)\s+"
    rf"(?:{_RATHER}[\s,.]+)+(?:for |at )?(?P<right>{_NUMBER})\b(?P<same>{_UNIT}\b)?",
    re.IGNORECASE,
)
"""At six, no, seven: who corrects a number means the second, of the same unit."""


_ANEW = re.compile(
    r"^(?!(?:\w+ ){0,2}?(?:notes?|write|jot|remember|tell|say|translate|spell)\b"
    r"|remind me (?:to|about|that)\b.*\bi mean|who (?:said|wrote)\b)"
    r".+?(?:[,.;]\s*no,?|,?\s+(?:no,? wait|wait,? no|no,? no|no,? sorry|sorry,? no|scratch that"
    r"|forget that|i mean|i meant))[,.]?\s+"
    r"(?=(?:add|put|set|start|remind|wake)\b(?! (?:it|that)\b)"
    r"|(?:what|how|when)(?:'s\b|\s(?:is|are|was|will|do|does|did|time|day|date|many|much|long|far"
    r"|about)\b))",
    re.IGNORECASE,
)
"""Who begins again has not said what is before it: "add eggs, no wait, add milk". What is dictated
is left whole."""


_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_BUT = re.compile(
    r"\b(?:(?:on |every )?(?P<days>weekdays?|workdays?|weekends?)|(?:every|each|any) (?P<day>day))"
    r"(?P<time>(?: at)?(?: [\w:]+){0,4}?),?"
    rf" (?:but not|except(?: for)?|apart from|not|but)(?: on)? (?P<one>{_DAY})s?"
    rf"(?:(?: and| or|,)(?: on)? (?P<other>{_DAY})s?)?",
    re.IGNORECASE,
)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _but(found: re.Match[str]) -> str:
    """The days that are left: "on weekdays but not on Friday"."""
    kind = (found["days"] or "").lower()
    days = list(_WEEK if found["day"] else _WEEK[5:] if "end" in kind else _WEEK[:5])
    gone = {day.lower() for day in (found["one"], found["other"]) if day}
    left = [day for day in days if day not in gone]
    if not left or not gone & {*days}:
        return found[0]
    *first, last = left
    return f"every {' '.join(first)}{' and ' if first else ''}{last}{found['time']}"


_SPACES = re.compile(r"\s{2,}")
_AGAIN = r"^(?:(?:please|can you|could you|would you|will you) )*remind me (?:again )?"
_WHICH = r"who|where|what(?: (?:time|day|date|month|year|number|size|color|colour))?"
_WHICH = rf"(?P<which>{_WHICH}|(?:which|whose) (?!one\b)[\w']+)"
_ENDS = r"(?: again| please)*(?P<mark>[.?!]*)$"
_RECALLED = [
    (re.compile(_AGAIN + pattern, re.IGNORECASE), right)
    for pattern, right in (
        # "What my name is", "when the meeting is", and not "when the rice is done".
        (
            rf"(?:{_WHICH}|(?P<when>when)) (?P<what>(?!to\b)[\w' ]{{1,60}}?)"
            r" (?P<be>is|are|was|were)"
            rf"(?P<rest> (?:parked|kept|hidden|stored|called|from))?{_ENDS}",
            r"\g<which>\g<when> \g<be> \g<what>\g<rest>\g<mark>",
        ),
        (
            rf"{_WHICH} (?P<i>i|we) (?P<need>need|have|want|like)\b",
            r"\g<which> do \g<i> \g<need>",
        ),
        (rf"{_WHICH} (?P<i>i|we) (?P<am>am|are|should|must|can|will)\b", r"\g<which> \g<am> \g<i>"),
        (
            rf"{_WHICH} (?P<i>i|we) (?P<did>said|told|put|left|hid|kept|wrote|bought|met|\w+ed)\b",
            r"\g<which> have \g<i> \g<did>",
        ),
        (r"(?=(?:(?:who|whose|which|why)\b(?! to\b)|how\b))", ""),
    )
]
"""Who asks to be reminded of what is known already asks a question: "remind me who called"."""


def heard(text: str) -> str:
    """`text` as it was probably said."""
    # Typed, there may be thousands, which each pattern would begin at.
    said = text = _SPACES.sub(" ", text)
    for pattern, right in _REPAIRS:
        said = pattern.sub(right, said)
    said = _CORRECTED.sub(
        lambda found: found["right"] + (found["same"] or found["unit"] or ""), said
    )
    said = _ANEW.sub("", said)
    said = _BUT.sub(_but, said)
    said = next(
        (asked for one, right in _RECALLED if (asked := one.sub(right, said)) != said), said
    )
    # "Um." alone is left for what it is.
    return said if said.strip(" .,?!") else text
