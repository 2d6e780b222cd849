"""Ten minutes of noise, with the real ears: nobody has asked anything."""

import asyncio

import numpy as np
import pytest

from edge.app import App
from edge.clock import SampleClock
from edge.events import SAMPLE_RATE
from edge.fakes import ScriptedResponder, ToneSynthesizer
from edge.hear.files import read_blocks
from edge.models import Store
from edge.settings import Config
from edge.speak.speaker import FileSpeaker
from edge.timeline import Timeline
from tests.room import RoomMicrophone, response

pytestmark = [pytest.mark.model, pytest.mark.slow]

MINUTES = 10
LOUDNESS = 300
"""Of the noise: -40 dB, what a kitchen is like."""


@pytest.fixture
def noise(data):
    """(n,) int16: all recordings of noise, one after the other, again and again."""
    sounds = []
    for path in sorted((data / "noise").glob("*.flac")):
        sound = np.concatenate([frame.samples for frame in read_blocks(path)]).astype(float)
        sounds.append(sound * LOUDNESS / (np.sqrt(np.mean(sound**2)) + 1))
    size = MINUTES * 60 * SAMPLE_RATE
    return np.clip(np.resize(np.concatenate(sounds), size), -32768, 32767).astype(np.int16)


def test_ten_minutes_of_noise_start_no_turn(noise, model_folder, tmp_path):
    """Rain, cups and crockery: no question, and nothing is said."""
    from edge.assistant import Assistant

    for name in ("silero-vad", "moonshine-tiny-en", "smart-turn-v3.2"):
        model_folder(name)
    clock = SampleClock()
    sink = FileSpeaker(tmp_path / "speaker.wav", clock)
    voice = ToneSynthesizer()
    with App(Config(), Store(offline=True)) as app:
        assistant = Assistant(
            microphone=RoomMicrophone(noise, clock, sink, response(gain=0.3), keep=False),
            ears=app.listener(clock),
            responder=ScriptedResponder(["I heard something."] * 99),
            synthesizer=voice,
            sink=sink,
            clock=clock,
            timeline=Timeline(clock),
        )
        results = asyncio.run(assistant.run())
    assert clock.seconds >= MINUTES * 60
    assert [result.exchange.question for result in results] == []
    assert voice.spoken == []
