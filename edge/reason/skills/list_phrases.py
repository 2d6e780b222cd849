"""How lists are spoken of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from edge.reason.skill import Intent, Offer, Slot

_NO_LISTS = frozenset(
    {"list", "and", "off", "it", "from", "play", "playlist", "contact", "contacts"}
)
_NO_LISTS |= {"email", "phone", "if", "things", "on"}
_SENTENCE = re.compile(r"\b(i|i'm|can|could|which|what|how|account|playlist)\b", re.IGNORECASE)


def _is_list(words: str) -> bool:
    """Whether these may be a list's name: few words that are no sentence."""
    plain = words.lower().split()
    known = bool(re.match(r"things (to|i (need|have|want) to) \w+( \w+)?$", words.lower()))
    return known or (len(plain) <= 4 and not _NO_LISTS & set(plain))


def _is_items(words: str) -> bool:
    """Things, rather than a sentence."""
    return len(words) < 400 and not _SENTENCE.search(words)


_EVENTS = r"\bevents?\b.*\b(?:in|near|around)\b|\blocal\b|\b(?:in|around) my area\b"
"""What goes on somewhere is on no list."""
_ORDERED = r"\brename\b|\border (?:all|every|the (?:items|things)|what)|\bplace an order\b"
"""Who wants all of a list ordered wants nothing noted or read."""
_MARKED = r"^mark (?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
"""A day is marked in a calendar, and is no task that is done."""
_OF_A_DAY = r"\b(?:from|off) (?:to(?:day|morrow|night)|(?:this|next) \w+|\w+day)$"
"""What is of a day is in a calendar."""
_ADDED = (
    r"^(?!.*\b(?:remove|delete|take|cross|off|drop|scratch|cut)\b)(?:add|put|include|throw in)\b"
)
"""Who adds takes nothing off."""
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
    fits=_is_list,
    find=(
        r"\blists? (?:called|named|titled|labell?ed) (.+?)(?: (?:and|that|which|from) .+)?$",
        r"\blists? (?:and )?(?:call|name|title|label) it (.+)$",
        r"^new list (?!of |for )(.+)$",
        _BEFORE_LIST,
        r"\blist of (things (?:to|i (?:need|have|want) to) \w+)",
        r"\blists? (?:of|for) (?:(?:my|the|our|all) )*(.+?)"
        r"(?: (?:to be|which|who|in|from|that (?!(?:are|is) \w+$)) .+)?$",
        rf"\b({_NAMED})\b",
        r"\b(?:delete|remove|erase|clear|open|read|show|find) (?:the|my) list (?!of |for )(.+)$",
    ),
)
_ITEMS = Slot(
    fits=_is_items,
    find=(
        r"\b(?:add|put|include|write|throw|stick|place|note|get)(?: an?| the| some| another)? (.+?)"
        r" (?:to|on|onto|in|into) (?:my |the |our |a )?",
        r"\b(?:remove|delete|take|cross|scratch|strike|drop|erase)(?: off| out)? (?:the )?(.+?)"
        r" and (?:add|put)\b",
        r"\b(?:remove|delete|take|cross|scratch|strike|drop|erase|check|tick)(?: off| out)?"
        r" (?:the )?(.+?) (?:from|off|of|out)\b",
        r"\b(?:is|are|did|have|does) (?:i |there |you )?(?:put |added |add |any )?(.+?)"
        r" (?:already )?(?:on|one of|in|to) (?:my|the|our)\b",
        r"\bneed (?:to (?:buy|get) )?(?!to (?:buy|get|do)$)(.+?)(?: on| from| at|$)",
        r"\b(?<!to-)(?<!to )(?:buy|out of|low on) (?!list)(.+)$",
        r"\bto (?:buy|get) (?!list)(.+)$",
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
_GONE = Slot(fits=_is_items, find=(_RID, *_ITEMS.find[1:], _PLACED))
_MORE = Slot(fits=_is_items, find=(r"\band (?:also )?(?:add|put) (.+?) (?:to|on|onto) ",))
_BOTH = {"items": _ITEMS, "list": LIST}

_CUE = (
    r"^(?!.*\b(?:orders?|contacts?|play ?lists?)\b)"
    r".*\b(?:(?:my|the|this|that|our|to|from|on|off) (?:[\w']+ ){0,4}(?:wish|check)?lists?"
    r"|(?:this|that|an?|the|last) (?:\w+ )?items?)\b"
)
"""A list, or what stands on one; those of an address book or a player are others'."""
_THE = "[my|the|our|a|this|that|your]"
_A_LIST = f"{_THE} [new] [{{list}}] list"
_KNOWN = "(to do|to dos|todo|todos|tasks|groceries|shopping)"
_DAY = "[(for|on)] [today|tomorrow|right now|this week|tonight]"
_TASKS = "(task|tasks|todo|todos|to dos|to-dos|chores)"
_OPEN = "(open|undone|unfinished|outstanding|pending|remaining|incomplete|unchecked)"
_IF = "[if {rest}]"
_ADD = "(add|put|include|write|throw|stick|place|note)"
_REMOVE = "(remove|delete|cut|take|cross|scratch|strike|drop|erase|get rid of)"

_OF = "(to|that|about|of|for|saying|called|that says|that i (need|have) to|that (i|we) need)"
"""Between what stands on a list and the list, where it is named first."""

LISTS = (
    Intent(
        "add",
        (
            f"[you can] {_ADD} [down] {{items}} (to|on|onto|in|into) {_A_LIST} [of things] {_IF}",
            f"{_ADD} [down] {{items}} (to|on|onto) {_THE} list (of|for) {{list}} {_IF}",
            f"(add|put|include) (to|on) {_A_LIST} {{items}}",
            f"(add|put|include) [something] (to|on) {_A_LIST}",
            "(create|make|start|begin) [me] [a|another|the|my] [new] {list} list (with|containing"
            "|including|that has|for) {items}",
            f"(make|put|add|leave|write|take|create|set|jot) [down] [me] [a|an|another]"
            f" (note|entry|item|task|reminder|line) (on|in|to|onto) {_A_LIST} {_OF} {{items}}",
            f"(note|jot|write|put|jot down|note down|write down) (on|in) {_A_LIST} {_OF} {{items}}",
            f"on {_A_LIST} (put|add|write|note) [down] {{items}}",
            f"{_ADD} {{items}} (to|on) [my|the] {_KNOWN}",
            f"i need {{items}} (on|added to|put on) {_A_LIST} [too|as well]",
            f"{{items}} (should|needs to|need to|must) be (added to|on|put on) {_A_LIST}",
            f"{_A_LIST} (should|needs to) [also] (have|include|contain) {{items}}",
            "we need [to (buy|get)] [more|some] {items}",
            "(i|we|i've|we've) [have|just] (ran|run) out of {items}",
            "(we are|we're|i am|i'm) (out of|running out of|low on|running low on|almost out of)"
            " {items}",
            f"make sure {{items}} (is|are) on {_A_LIST}",
        ),
        {**_BOTH, "rest": Slot()},
        unless=_ORDERED,
        cue=_CUE,
    ),
    Intent(
        "remove",
        (
            f"[you can] {_REMOVE} [off|out] [the] {{items}} (from|off|off of|out of|of|on|in)"
            f" {_A_LIST} [anymore]",
            f"{_REMOVE} [off|out] [the] {{items}} (from|off|off of|out of) [my|the] {_KNOWN}",
            f"{_REMOVE} [off|out] [the] {{items}} (from|off|off of|out of) {_A_LIST}"
            " and [while (you're|you are) at it] [also] add {more}",
            f"i (don't|do not|no longer) need [the|to] {{items}} on {_A_LIST} [anymore|any more]",
            "(take off|cross off|cross out|scratch) {items}",
        ),
        {"items": _GONE, "list": LIST, "more": _MORE},
        unless=f"{_ORDERED}|{_OF_A_DAY}|{_ADDED}",
        cue=_CUE,
    ),
    Intent(
        "done",
        (
            f"(check|tick|mark) off {{items}} [(from|on|off|off of) {_A_LIST}]",
            f"(check|tick|mark) {{items}} off [(from|on|of) {_A_LIST}]",
            f"mark {{items}} [as] (done|bought) [on {_A_LIST}]",
            "i (have|'ve) [just|already] (bought|got|gotten|finished|completed) [the] {items}",
            "(i've|i) [just|already] (bought|finished|completed|picked up) [the] {items}",
        ),
        _BOTH,
        unless=f"{_ORDERED}|{_MARKED}",
        cue=_CUE,
    ),
    Intent(
        "read",
        (
            "(what's|what is|what all is|what things are|what are|tell me what's|tell me what is"
            "|what do i have|what have i got|do i have anything|is there anything|what stuff is"
            "|what items are|let me know what is|let me know what's|what is that)"
            f" [the things|that is] (on|in) {_A_LIST} {_DAY}",
            "(read|read me|read out|read back|show|show me|tell me|list|check|open|give me|see"
            "|go over|look at|recite|display|pull up|iterate over|hear|know|tell me about)"
            " [all] [of] [the items|the things|what's|what is|items] [again] [on|in]"
            f" {_A_LIST} [items|to me] [again] {_DAY}",
            "(what's|what is|what are|read [back] what i put) on my {list} list",
            f"how many (things|items) (are [there]|do i have|have i got) (on|in) {_A_LIST}",
            f"what does {_A_LIST} (contain|say|have [on it]|look like|include)",
            f"(is|are) [there] [the|any] {{items}} [already] (on|in) {_A_LIST} {_DAY}",
            f"(did|have) (i|you) [already|remember to] (put|add|added) [the] {{items}}"
            f" (to|on|onto) {_A_LIST} [yet|already]",
            f"(did|have) {{items}} (get|got|gotten|been added|make it) (on|to) {_A_LIST}",
            f"(is|are) {{items}} (one of|among) {_A_LIST} items",
            "(is|are) {items} one of the things i need to (buy|do)",
            f"(check|see) (if|whether|to see if) {_A_LIST} [already] (has|contains) {{items}}",
            f"(check|see) (if|whether|to see if) {{items}} (is|are) on {_A_LIST} {_DAY}",
            f"does {_A_LIST} [already] (have|include|contain) {{items}} [on it]",
            "what (do i|do we|am i supposed to|should i|must i) (need to|have to) (buy|get|do)"
            " [today|at the store]",
            "what (should|shall|must|do) (i|we) buy [today|at the store|next]",
            f"(what's|what is) (next|first) on {_A_LIST}",
            "am i supposed to buy {items}",
            "(what are|tell me) my [{list}] (to dos|todos|tasks)",
            "(is there|do i have|did i make) [a|any] {list} list",
            f"(do i have|are there|have i got|i have) [any] [more] [{_OPEN}] {_TASKS}"
            f" [left|open|remaining] [to do|to finish|on my list] {_DAY}",
            f"(what|which) [{_OPEN}] {_TASKS} (do i have|are there|are|have i got|remain)"
            f" [still] [left|open|remaining|undone] [to do] {_DAY}",
            f"(do i have|have i got|is there) (anything|something|much) (left|else|still) to do"
            f" {_DAY}",
            f"(what's|what is) [still] left [for me] [to do] {_DAY}",
            f"what (else|more) (do i have|do i need|have i got|is there) [left] to do {_DAY}",
            f"how many [{_OPEN}] {_TASKS} (do i have|are there|have i got|are left) [left] {_DAY}",
        ),
        _BOTH,
        pure=True,
        unless=rf"{_EVENTS}|{_ORDERED}|^(?:share|copy|print|export|rename)\b",
        offer=Offer(
            "list_items",
            "What is on a list that the user keeps, for shopping or to do",
            {"list": "the name of the list"},
            cue=r"\b(my|our|the) [\w' -]*\b(list|shopping|groceries|to-?dos?)\b",
        ),
        cue=_CUE,
    ),
    Intent(
        "names",
        (
            "(what|which) lists (do i have|are there|have i|are available|are) [made|created]"
            " [currently] [available]",
            "(tell me|show me|read me|read|list|what are|see) [all] [of] [my|the] lists",
            "tell me what lists i have [made]",
            "how many lists do i have",
        ),
        pure=True,
        cue=_CUE,
    ),
    Intent(
        "new",
        (
            "(create|make|start|begin) [me] [a|another|the] [new] [{list}] list [of]",
            "(create|make|start|begin) [me] [a|another] [new] list (called|named|of|for|titled)"
            " {list}",
            "new [{list}] list",
            "new list (called|named|of|for|titled) {list}",
            "(create|make|start|begin) [me] [a|another] [new] list and (call|name|title) it {list}",
        ),
        {
            "list": replace(LIST, ask="What should the list be called?"),
        },
        cue=_CUE,
    ),
    Intent(
        "clear",
        (
            "(clear|empty|erase|wipe|delete|remove|get rid of|drop) [out] [the contents of]"
            f" {_A_LIST}",
            "(delete|remove|clear) [the|my|a] list (called|named|titled|of|for) {list}",
            "(remove|delete|clear|erase|take) (everything|all|all items|all the items|all things)"
            f" (from|off|on) {_A_LIST}",
            f"start {_A_LIST} over",
            "(remove|delete|clear|erase|take) (everything|all|all items|all the items|all things)"
            f" [(from|off|on|of) {_A_LIST}] (except|but|apart from|besides|other than) {{kept}}",
        ),
        {"list": LIST, "kept": Slot(), "sure": Slot("yes_no")},
        cue=_CUE,
    ),
)


def drop(known: Callable[[str], bool]) -> Intent:
    """`known` says whether these stand on a list: then it need not be named."""
    return Intent(
        "drop",
        (
            f"[you can] {_REMOVE} [off|out] [the|my|that] {{items}} [again]",
            "(take|cross|check|strike|scratch) [the|my|that] {items} (off|out) [again]",
            "i (don't|do not) need [the|any] {items} [after all|anymore|any more]",
        ),
        {"items": Slot(fits=known)},
    )
