"""Ctrl-C at any moment: status 130, nothing half-written, no process left."""

import signal
import subprocess
import time

import pytest
import soundfile

pytestmark = pytest.mark.model


@pytest.fixture
def question(voice, tmp_path):
    return voice.say("What is the capital of France? Tell me all about it.", tmp_path / "q.wav")


RUN = ["run", "--mic", "q.wav", "--speaker", "a.wav", "--trace", "t.jsonl"]


@pytest.mark.parametrize("moment", ["speech_started", "transcript", "audio_started"])
def test_ctrl_c_while_running_leaves_whole_files(edge, tmp_path, question, moment):
    """Listening, thinking, speaking: the loop ends with 130 and its speaker file is whole."""
    process = edge.start(*RUN)
    trace = tmp_path / "t.jsonl"
    while not (trace.exists() and moment in trace.read_text()):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)  # Another process is at work.
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wav", "q.wav", "t.jsonl"]
    assert soundfile.info(tmp_path / "a.wav").frames > 0


@pytest.mark.parametrize("after", [0.3, 0.8, 1.5])
def test_ctrl_c_while_loading_ends_at_once(edge, tmp_path, question, after):
    """While models are being loaded, too."""
    process = edge.start(*RUN, "--pace", "fast")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(after)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode in (130, -signal.SIGINT), err
    assert not list(tmp_path.glob("*.partial"))


def test_ctrl_c_while_asking_ends_with_130(edge):
    """In the middle of a streamed answer."""
    process = edge.start("ask", "Tell me a long story about a ship, in twenty sentences.")
    assert process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "Traceback" not in err
