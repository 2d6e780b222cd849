"""What a real microphone hears while the assistant speaks: nothing of it, as with headphones, or
all of it, as on a table."""

import json
import os
import subprocess
from contextlib import suppress

import numpy as np
import pytest
import soundfile

from tests.conftest import needed
from tests.e2e.conftest import Edge, recorders, until_it_records

pytestmark = [pytest.mark.device, pytest.mark.model]

RATE = 16_000
NOISE_S = 40
LEARNT_S = 2


@pytest.fixture
def table(pulse):
    """The speaker is heard by the microphone, at a third of its loudness."""

    def pactl(*command):
        environ = {**os.environ, **pulse}
        return subprocess.run(
            ["pactl", *command], env=environ, capture_output=True, text=True, check=True
        ).stdout

    # Otherwise the delay drifts, as no room's does.
    steady = "adjust_time=0"
    ends = ("source=glasses_spk.monitor", "sink=glasses_mic", "latency_msec=40", steady)
    module = pactl("load-module", "module-loopback", *ends).strip()
    inputs = pactl("list", "short", "sink-inputs").splitlines()
    pactl("set-sink-input-volume", inputs[-1].split()[0], "70%")  # Cubic: 0.34.
    yield
    pactl("unload-module", module)


@pytest.fixture
def live(pulse, tmp_path, model_folder):
    for name in ("silero-vad", "moonshine-tiny-en", "smart-turn-v3.2", "piper-en-us-joe-medium"):
        model_folder(name)
    needed("pywebrtc_audio")
    return Edge(tmp_path, pulse)


def room(rng):
    """(n,) of a kitchen or so: rumble and hiss that swell, and things that are put down."""
    size = NOISE_S * RATE
    hiss = rng.normal(0, 1, size)
    rumble = np.convolve(hiss, np.ones(40) / 40, "same") * 5
    swell = np.interp(np.arange(size), np.arange(0, size + RATE, RATE),
                      rng.uniform(0.5, 1.5, NOISE_S + 1))  # fmt: skip
    sound = (0.5 * hiss + rumble) * swell * 60
    for at in rng.integers(0, size - 4000, 12):
        sound[at : at + 4000] += rng.normal(0, 600, 4000) * np.exp(-np.arange(4000) / 400)
    return sound


def asked(live, voice, tmp_path, interruption="", *, noisy=True):
    """The trace of a session in a room: a question with a long answer, and perhaps an
    interruption while that is spoken."""
    said = {"question": "What can you do?", "interruption": interruption}
    for name, text in said.items():
        if text:
            voice.say(text, tmp_path / f"{name}.wav")
    noise = room(np.random.default_rng(0)) * (1 if noisy else 0.05)
    noise = noise.clip(-32768, 32767).astype(np.int16)
    soundfile.write(tmp_path / "room.wav", noise, RATE)
    trace = tmp_path / "trace.jsonl"
    others = recorders(live.environ)
    process = live.start("run", "--once", "--trace", str(trace))

    def paplay(name):
        command = ["paplay", "--device=glasses_mic", str(tmp_path / name)]
        return subprocess.Popen(command, env=live.environ)

    def until(event):
        for _ in range(600):
            if event in trace.read_text("utf-8") or process.poll() is not None:
                return
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)

    playing = None
    try:
        assert "Listening" in process.stderr.readline()
        until_it_records(process, live.environ, others=others)
        playing = paplay("room.wav")
        # Once more if it was not heard.
        for _ in range(3):
            assert paplay("question.wav").wait() == 0
            if "speech_started" in trace.read_text("utf-8"):
                break
        until("audio_started")
        if interruption:
            # After what the cancellers need to know the room.
            with suppress(subprocess.TimeoutExpired):
                process.wait(LEARNT_S)
            assert paplay("interruption.wav").wait() == 0
        _, err = process.communicate(timeout=NOISE_S)
    finally:
        process.kill()
        process.wait()
        if playing is not None:
            playing.kill()
            playing.wait()
    assert process.returncode == 0, err
    return [json.loads(line) for line in trace.read_text("utf-8").splitlines()]


def test_noise_in_the_room_does_not_stop_the_answer(live, voice, tmp_path):
    """Half a minute in a noisy room: the answer is never held, and is heard to its end."""
    trace = asked(live, voice, tmp_path)
    (done,) = [one for one in trace if one["event"] == "turn_done"]
    assert not done["interrupted"]
    assert "I can answer questions" in done["answer"]
    assert done["stages"]["speech"] > 4
    names = [one["event"] for one in trace]
    assert "held" not in names
    assert "resumed" not in names


def test_the_wearer_is_heard_over_the_noise(live, voice, tmp_path):
    """With nothing of the assistant in the microphone, the wearer stops it all the same."""
    trace = asked(live, voice, tmp_path, "Stop. Stop talking, please, that is enough.")
    names = [one["event"] for one in trace]
    assert "held" in names
    assert "interrupted" in names
    assert names.index("audio_started") < names.index("held") < names.index("interrupted")


@pytest.mark.usefixtures("table")
def test_it_does_not_answer_itself(live, voice, tmp_path):
    """Its own voice comes back through the devices: one turn, and its answer to the end."""
    trace = asked(live, voice, tmp_path, noisy=False)
    turns = [one for one in trace if one["event"] == "turn_done"]
    assert [turn["question"].lower()[:8] for turn in turns] == ["what can"]
    assert not turns[0]["interrupted"]
    assert turns[0]["stages"]["speech"] > 4
