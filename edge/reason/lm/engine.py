"""Running an exported language model: a prompt in, pieces of text out."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np

from edge import pages
from edge.errors import ModelCorrupt, TextError
from edge.events import Float32
from edge.onnx import runtime_errors
from edge.reason.lm import description
from edge.reason.lm.answer import Answer, Step
from edge.reason.lm.batch import BatchCache
from edge.reason.lm.cache import Ids, KvCache, common_length
from edge.reason.lm.chat import ChatTemplate, Message
from edge.reason.lm.continuous import ContinuousBatch
from edge.reason.lm.grammar import Constraint, Grammar, TokenTable
from edge.reason.lm.kept import KeptPrompts
from edge.reason.lm.opening import open_model, read_scales
from edge.reason.lm.pace import Pace
from edge.reason.lm.sampling import Sampling

CONTEXT = 4096
"""Longest text by default, in tokens, where the model takes more."""
_LARGE = 64 << 20
"""Bytes of weights from which it is worth a second to read them in huge pages."""
_FIRST = 1.0
"""Seconds that a first token is given before that begins, which takes a core for as long."""


def _nothing() -> Ids:
    return np.zeros(0, np.int64)


class LanguageModel:
    """A model with one sequence in its cache.

    The same prompt always gives the same logits, to the last bit, whatever the cache held and
    wherever work was interrupted. For that a prompt is taken in by chunks of several tokens, and
    an answer one by one, also where it has to be taken in again: the runtime adds up in another
    order for one row than for many.

    Not for two threads at once. Raises ModelMissing or ModelCorrupt, with a sentence that names
    the file, for a folder that is not a complete export.
    """

    def __init__(
        self,
        folder: Path,
        *,
        threads: int = 2,
        context: int | None = None,
        keep: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keep`: so many tokens of earlier prompts are kept beside the one in the cache, for those
        who take turns. `clock` gives the seconds that deadlines are compared with.
        """
        self._folder = folder
        self._clock = clock
        self.description = description.read(folder)
        architecture = self.description.architecture
        longest = architecture.context
        self.context = min(longest, CONTEXT if context is None else context)
        """Tokens that a prompt and its answer may have together."""
        self._tokenizer, self._session = open_model(folder, self.description, threads=threads)
        # Weights that the runtime has put into another order are not read from the file any more.
        self._mapped = pages.held(folder / description.DATA)
        pages.let_go(self._mapped)
        if self.description.files[description.DATA].bytes > _LARGE:
            pages.collapse(after=_FIRST)
        self._chat = ChatTemplate(
            self.description.chat_template, self.description.special_tokens, self.encode
        )
        scales = read_scales(folder, self.description)
        self._cache: KvCache | None = KvCache(self._session, architecture, self.context, scales)
        self._pace = Pace()
        self._kept = KeptPrompts(keep) if keep else None

    def encode(self, text: str) -> list[int]:
        """Ids of plain text, in which nothing is special.

        Raises TextError for half a character (a surrogate without its other half).
        """
        try:
            text.encode()
        except UnicodeEncodeError:
            raise TextError("The text has half a character, which cannot be read.") from None
        return self._tokenizer.encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, without special tokens."""
        return self._tokenizer.decode(ids)

    def token_bytes(self, id_: int) -> bytes:
        """The bytes that a token stands for; none for a special one."""
        return self._tokenizer.token_bytes(id_)

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """A conversation by the model's template, open for the assistant's answer."""
        return self._chat.encode(messages)

    def constraint(self, grammar: Grammar) -> Constraint:
        """A form for this model's answers (`Sampling.constraint`); the first takes a second.

        Raises ConstraintError where the grammar is not well-formed, or no text can have the form.
        """
        return Constraint(grammar, self._token_table)

    def generate(
        self,
        prompt: Sequence[int],
        options: Sampling | None = None,
        *,
        deadline: float | None = None,
    ) -> Generator[str, None, None]:
        """The answer to `prompt`, piece by piece: the texts of `generate_steps`."""
        steps = self.generate_steps(prompt, options, deadline=deadline)
        return (step.text for step in steps)

    def generate_steps(
        self,
        prompt: Sequence[int],
        options: Sampling | None = None,
        *,
        deadline: float | None = None,
    ) -> Generator[Step, None, None]:
        """The answer to `prompt`, step by step.

        Each step takes in one chunk of the prompt or makes one token. Closing the generator stops
        the work; the model can be used again after any step. What a prompt shares with the ids in
        the cache is not computed again. The answer ends with the model's own mark, with a stop
        string, after `max_tokens`, where the context is full, or at the first step to be begun
        after `deadline`, in seconds on the model's clock.

        Raises TextError for an empty prompt and for one that leaves no room for an answer,
        ConstraintUnfinished where an answer that must have a form ended before it had it, and
        ModelCorrupt where the graph fails.
        """
        return self._steps(self.answer(prompt, options or Sampling()), deadline)

    def generate_batch(
        self,
        prompt: Sequence[int],
        options: Sequence[Sampling],
        *,
        deadline: float | None = None,
    ) -> Generator[dict[int, Step], None, None]:
        """Several answers to one prompt, one for each of `options`, each as it would be alone.

        Each step yields what it brought for the answers that have not ended, by their places in
        `options`; nothing while the prompt is taken in. An answer that misses the form that it
        must have says so in its last Step's `error`; the others go on.

        Raises TextError and ModelCorrupt like `generate_steps`.
        """
        return self.generate_each([prompt] * len(options), options, deadline=deadline)

    def generate_each(
        self,
        prompts: Sequence[Sequence[int]],
        options: Sequence[Sampling],
        *,
        deadline: float | None = None,
    ) -> Generator[dict[int, Step], None, None]:
        """Like `generate_batch`, each answer to a prompt of its own.

        The prompts are taken in one after the other, each less what it shares with the one before;
        then all answers go on together. The first token of an answer comes with its prompt.
        """
        answers = [self.answer(prompt, one) for prompt, one in zip(prompts, options, strict=True)]
        return self._batch(answers, deadline)

    def open_batch(self, rows: int, capacity: int, *, in_turns: bool = False) -> ContinuousBatch:
        """A batch that answers can join at any step; `answer` makes them.

        At most `rows` are made at once, each of at most `capacity` tokens with its prompt. The
        model may do other work between two steps. For `in_turns` see ContinuousBatch.
        """
        architecture = self.description.architecture
        cache = BatchCache(self._session, architecture, rows=rows, capacity=capacity)
        return ContinuousBatch(
            cache,
            rows,
            lambda prompt, judged: self._feed(prompt, len(prompt), judged),
            self._open_cache,
            self._failures,
            self._clock,
            never=max(self.description.unused_ids, default=0),
            in_turns=in_turns,
        )

    def answer(
        self, prompt: Sequence[int], options: Sampling, capacity: int | None = None
    ) -> Answer:
        """An answer to be made, of at most `capacity` tokens with its prompt (the whole context).

        Raises TextError for a prompt that cannot be answered.
        """
        room = self.context if capacity is None else min(capacity, self.context)
        self.check(prompt, room)
        self._open_cache()
        return Answer(prompt, options, self.description, self._tokenizer, room)

    def prefill(self, ids: Sequence[int], *, begin: int | None = None) -> Float32:
        """Take a prompt in; (vocabulary,) the logits after it, until the next call.

        From the place `begin` on the ids are those of an answer and taken in one by one.
        """
        text = list(ids[: self.context])
        *_, logits = self._feed(text, len(text) if begin is None else begin)
        assert logits is not None
        return logits

    def take_in(
        self, ids: Sequence[int], *, chunk: int | None = None
    ) -> Generator[None, None, None]:
        """Take in what of `ids` is not in the cache, by `chunk` (2 or more) tokens a step;
        by default by as many as the machine takes in soon enough for what waits.

        A prompt that begins with them is then answered sooner.
        """
        text = list(ids[: self.context])
        while True:
            cache = self._open_cache()
            common = min(common_length(cache.ids, text), cache.whole)
            if common == len(text):
                return
            start, end = _chunk(common, len(text), chunk or self._pace.size)
            cache.rewind(start)
            self._append(cache, text[start:end], [])
            yield

    def logits(self, ids: Sequence[int], begin: int = 0, *, judged: Ids | None = None) -> Float32:
        """(len(ids) - begin, vocabulary) The logits after each of `ids` from the place `begin` on.

        How the model judges a text. Of what comes before `begin`, what is in the cache is not
        computed again. `judged`, (len(ids) - begin, J), are ids that are judged at each place as
        exactly as the likeliest ones, which a head of 4 bits only finds. Raises TextError where
        there is nothing to judge, or more than the context.
        """
        self._check(ids)
        if not 0 <= begin < len(ids) <= self.context:
            raise TextError(
                f"A text of {len(ids)} tokens cannot be judged; it must have 1 to {self.context}."
            )
        cache = self._open_cache()
        cache.rewind(min(common_length(cache.ids, list(ids)), begin, cache.whole))
        rows: list[Float32] = []
        while len(cache.ids) < len(ids):
            known = len(cache.ids)
            start, end = _chunk(known, len(ids), self._pace.size)
            cache.rewind(start)
            first = max(known, begin)
            wanted = range(first - start, end - start)
            here = None if judged is None else judged[first - begin :][: len(wanted)]
            rows.append(self._append(cache, ids[start:end], wanted, here))
        return np.concatenate(rows)

    def forget(self) -> None:
        """Empty the cache: nothing of earlier prompts is reused."""
        self._open_cache().rewind(0)

    @cached_property
    def identity(self) -> str:
        """What has to be the same for a prompt to leave the same keys and values, as a hash."""
        import onnxruntime

        files = self.description.files
        parts = [
            files[description.GRAPH].sha256,
            files[description.DATA].sha256,
            onnxruntime.__version__,
            platform.machine(),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def state(self, length: int) -> Float32:
        """(2 * layers, kv_heads, length, head_size) Keys and values of the cache's first ids."""
        cache = self._open_cache()
        if length > len(cache.ids):
            raise ValueError(f"the cache holds {len(cache.ids)} ids")
        return cache.state(length)

    def restore(self, ids: Sequence[int], state: Float32) -> None:
        """Hold `ids` with the keys and values that `state` gave of them."""
        a = self.description.architecture
        if len(ids) > self.context:
            raise TextError(f"A prefix of {len(ids)} tokens is longer than the context.")
        if state.shape != (2 * a.layers, a.kv_heads, len(ids), a.head_size):
            raise ValueError(f"a state of the shape {state.shape} is another model's or text's")
        self._open_cache().restore(ids, state)

    def close(self) -> None:
        """Release the cache and the session."""
        self._cache = None
        self._mapped = []
        if hasattr(self, "_session"):
            del self._session

    def check(self, prompt: Sequence[int], room: int | None = None) -> None:
        """Raises TextError where `prompt` cannot be answered in a `room` of so many tokens (the
        context), whatever the options.
        """
        room = self.context if room is None else room
        if not prompt:
            raise TextError("There is nothing to answer.")
        if len(prompt) >= room:
            raise TextError(
                f"The prompt is too long: {len(prompt)} tokens, and the model can take {room - 1}."
            )
        self._check(prompt)

    def _check(self, ids: Sequence[int]) -> None:
        """The graph would take other ids for a defect of its own."""
        if ids and not 0 <= min(ids) <= max(ids) < self.description.architecture.vocabulary:
            raise TextError("The prompt has ids that are not in the model's vocabulary.")

    def _steps(self, answer: Answer, deadline: float | None) -> Generator[Step, None, None]:
        while True:
            feed = self._feed(answer.ids, answer.begin, answer.few)
            logits = None
            while logits is None:
                if self._late(deadline):
                    step = answer.late()
                    break
                logits = next(feed)
                if logits is None:
                    yield Step()
            else:
                step = answer.take(logits)
            if step.end:
                self._rest()
            yield step
            if step.error:
                raise step.error
            if step.end:
                return

    def _batch(
        self, answers: list[Answer], deadline: float | None
    ) -> Generator[dict[int, Step], None, None]:
        if not answers:
            return
        batch = self.open_batch(len(answers), max(one.begin + one.room for one in answers))
        for place, answer in enumerate(answers):
            batch.submit(place, answer, deadline)
        while batch:
            yield batch.step()
        self._rest()

    def _rest(self) -> None:
        """Between two answers no row of the embedding has to be in this process's memory."""
        pages.let_go(self._mapped)

    def _late(self, deadline: float | None) -> bool:
        return deadline is not None and self._clock() >= deadline

    def _feed(
        self, ids: list[int], begin: int, judged: Callable[[], Ids] = _nothing
    ) -> Generator[Float32 | None, None, None]:
        """Bring the cache to `ids`: None for each chunk, and at last the logits after them, with
        the ids that `judged` then gives judged exactly.

        The answer begins at `begin`. It compares what the cache holds with what it should hold,
        whoever used it in between; work that was undone is done again in one step, or two who
        take turns would never come to an end.
        """
        if self._kept is not None:
            self._kept.exchange(self._open_cache(), ids)
        reached = len(ids) - 1 if len(ids) > begin else 0
        undone = False
        while True:
            cache = self._open_cache()
            common = common_length(cache.ids, ids)
            if cache.whole < begin:
                # The end of the prompt was an answer once, and taken in one by one.
                common = min(common, cache.whole)
            undone |= common < reached
            # The last id has to be computed again, as its logits are wanted.
            start = min(common, len(ids) - 1)
            end = start + 1
            of_prompt = start < begin
            if of_prompt:
                start, end = _chunk(start, begin, self._pace.size)
            cache.rewind(start)
            last = end == len(ids)
            exact = judged() if last else _nothing()
            if of_prompt:
                rows = [end - start - 1] if last else []
                logits = self._append(cache, ids[start:end], rows, exact[None] if last else None)
            else:
                with self._failures():
                    logits = cache.step(ids[start], exact)[None]
            if last:
                yield logits[0]
                return
            reached = end
            if not undone:
                yield None

    def _append(
        self, cache: KvCache, ids: Sequence[int], rows: Sequence[int], judged: Ids | None = None
    ) -> Float32:
        began = time.perf_counter()
        with self._failures():
            logits = cache.append(ids, rows, judged)
        if len(rows) <= 1:
            # The logits of many places would count as well.
            self._pace.took(len(ids), time.perf_counter() - began)
        return logits

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
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


def _chunk(start: int, end: int, size: int) -> tuple[int, int]:
    """Where the next chunk of the ids from `start` to `end` begins and ends.

    The runtime takes a chunk's rows by two (products) and by 32 (attention), and adds up in
    another order for a row that is left alone. So a chunk has an even number of ids: one that is
    in the cache already is taken in again with it.
    """
    length = min(end - start, size)
    if length % 2:
        if end - start <= size and start > 0:
            return start - 1, end
        length = max(length - 1, 1)
    return start, start + length
