"""One turn: from the transcript of a question to the last sound of its answer."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Literal

from edge.aio import closing
from edge.clock import SampleClock
from edge.events import SAMPLE_RATE, Ask, AudioFrame, Exchange, Transcript
from edge.playout import Playout
from edge.speak.sentences import sentences
from edge.stages import AudioSink, Responder, Synthesizer
from edge.timeline import Timeline, seconds
from edge.volume import Volume

_ENDS = re.compile(
    r"(?:^|\s)(?!(?i:approx|etc|misc|incl|excl|max|min|avg|prof|capt|corp|blvd|bros|messrs|dept|univ|"
    r"sept|intl|natl|assn|govt|cmdr|lieut|resp|mlle)\.)[A-Z]?[a-z]{3,}[.!?]$"
)
"""The end of a sentence, whatever follows: after a whole word that is no abbreviation."""


@dataclass(slots=True)
class Stages:
    """How long each stage of a turn took, in seconds of real time unless it says otherwise.

    An answer that was prepared in the pause was at work on the first ones while the end of the
    question was being waited for: their sum is then more than `voice_to_voice`.
    """

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
    """Of an answer that was cut off, what was heard."""
    stages: Stages
    interrupted: bool = False
    """The wearer cut the answer off."""
    remember: bool = True
    """It is part of the conversation, as an answer to "louder" is not."""
    marks: dict[str, float] = field(default_factory=dict)
    """When each stage was done, in seconds of real time after the question's last sample."""


