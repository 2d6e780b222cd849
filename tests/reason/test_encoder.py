"""What a sentence means, by the real model."""

import numpy as np
import pytest

from edge.errors import ModelMissing
from edge.eval.command import skill_router
from edge.events import Ask
from edge.reason.classifier import Linear
from edge.reason.encoder import MODEL, WIDTH, Encoder


@pytest.fixture(scope="module")
def encoder(model_folder):
    """The model of the store."""
    return Encoder(model_folder(MODEL))


def test_what_means_alike_points_alike(encoder):
    """Other words for the same are nearer than the same words for something else."""
    vectors = [
        encoder.encode(text)
        for text in ("will I need an umbrella", "is it going to rain", "will I need a passport")
    ]
    assert [v.shape for v in vectors] == [(WIDTH,)] * 3
    assert all(np.linalg.norm(v) == pytest.approx(1, abs=1e-3) for v in vectors)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_it_takes_anything_that_is_said(encoder):
    """Nothing, signs, other scripts, a very long text."""
    for text in ("", "?!", "\u65e5\u672c\u8a9e", "word " * 5000):
        assert np.isfinite(encoder.encode(text)).all()


def test_phrasings_of_nobody_reach_their_skill(encoder):
    """Words that no template and no example has."""
    model = Linear.open(encoder=encoder)
    for text, skill in (("am I going to get drenched later today", "weather"),):
        name, probability = model.rank(text)[0]
        assert (name.partition(".")[0], probability > model.threshold) == (skill, True)


def test_a_list_is_meant_where_one_is_named(encoder):
    """By the whole router, where the words alone would set a reminder."""
    with skill_router(Linear.open(encoder=encoder)) as router:
        match = router.decide(Ask("remind me to buy socks on my winter list")).match
    assert match is not None
    assert (match.name, match.slots["list"].said) == ("list.add", "winter")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what time is it in dooa", "clock.time"),
        ("i can't hear just increase the volume", "volume.up"),
    ],
)
def test_what_is_near_to_what_nobody_serves(encoder, text, name):
    """A town that nobody knows is one, and who cannot hear us is not who cannot hear the TV."""
    with skill_router(Linear.open(encoder=encoder)) as router:
        match = router.decide(Ask(text)).match
    assert match is not None
    assert match.name == name


def test_a_folder_without_the_model_is_told(tmp_path):
    """In one sentence."""
    with pytest.raises(ModelMissing, match="There is no model file"):
        Encoder(tmp_path)


def test_what_was_begun_is_the_same(encoder):
    """Whether another thread began or not."""
    plain = encoder.encode("remind me to water the plants").copy()
    encoder.begin("what time is it")
    encoder.begin("remind me to water the plants")
    assert (encoder.encode("remind me to water the plants") == plain).all()
