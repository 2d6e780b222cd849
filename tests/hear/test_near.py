"""Whether a voice is heard under the assistant's own: the features, the network, and its memory."""

import itertools

import numpy as np
import pytest

from edge.events import FRAME_SAMPLES, SAMPLE_RATE
from edge.hear import near
from edge.hear.kalman import KalmanEcho
from edge.hear.near import BANDS, Features, NearVoice, Network
from tests.room import response


def voiced(seconds, seed, loudness):
    """Something like a voice: harmonics of a wandering pitch, syllables, and hiss."""
    rng = np.random.default_rng(seed)
    size = round(seconds * SAMPLE_RATE)
    places = np.arange(0, size + 4000, 4000)
    wander = np.interp(np.arange(size), places, rng.normal(0, 1, len(places)))
    pitch = 120 + 25 * seed + 20 * wander
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    sound = sum(np.sin(n * phase) / n for n in range(1, 30))
    syllables = np.abs(np.sin(np.pi * np.arange(size) * 4.3 / SAMPLE_RATE)) + 0.05
    sound = (sound + rng.normal(0, 0.1, size)) * syllables
    return sound * loudness / np.sqrt(np.mean(sound**2))


def heard(voice, microphone, played):
    """Block by block, what `voice` (NearVoice) says."""
    canceller, found = KalmanEcho(), []
    for at in range(0, len(played) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        block = microphone[at : at + FRAME_SAMPLES]
        left, doubt = canceller.step(block, played[at : at + FRAME_SAMPLES])
        sounding = bool(played[at : at + FRAME_SAMPLES].any())
        found.append(
            voice.push(left, block - left, doubt, sounding=sounding, taught=canceller.taught)
        )
    return found


@pytest.fixture(scope="module")
def scene():
    played = voiced(6, 1, 2000).astype(np.int16)
    echo = np.convolve(played, response(gain=0.5, seconds=0.15))[: len(played)]
    return played, echo + np.random.default_rng(3).normal(0, 8, len(echo))


def test_another_voice_is_noticed_within_200_ms(scene):
    """The real network: silent while the assistant speaks alone, and soon there."""
    played, echo = scene
    wearer = np.zeros(len(played))
    begin = 4 * SAMPLE_RATE
    wearer[begin:] = voiced(2, 4, np.sqrt(np.mean(echo**2)) / 2)
    alone = heard(NearVoice(), echo.astype(np.int16), played)
    both = heard(NearVoice(), (echo + wearer).astype(np.int16), played)
    assert not any(alone)
    assert not any(both[: begin // FRAME_SAMPLES])
    assert any(both[begin // FRAME_SAMPLES :][:10])


def test_with_headphones_the_rooms_noise_is_no_voice(scene):
    """No echo at all: noise that goes on is nobody; somebody who speaks up is heard."""
    played, _ = scene
    noise = np.random.default_rng(5).normal(0, 60, len(played))
    assert not any(heard(NearVoice(), noise.astype(np.int16), played))
    begin = 4 * SAMPLE_RATE
    noise[begin:] += voiced(2, 4, 900)
    found = heard(NearVoice(), noise.astype(np.int16), played)
    assert not any(found[: begin // FRAME_SAMPLES])
    assert any(found[begin // FRAME_SAMPLES :][:10])


class Scripted(Network):
    """Says what it is given, block by block."""

    def __init__(self, logits):
        self._logits = list(logits)

    def logit(self, features):
        return self._logits.pop(0)


def scripted(monkeypatch, logits):
    monkeypatch.setattr(near, "network", lambda: Scripted(logits))
    voice = NearVoice()
    nothing = np.zeros(FRAME_SAMPLES), np.zeros(FRAME_SAMPLES), np.zeros(FRAME_SAMPLES + 1)
    blocks = itertools.count(1)
    return voice, lambda: voice.push(*nothing, sounding=True, taught=next(blocks))


def test_a_voice_lasts_over_its_gaps_and_ends(monkeypatch):
    """One block opens it, and it closes after the hangover."""
    first = NearVoice.FIRST + 5
    logits = [-5.0] * first + [9.0] + [-5.0] * 50
    _, push = scripted(monkeypatch, logits)
    found = [push() for _ in logits]
    assert found.index(True) == first
    assert sum(found) == NearVoice.HANGOVER


def test_at_first_nothing_is_a_voice(monkeypatch):
    """The canceller has not heard enough to know an echo from anything else."""
    _, push = scripted(monkeypatch, [9.0] * (NearVoice.FIRST + 15))
    assert [push() for _ in range(NearVoice.FIRST + 15)].index(True) == NearVoice.FIRST


def test_who_was_mistaken_is_harder_to_convince_for_a_while(monkeypatch):
    """What was taken for a voice and was none raises the bar; it comes down again."""
    just = NearVoice.THRESHOLD + 1
    voice, push = scripted(monkeypatch, [just] * 620)
    assert any([push() for _ in range(NearVoice.FIRST + 5)])
    voice.mistaken()
    assert not push()
    later = [push() for _ in range(540)]
    assert later.index(True) == pytest.approx(495, abs=10)


def test_features_are_finite_in_digital_silence():
    """Zeros everywhere, as from a microphone that is switched off."""
    features = Features()
    features.room(np.zeros(FRAME_SAMPLES, np.int16))
    silence = np.zeros(FRAME_SAMPLES)
    row = features.push(silence, silence, np.zeros(FRAME_SAMPLES + 1), sounding=False)
    assert row.shape == (Features.SIZE,)
    assert np.isfinite(row).all()
    assert not row[:BANDS].any()


def test_the_rooms_noise_is_known_before_anything_is_played():
    """What the microphone hears in the pauses is the floor that a voice rises above."""
    rng = np.random.default_rng(0)
    knows, learns = Features(), Features()
    for _ in range(100):
        knows.room(rng.normal(0, 50, FRAME_SAMPLES).astype(np.int16))
    loud = rng.normal(0, 2000, FRAME_SAMPLES)
    nothing = np.zeros(FRAME_SAMPLES), np.zeros(FRAME_SAMPLES + 1)
    above = slice(2 * BANDS, 3 * BANDS)
    row = knows.push(loud, *nothing, sounding=True)
    assert row[above].mean() > 1.5  # 15 dB and more.
    assert abs(learns.push(loud, *nothing, sounding=True)[above].mean()) < 0.1