class Confirmation(asyncio.Event):
    """Set once the question is certain. Virtual time goes on while somebody waits for that."""

    def __init__(self, time_goes_on: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__()
        self._time_goes_on = time_goes_on

    async def wait(self) -> Literal[True]:
        if not self.is_set():
            with self._time_goes_on():
                await super().wait()
        return True


@dataclass(slots=True)
class Turn:
    """Answers one transcript aloud. `run` once; cancelling it stops the model and the voice.

    It may be run before the question is certain: then it thinks up to the first sound, and waits
    for `confirm`. Nothing is heard or told before.
    """

    transcript: Transcript
    responder: Responder
    synthesizer: Synthesizer
    sink: AudioSink
    clock: SampleClock
    timeline: Timeline
    history: tuple[Exchange, ...] = ()
    volume: Volume = field(default_factory=Volume)
    number: int = 0
    noticed: int = 0
    """Sample at which the end of speech was noticed."""
    remember: bool = True
    stages: Stages = field(default_factory=Stages)
    marks: dict[str, float] = field(default_factory=dict)
    """The same on the sample clock, if that runs in real time."""
    playout: Playout = field(init=False)
    ask: Ask = field(init=False)
    _thinking: ExitStack = field(default_factory=ExitStack)
    _busy: bool = False
    silent_at: int = 0
    """Sample at which it was held last, or its end was heard."""
    _anchor: float = field(init=False)
    """`time.perf_counter()` at the sample clock's beginning, if that runs in real time."""

    def __post_init__(self) -> None:
        self.playout = Playout(self.sink, self.volume)
        self.ask = Ask(self.transcript.text, self.history, Confirmation(self._time_goes_on))
        self._anchor = time.perf_counter() - self.clock.seconds

    def confirm(self, transcript: Transcript, number: int, noticed: int) -> None:
        """The question is certain: the answer may be heard."""
        self.transcript = transcript
        self.number = number
        self.noticed = noticed
        self.stages.endpoint = seconds(max(0, noticed - transcript.end))
        self.stages.asr = round(transcript.seconds, 4)
        self._mark("confirmed")
        self.ask.confirmed.set()

    def hold(self) -> None:
        """Silence at once, and no more work until `resume` or the end."""
        if not self.playout.held:
            self.silent_at = self.clock.now
            self.playout.hold()

    async def run(self) -> TurnResult:
        """Think and speak at the same time; return when the last sound has been heard."""
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch_start())
            # In virtual time the clock stands still until the whole answer is ready to be heard.
            self._busy = True
            self._thinking.enter_context(self.clock.hold())
            try:
                await self._speak(group)
                await self.ask.confirmed.wait()
            finally:
                self._busy = False
                self._thinking.close()
            answer = " ".join(self.playout.texts)
            self.timeline.emit("reply_text", turn=self.number, text=answer)
            end = self.silent_at = await self.playout.drain()
            if answer:
                start = await watching
                self.stages.speech = seconds(end - start)
                self.timeline.emit("audio_ended", end, turn=self.number)
            watching.cancel()
        return self.finished(answer)

    def finished(self, answer: str, *, interrupted: bool = False) -> TurnResult:
        """Tell that the turn is over, with what was heard of its answer."""
        if interrupted and "heard" in self.marks:
            self.timeline.emit("audio_ended", self.silent_at, turn=self.number)
        question = self.transcript.text
        begin = self.transcript.end / SAMPLE_RATE
        self.timeline.emit(
            "turn_done",
            turn=self.number,
            question=question,
            answer=answer,
            interrupted=interrupted,
            stages={name: getattr(self.stages, name) for name in Stages.__slots__},
        )
        marks = {name: round(at - begin, 4) for name, at in self.marks.items()}
        exchange = Exchange(question, answer, interrupted)
        return TurnResult(exchange, self.stages, interrupted, self.remember, marks)

    async def _speak(self, group: asyncio.TaskGroup) -> None:
        began = time.perf_counter()
        self._mark("asked")
        ready: asyncio.Queue[str | None] = asyncio.Queue()
        voice_idle = self.ask.free
        thinking = group.create_task(self._think(ready, voice_idle, began))
        first = True
        while (sentence := await ready.get()) is not None:
            if first:
                self._mark("first_sentence")
                self.stages.first_sentence = round(_since(began) - self.stages.first_token, 4)
            voice_idle.clear()
            heard = False
            async with closing(self._made(self.synthesizer.speak(sentence))) as frames:
                async for frame in frames:
                    if first:
                        self._mark("first_sound")
                        sofar = self.stages.first_token + self.stages.first_sentence
                        self.stages.first_audio = round(_since(began) - sofar, 4)
                        first = False
                    if not heard:
                        heard = True
                        await self.ask.confirmed.wait()
                        self.playout.sentence(sentence)
                        self.timeline.emit("sentence", turn=self.number, text=sentence)
                    await self.playout.play(frame)
            voice_idle.set()
        await thinking

    async def _made(self, frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
        """`frames`, which take no virtual time, though what the answer waits for may do so."""
        async with closing(frames):
            while True:
                with self.clock.hold():
                    frame = await anext(frames, None)
                if frame is None:
                    return
                yield frame

    async def _think(
        self, ready: asyncio.Queue[str | None], voice_idle: asyncio.Event, began: float
    ) -> None:
        """The answer's sentences into `ready`, then None.

        The model waits while the voice works: two cores, and the wearer hears the voice. It waits,
        too, while the answer is held, because the wearer speaks.
        """

        async def pieces() -> AsyncIterator[str]:
            so_far: str | None = ""
            async with closing(self.responder.reply(self.ask)) as reply:
                async for piece in reply:
                    if so_far is not None and _ENDS.search(so_far := so_far + piece):
                        # The first sentence need not wait for the beginning of the next.
                        piece, so_far = piece + "\n", None
                    if not self.stages.first_token:
                        self._mark("first_token")
                        self.stages.first_token = _since(began)
                    yield piece
                    await voice_idle.wait()
                    if self.playout.held:
                        with self._time_goes_on():
                            await self.playout.going.wait()

        async with closing(sentences(pieces())) as ones:
            async for sentence in ones:
                ready.put_nowait(sentence)
                # Let the voice take it before the model's next step.
                await asyncio.sleep(0)
        self.stages.reply = _since(began)
        ready.put_nowait(None)

    async def _watch_start(self) -> int:
        # Not the confirmation's own wait: virtual time must not go on for this one.
        await asyncio.Event.wait(self.ask.confirmed)
        start = await self.playout.started()
        self.marks["heard"] = start / SAMPLE_RATE
        self.stages.voice_to_voice = seconds(start - self.transcript.end)
        self.timeline.emit("audio_started", start, turn=self.number)
        return start

    def _mark(self, name: str) -> None:
        self.marks[name] = time.perf_counter() - self._anchor

    @contextmanager
    def _time_goes_on(self) -> Iterator[None]:
        self._thinking.close()
        try:
            yield
        finally:
            if self._busy:
                self._thinking.enter_context(self.clock.hold())


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 4)
