"""What a sentence means, as a vector: by a small transformer, trained on pairs of sentences.

all-MiniLM-L6-v2 (Wang et al. 2020, https://arxiv.org/abs/2002.10957; Reimers and Gurevych 2019,
https://arxiv.org/abs/1908.10084; Apache-2.0), with weights of 8 bits: 23 MB, a few milliseconds.
"""

from __future__ import annotations

import gzip
import time
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge.events import Float32
from edge.onnx import open_session, require_io

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WIDTH = 384
"""Numbers of a vector."""
MODEL = "minilm-l6-v2"
"""Its name in the model store."""
_WAKE = 1e-4
"""Seconds for another thread to begin."""
_LONGEST = 48
"""Word pieces that are looked at: a request to a skill is shorter, and a longer one none."""


class Encoder:
    """Sentences that mean alike get vectors that point alike."""

    def __init__(self, folder: Path) -> None:
        """The model in `folder`. Raises ModelMissing or ModelCorrupt."""
        path = folder / "model.onnx"
        self._session = open_session(path, threads=1)
        require_io(
            self._session,
            path,
            inputs=("input_ids",),
            outputs=("last_hidden_state",),
        )
        self._pieces = _tokenizer()
        self._worker = ThreadPoolExecutor(1, "encoder")
        self._latest: tuple[str, Future[Float32]] | None = None

    def begin(self, text: str) -> None:
        """Look at `text` in another thread, so that `encode` has it at once."""
        if not self._started(text).done():
            # A thread that computes would keep Python's lock for five milliseconds more.
            time.sleep(_WAKE)

    def encode(self, text: str) -> Float32:
        """A vector of length 1, (WIDTH,): the mean over the word pieces."""
        return self._started(text).result()

    def _started(self, text: str) -> Future[Float32]:
        # A question is decided about in its first pause, and again when it has certainly ended.
        latest = self._latest
        if latest is None or latest[0] != text:
            self._latest = latest = text, self._worker.submit(self._encode, text)
        return latest[1]

    def _encode(self, text: str) -> Float32:
        ids = np.array([self._pieces.encode(text).ids], np.int64)  # (1, pieces)
        (hidden,) = self._session.run(["last_hidden_state"], {"input_ids": ids})
        mean: Float32 = np.asarray(hidden)[0].mean(axis=0)  # of (1, pieces, WIDTH)
        return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _tokenizer() -> Tokenizer:
    """WordPiece with the vocabulary of BERT for lower case (Devlin et al. 2018; Apache-2.0)."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import BertProcessing

    packed = (files("edge.reason") / "data" / "wordpiece.txt.gz").read_bytes()
    pieces = gzip.decompress(packed).decode("utf-8").split("\n")
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    made.enable_truncation(_LONGEST)
    return made
