"""Times, years, dates, ranges and telephone numbers, as people read them aloud.

A voice reads 10:00 as "ten zero zero" and 1990s as "nineteen hundred ninety z".
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from typing import Final

_MONTHS: Final = tuple(calendar.month_name)[1:]
_HALF: Final = re.compile(r" ?[AaPp]\.? ?[Mm]\b")
_TENS: Final = (
    "hundreds", "tens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies",
    "eighties", "nineties",
)  # fmt: skip
_BEFORE_A_YEAR: Final = (
    r"\b(?:(?i:in|since|until|till|by|from|year|between|around|about|circa|before|after|early|late"
    r"|mid|during|summer|winter|spring|autumn)"
    rf"|(?:{'|'.join(_MONTHS)})(?: \d{{1,2}}(?:st|nd|rd|th)?,?)?)[ -]"
)
_YEAR: Final = r"(?:1[1-9]|20)\d\d"
_NOT_A_YEAR: Final = r"(?![\w%]|[,.:]\d| (?!is\b|was\b|as\b|has\b|its\b|this\b)[a-z]+s\b)"
_EMERGENCY: Final = "911|112|999|988|111|000|211|311|411|511|811"


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), match["minute"]
    if hour > 24:
        return match[0]
    if minute != "00":
        return f"{hour} oh {minute[1]}" if minute[0] == "0" else f"{hour} {minute}"
    if _HALF.match(match.string, match.end()):
        return f"{hour}"
    if hour in (0, 24):
        return "midnight"
    return f"{hour} o'clock" if hour <= 12 else f"{hour} hundred"


def _iso_date(match: re.Match[str]) -> str:
    try:
        day = datetime.date.fromisoformat(match[0])
    except ValueError:
        return match[0]
    return f"{day:%B} {day.day}, {_year(match['year'])}"


def _year(digits: str) -> str:
    century, rest = digits[:2], digits[2:]
    if rest == "00" or (century == "20" and rest[0] == "0"):
        return digits
    return f"{century} oh {rest[1]}" if rest[0] == "0" else f"{century} {rest}"


def _years(match: re.Match[str]) -> str:
    first = match["before"] + _year(match["year"])
    if not match["last"]:
        return first
    between = match["between"].strip()
    return f"{first} {between if between.isalpha() else 'to'} {_year(match['last'])}"


def _decade(match: re.Match[str]) -> str:
    century, tens = match["century"] or "", int(match["tens"])
    if tens == 0:
        return "two thousands" if century == "20" else f"{century} hundreds"
    return f"{century} {_TENS[tens]}".strip()


def _digits(match: re.Match[str]) -> str:
    return ", ".join(" ".join(group) for group in re.split(r"\D+", match["digits"]))


_RULES: Final[list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]] = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<![\w.-])(?P<year>\d{4})-\d\d-\d\d(?![\w-])", _iso_date),
        (r"(?<![\w:.])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?!:?\d)", _clock),
        (r"(?<![\w-])\(?(?P<digits>(?:\d{3}(?:[-.]|\) ?))?\d{3}[-.]\d{4})(?![\w-])", _digits),
        (rf"(?i)(?<=\bcall |\bdial |\btext )(?P<digits>{_EMERGENCY})(?!\w)", _digits),
        (r"(?<![\w.])'?(?P<century>1\d|20)?(?P<tens>[1-9](?=0)|(?<=\d)0(?=0))0'?s\b", _decade),
        (
            rf"(?P<before>{_BEFORE_A_YEAR}|\()(?P<year>{_YEAR})"
            rf"(?:(?P<between> ?(?:and|to|or|[-–]) ?)(?P<last>{_YEAR}))?{_NOT_A_YEAR}",  # noqa: RUF001
            _years,
        ),
        (
            r"(?<![\w.,-])(?P<low>\d{1,3})-(?P<high>\d{1,3})(?![\w-])",
            lambda match: f"{match['low']} to {match['high']}",
        ),
    )
]  # fmt: skip


def as_read(text: str) -> str:
    """`text` with such numbers as they are said; all others are left to the voice."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
