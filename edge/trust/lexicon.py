"""Which words are words: those that are none may be names."""

from __future__ import annotations

import re
from functools import cache

_CONTRACTED_WORDS = (
    "i'm i've i'd i'll you're you've we're they're it's that's what's who's where's don't "
    "doesn't can't won't isn't aren't wasn't didn't couldn't let's there's here's he's she's "
    "how's"
)
_CONTRACTED = frozenset(_CONTRACTED_WORDS.split())
_ENDINGS = (
    *("'s", "’s", "'ll", "'re", "'d", "'ve", "n't"),  # noqa: RUF001
    *("s", "es", "ed", "d", "ing", "er", "r", "ers", "ly", "ally", "y", "est"),
    *("ness", "able", "less", "like", "ful"),
)
_PART = 4
"""Letters of the shortest part of a compound."""
_VERBAL = ("s", "es", "ed", "ing", "ly", "n't")
_INFLECTED = (
    *("'s", "’s", "'ll", "'re", "'d", "'ve"),  # noqa: RUF001
    *_VERBAL,
    *("ally", "ness", "able", "less", "ful"),
)


def bare(word: str) -> str:
    """Without a possessive ending."""
    return re.sub(r"['’]s?$", "", word)  # noqa: RUF001


@cache
def plain(word: str) -> bool:
    """Whether a dictionary has it as it is; with a capital, "Nils" is not a form of "nil"."""
    word = bare(word).lower()
    return (
        len(word) < 2
        or word in _frequent()
        or _in_dictionary(word)
        or word in _CONTRACTED
        or ("-" in word and all(part in _frequent() for part in word.split("-")))
    )


@cache
def ordinary(word: str) -> bool:
    """Whether it is a word of the language, in some form of it."""
    word = word.lower().replace("’", "'")  # noqa: RUF001
    if plain(word) or word.partition("'")[0] in _frequent():
        return True
    if "-" in word:
        return all(map(plain, word.split("-")))
    # "Wheelchair", "boyfriend": younger than the dictionary.
    for place in range(_PART, len(word) - _PART + 1):
        first, second = word[:place], word[place:]
        if (first in _frequent() or second in _frequent()) and plain(first) and plain(second):
            return True
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        # stopp-ing, mak(e)-ing, stud(y)-ies
        for form in (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem,
                     stem[:-1] + "y" if stem[-1] == "i" else stem):  # fmt: skip
            if form in _frequent() or (ending not in ("r", "d", "y") and _in_dictionary(form)):
                return True
    return False


@cache
def _frequent() -> frozenset[str]:
    return frozenset(_data("ordinary.txt").decode().split())


def frequent_form(word: str) -> bool:
    """Whether it is one of the most frequent words, or a form of one."""
    word = word.lower()
    if word in _frequent():
        return True
    return any(stem in _frequent() for ending in _INFLECTED for stem in _stems(word, ending))


def verb_form(word: str) -> bool:
    """Whether it is what a verb becomes: "snores" is, "marcus" is not."""
    word = word.lower()
    return any(plain(stem) for ending in _VERBAL for stem in _stems(word, ending))


def _stems(word: str, ending: str) -> tuple[str, ...]:
    """What `word` may be made of: mak-ing of make, stopp-ed of stop, cri-es of cry."""
    stem = word.removesuffix(ending)
    if stem == word or len(stem) < 2 or (ending == "s" and stem.endswith("s")):
        return ()
    if ending == "es":
        if stem.endswith("i"):
            return (stem[:-1] + "y",)
        return (stem,) if stem.endswith(("s", "x", "z", "ch", "sh", "o")) else ()
    if ending in ("ed", "ing"):
        doubled = (stem[:-1],) if len(stem) > 2 and stem[-1] == stem[-2] else ()
        return (stem, stem + "e", *doubled, *((stem[:-1] + "y",) if stem.endswith("i") else ()))
    return (stem,)


@cache
def given_names() -> frozenset[str]:
    """Given names that are words, too."""
    return _both()[0]


@cache
def family_names() -> frozenset[str]:
    """Family names that are words, too: behind a given one."""
    return _both()[1]


@cache
def _both() -> tuple[frozenset[str], frozenset[str]]:
    lines = [line for line in _data("both.txt").decode().splitlines() if line[:1] != "#"]
    given, _, family = " ".join(lines).removeprefix("given ").partition(" family ")
    return frozenset(given.split()), frozenset(family.split())


def _in_dictionary(word: str) -> bool:
    # A search through a megabyte takes some ten microseconds, and a set of it ten times the memory.
    return f"\n{word}\n".encode() in _dictionary()


@cache
def _dictionary() -> bytes:
    import gzip

    return gzip.decompress(_data("dictionary.txt.gz"))


def _data(name: str) -> bytes:
    from importlib import resources

    return (resources.files("edge.trust") / name).read_bytes()
