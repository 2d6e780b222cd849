"""A wake word's head: two small layers on the last 1.3 s of embeddings, in plain numpy.

100,000 products a step: less than the call into a runtime would cost.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import ModelCorrupt, ModelMissing
from edge.events import Float32
from edge.hear.wake_front import WIDTH

SPAN = 16
"""Embeddings that a head looks at: the sound of two seconds."""

HEADS = Path(__file__).parents[1] / "wake"
"""Where the project's own heads are."""


@dataclass(frozen=True, slots=True)
class Layer:
    """y = x W + b, with the largest of y and 0 passed on, save by the last layer."""

    weights: Float32
    """(inputs, outputs)"""
    bias: Float32
    """(outputs,)"""


@dataclass(frozen=True, slots=True)
class Head:
    """Says how likely it is that a phrase has just been said.

    Its score means the same for every phrase: from 0.5 on it is likely enough to ask the
    recogniser, and from 0.9 on certain enough without.
    """

    phrase: str
    """As a person would write it."""
    layers: tuple[Layer, ...]
    """The first takes SPAN * WIDTH numbers, the last gives one."""
    heard_as: tuple[str, ...] = ()
    """How the recogniser has written the phrase, beside the way a person would."""

    def logits(self, windows: Float32) -> Float32:
        """(n,) of `windows`, (n, SPAN, WIDTH), oldest embedding first."""
        x = windows.reshape(len(windows), SPAN * WIDTH)
        for layer in self.layers[:-1]:
            x = np.maximum(x @ layer.weights + layer.bias, 0)
        result: Float32 = (x @ self.layers[-1].weights + self.layers[-1].bias)[:, 0]
        return result

    def scores(self, windows: Float32) -> Float32:
        """(n,) Probabilities, 0 to 1, of `windows`, (n, SPAN, WIDTH)."""
        odds = np.exp(np.clip(self.logits(windows), -60, 60))
        result: Float32 = (odds / (1 + odds)).astype(np.float32)
        return result


def save(head: Head, path: Path) -> None:
    """Write `head` to `path` (.npz), all of it or nothing. Weights keep 16 bits."""
    about = {
        "phrase": head.phrase,
        "heard_as": list(head.heard_as),
    }
    arrays: dict[str, Any] = {}
    for number, layer in enumerate(head.layers):
        arrays[f"weights{number}"] = layer.weights.astype(np.float16)
        arrays[f"bias{number}"] = layer.bias.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)
    os.replace(partial, path)


def load(path: Path) -> Head:
    """The head in the file `path`. Raises ModelMissing or ModelCorrupt."""
    if not path.is_file():
        raise ModelMissing(f"There is no wake word {path}.")
    try:
        # Opened here: numpy leaves a damaged archive open.
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            count = sum(name.startswith("weights") for name in file.files)
            layers = tuple(
                Layer(
                    file[f"weights{number}"].astype(np.float32),
                    file[f"bias{number}"].astype(np.float32),
                )
                for number in range(count)
            )
        head = Head(
            phrase=str(about["phrase"]),
            layers=layers,
            heard_as=tuple(str(text) for text in about["heard_as"]),
        )
        if head.logits(np.zeros((1, SPAN, WIDTH), np.float32)).shape != (1,):
            raise ValueError("its layers do not fit")
    except (
        OSError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        EOFError,
        zipfile.BadZipFile,
    ) as error:
        raise ModelCorrupt(f"The wake word {path} is damaged ({error}).") from error
    return head


def slug(phrase: str) -> str:
    """The name of `phrase`'s file, without its ending: "Hey Jarvis!" is hey_jarvis."""
    kept = "".join(c if c.isalnum() else " " for c in phrase.lower())
    return "_".join(kept.split())
