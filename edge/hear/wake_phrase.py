"""The second opinion on a wake word: did the recogniser hear the phrase, too?

Recognisers write an unfamiliar name in many ways ("Jarvis" as Jervis, Travis, Job is), so what is
compared is roughly the sounds, not the letters: how much would have to be misheard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

ALIKE = 0.22
"""Part of the phrase that may be misheard, where nothing else is known."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_VOWELS = frozenset("aeiou")
_NEAR = {
    # What is confused, and how far apart it is; any other pair of consonants is 1.
    frozenset(pair): cost
    for cost, pairs in (
        (0.15, ("sz", "JC", "kg", "td", "fv", "bp", "T0", "ST")),
        (0.4, ("Jd", "Ct", "Jy", "Js", "sS", "zS", "CS", "JS", "s0", "f0", "t0", "d0", "vb", "mn")),
        (0.4, ("vw", "rw", "rl", "lw", "vm", "bm", "Jz", "Cs", "Jg", "Ck")),
    )
    for pair in pairs
}
_SPELLINGS = (
    (r"tch|ch", "C"),
    (r"dge|dg|j", "J"),
    (r"g(?=[eiy])", "J"),
    (r"sh", "S"),
    (r"th", "0"),
    (r"ph", "f"),
    (r"wh", "w"),
    (r"ck|q(?=u)|q", "k"),
    (r"x", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"^y", "Y"),
    (r"y", "i"),
    (r"Y", "y"),
    (r"(?<=[^aeiou])e$", ""),
    (r"(.)\1+", r"\1"),
    (r"[aeiou]{2,}", lambda vowels: vowels[0][0]),
)


def heard_phrase(
    transcript: str, phrase: str, heard_as: Iterable[str] = (), *, alike: float = ALIKE
) -> str | None:
    """What `transcript` says after `phrase`; None where the phrase is not in it.

    `heard_as`: other ways in which the phrase has been written down, taken as they are. `alike` is
    how much of the phrase, 0 to 1, may be misheard. Empty where nothing was said after the phrase.
    """
    words = list(_WORD.finditer(transcript))
    found = _nearest(words, phrase, heard_as)
    if found is None or found[0] > alike:
        return None
    return transcript[words[found[1]].end() :].lstrip(
        " \t\n,.;:!?\u2026-\u2013\u2014\"'\u2019\u201d"
    )


def misheard(transcript: str, phrase: str, heard_as: Iterable[str] = ()) -> float:
    """The part of `phrase` that must have been misheard for it to be in `transcript`.

    0: it was written just so; 1 or more: nothing of it is there.
    """
    found = _nearest(list(_WORD.finditer(transcript)), phrase, heard_as)
    return 1.0 if found is None else found[0]


def _nearest(
    words: list[re.Match[str]], phrase: str, heard_as: Iterable[str]
) -> tuple[float, int] | None:
    """The smallest part misheard, and the last word of where; the first such place."""
    said = [word.lower() for word in _WORD.findall(phrase)]
    if not said:
        raise ValueError("a phrase has words")
    target = sounds("".join(said))
    known = {sounds("".join(_WORD.findall(text.lower()))) for text in heard_as} - {""}
    whole = sum(_weight(sound) for sound in target)
    best: tuple[float, int] | None = None
    for first in range(len(words)):
        text = ""
        for last in range(first, min(first + len(said) + 1, len(words))):
            text += words[last][0].lower()
            key = sounds(text)
            part = 0.0 if key in known else _distance(target, key) / whole
            if best is None or part < best[0] - 1e-9:
                best = part, last
    return best


@cache
def sounds(text: str) -> str:
    """A rough spelling of how English `text`, without spaces, sounds: "jarvis" is Jarvis."""
    text = text.lower().replace("'", "").replace("\u2019", "")
    for pattern, sound in _SPELLINGS:
        text = re.sub(pattern, sound, text)
    return text


def _distance(one: str, other: str) -> float:
    """Weighted edit distance between two rough spellings."""
    row = [0.0]
    for sound in other:
        row.append(row[-1] + _weight(sound))
    for a in one:
        left = row[0] + _weight(a)
        line = [left]
        for place, b in enumerate(other):
            left = min(row[place] + _apart(a, b), row[place + 1] + _weight(a), left + _weight(b))
            line.append(left)
        row = line
    return row[-1]


def _apart(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        return 0.25
    if a in _VOWELS or b in _VOWELS:
        return 1.2
    return _NEAR.get(frozenset((a, b)), 1.0)


def _weight(sound: str) -> float:
    """What it costs to miss `sound` or to hear it where it was not."""
    if sound in _VOWELS:
        return 0.4
    return 0.5 if sound in "hrwy" else 0.8
