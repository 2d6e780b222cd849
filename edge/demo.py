"""`edge demo`: one spoken question, one spoken answer, and where the time went."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from edge.aio import closing
from edge.app import App
from edge.assistant import Assistant
from edge.clock import SampleClock
from edge.devices import find
from edge.errors import AudioFileError, DeviceError
from edge.events import AudioFrame
from edge.hear.files import write_audio
from edge.hear.mic import FileMicrophone, Microphone
from edge.session import print_conversation
from edge.speak.speaker import FileSpeaker, Speaker
from edge.stages import Synthesizer
from edge.timeline import Timeline
from edge.turn import Stages, TurnResult

QUESTION = "What is the capital of France?"

PATIENCE = 15.0
"""Seconds that a live wearer has to begin to speak, before a synthesised one takes over."""


class Recorder:
    """A synthesizer that keeps what it speaks."""

    def __init__(self, voice: Synthesizer) -> None:
        self._voice = voice
        self.frames: list[AudioFrame] = []

    async def speak(self, sentence: str) -> AsyncIterator[AudioFrame]:
        async with closing(self._voice.speak(sentence)) as frames:
            async for frame in frames:
                self.frames.append(frame)
                yield frame

    def write(self, out: Path) -> None:
        """All that was spoken, as one file."""
        write_audio(out, np.concatenate([f.samples for f in self.frames]), self.frames[0].rate)


def demonstrate(app: App, mic: Path | None, out: Path) -> None:
    """Run one turn and print what was heard, the answer, and the time of each stage."""
    voice = Recorder(app.synthesizer())
    ears, responder = app.listener(), app.responder()
    speaker = _device(app.config.audio.output, "output")
    microphone = _device(app.config.audio.input, "input") if mic is None else None

    def turn(source: FileMicrophone | Microphone, clock: SampleClock, scratch: Path) -> TurnResult:
        timeline = Timeline(clock)
        timeline.watch(print_conversation)
        sink = Speaker(speaker, clock) if speaker else FileSpeaker(scratch / "speaker.wav", clock)
        live = isinstance(source, Microphone)
        begun = asyncio.Event()
        timeline.watch(lambda event, _: begun.set() if event == "speech_started" else None)
        assistant = Assistant(
            source, ears, responder, voice, sink, clock, timeline, hears_itself=live
        )

        async def once() -> list[TurnResult]:
            async with asyncio.timeout(PATIENCE if live else None) as limit:
                if live:
                    asyncio.get_running_loop()
                    timeline.watch(
                        lambda event, _: limit.reschedule(None)
                        if event == "speech_started"
                        else None
                    )
                return await assistant.run(1)

        results = asyncio.run(once())
        if not results:
            raise AudioFileError(f"No speech was heard in {mic}.")
        return results[0]

    with tempfile.TemporaryDirectory(prefix="edge-demo-") as folder:
        scratch = Path(folder)
        result = None
        clock = SampleClock()
        if mic is not None:
            click.echo(f"The wearer is the recording {mic}.")
            result = turn(FileMicrophone(mic, clock), clock, scratch)
        elif microphone is not None:
            click.echo(f"Ask something into {microphone.name!r} (within {PATIENCE:.0f} seconds).")
            try:
                result = turn(Microphone(microphone, clock), clock, scratch)
            except TimeoutError:
                click.echo("Nobody spoke.")
            except DeviceError as error:
                click.echo(str(error))
        if result is None:
            click.echo(f"The wearer is synthesised, and asks: {QUESTION}")
            question = scratch / "question.wav"
            asyncio.run(_synthesise(voice, question))
            clock = SampleClock()
            result = turn(FileMicrophone(question, clock), clock, scratch)
    if not voice.frames:
        raise AudioFileError("The answer held nothing that can be spoken.")
    voice.write(out)
    _table(result.stages)
    click.echo(f"The spoken answer is in {out.resolve()}")


async def _synthesise(voice: Recorder, question: Path) -> None:
    async for _ in voice.speak(QUESTION):
        pass
    voice.write(question)
    voice.frames.clear()


def _device(name: str, direction: Any) -> Any:
    """The live device, or None where this machine has none."""
    try:
        return find(name, direction)
    except DeviceError:
        return None


def _table(stages: Stages) -> None:
    from rich.console import Console
    from rich.table import Table

    rows = [
        ("waiting for silence", stages.endpoint),
        ("recognising", stages.asr),
        ("model: first token", stages.first_token),
        ("model: first sentence", stages.first_sentence),
        ("voice: first sound", stages.first_audio),
    ]
    table = Table(title="Where the time went", title_justify="left")
    table.add_column("stage")
    table.add_column("seconds", justify="right")
    for name, seconds in rows:
        table.add_row(name, f"{seconds:.3f}")
    table.add_section()
    table.add_row("end of question to start of answer", f"{stages.voice_to_voice:.3f}")
    table.add_row("length of the spoken answer", f"{stages.speech:.3f}")
    Console().print(table)
