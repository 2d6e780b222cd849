"""Where somebody lives: streets with a number, in the order of several countries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge.trust.lexicon import ordinary
from edge.trust.numbers import COUNTED, found

_I = re.IGNORECASE
_NUMBER = rf"(?:\d{{1,5}}\w?(?:[/-]\d{{1,4}})?|\b{COUNTED}(?:[ -]{COUNTED}){{0,4}})"
_SURE = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|terrace|close|crescent|"
    r"circle|parkway|highway|alley|gardens|grove|mews|quay"
)
# These are words for something else, too, unless a capital says otherwise.
_MAYBE = r"Way|Square|Place|Row|Hill|Walk|Plaza|Path|Trail|Cove|Point|Loop|Pike|Ridge|View|Villas?"
_BETWEEN = (
    r"(?:(?!(?:the|this|that|my|our|a|an|up|down|across|of|in|to|and|or|each|every|per|at|with|from|for|on|by|is|are|was|more|times|days?|"
    r"hours?|minutes?|miles?|feet|meters?|metres?|people|percent|dollars?)\b)[\w'’.-]{1,30} )"  # noqa: RUF001
)
_UNIT = (
    r"(?:,? (?:apartment|apt|flat|unit|suite|floor|studio|wing|piano|piso|puerta|esc|bis|ter)\b\.?"
    rf"(?: (?:no\.? )?(?:\w{{0,3}}\d\w{{0,3}}|[a-z]\b|{COUNTED})){{0,2}})"
)
_BEGINS = (
    r"rue|avenue|boulevard|chemin|impasse|via|viale|piazza|corso|vicolo|borgo|strada|contrada|calle|"
    r"avenida|av\.|plaza|paseo|ronda|rambla|pasaje|glorieta|camino|rua|travessa|praça|largo|"
    r"alameda|estrada|esplanada|beco|rotonda|travesía|cuesta|quai|allée|passage|ulica|ul\.|aleja|al\.|plac|pl\."
)
_ENDS = (
    r"stra(?:ß|ss)e|str\.?|weg|allee|platz|gasse|damm|ufer|straat|laan|plein|singel|kade|gatan|"
    r"gata|vägen|gränd|stigen|torget|boulevard|dreef"
)
_ALONE = (
    r"stra(?:ß|ss)e|platz|weg|allee|gasse|damm|ufer|hof|straat|laan|plein|singel|kade|gatan|gränd|"
    r"stigen|torget"
)
_OFTEN = r"ring|hof|pad|berg|markt|dijk|steeg|baan"
"""Endings of streets, and of many other words."""
_LINK = r"(?:(?:de|du|des|da|do|dos|del|della|di|la|le|les|el|van|von|der|den) )"
_OTHER = r"(?!(?:a|an|the|is|in|on|at|and|or|for|to|of|by|so|what|how|with|when|where|near|my)\b)"
_STREETS = (
    re.compile(rf"\b{_NUMBER}(?:,| \w)? {_BETWEEN}{{1,3}}?(?:{_SURE})\b{_UNIT}?", _I),
    re.compile(rf"\b\d{{1,5}}\w?,? (?:[A-ZÀ-Þ][\w'’.-]{{0,30}} ){{1,3}}(?:{_MAYBE})\b"),  # noqa: RUF001
    re.compile(r"\b\d{1,5}\w?,? (?:[A-ZÀ-Þ][\w'.-]{0,30} ){1,3}(?:Apt|Suite|Flat|Unit)\.? \w+"),
    re.compile(
        rf"\b(?:{_BEGINS}) (?:[\w'’.-]{{1,30}},? ){{1,4}}?(?:nr\.? )?{_NUMBER}\b{_UNIT}?",  # noqa: RUF001
        _I,
    ),
    re.compile(rf"\b[\w'’.-]{{2,30}}(?:{_ENDS}),? (?:nr\.? )?{_NUMBER}\b", _I),  # noqa: RUF001
    re.compile(rf"\b\d{{1,5}},? (?:{_BEGINS}) (?:[\w'’-]{{1,30}} ?){{1,4}}(?=[,.?!]|$)", _I),  # noqa: RUF001
    # As they are heard: without commas and capitals.
    re.compile(
        rf"\b{_NUMBER} (?:{_BEGINS}) {_LINK}{{0,3}}(?:{_OTHER}[\w'’-]{{2,30}})"  # noqa: RUF001
        rf"(?: {_OTHER}[\w'’-]{{2,30}}){{0,2}}",  # noqa: RUF001
        _I,
    ),
    re.compile(rf"\b{_BETWEEN}{{1,3}}(?:{_ALONE}) (?:nr\.? )?{_NUMBER}\b", _I),
    re.compile(r"\b(?P<it>[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b"),
    re.compile(r"\b(?:zip(?: code)?|post ?code|postal code)(?: is|:)? (?P<it>\d{4,6})\b", _I),
)
_SUFFIXED = re.compile(rf"\b(?P<word>\w{{3,30}}(?:{_OFTEN})) {_NUMBER}\b", _I)
_HOME = re.compile(
    r"\b(?:(?:live|lives|lived|living|reside|stay|staying) (?:at|on)|(?:moving|moved|move) to|"
    r"address is|address:|address|(?:delivered|deliver|deliver it|sent|send it|ship it) to|"
    r"(?:connection|house|home|flat|apartment|party|office|located) (?:at|on)) ",
    _I,
)
_NEAR = re.compile(r"\b(?:at|to|is|from|near) (?=\d|[A-ZÀ-Þ])")
_OWN = re.compile(r"\b(?:i|my|our|we|us|me)\b", _I)
_STOP_WORDS = (
    "what how by and is for in with near who can please why when where which that but because "
    "so if does do should could would it tomorrow today tonight at on from than or are was i "
    "my to of am pm o'clock good a"
)
_STOP = frozenset(_STOP_WORDS.split())
_PARTICLES_WORDS = "de la las los le du des di del della do da dos von van den der am im zu of the"
_PARTICLES = frozenset(_PARTICLES_WORDS.split())
_SMALL_WORDS = "apartment apt flat unit suite floor studio wing piano piso puerta esc bis ter nr no"
_SMALL = _PARTICLES | frozenset(_SMALL_WORDS.split())


def addresses(text: str) -> Iterator[str]:
    """Streets with their numbers, and what follows "I live at"."""
    for match in _HOME.finditer(text):
        if line := _line(text[match.end() :]):
            yield line
    if _OWN.search(text) or "address" in text.lower():
        for match in _NEAR.finditer(text):
            line = _line(text[match.end() :])
            # A number and two words with capitals: an address rather than an hour or a title.
            if len(re.findall(r"\b[A-ZÀ-Þ][\w.'’-]{2,}", line)) > 1 or "," in line:  # noqa: RUF001
                yield line
    for expression in _STREETS:
        yield from found(expression, text)
    for match in _SUFFIXED.finditer(text):
        if not ordinary(match["word"]):
            yield match[0]


def _line(text: str) -> str:
    """The address at the beginning of `text`; empty where there is none: it has a number."""
    tokens: list[re.Match[str]] = []
    cased = text != text.lower()
    for token in re.finditer(r"[^\s,?!;]+|[,?!;]", text[:120]):
        word = token[0]
        if word in "?!;" or len(tokens) > 12:
            break
        plain = word.rstrip(".").lower()
        if plain in _STOP and plain not in _PARTICLES:
            break
        if cased and word != "," and word[0].islower() and plain not in _SMALL:
            break
        tokens.append(token)
        if (
            word.endswith(".")
            and len(word) > 5
            and text[token.end() : token.end() + 1] in ("", " ")
        ):
            break
    while tokens and tokens[-1][0] == ",":
        tokens.pop()
    line = text[: tokens[-1].end()].rstrip(" .,") if tokens else ""
    words = re.findall(r"[^\W\d]{3,}", line)
    numbered = re.search(rf"\d|\b{COUNTED}\b", line, _I)
    return line if numbered and words and len(tokens) > 1 else ""
