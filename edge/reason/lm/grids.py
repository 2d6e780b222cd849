"""Which tensors of a language model are kept in how many bits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from msgspec.structs import replace

from edge.reason.lm.description import Architecture, Grid
from edge.reason.lm.quantise import BLOCK, BLOCKS

CLASSES: Final = ("embedding", "head", "qkv", "output", "gate_up", "down")
"""Classes of tensors, each of which has 4 or 8 bits."""

Precision = Mapping[str, Grid]
"""How each of CLASSES is kept."""

BITS: Final[Mapping[str, Literal[4, 8]]] = MappingProxyType(
    {"embedding": 8, "head": 8, "qkv": 8, "output": 8, "gate_up": 4, "down": 4}
)
"""Bits of each class of tensors by default.

Attention and head are a small part of a model that four bits hurt where nothing is known of their
inputs; the feed-forward layers, which are most of it, set the speed.
"""

KNOWN: Final[Mapping[str, Literal[4, 8]]] = MappingProxyType(
    {"embedding": 8, "head": 4, "qkv": 4, "output": 4, "gate_up": 4, "down": 4}
)
"""The same where it is known what the weights are multiplied by (`moments`)."""

LARGE: Final = 1_000_000_000
"""Models with fewer weights then have a scale for QKV_BLOCK weights of queries, keys and values,
which 4 bits hurt more than attention's output in the 0.5B (docs/language-model.md)."""
QKV_BLOCK: Final = 64
SMALL: Final = 250_000_000
"""Models with fewer weights have nothing to spare. Where nothing is known of them, they are kept in
8 bits throughout (any class of SmolLM2-135M in 4 bits costs three points on ARC-Easy then:
docs/language-model.md)."""
SMALL_KNOWN: Final[Mapping[str, Literal[4, 8]]] = MappingProxyType(
    {"embedding": 8, "head": 4, "qkv": 8, "output": 4, "gate_up": 4, "down": 8}
)
"""Else like this, with a scale for BLOCK weights of 4 bits."""


def default(
    architecture: Architecture, *, informed: bool = False, rank: int | None = None
) -> Precision:
    """How each class of tensors is kept in a model of that size, whose moments are known or not.

    `rank`: the directions, if any are known, that its head is to see its inputs through.
    """
    a = architecture
    attention = a.hidden * a.head_size * 2 * (a.heads + a.kv_heads)
    layer = attention + 3 * a.hidden * a.feed_forward
    weights = a.layers * layer + a.vocabulary * a.hidden
    small = weights < SMALL
    if small and not informed:
        return uniform(8, a)
    bits = (SMALL_KNOWN if small else KNOWN) if informed else BITS
    kept = {
        name: Grid(bits=4, block=BLOCK) if small and bits[name] == 4
        else grid(bits[name], columns(a, name))
        for name in CLASSES
    }  # fmt: skip
    if informed and not small and weights < LARGE and a.hidden % QKV_BLOCK == 0:
        kept["qkv"] = Grid(bits=4, block=QKV_BLOCK)
    if rank is not None:
        kept["head"] = replace(grid(4, rank), rank=rank)
    return kept


def within(architecture: Architecture) -> Grid:
    """How the directions are kept that a head may see its inputs through."""
    return grid(8, architecture.hidden)


def uniform(bits: Literal[4, 8], architecture: Architecture) -> Precision:
    """The same number of bits throughout."""
    return {name: grid(bits, columns(architecture, name)) for name in CLASSES}


def grid(bits: Literal[4, 8], length: int) -> Grid:
    """How weights of so many bits are kept by default in rows of `length`."""
    # A scale for many weights costs some precision at 4 bit and hardly any at 8; in turn a third
    # less time goes into a prompt, and there is less to read for each token.
    return Grid(bits=bits, block=next((block for block in BLOCKS if length % block == 0), BLOCK))


def columns(architecture: Architecture, name: str) -> int:
    """Weights in a row of a class."""
    a = architecture
    return {"output": a.heads * a.head_size, "down": a.feed_forward}.get(name, a.hidden)
