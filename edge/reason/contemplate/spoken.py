"""What is said of a council: progress, its verdict, and why."""

from __future__ import annotations

import re
from typing import Final

from edge.reason.contemplate.candidates import short
from edge.reason.contemplate.happenings import Agreed, Verdict
from edge.trust import untrusted

LONGEST: Final = 600
"""Characters of an answer that are spoken."""
_NUMBERS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MARKUP = re.compile(r"```.*?```|[*_`#>|]+|<[^>]{0,200}>|\[([^\]]*)\]\([^)]*\)", re.DOTALL)
_ITEM = re.compile(r"^\s*(?:[-*+\u2022]|\d{1,2}[.)])\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(text: str, longest: int = LONGEST) -> str:
    """A text from outside as it may be spoken: no markup, no control characters, not too long.

    It is only ever said: nothing in it is a command to anybody.
    """
    text = _in_sentences(untrusted.plain(_CONTROL.sub(" ", text)))
    text = _MARKUP.sub(lambda match: match[1] or " ", text)
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[:longest]
    end = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    return cut[: end + 1] if end > longest // 3 else f"{cut.rsplit(' ', 1)[0]} ..."


def _in_sentences(text: str) -> str:
    """A list's items as sentences, without their dots and numbers."""
    lines = []
    for line in text.splitlines():
        item = _ITEM.sub("", line).rstrip()
        if item != line.rstrip():
            core = item.rstrip("*_`")
            item = core + ("" if core[-1:] in (*".!?:;,", "") else ".") + item[len(core) :]
        lines.append(item)
    return "\n".join(lines)


def count(number: int) -> str:
    """In words, up to nine."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def standing(latest: Agreed, agents: int) -> str:
    """How it stands, while some are still thinking."""
    if short(latest.candidate):
        return progress(latest.agree, latest.of, agents)
    return drafts(latest.of, agents)


def progress(agree: int, of: int, agents: int) -> str:
    """How it stands with answers that are counted."""
    if of < 2:
        return f"One of {count(agents)} has an answer."
    if agree < 2:
        return f"{count(of).capitalize()} of {count(agents)} have answers, and they differ."
    return f"{count(agree).capitalize()} of {count(agents)} agree so far."


def drafts(of: int, agents: int) -> str:
    """How it stands with answers that nobody can count."""
    if of == agents:
        return f"All {count(agents)} have an answer, and I put them together."
    return f"{count(of).capitalize()} of {count(agents)} {'has' if of == 1 else 'have'} an answer."


def glance(answer: str) -> str:
    """A quick answer, before the council's."""
    return f"At first glance: {plain(answer).strip(' .')}."


def verdict(found: Verdict, agents: int, *, confirms: bool | None = None) -> str:
    """The answer, and how sure the council is; `confirms`: whether it is what was said first."""
    said = _verdict(found, agents)
    if confirms is None or said.startswith("I'm not sure"):
        return said
    if not confirms:
        return f"I take that back. {said}"
    return f"Still right: {said.removeprefix('The answer is ')}"


def _verdict(found: Verdict, agents: int) -> str:
    answer = plain(found.answer).rstrip(" .") or "nothing"
    if answer.rstrip("\"'\u201d\u2019")[-1:] not in (*".!?",):
        answer += "."
    answer = answer[0].upper() + answer[1:]
    if len(found.answer.split()) <= 2:
        answer = f"The answer is {found.answer.strip(' .')}."
    if agents == 1 or found.drafts == 1:
        return answer
    if found.drafts:
        return f"{answer} I put that together from {count(found.drafts)} answers."
    if found.of == 1:
        return f"{answer} Only one of {count(agents)} came to an answer."
    if found.agree == found.of == 2:
        return f"{answer} Both agree."
    if found.agree == found.of:
        return f"{answer} All {count(found.of)} agree."
    if found.agree < 2:
        return f"I'm not sure. {answer} But {count(found.of)} of them say different things."
    sure = f"{count(found.agree).capitalize()} of {count(found.of)} agree."
    return f"{answer} {sure}" if found.agree * 2 > found.of else f"I'm not sure. {answer} {sure}"


def why(found: Verdict) -> str:
    """How they came to it, and what the others say."""
    steps = re.sub(r"\banswer\s*:.*$", "", found.reasoning, flags=re.I | re.DOTALL)
    said = plain(steps) or f"They say {plain(found.answer)}."
    if found.dissent:
        said += f" Against it somebody said {plain(found.dissent, 100).rstrip('.')}."
    return said
