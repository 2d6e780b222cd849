"""Voice to voice: the wait from the last sample of a question to the first of its answer.

One session in real time. A question is spoken into the microphone when the answer before has been
heard for a second (its rest says nothing of the wait, and is cut off). Both recordings lie on one
clock, and the wait is read from them and not from what the program says of itself.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from edge.bench.machine import describe, resident_mb
from edge.clock import SampleClock
from edge.errors import BenchError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.files import read_blocks
from edge.timeline import Timeline

if TYPE_CHECKING:
    from edge.app import App
    from edge.assistant import Assistant

QUESTIONS = (
    "What is the capital of France?",
    "Who wrote Romeo and Juliet?",
    "How many legs does a spider have?",
    "What is the largest planet in the solar system?",
    "What color do you get when you mix blue and yellow?",
    "How far away is the moon?",
    "What language do they speak in Brazil?",
    "Why is the sky blue?",
    "Who painted the Mona Lisa?",
    "What is the fastest animal on land?",
    "Can you tell me a joke?",
    "What do bees make?",
    "What is the boiling point of water?",
    "Which ocean is the deepest?",
    "How do I boil an egg?",
    "What is a good name for a dog?",
    "Is a tomato a fruit or a vegetable?",
    "What is the opposite of difficult?",
    "Who was the first man on the moon?",
    "What should I wear when it rains?",
    "Tell me something about whales.",
    "Where do penguins live?",
    "What is the main ingredient of bread?",
    "How does a rainbow form?",
    "What is the smallest country in the world?",
    "What sport is played at Wimbledon?",
    "How many continents are there?",
    "What is the tallest mountain on Earth?",
    "Which metal is liquid at room temperature?",
    "What is the currency of Japan?",
)
"""What the language model answers."""

INSTANT = (
    "What time is it?",
    "What day is it today?",
    "What is fifteen percent of eighty?",
    "How much is twelve times eleven?",
    "Convert five miles to kilometers.",
    "What is the date today?",
    "How do you spell necessary?",
    "Flip a coin.",
    "Roll a die.",
    "What time is it in Tokyo?",
    "What is seven plus eight?",
    "How many cups are in a liter?",
)
"""What skills answer."""

HARD = (
    "Think hard about how many legs three spiders have.",
    "Think hard about how many days there are in six weeks.",
    "Think hard about what four shirts of twelve dollars cost.",
    "Think hard about which is heavier, a pound of iron or two pounds of feathers.",
    "Think hard about how far a train gets in three hours at eighty miles an hour.",
    "Think hard about what I can cook with rice and two eggs.",
    "Think hard about how old a dog is that was born nine years ago.",
    "Think hard about how many minutes there are in half a day.",
    "Think hard about why the sea is salty.",
    "Think hard about how many apples are left if I eat three of eleven.",
)
"""What several agents think about: the wait is for the first thing that is said."""

_BEFORE = 0.7
"""Seconds of near-silence before each question."""
_HEARD = 1.0
"""Seconds of an answer that are heard before the next question's pause begins."""
_PATIENCE = 20.0
"""Seconds after which a question counts as not answered."""
_SPEECH = 0.05
"""A question has ended where its loudness, over 10 ms, is below this part of its greatest."""
_AUDIBLE = 100
"""Samples beyond this (-50 dB) are heard."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how that sounds."""

    text: str
    """As synthesised, or the recording's name."""
    samples: Int16
    """(n,) at SAMPLE_RATE."""

    @property
    def end(self) -> int:
        """Just past its last sample of speech."""
        return last_sound(self.samples)


@dataclass(slots=True)
class Measured:
    """One question and the wait for its answer."""

    question: str
    heard: str = ""
    answer: str = ""
    by: str = ""
    """Who answered: `model`, `contemplating`, or a skill's intent."""
    seconds: float | None = None
    """From the last sample of the question to the first of the answer; None: not answered."""
    marks: dict[str, float] = field(default_factory=dict)
    """When each stage was done, in seconds after the question's last sample."""
    cut: bool = False
    """The question was taken for over before it was."""


