"""What a question is about, as far as consent goes; in doubt it is about health."""

from __future__ import annotations

import re
from typing import Final

TOPICS: Final = ("health", "shopping", "personal", "weather", "general")

_HEALTH = re.compile(
    r"\b(?:health|healthy|unhealthy|sick|ill|illness|disease|symptoms?|pain|painful|hurts?|"
    r"aches?|headaches?|"
    r"migraines?|fever|cough\w*|flu|cold sores?|covid|infection\w*|allerg\w+|asthma|diabet\w+|"
    r"insulin|"
    r"cholesterol|blood|pulse|heart|heartbeat|bpm|stroke|cancer|tumou?rs?|depress\w+|anxi\w+|"
    r"therap\w+|"
    r"psych\w+|suicid\w+|doctors?|physicians?|nurses?|hospitals?|clinics?|surgery|pills?|"
    r"medic\w+|drugs?|"
    r"dos(?:e|age|es)|prescri\w+|vaccin\w+|pregnan\w+|period cramps|menstru\w+|fertil\w+|hiv|"
    r"std|weigh(?:t|s)?|"
    r"overweight|obes\w+|bmi|diet\w*|calories|kilos?|sleep\w*|insomnia|tired\w*|dizz\w+|"
    r"nause\w+|vomit\w*|"
    r"rash\w*|wound\w*|injur\w+|bleed\w*|breath\w*|chest|stomach|kidneys?|liver|lungs?|thyroid|"
    r"smok(?:e|ing)|alcohol\w*|drunk|addict\w*|disab\w+|autis\w+|adhd|dementia|blind|deaf|"
    r"steps? (?:today|a day|count)|temperature of (?:a|my)|oxygen)\b",
    re.IGNORECASE,
)
_WEATHER = re.compile(r"\b(?:weather|forecast|rain\w*|snow\w*|umbrella)\b", re.IGNORECASE)
_SHOPPING = re.compile(r"\b(?:buy|shop\w*|price|cheap\w*|grocer\w+|purchase\w*)\b", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:my|me|mine|myself|i'm|i am|i've|our|us)\b", re.IGNORECASE)


def topic(text: str) -> str:
    """One of TOPICS."""
    if _HEALTH.search(text):
        return "health"
    if _SHOPPING.search(text):
        return "shopping"
    if _PERSONAL.search(text):
        return "personal"
    return "weather" if _WEATHER.search(text) else "general"
