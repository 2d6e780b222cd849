"""A scenario at real pace, on a sound card without hardware."""

import math
import shutil
import subprocess
import sys

import pytest

from tests.conftest import missing
from tests.e2e.conftest import Edge

pytestmark = pytest.mark.device

TRIES = 3
"""A virtual sound card repeats parts of its sound now and then, and a line is misheard."""

PULLED_OUT = """
about = "It is answered at real pace; the microphone goes and comes back."
[[step]]
say = "What time is it?"
expect = { route = "clock", within = 6, heard = true, said = "nine|9" }
[[step]]
unplug = "microphone"
[[step]]
after = 4
plug = "microphone"
[[step]]
after = 5
say = "What is six times six?"
expect = { said = "36" }
[expect]
did = [{ event = "device", state = "lost" }, { event = "device", state = "back" }]
"""

ROOM = """
about = "In a room with noise and an echo the wearer's voice stops the answer; a restart is real."
room.echo = true
[[step]]
noise = "pink"
level = -50
[[step]]
after = 3
say = "What can you do?"
expect = { route = "help" }
[[step]]
during = 3
say = "What is nine times nine?"
expect = { did = ["held", "interrupted"], said = "81|eighty.one", heard = true }
[[step]]
noise = "off"
[[step]]
after = 3
say = "Set a timer for ten seconds."
expect = { route = "timer" }
[[step]]
restart = 10
expect = { said = "timer is done" }
"""

SPEAKER = """
about = "The speaker is pulled out."
[[step]]
unplug = "speaker"
"""


@pytest.fixture(autouse=True)
def tools():
    for tool in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool} on this machine")


@pytest.fixture
def played(tmp_path):
    """What `edge scenario run --real` gives of a scenario."""

    def play(text):
        (tmp_path / "real.toml").write_text(text, encoding="utf-8")
        return Edge(tmp_path)("scenario", "run", "real.toml", "--real", "--json")

    return play


@pytest.mark.model
@pytest.mark.parametrize("text", [PULLED_OUT, ROOM], ids=["pulled out", "room"])
def test_a_scenario_at_real_pace(played, text):
    """Spoken into a real stream and answered through one, in a room that gives sound back."""
    for _ in range(TRIES):
        outcome = played(text)
        assert outcome.out, outcome.err
        (report,) = outcome.rows
        failed = [f"{f['what']}: {f['found']}" for f in report["findings"] if not f["ok"]]
        if not failed:
            break
    assert not failed, outcome.err
    assert outcome.status == 0


def test_what_cannot_be_done_at_real_pace_is_refused(played):
    """In a sentence, before anything is said."""
    outcome = played(SPEAKER)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "The speaker cannot be unplugged with --real" in outcome.err
    assert "Traceback" not in outcome.err


ROOM_ALONE = """
import subprocess, sys, time
import numpy as np
from edge.scenario.real import SoundServer

def heard(seconds):
    command = ["parec", "--device=edge_scenario_mic.monitor", "--raw", "--format=s16le"]
    command += ["--rate=16000", "--channels=1"]
    recorder = subprocess.Popen(command, stdout=subprocess.PIPE)
    sound = np.frombuffer(recorder.stdout.read(round(seconds * 32000)), "<i2").astype(float)
    recorder.terminate()
    recorder.wait()
    return sound

def level(sound):
    return 20 * np.log10(np.sqrt(np.mean(sound**2)) / 32768 + 1e-6)

tone = "speaker-tone.wav"
from edge.speak.recording import write_audio
wave = 0.25 * 32768 * np.sin(2 * np.pi * 440 * np.arange(10 * 16000) / 16000)
write_audio(__import__("pathlib").Path(tone), wave.astype(np.int16), 16000)
with SoundServer(echo=True) as server:
    print(level(heard(1)[4000:]))
    server.surround("pink", -40)
    time.sleep(0.5)
    print(level(heard(2)[8000:]))
    server.plug("microphone", False)
    server.plug("microphone", True)
    time.sleep(0.5)
    print(level(heard(2)[8000:]))
    server.surround("off", 0)
    playing = subprocess.Popen(["paplay", "--device=edge_scenario_spk", tone])
    time.sleep(1)
    sound = heard(2)[8000:]
    playing.terminate()
    playing.wait()
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    print(level(sound))
    print(np.argmax(spectrum) * 16000 / len(sound))
"""


def test_the_room_alone(tmp_path):
    """Silent at first; then noise as loud as was asked, also in a microphone that came back; and
    what the speaker plays, at a third of its loudness."""
    done = subprocess.run(
        [sys.executable, "-c", ROOM_ALONE], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    silence, noise, again, echo, tone = map(float, done.stdout.split())
    assert silence < -90
    assert (noise, again) == (pytest.approx(-40, abs=1.5), pytest.approx(-40, abs=1.5))
    played = 20 * math.log10(0.25 / math.sqrt(2))
    assert echo - played == pytest.approx(20 * math.log10(0.3), abs=1.5)
    assert tone == pytest.approx(440, abs=3)
