"""What idleness costs."""

import subprocess
import sys

import numpy as np
import pytest
import soundfile

from edge.bench.idle import Plan, _slope, _usage, _write_room, measure, table
from edge.errors import BenchError


def test_slope_of_memory_is_mb_a_minute():
    """A straight line, and too few points for one."""
    assert _slope([(0.0, 100.0), (1.0, 102.0), (2.0, 104.0)]) == pytest.approx(2.0)
    assert _slope([(0.0, 100.0)]) == 0


def test_speech_without_recordings_is_refused(tmp_path):
    """One sentence that says what to give."""
    with pytest.raises(BenchError, match="--room"):
        measure(Plan(phases=("speech",), room=tmp_path), print)


def test_room_has_voices_at_one_level_above_its_noise(tmp_path):
    """Loud and quiet recordings come out alike, from across the room."""
    room = tmp_path / "room"
    room.mkdir()
    for name, level in (("a", 0.5), ("b", 0.01)):
        wave = level * np.sin(np.arange(32000) * 0.3)
        soundfile.write(room / f"{name}.wav", wave, 16000)
    _write_room(tmp_path / "room.wav", sorted(room.iterdir()))
    sound, rate = soundfile.read(tmp_path / "room.wav")
    assert rate == 16000
    levels = [np.sqrt(np.mean(part**2)) for part in (sound[:32000], sound[48000:80000])]
    assert levels == pytest.approx([10**-1.5] * 2, rel=0.05)
    assert np.sqrt(np.mean(sound[33000:47000] ** 2)) == pytest.approx(0.001, rel=0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_usage_of_a_process_and_of_one_that_has_ended():
    """Its processor time counts all threads; an ended one has used nothing that we can see."""
    with subprocess.Popen(
        [sys.executable, "-c", "sum(range(10**6)); print(); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        assert _usage(process).cpu > 0
        process.communicate("\n")
        assert _usage(process).cpu == 0


def test_table_names_every_phase():
    """For people."""
    found = dict.fromkeys(
        ("cpu_percent", "target_percent", "wakeups_per_s", "rss_mb", "rss_mb_per_min"), 1.0
    )
    text = table({"phases": {"zeros": {**found, "utterances": 0, "turns": 0}}})
    assert "zeros" in text
    assert "target" in text
