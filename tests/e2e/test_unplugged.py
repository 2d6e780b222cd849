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
from tests.e2e.conftest import Edge, lend_caches, until_it_records

pytestmark = [pytest.mark.device, pytest.mark.model, pytest.mark.slow]

PATIENCE = 40
SHORT, LONG = "What time is it?", "What can you do?"
"""Questions whose answers take one second, and many."""
STATES = {
    "idle": ("", ""),
    "listening": (SHORT, "speech_started"),
    "thinking": (SHORT, "transcript"),
    "speaking": (LONG, "audio_started"),
}
"""What it is asked, and the event at which it is in that state then."""


class Session:
    """`edge run` on a card of its own, and its trace."""

    def __init__(self, card, voice, tmp_path):
        self.card, self.voice, self.folder = card, voice, tmp_path
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
        until_it_records(self.process, self.card.environ)
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

    def ask(self, question):
        """Play it, a text or a recording."""
        if isinstance(question, str):
            question = self.voice.say(question, self.folder / "question.wav")
        self.asking.append(self.card.play(question))
        return self.asking[-1]


@pytest.fixture
def session(tmp_path, voice, model_folder):
    model_folder("smart-turn-v3.2")
    try:
        with VirtualCard() as card:
            lend_caches(card.home)
            with Session(card, voice, tmp_path) as session:
                yield session
    except BenchError as error:
        missing(str(error))


def device(what, state):
    return {"event": "device", "what": what, "state": state}


def answered(session, question):
    """Ask, again where it was not taken for a question, and wait for the answer's sound.

    What is said just when devices are back may be cut.
    """
    session.seen()
    for _ in range(4):
        assert session.ask(question).wait() == 0
        if session.happens({"event": "audio_started"}, seconds=8):
            return
    session.until({"event": "audio_started"})


def test_both_pulled_out_in_each_state(session):
    """Whatever it was doing: both are lost, both come back, and the next question is answered."""
    for state, (question, event) in STATES.items():
        session.seen()
        asking = None
        if event:
            asking = session.ask(question)
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
        session.settle()
        answered(session, SHORT)
        session.until({"event": "turn_done"})
        assert session.process.poll() is None, state


@pytest.mark.parametrize("fault", ["clipped", "constant", "faint", "stereo at 48 kHz"])
def test_a_question_from_a_bad_microphone_is_answered(session, voice, tmp_path, fault):
    """Cut peaks, a constant level, a whisper's loudness; and what most devices deliver."""
    good, bad = tmp_path / "good.wav", tmp_path / "bad.wav"
    samples, rate = soundfile.read(voice.say(LONG, good), dtype="int16")
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
    soundfile.write(bad, np.clip(np.rint(sound), -32768, 32767).astype(np.int16), rate)
    answered(session, bad)
    (text,) = [e["text"] for e in session.events() if e["event"] == "transcript"]
    assert "you do" in text.lower()


def test_ctrl_c_keeps_what_is_known_of_the_echo(session):
    """One long answer is enough to learn from; there is one whole file for the next session."""
    answered(session, LONG)
    session.until({"event": "turn_done"})
    session.process.send_signal(signal.SIGINT)
    assert session.process.wait(20) == 130
    (file,) = (session.card.home / ".cache" / "edge" / "echo").iterdir()
    assert EchoPath.load(file) is not None
