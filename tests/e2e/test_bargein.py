"""The assistant in a room that it hears itself in, on real models and in virtual time."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge.app import App
from edge.assistant import Assistant
from edge.bench.turn import synthesised
from edge.clock import SampleClock
from edge.fakes import ScriptedResponder
from edge.hear.echo import EchoCanceller
from edge.models import Store
from edge.settings import Config
from edge.speak.speaker import FileSpeaker
from edge.timeline import Timeline
from tests.conftest import needed
from tests.room import RoomMicrophone, response

pytestmark = pytest.mark.model

LINES = (
    "The kettle is boiling, and the bread in the oven will be ready in about five minutes.",
    "There are three things on your list for today: milk, apples, and a birthday card.",
    "A rainbow forms when sunlight is bent and reflected inside of drops of rain.",
    "Your next train leaves at a quarter past nine, from platform four.",
)


@pytest.fixture(scope="module")
def app(model_folder):
    for name in ("silero-vad", "moonshine-tiny-en", "smart-turn-v3.2", "piper-en-us-joe-medium"):
        model_folder(name)
    needed("pywebrtc_audio")
    with App(Config(), Store(offline=True)) as app:
        yield app


def run(app, tmp_path, room, lines, speak=None):
    """The trace of a session in which `lines` are announced; at the third second of sound the
    wearer says `speak`."""
    clock = SampleClock()
    trace = []
    timeline = Timeline(clock)
    timeline.watch(lambda event, fields: trace.append((clock.seconds, event, fields)))
    sink = FileSpeaker(tmp_path / "speaker.wav", clock)
    microphone = RoomMicrophone(np.zeros(16_000, np.int16), clock, sink, room)
    canceller = EchoCanceller()
    sink.on_played(canceller.played)
    assistant = Assistant(
        microphone=microphone,
        ears=app.listener(clock),
        responder=ScriptedResponder([""] * 20),
        synthesizer=app.synthesizer(),
        sink=sink,
        clock=clock,
        timeline=timeline,
        barge_in=True,
        echo=canceller,
    )
    if speak is not None:
        waiting = [speak]

        def watch(_):
            began = next((t for t, event, _ in trace if event == "audio_started"), None)
            if waiting and began is not None and clock.seconds >= began + 3:
                microphone.say(waiting.pop())

        clock.on_advance(watch)

    async def session():
        async with asyncio.TaskGroup() as group:
            for line in lines:
                group.create_task(assistant.announce(line))
            group.create_task(assistant.run())

    asyncio.run(asyncio.wait_for(session(), 120))
    return trace


@pytest.mark.parametrize(("gain", "delay_ms"), [(0.2, 20), (0.6, 90)])
def test_it_never_hears_itself(app, tmp_path, gain, delay_ms):
    """A quarter of a minute of its own voice in a room: no turn, and it is never held."""
    trace = run(app, tmp_path, response(gain=gain, delay_ms=delay_ms), LINES)
    names = [event for _, event, _ in trace]
    assert names.count("announcement") == len(LINES)
    assert "speech_started" not in names
    assert "held" not in names


def test_the_wearer_interrupts_in_the_room(app, tmp_path):
    """As loud as the echo: the answer is cut within half a second, and the words are understood."""
    (question,) = asyncio.run(synthesised(app, ["What is the capital of Italy?"]))
    voice = question.samples
    trace = run(app, tmp_path, response(gain=0.5), LINES[:1], voice)
    began = next(t for t, event, _ in trace if event == "audio_started")
    held = next(t for t, event, _ in trace if event == "held")
    assert 0 < held - (began + 3) < 0.5
    (text,) = [fields["text"] for _, event, fields in trace if event == "transcript"]
    assert "capital of Italy" in text
    assert "interrupted" in [event for _, event, _ in trace]


@pytest.mark.data
def test_a_minute_of_its_own_voice_in_recorded_rooms(app, data, model_folder):
    """The soak of tools/soak_own_voice.py, cut short: nothing wakes it and nothing is a turn."""
    model_folder("wake-front-end")
    tool = Path(__file__).parents[2] / "tools" / "soak_own_voice.py"
    command = [sys.executable, str(tool), str(data), "--hours", "0.02", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout)
    assert counts["seconds"] == 72
    assert counts["spoken_s"] > 20
    assert counts["wake"] == counts["turns"] == 0
    # It may stand still for a moment, as it does about once a minute.
    assert counts["speech_started"] <= counts["false_pauses"] <= 1
