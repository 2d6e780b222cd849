"""What the wearer can say to the session itself, whatever answers the questions."""

# ruff: noqa: SIM905 - word lists read best so

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import Enum

_FILLER = frozenset(
    "please now okay ok hey edge jarvis computer just oh so well alright right um uh a bit little "
    "much way lot can could would will you for me it that's enough thanks thank".split()
)
"""Words around a command that change nothing."""


_DEGREE = re.compile(r"\b(?:a (?:little )?bit|a little|a lot|much|way)\b")


class Control(Enum):
    """A command to the session."""

    STOP = "stop"
    REPEAT = "repeat"
    LOUDER = "louder"
    QUIETER = "quieter"
    FASTER = "faster"
    SLOWER = "slower"


_PHRASES: dict[str, Control] = {
    phrase: control
    for control, phrases in {
        Control.STOP: (
            "stop",
            "stop stop",
            "stop talking",
            "stop speaking",
            "stop that",
            "stop there",
            "be quiet",
            "quiet",
            "silence",
            "shut up",
            "shush",
            "hush",
            "cancel that",
            "cancel",
            "never mind",
            "nevermind",
            "forget it",
            "forget that",
            "no stop",
            "that's enough",
            "enough",
        ),
        Control.REPEAT: (
            "repeat",
            "repeat that",
            "repeat again",
            "repeat that again",
            "repeat your answer",
            "repeat the answer",
            "repeat the last answer",
            "say that again",
            "say again",
            "say that one more time",
            "say that once more",
            "come again",
            "what did you say",
            "what did you just say",
            "what was that",
            "once more",
            "one more time",
            "pardon",
            "pardon me",
            "i didn't hear that",
            "i didn't catch that",
            "i did not hear that",
            "i did not catch that",
        ),
        Control.LOUDER: (
            "louder",
            "speak louder",
            "talk louder",
            "be louder",
            "speak up",
            "volume up",
            "turn up the volume",
            "turn the volume up",
            "turn up volume",
            "raise the volume",
            "increase the volume",
            "turn up your volume",
            "turn yourself up",
            "turn it up",
            "i can't hear you",
        ),
        Control.QUIETER: (
            "quieter",
            "softer",
            "speak quieter",
            "speak softer",
            "speak more quietly",
            "speak quietly",
            "talk quieter",
            "be quieter",
            "not so loud",
            "too loud",
            "you're too loud",
            "you are too loud",
            "less loud",
            "volume down",
            "turn down the volume",
            "turn the volume down",
            "turn down volume",
            "lower the volume",
            "decrease the volume",
            "turn down your volume",
            "turn yourself down",
            "turn it down",
        ),
        Control.FASTER: (
            "faster",
            "speak faster",
            "talk faster",
            "speak more quickly",
            "speed up",
            "too slow",
            "you're too slow",
        ),
        Control.SLOWER: (
            "slower",
            "speak slower",
            "speak slowly",
            "speak more slowly",
            "talk slower",
            "talk more slowly",
            "slow down",
            "not so fast",
            "too fast",
            "you're too fast",
        ),
    }.items()
    for phrase in phrases
}

ACKNOWLEDGED = {
    Control.LOUDER: "Louder.",
    Control.QUIETER: "Quieter.",
    Control.FASTER: "Faster.",
    Control.SLOWER: "Slower.",
}
"""What is said where no answer goes on that would show it."""

_AGREEMENT = frozenset(
    "uh-huh uhhuh uh huh mm-hmm mmhmm mhm mm mmm hmm hm um ah aha ahh oh ooh ha haha eh er yeah "
    "yep yes yup okay ok right sure great good nice cool wow really interesting alright "
    "well".split()
)
"""What a listener says to show that he listens."""
_SHORT_ANSWER = frozenset("yeah yep yes yup okay ok right sure alright good great".split())
"""Of these, what is an answer where something was asked."""


_OF_WHAT_WAS_DONE = frozenset(
    ("cancel that", "cancel", "never mind", "nevermind", "forget it", "forget that", "no stop")
)
"""While nothing is said, these are about what was done or asked before."""


def control(text: str, *, speaking: bool = True) -> Control | None:
    """The command in `text`, where it says nothing else; `speaking`: an answer is being given."""
    found = _spoken(_words(_DEGREE.sub(" ", text.lower())))
    return _PHRASES[found] if found and (speaking or found not in _OF_WHAT_WAS_DONE) else None


def _spoken(words: list[str]) -> str:
    """The phrase of a command that is all of `words`, but for filler; else empty."""
    while words:
        if " ".join(words) in _PHRASES:
            return " ".join(words)
        if words[0] in _FILLER:
            words = words[1:]
        else:
            break
    while words and words[-1] in _FILLER:
        words = words[:-1]
        if " ".join(words) in _PHRASES:
            return " ".join(words)
    return ""


def backchannel(text: str, spoken: str = "") -> bool:
    """Whether `text` only shows that the wearer listens to `spoken`: "uh-huh", "right".

    Also where there are no words: a cough, a laugh.
    """
    words = _words(text)
    if len(words) > 3 or any(word not in _AGREEMENT for word in words):
        return False
    asked = spoken.rstrip().endswith("?")
    return not (asked and any(word in _SHORT_ANSWER for word in words))


def echo(text: str, spoken: str) -> bool:
    """Whether `text` is what the assistant was saying itself, heard through the room."""
    heard, said = _words(text), _words(spoken)
    if not heard or not said:
        return False
    blocks = SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks()
    common = sum(block.size for block in blocks)
    return common >= 0.7 * len(heard)


def _words(text: str) -> list[str]:
    return re.findall(
        r"[a-z]+(?:['-][a-z]+)*|\d+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
