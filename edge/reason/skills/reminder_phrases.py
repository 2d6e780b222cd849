"""How reminders and the events of a calendar are spoken of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from edge.memory.words import stems
from edge.reason.several import each_matter
from edge.reason.skill import Intent, Slot
from edge.reason.weekdays import each_weekday

_EVENT_WORDS = set(
    stems(
        "event appointment meeting party birthday wedding interview dinner lunch breakfast lesson"
        " exam practice anniversary prayer marriage graduation concert game deadline conference"
        " class seminar workshop rehearsal recital ceremony tournament reunion checkup shift"
    )
)
_OCCASION_WORDS = _EVENT_WORDS | set(
    stems(
        "play show match performance visit trip surgery operation shift session baptism funeral"
        " christening shower barbecue picnic brunch date ballet tryouts lecture race marathon gala"
        " prom trial hearing retreat orientation inspection"
    )
)
"""What may be on a calendar where it is one's own: "my daughter's play"."""
_NOT_EVENTS = frozenset(
    {"reminder", "reminders", "room", "rooms", "reservation", "reservations", "ticket", "tickets"}
)
_NOT_EVENTS |= {"maintenance", "alarm", "list", "playlist", "recipe"}


_NOT_BEFORE = (
    "delete|cancel|remove|clear|erase|find|set|add|book|make|create|schedule|have|need|want|any|the"
    "|my|an?|all|of|to|from|for|in|on|with|about|what|when|is|are|do|does|i|there|upcoming|next|me"
    "|pending|time|this|that|day|today|tomorrow|at|go|up|out|list|attend|tell|and|if|you|please"
    "|(?:mon|tues|wednes|thurs|fri|satur|sun)day|daily|weekly|morning|am|pm|how|many|our|s|when's"
    "|take|drop|scrap|put|move|get|wipe|show|give|check|see|was|were|will|would|can|could|did|last"
    "|first|let"
)
_EVENT_FOUND = (
    rf"\b((?:(?!(?:{_NOT_BEFORE})\b)[\w']+ ){{0,2}}(?:meeting|appointment|part(?:y|ie)|birthday"
    r"|wedding|interview|dinner|lunch|breakfast|lesson|exam|practice|anniversar(?:y|ie)|marriage"
    r"|graduation|concert|game|conference|tournament|holiday|call|class|bday)(?:e?s)?"
    r"(?: with [\w']+| (?:reminder|call))?)\b"
)
_END = r"(?: (?:scheduled|planned|booked|set|marked|coming up)(?: for| on| at)?)?$"
_MEETING_SOMEBODY = (
    rf"\b(?:meet(?:ing)?(?: with)?|seeing|visit(?:ing)?|(?:going|go) to) (.+?){_END}",
    r"\b(?:marked|down) as (.+)$",
    r"\b(?:update|news) on (.+)$",
    r"^(attend .+)$",
    r"\bif ([\w']+ is (?:free|available) for .+)$",
    r"\b(?:no longer|not) (?:be )?(?:going to|attending|joining) (.+)$",
    r"\b(?:no longer|not|don't) (?:need|have|want) to (?:see|visit|attend|go to) (?:the |my )?(.+?)"
    r"(?: (?:can|so|please|any ?more)\b.*)?$",
)


def _is_event(words: str) -> bool:
    """Whether this is something for a calendar, rather than a taxi or a table."""
    plain = set(words.lower().split())
    if plain <= _GENERAL or re.match(r"(?:sure|(?:my )?calendar)\b", words.lower()):
        return False
    return bool(_EVENT_WORDS & set(stems(words))) and not plain & _NOT_EVENTS


def _is_occasion(words: str) -> bool:
    """Whether these are named by what one goes to: "daughter's play", not "play station"."""
    plain = re.sub(r" (?:with|of|to|at) .+$", "", words.lower()).split()
    last = set(stems(plain[-1])) if plain else set()
    return len(plain) <= 5 and bool(last & _OCCASION_WORDS) and not {*plain} & _NOT_EVENTS


_GENERAL = frozenset(
    re.findall(
        r"\w+",
        "a all an any anything calendar day entries entry event events item items my next new of"
        " planned remember reminder reminders schedule scheduled set to"
        " something the thing things this that up upcoming start starts begin begins end ends",
    )
)
"""Words that say nothing of what a reminder is about, unless there are others."""


