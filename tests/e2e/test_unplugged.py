"""Microphone and speaker pulled out of `edge run` in each of its states, and put back."""

import json
import os
import signal
import time

import numpy as np
import pytest
import soundfile

from edge.bench.card import MIC, SPEAKER, VirtualCard
from edge.errors import BenchError
from edge.hear.echo_path import EchoPath
from tests.conftest import missing
from tests.e2e.conftest import Edge

pytestmark = [pytest.mark.device, pytest.mark.model, pytest.mark.slow]

PATIENCE = 40
STATES = {
    "idle": None,
    "listening": "speech_started",
    "thinking": "transcript",
    "speaking": "audio_started",
}
"""The event at which it is in that state, once it has been asked."""


class Session:
    """`edge run` on a card of its own, and its trace."""

    def __init__(self, card, tmp_path):
        self.card, self.folder = card, tmp_path
        self.trace = tmp_path / "trace.jsonl"
        self.read = 0
        self.asking = []
        environ = dict(card.environ)
        if "EDGE_MODELS" not in os.environ:
            from edge.models import Store

            environ["EDGE_MODELS"] = str(Store(offline=True).root)
        self.edge = Edge(tmp_path, environ)

    def __enter__(self):
        self.process = self.edge.start("run", "--trace", str(self.trace))
        assert "Listening" in self.process.stderr.readline()
        return self

    def __exit__(self, *exc):
        for player in self.asking:
            player.kill()
            player.wait()
        self.process.terminate()
        self.process.communicate(timeout=20)

    def events(self):
        """Those since the last `seen`."""
        lines = self.trace.read_text("utf-8").splitlines()[self.read :]
        return [json.loads(line) for line in lines]

    def seen(self):
        self.read += len(self.events())

    def until(self, *wanted, seconds=PATIENCE):
        """Wait for events that have all these fields, each of them."""
        until = time.monotonic() + seconds
        left = list(wanted)
        while left:
            events = self.events()
            left = [w for w in wanted if not any(w.items() <= e.items() for e in events)]
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < until, f"{left} within {seconds} s of {events[-5:]}"
            time.sleep(0.02)  # Another process is at work.

    def happens(self, wanted, *, seconds):
        """Whether such an event comes in that time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if any(wanted.items() <= event.items() for event in self.events()):
                return True
            time.sleep(0.02)  # Another process is at work.
        return False

    def settle(self):
        """Wait until no answer has been given for two seconds: what was asked before is over."""
        quiet_since = time.monotonic()
        until = quiet_since + PATIENCE
        while time.monotonic() - quiet_since < 2:
            assert time.monotonic() < until, "it speaks and speaks"
            trace = [json.loads(line) for line in self.trace.read_text("utf-8").splitlines()]
            begun = {event["turn"] for event in trace if event["event"] == "audio_started"}
            if begun - {event["turn"] for event in trace if event["event"] == "turn_done"}:
                quiet_since = time.monotonic()
            time.sleep(0.05)  # Another process is at work.
        self.seen()

    def ask(self):
        self.asking.append(self.card.play(self.folder / "question.wav"))
        return self.asking[-1]


@pytest.fixture
def session(tmp_path, model_folder):
    for name in ("silero-vad", "moonshine-tiny-en", "smart-turn-v3.2", "piper-en-us-joe-medium"):
        model_folder(name)
    try:
        with VirtualCard() as card, Session(card, tmp_path) as session:
            said = session.edge("say", "What can you do?", "--out", "question.wav")
            assert said.status == 0
            yield session
    except BenchError as error:
        missing(str(error))


def device(what, state):
    return {"event": "device", "what": what, "state": state}


def answered(session):
    """Ask, again where it was not taken for a question, and wait for the answer's sound.

    What is said just when devices are back may be cut.
    """
    session.settle()
    for _ in range(4):
        assert session.ask().wait() == 0
        if session.happens({"event": "audio_started"}, seconds=8):
            return
    session.until({"event": "audio_started"})


def test_both_pulled_out_in_each_state(session):
    """Whatever it was doing: both are lost, both come back, and the next question is answered."""
    for state, event in STATES.items():
        session.settle()
        asking = None
        if event is not None:
            asking = session.ask()
            session.until({"event": event})
        session.card.pull(MIC)
        session.card.pull(SPEAKER)
        session.until(device("microphone", "lost"))
        if asking is not None:
            asking.kill()
            asking.wait()
        session.card.plug(MIC)
        session.card.plug(SPEAKER)
        session.until(device("microphone", "back"))
        answered(session)
        session.until({"event": "turn_done"})
        assert session.process.poll() is None, state


@pytest.mark.parametrize("fault", ["clipped", "constant", "faint", "stereo at 48 kHz"])
def test_a_question_from_a_bad_microphone_is_answered(session, tmp_path, fault):
    """Cut peaks, a constant level, a whisper's loudness; and what most devices deliver."""
    samples, rate = soundfile.read(tmp_path / "question.wav", dtype="int16")
    sound = samples.astype(float)
    match fault:
        case "clipped":
            sound = np.clip(sound * 12, -20000, 20000)
        case "constant":
            sound += 6000
        case "faint":
            sound *= 0.1
        case _:
            import soxr

            mono = soxr.resample(sound, rate, 48_000)
            sound, rate = np.stack([mono, 0.3 * mono], axis=1), 48_000
    bad = np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
    soundfile.write(tmp_path / "question.wav", bad, rate)
    answered(session)
    (text,) = [e["text"] for e in session.events() if e["event"] == "transcript"]
    assert "you do" in text.lower()


def test_ctrl_c_keeps_what_is_known_of_the_echo(session):
    """Two answers are enough to learn from; there is one whole file for the next session."""
    for _ in range(2):
        answered(session)
        session.until({"event": "turn_done"})
    session.process.send_signal(signal.SIGINT)
    assert session.process.wait(20) == 130
    (file,) = (session.card.home / ".cache" / "edge" / "echo").iterdir()
    assert EchoPath.load(file) is not None
