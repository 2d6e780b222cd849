"""What timers are asked for, and how people say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from edge.reason.beyond import OF_SOMETHING
from edge.reason.durations import durations
from edge.reason.several import each_length
from edge.reason.skill import Intent, Slot
from edge.reason.skills.timer_then import then
from edge.reason.words import whole_number

_SET = "(set|setting|start|starting|create|make|begin|add|run|put on|give me|get|get me|have)"
_ARTICLES = "[a|an|the|my|another|one more|one] [new]"


def _is_name(words: str) -> bool:
    """Whether these words may be a timer's name: short, and no length of time."""
    if durations(words) or len(words.split()) > 4 or whole_number(words) is not None:
        return False
    plain = set(words.lower().split())
    return (
        not {"timer", "timers", "alarm", "minute", "minutes", "have", "start", "to", "on"} & plain
        and not {"set", "add", "put", "get", "first", "then", "setting", "like", "a", "or"} & plain
    )


_NAME = Slot(
    fits=_is_name,
    find=(r"\b(?:called|named|labelled|labeled) (.+)$", r"\btimer for (?:the |my )?([a-z ]+)$"),
)
_WHICH = {"which": Slot()}
_NOT_WANTED = "(i|we) (don't|do not|no longer) (need|want) [a|an|any|the|my|that|those]"

_KEPT = (
    r"^(?!.*\b(?:timer|countdown|count|clock|stove|oven|time me)\b)"
    r"(?:(?:please|let's|we|i|you|they|should|can|could|to|must|will|need|want|have) )*"
    r"(?:keep(?! track\b)|leave|save|allow|reserve|spare|allot|allocate|budget|plan|schedule|take"
    r"|spend|(?:set|put) aside)(?: (?!for\b)[\w-]+){1,6}? (?:second|minute|hour|min)s?"
    r"(?: (?!for\b)\w+){0,4} (?:for|on|to)\b"
)
"""Time that is kept for something: "keep five minutes for questions"."""
_HELD = (
    r"^(?!.*\b(?:timer|countdown|stopwatch)\b)"
    r"(?:(?:please|now|then|first|just|you|i|we|to|must|should|have|need) )*"
    r"(?:push|press|hold|tap|click|touch|squeeze|pinch)\b.* for\b"
)
"""What is done for so long: "push the button for five seconds"."""
_ENDS = (
    r"^(?:stop|cancel|end|kill|delete|remove|clear)\b"
    r"|\b(?:don't|do not|no longer) (?:need|want) (?:(?:an?|the|my|that|any) )?(?:[\w-]+ ){0,3}"
    r"timers?\b"
    r"|\bstopwatch\b"
    r"|^(?!.*\btimers?\b).*\balarms?\b.* (?:later|earlier|sooner)$"
    r"|\btimer (?:for|at|to|until|till) (?:\w+ ){0,3}?(?:[ap]\.?m|o'clock|noon|midnight)\b"
    r"|^(?!.*\b(?:set|start)\b)(?:(?:tell me|do you know) )?what time\b"
    rf"|{OF_SOMETHING}|{_KEPT}|{_HELD}"
)
"""Who ends, asks or wants none sets none, a stopwatch counts the other way, an alarm is moved, and
what ends at a time of day is an alarm, too."""

