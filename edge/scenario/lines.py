"""The wearer's lines as sound: synthesised once and kept, or read from a recording."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import platformdirs

from edge.aio import closing
from edge.errors import ScenarioError
from edge.events import SAMPLE_RATE, Int16
from edge.hear.files import read_blocks
from edge.scenario.format import Step
from edge.speak.playback import Converter
from edge.speak.recording import write_audio
from edge.stages import Synthesizer

_SPEECH = 0.05
"""RMS of a wearer's voice at the microphone, as a share of full scale."""


class Lines:
    """Makes sound of what the wearer says."""

    def __init__(self, voice: Synthesizer, name: str, cache: Path | None = None) -> None:
        """`name`: the voice's; a sound that is kept belongs to one voice."""
        self._voice = voice
        self._name = name
        self._cache = cache or platformdirs.user_cache_path("edge", appauthor=False) / "lines"

    async def sound(self, step: Step, folder: Path) -> Int16:
        """(n,) samples of the step, whose recording lies in `folder`."""
        if step.play:
            path = folder / step.play
            samples = np.concatenate([frame.samples for frame in read_blocks(path)])
        else:
            parts = []
            for part in step.say:
                if isinstance(part, str):
                    parts.append(await self._said(part))
                elif not 0 <= part <= 60:
                    raise ScenarioError(f"A pause of {part} s in a line is not between 0 and 60.")
                else:
                    parts.append(np.zeros(round(part * SAMPLE_RATE), np.int16))
            samples = np.concatenate(parts)
        louder = samples.astype(np.float32) * 10 ** (step.volume / 20)
        out: Int16 = np.clip(np.rint(louder), -32768, 32767).astype(np.int16)
        return out

    async def _said(self, text: str) -> Int16:
        key = hashlib.sha256(f"2 {self._name} {text}".encode()).hexdigest()[:24]
        path = self._cache / f"{key}.wav"
        if not path.is_file():
            made = await self._made(text)
            self._cache.mkdir(parents=True, exist_ok=True)
            write_audio(path, made, SAMPLE_RATE)
        return np.concatenate([frame.samples for frame in read_blocks(path)])

    async def _made(self, text: str) -> Int16:
        converter = Converter(SAMPLE_RATE)
        parts = []
        async with closing(self._voice.speak(text)) as frames:
            async for frame in frames:
                parts.append(converter.convert(frame))
        sound = np.concatenate([*parts, converter.finish()]).astype(np.float32)
        if not sound.any():
            raise ScenarioError(f"The voice says nothing for {text!r}.")
        loud = np.flatnonzero(np.abs(sound) > 200)
        # No more silence around it than somebody makes who begins to speak.
        sound = sound[max(0, loud[0] - 160) : loud[-1] + 800]
        level = float(np.sqrt(np.mean(sound[np.abs(sound) > 200] ** 2))) / 32768
        scaled = np.clip(np.rint(sound * (_SPEECH / level)), -32768, 32767)
        made: Int16 = scaled.astype(np.int16)
        return made
