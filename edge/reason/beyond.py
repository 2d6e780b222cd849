"""Declines what only hands or other devices could do; a small model would claim to have done it."""

from __future__ import annotations

import re

from edge.remind.spoken import you

_POLITE = re.compile(
    r"(?:(?:hey|ok|okay|please|now|just|then)[, ]+"
    r"|(?:can|could|would|will) you (?:please |just )?"
    r"|i(?:'d like| would like| want| need) you to )*",
    re.IGNORECASE,
)
_END = re.compile(r"(?:[\s,]+(?:please|for me|right now|now|right away))*[\s.!?]*$", re.IGNORECASE)
_SOME = r"(?:(?:me|us) )?(?:an?|some|more|another|one|two|three|four|five)"
_FOOD = r"pizza|sushi|food|takeout|takeaway|breakfast|lunch|dinner|groceries|flowers"
_MACHINES = (
    r"car|engine|dishwasher|washing machine|washer|dryer|vacuum(?: cleaner)?|robot|oven"
    r"|(?:coffee|espresso) (?:machine|maker)|kettle|heating|heater|air conditioning|sprinklers?"
)
_DEED = re.compile(
    rf"(?:turn|switch|put) (?:on|off) (?!your\b)\w+"
    rf"|(?:turn|switch|put) (?:the|my|our|all|both|every)\b.* (?:on|off)$"
    rf"|(?:open|close|shut|lock|unlock|dim|brighten) (?:the|my|our|all|both|every)\b"
    rf"|play (?!dead\b|along\b|devil)\w+"
    rf"|(?:call|phone|dial|ring) (?!me\b|it\b|this\b|that\b|him a\b|her a\b)\w+"
    rf"|call (?:me|us) (?:an?|the) (?:cab|taxi|uber|ambulance|lift|ride)"
    rf"|(?:text|email|e-mail|message) (?:my|our|the|back|him|her|them|everyone|(?-i:[A-Z]\w+))\b"
    rf"|send (?:an? |the |my |this |that |him |her |them )"
    rf"|order (?:{_SOME}|{_FOOD})\b"
    rf"|(?:book|reserve) (?:{_SOME}|the|my|our|tickets)\b"
    rf"|buy (?:{_SOME}|the|tickets|{_FOOD})\b"
    rf"|(?:take|shoot|snap) (?:an?|my|our) (?:\w+ )?(?:picture|photo|photograph|selfie|video)\b"
    rf"|(?:start|stop|run) (?:the|my|our) (?:{_MACHINES})\b"
    r"|(?:start|stop|run|set|reset) (?:an?|the|my) stopwatch\b|rename (?:the|my|our)\b"
    rf"|(?:make|brew|pour|bring|fetch|get) (?:me|us) (?:an?|some|the|my) "
    rf"(?:cup|coffee|tea|drink|beer|glass|water|newspaper|paper)\b",
    re.IGNORECASE,
)
OF_SOMETHING = (
    r"^(?:please |can you |could you )*(?:push|move|shift|bring|make|cut|take) (?:it|that|them) "
    r"(?:(?:back|forward|up|down|off) |(?:to|for|at|by) )*(?:[\w-]+ ){0,3}?"
    r"(?:seconds?|minutes?|mins?|hours?|days?|weeks?|earlier|later|sooner)"
    r"(?: (?:earlier|later|sooner|back|forward|longer|shorter))?[\s.!?]*$"
)
"""What only changes something that was set before."""
_OF_SOMETHING = re.compile(OF_SOMETHING, re.IGNORECASE)
_LONGEST = 9
"""Words that are said again; of more it is only said that it can't be done."""


def beyond(text: str) -> str:
    """What to say to a request for a deed in the world, which is not for a model; else empty.

    For what no skill has taken: "Open the garage door." becomes "Sorry, I can't open the garage
    door."
    """
    start = _POLITE.match(text)
    asked = _END.sub("", text[start.end() if start else 0 :].strip())
    if not _DEED.match(asked):
        return ""
    words = asked.split()
    if len(words) > _LONGEST or {"and", "then", "because", "if"} & {*words} or "," in asked:
        return "Sorry, I can't do that."
    return f"Sorry, I can't {asked[0].lower()}{you(asked[1:])}."


def unclear(text: str) -> str:
    """What to say to who would change something where nothing was said before; else empty."""
    return "I don't know what to change." if _OF_SOMETHING.match(text.strip()) else ""
