"""What the training sentences that mean about the same as a question were for.

Kernel regression (Nadaraya 1964, Watson 1964) over sentence vectors: each training sentence speaks
for its intent, the louder the nearer it is. A linear model sees a question's words; this sees that
somebody has asked nearly the same before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32

SHARPNESS = 20.0
"""How much louder a nearer sentence is: e to that times the cosine."""
SHARE = 0.35
"""What they say of a question's probabilities; the linear model says the rest."""


class Neighbours:
    """Training sentences as points of one byte a number, on the axes along which they differ."""

    def __init__(
        self,
        centre: Float32,
        axes: Float32,
        points: NDArray[np.int8],
        intents: NDArray[np.int64],
        counts: Float32,
        classes: int,
    ) -> None:
        """`centre`, (width,), and `axes`, (width, dimensions): of sentence vectors. `points`,
        (sentences, dimensions); their `intents`, (sentences,), of so many `classes`, and how much
        each `counts`, (sentences,)."""
        self._centre = centre
        self._axes = axes
        scaled = points.astype(np.float32)
        scaled /= np.linalg.norm(scaled, axis=1, keepdims=True)
        self._points = np.ascontiguousarray(scaled.T)  # (dimensions, sentences)
        self._intents = intents
        self._counts = counts
        self._classes = classes

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Neighbours | None:
        """Those of a model's arrays; None for a model that has none."""
        if "near_points" not in data:
            return None
        return cls(
            data["near_centre"].astype(np.float32),
            data["near_axes"].astype(np.float32),
            data["near_points"],
            data["near_intents"].astype(np.int64),
            data["near_counts"].astype(np.float32),
            len(data["names"]),
        )

    def chances(self, vectors: Float32) -> Float32:
        """(n, classes) Probabilities for sentence vectors, (n, width)."""
        return np.array([self._chances(vector) for vector in vectors], np.float32)

    def _chances(self, vector: Float32) -> Float32:
        # Not by a BLAS, whose threads would wait for more at the cost of a processor.
        own = np.einsum("w,wd->d", vector - self._centre, self._axes)
        own /= max(float(np.linalg.norm(own)), 1e-9)
        loud = np.exp(SHARPNESS * (np.einsum("d,dn->n", own, self._points) - 1)) * self._counts
        heard = np.bincount(self._intents, weights=loud, minlength=self._classes)
        found: Float32 = (heard / heard.sum()).astype(np.float32)
        return found


def mixed(linear: Float32, near: Float32) -> Float32:
    """The probabilities of a linear model and those of neighbours together."""
    return (1 - SHARE) * linear + SHARE * near
