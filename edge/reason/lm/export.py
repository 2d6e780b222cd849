"""A GGUF file to a folder that `engine.LanguageModel` runs.

Tensors are read, requantised and written one after the other, so that the memory needed is a few
slices of one tensor. The same file gives the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from edge.errors import ModelError
from edge.events import Float32
from edge.reason.lm import FORMAT, description, grids, moments, preview, tokenizer
from edge.reason.lm.cache_scales import measure
from edge.reason.lm.description import Description, File, Grid
from edge.reason.lm.gguf_source import GgufSource
from edge.reason.lm.graph import GraphBuilder, Stored, rotary
from edge.reason.lm.grids import Precision
from edge.reason.lm.moments import Known
from edge.reason.lm.quantise import Feedback, Quantised, quantise

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and of how many."""

_PAGE = 4096
"""The data file's alignment: each tensor can be mapped and dropped by itself."""
_THREADS = 2


def build(
    gguf: Path,
    folder: Path,
    progress: Progress | None = None,
    *,
    precision: Precision | None = None,
    informed: bool = True,
) -> Path:
    """Export `gguf` to `folder`, which is replaced once the new one is complete.

    `precision` says how each of grids.CLASSES is kept, in place of the default for its size. Not
    `informed`: as if nothing were known of it (`moments`).

    Raises ModelMissing, ModelCorrupt, or ModelError for a model that edge cannot run.
    """
    source = GgufSource(gguf)
    progress = progress or _silent
    progress("checksum", 0, source.architecture.layers + 4)
    source_sha256 = _sha256(gguf)
    known = moments.find(source_sha256) if informed else None
    seen = preview.read(known) if known else None
    rank = seen.rank if seen else None
    precision = precision or grids.default(source.architecture, informed=bool(known), rank=rank)
    _check(source, precision, rank)
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _write(source, source_sha256, partial, progress, precision, known)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except OSError as error:
        raise ModelError(f"The language model cannot be written to {folder} ({error}).") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _silent(label: str, done: int, total: int) -> None:
    pass


def _check(source: GgufSource, precision: Precision, rank: int | None) -> None:
    for name, kept in precision.items():
        if (kept.rank or grids.columns(source.architecture, name)) % kept.block:
            raise ModelError(f"{source.path.name} has rows that are no multiple of {kept.block}.")
    if precision["head"].rank not in (None, rank):
        raise ModelError(
            f"The head of {source.path.name} cannot be seen through {precision['head'].rank} "
            f"directions: {rank or 'none'} are known."
        )


def _write(
    source: GgufSource, source_sha256: str, folder: Path, progress: Progress,
    precision: Precision, known: Path | None,
) -> None:  # fmt: skip
    a = source.architecture
    steps = a.layers + 4
    (folder / description.TOKENIZER).write_text(
        tokenizer.build(source.vocabulary), encoding="utf-8", newline="\n"
    )
    graph = GraphBuilder(a, description.DATA)
    with (
        (folder / description.DATA).open("wb") as file,
        ThreadPoolExecutor(_THREADS) as pool,
    ):
        writer = _Writer(source, graph, file, pool, known)
        progress("embedding", 1, steps)
        writer.ends(precision)
        for layer in range(a.layers):
            progress(f"layer {layer + 1}", layer + 2, steps)
            writer.layer(layer, precision)
        data = File(bytes=writer.position, sha256=writer.sha256)
    progress("graph", steps - 2, steps)
    graph.build(dict(precision), biased=a.kind == "qwen2")
    unknown = np.ones((2 * a.layers, a.kv_heads, a.head_size), np.float32)
    (folder / description.GRAPH).write_bytes(graph.finish(unknown))
    progress("scales of the cache", steps - 1, steps)
    vocabulary = source.vocabulary
    scales = measure(folder, a, vocabulary.chat_template, vocabulary.special)
    np.save(folder / description.SCALES, scales)
    content = graph.finish(scales)
    (folder / description.GRAPH).write_bytes(content)
    files = {
        description.DATA: data,
        description.GRAPH: File(bytes=len(content), sha256=hashlib.sha256(content).hexdigest()),
        description.TOKENIZER: _file(folder / description.TOKENIZER),
        description.SCALES: _file(folder / description.SCALES),
    }
    if known:
        # Nobody reads it there: its checksum tells a build with it from one without.
        shutil.copyfile(known, folder / description.MOMENTS)
        files[description.MOMENTS] = _file(folder / description.MOMENTS)
    description.write(
        folder,
        Description(
            format=FORMAT,
            name=source.name,
            source_sha256=source_sha256,
            architecture=a,
            precision=dict(precision),
            chat_template=vocabulary.chat_template,
            special_tokens=vocabulary.special,
            end_ids=vocabulary.end_ids,
            unused_ids=vocabulary.unused_ids,
            files=files,
        ),
    )
    progress("done", steps, steps)


