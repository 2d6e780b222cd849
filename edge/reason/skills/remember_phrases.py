"""How what the assistant remembers is spoken of."""

from __future__ import annotations

import re
from collections.abc import Callable

from edge.reason.skill import Intent, Slot
from edge.reason.skills.beside import EXPLAINED


def _is_name(words: str) -> bool:
    """ "Call me Ann", not "call me an uber"."""
    plain = words.lower().split()
    return len(plain) <= 3 and plain[0] not in _NO_NAME


_NO_NAME = ("a", "an", "the", "my", "back", "later", "when", "who", "what", "where", "why", "how")
_NAME = Slot(
    ask="What shall I call you?",
    fits=_is_name,
    find=(r"\b(?:name (?:is|to)|call me|as) ([a-z'-]+)",),
)


_OF_ONES_OWN = re.compile(
    r"(?:[\w']+ ){0,3}?(?:(?:birthday|anniversary|(?:pin|number|code|password|combination|address"
    r"|size|type|group|fav(?:ou|o)rite(?: \w+)?)) (?:is|are)|(?:car|bike|bicycle|keys?|passport"
    r"|wallet|bag|umbrella|luggage|medicine|pills) (?:is|are) (?:parked |kept |hidden )?"
    r"(?:in|on|at|under|behind|with|near)|[a-z]+'s name is|(?:[a-z]+ ){1,2}is (?:called|named)"
    r"|(?:wife|husband|partner|mother|mom|mum|father|dad|son|daughter|brother|sister|boss|friend"
    r"|neighbou?r|doctor|dentist) (?:lives|works) (?:in|at|on|for)) \w",
    re.IGNORECASE,
)
"""What is told to be kept: "birthday is on March 3rd", "keys are under the mat"."""


_OF_SOMEBODY = re.compile(
    r"(?!(?:to(?:day|morrow|night)|what|who|when|where|it|that|there|here|how)'s)"
    r"(?:my |our )?[a-z]+'s (?:\w+'s )?(?:birthday|anniversary|name|(?:phone )?number|address|size"
    r"|wedding anniversary) is (?!it\b|on (?:my|the) (?:calendar|list))\w",
    re.IGNORECASE,
)
"""What is told of somebody: "Joe's birthday is on May 5th"."""
_THE_FACT = re.compile(
    r"the (?:\w+ ){1,4}(?:(?:is|are|was|were) \w"
    r"|(?:in|on|under|behind|inside|beside) (?:the|my|our|a) )",
    re.IGNORECASE,
)
_ON_A_DAY = re.compile(
    r"(?:the |my )?\w+ (?:tomorrow|tonight|next|this|on (?:the \d|\w+day\b)"
    r"|at (?:\d|noon|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)\b)",
    re.IGNORECASE,
)


def _is_fact(words: str) -> bool:
    """Not "remember to call mum" nor "remember dinner on Friday", which are reminders."""
    first = words.lower().split()[:1]
    if _ON_A_DAY.match(words):
        return False
    if first == ["the"]:
        return _THE_FACT.match(words) is not None
    return first not in (["to"], ["when"], ["what"], ["if"], ["me"], ["how"])


_ASKED = r"^(?:please )?(?:remind me )?(?:what|who|whose|when|where|which|why|how)\b"
"""A question, which changes and forgets nothing."""
_CALLED = (
    r"\bwho(?:'s| is| was| has| have)?(?: (?:i|we|just|last))* (?:call(?:ed|ing)|rang|phoned)\b"
)
"""Who was on the phone."""
_POINTED_AT = (
    r"^(?:please )?remember (?:this|these) (?:(?:new|current|last) )?(?!for\b|is\b|that\b|my\b|i\b"
    r"|i'm\b|to\b)[\w-]+(?: (?:address|number|code|name|page|date|place))?(?: for me)?[\s.!]*$"
)
"""What the wearer sees and does not say: "remember this email"."""
_ONE_THING = (
    r"\b(?:an?|one|this|that|the) (?:\w+ ){0,2}"
    r"(?:list|item|timer|alarm|note|reminder|event|task)\b"
)
"""Of what is kept, which is not all that is known."""


