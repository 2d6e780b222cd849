"""What reminders and the events of a calendar are called, and what is near them and is neither."""

from __future__ import annotations

import re
from dataclasses import replace

from edge.memory.words import stems
from edge.reason.skill import Slot

_EVENT_WORDS = set(
    stems(
        "event appointment meeting party birthday wedding interview dinner lunch breakfast lesson"
        " exam practice anniversary prayer marriage graduation concert game deadline conference"
        " class seminar workshop rehearsal recital ceremony tournament reunion checkup shift"
        " haircut massage brunch barbecue bbq picnic playdate potluck cookout luncheon banquet"
        " match"
    )
)
_OCCASION_WORDS = _EVENT_WORDS | set(
    stems(
        "play show match performance visit trip surgery operation shift session baptism funeral"
        " christening shower barbecue picnic brunch date ballet tryouts lecture race marathon gala"
        " prom trial hearing retreat orientation inspection flight vacation holiday"
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
    r"\bthere(?:'s| is| will be) (?:an? |the |my )?(.+?) (?:that )?i (?:need|want|have) to\b",
    # "I'm meeting Laura", and not "the meeting reminder".
    rf"\b(?:meet(?: with)?|(?:i|i'm|am|we|we're|are|be) meeting(?: with)?|seeing|visit(?:ing)?"
    rf"|(?:going|go) to) (.+?){_END}",
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
        " i had have did planned remember reminder reminders schedule scheduled set to"
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


WHEN = Slot("when")
_COMES_ABOUT = (
    r"(?:is )?(?:(?:going to|gonna|about to|supposed to|scheduled to|set to) )?"
    r"(?:happen\w*|start\w*|begin\w*|open\w*|due|coming up|com(?:es?|ing)|tak(?:es?|ing) place"
    r"|approach\w*|ending|ends?)\b"
)
"""That something is at a time: "the meeting is going to start"."""
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
    r"\b(?:move|reschedule|postpone|push back) (?:the |my |our )?(.+?) (?:to|until|for|by)\b",
    r"\b(?:let me know|tell me|alert me|notify me|inform me) (?:when|once|as soon as) (?:it's time"
    rf" for )?(?:the |my |our )?(.+?) {_COMES_ABOUT}",
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
        r"\btake (?!off\b)(?:the |my |our )?(.+?) off\b",
        r"\btake off (?:the |my |our )?(.+)$",
        r"\b(?:when|what time|what day|where)(?:'s)? (?:(?:is|are|does|do|will) )?"
        r"(?:the|my|our) (.+?)"
        r"(?: (?:is|are|be|will be|going to|supposed to|scheduled|planned|held|starts?|begins?"
        r"|ends?|happens?|happening|takes? place))*$",
        *_MEETING_SOMEBODY,
        _EVENT_FOUND,
    ),
)
EVENT = Slot(fits=_is_event)
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
ANYTHING = replace(
    _WHAT,
    # "Church with mum on Sunday": whatever is no word for reminding.
    find=(*_TOLD, *_MEETING_SOMEBODY, _RESIDUE, _EVENT_FOUND),
)
OCCASION = Slot(fits=_is_occasion)
_A_LENGTH = (
    r"(?:an?|half an?|one|two|three|four|five|six|ten|fifteen|twenty|thirty|forty(?:[ -]five)?"
    r"|forty|forty-five|sixty|ninety|\d+)(?: and a half)?[ -](?:minute|hour|day)s?"
)
LENGTH = Slot(
    "duration",
    find=(
        rf"\b({_A_LENGTH})(?: long)? (?:(?!(?:before|prior|ahead)\b)\w+ ){{0,2}}?"
        rf"(?:meeting|appointment|call|class|lesson"
        r"|session|event|lunch|dinner|conference|interview|visit|slot|block)\b",
        rf"\b(?:schedule|book|plan|reserve|block|hold|set up|arrange)\b.*?"
        rf" (?:for )?({_A_LENGTH})\b(?! (?:from now|ago|later|reminder|alert|before|after))",
        rf"\b(?:postpone|delay|move|push)\b.* by ({_A_LENGTH})\b",
    ),
)
"""How long what is put on a calendar takes."""
ABOUT = {"what": _WHAT, "event": Slot(fits=_is_event, find=(_EVENT_FOUND,)), "when": WHEN}

