"""Trains a wake word's head: Adam on two small layers, in numpy, in seconds to minutes.

Windows are not copied: they are cut out of long sequences of embeddings when a batch wants them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.events import Float32
from edge.hear.wake_front import WIDTH
from edge.hear.wake_head import SPAN, Head, Layer

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Examples:
    """Windows of SPAN embeddings, as places in sequences that follow one another."""

    embeddings: Float32
    """(n, WIDTH) All sequences, one after the other."""
    starts: Index
    """(m,) First embedding of each window."""

    def __len__(self) -> int:
        return len(self.starts)

    def windows(self, chosen: Index) -> Float32:
        """(k, SPAN, WIDTH) Those of the places `chosen`, (k,)."""
        result: Float32 = self.embeddings[self.starts[chosen][:, None] + np.arange(SPAN)]
        return result


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is trained; the defaults are what the project's own were trained with."""

    hidden: tuple[int, ...] = (64, 32)
    steps: int = 2000
    batch: int = 512
    share: float = 0.25
    """Of the batch, positive."""
    hard: float = 0.5
    """Of the negatives, drawn from those the head takes most for the phrase."""
    rate: float = 1e-3
    decay: float = 1e-2
    """AdamW's pull of the weights towards nothing, in units of the rate."""
    dropout: float = 0.2
    """Of the embeddings' numbers, and of those between the layers."""
    smoothing: float = 0.0
    """How far the targets stay from 0 and 1."""


def fit(
    positive: Examples, negative: Examples, seed: int = 0, recipe: Recipe | None = None
) -> tuple[Layer, ...]:
    """Layers that tell `positive` from `negative`. The same call gives the same layers."""
    recipe = recipe or Recipe()
    rng = np.random.default_rng(seed)
    mean, deviation = _scale(negative)
    layers = _start(rng, recipe.hidden)
    adam = _Adam(layers, recipe)
    yes = int(recipe.batch * recipe.share)
    target = np.zeros(recipe.batch, np.float32)
    target[:yes] = 1
    target = target * (1 - 2 * recipe.smoothing) + recipe.smoothing
    hard = rng.integers(0, len(negative), len(negative))
    for step in range(recipe.steps):
        if step and step % max(1, recipe.steps // 5) == 0:
            hard = _hardest(_folded(layers, mean, deviation), negative)
        count = recipe.batch - yes
        taken = int(count * recipe.hard)
        no = np.concatenate(
            [rng.choice(hard, taken), rng.integers(0, len(negative), count - taken)]
        )
        x = np.concatenate(
            [positive.windows(rng.integers(0, len(positive), yes)), negative.windows(no)]
        )
        # Whole steps and whole numbers of the embedding are dropped from a window.
        x -= mean
        x *= _mask(rng, (recipe.batch, 1, WIDTH), recipe.dropout) / deviation
        x *= _mask(rng, (recipe.batch, SPAN, 1), recipe.dropout / 2)
        x = x.reshape(recipe.batch, SPAN * WIDTH)
        adam.step(_gradients(layers, x, target, recipe.dropout, rng), step)
    return _folded(layers, mean, deviation)


def calibrated(layers: tuple[Layer, ...], likely: float, sure: float) -> tuple[Layer, ...]:
    """The layers, with the logits `likely` and `sure` turned into scores of 0.5 and 0.9."""
    slope = np.float32(np.log(9) / (sure - likely))
    last = layers[-1]
    return (
        *layers[:-1],
        Layer(last.weights * slope, (last.bias - np.float32(likely)) * slope),
    )


def _mask(rng: np.random.Generator, shape: tuple[int, ...], dropout: float) -> Float32:
    """Zeros where something is dropped; what is kept makes up for it."""
    kept = rng.random(shape, dtype=np.float32) >= dropout
    return kept * np.float32(1 / (1 - dropout))


def _scale(negative: Examples) -> tuple[Float32, Float32]:
    """(WIDTH,) each: what brings embeddings to mean 0 and deviation 1."""
    rows = negative.embeddings
    return rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)


