"""What is said of lists: their names, and the things on them."""

from __future__ import annotations

import re
from dataclasses import replace

from edge.reason.skill import Slot

_NO_LISTS = frozenset(
    {"list", "and", "off", "it", "from", "play", "playlist", "contact", "contacts"}
)
_NO_LISTS |= {"email", "phone", "if", "things", "on", "with", "contents"}
_NO_NAMES = frozenset({"a", "an", "the", "my", "our", "do", "new", "another", "same", "to"})
"""Words that are no list's name where they stand alone."""
_SENTENCE = re.compile(r"\b(i|i'm|can|could|which|what|how|account|playlist)\b", re.IGNORECASE)


_THINGS = re.compile(
    r"things (?:to|i (?:need|have|want) to) (?!do\b)\w+(?: \w+)?(?: for (?:the |my )?\w+)?$"
    r"|things (?:to|i (?:need|have|want) to) do(?: \w+)?$",
    re.IGNORECASE,
)


def is_list(words: str) -> bool:
    """Whether these may be a list's name: few words that are no sentence."""
    plain = words.lower().split()
    known = bool(_THINGS.match(words))
    odd = "my" in plain[1:] or (len(plain) == 1 and plain[0] in _NO_NAMES)
    return known or (len(plain) <= 4 and not odd and not _NO_LISTS & set(plain))


_TO_DO = re.compile(
    r"(?:things|stuff|items|people|guests|friends|books|movies|films|shows|series|songs|albums"
    r"|games|podcasts|places|recipes|gifts|presents|chores|tasks|errands|calls|bills|emails"
    r"|letters|supplies|clothes) to (?!avoid\b|know\b)\w",
    re.IGNORECASE,
)


def is_plan(words: str) -> bool:
    """Whether this may be the name of a list of one's own: "people to invite"; but "reasons to
    exercise" are for a model to name."""
    return is_list(words) and _TO_DO.match(words) is not None


def _is_items(words: str) -> bool:
    """Things, rather than a sentence."""
    return len(words) < 400 and not _SENTENCE.search(words)


