"""Chooses an intent for phrasings that no template covers: a linear model over hashed n-grams.

A few hundred kB and well under a millisecond; with an `Encoder`, which costs some more, also over
what the sentence means. tools/train_router.py trains both. Their card is docs/router-model.md.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32
from edge.reason.neighbours import Neighbours, mixed

BUCKETS = 1 << 14
"""Rows of the weights; features share them by their hash."""

ELSE = "else"
"""The class of what no skill serves."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.:,]\d+)*|[%$+*/=]")
_SIGNS = re.compile(r"[?!.,;:\"]+(?=\s|$)")
_NUMBERS = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|thousand)$"
)
_DAYS = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?$")
_MONTHS = re.compile(
    r"(?:january|february|march|april|june|july|august|september|october|november|december)$"
)


def features(text: str, templates: Iterable[tuple[str, float]] = ()) -> NDArray[np.int64]:
    """The rows of the weights that `text` adds up, (n,), with repetitions left out.

    `templates`: intents whose templates fit, with their scores; how far they are to be trusted is
    learned with the rest.
    """
    words = ["<", *(_class(word) for word in _WORD.findall(text.lower())), ">"]
    named = {f"w {word}" for word in words}
    named |= {f"b {one} {two}" for one, two in pairwise(words)}
    named |= {f"s {one} {two}" for one, two in zip(words, words[2:], strict=False)}
    for word in words[1:-1]:
        padded = f" {word} "
        for size in (3, 4, 5):
            named |= {f"c {padded[at : at + size]}" for at in range(max(1, len(padded) - size + 1))}
    for name, score in templates:
        named |= {f"t {name}", f"t {name} {min(9, int(score * 10)) // 2}"}
    hashes = {zlib.crc32(name.encode()) % BUCKETS for name in named}
    return np.array(sorted(hashes), dtype=np.int64)


def unsigned(text: str) -> str:
    """`text` without the signs between words, which recognisers write and nobody says."""
    return _SIGNS.sub("", text)


def _class(word: str) -> str:
    """Words that stand for many: numbers, days, months."""
    if word[0].isdigit() or _NUMBERS.match(word):
        return "#"
    if _DAYS.match(word):
        return "#day"
    return "#month" if _MONTHS.match(word) else word


class Encodes(Protocol):
    """What is needed of `edge.reason.encoder.Encoder`."""

    def begin(self, text: str) -> None:
        """Prepare in another thread what `encode` will be asked for."""

    def encode(self, text: str) -> Float32:
        """What `text` means, (width,), of length 1."""


class Linear:
    """Weights of one byte, (BUCKETS, classes), with a scale and a bias for each class.

    A rare feature counts for more: `rarity`, (BUCKETS,), is the root of its inverse frequency.
    `dense`, (width, classes), are the weights of what `encoder` makes of the sentence, and `near`
    the training sentences, by what it makes of them.
    """

    def __init__(
        self,
        names: list[str],
        weights: NDArray[np.int8],
        rarity: NDArray[np.float32],
        scale: NDArray[np.float32],
        bias: NDArray[np.float32],
        threshold: float,
        encoder: Encodes | None = None,
        dense: NDArray[np.float32] | None = None,
        near: Neighbours | None = None,
    ) -> None:
        self.names = names
        self._weights = weights
        self._rarity = rarity
        self._scale = scale
        self._bias = bias
        self._encoder = encoder
        self._dense = dense
        self._near = near
        self.threshold = threshold
        """Probability from which a skill takes a question."""

    @classmethod
    def open(
        cls, path: Path | Traversable | None = None, *, encoder: Encodes | None = None
    ) -> Linear:
        """The model at `path`, else the one that ships with the package; it goes with `encoder`."""
        name = "router.npz" if encoder is None else "router_encoder.npz"
        source: Any = path or files("edge.reason") / "data" / name
        with source.open("rb") as file, np.load(file, allow_pickle=False) as data:
            return cls(
                [str(name) for name in data["names"]],
                data["weights"],
                data["rarity"].astype(np.float32),
                data["scale"],
                data["bias"],
                float(data["threshold"]),
                encoder,
                None if encoder is None else data["dense"].astype(np.float32),
                None if encoder is None else Neighbours.read(data),
            )

    def begin(self, text: str) -> None:
        """Have the encoder look at `text` in another thread, before `rank` asks for it."""
        if self._encoder is not None:
            self._encoder.begin(unsigned(text))

    def rank(
        self, text: str, templates: Iterable[tuple[str, float]] = ()
    ) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first; what is left of 1 is none's."""
        rows = features(text, templates)
        shares = self._rarity[rows]
        shares = shares / np.linalg.norm(shares)
        # Not by a BLAS, whose threads would wait for more at the cost of a processor.
        words = np.einsum("r,rc->c", shares, self._weights[rows].astype(np.float32))
        logits = words * self._scale + self._bias
        vector = None
        if self._encoder is not None and self._dense is not None:
            vector = self._encoder.encode(unsigned(text))
            logits = logits + np.einsum("w,wc->c", vector, self._dense)
        powers = np.exp(logits - logits.max())
        chances = powers / powers.sum()
        if vector is not None and self._near is not None:
            chances = mixed(chances, self._near.chances(vector[None])[0])
        order = np.argsort(-chances)
        return [(self.names[n], float(chances[n])) for n in order if self.names[n] != ELSE]
