"""Names of people whom the wearer speaks of: by what stands around them, or as unknown words.

A word that no dictionary has, in a sentence about the wearer, is taken for a name: rather one
placeholder too many. In a question about the world names stay, or it could not be answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from edge.trust.lexicon import (
    bare,
    family_names,
    frequent_form,
    given_names,
    ordinary,
    plain,
    verb_form,
)

_I = re.IGNORECASE
_NEAR = 60
"""Signs before and behind a word that are looked at."""
WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")  # noqa: RUF001 (the sign is what people type)

_RELATIONS = (
    r"wife|husband|partner|spouse|girlfriend|boyfriend|fianc[eé]e?|son|daughter|kid|child|baby|"
    r"mother|mom|mum|father|dad|brother|sister|sibling|twin|aunt|uncle|cousin|niece|nephew|grandma|"
    r"grandpa|grandmother|grandfather|granddaughter|grandson|stepson|stepdaughter|stepmother|"
    r"stepfather|godmother|godfather|friend|roommate|flatmate|housemate|neighbou?r|boss|manager|"
    r"supervisor|colleague|co-?worker|assistant|teacher|tutor|coach|trainer|doctor|dentist|nurse|"
    r"therapist|psychiatrist|lawyer|landlord|landlady|nanny|babysitter|au pair|cleaner|gardener|ex|"
    r"ex[- ]wife|ex[- ]husband|(?:mother|father|sister|brother|daughter|son)[- ]in[- ]law|client|"
    r"customer|student|pupil|patient|employee|intern|dog|cat|puppy|kitten|hamster|rabbit|parrot|"
    r"horse|pony|twins|buddy|mate|accountant|pastor|priest|vet|hairdresser|plumber|crush|date"
)
# Behind these stands a name, whatever the word; a capital is enough.
_SURE = (
    rf"\b(?:my|our)(?: [a-z]+)? (?:{_RELATIONS})(?:'s (?:\w+ )?"
    rf"(?:{_RELATIONS}|name))?(?: is called| is named| was called| called| named|'s name is|,)? ",
    r"\b(?:names? (?:is|was)|name's|named|i'm called|is called|are called|call me|calls me|"
    r"known as|surname is|"
    r"last name is|maiden name is) ",
    r"\b(?:mr|mrs|ms|miss|dr|doctor|professor|prof|auntie?|uncle|grandma|grandpa)\.? ",
)
# Behind these often stands something else.
_LIKELY = (
    rf"\b(?:his|her|their|your|the)(?: [a-z]+)? (?:{_RELATIONS})(?: called| named|,)? ",
    r"\b(?:call|text|email|message|phone|ring|tell|ask|invite|visit|meet|met|marry|married|dating|"
    r"hug|thank|remind|texted|called|emailed|told|asked|invited|visited|owe|owes|pick up|drop off|"
    r"forgive|pay|lend|get|give|help|miss|love|miss|promised|promise|buy|divorce|avoid|trust) ",
    r"\b(?:with|from|against|without|behind|about) ",
    r"\b(?:lunch|dinner|breakfast|meeting|appointment|date|coffee|party|trip|call|chat|fight|"
    r"argument|drinks|interview|session|vacation|holiday|weekend|live|living|work|working|going|"
    r"married|engaged|in love|arguing|speaking|broke up|breaking up|friends|argue|lie|lying|talk|"
    r"talking|say|sorry|apologi[sz]e|listen|write|listening|gift|present|speech|poem|note|toast|"
    r"letter|email|message|card|song|story|invitation|room|flat|apartment|house) (?:to|for|with) ",
    r"\b(?:i am|i'm|this is|it's|here is) ",
)
_BEHIND = re.compile(
    r"(?:['’]s (?:birthday|wedding|school|house|phone|email|address|funeral|surgery|boss|"  # noqa: RUF001
    r"teacher|mother|father|mom|mum|dad|wife|husband|car|number|appointment|graduation|baby|party|"
    r"homework|room|salary|message|text|call|anniversary|family|parents|kids|name|diet|job)\b"
    r"|,? who(?:'s| is| was| has)\b| and (?:i|me|my)\b|, (?:my|our) )",
    _I,
)
_TOLD = re.compile(
    r"\b(?:say|saying|write|talk|talking|speak|apologi[sz]e|lie|sorry|listen) to $"
    r"|\b(?:letter|email|message|card|note|poem|speech|toast|invitation|gift|present) (?:to|for) $",
    _I,
)
_TITLE = re.compile(r"\b(?:mr|mrs|ms|mister|professor|prof)\.? $", _I)
"""Behind these stands a name, even one that is a word."""
_NO_NAME = frozenset("and or is was who said says in at on to the".split())  # noqa: SIM905
_KIN = re.compile(_RELATIONS)
_BEFORE = re.compile(r"\b(?:my|our) [a-z]+ and $", _I)
_PRESENTS = re.compile(r"\b(?:i am|i'm|this is|here is) $", _I)
_OWN = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|our|ours|we|we're|we've|us)\b", _I)
# "Tell me who Ada Lovelace was" is not about the wearer.
_POLITE = re.compile(
    r"\b(?:(?:tell|give|show|teach|read|play|find|get|explain to|inform) (?:me|us)|let me know|"
    r"(?:i|i'd|i would|we) (?:want|need|like|would like|have)? ?to (?:know|hear|learn|see|find)|"
    r"i wonder|how do i (?:say|get|spell|pronounce)|let's)\b",
    _I,
)
_PLACED = re.compile(
    r"\b(?:in|to|from|near|at|of|for|around|through|via|leave|leaving|visit) $", _I
)
_PARTICLES = frozenset(("van", "von", "de", "da", "del", "della", "di", "dos", "la", "le", "der",
                        "den", "ten", "bin", "al", "af", "zu", "y"))  # fmt: skip


def names(text: str, *, own: bool | None = None) -> Iterator[str]:
    """What is likely a name in `text`. `own`: whether it is about the wearer; None: judge it."""
    cased = any(word[0].isupper() for word in re.findall(r"(?<=[^.?!] )[^\W\d_]\w+", text))
    if own is None:
        own = bool(_OWN.search(_POLITE.sub(" ", text)))
    find = _capitals if cased or text[:1].isupper() else _unknown
    yield from find(text, own)


def _capitals(text: str, own: bool) -> Iterator[str]:
    """Runs of words with capitals that are names."""
    runs = list(_runs(text))
    for start, words in runs:
        end = start + len(" ".join(words))
        before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
        begins = not before.strip() or before.rstrip()[-1] in ".?!:"
        sure, likely = _due(before)
        likely = likely or bool(_BEHIND.match(after)) or bool(_BEFORE.search(before))
        likely = likely or "'s" in words[-1] or "’s" in words[-1]  # noqa: RUF001
        while words and (begins or not sure) and ordinary(words[0]) and not _both(words[0], likely):
            if not begins and own and not (plain(words[0]) and plain(words[-1])):
                break
            words, begins = words[1:], False
        presents = bool(_PRESENTS.search(before)) and not all(map(frequent_form, words))
        if not words or (place(" ".join(words)) and not sure and _PLACED.search(before)):
            continue
        unknown = not all(map(plain if own and not begins else ordinary, words))
        if (
            sure
            or presents
            or (unknown and own)
            or (likely and own)
            or (unknown and _private(before, after))
        ):
            yield from _parts(words)


def _private(before: str, after: str) -> bool:
    """Whether what stands around says that it is no name of the world's."""
    if _TOLD.search(before):
        return True
    if _BEHIND.match(after) and not after.lower().startswith((" and", " who")):
        return True
    return bool(re.search(r"\b(?:would|does|will|should) $", before, _I)) and bool(
        re.match(r" (?:like|need|want|prefer|enjoy|be happy)\b", after, _I)
    )


