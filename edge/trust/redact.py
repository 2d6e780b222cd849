"""Placeholders in place of what is personal: [NAME_1], [PHONE_1] ...; and back again.

Rules, no model: each is there to be read. What identifies nobody stays, above all the numbers of a
sum, the names in a question about the world, and places. What was told to be remembered is kept
back wherever it appears.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final

SPOKEN: Final = MappingProxyType(
    {
        "NAME": "a name",
        "PHONE": "a phone number",
        "CARD": "a card number",
        "ACCOUNT": "an account number",
        "EMAIL": "an email address",
        "ADDRESS": "an address",
        "DATE": "a date",
        "SECRET": "a code",
        "LINK": "a link",
        "FACT": "something about you",
    }
)
"""Each kind of placeholder as one would say it."""

pattern: Final = re.compile(rf"\[?\b({'|'.join(SPOKEN)})_(\d+)\b\]?")
_HALF = re.compile(r"\[?[A-Z]*(?:_\d*)?$")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")  # noqa: RUF001 (the sign is what people type)


@dataclass(slots=True)
class Placeholders:
    """For one question: the same words always get the same placeholder."""

    known: Sequence[str] = ()
    """Texts that are remembered about the wearer."""
    _given: dict[str, str] = field(default_factory=dict)
    """Placeholder by what it stands for, folded."""
    _means: dict[str, str] = field(default_factory=dict)

    def redact(self, text: str) -> str:
        """`text` with placeholders."""
        for kind, find in _rules(tuple(self.known)):
            # Counted in the order of the text; put in with the longest first, since a name may be
            # a part of another.
            found = sorted(dict.fromkeys(find(text)), key=lambda it: text.lower().find(it.lower()))
            for it in found:
                self._count(kind, it)
            for it in sorted(found, key=len, reverse=True):
                text = self._replace(text, it)
        return text

    def restore(self, text: str) -> str:
        """`text` with what the placeholders stand for; one that was never given stays."""
        return pattern.sub(lambda match: self._means.get(f"{match[1]}_{match[2]}", match[0]), text)

    def split(self, text: str) -> tuple[str, str]:
        """What can be restored now, and what may be the beginning of a placeholder."""
        rest = _HALF.search(text)
        at = rest.start() if rest and rest[0] else len(text)
        # A finished one at the very end may go on: [NAME_1 and then 2].
        last = list(pattern.finditer(text))
        if last and last[-1].end() == len(text) and not text.endswith("]"):
            at = min(at, last[-1].start())
        return text[:at], text[at:]

    def _count(self, kind: str, found: str) -> None:
        if found.casefold() not in self._given:
            count = 1 + sum(name.startswith(f"{kind}_") for name in self._means)
            self._given[found.casefold()] = f"{kind}_{count}"
            self._means[f"{kind}_{count}"] = found

    def _replace(self, text: str, found: str) -> str:
        place = f"[{self._given[found.casefold()]}]"
        bounds = rf"(?<![\w\[]){re.escape(found)}(?!\w)"
        return re.sub(bounds, place, text, flags=re.IGNORECASE)


Finder = Callable[[str], Iterable[str]]


@cache
def _rules(known: tuple[str, ...]) -> tuple[tuple[str, Finder], ...]:
    """In order: what an earlier one finds is out of sight of the later ones."""
    return (
        ("EMAIL", _all(_EMAIL)),
        ("LINK", _all(_LINK)),
        ("FACT", lambda text: _remembered(text, known)),
        ("CARD", _cards),
        ("ACCOUNT", _all(_IBAN, _ACCOUNT)),
        ("SECRET", _all(_SECRET)),
        ("PHONE", _all(_PHONE, _CALLED)),
        ("ADDRESS", _all(_STREET, _POSTCODE)),
        ("DATE", _all(_BORN)),
        ("NAME", _names),
    )


def _all(*expressions: re.Pattern[str]) -> Finder:
    def find(text: str) -> Iterable[str]:
        for expression in expressions:
            for match in expression.finditer(text):
                yield match["it"].strip(" ,.;:!?") if "it" in match.groupdict() else match[0]

    return find


_I = re.IGNORECASE
_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w.]+ at [\w-]+ dot (?:com|org|net|edu|co|io|de|uk|fr)\b", _I
)
_LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+", _I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", _I)
_SPELT = (
    r"(?:(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|double)(?:[ -]|(?=[,.?!]|$))){4,}"
)
_DIGITS = rf"(?:\d[\d -]{{2,}}\d|{_SPELT})"
_ACCOUNT = re.compile(
    r"\b(?:account|routing|sort code|passport|policy|insurance|licen[cs]e|social security|ssn|"
    r"tax id|"
    r"member(?:ship)?|customer|patient|order|tracking|booking|confirmation|reference|national id)"
    rf"(?: number| no\.?| id| code)?(?: is|:| was)? (?P<it>(?=[\w-]*\d)[\w-]{{4,}}(?: [\d-]+)*|"
    rf"{_DIGITS})",
    _I,
)
_SECRET = re.compile(
    r"\b(?:password|passcode|pin|pin code|door code|gate code|access code|security code|"
    r"safe code|code|cvv|"
    r"combination|wi-?fi key|username|user name|login)(?: number)?(?: for [\w' ]{1,30}?|"
    r" to [\w' ]{1,30}?"
    r"| of [\w' ]{1,30}?)?"
    rf"(?: is|:| was|=) (?P<it>{_SPELT}|\d[\d -]*\d|[^\s,.?!]+)",
    _I,
)
_PHONE = re.compile(
    r"(?<![\w.])(?P<it>\+\d[\d ().-]{6,}\d|\(\d{3}\) ?\d{3}[ -.]\d{4}|\d{3}[ .-]\d{3,4}[ .-]\d{3,4}"
    r"|\d{3}-\d{2}-\d{4}|\d{3}-\d{4}|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,4})(?!\w)"
)
_CALLED = re.compile(
    r"\b(?:call|phone|dial|text|ring|reach|whatsapp|number|mobile|cell|fax)\b"
    rf"[^.?!\d]{{0,40}}?(?P<it>\d[\d -]{{5,}}\d|{_SPELT})",
    _I,
)
_KINDS_OF_STREET = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|way|square|place|"
    r"terrace|"
    r"close|crescent|circle|parkway|highway|alley|row|hill|gardens|grove|mews|quay|walk"
)
_STREET = re.compile(
    rf"\b(?P<it>\d{{1,5}}[a-z]? (?:[\w'.-]+ ){{1,3}}?(?:{_KINDS_OF_STREET})\b"
    r"(?:,? (?:apartment|apt|flat|unit|suite) \w+)?"
    r"|(?:[\w-]*(?:stra(?:ß|ss)e|weg|allee|platz|gasse)|(?:rue|via|calle)(?: [\w'-]+){1,4})"
    r" \d{1,4}[a-z]?)\b",
    _I,
)
_POSTCODE = re.compile(
    r"\b(?P<it>[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b"
    r"|\b(?:zip(?: code)?|post ?code|postal code)(?: is|:)? (?P<zip>\d{4,6})\b"
)
_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_BORN = re.compile(
    r"\b(?:born|birth ?day|date of birth|dob|birthdate|anniversary|wedding)\b[^.?!]{0,30}?"
    rf"(?P<it>(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}|"
    rf"{_MONTHS} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?"
    rf"|{_MONTHS} [a-z-]+(?:st|nd|rd|th))(?:,? (?:in )?\d{{4}})?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?:in )?(?:19|20)\d\d)\b",
    _I,
)


def _cards(text: str) -> Iterable[str]:
    for match in re.finditer(r"(?<![\w+])\d(?:[ -]?\d){12,18}(?!\w)", text):
        digits = [int(sign) for sign in match[0] if sign.isdigit()]
        # Luhn's check (ISO/IEC 7812-1), or the way a card is written.
        doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
        if (sum(digits[::-2]) + sum(doubled)) % 10 == 0 or re.fullmatch(
            r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}", match[0]
        ):
            yield match[0]


def _remembered(text: str, known: Sequence[str]) -> Iterable[str]:
    """Names and numbers that were told to be remembered."""
    for fact in known:
        # "Called Lucky" is a name although "lucky" is a word.
        named = {
            word for cue in _cues(False) for m in cue.finditer(fact) for word in m["it"].split()
        }
        for place, word in enumerate(re.findall(r"[\w'-]+", fact)):
            unusual = place and word[0].isupper() and word.lower() not in _ordinary()
            telling = any(sign.isdigit() for sign in word) or unusual or word in named
            if telling and len(word) > 1 and re.search(rf"\b{re.escape(word)}\b", text, _I):
                yield word


_RELATIONS = (
    r"wife|husband|partner|spouse|girlfriend|boyfriend|fianc[eé]e?|son|daughter|kid|child|baby|"
    r"mother|mom|mum|"
    r"father|dad|brother|sister|aunt|uncle|cousin|niece|nephew|grandma|grandpa|grandmother|"
    r"grandfather|"
    r"granddaughter|grandson|stepson|stepdaughter|friend|best friend|roommate|flatmate|"
    r"neighbou?r|boss|manager|"
    r"colleague|coworker|co-worker|assistant|teacher|tutor|coach|doctor|dentist|therapist|"
    r"lawyer|landlord|"
    r"landlady|nanny|babysitter|ex|ex-wife|ex-husband|in-law|mother-in-law|father-in-law|client|"
    r"customer|"
    r"student|patient|dog|cat|puppy|hamster|horse|twins?|mate|buddy|accountant|pastor|priest|"
    r"vet|hairdresser"
)
_NAME = r"(?P<it>{n}(?: (?:van |von |de |da |al-|bin |O')?{c}){{0,2}})"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ][\w'’-]+)"  # noqa: RUF001
_ANY = r"[^\W\d_][\w'’-]+"  # noqa: RUF001
_CUES = (
    rf"\b(?:my|our|his|her|their|your)(?: [a-z]+)? (?:{_RELATIONS})(?:'s name)?"
    r"(?: is called| is named| was called| called| named| is|,)? {name}",
    r"\b(?:name is|name's|named|call me|called|known as|surname is|last name is|"
    r"maiden name is) {name}",
    r"\b(?:mr|mrs|ms|miss|dr|doctor|professor|prof|aunt|auntie|uncle|grandma|grandpa|sister|"
    r"father|captain)"
    r"\.? {name}",
    r"\b(?:call|text|email|message|phone|ring|tell|ask|invite|visit|meet|met|marry|married|"
    r"dating|hug|thank|"
    r"remind|texted|called|emailed|told|asked|invited|visited|owe|owes|pick up|drop off|forgive|"
    r"pay) {name}",
    r"\b(?:lunch|dinner|breakfast|meeting|appointment|date|coffee|party|trip|call|chat|fight|"
    r"argument|drinks|"
    r"interview|session|vacation|holiday|weekend|live|living|work|working|going|married|engaged|"
    r"in love|"
    r"arguing|speaking|broke up|breaking up|friends) (?:with|to) {name}",
    r"\b(?:letter|email|message|gift|present|card|speech|poem|note|toast|excuse|apology|"
    r"thank you note|invitation)"
    r" (?:to|for|from) {name}",
    r"\b(?:i am|i'm|this is|it's|here is) {name}(?= (?:from|and|calling|speaking)|[.,!]|$)",
)
_AFTER = (
    r"{name}(?:'s|’s) (?:birthday|wedding|school|house|phone|email|address|funeral|surgery|boss|"  # noqa: RUF001
    r"teacher|"
    r"mother|father|mom|dad|wife|husband|car|number|appointment|graduation|baby|party|homework|"
    r"room|salary)",
    r"{name} and (?:i|me)\b",
)


@cache
def _cues(any_case: bool) -> tuple[re.Pattern[str], ...]:
    first = _ANY if any_case else _CAPITAL
    name = _NAME.format(n=first, c=_CAPITAL)
    texts = [cue.replace("{name}", name) for cue in (*_CUES, *_AFTER)]
    return tuple(re.compile(text, _I) for text in texts)


_SELF = re.compile(
    r"\b(?:my|our|mine|ours|we|i've|i'd|i was|i am|i have|i had|i met|i saw|i know)\b", _I
)


def _names(text: str) -> Iterable[str]:
    # A recogniser writes names with capitals; somebody who types may not.
    lower = text == text.lower()
    for cue in _cues(lower):
        for match in cue.finditer(text):
            yield from _name(match["it"], lower=lower)
    if _SELF.search(text):
        # In a sentence about the wearer a capital is most likely somebody they know.
        for match in re.finditer(rf"(?<![.!?] )(?<!^)\b{_CAPITAL}(?: {_CAPITAL})*", text):
            yield from _name(match[0], lower=False)


def _name(found: str, *, lower: bool) -> Iterable[str]:
    words = _WORD.findall(found)
    while words and words[0].lower().removesuffix("'s") in _ordinary():
        words.pop(0)
    kept: list[str] = []
    for word in words:
        bare = word.removesuffix("'s").removesuffix("’s")  # noqa: RUF001
        if bare.lower() in _ordinary() or (kept and bare.islower()):
            break
        kept.append(bare)
        if lower:
            break
    name = " ".join(kept)
    if name and not _place(name) and name not in SPOKEN and "_" not in name:
        yield name


def _place(name: str) -> bool:
    """Cities and countries tell a question apart, and seldom a person."""
    from edge.reason.places import find_place

    return find_place(name) is not None


@cache
def _ordinary() -> frozenset[str]:
    """Words that are no name, with a capital or without."""
    from importlib import resources

    text = (resources.files("edge.trust") / "ordinary.txt").read_text("utf-8")
    return frozenset(text.split())
