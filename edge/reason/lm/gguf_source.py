"""A GGUF file as the exporter sees it: architecture, vocabulary, and float rows of each tensor.

Source of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.events import Float32
from edge.reason.lm.description import Architecture

ARCHITECTURES = ("llama", "qwen2")
PRE_TOKENIZERS = ("qwen2", "smollm")

_NORMAL, _CONTROL, _USER_DEFINED = 1, 3, 4
_END_NAMES = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>")
_ROWS_AT_ONCE = 1 << 20
"""Weights dequantised at a time: their floats stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A byte-level BPE vocabulary."""

    pre: str
    """Name of the pre-tokeniser, one of PRE_TOKENIZERS."""
    tokens: dict[str, int]
    """Text in GPT-2's byte alphabet to id."""
    merges: list[tuple[str, str]]
    special: dict[str, int]
    end_ids: list[int]
    unused_ids: list[int]
    chat_template: str


class GgufSource:
    """An open GGUF file.

    Raises ModelMissing where there is no such file, ModelCorrupt where it is damaged or no GGUF,
    and ModelError for a model that edge cannot run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader = _open(path)
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        try:
            self.name = str(self._field("general.name", path.stem))
            self.architecture = self._architecture()
            self.vocabulary = self._vocabulary()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # The header may hold anything under any name.
            raise ModelCorrupt(
                f"{path} is damaged: its header makes no model ({type(error).__name__})."
            ) from error

    def shape(self, name: str) -> tuple[int, ...]:
        """Rows and columns of a matrix; length of a vector."""
        return tuple(int(size) for size in reversed(self._tensor(name).shape))

    def bits(self, name: str) -> int:
        """Bits of a weight in the file, without the scales."""
        kind = self._tensor(name).tensor_type.name
        digits = [character for character in kind if character.isdigit()]
        return int(digits[0]) if kind.startswith(("Q", "IQ")) else 16 if "16" in kind else 32

    def has(self, name: str) -> bool:
        """Whether there is such a tensor."""
        return name in self._tensors

    def vector(self, name: str, length: int) -> Float32:
        """(length,) A norm or a bias."""
        self._expect(name, (length,))
        return self._floats(name, self._tensor(name).data)

    def rows(self, name: str, shape: tuple[int, int]) -> Iterator[Float32]:
        """(n, columns) Consecutive rows of a matrix, a cache's worth at a time."""
        self._expect(name, shape)
        data = self._tensor(name).data
        step = max(1, _ROWS_AT_ONCE // shape[1])
        for start in range(0, shape[0], step):
            yield self._floats(name, data[start : start + step])

    def some_rows(self, name: str, shape: tuple[int, int], which: list[int]) -> Float32:
        """(len(which), columns) The rows named."""
        self._expect(name, shape)
        return self._floats(name, self._tensor(name).data[which])

    def _floats(self, name: str, data: Any) -> Float32:
        import gguf

        tensor = self._tensor(name)
        try:
            values = gguf.quants.dequantize(np.ascontiguousarray(data), tensor.tensor_type)
        except NotImplementedError:
            raise ModelError(
                f"{self.path.name} keeps {name} as {tensor.tensor_type.name}, "
                "which edge cannot read."
            ) from None
        floats: Float32 = np.asarray(values, np.float32)
        if not np.isfinite(floats).all():
            raise ModelCorrupt(f"{self.path} is damaged: {name} holds values that are no numbers.")
        return floats

    def _tensor(self, name: str) -> Any:
        try:
            return self._tensors[name]
        except KeyError:
            raise ModelCorrupt(f"{self.path} lacks the tensor {name}.") from None

    def _expect(self, name: str, shape: tuple[int, ...]) -> None:
        if self.shape(name) != shape:
            raise ModelCorrupt(
                f"{self.path} is inconsistent: {name} has the shape {self.shape(name)}, "
                f"not {shape}."
            )

    def _field(self, key: str, default: Any = None) -> Any:
        field = self._reader.get_field(key)
        if field is not None:
            return field.contents()
        if default is None:
            raise ModelCorrupt(f"{self.path} does not state {key}.")
        return default

    def _architecture(self) -> Architecture:
        kind = str(self._field("general.architecture"))
        if kind not in ARCHITECTURES:
            raise ModelError(
                f"{self.path.name} holds a {kind} model; "
                f"edge can run {' and '.join(ARCHITECTURES)}."
            )
        self._refuse_unknown_variants(kind)
        heads = self._field(f"{kind}.attention.head_count")
        hidden = self._field(f"{kind}.embedding_length")
        vocabulary, _ = self._matrix_shape("token_embd.weight")
        head_size = self._field(f"{kind}.attention.key_length", hidden // heads)
        architecture = Architecture(
            kind=cast(Literal["llama", "qwen2"], kind),
            layers=self._field(f"{kind}.block_count"),
            hidden=hidden,
            feed_forward=self._field(f"{kind}.feed_forward_length"),
            heads=heads,
            kv_heads=self._field(f"{kind}.attention.head_count_kv", heads),
            head_size=head_size,
            vocabulary=vocabulary,
            context=self._field(f"{kind}.context_length"),
            rope_base=float(self._field(f"{kind}.rope.freq_base", 10_000.0)),
            epsilon=float(self._field(f"{kind}.attention.layer_norm_rms_epsilon")),
            tied=self._tied(vocabulary, hidden),
        )
        if self._field(f"{kind}.rope.dimension_count", head_size) != head_size:
            raise ModelError(f"{self.path.name} rotates a part of each head, which edge cannot.")
        return architecture

    def _refuse_unknown_variants(self, kind: str) -> None:
        scaling = self._field(f"{kind}.rope.scaling.type", "none")
        if scaling != "none" or self.has("rope_freqs.weight"):
            raise ModelError(f"{self.path.name} scales its positions, which edge cannot.")
        if self._field(f"{kind}.expert_count", 0):
            raise ModelError(f"{self.path.name} is a mixture of experts, which edge cannot run.")

    def _matrix_shape(self, name: str) -> tuple[int, int]:
        shape = self.shape(name)
        if len(shape) != 2:
            raise ModelCorrupt(f"{self.path} is inconsistent: {name} is no matrix.")
        return shape[0], shape[1]

    def _tied(self, vocabulary: int, hidden: int) -> bool:
        """Whether embedding and head are the same matrix, perhaps quantised in two ways."""
        if not self.has("output.weight"):
            return True
        which = [row * (vocabulary - 1) // 63 for row in range(64)]
        one = self.some_rows("token_embd.weight", (vocabulary, hidden), which)
        other = self.some_rows("output.weight", (vocabulary, hidden), which)
        # Two roundings of one row differ by a few parts in a hundred; unrelated rows are
        # orthogonal. All-zero rows say nothing.
        distance = np.linalg.norm(one - other, axis=1)
        return bool((distance <= 0.15 * np.linalg.norm(other, axis=1) + 1e-9).all())

    def _vocabulary(self) -> Vocabulary:
        model = self._field("tokenizer.ggml.model")
        pre = self._field("tokenizer.ggml.pre", "default")
        if model != "gpt2" or pre not in PRE_TOKENIZERS:
            raise ModelError(
                f"{self.path.name} splits text by {model}/{pre}; edge can by "
                f"{' and '.join(f'gpt2/{name}' for name in PRE_TOKENIZERS)}."
            )
        texts: list[str] = self._field("tokenizer.ggml.tokens")
        kinds: list[int] = self._field("tokenizer.ggml.token_type", [_NORMAL] * len(texts))
        merges = [tuple(merge.split(" ")) for merge in self._field("tokenizer.ggml.merges")]
        entries = list(zip(texts, kinds, strict=False))
        tokens = {text: id_ for id_, (text, kind) in enumerate(entries) if kind == _NORMAL}
        special = {
            text: id_
            for id_, (text, kind) in enumerate(entries)
            if kind in (_CONTROL, _USER_DEFINED)
        }
        known = all(
            len(merge) == 2 and {*merge, "".join(merge)} <= tokens.keys() for merge in merges
        )
        if len(kinds) != len(texts) or len(texts) > self.architecture.vocabulary or not known:
            raise ModelCorrupt(f"{self.path} is inconsistent: its vocabulary does not fit.")
        used = {*tokens.values(), *special.values()}
        ends = {self._field("tokenizer.ggml.eos_token_id")}
        ends |= {special[name] for name in _END_NAMES if name in special}
        return Vocabulary(
            pre=pre,
            tokens=tokens,
            merges=[(merge[0], merge[1]) for merge in merges],
            special=special,
            end_ids=sorted(int(end) for end in ends),
            unused_ids=[id_ for id_ in range(self.architecture.vocabulary) if id_ not in used],
            chat_template=str(self._field("tokenizer.chat_template")),
        )


def _open(path: Path) -> Any:
    import gguf

    if not path.is_file():
        raise ModelMissing(f"There is no file {path}.")
    with path.open("rb") as file:
        magic = file.read(4)
    if magic != b"GGUF":
        raise ModelCorrupt(f"{path} is not a GGUF file.")
    try:
        return gguf.GGUFReader(path)
    except Exception as error:
        # The reader trusts the header; a damaged one surfaces as any error of numpy or Python.
        raise ModelCorrupt(f"{path} is damaged or truncated ({type(error).__name__}).") from error
