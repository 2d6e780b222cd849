"""edge.hear.wake_train and wake_augment: learning from few, and one recording in many rooms."""

import numpy as np
import pytest

from edge.hear.wake_augment import (
    Surroundings,
    background,
    echoing,
    elsewhere,
    faster,
    loudness,
    noisy,
    room,
    tilted,
    varied,
)
from edge.hear.wake_front import STEP, WIDTH
from edge.hear.wake_head import SPAN, Head
from edge.hear.wake_train import Examples, Recipe, calibrated, fit

SHORT = Recipe(hidden=(8,), steps=30, batch=32, rate=1e-2)


def tone(hertz, seconds=0.5, level=5000):
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(16000 * seconds)) / 16000)).astype(
        np.int16
    )


@pytest.fixture(scope="module")
def examples():
    """Positive windows have a step up in the middle, others do not; embeddings are far from 0."""
    rng = np.random.default_rng(0)

    def made(rise):
        rows = rng.normal(size=(100 * SPAN, WIDTH)).astype(np.float32) + 30
        places = np.arange(100) * SPAN
        for place in places:
            rows[place + SPAN // 2 : place + SPAN, :4] += rise
        return Examples(rows, places)

    return made(3.0), made(0.0)


def test_head_tells_what_it_was_shown_from_the_rest(examples):
    """What is alike gets high scores, what is not low ones."""
    positive, negative = examples
    head = Head("x", fit(positive, negative, recipe=SHORT))
    everything = np.arange(100)
    assert (head.scores(positive.windows(everything)) > 0.5).mean() > 0.95
    assert (head.scores(negative.windows(everything)) < 0.5).mean() > 0.95


def test_training_is_the_same_on_every_run(examples):
    """One seed, one head; another seed, another."""
    one, again, other = (fit(*examples, seed=seed, recipe=SHORT) for seed in (1, 1, 2))
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0].weights, other[0].weights)


def test_calibrated_logits_become_the_scores_they_should(examples):
    """`likely` becomes 0.5, `sure` 0.9."""
    layers = fit(*examples, recipe=SHORT)
    windows = examples[0].windows(np.arange(100))
    logits = Head("x", layers).logits(windows)
    scores = Head("x", calibrated(layers, 2.0, 5.0)).scores(windows)
    expected = 1 / (1 + np.exp(-(logits - 2) * np.log(9) / 3))
    assert scores == pytest.approx(expected, abs=1e-4)


def test_windows_are_consecutive_embeddings():
    """Each begins where it should, and is SPAN long."""
    rows = np.arange(40 * WIDTH, dtype=np.float32).reshape(40, WIDTH)
    found = Examples(rows, np.array([0, 24])).windows(np.array([1]))
    assert np.array_equal(found[0], rows[24:40])


def spectrum_peak(sound):
    return np.abs(np.fft.rfft(sound)).argmax() * 16000 / len(sound)


def test_faster_is_shorter_and_higher():
    """Like another voice."""
    sound = tone(400, 1.0).astype(np.float32)
    quick = faster(sound, 1.1)
    assert len(quick) == pytest.approx(len(sound) / 1.1, abs=2)
    assert spectrum_peak(quick) == pytest.approx(440, abs=2)


def test_tilt_raises_treble_over_bass():
    """6 dB between 250 Hz and 4 kHz are 6 dB."""
    low = loudness(tilted(tone(250).astype(np.float32), 6)) / loudness(tone(250).astype(np.float32))
    high = loudness(tilted(tone(4000).astype(np.float32), 6)) / loudness(
        tone(4000).astype(np.float32)
    )
    assert 20 * np.log10(high / low) == pytest.approx(6, abs=0.3)


def test_noise_is_as_quiet_as_asked():
    """10 dB below the loudness of the speech, pauses not counted."""
    speech = np.concatenate([tone(300), np.zeros(16000, np.int16)]).astype(np.float32)
    noise = np.random.default_rng(0).normal(size=len(speech)).astype(np.float32)
    mixed = noisy(speech, noise, loudness(speech), 10)
    left = mixed[-16000:]
    assert 20 * np.log10(loudness(speech) / np.sqrt((left**2).mean())) == pytest.approx(10, abs=0.2)


def test_silent_noise_and_no_noise_leave_the_speech_alone():
    """A background of zeros cannot be brought to any level."""
    speech = tone(300).astype(np.float32)
    assert np.array_equal(noisy(speech, np.zeros_like(speech), 100.0, 5), speech)


def test_echo_does_not_move_the_speech():
    """The room's first and loudest sound is where the speech was."""
    click = np.zeros(4000, np.float32)
    click[1000] = 10000
    response = np.zeros(800, np.float32)
    response[300], response[500] = 1.0, 0.5
    wet = echoing(click, response)
    assert np.abs(wet).argmax() == 1000
    assert wet[1200] == pytest.approx(wet[1000] / 2, rel=1e-3)
    assert np.abs(wet[:990]).max() < 1


def test_made_up_rooms_die_away():
    """The first sound is the loudest; the last tenth is all but gone."""
    for seed in range(5):
        response = room((), np.random.default_rng(seed))
        assert np.abs(response).argmax() == 0
        assert np.abs(response[-len(response) // 10 :]).max() < 0.02


def test_background_has_the_length_asked_whatever_there_is():
    """Short noises go round; without any, noise is made up."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        assert background([tone(100, 0.1)], 5000, rng).shape == (5000,)
        assert background([], 5000, rng).shape == (5000,)


def test_variation_keeps_the_phrase_and_says_where_it_ends():
    """Mild: only silence or speech around it; the end is that of the phrase."""
    phrase = tone(500)
    for seed in range(5):
        sound, end = varied(phrase, Surroundings(), np.random.default_rng(seed), mild=True)
        level = np.abs(sound[end - 4000 : end].astype(int)).max()
        assert level > 500
        assert np.abs(sound[end + 100 :].astype(int)).max() < level / 10
        assert end > SPAN * STEP
        assert len(sound) - end == 16000


def test_variations_differ_and_are_repeatable():
    """Each generator gives another one; the same gives the same."""
    around = Surroundings(noise=[tone(90)], speech=[tone(700, 2.0)])
    made = [varied(tone(500), around, np.random.default_rng(seed))[0] for seed in (1, 1, 2)]
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0][:20000], made[2][:20000])
    others = [elsewhere(tone(500), around, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(others[0], others[1])
    assert not np.array_equal(others[0][:5000], others[2][:5000])
