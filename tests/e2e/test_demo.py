"""`edge demo`, and `edge doctor` on a machine where something is missing."""

import pytest
import soundfile

pytestmark = pytest.mark.model


@pytest.fixture
def no_portaudio(edge, tmp_path):
    """The command on a machine without the PortAudio library."""
    stub = tmp_path / "stub"
    stub.mkdir()
    (stub / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    edge.environ["PYTHONPATH"] = str(stub)
    return edge


def test_demo_answers_its_own_question_where_there_is_no_sound_card(no_portaudio, voice, tmp_path):
    """The wearer is synthesised, and the answer lies in the file that is named."""
    outcome = no_portaudio("demo")
    assert outcome.status == 0, outcome.err
    assert "the wearer is synthesised, and asks: What is the capital of France?" in outcome.out
    assert "Heard: What is the capital of France?" in outcome.out
    assert "end of question to start of answer" in outcome.out
    answer = tmp_path / "edge-answer.wav"
    assert str(answer) in outcome.out
    assert soundfile.info(answer).duration > 0.5
    assert "Paris" in voice.hear(answer)


def test_demo_takes_a_recording(no_portaudio, voice, tmp_path):
    """--mic: anybody's question."""
    voice.say("What is the capital of Italy?", tmp_path / "q.flac")
    outcome = no_portaudio("demo", "--mic", "q.flac", "--out", "mine.wav")
    assert outcome.status == 0, outcome.err
    assert "Rome" in outcome.out
    assert (tmp_path / "mine.wav").exists()


def test_missing_portaudio_breaks_only_live_devices(no_portaudio):
    """Without PortAudio a live device is refused with what to install; files work."""
    no_portaudio("run").refused("PortAudio", "install")
    no_portaudio("say", "hello").refused("PortAudio", "install")
    no_portaudio("devices").refused("PortAudio", "install")
    assert no_portaudio("say", "What is two plus two?", "--out", "q.wav").status == 0
    outcome = no_portaudio(
        *("run", "--mic", "q.wav", "--speaker", "a.wav", "--pace", "fast", "--once")
    )
    assert outcome.status == 0, outcome.err


def test_doctor_says_what_is_missing_and_what_to_do(no_portaudio, tmp_path):
    """No PortAudio and an empty store: found, with advice for each."""
    no_portaudio.environ["EDGE_MODELS"] = str(tmp_path / "empty")
    (findings,) = no_portaudio("doctor", "--json").rows
    found = {finding["what"]: finding for finding in findings}
    assert found["live sound"]["status"] == "warn"
    assert "install" in found["live sound"]["advice"]
    assert found["model silero-vad"]["status"] == "warn"
    assert "edge models pull silero-vad" in found["model silero-vad"]["advice"]


def test_doctor_fails_on_settings_that_cannot_be_read(edge, tmp_path):
    """A broken edge.toml is a failure, with status 1."""
    (tmp_path / "edge.toml").write_text("[lm]\nthreds = 1\n")
    outcome = edge("doctor")
    assert outcome.status == 1
    assert "did you mean threads?" in outcome.out
