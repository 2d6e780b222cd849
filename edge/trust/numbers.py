"""Numbers, addresses and dates that belong to somebody; those of a sum belong to nobody.

Each expression is of bounded length, so that none takes long over a hostile text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from edge.trust.lexicon import ordinary

_I = re.IGNORECASE
SAID = r"(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_TENS = (
    r"ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety"
)
COUNTED = rf"(?:{SAID}|{_TENS}|hundred(?: and)?|thousand(?: and)?)"
"""A word of a number, however it is said: "forty two", "one hundred and five", "one oh five"."""
_PAIRED = rf"(?:{SAID}|{_TENS})"
SPELT = rf"(?:{_PAIRED}[ -]){{3,24}}{_PAIRED}\b"
_ON = r"[\w+]{1,40}(?:(?: dot | underscore | dash |[.-])[\w+]{1,40}){0,4}"

# "At wade wilson dot com": a dash is seldom heard.
_HOST = (
    r" at [\w-]{1,40}(?:(?: dash | |-)\w{1,40}){0,3}?"
    rf"(?: dot (?!{SAID}\b)\w{{2,12}}){{1,3}}\b"
)
EMAIL = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    rf"|(?:(?<= is )|(?<=^is )|(?<=from )|(?<=with )|(?<= to )|(?<=block )|(?<=dress ))"
    rf"(?:\w{{1,40}} ){{0,5}}?{_ON}{_HOST}|\b{_ON}{_HOST}",
    _I,
)
LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+", _I)
IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4}(?: [A-Z]\b)?)?(?!\w)"
    rf"|\b[a-z]{{2}} {SAID} {SAID}(?:(?: [a-z]{{1,5}})? {SAID}){{8,40}}(?: [a-z]{{1,2}}\b){{0,2}}",
    _I,
)
_IS = r"(?: number| numbers| no\.?| id| code)?(?: is|:| was|,| are)? "
_DIGITS = rf"(?:\d[\d -]{{2,30}}\d|{SPELT})"
ACCOUNT = re.compile(
    r"\b(?:account|routing|sort code|passport|policy|insurance|licen[cs]e|social security|ssn|iban|"
    r"tax id|member(?:ship)?|customer|patient|order|tracking|booking|confirmation|reference|"
    r"national id|transfer[^.?!\d]{0,30} to)"
    rf"{_IS}(?P<it>(?=[a-z-]{{0,6}}\d)[\w-]{{4,40}}(?: [\d-]{{1,20}}){{0,8}}|{_DIGITS}"
    rf"|(?:[a-z]{{1,2}} )?{SPELT}(?: [a-z]{{1,4}}(?: {SAID}\b)*)*)",
    _I,
)
_SECRET = (
    r"\b(?:password|passphrase|passcode|pin|pin code|door code|gate code|access code|code|cvv|cvc|"
    r"security code|safe code|combination|wi-?fi key|username|user name|login)(?: number)?"
    r"(?: (?:for|to|of) [\w' ]{1,30}?)?(?: is|:| was| =) "
)
_FIRST = (
    r"(?!(?:a|an|the|not|too|very|it|that|safe|good|bad|wrong|right|my|in|on|for|to|of|broken|and|or)"
    r"\b)"
)
SECRET = re.compile(
    rf"{_SECRET}(?P<it>{SPELT}|\d[\d -]{{0,20}}\d|{_FIRST}[^\s,?!]+"
    rf"(?:(?: {SAID}| [b-hj-z]\b)+(?: [^\s,?!]{{1,12}}(?= (?:{SAID}|is|[b-z])\b|$))?){{0,8}})",
    _I,
)
_SPELT_SECRET = re.compile(
    rf"{_SECRET}(?P<it>(?:a (?=\w{{1,3}}\b))?{_FIRST}[^\s,?!]+(?: [^\s,?!]+){{1,16}})", _I
)
_ENDS = frozenset(("is", "it", "how", "can", "and", "for", "but", "so", "who", "why"))
_SIGN = re.compile(rf"{_PAIRED}|[a-z]", _I)
_PHONE = re.compile(
    r"(?<![\w.,/])(?:\+ ?|\(|(?=\d))\(?\d[\d ().\-/]{4,24}\d(?: ?(?:x|ext\.?) ?\d{1,6})?"
    r"(?![\w/]|[.,]\d)",
    _I,
)
_CALL = re.compile(
    r"\b(?:calls?|called|phone|dial|texts?|ring|reach|whatsapp|number|mobile|cell|fax|from|at|on)\b"
    r"[^.?!\d]{0,40}$",
    _I,
)
_CALLED = re.compile(
    r"\b(?:call|phone|dial|text|ring|reach|whatsapp|number|mobile|cell|fax)\b"
    rf"[^.?!\d]{{0,40}}?(?P<it>(?:plus )?{SPELT}(?: (?:x|extension)(?: {SAID}){{1,6}})?)|"
    rf"(?P<plus>\bplus {SPELT}(?: x(?: {SAID}){{1,6}})?)|"
    rf"(?P<long>\b(?:{_PAIRED}(?:[ -]dot)?[ -]){{6,24}}"
    rf"{_PAIRED}(?: x(?: {SAID}){{1,6}})?\b)",
    _I,
)
_SUMS = re.compile(
    r"\b(?:plus|minus|times|divided|multiplied|percent|square|root|sum|average|factor|prime|convert|"
    r"metres?|meters?|miles?|dollars?|euros?|pounds?|grams?|kilos?|seconds?|minutes?|hours?|years?|"
    r"people|binary|hex(?:adecimal)?)\b|[+*×÷=%$€£]\s*\d",  # noqa: RUF001
    _I,
)
_ISO = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|(?:19|20)\d\d ?- ?(?:19|20)\d\d"
)
_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_ORDINAL = (
    r"(?:(?:twenty |thirty )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|"
    r"eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_DAY = (
    rf"(?:\d{{1,2}} ?(?:st|nd|rd|th)?|{_ORDINAL}"
    rf"|{COUNTED}(?: {COUNTED})?(?: ?(?:st|nd|rd|th))?)"
)
_SAID_YEAR = rf"{_PAIRED}(?: (?:{_PAIRED}|hundred|thousand|and)){{1,4}}"
_YEAR = rf"(?:,? (?:in )?(?:\d{{4}}|{_SAID_YEAR}))"
BORN = re.compile(
    r"\b(?:born|birth ?day|date of birth|dob|birthdate|anniversary|wedding)\b[^.?!\d]{0,30}?"
    rf"(?P<it>(?:the )?(?:{_DAY}(?: of)? {_MONTHS}{_YEAR}?|"
    rf"{_MONTHS} (?:the )?{_DAY}{_YEAR}|{_MONTHS}(?: {SAID}){{1,6}}|{_MONTHS} (?:the )?{_DAY}|"
    rf"{_MONTHS} [a-z-]{{3,12}}(?:st|nd|rd|th){_YEAR}?"
    rf"|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}|{COUNTED}(?:[ -]{COUNTED}){{2,12}}"
    rf"|(?:in )?(?:19|20)\d\d|in {_SAID_YEAR}))\b",
    _I,
)


def found(expression: re.Pattern[str], text: str) -> Iterator[str]:
    """What `expression` marks: its first named group with something in it, or all."""
    for match in expression.finditer(text):
        marked = [group for group in match.groupdict().values() if group]
        yield (marked[0] if marked else match[0]).strip(" ,.;:!?")


def secrets(text: str) -> Iterator[str]:
    """Passwords and codes, also as they are heard: "six jhemc zero y is it safe"."""
    yield from found(SECRET, text)
    for match in _SPELT_SECRET.finditer(text):
        words = match["it"].split(" ")
        last = 0
        for place, word in enumerate(words):
            sign = bool(_SIGN.fullmatch(word)) and not (word == "i" and place)
            # A short word may be a part of it where a digit or a letter follows.
            if not sign and place and ordinary(word):
                after = words[place + 1 : place + 2]
                if len(word) > 3 or word in _ENDS or not (after and _SIGN.fullmatch(after[0])):
                    break
                continue
            last = place
        if last:
            yield " ".join(words[: last + 1]).rstrip(".;:")


def phones(text: str) -> Iterable[str]:
    """Telephone numbers: with a plus, a zero or separators before and in them, or asked to call."""
    for match in _PHONE.finditer(text):
        number = match[0].strip(" .,-/")
        groups = re.findall(r"\d+", number)
        count = sum(map(len, groups))
        if not 6 <= count <= 20 or _ISO.fullmatch(number) or len(groups) > count / 2 + 1:
            continue
        marked = number.startswith(("+", "0", "(")) and count >= 8
        asked = bool(_CALL.search(text[: match.start()]))
        grouped = (len(groups) > 1 and count >= 7) or (len(groups) == 1 and count >= 10)
        if marked or asked or (grouped and not _SUMS.search(text)):
            yield number
    yield from found(_CALLED, text)


def cards(text: str) -> Iterable[str]:
    """Numbers of credit cards: Luhn's check (ISO/IEC 7812-1), or the way one is written."""
    for match in re.finditer(r"(?<![\w+])\d(?:[ -]?\d){12,18}(?!\w)", text):
        digits = [int(sign) for sign in match[0] if sign.isdigit()]
        doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
        if (sum(digits[::-2]) + sum(doubled)) % 10 == 0 or re.fullmatch(
            r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}", match[0]
        ):
            yield match[0]