def intents(knows: Callable[[str], bool], says: Callable[[str], bool]) -> tuple[Intent, ...]:
    """`knows` says whether there is a fact about these words, and `says` whether one has them all:
    then what is asked for need not be called the wearer's own."""
    return (
        Intent(
            "tell",
            (
                "remember that {fact}",
                "remember [this|the following] {fact}",
                "[please] (keep in mind|bear in mind|don't forget|do not forget) that {fact}",
                "(you should know|i want you to know|for your information|fyi) [that] {fact}",
                "memorize that {fact}",
                "remember (this|something) [for me]",
                "i (parked|left|put|hid|stored) {fact}",
            ),
            {"fact": Slot(ask="What should I remember?", fits=_is_fact)},
            dictated=True,
            unless=_POINTED_AT,
        ),
        Intent(
            "own",
            ("my {fact}", "our {fact}", "{of}"),
            {
                "fact": Slot(fits=lambda words: _OF_ONES_OWN.match(words) is not None),
                "of": Slot(fits=lambda words: _OF_SOMEBODY.match(words) is not None),
            },
            dictated=True,
        ),
        Intent(
            "rename",
            (
                "(call|name|address) me [as] {name} [from now on|from here on|now|instead]",
                "my name is {name}",
                "(change|set|switch|update) my name [to {name}]",
                "[please] (start|begin) calling me {name} [from now on]",
                "i (want|would like|'d like) to be called {name}",
                "(i am|i'm) called {name}",
                "be called {name}",
                "my name is {name} (please|so|and) use my name",
                "(call me|use|switch to|change to) (a different|another|a new) name",
                "(change|switch) my name",
                "(address|refer to) me as {name} [when speaking to me]",
            ),
            {"name": _NAME},
            unless=_ASKED,
        ),
        Intent(
            "name",
            (
                "(what's|what is|say|tell me|do you know|remember|do you remember) my name"
                " [on file|again]",
                "who am i",
                "what (do you|should you|will you) call me",
                "[what is|what's|tell me] [the] name [that] (you have for me|you use for me)",
                "(what|which) name do you have for me",
                "how do you (refer to|address) (me|my name)",
                "[(tell|say|know)] [me] [what's|what is] [the|my] name [that] you (have|use) for"
                " me",
                "what (name do|do) you (have|use|know) [for] [me|my name] [by]",
                "what (do|did) i go by",
                "do you (have a|know my) name [for me]",
                "my name",
            ),
            pure=True,
            unless=r"\b(?:my|our) [a-z]+'s\b|\b(?:my|our) (?!name\b)[a-z]+ (?:name|called)\b"
            rf"|{_CALLED}",
        ),
        Intent(
            "know",
            (
                "what (do|did) you (know|remember|have) [about me|of me|so far|stored about me]",
                "what (do|did) you (know|remember) about (me|myself|my life)",
                "what have i (told|asked) you [to remember] [about me|about myself|so far]",
                "(tell me|list|show me) (everything|what|all) [that] you (know|remember) [about"
                " me]",
                "what (do|did) you (know|remember) about {about}",
                "what (did|have) i (say|said|tell you|told you) about {about}",
                "do you (know|remember) [anything|something] about {about}",
                "what do you remember",
            ),
            {"about": Slot(fits=lambda words: _OWN.search(words) is not None or knows(words))},
            pure=True,
            dictated=True,
        ),
        Intent(
            "recall",
            (
                "where (is|are|did i (put|leave|park|store|hide)|have i (put|left|parked)) {about}",
                "where (did|have) i {about}",
                "(what|when|who) (is|are|was) (my|our) {about}",
                "(what's|when's|who's|where's) (my|our) {about}",
                "what did i call my {about}",
                "what am i {about}",
                "(what's|what is|what was|who is|where's) the {stated} [again]",
                "(when is|when's|what's|what is) {stated} [again]",
            ),
            {"about": Slot(fits=knows), "stated": Slot(fits=says)},
            pure=True,
            dictated=True,
        ),
        Intent(
            "origin",
            (
                "(how|why|since when) do you know (that|this|it)",
                "where did you (get|learn|hear) (that|this|it) [from]",
                "who told you (that|this)",
                "when did i (tell|say) you (that|this)",
                "how do you know {about}",
            ),
            {"about": Slot(fits=knows)},
            pure=True,
            dictated=True,
        ),
        Intent(
            "forget",
            (
                "forget (that|this|the last thing|what i just said|what i told you) [again|please]",
                "forget (about|that|what i (said|told you) about|what you know about) {about}",
                "(delete|erase) what you know about {about}",
                "forget [my] {about}",
                "(don't|do not) remember that",
            ),
            {"about": Slot(fits=lambda words: words.lower() not in _NOTHING)},
            unless=_ASKED,
        ),
        Intent(
            "forget_about",
            (
                "forget [about|that|where|when|what] [my|our|the] {about} [is|are]",
                "(forget|delete|erase) what (i (said|told you)|you know) about {about}",
            ),
            {"about": Slot(fits=knows)},
            dictated=True,
        ),
        Intent(
            "everything",
            (
                "forget (everything|it all|all [of it]) [you know|that you know|you have] [about"
                " me]",
                "forget me",
                "(delete|erase|wipe|clear|remove|destroy) (everything|all) [that] [you know|you"
                " have]"
                " [stored] [about me|i told you]",
                "(delete|erase|wipe|clear) (all|all of) [my|your]"
                " (data|memory|information|memories)"
                " [about me]",
                "(delete|erase|wipe|clear) (my|your) [whole|entire] (data|memory|memories)",
            ),
            {"sure": Slot("yes_no")},
            unless=rf"{_ONE_THING}|{EXPLAINED}",
        ),
        Intent(
            "export",
            (
                "(export|save|back up|backup|give me|dump|download) [all] [of] (my data|your memory"
                "|everything [that] you know [about me]|what you know about me)"
                " [to|into|as] [a file]",
            ),
        ),
    )


_OWN = re.compile(r"\b(my|our|me|i)\b", re.IGNORECASE)
_NOTHING = frozenset({"everything", "it all", "all", "me", "it", "that", "about it", "this"})
