"""Whether a full stop ends a sentence, told from the words around it."""

# ruff: noqa: RUF001, SIM905 - typographic quotes and wide stops are the matter; word lists read best so

from __future__ import annotations

import re

OPENERS = "\"'“‘«‹([{¿¡*_`~「『（【《"
"""What may stand before a sentence's first letter: quotes, brackets, Markdown's marks."""

CLOSERS = "\"'”’»›)]}*_`~」』）】》"
"""What may stand between a stop and the white space after it."""

STOP = re.compile(rf"[.!?…؟।۔]+[{re.escape(CLOSERS)}]*(?=\s)|[。！？｡]+[{re.escape(CLOSERS)}]*")
"""A possible end of a sentence. The wide stops of Chinese and Japanese need no space after them."""

_TITLES = frozenset(
    "mr mrs ms dr prof rev fr hon gen col maj capt cpt lt sgt cmdr adm gov sen rep pres messrs mx "
    "mt ft e.g i.e eg ie cf viz vs v approx ca al resp incl excl max min avg misc dept est"
    " mme mlle".split()
)
"""Abbreviations that something always follows."""

_NUMBERED = frozenset("no nos nr art sec ch fig figs eq p pp vol par ex op para ver v".split())
"""Abbreviations only before a number; "no." is mostly a word."""

_EITHER = frozenset(
    "inc ltd co corp llc bros jr sr st ave blvd rd ln ph.d d.phil esq oz lb lbs in ft yd hr hrs "
    "sec mins jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs "
    "fri sat sun assn univ intl natl govt".split()
)
"""Abbreviations that may also end a sentence: the next word decides."""

_STARTERS = frozenset(
    "a all also although an and another any are as at be because before both but by can could "
    "did do does each every few finally first for from has have he her here his how however i "
    "i'd i'll i'm i've if in is it it's its just keep let let's make many maybe meanwhile most my "
    "next no not now of on once one only or our over perhaps please put remember since she so "
    "some sometimes still take than that that's the their them then there there's these they "
    "they're this those though thus to today try unfortunately until use was we we'll we're were "
    "what when where which while who why will with would yes yet you you'll you're your".split()
)
"""Words that begin a sentence when they are capitalised after an abbreviation."""

_AFTER_TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december est edt cst cdt mst mdt pst pdt gmt "
    "utc eastern central mountain pacific cet bst ist jst kst".split()
)
"""Words that go on after "5 p.m."."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LETTERS_WITH_DOTS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")


def ends_sentence(before: str, after: str, *, complete: bool = True) -> bool | None:
    """Whether the stop at the end of `before` (closing quotes included) ends a sentence.

    `after` is what follows it, white space included. While more may follow, `complete` is False,
    and None means that it takes more of it to decide. Giving more never changes an answer.
    """
    following = after.lstrip(" \t")
    if following.startswith("\n"):
        return True
    following = following.lstrip(OPENERS)
    if len(following) < 2 and not complete:
        return None
    if not following:
        return True
    if following[0].islower() and not following[1:2].isupper():  # an iPhone begins a sentence
        return False
    core = before.rstrip(CLOSERS)
    if not core.endswith(".") or core.endswith(".."):
        return True
    words = core.split()
    word = words[-1].lstrip(OPENERS)[:-1].lower()
    if word in _TITLES or (word in _NUMBERED and following[0].isdigit()):
        return False
    if word.isdigit() and len(word) <= 3 and (len(words) == 1 or words[-2].endswith(":")):
        return False  # the number of a list's item
    time_of_day = word in ("a.m", "p.m", "am", "pm")
    if not (time_of_day or word in _EITHER or _LETTERS_WITH_DOTS.fullmatch(word)):
        return True
    match = _WORD.match(following)
    if match is None:
        return not following[0].isdigit() or time_of_day
    if match.end() == len(following) and not complete and match.end() < 16:
        return None
    next_word = match.group().lower().replace("’", "'")
    if time_of_day:
        return next_word not in _AFTER_TIME
    if len(next_word) == 1:
        if match.end() + 1 > len(following) and not complete:
            return None
        if following[1:2] == ".":
            return False  # one more initial
    return next_word in _STARTERS