def _is_matter(words: str) -> bool:
    """Whether one can be reminded of it; "of the last date that ..." is a question."""
    plain = words.lower().split()
    if plain and all(word in _GENERAL for word in plain):
        return False
    first = plain[:2]
    return first[:1] not in (["what"], ["how"], ["where"], ["who"]) and first != ["the", "last"]


_WHEN = Slot("when")
_TOLD = (
    r"\b(?:set|create|add|make|put)(?: up)? (?:an? |the |my )?(?:new )?"
    r"((?!calendar|new|daily|weekly|monthly)\w+ (?:reminder|alert|notification)s? for .+)$",
    r"\b((?:meeting|appointment|lunch|dinner|breakfast|coffee|drinks|call|date|party) with"
    rf" .+?){_END}",
    r"\bre(?:mind|member)(?:er|ed)?(?: me| us)?(?: for me)? (?:to|about|that|of|for) (.+)$",
    r"^(?:i will|i'll|i am|i'm|we will|we'll|we are|we're) (?:attend(?:ing)?|have|having|go(?:ing)?"
    r" to|at) (?:an? |the )?(.+?)"
    r" (?:(?:so|and|please|can you) )*(?:add|put|remind|set|mark|schedule|note)\b",
    r"\b(?:notify|inform|alert|warn|nudge|ping) (?:me|us) (?:to|about|that|of|for|when) (.+)$",
    r"\bremind me (?:the|my|our|that|this) (?:next |upcoming )?(.+?)(?: (?:that )?i have)?$",
    r"\b(?:move|reschedule|postpone|push back) (?:the |my |our )?(.+?) (?:to|until|for)\b",
    r"\bif i (?:miss|forget|skip) (?:my |the )?(.+)$",
    r"\bremind me (?:when|once|as soon as|after|before|if) .+? to (.+)$",
    r"\b(?:add|put|schedule|book|set|create|mark|adding) (?:an? |the |my |up )*"
    r"(?!(?:it|this|that)\b)(.+?)"
    r" (?:to|on|in|into) (?:my |the )?(?:calendar|schedule|agenda)",
    r"\b(?:event|appointment|meeting) (?:for|called|named|labell?ed|titled|with|about) (.+)$",
)
_WHAT = Slot(
    fits=_is_matter,
    find=(
        *_TOLD,
        r"\b(?:schedule|book|plan|organize|have|having|add|of|about) (?:an? |the |my )?(.+)$",
        r"\b(?:delete|cancel|remove|erase|drop|scrap|disregard) (?:the |my |all |our |next )*(.+?)"
        r"(?: from| off| on| for)?(?: (?:my|the) (?:calendar|schedule|agenda))?$",
        *_MEETING_SOMEBODY,
        _EVENT_FOUND,
    ),
)
_EVENT = Slot(fits=_is_event)
_ASKING = (
    "set|create|make|add|put|(?:give|send) (?:me|us)|schedule|book|plan|organi[sz]e|arrange|mark"
    "|note|write|down|up|in|on|at|for|to|of|about|towards?|regarding|that|an?|the|my|our|me|us|i|we"
    "|i'm|i'll|need|want|have|would|should|like|can|could|will|you|please|new|another|upcoming"
    "|events?|entry|reminders?|alerts?|notifications?|calendar|agenda|remind|remember|notify|alert"
    "|tell|let|know|don't|do|not|forget|be|is|it|also|hey|so"
)
"""Words with which a reminder is asked for; what stands between them is what it is about."""
_RESIDUE = (
    rf"^(?:(?:{_ASKING})\b[\s,]*)*+(.+?)"
    r"(?: (?:(?:to|on|in|into|from|off) (?:my|the|our) )?(?:calendar|schedule|agenda|events?|okay"
    r"|down|and|set it))*$"
)
_ANYTHING = replace(
    _WHAT,
    # "Church with mum on Sunday": whatever is no word for reminding.
    find=(*_TOLD, *_MEETING_SOMEBODY, _RESIDUE, _EVENT_FOUND),
)
_OCCASION = Slot(fits=_is_occasion)
_ABOUT = {"what": _WHAT, "event": Slot(fits=_is_event, find=(_EVENT_FOUND,)), "when": _WHEN}

