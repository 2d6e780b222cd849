"""How lists are spoken of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from edge.reason.skill import Intent, Offer, Slot
from edge.reason.skills.groceries import NOT_BOUGHT
from edge.reason.skills.list_slots import (
    ADDED_TO,
    GONE,
    ITEMS,
    LIST,
    MORE,
    TAKEN_OFF,
    is_list,
    is_plan,
)  # fmt: skip

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
_LISTS_GONE = (
    r"^(?:please )?(?:delete|remove|erase|get rid of|drop|cut|clear) (?:everything (?:on|from) )?"
    r"(?:(?:all|both|every|each) )?(?:of )?(?:(?:my|the|our) )?(?:[\w-]+ ){0,2}?"
    r"(?:lists|(?<=every )list|(?<=each )list)(?: (?:except|but|apart|besides|other)\b.*)?[.!?]*$"
)
"""Lists are no things on a list."""
_RID = (
    "(clear|empty|erase|wipe|delete|remove|get rid of|drop|destroy|trash|scrap) [out]"
    " [everything (on|from|off|in)]"
)
_ALL_LISTS = (
    "([all] [of] [the|my|our] lists|every list|each list|both [of] [the|my|our] lists"
    "|every one of (my|the|our) lists)"
)
_BOTH = {"items": ITEMS, "list": LIST}

_CUE = (
    r"^(?!.*\b(?:orders?|contacts?|play ?lists?)\b)"
    r".*\b(?:(?:my|the|this|that|our|to|from|on|off) (?:[\w']+ ){0,4}(?:wish|check)?lists?"
    r"|(?:this|that|an?|the|last) (?:\w+ )?items?)\b"
)
"""A list, or what stands on one; those of an address book or a player are others'."""
_THE = "[my|the|our|a|this|that|your]"
_A_LIST = f"{_THE} [new] [{{list}}] list"
_TO_BE_THOUGHT_OF = (
    r"\blist of (?:\w+ )?(?:reasons|ways|pros|cons|facts|tips|steps|examples|words|synonyms|rules"
    r"|countries|capitals|presidents|planets|questions)\b"
)
"""What a model is to name, and the wearer does not keep."""
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
            f"(add|put|include) (the following|these) [items|things] (to|on|in) {_A_LIST}"
            " {items}",
            f"(update|edit) {_A_LIST} with {{items}}",
            f"(add|put|include) [something] (to|on) {_A_LIST}",
            "(create|make|start|begin) [me] [a|another|the|my] [new] {list} list (with|containing"
            "|including|that has) {items}",
            f"(make|put|add|leave|write|take|create|set|jot) [down] [me] [a|an|another]"
            f" (note|entry|item|task|reminder|line) (on|in|to|onto) {_A_LIST} {_OF} {{items}}",
            f"(note|jot|write|put|jot down|note down|write down) (on|in) {_A_LIST} {_OF} {{items}}",
            f"on {_A_LIST} (put|add|write|note) [down] {{items}}",
            f"{_ADD} {{items}} (to|on) [my|the] {_KNOWN}",
            f"i (need|want|would like) {{items}} (on|added to|put on) {_A_LIST} [too|as well]",
            "(create|make|start|begin) [me] [a|another] [new] list (called|named|titled|for) {list}"
            " and (add|put) {items} (to|on|onto|in) it",
            "(create|make|start|begin) [me] [a|another] [new] list (called|named|titled|for) {list}"
            " (with|containing|including|and (add|put) [on it]) {items}",
            f"{{items}} (should|needs to|need to|must) be (added to|on|put on) {_A_LIST}",
            f"{_A_LIST} (should|needs to) [also] (have|include|contain) {{items}}",
            "we need [to (buy|get)] [more|some] {items}",
            "(i|we) (have to|need to|must|should) buy [more|some] {items}",
            "(i|we|i've|we've) [have|just] (ran|run) out of {items}",
            "(we are|we're|i am|i'm) (out of|running out of|low on|running low on|almost out of)"
            " {items}",
            f"make sure {{items}} (is|are) on {_A_LIST}",
        ),
        {"items": ITEMS, "list": ADDED_TO, "rest": Slot()},
        unless=rf"{_ORDERED}|{NOT_BOUGHT}|^put (?:the |my |some )?[\w]+ on$",
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
        {"items": GONE, "list": TAKEN_OFF, "more": MORE},
        unless=rf"{_ORDERED}|{_OF_A_DAY}|{_ADDED}|^remember\b|{_LISTS_GONE}",
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
            f"what must (i|we) do {_DAY}",
            "what (should|shall|must|do|can) (i|we) [have to|need to] (buy|get|pick up|need)"
            " (at|from|in) the [grocery] (store|shop|supermarket|market)",
            f"(what's|what is) (next|first) on {_A_LIST}",
            "am i supposed to buy {items}",
            "(what are|tell me|read|read me|show|show me) [all] my [{list}]"
            " (to dos|to-dos|todos|tasks)",
            "(is there|do i have|did i make) [a|any] {list} list",
            "(is there|do i have|did i make) [a|any|my] list (called|named|titled|for) {list}",
            "(read|read me|show|show me|tell me|what are) [the] (contents|items) (of|on|in)"
            f" {_A_LIST} {_DAY}",
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
        unless=rf"{_EVENTS}|{_ORDERED}",
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
            "(create|make|start|begin) [me] [a|another] [new] list of {list}",
            "add [a|another] [new] list (of|for) {list}",
            "new [{list}] list",
            "new list (of|for) {list}",
        ),
        {
            "list": replace(LIST, ask="What should the list be called?"),
        },
        unless=_TO_BE_THOUGHT_OF,
        cue=_CUE,
    ),
    Intent(
        "clear",
        (
            "(clear|empty|erase|wipe|delete|remove|get rid of|drop|destroy|trash|scrap) [out]"
            f" [the contents of] {_A_LIST} {_DAY}",
            "(delete|remove|clear|erase|get rid of) [the|my|a] list (called|named|titled|of|for)"
            " {list}",
            "(remove|delete|clear|erase|take) (everything|all|all items|all the items|all things)"
            f" (from|off|on) {_A_LIST}",
            f"{_RID} {_ALL_LISTS} [now|please|i have|that i have]",
            f"{_RID} {_ALL_LISTS} (except|but|apart from|besides|other than) [for] {{kept}}",
            f"start {_A_LIST} over",
            "(remove|delete|clear|erase|take) (everything|all|all items|all the items|all things)"
            f" [(from|off|on|of) {_A_LIST}] (except|but|apart from|besides|other than) {{kept}}",
        ),
        {"list": LIST, "kept": Slot(), "sure": Slot("yes_no")},
        unless=r"\b(?:change|edit|update|modify)\b",
        cue=_CUE,
    ),
)

