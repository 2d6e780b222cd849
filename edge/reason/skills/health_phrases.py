"""How the wearer's own numbers are spoken of."""

from __future__ import annotations

import re

from edge.health.metrics import urgent
from edge.health.said import NAMES
from edge.reason.skill import Intent, Slot

_QUESTION = re.compile(r"^(what|who|how|why|when|where|which|define|is|are|does|tell)\b", re.I)
# "What shall I do, my chest hurts" is no question about the world.
_OWN = re.compile(
    r"\bi(?:'m| am| have|'ve| feel| can'?t| cannot)\b"
    r"|\bmy (?:chest|arm|leg|side|face|speech|heart)\b"
    r"|\b(?:should|shall|do|can|must) (?:i|we) do\b",
    re.I,
)


def _calls_for_help(words: str) -> bool:
    asks = _QUESTION.match(words) and not _OWN.search(words)
    return urgent(words) is not None and not asks


_METRIC = Slot(choices=NAMES)
_DAY = "[(last night|last week|this week|today|yesterday|this month|lately)]"
_OVER = {"metric": _METRIC, "when": Slot("when")}

INTENTS = (
    Intent("urgent", ("{words}",), {"words": Slot(fits=_calls_for_help)}, pure=True, first=True),
    Intent(
        "enter",
        (
            "[log|record|note] [that] my {metric} (is|was) [now] [at] {value}"
            " [kilos|kilograms|kg|pounds|beats per minute|beats|bpm|percent|degrees|over {lower}]",
            "(i weigh|i'm weighing|i now weigh) {value} [kilos|kilograms|kg|pounds]",
            "(log|record) [a|my] {metric} [of|at] {value}"
            " [kilos|kilograms|kg|pounds|beats per minute|bpm|percent|degrees|over {lower}]",
            "(i walked|i took|i've walked) {value} steps [today|yesterday]",
            "i slept [for] {length} [last night|today]",
        ),
        {
            "metric": _METRIC,
            "value": Slot("number"),
            "lower": Slot("number"),
            "length": Slot("duration"),
            "when": Slot("when"),
        },
    ),
    Intent(
        "normal",
        (
            "is {value} [beats per minute|beats|bpm|percent|degrees] [a] (normal|okay|ok|healthy"
            "|too high|too low|high|low) [for] [a|my] {metric}",
            "is [a|my] {metric} of {value} [over {lower}|beats per minute|bpm|percent|degrees]"
            " (normal|okay|ok|healthy|too high|too low|high|low|good|bad)",
            "is my {metric} (normal|okay|ok|healthy|too high|too low|high|low|good|bad|unusual)",
        ),
        {"metric": _METRIC, "value": Slot("number"), "lower": Slot("number")},
        pure=True,
    ),
    Intent(
        "ask",
        (
            f"(what is|what's|what was|tell me|show me|how is|how's|how was) my {{metric}} {_DAY}",
            f"how (did|have) i (sleep|slept) {_DAY}",
            f"how (much|long|many hours) (did|have) i (sleep|slept) {_DAY}",
            f"how many {{metric}} (did|have) i (take|taken|walk|walked|do|done|make|made) {_DAY}",
            f"how (far|much) (did|have) i (walk|walked) {_DAY}",
            f"how many {{metric}} [do i have] {_DAY}",
        ),
        _OVER,
        pure=True,
    ),
    Intent(
        "week",
        (
            "compare my {metric} [(this week|of this week)] [(with|to|and) [the] last week]",
            "(how|how does|how do|is|are) [my] {metric} [this week] [compare|compared]"
            " (with|to|than)"
            " last week",
            "what is the trend (of|in|for) my {metric}",
            "(is|are) my {metric} (going up|going down|rising|falling|improving|changing)",
            "(give me|tell me|what are) [my] health (insights|summary|report)",
            "how (is|was|has been) my health [this week|lately]",
            "how am i doing [with my health] this week",
        ),
        {"metric": _METRIC},
        pure=True,
    ),
    Intent(
        "goal",
        (
            "(set|change|make) my [daily] {metric} goal [to] {value} [steps|hours|minutes]",
            "(set|change) my [daily] {metric} goal to {length}",
            "my [daily] {metric} goal is {value} [steps]",
            "i want to (walk|take|do) {value} {metric} (a|every|per) day",
        ),
        {
            "metric": _METRIC,
            "value": Slot("number"),
            "length": Slot("duration"),
        },
    ),
    Intent(
        "reached",
        (
            "(did i|have i|will i) (reach|reached|meet|met|make|hit) my [{metric}] goal [today]",
            "how (far|close) am i (from|to) my [{metric}] goal",
            "(how|how am i doing) (with|on) my [{metric}] goal",
        ),
        {"metric": _METRIC},
        pure=True,
    ),
    Intent(
        "delete",
        (
            "(delete|erase|forget|remove|clear|wipe) [all] [of] [my|the] [health]"
            " (health data|health numbers|health readings|health history|health information)",
            "(delete|erase|forget|remove|clear|wipe) [all] [of] [my|the] {metric}"
            " [data|numbers|readings|history|information]",
        ),
        {"metric": _METRIC, "sure": Slot("yes_no")},
    ),
)
