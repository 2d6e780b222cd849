"""The Moonshine network (Useful Sensors, MIT) in plain ONNX Runtime: sound in, text out.

"Moonshine: Speech Recognition for Live Transcription and Voice Commands", arXiv:2410.15608.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.events import SAMPLE_RATE, Float32
from edge.onnx import open_session, require_io, runtime_errors

START, END = 1, 2
"""Tokens that begin and end a text; 0 is the unknown one, and all others are pieces of words."""

TOKENS_PER_SECOND = 6.5
"""People do not speak faster; more is the model going round in circles."""

LOOPS = 5
"""A phrase said this often in a row, and of at least LOOP_TOKENS in all, is a loop."""
LOOP_TOKENS = 10


class Interrupted(Exception):
    """`Moonshine.interrupt` was called."""


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    tokens: tuple[int, ...]
    score: float
    """Sum of the tokens' log probabilities."""

    @property
    def mean(self) -> float:
        return self.score / max(1, len(self.tokens))


class Moonshine:
    """Encoder, decoder and tokenizer of one model. One thread at a time, `interrupt` aside."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """`folder` holds encoder_model.ort, decoder_model_merged.ort and tokenizer.bin.

        Raises ModelMissing or ModelCorrupt.
        """
        encoder, decoder = folder / "encoder_model.ort", folder / "decoder_model_merged.ort"
        self._pieces = read_tokenizer(folder / "tokenizer.bin")
        self._encoder = open_session(encoder, threads=threads, ort_format=True)
        self._decoder = open_session(decoder, threads=threads, ort_format=True)
        require_io(
            self._encoder,
            encoder,
            inputs=("input_values", "attention_mask"),
            outputs=("last_hidden_state",),
        )
        past = {i.name: i.shape for i in self._decoder.get_inputs() if "past_key" in i.name}
        self._own = [name for name in past if ".decoder." in name]
        self._cross = [name for name in past if ".encoder." in name]
        require_io(
            self._decoder,
            decoder,
            inputs=(
                *("encoder_attention_mask", "input_ids", "encoder_hidden_states"),
                *("use_cache_branch", *past),
            ),
            outputs=("logits", *map(_present, past)),
        )
        self._empty = {
            name: np.zeros((1, shape[1], 0, shape[3]), np.float32) for name, shape in past.items()
        }
        self._lock = threading.Lock()
        self._options = self._new_options()

    def interrupt(self) -> None:
        """From any thread: let the run in progress, and later ones until `allow`, fail."""
        with self._lock:
            self._options.terminate = True

    def allow(self) -> None:
        """Runs may begin again."""
        with self._lock:
            self._options = self._new_options()

    def text(self, sound: Float32, *, width: int = 1, within: float = 2.0) -> str:
        """The words in `sound`, (n,) in [-1, 1] at SAMPLE_RATE, at most half a minute.

        Beam search over at most `width` texts, of which those are dropped that are less likely
        than the best by `within` nats; `width` 1 is greedy. Raises Interrupted, or ModelError
        where the model fails.
        """
        options = self._options
        try:
            tokens = self._search(sound, width, within, options)
        except runtime_errors() as error:
            if options.terminate:
                raise Interrupted from None
            raise ModelError(f"The speech recognition model failed: {error}.") from error
        return self._decode(tokens)

    def _search(self, sound: Float32, width: int, within: float, options: Any) -> tuple[int, ...]:
        mask = np.ones((1, len(sound)), np.int64)
        (hidden,) = self._encoder.run(
            None, {"input_values": sound[np.newaxis], "attention_mask": mask}, options
        )  # (1, T, d)
        step = _Steps(self, mask, hidden, options)
        alive = [_Hypothesis((), 0.0)]
        done: list[_Hypothesis] = []
        longest = int(len(sound) / SAMPLE_RATE * TOKENS_PER_SECOND) + 2
        for _ in range(longest):
            likely = step(alive)  # (B, vocabulary), log probabilities
            best = max(h.score + float(row.max()) for h, row in zip(alive, likely, strict=True))
            found = [
                (alive[row].score + float(likely[row, token]), row, int(token))
                for row in range(len(alive))
                for token in np.flatnonzero(likely[row] >= best - within - alive[row].score)
            ]
            found.sort(reverse=True)
            grown: list[tuple[int, _Hypothesis]] = []
            for score, row, token in found[:width]:
                hypothesis = _Hypothesis((*alive[row].tokens, token), score)
                if token == END or loops(hypothesis.tokens):
                    done.append(hypothesis)
                else:
                    grown.append((row, hypothesis))
            if not grown or len(done) >= width:
                break
            step.keep([row for row, _ in grown])
            alive = [hypothesis for _, hypothesis in grown]
        # Texts of different lengths compare by their mean: the sum would favour the short ones.
        return unlooped(max(done or alive, key=lambda h: h.mean).tokens)

    def _decode(self, tokens: tuple[int, ...]) -> str:
        text = b"".join(self._pieces[t] for t in tokens if END < t < len(self._pieces))
        return text.decode("utf-8", "replace").replace("\u2581", " ").strip()

    @staticmethod
    def _new_options() -> Any:
        import onnxruntime

        options = onnxruntime.RunOptions()
        options.log_severity_level = 4  # being interrupted is no error to be printed
        return options


class _Steps:
    """The decoder over one piece of sound: its keys and values, for B texts at once."""

    def __init__(self, model: Moonshine, mask: NDArray[np.int64], hidden: Float32, options: Any):
        self._model = model
        self._options = options
        self._sound: dict[int, dict[str, NDArray[Any]]] = {
            1: {"encoder_attention_mask": mask, "encoder_hidden_states": hidden}
        }
        """By B; all rows are alike."""
        self._own: dict[str, Float32] = {}
        self._first = True

    def __call__(self, texts: list[_Hypothesis]) -> Float32:
        """(B, vocabulary) log probabilities of the token after each of `texts`."""
        model, rows = self._model, len(texts)
        last = [h.tokens[-1] if h.tokens else START for h in texts]
        if rows not in self._sound:
            self._sound[rows] = {k: np.repeat(v, rows, 0) for k, v in self._sound[1].items()}
        logits, *present = model._decoder.run(
            ["logits", *map(_present, model._own + (model._cross if self._first else []))],
            {
                "input_ids": np.array(last, np.int64)[:, np.newaxis],
                "use_cache_branch": np.array([not self._first]),
                **self._sound[rows],
                **(model._empty if self._first else self._own),
            },
            self._options,
        )
        self._own = dict(zip(model._own, present, strict=False))
        if self._first:
            self._sound[1] |= dict(zip(model._cross, present[len(model._own) :], strict=True))
            self._first = False
        logits = logits[:, -1]
        logits -= logits.max(axis=1, keepdims=True)
        likely: Float32 = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return likely

    def keep(self, rows: list[int]) -> None:
        """Go on with the texts that were these rows."""
        if rows != list(range(len(next(iter(self._own.values()))))):
            self._own = {name: value[rows] for name, value in self._own.items()}


def read_tokenizer(path: Path) -> list[bytes]:
    """The bytes of each token, from a `tokenizer.bin`. Raises ModelMissing or ModelCorrupt.

    Entries of a length and that many bytes: a first byte b below 128 is the length; otherwise the
    length is b - 128 + 128 times the next byte.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelMissing(f"There is no model file {path}.") from None
    except OSError as error:
        raise ModelCorrupt(f"The model file {path} cannot be read: {error.strerror}.") from None
    pieces = []
    at = 0
    try:
        while at < len(data):
            size = data[at]
            at += 1
            if size >= 128:
                size += 128 * data[at] - 128
                at += 1
            pieces.append(data[at : at + size])
            at += size
    except IndexError:
        at = -1
    if at != len(data) or len(pieces) <= END:
        raise ModelCorrupt(f"The model file {path} is damaged or is not a tokenizer.")
    return pieces


def loops(tokens: tuple[int, ...]) -> bool:
    """Whether `tokens` end in one phrase over and over."""
    return _loop(tokens) > 0


def unlooped(tokens: tuple[int, ...]) -> tuple[int, ...]:
    """`tokens` with a loop at their end said once."""
    size = _loop(tokens)
    if not size:
        return tokens
    end = len(tokens)
    while end > size and tokens[end - size : end] == tokens[end - 2 * size : end - size]:
        end -= size
    return tokens[:end]


def _loop(tokens: tuple[int, ...]) -> int:
    """Tokens in the phrase that `tokens` end in over and over, or 0."""
    for size in range(1, len(tokens) // LOOPS + 1):
        times = max(LOOPS, -(-LOOP_TOKENS // size))
        if size * times <= len(tokens) and tokens[-size * times :] == tokens[-size:] * times:
            return size
    return 0


def _present(past: str) -> str:
    return past.replace("past_key_values", "present")