_CALLED = "(called|named|titled|entitled|labeled|labelled)"
TITLED = Intent(
    "titled",
    (
        "(create|make|start|begin) [me] [a|another] [new] list (about|for) {list}",
        f"(create|make|start|begin|add|open|set up) [me] [a|another] [new] list {_CALLED} {{list}}",
        f"new list {_CALLED} {{list}}",
        "(create|make|start|begin) [me] [a|another] [new] list and (call|name|title) it {list}",
    ),
    {"list": Slot(fits=is_list)},
)
"""Whatever it is called."""
PLANNED = Intent(
    "planned",
    ("(create|make|start|begin|write) [me] [a|another] [new] list of {list}",),
    {"list": Slot(fits=is_plan)},
)
"""What somebody will do is on no list but one's own."""


def put(named: Callable[[str], bool]) -> Intent:
    """`named` says whether there is a list of this name: then it need not be called one."""
    return Intent(
        "put",
        (f"{_ADD} [down] {{items}} (to|on|onto|in|into|under) [my|the|our] {{list}}",),
        {"items": ITEMS, "list": Slot(fits=named)},
    )


def take(named: Callable[[str], bool]) -> Intent:
    """As `put`, for what is taken off."""
    return Intent(
        "take",
        (f"{_REMOVE} [off|out] [the] {{items}} (from|off|off of|out of|on) [my|the|our] {{list}}",),
        {"items": GONE, "list": Slot(fits=named)},
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