_NAMED = r"to[- ]?dos?|chores|grocery|groceries|shopping|to[- ]buy|packing|wish"
_NOT_IN_NAME = (
    "an?|the|my|our|your|his|her|their|this|that|these|those|all|any|some|another|of|to|on|onto"
    "|in|into|from|off|out|for|at|with|by|and|or|if|i|me|you|it|we|us|is|are|was|do|does|did|has"
    "|have|had|can|could|will|would|should|need|want|please|whats?|what's|which|how|where"
    "|there|new|blank|current|existing|following|whole|entire|first|last|next|previous|open|old"
    "|add|put|include|write|throw|stick|place|note|get|take|remove|delete|erase|clear|empty|wipe"
    "|clean|cross|scratch|strike|drop|cancel|destroy|trash|abolish|create|make|start|begin|read"
    "|show|display|tell|give|see|check|find|update|send|pull|look|edit|see|hear|list|lists|called"
    "|titled|named|today's|tomorrow's|week's|item|items|made|more|up|about|lists?"
)
"""Words before "list" that are no part of its name."""
_BEFORE_LIST = (
    rf"\b((?:(?:{_NAMED}|must[- ]read|to[- ](?:read|watch|see|pack)"
    rf"|(?!(?:{_NOT_IN_NAME})\b)[\w'-]+(?: up| out)?) ){{1,4}})(?:new )?(?:check)?lists?\b"
)
"""The name as it stands before "list", up to the first word that is none of it."""
LIST = Slot(
    fits=is_list,
    find=(
        r"\blists? (?:called|named|titled|labell?ed) (.+?)(?: (?:and|that|which|from) .+)?$",
        r"\blists? (?:and )?(?:call|name|title|label) it (.+)$",
        r"^new list (?!of |for )(.+)$",
        _BEFORE_LIST,
        r"\blist of (things (?:to|i (?:need|have|want) to) \w+(?: for (?:the |my )?\w+)?)",
        r"\blists? (?:of|for) (?:(?:my|the|our|all) )*(.+?)"
        r"(?: (?:to be|which|who|in|from|for (?:my|our|the)|that (?!(?:are|is) \w+$)) .+)?$",
        rf"\b({_NAMED})\b",
        r"\b(?:delete|remove|erase|clear|open|read|show|find) (?:the|my) list (?!of |for )(.+)$",
    ),
)
_NAME_ALONE = (
    rf"(?:(?:my|the|our) )?((?!(?:{_NOT_IN_NAME}|here|now|to(?:day|morrow|night)|\w+day"
    r"|week\w*|month|year|calendar|schedule|agenda|contacts?|email)\b)[\w'-]+"
    rf"(?: (?!(?:{_NOT_IN_NAME})\b)[\w'-]+)?)$"
)
"""A list's name at the end, where it is not called a list."""
_DEEDS = (
    "bring|call|drive|fly|get|give|go|listen|mail|move|pay|return|reply|ride|run|send|speak|take"
    "|talk|travel|walk|write"
)
"""What is done "to" something, which then is no list."""
ADDED_TO = replace(
    LIST,
    find=(
        *LIST.find,
        rf"^(?:add|put|include) (?!(?:{_DEEDS})\b)(?:[\w'-]+ ){{1,4}}?(?:to|onto|on|in)"
        rf" {_NAME_ALONE}",
    ),
)
TAKEN_OFF = replace(
    LIST,
    find=(
        *LIST.find,
        r"^(?:remove|delete|erase|take|cross|scratch|strike|drop)(?: off| out)? (?:[\w'-]+ ){1,4}?"
        rf"(?:from|off|out of) {_NAME_ALONE}",
    ),
)
ITEMS = Slot(
    fits=_is_items,
    find=(
        r"\b(?:add|put|include|write|throw|stick|place|note|get)(?: an?| the| some| another)? (.+?)"
        r" (?:to|on|onto|in|into) (?:my |the |our |a )?",
        r"\b(?:remove|delete|take|cross|scratch|strike|drop|erase)(?: off| out)? (?:the )?(.+?)"
        r" and (?:add|put)\b",
        r"\b(?:remove|delete|take|cross|scratch|strike|drop|erase|check|tick)(?: off| out)?"
        r" (?:the )?(.+?) (?:from|off|of|out)\b",
        r"(?<!what )(?<!which )\b(?:is|are|did|have|does) (?:i |there |you )?"
        r"(?:(?:put|added|add|any|got) )?(.+?) (?:already )?(?:on|one of|in|to) (?:my|the|our)\b",
        r"\bneed (?:to (?:buy|get) )?(?!to (?:buy|get|do)$|(?:from|at) )(.+?)(?: on| from| at|$)",
        r"\b(?<!to-)(?<!to )(?:buy|out of|low on) (?!list|(?:at|from|in) the\b)(.+)$",
        r"\bto (?:buy|get) (?!list|(?:for|from|at|in|on) )(.+)$",
        r"^(?:add|put) (?:some |more )?(?!to |on |it\b|that\b|this\b|something)(.+?)"
        r"(?: too| as well)?$",
    ),
)
_PLACED = (
    r"^(?:remove|delete|erase|drop|take off|scratch|cross off) (?:the )?"
    r"((?:last|first|second|third) (?:item|one|thing|entry)|(?:item|number|entry) [\w]+)$"
)
_RID = (
    r"\b(?:get rid of|ditch|lose|toss|leave out|cut) (?:the |my )?(?!(?:item|thing|list)s?\b)(.+?)"
    r"(?: (?:from|off|out|on)(?: of)? (?:my|the|our|this)\b.*)?$"
)
_ALONE = (
    r"^(?:please )?(?:remove|delete|erase|drop|take off|scratch|cross off) (?:the |my |some |any )?"
    r"(?!(?:it|that|this|them|those|these|one|an?|all|both|everything|something|anything"
    r"|items?|things?|entry|entries)\b)"
    r"(.+)$"
)
"""What is removed from nowhere that is said: "remove milk"."""
GONE = Slot(fits=_is_items, find=(_RID, *ITEMS.find[1:], _PLACED, _ALONE))
MORE = Slot(fits=_is_items, find=(r"\band (?:also )?(?:add|put) (.+?) (?:to|on|onto) ",))
