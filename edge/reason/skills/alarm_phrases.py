"""How alarms are spoken of."""

from __future__ import annotations

import re
from dataclasses import replace

from edge.reason.several import each_time
from edge.reason.skill import Intent, Slot
from edge.reason.weekdays import each_weekday
from edge.reason.words import words as parts

_NOT_NAMES = frozenset({"alarm", "alarms", "timer", "an", "a", "the", "my", "all", "any", "me"})
_NOT_NAMES |= {"of", "have", "do", "set", "both", "o'clock", "am", "pm", "past"}
_NOT_NAMES |= {"first", "earliest", "second", "third", "last", "latest", "next"}

_JOINTS = frozenset({"or", "and", "to", "at"})


def _is_name(words: str) -> bool:
    if all(part.number is not None or part.text in _JOINTS for part in parts(words)):
        # A time: "the seven thirty alarm", "for six or seven".
        return False
    return len(words.split()) <= 3 and not _NOT_NAMES & set(words.lower().split())


def _is_matter(words: str) -> bool:
    """What an alarm may be set ahead of: a few words, and no time."""
    return len(words.split()) <= 5 and all(part.number is None for part in parts(words))


_HOUR = re.compile(r"\b[ap]\.? ?m\b|\bo'clock\b|\bnoon\b|\bmidnight\b|\d:\d\d", re.IGNORECASE)


def _is_hour(words: str) -> bool:
    """Whether these are a time of day, and not how long: "five", "five minutes"."""
    return _HOUR.search(words) is not None


_NAME = Slot(
    fits=_is_name,
    find=(
        r"\b(?:called|named|labelled|labeled) (.+)$",
        r"\balarms? to (wake up|get up)\b",
        r"\balarms?(?: (?:set|i set))? for (?:the |my |our |this |that )?(?:next )?"
        r"([\w']+(?: [\w']+){0,2}?)(?: (?:that )?(?:i|we) (?:have|need|want|am|are)\b.*)?$",
        r"\b(?:my|the) (wake up|workout|medication|medicine|nap) alarms?\b",
    ),
)
_ORDINAL = re.compile(r"(?:first|second|third)", re.IGNORECASE)
_WHEN = Slot("when", fits=lambda words: not _ORDINAL.fullmatch(words))
"""The first alarm is not that of the first of the month."""
_THE = "[all|any] [of] [the|my|that|this|those|these|all my|all the|an|a]"

PLACES = {"first": 0, "earliest": 0, "second": 1, "third": 2, "last": -1, "latest": -1, "next": 0}
"""Alarms by their order."""
_PLACE = Slot(
    fits=lambda words: words.lower() in PLACES,
    find=(r"\b(first|earliest|second|third|last|latest|next) (?:[\w']+ )?alarm\b",),
)
SOUND = (
    r"\balarm(?:'s)? (?:sounds?|volume|tones?|ring ?tones?|music|songs?)\b"
    r"(?! at\b| for (?:\w+ ){0,3}?\w+ ?(?:[ap]\.? ?m\b|o'clock))"
)
"""What it sounds like cannot be chosen; but "have the alarm sound at six" says when."""
_ASKED = (
    r"^(?:(?:is|are) (?:my|the|there(?! (?:a|any) way)|any|that|this|these|those|an?|all|both)"
    r"|is it (?!possible|ok|all ?right|fine)|are you (?!able)|am i|does (?!it work|that work)|did"
    r"|have (?:i|you|we)|has|what (?!about|if)|what's|which|how (?!about)"
    r"|when(?:'s| (?:is|are|am|do|does|did|will|would|should|was|have)))\b"
    r"|^do (?:i|we|you (?:have|know|see))\b"
)
"""What is asked sets nothing; but "when it's six" and "how about" ask for it."""
REMINDED = (
    r"^(?:please )?remind me to (?:set|cancel|turn|check|change|move|put|delete)\b"
    r"|\b(?:don't|do not) let me forget (?:to|about|the|my)\b"
    r"|^(?:please )?remind me (?:who|what|where|which|whose|why|how)\b"
)
"""A reminder to see to an alarm is none, and neither is what one wants to know again."""
SEVERAL = (
    r"\b(?:first|earliest|last|latest|next) (?:two|three|four|five|few|couple|\d+)\b"
    r"|\b(?:first|second|third) (?:alarm )?and (?:the |my )?(?:second|third|last|latest)\b"
)
"""Of which only one could be told by its place."""
_CALL = "[{when}] wake up call [(for|at|on)] [{when}]"