class _Writer:
    """Appends initializers to the data file and tells the graph where they are."""

    def __init__(
        self, source: GgufSource, graph: GraphBuilder, file: BinaryIO, pool: ThreadPoolExecutor,
        known: Path | None,
    ) -> None:  # fmt: skip
        self._source = source
        self._graph = graph
        self._file = file
        self._pool = pool
        self._known: Known = moments.read(known) if known else {}
        self._preview = preview.read(known) if known else None
        self._hash = hashlib.sha256()
        self.position = 0

    @property
    def sha256(self) -> str:
        """Of all that was written."""
        return self._hash.hexdigest()

    def ends(self, precision: Precision) -> None:
        """What is not in a layer: rotary tables, embedding, head, final norm."""
        a = self._source.architecture
        shape = (a.vocabulary, a.hidden)
        cos, sin = rotary(a)
        for name, table in (("rotary_cos", cos), ("rotary_sin", sin)):
            stored = self._put("float32", table.shape, [table.astype("<f4").tobytes()])
            self._graph.store(name, stored)
        own_head = self._source.has("output.weight")
        # Of two copies of a tied matrix, the head's is kept with more bits.
        both = "output.weight" if own_head and a.tied else "token_embd.weight"
        embedding = self._matrix([(both, shape[0])], a.hidden, precision["embedding"])
        # GatherBlockQuantized takes the same bytes as MatMulNBits, as rows without blocks.
        flat = (a.vocabulary, a.hidden * precision["embedding"].bits // 8)
        self._store("embedding", {**embedding, "": replace(embedding[""], shape=flat)})
        head = embedding
        if not a.tied or precision["head"] != precision["embedding"]:
            name = "output.weight" if own_head else "token_embd.weight"
            head = self._head(name, precision["head"])
        self._store("head", head)
        self._graph.constant("final_norm", self._source.vector("output_norm.weight", a.hidden))

    def layer(self, layer: int, precision: Precision) -> None:
        """All tensors of a layer."""
        a, at, block = self._source.architecture, f"layer.{layer}", f"blk.{layer}"
        query, key = a.heads * a.head_size, a.kv_heads * a.head_size
        parts = {"attn_q": query, "attn_k": key, "attn_v": key}
        products = {
            "qkv": (parts, a.hidden, "qkv"),
            "output": ({"attn_output": a.hidden}, query, "output"),
            "gate_up": (dict.fromkeys(("ffn_gate", "ffn_up"), a.feed_forward), a.hidden, "gate_up"),
            "down": ({"ffn_down": a.hidden}, a.feed_forward, "down"),
        }
        for name, (tensors, columns, kind) in products.items():
            rows = [(f"{block}.{tensor}.weight", count) for tensor, count in tensors.items()]
            feedback = self._feedback(kind, layer) if precision[kind].bits == 4 else None
            self._store(f"{at}.{name}", self._matrix(rows, columns, precision[kind], feedback))
        if a.kind == "qwen2":
            bias = [self._source.vector(f"{block}.{part}.bias", n) for part, n in parts.items()]
            self._graph.constant(f"{at}.qkv.bias", np.concatenate(bias))
        for ours, theirs in (("attention_norm", "attn_norm"), ("feed_forward_norm", "ffn_norm")):
            norm = self._source.vector(f"{block}.{theirs}.weight", a.hidden)
            self._graph.constant(f"{at}.{ours}", norm)

    def _head(self, tensor: str, kept: Grid) -> dict[str, Stored]:
        a = self._source.architecture
        if kept.rank is None:
            parts = [(tensor, a.vocabulary)]
            return self._matrix(parts, a.hidden, kept, self._feedback("head", 0))
        assert self._preview is not None
        within = self._rows(kept.rank, a.hidden, grids.within(a), [self._preview.within])
        self._store("head.within", within)
        slices = self._source.rows(tensor, (a.vocabulary, a.hidden))
        # The directions are so made that an error in one counts as much as in another.
        seen = self._quantised(map(self._preview.rows, slices), kept, None)
        return self._rows(a.vocabulary, kept.rank, kept, seen)

    def _feedback(self, kind: str, layer: int) -> Feedback | None:
        return Feedback(self._known[kind][layer]) if kind in self._known else None

    def _matrix(
        self, parts: list[tuple[str, int]], columns: int, kept: Grid,
        feedback: Feedback | None = None,
    ) -> dict[str, Stored]:  # fmt: skip
        """Quantise the rows of `parts`, one below the other; where values, scales, ... are.

        The keys are endings of the initializers' names.
        """
        slices = (
            rows
            for tensor, number in parts
            for rows in self._source.rows(tensor, (number, columns))
        )
        count = sum(rows for _, rows in parts)
        return self._rows(count, columns, kept, self._quantised(slices, kept, feedback))

    def _rows(
        self, count: int, columns: int, kept: Grid, slices: Iterable[Quantised]
    ) -> dict[str, Stored]:
        """Write what is quantised already; like `_matrix`."""
        blocks = columns // kept.block
        scales: list[bytes] = []
        points: list[bytes] = []
        start = self._align()
        for quantised in slices:
            self._append(quantised.values.tobytes())
            scales.append(quantised.scales.astype("<f4").tobytes())
            if quantised.zero_points is not None:
                points.append(quantised.zero_points.tobytes())
        values = Stored(
            "uint8", (count, blocks, kept.block * kept.bits // 8), start, self.position - start
        )
        stored = {"": values, ".scales": self._put("float32", (count, blocks), scales)}
        if points:
            stored[".zero_points"] = self._put("uint8", (count, (blocks + 1) // 2), points)
        return stored

    def _put(self, kind: str, shape: tuple[int, ...], parts: list[bytes]) -> Stored:
        start = self._align()
        for part in parts:
            self._append(part)
        return Stored(kind, shape, start, self.position - start)

    def _store(self, name: str, parts: Mapping[str, Stored]) -> None:
        for ending, stored in parts.items():
            self._graph.store(f"{name}{ending}", stored)

    def _quantised(
        self, slices: Iterable[Float32], kept: Grid, feedback: Feedback | None
    ) -> Iterator[Quantised]:
        """In order, with a few slices under way at once."""
        iterator = iter(slices)
        while batch := list(islice(iterator, 2 * _THREADS)):
            yield from self._pool.map(
                lambda rows: quantise(rows, kept.bits, kept.block, feedback), batch
            )

    def _align(self) -> int:
        self._append(b"\0" * (-self.position % _PAGE))
        return self.position

    def _append(self, content: bytes) -> None:
        self._file.write(content)
        self._hash.update(content)
        self.position += len(content)


def _file(path: Path) -> File:
    return File(bytes=path.stat().st_size, sha256=_sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
