"""Speech synthesis with a Piper voice on plain ONNX Runtime.

A voice is a folder with one `.onnx` (VITS: `input` (1, phonemes) int64, `input_lengths` (1,),
`scales` (3,) float and perhaps `sid` (1,) in; `output` (1, 1, 1, samples) float out) and its
`.onnx.json`, as published at https://huggingface.co/rhasspy/piper-voices.
"""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge.aio import closing
from edge.errors import ModelCorrupt, ModelMissing
from edge.events import AudioFrame, Float32, Int16
from edge.onnx import require_io, runtime_errors
from edge.speak.level import frames, level, pause_after
from edge.speak.leveller import Leveller, loudness
from edge.speak.phonemes import PhonemeIds, Phonemizer
from edge.speak.vits import Vits
from edge.worker import Worker

if TYPE_CHECKING:
    import onnxruntime

log = logging.getLogger(__name__)

_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """What the voice's `.onnx.json` says, as far as it matters here."""

    rate: int
    """Samples a second."""
    espeak_voice: str
    """espeak-ng's voice; empty where the letters themselves are the phonemes."""
    ids: dict[str, list[int]]
    """Numbers of each phoneme."""
    noise: float
    """How much the sound varies."""
    length: float
    """Length of a phoneme; 2 is twice as slow."""
    noise_width: float
    """How much the phonemes' lengths vary."""


class PiperVoice:
    """A Synthesizer with one Piper voice. A voice of several speakers speaks as its first.

    VITS draws noise for the sound and for its lengths, and ONNX Runtime offers no seed for a single
    run. The seed is set before the model is loaded: the same sentences in the same order come out
    the same in every run of the program, though the same sentence twice does not.
    """

    def __init__(
        self,
        folder: Path,
        worker: Worker,
        *,
        speed: float = 1.0,
        threads: int = 2,
        cache: Path | None = None,
    ) -> None:
        """Raises ModelMissing or ModelCorrupt for a folder without a usable voice.

        `worker` runs the model; `speed` 2 is twice as fast. In the folder `cache` the model is
        kept in two parts, so that a sentence is heard before all of it is made. ModelError without
        espeak-ng.
        """
        import onnxruntime

        model, described = _files(folder)
        self._config = read_config(described)
        onnxruntime.set_seed(_SEED)
        self._model = Vits(model, threads=threads, cache=cache)
        inputs = {"input", "input_lengths", "scales"}
        session = self._model.session
        self._speakers = any(value.name == "sid" for value in session.get_inputs())
        require_io(
            session,
            model,
            inputs=inputs | {"sid"} if self._speakers else inputs,
            outputs=["output"] if self._model.whole else [],
        )
        self._path = model
        self._worker = worker
        self._ids = PhonemeIds(self._config.ids)
        self.speed = speed
        self.steady = False
        """Draw no noise: the same sentence is the same sound each time, and a little duller."""
        voice = self._config.espeak_voice
        self._phonemizer = Phonemizer(voice) if voice else None
        self._position = 0
        self._usual = 0.0
        """How loud the voice is by itself; 0 while that is not known."""
        if not self._model.whole:
            self._rehearse()

    @property
    def rate(self) -> int:
        """Samples a second of what it speaks."""
        return self._config.rate

    async def speak(self, sentence: str) -> AsyncIterator[AudioFrame]:
        """Frames of 100 ms at the voice's rate, then the pause that belongs after the sentence.

        The model runs on the worker, once a sentence or piece by piece; cancelling stops it there.
        """
        import onnxruntime

        parts = await self._worker.run(self._phonemes, sentence)
        if not parts:
            log.debug("Nothing to say in %r", sentence)
        for phonemes in parts:
            options = onnxruntime.RunOptions()
            try:
                make = partial(self._render, phonemes, options)
                async with closing(self._worker.iterate(make)) as pieces:
                    async for samples in pieces:
                        start = self._position
                        self._position += len(samples)
                        for frame in frames(samples, start, self.rate):
                            yield frame
            except BaseException:
                options.terminate = True  # cancelled: free the worker for what comes next
                raise

    def _rehearse(self) -> None:
        """Say something to nobody: it tells how loud the voice is, and the first answer is not
        the one that waits for memory."""
        import onnxruntime

        for phonemes in self._phonemes("Good morning, how are you today?"):
            pieces = [piece for piece, _ in self._pieces(phonemes, onnxruntime.RunOptions())]
            self._usual = loudness(np.concatenate(pieces), self.rate)

    def _phonemes(self, sentence: str) -> list[str]:
        if not any(character.isalnum() for character in sentence):
            return []
        if self._phonemizer is None:
            return [unicodedata.normalize("NFD", sentence)]
        return self._phonemizer.phonemes(sentence)

    def _render(self, phonemes: str, options: onnxruntime.RunOptions) -> Iterator[Int16]:
        pause = pause_after(phonemes)
        leveller = Leveller(self.rate, self._usual, pause)
        for piece, last in self._pieces(phonemes, options):
            if self._model.whole:
                yield level(piece, self.rate, pause)
            else:
                yield leveller.push(piece, last=last)

    def _pieces(
        self, phonemes: str, options: onnxruntime.RunOptions
    ) -> Iterator[tuple[Float32, bool]]:
        ids = np.array([self._ids.encode(phonemes)], np.int64)  # (1, phonemes)
        config = self._config
        noise, width = (0.0, 0.0) if self.steady else (config.noise, config.noise_width)
        scales = [noise, config.length / self.speed, width]
        feed: dict[str, Any] = {
            "input": ids,
            "input_lengths": np.array([ids.shape[1]], np.int64),
            "scales": np.array(scales, np.float32),
        }
        if self._speakers:
            feed["sid"] = np.zeros(1, np.int64)
        try:
            yield from self._model.render(feed, options)
        except runtime_errors() as error:
            if options.terminate:
                return
            raise ModelCorrupt(
                f"The voice {self._path} cannot speak: its model and its .json do not fit together."
            ) from error