ALARMS = (
    Intent(
        "set",
        (
            "(set|create|make|add|start|put|schedule|give me|get me|turn on|activate|have)"
            " [up|me] [a|an|the|my|another|one|two|three|some] [new] [{name}] (alarm|alarms)"
            " [clock] [up|on] [for|at|to|to ring at|to go off at|to wake me up at] [{when}] [from]",
            "(set|create|make|add|schedule) [me] [a|an|the] [new] [repeating|recurring] reminder"
            " alarm [(for|about) [the|my|our] {name}]",
            "(set|create|make|add) [a|the] alarm [for] {when} (called|named|for) [the|my] {name}",
            "(set|create|make|add) [a|an] alarm (called|named) {name} [for|at] [{when}]",
            "i (need|want|would like) (an|a|the|another) [{name}] alarm [set] [for|at] [{when}]",
            "(i'd|i would) (like|love) [to set|to have] (an|a) [{name}] alarm [set] [for|at]"
            " [{when}]",
            "(wake|get) up [tomorrow] (at|by|in) {when}",
            "(wake me [up]|get me up) [with an alarm] [at|by|in|for] {when}",
            "wake me [up]",
            "i (need|want|have|must|would like) [to] (wake|get|be|wake up|get up|be up|up|be woken)"
            " [up] (at|by|in|before) {when}",
            "i (need|want) to be (woken|awake|awakened) [up] (at|by) {when}",
            "(set|schedule|give me|i need|i want|i'd like|book) [a|me a] wake up call [for|at]"
            " [{when}]",
            "(alert|ring|buzz) me (at|in|by) {when} [hours]",
            "(tell me|let me know|alert me) (when|once|as soon as) (it's|it is) {when}",
            "[new] alarm [for|at|to] {when}",
            "{when} alarm",
            "alarm",
            "i have to be up (at|by) {when}",
            "make sure (i'm|i am|that i'm) (up|awake) (at|by) {when}",
        ),
        {"when": Slot("when", ask="For what time?"), "name": _NAME},
        unless=r"^(?:set|make) (?:the|my) .*\balarm .*\b(?:later|earlier|sooner)$"
        rf"|^wake me .*\b(?:earlier|sooner)\b|{_ASKED}",
        several=lambda text, now: each_weekday(text, now) or each_time(text, now),
    ),
    # A timer that ends at a time of day is an alarm.
    Intent(
        "at",
        (
            "[set|start|make|create|add|put] [a|an|the|another] timer (for|at|to) {when}",
            "[set|start|make|create|add|put] [a|an|the|another] timer (until|till) {end}",
        ),
        {"when": Slot("when", fits=_is_hour), "end": Slot("when"), "name": _NAME},
    ),
    Intent(
        "move",
        (
            "(move|change|shift|reschedule|push|postpone) [back|forward] [the|my|that] [{name}]"
            " alarm [clock] [back] (to|until|for) {when}",
            "(move|change|shift|reschedule|push) [the|my|that] [{old}] alarm (to|until) {when}",
            "(move|change|shift|reschedule|push) [the|my|that|today's|tomorrow's] alarm"
            " (from|for|at) {old} to {when}",
            "(move|push|shift|postpone|delay|push back) [the|my|that] [{name}] alarm [clock]"
            " [back] by {length}",
            "(move|push|shift|postpone|delay|push back) [the|my|that|today's|tomorrow's] {old}"
            " alarm [clock] [back|forward|up] [by] {length}",
            "(move|push|shift|postpone|delay|push back) [the|my|that] [{name}] alarm [clock]"
            " [back|forward|up] {length}",
            "(bring|move|pull) (forward|up) [the|my|that] [{name}] alarm [clock] [by] {length}",
            "(wake me [up]|get me up) [at|by] {length} (earlier|later|sooner) [than (usual|planned"
            "|that)]",
            "bring [the|my|that] [{old}] alarm (forward|up) [by] {length}",
            "(move|change|shift|reschedule|push) [the|my] {place} alarm (to|until|for) {when}",
            "(move|change|shift|reschedule|push|postpone) [the|my|that] [{old}] wake up call"
            " [back] (to|until|for) {when}",
            "(set|make|move|push|change) [the|my|that|today's|tomorrow's] [{name}] alarm [clock]"
            " [to|by] {length} (later|back|earlier|sooner)",
            "(set|make|move|push|change) [the|my|that|today's|tomorrow's] {old} alarm [clock]"
            " [to|by] {length} (later|back|earlier|sooner)",
        ),
        {
            "old": _WHEN,
            "when": Slot("when"),
            "name": _NAME,
            "length": Slot("duration"),
            "place": _PLACE,
        },
    ),
    Intent(
        "cancel",
        (
            "(cancel|delete|remove|clear|disable|deactivate|turn off|switch off|shut off|get rid of"
            f"|stop|kill|drop|erase|unset) {_THE} [{{name}}] (alarm|alarms)"
            " [that|which] [i|i have|i've] [set] [(for|at|on|after)] [{when}]",
            f"turn {_THE} [{{name}}] (alarm|alarms) off",
            "(cancel|delete|remove|turn off|switch off) [the|my|both] [{when}] (alarm|alarms)",
            "(do not|don't) (wake me|ring) [up] [{when}]",
            "(i|we) (don't|do not|no longer) need (the|my|an|any) [{name}] (alarm|alarms)"
            " [anymore|any more|now|after all] [{when}]",
            "(cancel|delete|remove|turn off|switch off|stop) [the|my] {place} alarm",
            f"(cancel|delete|remove|turn off|switch off|stop) [the|my] {_CALL}",
        ),
        {"when": _WHEN, "name": _NAME, "place": _PLACE, "sure": Slot("yes_no")},
    ),
    Intent(
        "list",
        (
            "(what|which) [{name}] (alarm|alarms) (do i have|are set|are there|are on|are active"
            "|are upcoming|have i set|have i got|is set) [set] [up] [for|on] [{when}]",
            "(list|show|show me|tell me|report|read|read me|check|give me|provide me|display)"
            f" {_THE} [{{name}}] (alarm|alarms) [settings|times|list] [you|i] [have] [set]",
            "(what|when) (is|are) (my|the) [next|first|upcoming] [{name}] (alarm|alarms)"
            " [set] [for] [{when}]",
            "(what's|when's) my [next] [{name}] alarm [set] [for]",
            "[my] next alarm",
            "(do i have|are there|have i set|did i set|is there|have i got) [any|an|a|my|the]"
            " [{name}] (alarm|alarms) [set] [up] [for|at|on|to] [{when}]",
            "(is|are) (my|the|there) [any|an] [{name}] (alarm|alarms) (set|on) [for|at] [{when}]",
            "(did|have) i [remember to|remembered to] (set|make|create) [an|a|my|the] [reminder]"
            " alarm (for|about) [my|the] [next] {name} [{when}]",
            "how many alarms (do i have|are set|are there|have i set) [set] [for] [{when}]",
            "(at what|what) (time|times) (is|are|have you|did you|did i|have i) [set] (my|the|an)"
            " [{name}] (alarm|alarms) [set] [for] [me]",
            "at what time have you set [my|the|an] alarm [for me]",
            "what time (is|did i set) (my|the) [{name}] alarm [set] [for]",
            "what time (am i|i am|i'm) (waking|getting) up [{when}]",
            "what time (will|do|am) (you|i) (wake|be woken|getting woken) [me] [up] [{when}]",
            "(when|what time|what) is (my|the) {place} alarm [set] [for]",
            "(when|what time) is (my|the) wake up call",
        ),
        {
            "when": _WHEN,
            "name": _NAME,
            "place": replace(
                _PLACE, find=(r"\b(first|earliest|second|third|last|latest) (?:[\w']+ )?alarm\b",)
            ),
        },
        pure=True,
        unless=r"^alarms (?:for|at) .* and .*[ap]\.? ?m\b",
        cue=r"^(?:is|are|did|do|have|has|what|what's|when|when's|which|how many|check|see)\b"
        r".*\b(?:my|any|the|reminder|there an|have an|set an) (?:[\w']+ ){0,2}alarms?\b",
    ),
    Intent(
        "skip",
        (
            f"(skip|leave out|ignore) {_THE} [next] [{{when}}] [{{name}}] alarm [{{when}}]"
            " [(just|only)] [this once|once]",
        ),
        {"when": _WHEN, "name": _NAME},
    ),
    Intent(
        "before",
        (
            "(set|create|make|add|put on|give me|schedule|sound|ring) [me] [a|an|the|my|another]"
            " [new] alarm [for] {lead} (before|ahead of|prior to) [the|my|our|a|an] {what}",
            "(set|create|make|add|schedule) [me] [a|an|the|my|another] [new] alarm for [the|my|our]"
            " {what} {lead} (before|ahead of time|prior|in advance|early)",
            "(wake me [up]|get me up|wake up) {lead} (before|ahead of|prior to) [the|my|our]"
            " {what}",
            "i (need|want|have|would like) to (wake up|get up|be up|be woken) {lead}"
            " (before|ahead of|prior to) [the|my|our] {what}",
        ),
        {"what": Slot(fits=_is_matter), "lead": Slot("lead"), "when": _WHEN},
    ),
)
