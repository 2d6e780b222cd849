"""Running an exported language model: a prompt in, pieces of text out."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelCorrupt, ModelMissing, TextError
from edge.events import Float32
from edge.onnx import open_session, require_io, runtime_errors
from edge.reason.lm import description, graph
from edge.reason.lm.cache import KvCache
from edge.reason.lm.chat import ChatTemplate, Message
from edge.reason.lm.description import Description
from edge.reason.lm.grammar import Constraint, Grammar, TokenTable
from edge.reason.lm.sampling import Chooser, Sampling
from edge.reason.lm.text_stream import TextStream
from edge.reason.lm.tokenizer import Tokenizer

if TYPE_CHECKING:
    import onnxruntime

_log = logging.getLogger(__name__)

CHUNK = 64
"""Tokens of a prompt taken in at once; the longest that a cancelled answer has to wait for."""
CONTEXT = 4096
"""Longest text by default, in tokens, where the model takes more."""


class LanguageModel:
    """A model with one sequence in its cache.

    Not for two threads at once. Raises ModelMissing or ModelCorrupt, with a sentence that names
    the file, for a folder that is not a complete export.
    """

    def __init__(self, folder: Path, *, threads: int = 2, context: int | None = None) -> None:
        self._folder = folder
        self.description = description.read(folder)
        architecture = self.description.architecture
        longest = architecture.context
        self.context = min(longest, CONTEXT if context is None else context)
        """Tokens that a prompt and its answer may have together."""
        self._session = _open(folder, self.description, threads)
        self._tokenizer = Tokenizer(folder / description.TOKENIZER)
        self._chat = ChatTemplate(
            self.description.chat_template,
            self.description.special_tokens,
            self._tokenizer.encode,
        )
        self._ends = frozenset(self.description.end_ids)
        self._cache: KvCache | None = KvCache(self._session, architecture, self.context)

    def encode(self, text: str) -> list[int]:
        """Ids of plain text, in which nothing is special."""
        return self._tokenizer.encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, without special tokens."""
        return self._tokenizer.decode(ids)

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """A conversation by the model's template, open for the assistant's answer."""
        return self._chat.encode(messages)

    def constraint(self, grammar: Grammar) -> Constraint:
        """A form for this model's answers (`Sampling.constraint`); the first takes a second.

        Raises ConstraintError where the grammar is not well-formed, or no text can have the form.
        """
        return Constraint(grammar, self._token_table)

    def generate(
        self, prompt: Sequence[int], options: Sampling | None = None
    ) -> Generator[str, None, None]:
        """The answer to `prompt`, piece by piece.

        Each step takes in one chunk of the prompt or makes one token, and yields the text that
        has become certain, which may be empty. Closing the generator stops the work; the model
        can be used again after any step. What a prompt shares with the ids in the cache is not
        computed again. The answer ends with the model's own mark, with a stop string, after
        `max_tokens`, or where the context is full.

        Raises TextError for an empty prompt and for one that leaves no room for an answer,
        ConstraintUnfinished where an answer that must have a form ended before it had it, and
        ModelCorrupt where the graph fails.
        """
        if not prompt:
            raise TextError("There is nothing to answer.")
        if len(prompt) >= self.context:
            raise TextError(
                f"The prompt is too long: {len(prompt)} tokens, and the model can take "
                f"{self.context - 1}."
            )
        self._open_cache()
        return self._generate(list(prompt), options or Sampling())

    def prefill(self, prompt: Sequence[int]) -> None:
        """Take `prompt` in, so that a later one that begins with it is answered sooner."""
        for _ in self._feed(list(prompt[: self.context])):
            pass

    def logits(self, ids: Sequence[int]) -> Float32:
        """(len(ids), vocabulary) The logits after each of `ids`: how the model judges a text."""
        cache = self._open_cache()
        cache.rewind(0)
        rows = []
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            rows.append(self._append(cache, chunk, range(len(chunk))).copy())
        return np.concatenate(rows)

    def forget(self) -> None:
        """Empty the cache: nothing of earlier prompts is reused."""
        self._open_cache().rewind(0)

    def close(self) -> None:
        """Release the cache and the session."""
        self._cache = None
        if hasattr(self, "_session"):
            del self._session

    def _generate(self, ids: list[int], options: Sampling) -> Generator[str, None, None]:
        chooser = Chooser(options, self.description.unused_ids)
        stream = TextStream(options.stop)
        begin = len(ids)
        room = min(options.max_tokens, self.context - begin)
        for _ in range(room):
            logits = None
            for logits in self._feed(ids):
                if logits is None:
                    yield ""
            assert logits is not None
            choice = chooser.choose(logits, ids[begin:])
            if choice.token in self._ends:
                break
            ids.append(choice.token)
            yield stream.push(self._tokenizer.token_bytes(choice.token))
            if stream.stopped:
                return
            if choice.final:
                break
        else:
            chooser.finish()
        yield stream.finish()

    def _feed(self, ids: list[int]) -> Generator[Float32 | None, None, None]:
        """Bring the cache to `ids`: None for each chunk, and at last the logits after them.

        It compares what the cache holds with what it should hold, whoever used it in between.
        """
        while True:
            cache = self._open_cache()
            # The last id has to be computed again, as its logits are wanted.
            common = min(_common(cache.ids, ids), len(ids) - 1)
            cache.rewind(common)
            chunk = ids[common : common + CHUNK]
            if common + len(chunk) == len(ids):
                yield self._append(cache, chunk, [len(chunk) - 1])[0]
                return
            self._append(cache, chunk, [])
            yield None

    def _append(self, cache: KvCache, ids: Sequence[int], rows: Sequence[int]) -> Float32:
        try:
            return cache.append(ids, rows)
        except runtime_errors() as error:
            raise ModelCorrupt(
                f"The language model in {self._folder} fails ({str(error).splitlines()[0]})."
            ) from error

    @cached_property
    def _token_table(self) -> TokenTable:
        ids = range(self.description.architecture.vocabulary)
        return TokenTable(
            [self._tokenizer.token_bytes(id_) for id_ in ids],
            self.description.end_ids,
            list(self.description.special_tokens.values()),
            self._tokenizer.encode,
        )

    def _open_cache(self) -> KvCache:
        if self._cache is None:
            raise ValueError("the language model is closed")
        return self._cache


