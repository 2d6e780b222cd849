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
    r"toenails?|eyelids?|armpits?|knuckles?|palms?|soles|tailbone|kneecaps?|gums?|belly|stomach|"
    r"under my arm)\b",
    _I,
)
"""Parts of the body that are seldom anything else."""
_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|me|mine|your|he|she|his|her|(?:a|the|our) (?:baby|toddler|"
    r"child|newborn|kid))\b",
    _I,
)
_OF = re.compile(r"\b(?:my|his|her|our|their|your) (?:left |right |\w+er )?$", _I)
_THING = re.compile(
    r" (?:door|yard|pack|seat|up|office|garden|porch|pocket|window|start|chef|teacher|lamp|book|"
    r"watch|bag|towel|stand|phones?|line|lift|dryer|dresser|salon|style|color)\b",
    _I,
)
_FELT = (
    r"sick|ill|weak|bad|awful|terrible|strange|weird|low|down|hot|cold|sad|alone|sore|off|funny|"
    r"queasy|empty|hopeless|nervous|better|worse|light.?headed|unwell|drained"
)
_WHO = r"(?:i|you|we|one|an?|my|men|women|babies|kids|children|adults|people)"
_NOT = r"(?:hasn't|has not|doesn't|does not|isn't|is not|can't|won't)"
_ASKED = re.compile(
    r"\b(?:"
    + "|".join(
        (
            r"(?:i|he|she|we)(?:'m| am| is|'s)? (?:keep |have been |'ve been )?"
            rf"(?:feel(?:s|ing)?|felt) (?:so |very |really |a bit |always )?(?:{_FELT})",
            rf"how (?:much|many|often)\b.{{0,40}}\b(?:should|can|may|does|do) {_WHO}\b.{{0,30}}\b"
            r"(?:eat|drink|take|sleep|weigh|exercise|be (?:screened|tested|checked))",
            r"too (?:much|many|little|few)\b.{0,30}\b(?:a|one|per|each|every) (?:day|week|night)",
            r"(?:good|bad|safe|harmful|healthy|dangerous|okay|ok) (?:for|to take|to eat|to drink) "
            r"(?:you|us|children|kids|babies|toddlers|(?:a|the|my) (?:baby|child|kid)|when|while|"
            r"with|after|on an)",
            r"(?:go|live|last|survive) without (?:water|food|eating|drinking|sleep|air|breathing)",
            r"helps? (?:against|with an?)",
            r"get over (?:an?|the|my|mono)",
            r"(?:bring|get|keep) (?:a|my|his|her|the) (?:temperature|fever)",
            r"temperature down",
            r"(?:screened|tested|treated|operated|vaccinated|al+ergic|checked) "
            r"(?:for|on|against|to)",
            r"normal (?:range|level|rate|value)s? (?:for|of)",
            r"(?:intensive|urgent|critical) care",
            r"self[- ]exams?",
            r"(?:first|second|third)[- ]degree burns?",
            r"(?:of|for|treat|got|have) a burn",
            r"sleep (?:better|worse|through|badly|deep\w*|longer|on my)",
            r"(?:lose|losing|lost) hair",
            rf"{_NOT} (?:spoken|talk(?:ing)?|speak|walk(?:ing)?|crawl(?:ing)?|eat(?:ing)?|breathe|"
            r"breathing|waking)",
            r"(?:drank|drunk|swallowed|ate|inhaled|breathed in|took)\b.{0,30}\b"
            r"(?:accident|mistake)",
            r"hear(?:s|ing)? voices",
            r"spit(?:s|ting)? up",
            r"keep (?:anything|food|it) down",
            r"(?:need|get|have|needs) (?:stitches|surgery|an operation|a scan)",
            r"while (?:i am |i'm )?nursing",
            r"when expecting",
            r"miss(?:ed)? (?:my|a) (?:pill|period|dose)",
            r"(?:give|gave|giving) birth",
            r"sense of (?:smell|taste|touch|balance)",
            r"muscles? (?:contract|ache|hurt)s?",
            r"to the (?:bathroom|toilet) .{0,20}\b(?:night|often|hour)",
            r"at night to (?:pee|go)",
        )
    )
    + r")\b",
    _I,
)
"""How people ask about a body, whatever is the matter with it."""
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

    if urgent(text) or _worded(text) or _MEDICAL.search(text) or _ASKED.search(text):
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
    """Whether a word or phrase of health.txt, or a word of conditions.txt, is in it."""
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

    files = resources.files("edge.trust")
    text = "\n".join((files / name).read_text("utf-8") for name in ("health.txt", "conditions.txt"))
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
