"""How reminders and the events of a calendar are spoken of."""

from __future__ import annotations

import re
from collections.abc import Callable

from edge.reason.several import each_matter
from edge.reason.skill import Intent, Slot
from edge.reason.skills.reminder_words import (
    ABOUT,
    ALARMED,
    AND_DO,
    ANYTHING,
    ASKED,
    BLOCKED,
    BY_OTHERS,
    CUE,
    DECLINED,
    EVENT,
    LENGTH,
    LISTED,
    MOVED,
    OCCASION,
    ON_LIST,
    OTHERS,
    OWN_DAY,
    QUESTIONS,
    RECALLED,
    SCHEDULED,
    TOLD_AGAIN,
    WHEN,
    WHICH,
    WRITTEN,
)
from edge.reason.weekdays import each_weekday

_CALENDAR = "(calendar|schedule|agenda)"
_ON = "[for|on|at|in]"
_MAKE = "(set|create|make|add|give me|send me|put in|schedule|have)"
_TO = "(to|about|that|for|of)"
_EVENTS = (
    "(event|appointment|meeting|entry|calendar event|events|appointments|meetings"
    "|entries|calendar events)"
)
_CANCEL = "(cancel|call off|delete|remove|clear|erase|drop|disregard|get rid of)"


REMINDERS = (
    Intent(
        "set",
        (
            f"remind me [on|at|in|by] [{{when}}] {_TO} {{what}} [on|at|by] [{{when}}]",
            "remind me [on|at|in|by] [{when}]",
            "remind me (that|it|then)",
            "remind me (on|by|for) {own} (to|about|that) {what}",
            "remind me (my|the|our|that) [next|upcoming] {what} [on|at] [{when}]",
            f"[please] remind (to|me) [at] {{when}} {_TO} {{what}}",
            "remind me (when|once|as soon as) (it's|it is) {when} (to|that) {what}",
            "remind me (when|once|as soon as|whenever) {what}",
            "make sure [that] (i|we) (don't|do not) (forget|miss) [to|about] {what}",
            f"mark my {_CALENDAR} [down] [{{when}}] (for|with) {{what}}",
            f"(block|block off|block out|reserve|hold) [off|out] [my|the] {_CALENDAR}"
            " [for|on] [{when}]",
            f"{_MAKE} [up] [a|another|an event|the] [new] (reminder|alert|reminder alarm"
            f"|notification) [for me] [{{when}}] {_TO} {{what}}",
            f"{_MAKE} [up] [a|another|an event] [new] (reminder|alert) [for me] {_ON} [{{when}}]",
            f"(i need|i want|i would like|i'd like|need|want) [to have] [a] reminder {_TO}"
            f" {{what}}",
            f"[i want|i need|i'd like] [to] be (reminded|alerted) {_TO} {{what}}",
            "(don't|do not) (let me forget|forget) (to|about) {what}",
            "(don't|do not) let me forget [to|about] {what}",
            "i (don't want|do not want) to forget to {what}",
            "remember [me] to {what}",
            "(mark|note|label) [down] {when} [down] as [a|an] {what}",
            "{when} (needs to|has to|should|must) be marked [down] as [a|an] {what}",
            "(make|mark) {when} [always] [be] {event} (on|in) my calendar",
            "(tell|alert|notify) me (later|then|in time) (to|about) {what}",
            "(notify|alert) me (about|of) {event} [on] [{when}]",
            "(add|put|schedule|book|create|set|make|mark|plan|set up) [a|an|the|my|up] [new] {what}"
            f" (to|on|in|into) [my|the] {_CALENDAR} {_ON} [{{when}}]",
            "(add|schedule|book|create|set|set up|make|plan|organize|arrange|put in|note|mark)"
            f" [down] [a|an|the|my|another] [new] {{event}} {_ON} [{{when}}]",
            f"i have (a|an|my) {{event}} {_ON} [{{when}}]",
            "i have (a|an|my) {event} remind me",
            f"(i need|need|i want|want|have) (a|an) {{event}} {_ON} {{when}}",
        ),
        {
            "what": ANYTHING,
            "event": EVENT,
            "when": WHEN,
            "lead": Slot("lead"),
            "length": LENGTH,
            "own": Slot(fits=lambda words: re.fullmatch(OWN_DAY, words, re.I) is not None),
        },
        unless=f"{LISTED}|{ASKED}|{WRITTEN}|{DECLINED}|{MOVED}|{ALARMED}|{TOLD_AGAIN}",
        several=lambda text, now: each_weekday(text, now) or each_matter(text, now),
        cue=CUE,
    ),
    Intent(
        "list",
        (
            "(what|which) [are] [my|the] [pending|upcoming|next|current]"
            " (reminder|reminders|alerts)"
            f" [do i have|are there|are] [set] {_ON} [{{when}}]",
            "(list|show|show me|tell me|read|read me|give me|play|what are|check|know) [all] [of]"
            " [the|my] [list of] [pending|upcoming|current] (reminders|alerts) [list]"
            f" {_ON} [{{when}}]",
            "(do i have|are there|have i) [any] [pending|upcoming] (reminder|reminders)"
            f" [set|on my list] [pending] {_ON} [{{when}}]",
            "(what's|what is|what are) [all] [the things] on my (reminder list|reminders list"
            "|list of reminders|list of things to remember)",
            "(what's|what is|when is|what are|tell me) my next"
            " (reminder|event|appointment|meeting)",
            "what (did i|have i) (ask|asked|tell|told) you to remind me (of|about)",
            "what (do i|am i supposed to) [need to] remember [{when}]",
            f"(what's|what is|what do i have) (on|in) my {_CALENDAR} {_ON} [{{when}}]",
            "(what is|what's|tell me what's|tell me what is|let me know what's)"
            " [on|planned|up] {when}",
            "(what is|what's|what are) (the|our) (plan|plans) [for|on] {when}",
            "what are my (engagements|plans|commitments|obligations) [for] [{when}]",
            "[what are] [my|the] next [scheduled] events",
            "am i (booked|busy|free|taken) [for something] [on|at] {when}",
            "what (do i have|have i got|do i got) [going on|planned|on|scheduled|coming up] {when}",
            "what (do i have|have i got|is) (going on|planned|scheduled|coming up) [{when}]",
            f"(what is|what's|tell me|show me|read|see) my [event] ({_CALENDAR}|plan) {_ON}"
            " [{when}]",
            f"what does (my|the|today's|tomorrow's) {_CALENDAR} look like {_ON} [{{when}}]",
            "(do i have|have i got|is there|are there) (any|anything|anywhere|something)"
            " [to be|booked|planned|scheduled|on] [on|in|for] [my calendar] {when}",
            f"(do i have|have i got|is there|are there) [any|a|an] [pending] {{event}} {_ON}"
            " [{when}]",
            "(do i have|have i got|is there|are there) [any|a|an] [pending] {event} (in|on) my"
            f" {_CALENDAR} {_ON} [{{when}}]",
            f"(do i have|are there|any) [any] {_EVENTS} [coming up] {_ON} [{{when}}]",
            f"do i have [my|a|an] {{what}} marked {_ON} [{{when}}]",
            "(what|which|tell me|tell me about|list|show|show me) [are] [all] [the|my]"
            f" [calendar|upcoming] {_EVENTS} [do i have|do i|are] [coming up] {_ON} [{{when}}]",
            "(when is|when's|what time is|what day is|how soon is) (my|the|that) {event}"
            f" [scheduled] {_ON} [{{when}}]",
            f"what time is {{event}} {_ON} [{{when}}]",
            "is [the|my] {event} {when}",
            "tell me about (my|the) {event} [i have] [{when}]",
            "(give me|tell me|show me|get|get me|what are) [all|any|some] [the] [known|more]"
            " (info|information|details|more) (about|on|of|for) (my|the|that) [scheduled|upcoming]"
            f" {{event}} {_ON} [{{when}}]",
            "(when|what time|what day|where) (does|do|will|is) (my|the|that) {event}"
            f" (start|begin|end|take place|happening|on|at|be|held|be held) {_ON} [{{when}}]",
            "where (is|are) (my|our) {occasion} [{when}]",
            "where is the {event} {when}",
            "(tell me|what is|what's|give me|let me know) the (time|date|day|location|details"
            "|start time) (of|for) (my|our|the) [next] {event} [{when}]",
            "(tell me|what is|what's|give me|let me know) the (time|date|day|location|details"
            "|start time) (of|for) (my|our) [next] {occasion} [{when}]",
            f"who is (coming|going|invited) to (my|the) {{event}} {_ON} [{{when}}]",
            f"is [the|my|a] {{what}} (on|in|added to) my {_CALENDAR} {_ON} [{{when}}]",
            f"(did|have) (i|you) [gotten around to] (add|added|adding|put|mark|marked) [the|my]"
            f" {{what}} (to|on|in) my {_CALENDAR} [yet]",
            f"(check|read|open|show me|look at) my {_CALENDAR} {_ON} [{{when}}]",
            f"my {_CALENDAR} [{{when}}]",
            _CALENDAR,
            f"how many (reminders|meetings|appointments|events) do i have {_ON} [{{when}}]",
            "how (long|much time|soon|many (days|weeks|hours|minutes)) [is it] [left]"
            " (until|till|to|before) (my|our) [next] {occasion} [is|starts|begins]",
            "is (my|our) {occasion} [still] [on|at|for] [{when}]",
            "is [the|my|our] {event} still (on|happening|scheduled|going ahead|planned)"
            f" {_ON} [{{when}}]",
            "is {when} (my|our) {occasion}",
            "is it (my|our) {occasion} [on] [{when}]",
            "(is it|is there) (anyone's|anybody's|any one's|any ones|someone's|somebody's|a)"
            " birthday [on] [{when}]",
            "(who has [a|their|his|her] birthday|whose birthday is [it]) [on] [{when}]",
            f"(when|what time|what day) (is|are) (my|our) {{occasion}} {_ON} [{{when}}]",
            f"when's (my|our) {{occasion}} {_ON} [{{when}}]",
            "(when|what time) (does|do|will) (my|our) {occasion}"
            f" (start|begin|end|finish|take place) {_ON} [{{when}}]",
            "(check|see|find out|look up|do you know) (when|what time) (my|our) {occasion}"
            f" (is|starts|begins|ends|finishes|takes place) {_ON} [{{when}}]",
            "(check|see|find out|look up|do you know) (when|what time) the {event}"
            f" (is|starts|begins|ends|finishes|takes place) {_ON} [{{when}}]",
            "am i (off|off work|at work|working|on duty|on call|on vacation|on holiday|scheduled"
            " to work) [on|at] {when}",
            "do i (work|have work|have to work|have school|have class|have classes"
            "|have the day off) [on] {when}",
            "do i have {when} off",
            "how (free|busy|full|booked|packed) (am i|are we) [on|for] {when}",
            "(will i be|will we be|are we) (free|busy|available|booked) [on|at|for] {when}",
            "(check|see|find out|tell me|let me know) (if|whether)"
            " (i am|i'm|i will be|we are|we're) (free|busy|available|booked) [on|at|for] {when}",
            "how (free|busy|full|booked|packed) is my (day|week|month|weekend|morning|afternoon"
            f"|evening|schedule|calendar) {_ON} [{{when}}]",
        ),
        {**ABOUT, "occasion": OCCASION},
        pure=True,
        unless=f"{OTHERS}|{ON_LIST}|{WRITTEN}|{SCHEDULED}|{AND_DO}|{RECALLED}",
        cue=f"{CUE}|{QUESTIONS}",
    ),
    Intent(
        "cancel",
        (
            f"{_CANCEL} [all] [of] [the|my|that|a] (reminder|reminders)"
            f" [{_TO} {{what}}] {_ON} [{{when}}]",
            f"{_CANCEL} [all] [of] [the|my] {{when}} (reminder|reminders)",
            f"{_CANCEL} [the|my] {{what}} (reminder|reminders)",
            "(don't|do not|stop|quit) (remind|reminding) me (to|about|of) {what}"
            " [anymore|any more]",
            "(stop|quit) (telling|nagging) me to {what} [anymore|any more]",
            "[there's|there is] no need to remind me (to|about|of) {what} [anymore|any more]",
            "you (don't|do not) (need|have) to remind me (to|about|of) {what} [anymore|any more]",
            "you can stop reminding me (to|about|of) {what}",
            "i (don't|do not|no longer) need (a|the|my|that) reminder (to|about|of|for) {what}"
            " [anymore|any more]",
            "i (don't|do not|no longer) (need|want) to be reminded (to|about|of) {what}"
            " [anymore|any more]",
            "no more reminders (about|of|for|to) {what}",
            "(i|we) (don't|do not|no longer) (need|want) [(a|an|any|the|my|that)]"
            " (reminder|reminders) [anymore|any more|now|thanks|after all]",
            "(i|we) need no (reminder|reminders)",
            "no (reminder|reminders) [needed|necessary|required|please|thanks|for me]",
            "[there's|there is] no need to remind me [anymore|any more]",
            "you (don't|do not) (need|have) to remind me [anymore|any more]",
            "(don't|do not|never) remind me [anymore|any more]",
            f"({_CANCEL}|take) [the|my|all|all the|all my] {{what}} (from|off|in) (my|the)"
            f" {_CALENDAR} {_ON} [{{when}}]",
            f"[find and] {_CANCEL} [all] [of] [the|my] [next] [calendar] {_EVENTS}"
            f" [(with|for|about|called|named) {{what}}] [(in|from|on) my {_CALENDAR}]"
            f" {_ON} [{{when}}]",
            f"{_CANCEL} [all] [of] [the|my] {{event}} [scheduled] {_ON} [{{when}}]",
            "(i am|i'm|i will) (no longer|not) [be] (going to|attending|joining) [the|my] {event}"
            " [{when}]",
            f"(clear|wipe|empty|erase|completely clear) [out] [my|the] ({_CALENDAR}|day) [clean]"
            f" {_ON} [{{when}}]",
            "(clear my|clear the rest of my|clear out my|free up|free up my|wipe my) {when}",
            f"{_CANCEL} (everything|all my plans|my plans|all plans|the plans) [that] [i have]"
            f" {_ON} {{when}}",
            f"{_CANCEL} [all] [of] my (plan|plans) (to|for|with) {{what}} {_ON} [{{when}}]",
            f"make sure my {_CALENDAR} is [completely] clear {_ON} [{{when}}]",
            "(remove|delete|clear|erase) (everything|all [the] (events|entries)) (from|on|in)"
            f" (my|the) {_CALENDAR} {_ON} [{{when}}]",
        ),
        {**ABOUT, "sure": Slot("yes_no")},
        unless=rf"{LISTED}|{BLOCKED}|{WHICH}|{BY_OTHERS}|^(?:please )?remind me\b",
        cue=CUE,
    ),
)


