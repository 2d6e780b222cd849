"""The loop on a real sound device."""

import re
import subprocess

import numpy as np
import pytest
import soundfile

from tests.e2e.conftest import Edge, recorders, until_it_records

pytestmark = [pytest.mark.device, pytest.mark.model]


@pytest.fixture
def live(pulse, tmp_path):
    return Edge(tmp_path, pulse)


def recording(live, file):
    """A process that records what the speaker plays, from now on."""
    others = recorders(live.environ)
    command = ["parec", "--device=glasses_spk.monitor", "--file-format=wav", str(file)]
    recorder = subprocess.Popen(command, env=live.environ)
    until_it_records(recorder, live.environ, others=others)
    return recorder


def test_devices_lists_the_sound_card(live):
    """`edge devices` shows the default microphone and speaker."""
    outcome = live("devices", "--json")
    assert outcome.status == 0
    (devices,) = outcome.rows
    default = [d for d in devices if d["default"] == ["input", "output"]]
    assert len(default) == 1


def test_doctor_finds_the_sound_card(live):
    """`edge doctor` says that microphone and speaker work."""
    outcome = live("doctor", "--json")
    (findings,) = outcome.rows
    status = {finding["what"]: finding["status"] for finding in findings}
    assert status["microphone"] == status["speaker"] == "ok"


@pytest.mark.parametrize("option", ["--input-device", "--output-device"])
def test_unknown_device_is_refused_by_name(live, option):
    """A device that is not there is one sentence with those that are."""
    live("run", option, "hearing aid").refused("'hearing aid'", "known are")


def test_question_into_the_microphone_is_answered_through_the_speaker(live, voice, tmp_path):
    """Played into the virtual microphone, a question comes back answered on the virtual speaker."""
    voice.say("What is the capital of France?", tmp_path / "question.wav")
    heard = tmp_path / "heard.wav"
    recorder = recording(live, heard)
    others = recorders(live.environ)
    process = live.start("run", "--once", "--trace", "trace.jsonl")
    try:
        assert "Listening" in process.stderr.readline()
        until_it_records(process, live.environ, others=others)
        trace = tmp_path / "trace.jsonl"
        # The recording is played until it is heard.
        for _ in range(5):
            subprocess.run(
                ["paplay", "--device=glasses_mic", str(tmp_path / "question.wav")],
                env=live.environ,
                check=True,
            )
            if "speech_started" in trace.read_text():
                break
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        recorder.terminate()
        recorder.wait()
    assert process.returncode == 0, err
    assert "Heard: What is the capital of France" in out
    samples, _ = soundfile.read(heard, dtype="int16")
    assert np.abs(samples).max() > 1000
    said = voice.hear(heard)
    assert re.search("paris", said, re.IGNORECASE), said


def test_say_without_a_file_is_heard(live, voice, tmp_path):
    """`edge say` plays through the default speaker."""
    heard = tmp_path / "heard.wav"
    recorder = recording(live, heard)
    try:
        outcome = live("say", "The kettle is boiling.")
    finally:
        recorder.terminate()
        recorder.wait()
    assert outcome.status == 0, outcome.err
    assert "kettle" in voice.hear(heard).lower()
