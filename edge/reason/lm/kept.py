"""Prompts that were taken in, kept for the next one that begins like one of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from edge.events import Float32
from edge.reason.lm.cache import KvCache, common_length

_LEAST = 16
"""Tokens that are worth a copy."""


class KeptPrompts:
    """What prompts left in a cache, in floats, when another prompt took their place.

    Only the part that the other one does not share is copied. Those not used for longest go first.
    """

    def __init__(self, tokens: int) -> None:
        """Of at most so many tokens."""
        self._most = tokens
        self._parts: OrderedDict[tuple[int, ...], Float32] = OrderedDict()
        """By the prompts' ids; of their last ones."""
        self._tokens = 0

    def exchange(self, cache: KvCache, ids: Sequence[int]) -> None:
        """Bring `cache` as far towards `ids` as what is kept allows, and keep what it held."""
        wanted = list(ids)
        common = common_length(cache.ids, wanted)
        self._keep(cache, min(common, cache.whole))
        best, length = None, common + _LEAST - 1
        for known, part in self._parts.items():
            begin = len(known) - part.shape[2]
            if begin <= min(common, cache.whole):
                shared = common_length(list(known), wanted)
                if shared > length:
                    best, length = known, shared
        if best is not None:
            begin = len(best) - self._parts[best].shape[2]
            cache.restore(wanted[:length], self._parts[best][:, :, : length - begin])
            self._parts.move_to_end(best)

    def _keep(self, cache: KvCache, begin: int) -> None:
        known = tuple(cache.ids[: cache.whole])
        length = len(known) - begin
        if not _LEAST <= length <= self._most or known in self._parts:
            return
        for other, part in list(self._parts.items()):
            if len(other) - part.shape[2] >= begin and known[: len(other)] == other:
                # It is part of what is kept now.
                self._drop(other)
        self._parts[known] = cache.state(len(known), begin)
        self._tokens += length
        while self._tokens > self._most:
            self._drop(next(iter(self._parts)))

    def _drop(self, known: tuple[int, ...]) -> None:
        self._tokens -= self._parts.pop(known).shape[2]