def drop(known: Callable[[str], bool]) -> Intent:
    """`known` says whether there is a reminder of these words: then it need not be called one."""
    return Intent(
        "drop",
        (
            "(cancel|delete|never mind|forget about) [the|my] {what} [one]",
            "(cancel|delete|remove|drop|scrap|take off) [the|my] {what} (from|off|on|of) [{when}]",
        ),
        {"what": Slot(fits=known), "when": WHEN, "sure": Slot("yes_no")},
    )


SOON = Intent(
    "soon",
    (
        "(is it|is) [my|our|the] {occasion} (soon|any time soon|coming up|coming up soon|yet)",
        "(is there|are there|do i have|have i got) [a|an|any] {occasion} (soon|coming up"
        "|coming up soon)",
    ),
    {"occasion": OCCASION, "when": WHEN},
    pure=True,
    unless=f"{OTHERS}|{ON_LIST}",
)
"""Whether something is near, which may be anybody's: "is it Joe's birthday soon"."""


def skip(known: Callable[[str], bool]) -> Intent:
    """`known` says whether there is a reminder of these words: nothing else can be left out."""
    return Intent(
        "skip",
        ("(skip|leave out) [the|my|this|next] {what} [reminder] [(just|only)] [this once|once]",),
        {"what": Slot(fits=known), "when": WHEN},
    )