def read_config(path: Path) -> VoiceConfig:
    """The voice's configuration; ModelCorrupt where it is damaged or not a Piper voice's."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        kind = values.get("phoneme_type", "espeak")
        inference = values.get("inference", {})
        ids = {
            str(phoneme): [int(number) for number in numbers]
            for phoneme, numbers in values["phoneme_id_map"].items()
        }
        config = VoiceConfig(
            rate=int(values["audio"]["sample_rate"]),
            espeak_voice=str(values["espeak"]["voice"]) if kind == "espeak" else "",
            ids=ids,
            noise=float(inference.get("noise_scale", 0.667)),
            length=float(inference.get("length_scale", 1.0)),
            noise_width=float(inference.get("noise_w", 0.8)),
        )
    except (OSError, ValueError) as error:
        raise ModelCorrupt(f"The voice's configuration {path} cannot be read: {error}.") from None
    except (AttributeError, KeyError, TypeError) as error:
        raise ModelCorrupt(
            f"The voice's configuration {path} is not a Piper voice's: {_reason(error)}."
        ) from None
    if kind not in ("espeak", "text"):
        raise ModelCorrupt(f"The voice {path} needs {kind} phonemes, which are not supported.")
    if lacking := [mark for mark in "_^$" if not ids.get(mark)]:
        raise ModelCorrupt(
            f"The voice's configuration {path} has no phoneme {' or '.join(lacking)}."
        )
    if not 4_000 <= config.rate <= 192_000:
        raise ModelCorrupt(f"The voice's configuration {path} has a sample rate of {config.rate}.")
    return config


def _reason(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _files(folder: Path) -> tuple[Path, Path]:
    """The voice's model and configuration."""
    models = sorted(folder.glob("*.onnx"))
    if not models:
        raise ModelMissing(f"There is no voice (.onnx) in {folder}.")
    if len(models) > 1:
        names = ", ".join(model.name for model in models)
        raise ModelCorrupt(f"There must be one voice in {folder}, but there are {names}.")
    described = models[0].with_name(models[0].name + ".json")
    if not described.is_file():
        raise ModelMissing(f"The voice {models[0]} has no configuration {described.name}.")
    return models[0], described
