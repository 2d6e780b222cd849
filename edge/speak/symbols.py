"""Signs and symbols as words, and out with what has no sound: emoji, controls, Markdown's marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_UNITS: Final = {
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"),
    "m/s": ("meter per second", "meters per second"),
    "mph": ("mile per hour", "miles per hour"),
    "mi/h": ("mile per hour", "miles per hour"),
    "km": ("kilometer", "kilometers"),
    "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"),
    "lb": ("pound", "pounds"),
    "lbs": ("pounds", "pounds"),
    "oz": ("ounce", "ounces"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "Hz": ("hertz", "hertz"),
    "kB": ("kilobyte", "kilobytes"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "kW": ("kilowatt", "kilowatts"),
    "ms": ("millisecond", "milliseconds"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}
_CURRENCIES: Final = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "", ""),
    "₩": ("won", "won", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
}
_MAGNITUDES: Final = {"k": "thousand", "K": "thousand", "M": "million", "B": "billion"}
_FRACTIONS: Final = {
    "1/2": "one half",
    "1/3": "one third",
    "2/3": "two thirds",
    "1/4": "one quarter",
    "3/4": "three quarters",
    "1/5": "one fifth",
    "1/8": "one eighth",
    "1/10": "one tenth",
}
_LATEX: Final = {
    "times": " times ",
    "cdot": " times ",
    "div": " divided by ",
    "pm": " plus or minus ",
    "leq": " is at most ",
    "le": " is at most ",
    "geq": " is at least ",
    "ge": " is at least ",
    "neq": " is not equal to ",
    "approx": " is about ",
    "to": " to ",
    "rightarrow": " to ",
    "infty": " infinity ",
    "sqrt": " the square root of ",
    "pi": " pi ",
    "theta": " theta ",
    "alpha": " alpha ",
    "beta": " beta ",
    "circ": " degrees ",
}
_SIGNS: Final = {
    "×": " times ",  # noqa: RUF001 - the sign itself
    "÷": " divided by ",
    "±": " plus or minus ",
    "−": " minus ",  # noqa: RUF001
    "≈": " about ",
    "≠": " is not equal to ",
    "≤": " is at most ",
    "≥": " is at least ",
    "√": " the square root of ",
    "∞": " infinity ",
    "∑": " the sum of ",
    "∈": " in ",
    "→": " to ",
    "⇒": " to ",
    "➜": " to ",
    "➡": " to ",
    "←": " from ",
    "↔": " to and from ",
    "²": " squared",
    "³": " cubed",
    "℃": " degrees Celsius",
    "℉": " degrees Fahrenheit",
    "№": " number ",
    "&": " and ",
    "•": ", ",
    "·": " ",
    "|": ", ",
}
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"


def _plural(number: str, one: str, many: str) -> str:
    return one if number == "1" else many


def _money(match: re.Match[str]) -> str:
    one, many, cent, cents = _CURRENCIES[match["sign"]]
    number, magnitude = match["number"], match["magnitude"]
    if magnitude:
        return f"{number} {_MAGNITUDES.get(magnitude, magnitude)} {many}"
    whole, _, rest = number.partition(".")
    if len(rest) == 2 and cents:
        words = [] if whole == "0" else [f"{whole} {_plural(whole, one, many)}"]
        if rest != "00":
            small = rest.lstrip("0")
            words.append(f"{small} {_plural(small, cent, cents)}")
        return " and ".join(words) or f"0 {many}"
    return f"{number} {_plural(number, one, many)}"


def _unit(match: re.Match[str]) -> str:
    return f"{match['number']} {_plural(match['number'], *_UNITS[match['unit']])}"


def _host(match: re.Match[str]) -> str:
    rest = match["rest"]
    # A stop or a bracket at the end belongs to the sentence.
    tail = rest[len(rest.rstrip(".,;:!?)'\"”’]")) :]  # noqa: RUF001
    return (match["host"].rstrip(".") + tail) if rest else match["host"]


def _power(match: re.Match[str]) -> str:
    exponent = match["exponent"] or match["braced"]
    return {"2": " squared", "3": " cubed"}.get(exponent, f" to the power of {exponent}")


_Replacement = str | Callable[[re.Match[str]], str]

_RULES: Final[list[tuple[re.Pattern[str], _Replacement]]] = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Links and addresses
        (r"(?i)\b(?:https?|ftp)://(?:www\.)?(?P<host>[^\s/?#<>()\"']+)(?P<rest>[^\s<>]*)", _host),
        (r"(?i)\bwww\.(?P<host>[a-z0-9.-]+\.[a-z]{2,})(?P<rest>[^\s<>]*)", _host),
        (r"(?<=\w)@(?=\w)", " at "),
        (r"(?<!\w)@(?=\w)", "at "),
        # Footnotes and citations
        (r"\[\^?\d{1,3}\]", ""),
        # LaTeX
        (r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1 over \2"),
        (r"\\(?:text|mathrm|mathbf|boxed)\{([^{}]*)\}", r"\1"),
        (r"\\([A-Za-z]+)", lambda match: _LATEX.get(match[1], " " + match[1])),
        # Money, units, fractions
        (
            rf"(?P<sign>[{''.join(_CURRENCIES)}])\s?(?P<number>{_NUMBER})"
            r"(?:\s?(?P<magnitude>(?:[kKMB]|thousand|million|billion|trillion)\b))?",
            _money,
        ),
        (
            rf"(?<![\w.])(?P<number>{_NUMBER})\s?"
            rf"(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?!\w)",
            _unit,
        ),
        (r"(?<=\d)\s?%", " percent"),
        (
            r"(?<![\w/.])(?:(?P<whole>\d+) )?(?P<part>\d/\d+)(?![\w/])",
            lambda match: (
                match[0]
                if match["part"] not in _FRACTIONS
                else f"{match['whole']} and {_FRACTIONS[match['part']]}"
                if match["whole"]
                else _FRACTIONS[match["part"]]
            ),
        ),
        (r"(?<=\d)\s?½", " and a half"),
        (r"½", "one half"),
        (r"¼", "one quarter"),
        (r"¾", "three quarters"),
        # Arithmetic
        (r"(?<=[\w)])(?:\^|\*\*)(?:\{(?P<braced>[^{}]*)\}|(?P<exponent>-?\w+))", _power),
        (r"(?<=[\w)]) ?\* ?(?=[\d(])|(?<=[\d)]) ?\* ?(?=[\w(])|(?<=\w) \* (?=\w)", " times "),
        (r"<=|≤", " is at most "),
        (r">=|≥", " is at least "),
        (r"!=", " is not equal to "),
        (r"[-=]+>", " to "),
        (r"<[-=]+", " from "),
        (r"\s*=+\s*(?=[\w(\"'$-])", " equals "),
        (r"(?<=[\d)]) - (?=[\d(])", " minus "),
        (r"(?<![\w)\]-])-(?=\d)", "minus "),
        (r"(?<=\d)\s?–\s?(?=\d)", " to "),  # noqa: RUF001 - a range's dash
        (r"\b([A-Z])\+\+", r"\1 plus plus"),
        (r"\s*\+\s*(?=[\w(])", " plus "),
        (r"(?<=[\d)]) / (?=[\d(])", " divided by "),
        (r"(?i)\band/or\b", "and or"),
        (r"(?<=\S) ?< ?(?=[\d.-])|(?<=\w) < (?=\w)", " is less than "),
        (r"(?<=\S) ?> ?(?=[\d.-])|(?<=\w) > (?=\w)", " is greater than "),
        (r"(?<!\w)<\s?(?=\d)", "less than "),
        (r"(?<!\w)>\s?(?=\d)", "more than "),
        (r"~\s?(?=\d)", "about "),
        (r"\b([CF])#", r"\1 sharp"),
        (r"#(?=\d)", "number "),
        # Abbreviations that engines spell out, or stop at
        (r"(?i)\be\.g\.,?(?=\s)", "for example,"),
        (r"(?i)\bi\.e\.,?(?=\s)", "that is,"),
        (r"(?i)\bvs\.?(?=\s)", "versus"),
        (r"\bNos?\.\s?(?=\d)", "number "),
        (r"(?i)\bapprox\.(?=\s)", "approximately"),
        (r"\bProf\.(?=\s[A-Z])", "Professor"),
        (r"\bFig\.\s?(?=\d)", "figure "),
        (r"(?i)\betc\.(?=\s*[,;:a-z])", "et cetera"),
        (r"(?i)\betc\b", "et cetera"),
        # What remains of Markdown, and the brackets of code
        (r"[\\_{}\[\]]", " "),
        (r"[*`#~<>^=+$]", " "),
    )
]
_TIDY: Final[list[tuple[re.Pattern[str], str]]] = [
    (re.compile(r"\(\s*\)"), " "),
    (re.compile(r"\(\s+"), "("),
    (re.compile(r"\s+\)"), ")"),
    (re.compile(r"\s+"), " "),
    (re.compile(r" ([,.!?;:]+)(?=\s|$)"), r"\1"),
    (re.compile(r"([,;:])(?:\s*,)+"), r"\1"),
    (re.compile(r"^[\s,;]+|\s+$"), ""),
]


def speakable(text: str) -> str:
    """One line of text with its signs in words, and without anything that has no sound."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if character.isspace() else character for character in text)
    text = "".join(
        character
        for character in text
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    text = "".join(character for character in text if not _pictograph(character))
    for pattern, tidied in _TIDY:
        text = pattern.sub(tidied, text)
    return text


def _pictograph(character: str) -> bool:
    """Emoji and their modifiers, dingbats, box drawing and whatever else is only a picture."""
    category = unicodedata.category(character)
    return (
        category == "So"
        or (category in ("Sk", "Sm") and not character.isascii())
        or character in "\ufe0e\ufe0f\u20e3‼⁉〰〽"
    )
