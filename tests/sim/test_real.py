"""The simulator with real models and real speech: what a page says is heard, and answered aloud."""

import asyncio

import numpy as np
import pytest
import soxr

from edge.app import App
from edge.config import load
from edge.hear.files import read_blocks
from edge.hear.transcribe import transcribe_file
from edge.models import Store
from edge.sim.session import build
from edge.sim.turns import wav
from edge.sim.wire import MICROPHONE, Sound, pack, unpack
from tests.sim.conftest import served
from tests.sim.words import alike

NEEDED = ("silero-vad", "moonshine-tiny-en", "piper-en-us-joe-medium", "smollm2-135m")


@pytest.mark.model
@pytest.mark.data
@pytest.mark.slow
def test_a_recorded_question_from_a_page_is_heard_and_answered(
    data, model_folder, tmp_path, monkeypatch
):
    """A recording sent as a page's microphone gives the caption, and the answer's sound that comes
    back says what the caption says."""
    for name in NEEDED:
        model_folder(name)
    monkeypatch.setenv("EDGE_MEMORY_PATH", str(tmp_path / "memory.sqlite"))
    monkeypatch.setenv("EDGE_LM_MODEL", "smollm2-135m")
    recording = data / "commands" / "misc" / "voice2json__what_time_is_it.flac"
    frames = [block.samples for block in read_blocks(recording)]
    silence = [np.zeros(320, np.int16)] * 100

    async def speak(page):
        for number, samples in enumerate([*frames, *silence]):
            await page.socket.send(pack(Sound(MICROPHONE, 0, 320 * number, samples)))
            await asyncio.sleep(0.0195)

    async def session(app):
        simulator = build(app)
        # Loading models beside it would tear what this process says.
        await simulator.loop.assistant.responder.warm()
        async with served(simulator, app.memory()) as site, site.page() as page:
            await page.send("microphone", want=True)
            await page.until("role", role="microphone")
            speaking = asyncio.create_task(speak(page))
            caption = await page.until("caption", who="wearer", final=True)
            turn = await page.until("turn")
            await page.until("playback", sounding=False)
            await speaking
            return caption, turn, page.sounds

    with App(load(), Store(offline=True)) as app:
        caption, turn, sounds = asyncio.run(asyncio.wait_for(session(app), 60))
        assert "what time is it" in caption["text"].lower()
        assert turn["route"]["to"] == "clock.time"
        sound = np.concatenate([unpack(one).samples for one in sounds])
        file = tmp_path / "answer.wav"
        file.write_bytes(wav(soxr.resample(sound, 24_000, 16_000), 16_000))
        heard = transcribe_file(file, app.detector(), app.recognizer()).text
    assert alike(turn["answer"], heard), (turn["answer"], heard)
