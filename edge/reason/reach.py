"""Tells what nobody can answer from here, so that a small model does not make it up.

Asked whether the front door is locked, when the next bus goes or who has written, a compact model
says what sounds likely. A request that no skill serves is therefore looked at once more: is it
for hands, accounts or other devices (a deed), or for what only somebody could know who sees what is
around, what goes on now, or what others wrote (unseen)? tools/train_reach.py trains what tells it;
how well it does is in docs/router-model.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

from edge.reason.caution import caution
from edge.reason.classifier import Encodes, Linear

SAYINGS = {"deed": "Sorry, I can't do that.", "unseen": "I can't know that from here."}
"""What is said to it, by its kind."""

_LONGEST = 24
"""Words; what is longer tells a story, or brings what it asks about along."""
_TOLD = re.compile(
    r"(?:i|we)(?: (?!need|want|wanna|would|must|have to|got to|gotta|require|wish|can't|cannot)"
    r"|'(?:m|ve|re)\b)|(?:my|our|the|that|this|it|he|she|they)\b",
    re.IGNORECASE,
)
"""How somebody begins who tells something and asks for nothing."""
_ASKED = re.compile(
    r"(?:who|what|when|where|which|why|how|is|are|am|was|were|do|does|did|has|have|had)\b",
    re.IGNORECASE,
)
"""How somebody begins who wants no deed."""
_NEVER_SEEN = re.compile(
    r"(?:is|are) (?:the|my|our) (?:\w+ ){0,2}(?:doors?|windows?|gate|garage|oven|stove|iron|lights?"
    r"|tv|heater|car|house|fridge) (?:still )?(?:un)?(?:locked|open|closed|shut|on|off)"
    r"|who (?:called|rang|texted|messaged|emailed|phoned) me(?: (?:last|first|just|now|back|again"
    r"|earlier|recently|twice|while|at|on|in|this|today|tonight|yesterday|before|after)\b.*)?"
    r"|did the [\w ]+? (?:win|lose|play)"
    r"(?: (?:last night|today|yesterday|tonight|again|the game))?"
    r"|what time (?:is|are|does) (?:the |our )?(?:church|mass|school|movie|film|show|fireworks"
    r"|parade|kick[ -]?off|check[ -]?(?:out|in))(?: (?:starts?|begins?|on|today|tonight))*",
    re.IGNORECASE,
)
"""Whether a door is locked, who has called, how a game ended, when church is: no model has ever
known it."""
_GAME = re.compile(r"did the [\w ]+ (?:win|lose|play)", re.IGNORECASE)
"""A game of today, unless something was spoken of: "did the Romans win" after a battle."""
_AGAIN = re.compile(
    r"(?:and|so|but|why|how come|what about|how about|then)\b"
    r"|.*\b(?:it|its|it's|he|him|his|she|her|hers|they|them|their|there|that|those|these)\b",
    re.IGNORECASE,
)
"""What may be about the answer before."""


class Reach:
    """What of a request that no skill serves is out of reach."""

    def __init__(self, model: Linear, informed: Callable[[str], bool] = lambda text: False) -> None:
        """`informed`: whether something is known of what a question asks, because it was told."""
        self._model = model
        self._informed = informed

    @classmethod
    def open(cls, encoder: Encodes, informed: Callable[[str], bool] = lambda text: False) -> Reach:
        """With the model that ships with the package, which goes with `encoder`."""
        path = files("edge.reason") / "data" / "reach.npz"
        return cls(Linear.open(path, encoder=encoder), informed)

    def declined(self, text: str, *, follows: bool = False) -> str:
        """What to say to a request that is out of reach; empty for what a model may try.

        `follows`: something was answered before, which the question may be about.
        """
        if len(text.split()) > _LONGEST or _TOLD.match(text.strip()) or caution(text):
            return ""
        if _NEVER_SEEN.fullmatch(text.strip(" .!?")):
            about = follows and _GAME.fullmatch(text.strip(" .!?"))
            return "" if about or self._informed(text) else SAYINGS["unseen"]
        ranked = self._model.rank(text)
        if sum(probability for _, probability in ranked) < self._model.threshold:
            return ""
        kind = "unseen" if _ASKED.match(text.strip()) else ranked[0][0]
        if kind == "unseen" and ((follows and _AGAIN.match(text.strip())) or self._informed(text)):
            return ""
        return SAYINGS[kind]
