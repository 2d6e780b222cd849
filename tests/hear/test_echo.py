"""The echo canceller: its bookkeeping on a processor that subtracts, and the real one in a room."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from edge.hear.echo import BEFORE, LINGER, TAIL, WARM_UP, EchoCanceller, canceller
from edge.hear.near import NearVoice
from tests.conftest import needed
from tests.room import response


class Subtracting:
    """Takes the reference for the echo."""

    def __init__(self, **options):
        self.calls = 0

    def process(self, near, far):
        self.calls += 1
        return near - far


@pytest.fixture
def echo(monkeypatch):
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", SimpleNamespace(AudioProcessor=Subtracting))
    canceller = EchoCanceller()
    canceller._known = WARM_UP
    # There may always be a voice: the ears get what the processor leaves.
    monkeypatch.setattr(NearVoice, "likely", True)
    return canceller


def frame(at, level=0):
    return AudioFrame(np.full(FRAME_SAMPLES, level, np.int16), at)


def test_what_was_played_is_taken_out_where_it_is(echo):
    """The reference lies on the sample clock, whatever the size of its blocks."""
    sound = np.arange(2 * FRAME_SAMPLES, dtype=np.int16)
    echo.played(sound[:100], FRAME_SAMPLES, SAMPLE_RATE)
    echo.played(sound[100:], FRAME_SAMPLES + 100, SAMPLE_RATE)
    heard = np.concatenate([echo.clean(frame(n * FRAME_SAMPLES)).samples for n in range(4)])
    assert not heard[:FRAME_SAMPLES].any()
    assert (heard[FRAME_SAMPLES : 3 * FRAME_SAMPLES] == -sound).all()
    assert not heard[3 * FRAME_SAMPLES :].any()


def test_at_first_the_microphone_is_deaf(echo):
    """Before the room is known, what may be a voice is not enough while the assistant speaks."""
    echo._known = 0
    sound = spoken(WARM_UP + 2)
    for number in range(WARM_UP + 2):
        at = number * FRAME_SAMPLES
        echo.played(sound[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        heard = echo.clean(frame(at, 500))
        assert heard.samples.any() == (number >= WARM_UP)


def test_the_beginning_of_a_voice_is_given_back_whole(echo, monkeypatch):
    """What was heard before the voice was noticed had gone through the other canceller."""
    voices = [False] * 20 + [True] * 5
    monkeypatch.setattr(echo._near, "push", lambda *_, **__: voices.pop(0))
    given = []
    for number in range(25):
        at = number * FRAME_SAMPLES
        echo.played(np.full(FRAME_SAMPLES, 9, np.int16), at, SAMPLE_RATE)
        given.append(echo.clean(frame(at, 500)))
        assert echo.voice == (number >= 20)
    whole = [echo.revised(one) for one in given]
    for number, (before, after) in enumerate(zip(given, whole, strict=True)):
        changed = 20 - BEFORE <= number < 20
        assert (after is before) != changed
        assert after.start == before.start


def spoken(blocks):
    """Noise with as much in it as speech has."""
    return np.random.default_rng(0).normal(0, 2000, blocks * FRAME_SAMPLES).astype(np.int16)


def test_while_nobody_speaks_the_ears_hear_nothing(echo, monkeypatch):
    """Whatever the processor leaves of the assistant's voice, and until it has faded away."""
    monkeypatch.setattr(NearVoice, "likely", False)
    sound = spoken(50)
    for number in range(100):
        at = number * FRAME_SAMPLES
        if number < 50:
            echo.played(sound[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        faded = at >= 51 * FRAME_SAMPLES + TAIL
        assert echo.clean(frame(at, 500)).samples.any() == faded


def test_after_the_sound_was_torn_nobody_is_heard_for_a_while(echo, monkeypatch):
    """The echo is not where it was: what seems a voice is the assistant's, as in the beginning."""
    told = []

    def push(*_, taught, **__):
        told.append(taught)
        return taught > NearVoice.FIRST

    monkeypatch.setattr(echo._near, "push", push)
    torn, size = NearVoice.FIRST + 20, 2 * NearVoice.FIRST + 50
    sound, voices = spoken(size), []
    for number in range(size):
        at = number * FRAME_SAMPLES
        if number == torn:
            echo.torn()
            assert not echo.voice
        echo.played(sound[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        echo.clean(frame(at, 500))
        voices.append(echo.voice)
    assert voices[torn - 1]
    assert not any(voices[torn : torn + NearVoice.FIRST])
    assert voices[-1]


def test_what_is_told_late_is_taken_out_all_the_same(echo, monkeypatch):
    """Whatever comes before is silence while it speaks; the canceller sees every frame once."""
    seen = []
    step = echo._linear.step

    def spy(microphone, played):
        seen.append(played.copy())
        return step(microphone, played)

    monkeypatch.setattr(echo._linear, "step", spy)
    sound = spoken(40)
    late = 3
    for number in range(40):
        at = (number - late if number >= 20 else number) * FRAME_SAMPLES
        if number < 20 or number >= 20 + late:
            echo.played(sound[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        echo.clean(frame(number * FRAME_SAMPLES, 500))
    assert (np.concatenate(seen) == sound[: len(seen) * FRAME_SAMPLES]).all()
    assert len(seen) == 40 - late


def test_a_speaker_that_ran_out_of_sound_is_placed_anew(echo):
    """Its calls come 50 ms later for good, and not only in a burst: then the echo has moved."""
    moved = []
    echo.torn = lambda: moved.append(echo._until)
    for number in range(80):
        later = 800 if number >= 40 else 0
        jitter = (0, 300, 900)[number % 3]
        echo.played(frame(0, 9).samples, number * FRAME_SAMPLES + later + jitter, SAMPLE_RATE)
    assert len(moved) == 1
    assert echo._until == 80 * FRAME_SAMPLES + 800


def test_an_earcon_does_not_make_deaf(echo, monkeypatch):
    """It is played over the wearer's words, before the assistant has ever spoken."""
    monkeypatch.setattr(NearVoice, "likely", False)
    echo._known = 0
    size = 20 * FRAME_SAMPLES
    tone = (3000 * np.hanning(size) * np.sin(np.arange(size) * 0.35)).astype(np.int16)
    for number in range(30):
        at = number * FRAME_SAMPLES
        echo.played(tone[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        assert echo.clean(frame(at, 500)).samples.any()


def test_silence_costs_nothing(echo):
    """Nothing played for a second: the frame is handed on as it is."""
    quiet = frame(0, 5)
    assert echo.clean(quiet) is quiet
    echo.played(np.full(FRAME_SAMPLES, 9, np.int16), FRAME_SAMPLES, SAMPLE_RATE)
    for at in range(FRAME_SAMPLES, FRAME_SAMPLES + LINGER, FRAME_SAMPLES):
        echo.clean(frame(at))
    calls = echo._processor.calls
    later = frame(2 * FRAME_SAMPLES + LINGER)
    assert echo.clean(later) is later
    assert echo._processor.calls == calls


def test_the_jitter_of_a_live_speaker_does_not_tear_its_sound(echo):
    """Callbacks come in bursts: blocks follow each other although their times do not."""
    for number, jitter in enumerate((0, 700, -600, 900)):
        at = 32_000 + number * 320 + jitter
        echo.played(np.full(320, number + 1, np.int16), at, SAMPLE_RATE)
    heard = np.concatenate([echo.clean(frame(32_000 + n * 320)).samples for n in range(4)])
    assert (heard == -np.repeat([1, 2, 3, 4], 320)).all()


def test_other_rates_are_converted(echo):
    """A speaker at 48 kHz: the same length on the sample clock."""
    for n in range(50):
        echo.played(np.full(960, 1000, np.int16), n * 320, 48_000)
    assert echo._until == pytest.approx(50 * 320, abs=400)


def test_silence_at_another_rate_is_silence(echo):
    """A speaker that is open plays zeros: nothing is learnt from them, and frames stay as is."""
    for n in range(60):
        echo.played(np.zeros(960, np.int16), n * FRAME_SAMPLES, 48_000)
    assert not echo._reference.any()
    quiet = frame(20 * FRAME_SAMPLES, 5)
    assert echo.clean(quiet) is quiet


def test_without_the_package_it_is_said_and_nothing_breaks(monkeypatch, caplog):
    """The log says what is missing and what follows."""
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    assert canceller() is None
    assert "deaf while the assistant speaks" in caplog.text


def test_the_real_one_removes_an_echo():
    """After two seconds in a room, 15 dB or more of the assistant's own sound are gone."""
    needed("pywebrtc_audio")
    echo = EchoCanceller()
    rng = np.random.default_rng(1)
    shape = np.repeat(np.abs(rng.normal(0, 1, 80)), 1600)[: 6 * SAMPLE_RATE]
    played = (rng.normal(0, 2000, len(shape)) * shape).clip(-20000, 20000).astype(np.int16)
    room = np.convolve(played, response(gain=0.4))[: len(played)]
    left = []
    for at in range(0, len(played) - FRAME_SAMPLES, FRAME_SAMPLES):
        echo.played(played[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        samples = room[at : at + FRAME_SAMPLES].astype(np.int16)
        left.append(echo.clean(AudioFrame(samples, at)).samples)
    late = np.concatenate(left)[2 * SAMPLE_RATE :].astype(float)
    was = room[2 * SAMPLE_RATE : 2 * SAMPLE_RATE + len(late)]
    assert 10 * np.log10(np.mean(was**2) / max(1e-9, np.mean(late**2))) > 15
