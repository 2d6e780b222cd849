"""`edge-lm.json`: what the runtime has to know of an exported model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

# A process that only runs a model has pydantic for nothing else, and 10 MB less without it.
from msgspec import Meta, Struct, ValidationError, convert, to_builtins

from edge.errors import ModelCorrupt, ModelMissing
from edge.reason.lm import FORMAT

NAME = "edge-lm.json"
TOKENIZER = "tokenizer.json"
GRAPH = "model.onnx"
DATA = "model.data"
SCALES = "scales.npy"
MOMENTS = "moments.npz"
"""Only where something was known of the products' inputs: see `moments`."""


_Count = Annotated[int, Meta(gt=0)]


class Architecture(Struct, frozen=True, forbid_unknown_fields=True):
    """The sizes of a decoder-only transformer."""

    kind: Literal["llama", "qwen2"]
    """GGUF's word for the family: the order of the rotary halves and the biases follow from it."""
    layers: _Count
    hidden: _Count
    feed_forward: _Count
    heads: _Count
    kv_heads: _Count
    head_size: _Count
    vocabulary: _Count
    """Rows of the embedding; ids at its end may have no text."""
    context: _Count
    """Longest text in tokens."""
    rope_base: Annotated[float, Meta(gt=0)]
    epsilon: Annotated[float, Meta(gt=0)]
    """Of the root-mean-square normalisation."""
    tied: bool
    """The embedding is the output head, too."""


class Grid(Struct, frozen=True, forbid_unknown_fields=True):
    """How the weights of a class of tensors are kept."""

    bits: Literal[4, 8]
    block: Annotated[int, Meta(ge=32)]
    """Weights that share a scale."""
    rank: _Count | None = None
    """Directions of the inputs that the weights are multiplied by, of a head that only finds
    candidates (see `preview`); None: the inputs themselves."""


class File(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the folder."""

    bytes: Annotated[int, Meta(ge=0)]
    sha256: str


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """An exported model."""

    format: Literal[6]
    name: str
    """The model's own name for itself."""
    source_sha256: str
    """Of the GGUF file that it was made from."""
    architecture: Architecture
    precision: dict[str, Grid]
    """Of each class of tensors."""
    chat_template: str
    """Jinja2, as in the GGUF file."""
    special_tokens: dict[str, int]
    """Marker to id; user text never becomes one of them."""
    end_ids: list[int]
    """Tokens that end an answer."""
    unused_ids: list[int]
    """Rows of the embedding that stand for nothing; never to be chosen."""
    files: dict[str, File]


def read(folder: Path) -> Description:
    """The description in `folder`.

    Raises ModelMissing where there is none, and ModelCorrupt where it is not one of this format.
    """
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise ModelMissing(f"There is no language model in {folder}: {NAME} is missing.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelCorrupt(f"{path} cannot be read ({error}).") from None
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise ModelCorrupt(f"{path} is damaged ({error}).") from None
    version = content.get("format") if isinstance(content, dict) else None
    if isinstance(version, int) and version != FORMAT:
        raise ModelCorrupt(
            f"{path} has format {version}, and this version of edge reads {FORMAT}: "
            "build the model again."
        )
    try:
        return convert(content, Description)
    except ValidationError as error:
        raise ModelCorrupt(f"{path} does not describe a language model ({error}).") from None


def write(folder: Path, description: Description) -> None:
    """Write `edge-lm.json` into `folder`."""
    text = json.dumps(to_builtins(description), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8", newline="\n")
