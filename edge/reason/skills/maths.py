"""Arithmetic and percentages: reckoned, not recalled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from edge.errors import SkillError
from edge.reason.arithmetic import NotArithmetic, evaluate, is_sum, spoken_number
from edge.reason.grammar import bare
from edge.reason.skill import Answer, Card, Intent, Offer, Request, Services, Slot, Value
from edge.reason.skills.rounding import ROUND, rounded
from edge.reason.skills.shares import OF_LAST, SHARE, share
from edge.reason.words import numbers, whole_number

_SUM = Slot("text", ask="What should I work out?", fits=is_sum, find=(r"(.*)",))

_FURTHER = re.compile(
    r"(?:plus|minus|times|divided by|multiplied by|by|\*|/|\+) (.+)$", re.IGNORECASE
)
_IT = r"(?:that|it|this|the (?:result|answer|total|sum))"
_LEAD = re.compile(r"^(?:(?:and|then|now|so|what's|what is|what about|how much is)\b[\s,]*)+", re.I)
_ON = [
    (re.compile(pattern, re.IGNORECASE), whole)
    for pattern, whole in (
        (
            rf"(?:{_IT} )?(plus|minus|times|divided by|multiplied by|mod|modulo|to the power of"
            r"|[-+*/]) (?P<by>.+)",
            "{last} {1} {by}",
        ),
        (rf"add (?P<by>.+?)(?: (?:to|on|onto) {_IT})?", "{last} plus {by}"),
        (
            r"(?:subtract|deduct|take(?: away| off)?) (?P<by>.+?)"
            rf"(?: (?:from|off) {_IT}| away| off)?",
            "{last} minus {by}",
        ),
        (rf"multiply (?:{_IT} )?by (?P<by>.+)", "{last} times {by}"),
        (rf"divide (?:{_IT} )?by (?P<by>.+)", "{last} divided by {by}"),
        (rf"split {_IT} (.+)", "split {last} {1}"),
        (rf"(?:double|twice)(?: {_IT})?", "2 times {last}"),
        (rf"(?:triple|treble)(?: {_IT})?", "3 times {last}"),
        (rf"(?:halve {_IT}|half(?: of)? {_IT})", "{last} divided by 2"),
        (rf"(?:{_IT} squared|squared|square {_IT})", "{last} times {last}"),
        (rf"(?:the )?(square|cube) root(?: of {_IT})?", "the {1} root of {last}"),
        (rf"(.+) of {_IT}", "{1} of {last}"),
    )
]
"""What is done with the result before, and the whole sum that it is."""
_TIP = re.compile(r"\b(?:an? (?=.* tip$)|tip$)", re.IGNORECASE)
_REMAINDER = re.compile(
    r"(?:and )?(?:(?:what|how much)(?:'s| is| about)? )?(?:the remainder|left over)", re.IGNORECASE
)
_SHARE = re.compile(r".*(?:per ?cent|%) (?:of|off) (?=\S+$)", re.IGNORECASE)


def goes_on(words: str, last: str) -> str:
    """The whole sum that `words` are after the result `last`; empty: they are none.

    "Double that" after 144 is "2 times 144".
    """
    said = _TIP.sub("", _LEAD.sub("", words)).strip()
    for pattern, whole in _ON:
        found = pattern.fullmatch(said)
        if found is None:
            continue
        by = found.groupdict().get("by")
        if by is None or whole_number(by) is not None:
            asked = whole.format("", *found.groups(), by=by, last=last)
            return asked if is_sum(asked) else ""
    # "Add that to 64", "100 minus that".
    asked, places = re.subn(rf"\b{_IT}", last, said, flags=re.IGNORECASE)
    if places != 1 or len(numbers(asked)) < 2:
        return ""
    if OF_LAST.search(asked):
        # "What's that as a percentage of 50", of which the lead was taken.
        return re.sub(rf"\b{_IT}", last, words, flags=re.IGNORECASE)
    return asked if _WORKS.search(asked) and is_sum(asked) else ""


_WORKS = re.compile(
    r"\b(?:add|plus|minus|times|subtract|take|multiply|divide|divided|split|percent|over)\b|[-+*/%]",
    re.IGNORECASE,
)


def _is_further(words: str) -> bool:
    """Whether this is something done with the result before: "divided by seven"."""
    found = _FURTHER.match(words)
    return found is not None and whole_number(found[1]) is not None


INTENTS = (
    Intent(
        "calculate",
        (
            "(calculate|compute|work out|solve|evaluate) [(this|the)"
            " (equation|problem|sum|calculation)] {sum}",
            "(what is|what's|how much is|what does|tell me [what is]) {sum} [equal|equals|make]",
            "{sum}",
            "split {sum}",
        ),
        {"sum": _SUM},
        pure=True,
        unless=r"^(?:(?:and|sorry|no|actually|it's|one|for|of)\b[\s,]*)+\S+$"
        # A mark that is given, and nothing to be worked out.
        r"|^(?:please )?rate\b"
        # "Minus 40 in celsius" is one number, to be converted.
        r"|^(?:what(?:'s| is) |convert )?(?:minus|negative) \S+ (?:in|into|to|as) [a-z]+\W*$",
        offer=Offer(
            "calculate_sum",
            "Work out one sum of numbers",
            {"sum": "the numbers with what is done to them"},
        ),
    ),
    Intent(
        "further",
        ("[and|then|and then] [(divide|multiply)] [that|it|the result] {sum}",),
        {"sum": Slot("text", ask="By what?", fits=_is_further)},
        pure=True,
    ),
)


class Maths:
    """Answers what `edge.reason.arithmetic` can read."""

    name = "maths"
    about = "do arithmetic and percentages"

    def __init__(self, services: Services) -> None:
        self._last = ""
        """The latest result, in digits; empty: none."""
        self._intents = tuple(
            replace(intent, then=self._then) for intent in (*INTENTS, ROUND, SHARE)
        )

    @property
    def intents(self) -> tuple[Intent, ...]:
        """See `edge.reason.skill.Skill`."""
        return self._intents

    def _then(self, text: str, slots: Mapping[str, Value]) -> str:
        share = _SHARE.match(slots["sum"].said) if "sum" in slots else None
        of = re.fullmatch(r"(?:and|what about|how about)(?: of)? (\S+)", text, re.IGNORECASE)
        if share is not None and of is not None and whole_number(of[1]) is not None:
            # "And of 120?" after "20 percent of 85".
            return f"{share[0]}{of[1]}"
        if "sum" in slots and _REMAINDER.fullmatch(text):
            return f"the remainder of {slots['sum'].said}"
        return goes_on(text, self._last) if self._last else ""

    async def handle(self, request: Request) -> Answer:
        if request.intent == "round":
            answer, self._last = rounded(request, self._last)
            return answer
        if request.intent == "share":
            answer, self._last = share(request)
            return answer
        said = request.need("sum", str)
        if request.intent == "further":
            if not self._last:
                raise SkillError("I have not worked anything out yet.")
            said = goes_on(bare(request.text), self._last) or f"{self._last} {said}"
        try:
            sum_ = evaluate(said)
        except NotArithmetic:
            raise SkillError("I couldn't make out the numbers to work with.") from None
        less = "minus " if sum_.result < 0 else ""
        self._last = f"{less}{abs(sum_.result):f}"
        result = spoken_number(sum_.result)
        if sum_.left:
            result += f" remainder {spoken_number(sum_.left)}"
        return Answer(f"{sum_.spoken} is {result}.", Card("Sum", (f"{sum_.written} = {result}",)))