_NO_TOWN = (
    "my|our|the|this|next|an?|one|two|three|four|five|case|calendar|schedule|agenda|(?:jan|febr)uary"
    "|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|spring|summer|autumn|winter"
)
_OTHERS = (
    r"^(?!.*\b(?:i|we|i'm|our|my (?!area|city|town|place|location|neighborhood|street)\w+"
    r"|calendar|schedule|agenda|reminders?)\b)"
    r".*\b(?:local|nearby|near(?:by)?|around (?:here|me|my|town)|around$|area|in (?:my )?town"
    r"|in (?:the|my) (?:city|world|region)|festivals?|concerts|exhibitions?|shows|movies?"
    r"|theat(?:er|re)s?|bands?|market|tickets?|trains?|flights?|news|venue|meetups?"
    r"|(?:events?|going on|happening|what(?:'s| is) on)(?: \w+){0,2} in"
    rf" (?!(?:{_NO_TOWN})\b)\w+|current events)\b"
    r"|^(?!.*\b(?:calendar|schedule|agenda|remind\w*)\b)"
    r".*\b(?:(?:should|can|could|might|would) (?:i|we)|i (?:might|could|should))\b"
    r".*\b(?:do|go|attend|visit)\b"
)
"""What goes on where one is, or what one might do, and is of nobody's calendar."""
_LISTED = (
    r"^(?!.*\b(?:remind\w*|calendar|schedule|agenda)\b)"
    r".*\b(?:to|on|from|off|in|the|my) (?:\w+ ){0,3}list\b"
)
"""Where a list is named, and nothing of reminding, it is about the list."""
_ON_LIST = (
    r"^(?!.*\b(?:remind\w*|calendar|schedule|agenda)\b)"
    r".*\b(?:on|in|from) (?:my|the|our) (?:\w+ ){0,3}list\b(?! of)"
)
"""What stands on a list, an appointment too, is asked of the list."""
_ASKED = (
    r"^(?:which|where|who|any|are there|is there|recommend|suggest)\b"
    r"|^(?:do|did|have) (?:i|we) (?!need to be)"
    r"|^(?!.*\bremind)(?:when(?:'s| is| are| does| do)|am i"
    r"|is (?:it|today|tomorrow|tonight|my|our|(?:mon|tues|wednes|thurs|fri|satur|sun)day))\b"
)
"""A question, which sets nothing."""
_SCHEDULED = r"^schedule (?:an?|my|our|some) (?!day|week)\w+"
"""There "schedule" is what to do, and not what to read."""
_DECLINED = (
    r"\bno need to remind\b|\b(?:don't|do not|needn't) (?:need|have) (?:to remind|to be reminded)\b"
    r"|\b(?:don't|do not|no longer) need (?:an?|the|my|that|any) reminder\b"
    r"|\b(?:no more|stop (?:the|my|all)) reminders?\b|\bstop reminding\b|\b(?:never|don't|do not)"
    r" remind\b|\bno longer need to be reminded\b"
)
"""Who wants no reminder does not set one."""
_BLOCKED = r"^(?:please )?(?:block|reserve|book|hold)\b"
"""What takes time sets it free from nothing."""
_WRITTEN = (
    r"^(?!.*\b(?:remind\w*|calendar|schedule|agenda)\b)"
    r".*\b(?:e-?mails?|inbox|tweets?|(?:the|any|a) repl(?:y|ies)"
    r"|(?:send|write|reply) .*\bmessage)\b"
)
"""What is written to somebody, of a meeting too, is no event."""
_CUE = r"\b(?:remind(?:er|ers|ed|s|ing)?|calendar|agenda)\b"
_CALENDAR = "(calendar|schedule|agenda)"
_QUESTIONS = (
    r"^(?!.*\b(?:remind|list)\b)"
    r"(?:is|are|when|when's|what time|what day|check|see|find out|look up)\b"
    r".*\b(?:my|our) (?:[\w']+ ){0,3}?(?:birthday|anniversary|recital|play|show|match|game"
    r"|performance|lunch|dinner|brunch|date|visit|race|appointment|meeting|class|shift|wedding"
    r"|party|graduation|interview|exam|concert"
    r"|rehearsal|practice|surgery|trip|day off)\b"
    r"|^(?:is|are) .*\b(?:party|dinner|lunch|meeting|wedding|appointment|concert|game|class|date"
    r"|call|interview|event)\b.* still (?:on|happening|scheduled|planned|going ahead)\b"
    r"|\bam i (?:off(?: work)?|working|on (?:call|duty|vacation|holiday)|scheduled)\b"
    r"|\bhow (?:free|busy|full|booked|packed) (?:am i|are we|is (?:my|our) (?!\w+'s\b))"
)
"""Questions for what is to come, which name no calendar."""
_ON = "[for|on|at|in]"
_MAKE = "(set|create|make|add|give me|send me|put in|schedule|have)"
_TO = "(to|about|that|for|of)"
_EVENTS = (
    "(event|appointment|meeting|entry|calendar event|events|appointments|meetings"
    "|entries|calendar events)"
)
_CANCEL = "(cancel|delete|remove|clear|erase|drop|disregard|get rid of)"