def _unknown(text: str, own: bool) -> Iterator[str]:
    """Words that nobody knows, in a text without capitals, and those that are names here."""
    words = list(WORD.finditer(text))
    run: list[re.Match[str]] = []
    """Words of the name in progress."""
    last = -2
    """Place of the last word that was a name."""
    for at, match in enumerate(words):
        word = bare(match[0])
        before = text[max(0, match.start() - _NEAR) : match.start()]
        after = text[match.end() : match.end() + _NEAR]
        follows = bool(run) and text[run[-1].end() : match.start()] in (" ", "-")
        if run and not follows:
            yield from _whole(text, run)
            run = []
        listed = at > 1 and last == at - 2 and words[at - 1][0] in ("and", "or")
        if word in _PARTICLES:
            # "Mr van Straaten": it may begin a name, or go on with one.
            if follows or _due(before)[0]:
                run.append(match)
            continue
        named = bool(run) and any(one[0] not in _PARTICLES for one in run)
        if _KIN.fullmatch(word):
            it = False
        elif follows:
            it = _goes_on(word) or (named and word in family_names())
        else:
            it = _begins(word, before, after, own, listed or word != match[0])
        if it and len(word) > 1:
            run.append(match)
            last = at
            if word != match[0]:
                # "Ada's": a name is over.
                yield from _whole(text, run)
                run = []
        elif run:
            yield from _whole(text, run)
            run = []
    if run:
        yield from _whole(text, run)


