"""What goes into a model's products, measured beforehand: see docs/moments.md.

For each product y = W x the mean of x x' over ordinary text, as a diagonal and a few factors; for a
large head the directions that it may be seen through (`preview`). `tools/measure_moments.py` makes
the files; a model without one is exported, too, by the error of its weights alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32

FOLDER = Path(__file__).with_name("data") / "moments"
_LEVELS = 15
"""Of a factor, either way. Finer ones gain hardly anything."""
_LEAST = 0.02
"""Part of a mean square that is its own at least: factors are never that exact."""
_NAMES = ("spread", "levels", "steps")
PREVIEW = "preview"
"""What the head's directions are kept under."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Of the K inputs of one product, as they are kept."""

    spread: NDArray[np.float16]
    """(K,) Root of the mean square."""
    levels: NDArray[np.int8]
    """(K, R) Factors, each divided by the root of the spread and by its step."""
    steps: Float32
    """(R,)"""

    @property
    def factors(self) -> Float32:
        """(K, R)"""
        return self.levels * self.steps * np.sqrt(self.spread.astype(np.float32))[:, None]

    @property
    def own(self) -> Float32:
        """(K,) Mean square that no factor explains; what is very little is not believed."""
        square = np.square(self.spread.astype(np.float32))
        own: Float32 = np.maximum(square - np.square(self.factors).sum(axis=1), _LEAST * square)
        return own


def keep(diagonal: Float32, factors: Float32) -> Moments:
    """(K,) mean squares and (K, R) factors, rounded."""
    spread = np.sqrt(diagonal).astype(np.float16)
    root = np.sqrt(spread.astype(np.float32))[:, None]
    relative = np.divide(factors, root, out=np.zeros_like(factors), where=root > 0)
    steps = np.maximum(np.abs(relative).max(axis=0) / _LEVELS, np.float32(1e-30))
    return Moments(spread, np.rint(relative / steps).astype(np.int8), steps)


Known = Mapping[str, Sequence[Moments]]
"""By class of tensors, for each layer (one for the head)."""


def find(source_sha256: str) -> Path | None:
    """Where it is kept what is known of that GGUF file."""
    file = path(source_sha256)
    return file if file.is_file() else None


def path(source_sha256: str) -> Path:
    """Where it would be kept."""
    return FOLDER / f"{source_sha256[:16]}.npz"


def write(
    file: Path, known: Known, preview: Mapping[str, NDArray[np.generic]] | None = None
) -> None:
    """For `read`, and `preview.read` for the arrays of a preview."""
    arrays: dict[str, NDArray[np.generic]] = {
        f"{kind}.{name}": np.array([getattr(one, name) for one in layers])
        for kind, layers in known.items()
        for name in _NAMES
    }
    arrays.update({f"{PREVIEW}.{name}": array for name, array in (preview or {}).items()})
    with file.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]  # its stub's `allow_pickle`


def read(file: Path) -> Known:
    """What `write` wrote."""
    with np.load(file, allow_pickle=False) as content:
        kinds = {name.partition(".")[0] for name in content.files} - {PREVIEW}
        parts = {kind: [content[f"{kind}.{name}"] for name in _NAMES] for kind in kinds}
    return {
        kind: [Moments(*layer) for layer in zip(*columns, strict=True)]
        for kind, columns in parts.items()
    }