_FIXED = (
    Intent(
        "set",
        (
            f"{_SET} {_ARTICLES} [{{name}}]"
            " (timer|countdown)"
            " [(for|of|at|with|on|to) [the|my] [next] {length}] [from|from now]",
            f"{_SET} {_ARTICLES} {{length}} [{{name}}] (timer|countdown) [from|from now]",
            f"(set|start|create|make|begin|add|run) {_ARTICLES} {{length}} (timer|countdown)"
            " (for|called|named) [the|my] {name}",
            f"(set|start|create|make|begin|add|run) {_ARTICLES} (timer|countdown)"
            " (called|named|for|for the|for my) {name} (for|of|at) {length}",
            f"(set|start|create|make|begin|add|run) {_ARTICLES} (timer|countdown)"
            " (for|of) {length} (for|called|named) [the|my] {name}",
            "[a|the] {length} [{name}] timer",
            "[{name}] timer [for] {length}",
            "(time me|count down) (for|from) {length}",
            "i (need|want|would like) [to have|to set|to start|to create] (a|an|another) [{name}]"
            " timer [set|started] [to start] [(for|of) {length}]",
            "i (need|want|would like) [to have|to set] (a|an|another) {length} [{name}] timer",
            "(set|have) {length} on [a|the] timer",
            "(set|have) (a|the) timer [to] (go off|ring) in {length}",
            "in {length} [the|a] timer should go off",
            "(tell me|let me know) (in|after|when) {length} (is up|is over|have passed|has passed)",
            "let me know (in|after) {length}",
            "let me know when it's been {length}",
            "timer",
        ),
        {
            "length": Slot("duration", ask="For how long?"),
            "name": _NAME,
        },
        unless=_ENDS,
        several=each_length,
    ),
    Intent(
        "longer",
        (
            "(add|put) [another] {length} [more] (to|on|onto) [the|my] [{which}] timer",
            "(extend|lengthen|increase|prolong) [the|my] [{which}] timer (by|for) {length} [more]",
            "(push|move|put|set) [back] (the|my) [{which}] timer back [by|for] {length} [more]",
            "push back (the|my) [{which}] timer [by|for] {length} [more]",
            "(keep|let) (the|my) [{which}] timer [go|going|run|running] [on] [for] [another]"
            " {length} (more|longer)",
            "(keep|let) it [go|going|run|running] [on] [for] [another] {length} (more|longer)",
            "give [the|my] [{which}] timer [another] {length} [more]",
            "(add|give me|give it) [another] {length} [more]",
            "(add|put) [another] {length} [more] (to|on|onto) (it|that|that one)",
        ),
        {"length": Slot("duration", ask="How much longer?"), **_WHICH},
    ),
)