_NO_TOWN = (
    "my|our|the|this|next|an?|one|two|three|four|five|case|calendar|schedule|agenda|(?:jan|febr)uary"
    "|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|spring|summer|autumn|winter"
)
OTHERS = (
    r"\b(?:find|suggest|recommend) (?:me |us )?(?:something|anything)\b|"
    r"^(?!.*\b(?:i|we|i'm|our|my (?!area|city|town|place|location|neighborhood|street)\w+"
    r"|calendar|schedule|agenda|reminders?)\b)"
    r".*\b(?:local|nearby|near(?:by)?|close by|around (?:here|me|my|town)|around$|area"
    r"|in (?:my )?town"
    r"|in (?:the|my) (?:city|world|region)|festivals?|concerts|exhibitions?|shows|movies?"
    r"|theat(?:er|re)s?|bands?|market|tickets?|trains?|flights?|news|venue|meetups?"
    r"|(?:events?|going on|happening|what(?:'s| is) on)(?: \w+){0,2} in"
    rf" (?!(?:{_NO_TOWN})\b)\w+|current events)\b"
    r"|^(?!.*\b(?:calendar|schedule|agenda|remind\w*)\b)"
    r".*\b(?:(?:should|can|could|might|would) (?:i|we)|i (?:might|could|should))\b"
    r".*\b(?:do|go|attend|visit)\b"
)
"""What goes on where one is, or what one might do, and is of nobody's calendar."""
LISTED = (
    r"^(?!.*\b(?:remind\w*|calendar|schedule|agenda)\b)"
    r".*\b(?:to|on|from|off|in|the|my) (?:\w+ ){0,3}list\b"
)
"""Where a list is named, and nothing of reminding, it is about the list."""
ON_LIST = (
    r"^(?!.*\b(?:remind\w*|calendar|schedule|agenda)\b)"
    r".*\b(?:on|in|from) (?:my|the|our) (?:\w+ ){0,3}list\b(?! of)"
)
"""What stands on a list, an appointment too, is asked of the list."""
ASKED = (
    r"^(?:which|where|who|any|show me|find (?:me|out|the|any|my)|are there|is there"
    r"|recommend|suggest)\b"
    r"|^(?:do|did|have) (?:i|we) (?!need to be)"
    r"|^(?!.*\bremind)(?:when(?:'s| is| are| does| do)|am i"
    r"|is (?:it|today|tomorrow|tonight|my|our|(?:mon|tues|wednes|thurs|fri|satur|sun)day))\b"
)
"""A question, which sets nothing."""
SCHEDULED = r"^(?:schedule|plan|book) (?:an?|my|our|some) (?!day|week)\w+"
"""There "schedule" is what to do, and not what to read."""
DECLINED = (
    r"\bno need to remind\b|\b(?:don't|do not|needn't) (?:need|have) (?:to remind|to be reminded)\b"
    r"|\b(?:don't|do not|won't|no longer) (?:need|want) (?:(?:an?|the|my|that|any) )?reminders?\b"
    r"|\b(?:don't|do not) want (?:to be reminded|you to remind)\b|\bneedn't remind\b"
    r"|\b(?:no more|stop (?:the|my|all)) reminders?\b|\bstop reminding\b|\b(?:never|don't|do not)"
    r" remind\b|\bno longer need to be reminded\b|(?:^|\bneed )no reminders?\b"
)
"""Who wants no reminder does not set one."""
MOVED = (
    r"^skip\b|^(?:and )?the \w+ after(?: that)?$"
    r"|^(?:make|move|push|change|bring|pull) (?!an? ).*\b(?:later|earlier|sooner)$"
)
"""What is there already, and is to be at another time."""
ALARMED = (
    r"^(?!.*\b(?:remind|event)\b)(?:.* )?"
    r"(?:set|put|create|make|add|schedule|need|want|start|repeat) (?:me )?(?:up |on )?"
    r"(?:an? |the |my |another )?(?:new )?alarms?\b(?! (?:clock )?remind)"
    r"|\btimer (?:for|at|to|until|till) (?:\w+ ){0,3}?(?:[ap]\.?m|o'clock|noon|midnight)\b"
    r"|^(?!.*\bremind).*\btimer for (?:[\w-]+ ){1,4}?(?:seconds?|minutes?|mins?|hours?)\b"
)
"""Who wants an alarm or a timer gets one, whatever it is for."""
AND_DO = (
    r"^(?:alert|notify|warn) me (?:when|once|before|as soon as)\b|"
    r"\band (?:then )?(?:add|set|put|create|make|schedule|remind|delete|remove|cancel|notify"
    r"|alert)\b"
)
"""Who opens the calendar to do something with it."""
BY_OTHERS = (
    r"^(?:(?:hey|ok|okay|so|and|please|can you|could you|would you|i want to|i need to)\b[\s,]*)*"
    r"(?:(?:ask|text|e-?mail|message|call|phone|tell|inform) (?!me\b|us\b|it\b|that\b)"
    r"|(?:send|write) .*\b(?:e-?mail|message|text|mail)\b)"
    r".*\b(?:to|that|and|should|must|please) (?:\w+ ){0,2}?(?:cancel|delete|remove|clear|drop|move"
    r"|reschedule|postpone|push|shift)"
)
"""What somebody else is asked to do with theirs, or is told."""
WHICH = r"^(?:when|where|who|why|which) "
"""A question, which cancels nothing."""
RECALLED = r"\bremind me (?:where|who|why|how) (?:i|we|you|did|do|does)\b"
"""What the wearer once knew, and no calendar does."""
TOLD_AGAIN = (
    r"\bremind me (?:where|who|why|how|what time(?! to\b)|what (?:i|we|do i|did i))\b"
    r"|^(?:is|are) (?:the|my|our) .* (?:at|on) [\w:]+ or [\w:]+[\s?]*$"
)
"""Who asks for what is known already sets nothing, nor does who asks which of two times it is."""
BLOCKED = r"^(?:please )?(?:block|reserve|book|hold)\b"
"""What takes time sets it free from nothing."""
WRITTEN = (
    r"^(?!.*\b(?:remind\w*|calendar|schedule|agenda)\b)"
    r".*\b(?:e-?mails?|inbox|tweets?|(?:the|any|a) repl(?:y|ies)"
    r"|(?:send|write|reply) .*\bmessage)\b|^(?:invite|rsvp)\b"
)
"""What is written to somebody, of a meeting too, is no event."""
CUE = r"\b(?:remind(?:er|ers|ed|s|ing)?|calendar|agenda)\b"
QUESTIONS = (
    r"^(?!.*\b(?:remind|list)\b)"
    r"(?:is|are|when|when's|what time|what day|check|see|find out|look up)\b"
    r".*\b(?:my|our) (?:[\w']+ ){0,3}?(?:birthday|anniversary|recital|play|show|match|game"
    r"|performance|lunch|dinner|brunch|date|visit|race|appointment|meeting|class|shift|wedding"
    r"|party|graduation|interview|exam|concert"
    r"|rehearsal|practice|surgery|trip|day off)\b"
    r"|^(?:is|are) .*\b(?:party|dinner|lunch|meeting|wedding|appointment|concert|game|class|date"
    r"|call|interview|event)\b.* still (?:on|happening|scheduled|planned|going ahead)\b"
    r"|^how (?:long|soon|much time|many \w+)\b.* (?:until|till|before|to) (?:my|our) "
    r"(?:[\w']+ ){0,3}?(?:appointment|meeting|interview|class|exam|party|wedding|trip|surgery"
    r"|recital|shift)\b"
    r"|\bam i (?:off(?: work)?|working|on (?:call|duty|vacation|holiday)|scheduled)\b"
    r"|\bhow (?:free|busy|full|booked|packed) (?:am i|are we|is (?:my|our) (?!\w+'s\b))"
)
"""Questions for what is to come, which name no calendar."""
OWN_DAY = r"(?:my|our|[a-z]+'s) (?:[a-z]+'s )?(?:birthday|anniversary|graduation|wedding)"
"""A day that the wearer may have told."""