def _common(one: list[int], other: list[int]) -> int:
    """Length of the longest common prefix."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    return next(place for place in range(shorter) if one[place] != other[place])


def _open(folder: Path, described: Description, threads: int) -> onnxruntime.InferenceSession:
    for name, file in described.files.items():
        _check_size(folder / name, file.bytes)
    for name in (description.GRAPH, description.TOKENIZER):
        _check_content(folder / name, described)
    with ThreadPoolExecutor(max_workers=1) as pool:
        # The weights are read while the session is being made, which takes about as long.
        check = pool.submit(_check_content, folder / description.DATA, described)
        try:
            session = open_session(folder / description.GRAPH, threads=threads)
        finally:
            # Of two complaints, the one about the data's content says more.
            check.result()
    _check_graph(session, folder / description.GRAPH, described)
    return session


def _check_size(path: Path, size: int) -> None:
    if not path.is_file():
        raise ModelMissing(f"There is no language model in {path.parent}: {path.name} is missing.")
    found = path.stat().st_size
    if found != size:
        raise ModelCorrupt(f"{path} is damaged: it has {found} bytes instead of {size}.")


def _check_content(path: Path, described: Description) -> None:
    expected = described.files.get(path.name)
    if expected is None:
        raise ModelCorrupt(f"{path.parent / description.NAME} does not list {path.name}.")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelCorrupt(f"{path} cannot be read ({error}).") from None
    if found != expected.sha256:
        raise ModelCorrupt(f"{path} is damaged: its checksum is wrong.")


def _check_graph(session: onnxruntime.InferenceSession, path: Path, described: Description) -> None:
    a = described.architecture
    require_io(session, path, inputs=graph.inputs(a.layers), outputs=graph.outputs(a.layers))
    cache = next(value for value in session.get_inputs() if value.name == "past_key.0")
    logits = session.get_outputs()[0]
    if [cache.shape[1], cache.shape[3], logits.shape[2]] != [
        a.kv_heads,
        a.head_size,
        a.vocabulary,
    ]:
        raise ModelCorrupt(f"{path} is another model than {description.NAME} describes.")
