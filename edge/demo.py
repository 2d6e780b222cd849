"""`edge demo`: one spoken question, one spoken answer, and where the time went."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from edge.aio import closing
from edge.app import App
from edge.assistant import Assistant, Ears
from edge.clock import SampleClock
from edge.devices import Device, Direction, find
from edge.errors import AudioFileError, DeviceError
from edge.events import AudioFrame
from edge.hear.files import info
from edge.hear.mic import FileMicrophone, Microphone
from edge.session import print_conversation
from edge.speak.recording import write_audio
from edge.speak.speaker import FileSpeaker, Speaker
from edge.stages import Responder, Synthesizer
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


@dataclass(slots=True)
class Demo:
    """The loop's engines, loaded once, and the speaker they play on."""

    ears: Ears
    responder: Responder
    voice: Recorder
    speaker: Device | None
    """None: this machine has none, and nobody hears the answer but its recording."""
    scratch: Path
    """A folder for what nobody keeps."""

    def turn(self, microphone: Path | Device) -> TurnResult | None:
        """One question and its answer; None if nobody spoke."""
        return asyncio.run(self._turn(microphone))

    async def _turn(self, microphone: Path | Device) -> TurnResult | None:
        clock = SampleClock()
        live = isinstance(microphone, Device)
        timeline = Timeline(clock)
        timeline.watch(print_conversation)
        assistant = Assistant(
            microphone=Microphone(microphone, clock)
            if isinstance(microphone, Device)
            else FileMicrophone(microphone, clock),
            ears=self.ears,
            responder=self.responder,
            synthesizer=self.voice,
            sink=Speaker(self.speaker, clock)
            if self.speaker
            else FileSpeaker(self.scratch / "speaker.wav", clock),
            clock=clock,
            timeline=timeline,
            hears_itself=live,
        )
        try:
            async with asyncio.timeout(PATIENCE if live else None) as patience:

                def begun(event: str, fields: dict[str, Any]) -> None:
                    if event == "transcript" and fields["text"]:
                        patience.reschedule(None)

                timeline.watch(begun)
                results = await assistant.run(1)
        except TimeoutError:
            return None
        return results[0] if results else None


def demonstrate(app: App, mic: Path | None, out: Path) -> None:
    """Run one turn and print what was heard, the answer, and the time of each stage."""
    if mic is not None:
        info(mic)
    voice = Recorder(app.synthesizer())
    microphone = _device(app.config.audio.input, "input") if mic is None else None
    speaker = _device(app.config.audio.output, "output")
    with tempfile.TemporaryDirectory(prefix="edge-demo-") as folder:
        scratch = Path(folder)
        ears, responder = app.listener(), app.responder()
        ears.answerable = responder.answerable
        demo = Demo(ears, responder, voice, speaker, scratch)
        result = None
        if mic is not None:
            click.echo(f"The wearer is the recording {mic}.")
            result = demo.turn(mic)
            if result is None:
                raise AudioFileError(f"No speech was heard in {mic}.")
        elif microphone is not None:
            click.echo(f"Ask something into {microphone.name!r} (within {PATIENCE:.0f} seconds).")
            try:
                result = demo.turn(microphone)
            except* DeviceError as group:
                click.echo(str(group.exceptions[0]))
        if result is None:
            why = "Nobody spoke" if microphone else "This machine has no microphone"
            click.echo(f"{why}: the wearer is synthesised, and asks: {QUESTION}")
            question = scratch / "question.wav"
            asyncio.run(_synthesise(voice, question))
            result = demo.turn(question)
    if result is None or not voice.frames:
        raise AudioFileError("The answer held nothing that can be spoken.")
    voice.write(out)
    _table(result.stages)
    click.echo(f"The spoken answer is in {out.resolve()}")


async def _synthesise(voice: Recorder, question: Path) -> None:
    async for _ in voice.speak(QUESTION):
        pass
    voice.write(question)
    voice.frames.clear()


def _device(name: str, direction: Direction) -> Device | None:
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