def _begins(word: str, before: str, after: str, own: bool, likely: bool) -> bool:
    """Whether a name begins with `word`, in a text without capitals."""
    sure, due = _due(before)
    likely = likely or due or bool(_BEHIND.match(after))
    if _TITLE.search(before):
        return word not in _NO_NAME
    if sure:
        return _goes_on(word)
    private = _private(before, after)
    if ordinary(word) and not (own and likely and not plain(word)):
        return ((likely and own) or private) and word in given_names()
    if place(word):
        return ((own and likely) or private) and not _PLACED.search(before)
    return own or private


def _goes_on(word: str) -> bool:
    """Whether `word` is a name where one is due: "my brother feline", but no verb."""
    return word in given_names() or not (frequent_form(word) or verb_form(word))


def _whole(text: str, run: list[re.Match[str]]) -> Iterator[str]:
    """The whole name, and each of its words that are none of the language."""
    while run and run[-1][0] in _PARTICLES:
        run = run[:-1]
    if run and any(one[0] not in _PARTICLES for one in run):
        yield bare(text[run[0].start() : run[-1].end()])
        if len(run) > 1:
            yield from (it for one in run if not ordinary(it := bare(one[0])) and len(it) > 2)


def _runs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where words with a capital stand side by side, particles between them included."""
    run: list[re.Match[str]] = []
    for match in WORD.finditer(text):
        joined = bool(run) and text[run[-1].end() : match.start()] in (" ", "-")
        if match[0][0].isupper() and (len(match[0]) > 1 or joined):
            if run and not joined:
                yield from _run(run)
                run = []
            run.append(match)
        elif joined and match[0].lower() in _PARTICLES:
            run.append(match)
        else:
            yield from _run(run)
            run = []
    yield from _run(run)


def _run(run: list[re.Match[str]]) -> Iterator[tuple[int, list[str]]]:
    while run and not run[-1][0][0].isupper():
        run.pop()
    if run:
        yield run[0].start(), [match[0] for match in run]


def _parts(words: list[str]) -> Iterator[str]:
    """The whole name, and each of its words: another sentence may have one of them alone."""
    words = [*words[:-1], bare(words[-1])]
    yield " ".join(words)
    if len(words) > 1:
        yield from (word for word in words if word[0].isupper() and not ordinary(word))


def _due(before: str) -> tuple[bool, bool]:
    """Whether a name surely, or likely, stands behind this."""
    sure, likely = _cues()
    return bool(sure.search(before)), bool(likely.search(before))


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return tuple(re.compile(f"(?:{'|'.join(cues)})$", _I) for cues in (_SURE, _LIKELY))  # type: ignore[return-value]


def _both(word: str, due: bool) -> bool:
    return due and bare(word).lower() in given_names()


def place(name: str) -> bool:
    """Cities and countries tell a question apart, and seldom a person."""
    from edge.reason.places import find_place

    return find_place(name) is not None


def remembered(text: str, facts: Iterable[str]) -> Iterator[str]:
    """Names and numbers of what was told to be remembered, where `text` has them."""
    for fact in facts:
        telling = {word for name in names(fact, own=True) for word in name.split()}
        telling |= {word for word in re.findall(r"[\w'-]+", fact) if re.search(r"\d", word)}
        if not any(map(str.isupper, fact)):
            telling |= {word for word in names(fact.capitalize(), own=True)}
        for word in telling:
            if len(word) > 1 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, _I):
                yield word
