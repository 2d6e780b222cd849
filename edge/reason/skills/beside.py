"""What is beside the subjects of the skills, and no question for them (`Intent.unless`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from edge.reason.skill import Intent

_LEAD = (
    r"^(?:(?:hey|ok|okay|so|and|please|well|can you tell me|tell me|do you know|i wonder"
    r"|i'd like to know)\b[\s,]*)*"
)
_OWN = r"\b(?:i|i'm|i've|my|mine|we|our|for me)\b"
WHY = rf"{_LEAD}why (?!don't (?:you|we)\b|not\b)"
EXPLAINED = (
    WHY + "|" + _LEAD + r"how (?:do|does|did|can|could|would|should|to)"
    r" (?!my\b|our\b|it\b|things\b|this\b|today\b|to(?:morrow|night)\b|i (?:dress|do)\b"
    r"|the (?:weather|sky|day|week|weekend|forecast)\b)"
)
"""What has a reason or a manner is explained, and not looked up among one's own."""
MEANT = (
    r"\bwhat (?:does|do|did|is|was)\b.*\bmeans?\b|\bmeaning of\b"
    rf"|^(?!.*{_OWN}).*\bever\b"
    rf"|{_LEAD}what (?:did|do) (?:people|they|most)\b"
    rf"|^(?!.*{_OWN}).*\bwhat should\b"
)
"""What has a meaning, or ever was, neither."""
WHO = rf"{_LEAD}who(?:'s|'d| (?!am\b|do i\b|set\b))"
"""Nobody makes the weather, and a timer is nobody."""
PAST = (
    r"\bon record\b|\brecorded\b|\bin history\b|\bclimate change\b|\bglobal warming\b"
    r"|\bhurricane season\b|\bmeteorolog\w+"
)
"""Of the weather, what no forecast has."""
PUBLIC = (
    rf"^(?!.*{_OWN}).*\b(?:court|council|congress|senat\w+|parliament|government|president(?:'s)?"
    r"|prime minister|mayor|united nations|governor|king|queen|pope)\b"
)
"""Whose meetings are on nobody's calendar."""
OTHERS = (
    r"\b(?!(?:to(?:day|morrow|night)|week|month|year|day|weekend|morning|evening|afternoon|what"
    r"|who|where|when|how|it|that|there|let|here|\w+day)'s)\w+'s (?:\w+ )?"
    r"(?:schedule|calendar|agenda|diary)\b"
    r"|\bdoes (?!my\b|the\b|it\b|this\b|that\b|\w*day\b|tomorrow\b)\w+ have (?:any|plans)"
    r"|\b(?:what's|what is) my (?:wife|husband|partner|boyfriend|girlfriend|mother|mom|mum|father"
    r"|dad|son|daughter|brother|sister|boss|friend)\b.* (?:doing|up to)\b"
)
"""Somebody else's calendar."""
SENT = rf"{_LEAD}(?:ask|text|email|message) (?!me\b|us\b|about\b)(?!.*\bremind)"
"""What somebody is to be told now."""
ANY_BODY = (
    rf"^(?!.*{_OWN}).*\bfor an?\b.*"
    r"\b(?:old|man|woman|person|child|kid|adult|teen\w*|baby|athlete|beginner)\b"
)
"""Numbers of people in general."""
OTHER_ALARMS = r"\b(?:smoke|fire|car|burglar|house|security|monoxide) alarms?\b|\balarm clocks\b"
OTHER_NOTES = (
    r"\b(?:which|what) note\b|\bmusic\w*\b|\bmiddle c\b|\bpromissory\b"
    r"|\b(?:dollar|bank|pound|euro)[- ](?:bills?|notes?)\b"
)
"""Of music, and of money."""
PUBLISHED = (
    rf"^(?!.*{_OWN}).*\b(?:best ?sellers?|rich|naughty|wine|price|waiting|mailing|black)[- ]?list\b"
    rf"|^(?!.*{_OWN}).*\blist of\b.*\b(?:in|from|who|that)\b"
)
"""Lists of other people's."""
ASKED = rf"{_LEAD}(?:who|which|where|when|what(?:'s| is| are| should))\b"
"""What is asked, and puts nothing on a list."""
CHECKED = r"\bspell(?:ing)?[- ]?(?:check\w*|bees?)\b"
"""Where many words are spelt."""
KINDS_OF_DAY = r"\bis (?:today|tomorrow|\w+day) an? (?!\w*(?:day|weekend)\b|leap\b)\w+ \w"
"""Whether it is a school day, which the calendar does not say."""


def beside(
    intents: Iterable[Intent], *patterns: str, only: Collection[str] = ()
) -> tuple[Intent, ...]:
    """`intents`, none of which is meant where one of these regular expressions is found.

    `only`: the names of those for which that holds; empty: all.
    """
    return tuple(
        replace(one, unless="|".join(rule for rule in (one.unless, *patterns) if rule))
        if not only or one.name in only
        else one
        for one in intents
    )
