"""An answer on its way into the speaker: it can be held, gone on with, and says what was heard."""

from __future__ import annotations

import asyncio

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame
from edge.stages import AudioSink
from edge.volume import Volume

BACK = 1.2
"""Seconds before the cut within which an answer that goes on begins again, at a quiet place."""
_NEAR = 0.15
"""Seconds before the cut that are not searched: the word that was cut is said again."""
_WINDOW = 0.02


class Playout:
    """Gives frames to a sink and keeps them, so that what was cut off can be said after all.

    Times are seconds of the answer's own sound, without the gaps in which it was held.
    """

    def __init__(self, sink: AudioSink, volume: Volume) -> None:
        self._sink = sink
        self._volume = volume
        self._frames: list[AudioFrame] = []
        self._starts: list[float] = []
        self._length = 0.0
        self._sentences: list[tuple[str, float]] = []
        """Each with its beginning."""
        self._from = 0.0
        """Where the sound began that the sink is playing."""
        self._heard: float | None = None
        """How much had been heard when it was held; None while it is not."""
        self._holds = 0
        self.going = asyncio.Event()
        """Set unless it is held."""
        self.going.set()
        self._stopped = asyncio.Event()
        """The opposite of `going`."""

    @property
    def texts(self) -> list[str]:
        """The sentences given, heard or not."""
        return [text for text, _ in self._sentences]

    @property
    def held(self) -> bool:
        """Whether it stands still."""
        return self._heard is not None

    def sentence(self, text: str) -> None:
        """The frames that follow speak `text`."""
        self._sentences.append((text, self._length))

    async def play(self, frame: AudioFrame) -> None:
        """The next frame, to be heard after those before."""
        self._frames.append(frame)
        self._starts.append(self._length)
        self._length += len(frame.samples) / frame.rate
        if self._heard is None:
            await self._sink.play(self._volume.apply(frame))

    def hold(self) -> None:
        """Silence at once."""
        if self._heard is None:
            self._holds += 1
            self.going.clear()
            self._stopped.set()
            self._heard = min(self._length, self._from + self._sink.flush() / SAMPLE_RATE)

    async def resume(self, back: float = BACK) -> None:
        """Go on with the word that was cut, no more than `back` seconds before the cut."""
        if self._heard is None:
            return
        self._from = at = self._quiet_before(self._heard, back)
        index = 0
        while index < len(self._frames):
            frame, start = self._frames[index], self._starts[index]
            index += 1
            skipped = min(max(0, round((at - start) * frame.rate)), len(frame.samples))
            if skipped < len(frame.samples):
                rest = AudioFrame(frame.samples[skipped:], frame.start + skipped, frame.rate)
                await self._sink.play(self._volume.apply(rest))
        self._heard = None
        self._stopped.clear()
        self.going.set()

    async def started(self) -> int:
        """Wait for the first sound; its sample on the sample clock."""
        while True:
            await self.going.wait()
            sink = asyncio.ensure_future(self._sink.started())
            held = asyncio.ensure_future(self._stopped.wait())
            try:
                await asyncio.wait((sink, held), return_when=asyncio.FIRST_COMPLETED)
                if sink.done():
                    return sink.result()
            finally:
                sink.cancel()
                held.cancel()

    async def drain(self) -> int:
        """Wait until all was heard; the sample just past its end on the sample clock."""
        while True:
            await self.going.wait()
            holds = self._holds
            end = await self._sink.drain()
            if holds == self._holds:
                return end

    def heard(self) -> str:
        """The words that were heard before it was held, to a word or so; else all of them."""
        if self._heard is None:
            return " ".join(self.texts)
        if not self._sentences:
            return ""
        said = []
        ends = [start for _, start in self._sentences[1:]] + [self._length]
        for (text, start), end in zip(self._sentences, ends, strict=True):
            part = 1.0 if end <= start else (self._heard - start) / (end - start)
            words = text.split(" ")
            said += words[: max(0, int(min(part, 1.0) * len(words)))]
        return " ".join(said)

    def _quiet_before(self, cut: float, back: float) -> float:
        """The quietest place in the last moments before `cut`; the beginning if that is near."""
        if cut < back / 2:
            return 0.0
        best, place = float("inf"), max(0.0, cut - back)
        for frame, start in zip(self._frames, self._starts, strict=True):
            size = max(1, round(_WINDOW * frame.rate))
            for at in range(0, len(frame.samples) - size + 1, size):
                time = start + at / frame.rate
                if cut - back <= time <= cut - _NEAR:
                    part = frame.samples[at : at + size].astype(np.float64)
                    # The later of two quiet places: less is said twice.
                    if (power := float(np.mean(part**2))) <= best:
                        best, place = power, time + _WINDOW / 2
        return place
