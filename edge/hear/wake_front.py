"""From sound to what wake words are told by: mel bands, then Google's speech embedding.

The embedding is a small convolutional network that was trained on many spoken words (Lin et al.,
2020, https://arxiv.org/abs/2002.01322). It looks at 76 mel frames of 10 ms and moves on by eight.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from edge.events import Float32, Int16
from edge.hear.wake_stream import StreamingEmbedding
from edge.onnx import open_session, require_io

STEP = 1280
"""Samples from one embedding to the next: 80 ms."""
WIDTH = 96
"""Numbers in an embedding."""

_BANDS = 32
_MELS = 76
"""Mel frames that an embedding is made of."""
_HOP = 8
"""Mel frames in a step."""
_LOOK_BACK = 512 - 160
"""Samples of the step before that its first mel frame still needs."""
_BATCH = 64


class FrontEnd:
    """Both networks, with one thread. Keeps nothing between calls."""

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        """`folder`: the model wake-front-end; `cache`: a folder for its embedding as a stream
        (`edge.hear.wake_stream`), None: each embedding is worked out by itself.

        Raises ModelMissing or ModelCorrupt.
        """
        mel, embedding = folder / "melspectrogram.onnx", folder / "embedding_model.onnx"
        self._mel: Any = open_session(mel, threads=1)
        require_io(self._mel, mel, inputs=("input",), outputs=("output",))
        self._embedding: Any = open_session(embedding, threads=1)
        require_io(self._embedding, embedding, inputs=("input_1",), outputs=("conv2d_19",))
        self.stream = None if cache is None else StreamingEmbedding.open(embedding, cache)

    def mels(self, samples: Int16) -> Float32:
        """(8, 32) The mel frames of one step; `samples`, (_LOOK_BACK + STEP,), ends with it."""
        sound = samples.astype(np.float32)[np.newaxis]
        # The network cuts off what is 80 dB below the loudest of the call: one call a step, always,
        # so that sound has the same bands however it arrives.
        decibels = self._mel.run(None, {"input": sound})[0].reshape(-1, _BANDS)
        bands: Float32 = decibels / np.float32(10) + np.float32(2)
        return bands

    def embed(self, windows: Float32) -> Float32:
        """(n, 96) The embeddings of `windows`, (n, 76, 32) mel frames."""
        return np.concatenate(
            [
                self._embedding.run(None, {"input_1": windows[at : at + _BATCH, ..., np.newaxis]})[
                    0
                ].reshape(-1, WIDTH)
                for at in range(0, len(windows), _BATCH)
            ]
        )

    def embeddings(self, samples: Int16) -> Float32:
        """(n, 96) One embedding a whole step of `samples`, as a stream that begins there has them.

        What lies before the first sample is silence.
        """
        stream = Stream(self)
        stream.hear(samples)
        return stream.take(len(samples) // STEP)


class Stream:
    """A stream of sound on its way through the front end, as lazily as can be.

    Sound that nobody asks the embeddings of costs nothing but its bytes.
    """

    def __init__(self, front: FrontEnd) -> None:
        self._front = front
        self._quiet = np.tile(front.mels(np.zeros(_LOOK_BACK + STEP, np.int16))[:1], (_MELS, 1))
        self.silence = front.embed(self._quiet[np.newaxis])
        """(1, 96) The embedding of silence."""
        self._age = [] if front.stream is None else front.stream.settled(self._quiet)
        """The memory of the embedding's stream after silence."""
        self.reset()

    def reset(self) -> None:
        """What lies before the next sample is silence."""
        self._heard = np.zeros(_LOOK_BACK, np.int16)
        self._forget()

    def _forget(self) -> None:
        self._mels = self._quiet  # (n, 32), the last _MELS at least
        self._memory = self._age

    @property
    def steps(self) -> int:
        """Whole steps heard that have not been taken."""
        return (len(self._heard) - _LOOK_BACK) // STEP

    def hear(self, samples: Int16, *, keep: int | None = None) -> None:
        """Take `samples`, (n,), in; of the steps to come, no more than `keep` will be taken."""
        self._heard = np.concatenate([self._heard, samples])
        if keep is None:
            return
        spare = self.steps - keep - _MELS // _HOP - 1
        if spare > 0:
            self._heard = self._heard[spare * STEP :]
            # Nothing of the mel frames reaches into what is kept.
            self._forget()

    def take(self, last: int) -> Float32:
        """(n, 96) The embeddings of the steps heard since the call before; the `last` at most."""
        steps = self.steps
        if not steps:
            return np.zeros((0, WIDTH), np.float32)
        fresh = [
            self._front.mels(self._heard[at : at + _LOOK_BACK + STEP])
            for at in range(0, steps * STEP, STEP)
        ]
        self._heard = self._heard[steps * STEP :]
        if self._front.stream is not None:
            frames = np.concatenate(fresh)
            embeddings, self._memory = self._front.stream.step(frames, self._memory)
            return embeddings[-last:]
        mels = np.concatenate([self._mels[-_MELS:], *fresh])
        self._mels = mels[-_MELS:]
        wanted = min(last, steps)
        windows = np.stack(
            [
                mels[end - _MELS : end]
                for end in range(len(mels) - (wanted - 1) * _HOP, len(mels) + 1, _HOP)
            ]
        )
        return self._front.embed(windows)
