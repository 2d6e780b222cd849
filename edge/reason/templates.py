"""Which sentence templates a text fits, and the words that it has in their places (by hassil).

Hassil tries templates one after the other, and the trying costs more than all else that is done
with a sentence. So each has a rough regular expression of its own, which never misses a text that
hassil would take: only what passes it is looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from edge.errors import SkillError

if TYPE_CHECKING:
    from hassil import IntentData

_PART = re.compile(r"\{[^{}]*\}|[][()|]|[^][(){}|]+")
_ODD = re.compile(r"[;<>\\]")
"""Permutations, rules and escapes, which are not looked into."""
_ANY = re.compile(r"\{([^{}:]*):?([^{}]*)\}")
_INSIDE = re.compile(r"\{[^{}]*\}|\[[^][()]*\]|\([^][()]*\)")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_PLAIN = re.compile(r"[\w']+(?: [\w']+)*")
"""Words that hassil leaves as they are."""
_IN_A_ROW = re.compile(r"(?:\(\?:\.\*\)\?|\.\*)(?:(?:\(\?:[^()]*\)\?)*(?:\(\?:\.\*\)\?|\.\*))+")
"""Places for any words, with nothing that has to stand between them."""
_REGEX = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


@dataclass(frozen=True, slots=True)
class Fit:
    """A way in which a text fits a template."""

    intent: str
    template: str
    said: Mapping[str, str]
    """Names of places, with the words that stand there, where there are any."""


_Passes = Callable[[str], object]
"""Whether a template may fit a text of these letters; false only where it certainly does not."""


class Templates:
    """All templates of all intents."""

    def __init__(
        self, intents: Mapping[str, Iterable[str]], lists: Mapping[str, Iterable[str]]
    ) -> None:
        """`intents`: the templates of each. `lists`: what can stand in a place, by its name;
        empty: any words.

        Raises SkillError for a template that is not one.
        """
        from hassil import Intents

        data = {
            "language": "en",
            "intents": {
                name: {"data": [{"sentences": [sentence]} for sentence in sentences]}
                for name, sentences in intents.items()
            },
            "lists": {
                name: {"values": list(values)} if values else {"wildcard": True}
                for name, values in lists.items()
            },
        }
        self._each: dict[str, list[tuple[int, _Passes, str, IntentData]]] = {}
        """Templates by letters that every text for them has: its turn, what it may fit, its intent,
        and it."""
        self._any: list[tuple[str, str, str, IntentData]] = []
        """Templates that are one place for any words: intent, template, place, and it."""
        try:
            made = Intents.from_dict(data)
            self._lists = made.slot_lists
            turn = 0
            for name, kind in made.intents.items():
                # Parsed now, so that a mistake is told now and the first question is quick.
                for one in sorted(kind.data, key=_place_in_turn):
                    template = one.sentence_texts[0]
                    place = _ANY.fullmatch(template)
                    if place is not None and place[1] in one.wildcard_list_names:
                        self._any.append((name, template, place[2] or place[1], one))
                    else:
                        word, passes = _rough(template)
                        self._each.setdefault(word, []).append((turn, passes, name, one))
                        turn += 1
        except Exception as error:
            raise SkillError(f"A sentence template cannot be read: {error}.") from error
        # A question is decided about in its first pause and again when it has ended, and its parts
        # are looked at more than once.
        self._kept = lru_cache(maxsize=64)(self._fitting)

    def fitting(self, text: str, among: frozenset[str] | None = None) -> tuple[Fit, ...]:
        """The ways in which all of `text` fits; those with the same words for an intent once, with
        the template that is tried first. `among`: templates of these intents alone."""
        return self._kept(text, among)

    def _fitting(self, text: str, among: frozenset[str] | None) -> tuple[Fit, ...]:
        seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        fits = []
        for intent, template, said in self._ways(text, among):
            key = (intent, tuple(sorted(said.items())))
            if key not in seen:
                seen.add(key)
                fits.append(Fit(intent, template, said))
        return tuple(fits)

    def _ways(
        self, text: str, among: frozenset[str] | None
    ) -> Iterator[tuple[str, str, dict[str, str]]]:
        letters = _letters(text)
        worth = [
            (turn, name, one)
            for word, some in self._each.items()
            if word in letters
            for turn, passes, name, one in some
            if (among is None or name in among) and passes(letters)
        ]
        worth.sort(key=itemgetter(0))
        if self._any:
            for words in self._all_words(text):
                for name, template, place, _ in self._any:
                    if among is None or name in among:
                        yield name, template, {place: words} if words else {}
        if worth:
            yield from self._closely(text, [(name, one) for _, name, one in worth])

    def _all_words(self, text: str) -> Iterator[str]:
        """What stands in the place of a template that is nothing else: the same in each."""
        if _PLAIN.fullmatch(text):
            yield text
            return
        name, _, _, one = self._any[0]
        for _, _, said in self._closely(text, [(name, one)]):
            yield next(iter(said.values()), "")

    def _closely(
        self, text: str, tried: Iterable[tuple[str, IntentData]]
    ) -> Iterator[tuple[str, str, dict[str, str]]]:
        from hassil import Intents, recognize_all
        from hassil.intents import Intent

        intents: dict[str, Intent] = {}
        for name, one in tried:
            intents.setdefault(name, Intent(name)).data.append(one)
        for result in recognize_all(text, Intents("en", intents, self._lists)):
            said: dict[str, str] = {}
            for place in result.entities_list:
                # What a template has a place for twice is all that stands in either.
                before = said.get(place.name, "")
                said[place.name] = f"{before} {place.text_clean}".strip()
            sentence = result.intent_sentence
            template = sentence.text if sentence is not None else ""
            said = {name: words for name, words in said.items() if words}
            yield result.intent.name, template or "", said


def _place_in_turn(data: IntentData) -> int:
    """What says more itself is tried first, as hassil does with the templates of an intent."""
    (sentence,) = data.sentences
    any_words = data.wildcard_list_names.intersection(sentence.list_names())
    return -sentence.text_chunk_count() if any_words else 0


def _letters(text: str) -> str:
    """`text` without what is between its words, so that how that is written does not matter."""
    return _BETWEEN_WORDS.sub("", text.lower())


def _rough(template: str) -> tuple[str, _Passes]:
    if _ODD.search(template):
        return "", lambda letters: True
    pattern = "".join(
        ".*" if part[0] == "{" else _REGEX.get(part) or _letters(part)
        for part in _PART.findall(template)
    )
    # Several places in a row take what one takes, without the many ways to share it out.
    pattern = _IN_A_ROW.sub(".*", pattern)
    needed = template
    while _INSIDE.search(needed):
        needed = _INSIDE.sub(" ", needed)
    word = max((_letters(word) for word in needed.split()), key=len, default="")
    return word, re.compile(pattern).fullmatch