def _start(rng: np.random.Generator, hidden: tuple[int, ...]) -> list[tuple[Float32, Float32]]:
    sizes = (SPAN * WIDTH, *hidden, 1)
    return [
        (
            (rng.normal(size=(a, b)) * np.sqrt(2 / a)).astype(np.float32),
            np.zeros(b, np.float32),
        )
        for a, b in itertools.pairwise(sizes)
    ]


def _hardest(layers: tuple[Layer, ...], negative: Examples) -> Index:
    """Places of the negatives with the highest scores: one in fifty, and 2,000 at least."""
    head = Head("", layers)
    scores = np.concatenate(
        [
            head.logits(negative.windows(part))
            for part in np.array_split(np.arange(len(negative)), max(1, len(negative) // 1024))
        ]
    )
    count = min(len(scores), max(2000, len(scores) // 50))
    return np.argpartition(scores, -count)[-count:]


def _gradients(
    layers: list[tuple[Float32, Float32]],
    x: Float32,
    target: Float32,
    dropout: float,
    rng: np.random.Generator,
) -> list[tuple[Float32, Float32]]:
    """Of the mean cross entropy, for each layer's weights and bias."""
    inputs, masks = [], []
    for number, (weights, bias) in enumerate(layers):
        # The inputs have been thinned out already.
        masks.append(_mask(rng, x.shape, dropout) if number else np.float32(1))
        x = x * masks[-1]
        inputs.append(x)
        x = x @ weights + bias
        if number < len(layers) - 1:
            x = np.maximum(x, 0)
    score = 1 / (1 + np.exp(-np.clip(x[:, 0], -60, 60)))
    slope = ((score - target) / len(target))[:, None].astype(np.float32)
    result: list[tuple[Float32, Float32]] = []
    for number in range(len(layers) - 1, -1, -1):
        result.insert(0, (inputs[number].T @ slope, slope.sum(axis=0)))
        if number:
            slope = (slope @ layers[number][0].T) * masks[number] * (inputs[number] > 0)
    return result


class _Adam:
    """AdamW with a warm start and a cosine's end (Loshchilov and Hutter, 2019)."""

    def __init__(self, layers: list[tuple[Float32, Float32]], recipe: Recipe) -> None:
        self._layers = layers
        self._recipe = recipe
        self._first = [tuple(np.zeros_like(v) for v in layer) for layer in layers]
        self._second = [tuple(np.zeros_like(v) for v in layer) for layer in layers]

    def step(self, gradients: list[tuple[Float32, Float32]], step: int) -> None:
        recipe = self._recipe
        rise = min(1.0, (step + 1) / (0.05 * recipe.steps))
        rate = np.float32(recipe.rate * rise * (0.5 + 0.5 * np.cos(np.pi * step / recipe.steps)))
        for number, pair in enumerate(gradients):
            for part, gradient in enumerate(pair):
                value = self._layers[number][part]
                first, second = self._first[number][part], self._second[number][part]
                first += np.float32(0.1) * (gradient - first)
                second += np.float32(0.001) * (gradient**2 - second)
                change = (first / (1 - 0.9 ** (step + 1))) / (
                    np.sqrt(second / (1 - 0.999 ** (step + 1))) + 1e-8
                )
                if part == 0:
                    change = change + recipe.decay * value
                value -= (rate * change).astype(np.float32)


def _folded(
    layers: list[tuple[Float32, Float32]], mean: Float32, deviation: Float32
) -> tuple[Layer, ...]:
    """The layers for embeddings as they are: the scaling becomes part of the first."""
    shift, scale = np.tile(mean, SPAN), np.tile(deviation, SPAN)
    weights, bias = layers[0]
    weights = weights / scale[:, None]
    bias = bias - shift @ weights
    return (Layer(weights, bias), *(Layer(w, b) for w, b in layers[1:]))
