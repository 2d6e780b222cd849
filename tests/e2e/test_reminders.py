"""Spoken to the whole product: what is due comes by itself, and survives a restart."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from tests.e2e.conftest import Edge

pytestmark = pytest.mark.model


@pytest.fixture
def edge(tmp_path):
    """The command, with a memory of its own."""
    return Edge(tmp_path, {"EDGE_MEMORY_PATH": str(tmp_path / "memory.sqlite")})


@pytest.fixture
def heard(edge, voice, tmp_path):
    """A function: say sentences, each followed by silence; the events and what is said."""

    def heard(*parts, begins):
        sound = []
        for text, silence in parts:
            if text:
                part = voice.say(text, tmp_path / "part.wav")
                samples, rate = soundfile.read(part, dtype="int16")
                sound.append(samples)
            else:
                rate = 22050
            sound.append(np.zeros(int(silence * rate), np.int16))
        soundfile.write(tmp_path / "mic.wav", np.concatenate(sound), rate)
        outcome = edge(
            *("run", "--mic", "mic.wav", "--speaker", "out.wav", "--pace", "fast"),
            *("--trace", "t.jsonl", "--begins", begins),
        )
        lines = (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines]
        said = [row["text"] for row in events if row["event"] == "sentence"]
        return outcome, events, said

    return heard


def _rings(path, begin):
    """Whether the highest note of a ring, 1760 Hz, is heard in the second from `begin` on."""
    samples, rate = soundfile.read(path)
    sound = samples[round(begin * rate) :][:rate]
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    return power[np.abs(hertz - 1760) < 20].sum() > 0.05 * power.sum()


def test_timer_rings(voice, heard, tmp_path):
    """A timer that was asked for aloud rings and is told, on the sample clock, and knows why."""
    outcome, events, said = heard(
        ("Set a timer for ten seconds.", 16), ("Why now?", 6), begins="2026-03-02T09:00"
    )
    assert outcome.status == 0, outcome.err
    assert said[:2] == ["Timer set for 10 seconds.", "Your 10 second timer is done."]
    assert " ".join(said[2:]) == "Because you set a timer for 10 seconds at 9 AM."
    set_at = next(row["t"] for row in events if row["event"] == "transcript")
    rang = next(row["t"] for row in events if row["event"] == "telling")
    assert 9.0 <= rang - set_at <= 12.5
    assert _rings(tmp_path / "out.wav", rang)
    assert not _rings(tmp_path / "out.wav", set_at)
    spoken = voice.hear(tmp_path / "out.wav").lower()
    assert spoken.index("timer set") < spoken.index("done") < spoken.index("because")


def test_rang_while_off(heard):
    """A timer that ran out while the device was off is told at the next start."""
    outcome, _, said = heard(("Set a tea timer for ten minutes.", 4), begins="2026-03-02T09:00")
    assert outcome.status == 0, outcome.err
    assert said == ["Tea timer set for 10 minutes."]
    _, events, said = heard(("", 8), begins="2026-03-02T10:00")
    assert " ".join(said) == "Your tea timer ran out at 9:10 AM, while I was off."
    assert next(row for row in events if row["event"] == "telling")["channel"] == "voice"
