"""What a question is about, as far as consent goes; in doubt it is about health."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

TOPICS: Final = ("health", "shopping", "personal", "weather", "general")

_I = re.IGNORECASE
# Names of conditions, of what is done about them, and of drugs (the stems of their generic names).
_MEDICAL = re.compile(
    r"\b(?!nostalgia|academia|bohemia|diploma|aroma|\w*(?:scopy|osmosis|mitosis|meiosis|symbiosis"
    r"|metamorphosis|hypnosis)\b)"
    r"\w{3,30}(?:itis|osis|emia|aemia|algia|opathy|ectomy|ostomy|plasty|rrhea|rrhoea|plegia|penia|"
    r"cillin|mycin|cycline|floxacin|azole|statin|pril|sartan|olol|dipine|prazole|tidine|triptan|"
    r"azepam|azolam|oxetine|traline|opram|formin|gliptin|glutide|xaban|zumab|ximab|tinib|caine|"
    r"codone|profen|thyroxine)\b",
    _I,
)
_BODY = re.compile(
    r"\b(?:head|scalp|eyes?|ears?|nose|nostrils?|mouth|lips?|tongue|throat|neck|shoulders?|arms?|"
    r"elbows?|wrists?|hands?|fingers?|thumbs?|nails?|chest|breasts?|nipples?|ribs?|back|spine|"
    r"stomach|belly|abdomen|groin|hips?|buttocks?|bum|anus|penis|testicles?|vagina|uterus|ovar(?:y|ies)"
    r"|legs?|thighs?|knees?|shins?|calf|calves|ankles?|foot|feet|toes?|heels?|skin|hair|bones?|"
    r"joints?|muscles?|nerves?|heart|brain|tonsils|jaw|face|body|weight|appetite|period|sleep|"
    r"memory|mood)\b",
    _I,
)
_PARTS = re.compile(
    r"\b(?:scalp|ears?|nostrils?|tongue|throat|shoulders?|elbows?|wrists?|breasts?|nipples?|ribs?|"
    r"spine|abdomen|groin|hips?|buttocks?|anus|penis|testicles?|vagina|uterus|thighs?|knees?|shins?|"
    r"calves|ankles?|heels?|bones?|joints?|muscles?|nerves?|tonsils|jaw|toes?|fingernails?|"
    r"toenails?|eyelids?|armpits?|belly|stomach|under my arm)\b",
    _I,
)
"""Parts of the body that are seldom anything else."""
_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|me|mine|he|she|his|her|(?:a|the|our) (?:baby|toddler|"
    r"child|newborn|kid))\b",
    _I,
)
_OF = re.compile(r"\b(?:my|his|her|our|their|your) (?:left |right |\w+er )?$", _I)
_THING = re.compile(
    r" (?:door|yard|pack|seat|up|office|garden|porch|pocket|window|start|chef|teacher|lamp|book|"
    r"watch|bag|towel|stand|phones?|line|lift|dryer|dresser|salon|style|color)\b",
    _I,
)
_WEATHER = re.compile(r"\b(?:weather|forecast|rain\w*|snow\w*|umbrella)\b", _I)
_SHOPPING = re.compile(r"\b(?:buy|shop\w*|price|cheap\w*|grocer\w+|purchase\w*)\b", _I)
_PERSONAL = re.compile(r"\b(?:my|me|mine|myself|i'm|i am|i've|our|us)\b", _I)


def topic(text: str) -> str:
    """One of TOPICS."""
    if _health(text):
        return "health"
    if _SHOPPING.search(text):
        return "shopping"
    if _PERSONAL.search(text):
        return "personal"
    return "weather" if _WEATHER.search(text) else "general"


def _health(text: str) -> bool:
    from edge.health.metrics import urgent

    if urgent(text) or _worded(text) or _MEDICAL.search(text):
        return True
    if _PERSON.search(text) and _PARTS.search(text):
        return True
    # "My neck", whatever is the matter with it; "my back door" is no back.
    return any(
        _OF.search(text[max(0, match.start() - 30) : match.start()])
        and not _THING.match(text[match.end() : match.end() + 20])
        for match in _BODY.finditer(text)
    )


def _worded(text: str) -> bool:
    """Whether a word or phrase of health.txt is in it."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())  # noqa: RUF001
    spaced = f" {' '.join(words)} ".replace("’", "'")  # noqa: RUF001
    whole, begins, ends, phrases = _lexicon()
    return (
        not whole.isdisjoint(words)
        or any(word.startswith(begins) or word.endswith(ends) for word in words)
        or any(phrase in spaced for phrase in phrases)
    )


@cache
def _lexicon() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Whole words, their beginnings, their endings, and phrases."""
    from importlib import resources

    text = (resources.files("edge.trust") / "health.txt").read_text("utf-8")
    entries = [word for line in text.splitlines() if line[:1] != "#" for word in line.split()]
    single = [entry for entry in entries if "-" not in entry]
    return (
        frozenset(entry for entry in single if "*" not in entry),
        tuple(entry[:-1] for entry in single if entry.endswith("*")),
        tuple(entry[1:] for entry in single if entry.startswith("*")),
        tuple(
            f" {entry.replace('-', ' ').removesuffix('*')}" + " " * (not entry.endswith("*"))
            for entry in entries
            if "-" in entry
        ),
    )