def intents(runs: Callable[[str], bool], held: Callable[[], bool]) -> tuple[Intent, ...]:
    """`runs` says whether a timer of that name does: then it need not be called a timer; `held`
    whether one is paused: then "resume" is for it."""
    which = {**_WHICH, "running": Slot(fits=runs)}
    cancel = Intent(
        "cancel",
        (
            "(cancel|stop|delete|remove|clear|end|kill|turn off|shut off|get rid of)"
            " [all] [of] [the|my|that|this|all my|all the] [{which}] (timer|timers|countdown)",
            "(cancel|stop|delete|remove|clear) [the|my] (timer|timers) (for|called|named|of)"
            " [the|my] {which}",
            "turn [the|my] [{which}] (timer|timers) off",
            f"{_NOT_WANTED} [{{which}}] (timer|timers) [anymore|any more|now|after all]",
            "(cancel|stop|kill|turn off) [the|my] {running} [one]",
            "[i'm|i am|we're] (done|finished) with (the|my) {running} [one]",
        ),
        {**which, "sure": Slot("yes_no")},
    )
    # A name of its own: the classifier, which knows no such words, has no say.
    end = Intent(
        "end",
        ("(cancel|stop|kill|end|turn off|delete|remove) (the|my) {length} (one|timer)",),
        {"length": Slot("duration")},
    )
    left = Intent(
        "left",
        (
            "how (much time|much longer|long) (is|do i have|is there|have i) [left|remaining]"
            " [(on|for|in|until|till)] [the|my] [{which}] (timer|timers) [is done|goes off|rings]",
            "how (much time|much longer|long|much) [is] (left|remaining)",
            "how (much time|much|long) [is] (left|remaining) (on|for|in) [the|my] [{which}]"
            " (timer|timers)",
            "(how's|how is|check|what about|what's left on) (the|my) [{which}] (timer|timers)",
            "(what|which) timers (do i have|are there|are|have i) [running|set]",
            "(list|show|show me|tell me) [all] [of] [the|my] timers",
            "(what's|what is) the status of (the|my) [{which}] timer",
            "(do i have|are there|have i set) [any] timers [running|set]",
            "when (does|will|is) (the|my) [{which}] timer (go off|end|done|ring|finish|run out)",
            "how (long|much time|much longer|many minutes) [is|are|until|till|before] [left|to go"
            "|remaining] [on|for|until|till|with] (the|my) {running} [is] [done|ready|left]",
            "(how's|how is|how are|how about|what about|what's left on|and) (the|my) {running}"
            " [doing|coming along|getting on]",
            "(is|are) (the|my) {running} (done|ready) [yet]",
            "when (is|are|will) (the|my) {running} [be] (done|ready)",
            "(is|are) (the|my) [{which}] (timer|timers) [still] (running|paused|on hold) [now]",
        ),
        which,
        pure=True,
    )
    pause = Intent(
        "pause",
        (
            "(pause|hold|freeze) [all] [of] [the|my|that|this|all my|all the] [{which}]"
            " (timer|timers|countdown) [for now|for a moment|for a while]",
            "put [all] [the|my|that|this] [{which}] (timer|timers|countdown) on (hold|pause)",
            "(pause|hold|freeze) [the|my] {running} [one]",
        ),
        which,
    )
    resume = Intent(
        "resume",
        (
            "(resume|unpause|continue|go on with|carry on with|continue with)"
            " [all] [of] [the|my|that|this|all my|all the] [{which}] (timer|timers|countdown)"
            " [again]",
            "(let|get|start) [the|my] [{which}] (timer|timers) [run|running|going] again",
            "let [the|my] [{which}] (timer|timers) (run|go) on",
            "(resume|unpause|continue|go on with) [the|my] {running} [one]",
            "{short}",
        ),
        {
            **which,
            "short": Slot(fits=lambda words: words.lower() in ("resume", "unpause") and held()),
        },
    )
    # Beside these the classifier, which does not know them, has no say.
    ran = Intent(
        "ran",
        (
            "how long (has|have|is) [the|my] [{which}] (timer|timers|countdown) [been]"
            " (running|going|on|set) [for] [so far|already|now]",
            "(when did i|when have i) (set|start) (the|my) [{which}] timer",
            "how long (has|have) (the|my) {running} been (running|going|on|in|cooking|boiling"
            "|baking|in the oven) [for] [so far|already|now]",
        ),
        which,
        pure=True,
    )
    rename = Intent(
        "rename",
        (
            "(rename|change the name of) [the|my|that|this] [{which}] timer [to|as] {name}",
            "(call|name) (the|my|that|this) [{which}] timer {name}",
        ),
        {**_WHICH, "name": Slot(fits=_is_name)},
    )
    more = Intent(
        "more",
        (
            "(add|put|give) [another] {length} [more] (to|on|onto) (the|my) {running}",
            "give (the|my) {running} [another] {length} [more]",
        ),
        {"length": Slot("duration"), "running": which["running"]},
    )
    change = Intent(
        "change",
        (
            "(change|reset|restart|adjust|correct) (the|my|that) [{which}] timer [to|for|at]"
            " [{length}]",
            "(change|reset|make|set) (the|my|that) {running} [one|timer] [to|for|at] [instead]",
            "make (the|my|that) [{which}] timer [last] {length} [long|instead]",
        ),
        {**which, "length": Slot("duration")},
    )
    shorter = Intent(
        "shorter",
        (
            "(take|knock|shave|cut) {length} (off|from|off of) (the|my) [{which}] timer",
            "(take|knock|shave|cut) {length} (off|from|off of) (the|my) {running}",
            "(take|knock|shave|cut) {length} off [it|that|of it]",
            "(subtract|remove|take|take away) {length} from (it|that|[the|my] [{which}] timer)",
            "(shorten|reduce) (it|[the|my] [{which}] timer) by {length}",
        ),
        {**which, "length": Slot("duration", ask="How much shorter?")},
    )
    every = (*_FIXED, cancel, end, left, pause, resume, ran, rename, more, change, shorter)
    changed = {"longer", "more", "shorter", "change"}
    return tuple(
        replace(intent, then=partial(then, own=intent.name not in changed)) for intent in every
    )