def move(known: Callable[[str], bool]) -> Intent:
    """`known` says whether something of these words is set: nothing else can be moved."""
    return Intent(
        "move",
        (
            "(move|reschedule|shift|postpone|push|push back|bring forward|change) [the|my|our]"
            " {what} [reminder] [back|forward|up|on] (to|until|till|for|from) [{when}]",
            "(move|reschedule|shift|postpone) [the|my|our] {what} [reminder]",
            "(move|shift|postpone|delay|push|push back|put off) [the|my|our] {what} [reminder]"
            " [back] (by|for) {length}",
        ),
        {"what": Slot(fits=known), "when": Slot("when"), "length": Slot("duration")},
    )


REMINDERS = (
    Intent(
        "set",
        (
            f"remind me [on|at|in|by] [{{when}}] {_TO} {{what}} [on|at|by] [{{when}}]",
            "remind me [on|at|in|by] [{when}]",
            "remind me (my|the|our|that) [next|upcoming] {what} [on|at] [{when}]",
            f"[please] remind (to|me) [at] {{when}} {_TO} {{what}}",
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
        {"what": _ANYTHING, "event": _EVENT, "when": _WHEN, "lead": Slot("lead")},
        unless=f"{_LISTED}|{_ASKED}|{_WRITTEN}|{_DECLINED}",
        several=lambda text, now: each_weekday(text, now) or each_matter(text, now),
        cue=_CUE,
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
            f" (start|begin|end|take place|happening|on|at) {_ON} [{{when}}]",
            f"who is (coming|going|invited) to (my|the) {{event}} {_ON} [{{when}}]",
            f"is [the|my|a] {{what}} (on|in|added to) my {_CALENDAR} {_ON} [{{when}}]",
            f"(did|have) (i|you) [gotten around to] (add|added|adding|put|mark|marked) [the|my]"
            f" {{what}} (to|on|in) my {_CALENDAR} [yet]",
            f"(check|read|open|show me|look at) my {_CALENDAR} {_ON} [{{when}}]",
            f"my {_CALENDAR} [{{when}}]",
            _CALENDAR,
            f"how many (reminders|meetings|appointments|events) do i have {_ON} [{{when}}]",
            "is (my|our) {occasion} [still] [on|at|for] [{when}]",
            "is [the|my|our] {event} still (on|happening|scheduled|going ahead|planned)"
            f" {_ON} [{{when}}]",
            "is {when} (my|our) {occasion}",
            "is it (my|our) {occasion} [on] [{when}]",
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
            "how (free|busy|full|booked|packed) is my (day|week|month|weekend|morning|afternoon"
            f"|evening|schedule|calendar) {_ON} [{{when}}]",
        ),
        {**_ABOUT, "occasion": _OCCASION},
        pure=True,
        unless=f"{_OTHERS}|{_ON_LIST}|{_WRITTEN}|{_SCHEDULED}",
        cue=f"{_CUE}|{_QUESTIONS}",
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
            "[there's|there is] no need to remind me (to|about|of) {what} [anymore|any more]",
            "you (don't|do not) (need|have) to remind me (to|about|of) {what} [anymore|any more]",
            "you can stop reminding me (to|about|of) {what}",
            "i (don't|do not|no longer) need (a|the|my|that) reminder (to|about|of|for) {what}"
            " [anymore|any more]",
            "i (don't|do not|no longer) need to be reminded (to|about|of) {what}"
            " [anymore|any more]",
            "no more reminders (about|of|for|to) {what}",
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
            f"make sure my {_CALENDAR} is [completely] clear {_ON} [{{when}}]",
            "(remove|delete|clear|erase) (everything|all [the] (events|entries)) (from|on|in)"
            f" (my|the) {_CALENDAR} {_ON} [{{when}}]",
        ),
        {**_ABOUT, "sure": Slot("yes_no")},
        unless=f"{_LISTED}|{_BLOCKED}",
        cue=_CUE,
    ),
)


def drop(known: Callable[[str], bool]) -> Intent:
    """`known` says whether there is a reminder of these words: then it need not be called one."""
    return Intent(
        "drop",
        ("(cancel|delete|never mind|forget about) [the|my] {what}",),
        {"what": Slot(fits=known), "sure": Slot("yes_no")},
    )
