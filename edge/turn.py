"""One turn: from the transcript of a question to the last sound of its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from edge.aio import closing
from edge.clock import SampleClock
from edge.events import Ask, Exchange, Transcript
from edge.speak.sentences import sentences
from edge.stages import AudioSink, Responder, Synthesizer
from edge.timeline import Timeline, seconds


@dataclass(slots=True)
class Stages:
    """How long each stage of a turn took, in seconds of real time unless it says otherwise."""

    endpoint: float = 0.0
    """Silence waited for after the last word, on the sample clock."""
    asr: float = 0.0
    """From the end of speech noticed to the transcript."""
    first_token: float = 0.0
    """From the transcript to the answer's first piece."""
    first_sentence: float = 0.0
    """From there to its first sentence or clause."""
    first_audio: float = 0.0
    """From there to its first sound, ready to play."""
    reply: float = 0.0
    """From the transcript to the answer's last piece."""
    speech: float = 0.0
    """The spoken answer's length, on the sample clock."""
    voice_to_voice: float = 0.0
    """From the last sample of the question to the first of the answer, on the sample clock."""


@dataclass(frozen=True, slots=True)
class TurnResult:
    """A finished turn."""

    exchange: Exchange
    stages: Stages


@dataclass(slots=True)
class Turn:
    """Answers one transcript aloud. `run` once; cancelling it stops the model and the voice."""

    number: int
    transcript: Transcript
    noticed: int
    """Sample at which the end of speech was noticed."""
    responder: Responder
    synthesizer: Synthesizer
    sink: AudioSink
    clock: SampleClock
    timeline: Timeline
    history: tuple[Exchange, ...] = ()
    stages: Stages = field(default_factory=Stages)

    async def run(self) -> TurnResult:
        """Think and speak at the same time; return when the last sound has been heard."""
        self.stages.endpoint = seconds(max(0, self.noticed - self.transcript.end))
        self.stages.asr = round(self.transcript.seconds, 4)
        spoken: list[str] = []
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch_start())
            # In virtual time the clock stands still until the whole answer is ready to be heard.
            with self.clock.hold():
                await self._speak(group, spoken)
            answer = " ".join(spoken)
            self.timeline.emit("reply_text", turn=self.number, text=answer)
            end = await self.sink.drain()
            if spoken:
                start = await watching
                self.stages.speech = seconds(end - start)
                self.stages.voice_to_voice = seconds(start - self.transcript.end)
                self.timeline.emit("audio_ended", end, turn=self.number)
            watching.cancel()
        self.timeline.emit(
            "turn_done",
            turn=self.number,
            question=self.transcript.text,
            answer=answer,
            stages={name: getattr(self.stages, name) for name in Stages.__slots__},
        )
        return TurnResult(Exchange(self.transcript.text, answer), self.stages)

    async def _speak(self, group: asyncio.TaskGroup, spoken: list[str]) -> None:
        began = time.perf_counter()
        ready: asyncio.Queue[str | None] = asyncio.Queue()
        voice_idle = asyncio.Event()
        voice_idle.set()
        thinking = group.create_task(self._think(ready, voice_idle, began))
        first = True
        while (sentence := await ready.get()) is not None:
            if first:
                self.stages.first_sentence = round(_since(began) - self.stages.first_token, 4)
            voice_idle.clear()
            heard = False
            async with closing(self.synthesizer.speak(sentence)) as frames:
                async for frame in frames:
                    if first:
                        sofar = self.stages.first_token + self.stages.first_sentence
                        self.stages.first_audio = round(_since(began) - sofar, 4)
                        first = False
                    heard = True
                    await self.sink.play(frame)
            voice_idle.set()
            if heard:
                spoken.append(sentence)
                self.timeline.emit("sentence", turn=self.number, text=sentence)
        await thinking

    async def _think(
        self, ready: asyncio.Queue[str | None], voice_idle: asyncio.Event, began: float
    ) -> None:
        """The answer's sentences into `ready`, then None.

        The model waits while the voice works: two cores, and the wearer hears the voice.
        """

        async def pieces() -> AsyncIterator[str]:
            ask = Ask(self.transcript.text, self.history)
            async with closing(self.responder.reply(ask)) as reply:
                async for piece in reply:
                    if not self.stages.first_token:
                        self.stages.first_token = _since(began)
                    yield piece
                    await voice_idle.wait()

        async with closing(sentences(pieces())) as ones:
            async for sentence in ones:
                ready.put_nowait(sentence)
                # Let the voice take it before the model's next step.
                await asyncio.sleep(0)
        self.stages.reply = _since(began)
        ready.put_nowait(None)

    async def _watch_start(self) -> int:
        start = await self.sink.started()
        self.timeline.emit("audio_started", start, turn=self.number)
        return start


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 4)