class Interviewer:
    """A microphone in real time into which questions are spoken when they are given to it."""

    ended_at: int | None = None

    def __init__(self, clock: SampleClock) -> None:
        self._clock = clock
        self._rng = np.random.default_rng(1)
        self._saying: Int16 = np.zeros(0, np.int16)
        self.heard: list[Int16] = []
        """All that went into the microphone."""
        self.spoken: list[int] = []
        """Where each question began, in samples."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    def ask(self, samples: Int16) -> None:
        """Say this, beginning with the next frame."""
        self.spoken.append(self._clock.now)
        self._saying = samples

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        queue: asyncio.Queue[AudioFrame] = asyncio.Queue()
        # The clock runs on while a listener is busy.
        pump = asyncio.create_task(self._pump(queue))
        try:
            while True:
                yield await queue.get()
        finally:
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump

    async def _pump(self, queue: asyncio.Queue[AudioFrame]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time() - self._clock.seconds
        while True:
            start = self._clock.now
            part, self._saying = self._saying[:FRAME_SAMPLES], self._saying[FRAME_SAMPLES:]
            # Digital silence is not what a microphone hears.
            sound = self._rng.integers(-12, 13, FRAME_SAMPLES)
            sound[: len(part)] += part
            samples = np.clip(sound, -32768, 32767).astype(np.int16)
            await asyncio.sleep(began + (start + FRAME_SAMPLES) / SAMPLE_RATE - loop.time())
            self.heard.append(samples)
            self._clock.advance(FRAME_SAMPLES)
            queue.put_nowait(AudioFrame(samples, start))


def last_sound(samples: Int16) -> int:
    """Just past the last 10 ms of `samples` that are speech."""
    size = SAMPLE_RATE // 100
    whole = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    loudness = np.sqrt((whole**2).mean(axis=1))
    loud = np.flatnonzero(loudness >= _SPEECH * loudness.max(initial=1.0))
    return int(loud[-1] + 1) * size if len(loud) else 0


def first_sound(samples: Int16, after: int) -> int | None:
    """The first audible sample of `samples` from `after` on."""
    found = np.flatnonzero(np.abs(samples[after:].astype(np.int32)) > _AUDIBLE)
    return after + int(found[0]) if len(found) else None


def read(path: Path) -> Question:
    """A recorded question. Raises AudioFileError."""
    return Question(path.stem, np.concatenate([frame.samples for frame in read_blocks(path)]))


async def synthesised(app: App, texts: Sequence[str]) -> list[Question]:
    """`texts` in the voice of the settings."""
    from edge.speak.playback import Converter

    voice = app.synthesizer()
    questions = []
    for text in texts:
        converter = Converter(SAMPLE_RATE)
        parts = [converter.convert(frame) async for frame in voice.speak(text)]
        questions.append(Question(text, np.concatenate([*parts, converter.finish()])))
    return questions


def measure(
    app: App,
    assistant: Callable[[Interviewer, Path, SampleClock, Timeline], Assistant],
    questions: Sequence[Question],
    keep: Path | None = None,
    tell: Callable[[Measured], None] = lambda one: None,
) -> list[Measured]:
    """Ask all of `questions` in one session; `keep` is a folder for both recordings."""
    with tempfile.TemporaryDirectory(prefix="edge-bench-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_measure(assistant, questions, folder, tell))


async def _measure(
    make: Callable[[Interviewer, Path, SampleClock, Timeline], Assistant],
    questions: Sequence[Question],
    folder: Path,
    tell: Callable[[Measured], None],
) -> list[Measured]:
    clock = SampleClock()
    timeline = Timeline(clock)
    interviewer = Interviewer(clock)
    assistant = make(interviewer, folder / "speaker.wav", clock, timeline)
    rows: list[Measured] = []
    sounding = asyncio.Event()

    def watch(event: str, fields: dict[str, Any]) -> None:
        if not rows:
            return
        match event:
            case "transcript":
                rows[-1].cut = rows[-1].cut or bool(rows[-1].heard)
                rows[-1].heard = f"{rows[-1].heard} {fields['text']}".strip()
            case "route":
                contemplated = fields.get("depth") == "contemplating"
                rows[-1].by = "contemplating" if contemplated else str(fields["to"])
            case "sentence":
                rows[-1].answer = f"{rows[-1].answer} {fields['text']}".strip()
            case "audio_started":
                sounding.set()

    timeline.watch(watch)

    async def interview() -> None:
        for question in questions:
            await _passed(clock, _BEFORE)
            sounding.clear()
            rows.append(Measured(question.text))
            before = len(assistant.results)
            interviewer.ask(question.samples)
            await _passed(clock, len(question.samples) / SAMPLE_RATE)
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await sounding.wait()
            await _passed(clock, _HEARD)
            await assistant.answers.cut()
            if len(assistant.results) > before:
                rows[-1].marks = dict(assistant.results[-1].marks)
            tell(rows[-1])

    session = asyncio.create_task(assistant.run())
    asking = asyncio.create_task(interview())
    try:
        # What the first answer would wait for is loaded while the wearer takes a breath.
        await asyncio.wait((session, asking), return_when=asyncio.FIRST_COMPLETED)
        if session.done():
            await session
            raise BenchError("The session ended before all questions were asked.")
        await asking
    finally:
        for task in (asking, session):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    _waits(rows, questions, interviewer, folder)
    return rows


async def _passed(clock: SampleClock, seconds: float) -> None:
    """Wait until so much time has passed on the sample clock."""
    until = clock.now + round(seconds * SAMPLE_RATE)
    passed = asyncio.Event()
    clock.on_advance(lambda _: passed.set() if clock.now >= until else None)
    await passed.wait()


def _waits(
    rows: list[Measured], questions: Sequence[Question], interviewer: Interviewer, folder: Path
) -> None:
    """Read the waits from the two recordings."""
    from edge.speak.recording import write_audio

    write_audio(folder / "microphone.wav", np.concatenate(interviewer.heard), SAMPLE_RATE)
    speaker = np.concatenate([f.samples for f in read_blocks(folder / "speaker.wav")])
    begins = [*interviewer.spoken[1:], len(speaker)]
    for row, question, start, until in zip(
        rows, questions, interviewer.spoken, begins, strict=False
    ):
        end = start + question.end
        first = first_sound(speaker[:until], start)
        if first is not None:
            row.seconds = round((first - end) / SAMPLE_RATE, 4)
            row.cut = row.cut or first < end
            shift = row.seconds - row.marks.get("heard", row.seconds)
            row.marks = {name: round(at + shift, 4) for name, at in row.marks.items()}


def summary(rows: Sequence[Measured]) -> dict[str, Any]:
    """p50 and p95 of the waits, by who answered, with the medians of the stages."""
    groups = {
        "model": [row for row in rows if row.by in ("model", "")],
        "instant": [row for row in rows if row.by not in ("model", "contemplating", "")],
        "contemplating": [row for row in rows if row.by == "contemplating"],
    }
    found: dict[str, Any] = {"machine": describe(), "rss_mb": round(resident_mb())}
    for name, group in groups.items():
        waits = [row.seconds for row in group if row.seconds is not None]
        if not group:
            continue
        marks: dict[str, list[float]] = {}
        for row in group:
            for mark, at in row.marks.items():
                marks.setdefault(mark, []).append(at)
        found[name] = {
            "questions": len(group),
            "answered": len(waits),
            "cut_off": sum(row.cut for row in group),
            "p50": round(float(np.percentile(waits, 50)), 3) if waits else None,
            "p95": round(float(np.percentile(waits, 95)), 3) if waits else None,
            "stages": {mark: round(float(np.median(at)), 3) for mark, at in marks.items()},
        }
    found["turns"] = [{name: getattr(row, name) for name in Measured.__slots__} for row in rows]
    return found
