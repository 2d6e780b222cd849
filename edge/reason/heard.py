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
        (r"\b(the|to|for|at|of|my|me|and|an|is) (?:\1 )+", r"\1 "),
        (rf"\b({_HOUR}) \1 (?=(?:second|minute|hour|day|week|month)s\b)", r"\1 "),
        (r"\b(what|how|where|when|who|that)s\b", r"\1's"),
        (r"\b(do|does|did|ca|wo|is|are|was|have|has|would|should|could)nt\b", r"\1n't"),
        (r"\bto morrow\b", "tomorrow"),
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
        (r"\b(remind me) too (?=\w)", r"\1 to "),
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


def heard(text: str) -> str:
    """`text` as it was probably said."""
    said = text
    for pattern, right in _REPAIRS:
        said = pattern.sub(right, said)
    said = _CORRECTED.sub(
        lambda found: found["right"] + (found["same"] or found["unit"] or ""), said
    )
    # "Um." alone is left for what it is.
    return said if said.strip(" .,?!") else text
